package storage_test

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// An entry is neither changed nor removed while its object lives, by any statement; it goes with the object.
func TestAuditIsKept(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		var object string
		in(t, db, func(h house) {
			e := h.episode("Aino", "none")
			object = string(e.ID)
			h.trace(access.Episode, object)
		})
		for what, query := range map[string]string{
			"a changed account": "UPDATE audit SET account_id = 'x' WHERE object_id = $1",
			"a changed link":    "UPDATE audit SET link = link WHERE object_id = $1",
			"a removed entry":   "DELETE FROM audit WHERE object_id = $1",
		} {
			err := db.Update(t.Context(), func(tx *storage.Tx) error { return tx.Exec(t.Context(), query, object) })
			if err == nil {
				t.Errorf("%s: the database took it", what)
			}
		}
	})
}

// Whoever writes past the program is found: a forged entry, one taken from a chain's middle or from a day that is over. An
// object that dies takes its entries along and leaves everything whole.
func TestAuditCheck(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		in(t, db, func(h house) {
			one, two := h.episode("Aino", "goals"), h.episode("Toinen", "goals")
			for range 3 {
				h.note(one.ID, clock.Now())
				h.note(two.ID, clock.Now())
				clock.Add(24 * time.Hour)
			}
			_, err := h.tx.SealAuditDays(h.ctx, calendar.DateOf(clock.Now(), time.UTC))
			h.must(err)
			h.note(two.ID, clock.Now())
			if got := h.checked(); !got.Whole() || got.Entries != 7 || got.Unchained != 0 {
				t.Fatalf("as it was kept: %+v", got)
			}
			h.must(h.tx.EraseEpisode(h.ctx, one.ID))
			if got := h.checked(); !got.Whole() || got.Entries != 4 {
				t.Errorf("after one object died: %+v", got)
			}
			h.must(h.tx.Exec(h.ctx, "INSERT INTO audit (id, day, account_id, action, kind, object_id, seq, link) VALUES ($1, '2027-03-01', $2, 'seen', 'episode', $3, 5, $4)",
				id.New(), own, two.ID, []byte("forged")))
			if got := h.checked(); len(got.Objects) != 1 || got.Objects[0] != string(two.ID) {
				t.Errorf("a forged entry: %+v", got)
			}
		})
	})
}

// A day that is over with an entry less is told, even where the chain has no gap.
func TestAuditDayShort(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("Aino", "goals")
			h.note(e.ID, clock.Now())
			day := audit.Day{Day: "2027-01-13", Entries: 3}
			h.must(h.tx.Exec(h.ctx, "INSERT INTO audit_day (day, entries, seal) VALUES ($1, $2, $3)", day.Day, day.Entries, audit.SealOf(h.tx, day)))
			if got := h.checked(); len(got.Days) != 1 || got.Days[0] != day.Day {
				t.Errorf("three entries of a day gone: %+v", got)
			}
			h.must(h.tx.Exec(h.ctx, "UPDATE audit_day SET entries = 0"))
			if got := h.checked(); len(got.Days) != 1 {
				t.Errorf("a number changed without its seal: %+v", got)
			}
		})
	})
}

// note keeps a look as on the clock's day; the transaction's own instant stands still.
func (h house) note(e episode.ID, at time.Time) {
	h.t.Helper()
	h.must(h.tx.PutAudit(h.ctx, audit.Entry{ID: id.New(), Day: calendar.DateOf(at, time.UTC), Account: own, Action: audit.Seen, Kind: access.Episode, Object: string(e)}))
}

func (h house) checked() audit.Checked {
	h.t.Helper()
	got, err := audit.Check(h.ctx, h.tx)
	h.must(err)
	return got
}
