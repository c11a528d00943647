package storage_test

import (
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// The schema keeps a memory of what has left from going back, whatever the code above it does (D-217.4).
func TestAMemoryNeverForgets(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		d := disclosure.Data{"": {{Service: "u", Month: "2027-02"}: {N: 12}, {Service: "u", Month: "2027-05"}: {N: 12}}}
		for _, today := range []string{"2027-04-01", "2027-07-01"} {
			update(t, db, func(tx *storage.Tx) error {
				_, err := release.Tell(ctx, tx, release.Subject{ID: "s"}, release.Ask{Today: calendar.Date(today), Data: d, Rows: release.Grid(2027, []string{"u"})})
				return err
			})
		}
		for _, q := range []string{"UPDATE release_memory SET round = 1", "UPDATE release_memory SET round = 4", "UPDATE release_memory SET subject = 'x'"} {
			if err := db.Update(ctx, func(tx *storage.Tx) error { return tx.Exec(ctx, q) }); err == nil {
				t.Errorf("%s is let through", q)
			}
		}
		err := db.Update(ctx, func(tx *storage.Tx) error {
			m, err := tx.Memory(ctx, "s")
			if err != nil || m.Round != 2 {
				t.Errorf("round %d, %v", m.Round, err)
			}
			return tx.PutMemory(ctx, "s", m)
		})
		if err == nil {
			t.Error("a round is kept twice")
		}
	})
}
