package storage_test

import (
	"errors"
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
			const day = "INSERT INTO occasion (id, offer_id, key_id, state, places, minutes, volunteers, about, area, mark, times) SELECT $1, id, $2, 'cancelled', 30, 240, 0, 'Retki', 'Espoo', $3, $3 FROM offer ORDER BY id LIMIT 1"
			h.must(h.tx.Exec(h.ctx, day, "listed", "key", hash("listed")))
			h.must(h.tx.Exec(h.ctx, day, "gone", nil, hash("gone")))
			h.must(h.tx.Exec(h.ctx, "INSERT INTO circle (id, offer_id, key_id, kind, number, weeks, minutes, places, online, state, times) SELECT 'circle', id, 'other', 'talk', 4, 1, 90, 8, 1, 'open', $1 FROM offer ORDER BY id LIMIT 1", hash("x")))
			h.trace(audit.Circle, "circle")
			h.trace(audit.Occasion, "listed")
			h.trace(audit.Occasion, "gone")
			h.must(h.tx.Exec(h.ctx, "DELETE FROM audit WHERE object_id = 'gone'")) // the day's numbers stay, its list has gone
		})
		for what, query := range map[string]string{
			"a removed look at a group": "DELETE FROM audit WHERE object_id = 'circle' AND object_id <> $1",
			"a removed look at a list":  "DELETE FROM audit WHERE object_id = 'listed' AND object_id <> $1",
			"a changed account":         "UPDATE audit SET account_id = 'x' WHERE object_id = $1",
			"a changed link":            "UPDATE audit SET link = link WHERE object_id = $1",
			"a removed entry":           "DELETE FROM audit WHERE object_id = $1",
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
			h.must(h.tx.Exec(h.ctx, "INSERT INTO audit (id, account_id, action, kind, object_id, seq, link, times, mark, month) "+
				"SELECT $1, account_id, action, kind, object_id, 5, link, times, $2, month FROM audit WHERE object_id = $3 AND seq = 4", id.New(), make([]byte, 16), two.ID))
			if got := h.checked(); len(got.Objects) != 1 || got.Objects[0] != string(two.ID) {
				t.Errorf("a forged entry: %+v", got)
			}
		})
	})
}

// A day that is over with an entry less is told, even where the chain has no gap.
func TestAuditDayShort(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		undone := errors.New("undone") // a database of PostgreSQL serves other tests too
		err := try(t, db, func(h house) error {
			e := h.episode("Aino", "goals")
			h.note(e.ID, clock.Now())
			clock.Add(24 * time.Hour)
			_, err := h.tx.SealAuditDays(h.ctx, calendar.DateOf(clock.Now(), time.UTC))
			h.must(err)
			if got := h.checked(); !got.Whole() {
				t.Fatalf("as it was kept: %+v", got)
			}
			h.must(h.tx.DropTrigger(h.ctx, "audit_dies", "audit"))
			h.must(h.tx.Exec(h.ctx, "DELETE FROM audit"))
			if got := h.checked(); len(got.Days) != 1 || got.Days[0] != "2027-01-12" {
				t.Errorf("a day's only entry gone: %+v", got)
			}
			h.must(h.tx.Exec(h.ctx, "UPDATE audit_day SET no = no + 1"))
			if got := h.checked(); len(got.Days) != 1 || got.Days[0] != "" {
				t.Errorf("a number moved to another row: %+v", got)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Error(err)
		}
	})
}

// A day's entries are found among those of other days, before the day is sealed and after; the newest come first, and a
// month's stand at its end.
func TestAuditOfADay(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		in(t, db, func(h house) {
			all := []episode.Episode{h.episode("Aino", "goals"), h.episode("Toinen", "goals"), h.episode("Kolmas", "none")}
			begins := clock.Now()
			for d := range 9 {
				for _, e := range all {
					h.note(e.ID, begins.AddDate(0, 0, d))
					h.note(e.ID, begins.AddDate(0, 0, d)) // once a day
				}
				if d == 5 {
					h.note(all[0].ID, begins.AddDate(0, 0, 4).Add(-time.Minute)) // there already
					n, err := h.tx.SealAuditDays(h.ctx, calendar.DateOf(begins.AddDate(0, 0, d), time.UTC))
					if err != nil || n != 5 {
						t.Fatalf("sealed %d days, %v", n, err)
					}
				}
			}
			for d := range 9 {
				day := calendar.DateOf(begins.AddDate(0, 0, d), time.UTC)
				lines, err := h.tx.AuditOfSeen(h.ctx, by(own), audit.Filter{Day: day, Limit: 50})
				if err != nil || len(lines) != 2 || lines[0].Day != day || lines[1].Day != day {
					t.Errorf("%s: got %+v, %v, want the two of it", day, lines, err)
				}
			}
			for _, day := range []calendar.Date{"2026-12-24", "2027-03-01", "2027-01-31"} {
				if lines, err := h.tx.AuditOfSeen(h.ctx, by(own), audit.Filter{Day: day, Limit: 50}); err != nil || len(lines) != 0 {
					t.Errorf("%s: got %+v, %v, want nothing", day, lines, err)
				}
			}
			lines, err := h.tx.AuditOfSeen(h.ctx, by(own), audit.Filter{Limit: 5})
			if err != nil || len(lines) != 5 || lines[0].Object != string(all[2].ID) || lines[0].Day != "2027-01-31" ||
				lines[1].Day != "2027-01-20" || lines[4].Day != "2027-01-19" {
				t.Errorf("got %+v, %v, want the month and the newest days", lines, err)
			}
			if got := h.checked(); !got.Whole() || got.Entries != 19 {
				t.Errorf("got %+v", got)
			}
			n, err := h.tx.SealAuditDays(h.ctx, "2027-02-01") // the month's own last day is sealed with what came before it
			if err != nil || n != 5 {
				t.Errorf("sealed %d days, %v, want four and the month's", n, err)
			}
			if got := h.checked(); !got.Whole() {
				t.Errorf("got %+v", got)
			}
			h.must(h.tx.EraseEpisode(h.ctx, all[2].ID))
			if got := h.checked(); !got.Whole() || got.Entries != 18 {
				t.Errorf("after one died: %+v", got)
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
