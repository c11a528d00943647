package release_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

var parents = release.Subject{ID: "form/s/parents", Questions: []disclosure.Question{{ID: "satisfied", Answers: 2, Good: []int{1}}}}

// months has n answers of a month, all of them good.
func months(in map[string]int) disclosure.Data {
	d := disclosure.Data{"": {}}
	for month, n := range in {
		d[""][disclosure.Atom{Service: "u", Month: month}] = disclosure.Count{N: n, Answers: [][]int{{0, n}}}
	}
	return d
}

func tell(t *testing.T, db *storage.DB, today calendar.Date, d disclosure.Data) map[string]release.Line {
	t.Helper()
	out := map[string]release.Line{}
	var lines []release.Line
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
		lines, err = release.Tell(ctx, tx, parents, release.Ask{Today: today, Data: d, Rows: release.Grid(2027, []string{"u"})})
		return err
	})
	for _, l := range lines {
		out[l.Row.Period.String()] = l
	}
	return out
}

func want(t *testing.T, lines map[string]release.Line, period string, state release.State, n int) {
	t.Helper()
	if l := lines[period]; l.State != state || l.N != n || l.Shows() != (n > 0) {
		t.Errorf("%s: %s, n = %d, want %s, %d", period, l.State, l.N, state, n)
	}
}

// A-19 with its numbers: three in the first quarter tell nothing; four more in the second make the half-year seven, and neither quarter.
func TestOnlyThreeAnswered(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		lines := tell(t, db, "2027-04-02", months(map[string]int{"2027-02": 3}))
		for _, p := range []string{"2027", "2027/2-1", "2027/4-2"} {
			want(t, lines, p, release.GoingOn, 0)
		}
		want(t, lines, "2027/4-1", release.Hidden, 0)
		lines = tell(t, db, "2027-06-30", months(map[string]int{"2027-02": 3, "2027-05": 4}))
		want(t, lines, "2027/2-1", release.GoingOn, 0) // its last day is not over
		lines = tell(t, db, "2027-07-01", months(map[string]int{"2027-02": 3, "2027-05": 4}))
		want(t, lines, "2027/2-1", release.Told, 7)
		want(t, lines, "2027/4-1", release.Hidden, 0)
		want(t, lines, "2027/4-2", release.Hidden, 0)
		for _, p := range []string{"2027/4-1", "2027/4-2"} {
			if l := lines[p]; l.With == nil || l.With.Period.String() != "2027/2-1" || len(l.Answers) > 0 {
				t.Errorf("%s: %+v", p, l)
			}
		}
	})
}

// What has left stays: the same numbers leave nothing new behind, a late answer is told of when there are enough of them.
func TestItRemembers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		rounds := func() (n int) {
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
				m, err := tx.Memory(ctx, parents.ID)
				n = m.Round
				return err
			})
			return n
		}
		d := map[string]int{"2027-02": 12, "2027-11": 3}
		tell(t, db, "2027-04-01", months(d))
		tell(t, db, "2027-05-11", months(d))
		if n := rounds(); n != 1 {
			t.Errorf("%d rounds, want one: the second told nothing new", n)
		}
		lines := tell(t, db, "2028-01-03", months(d))
		want(t, lines, "2027/4-1", release.Told, 12)
		want(t, lines, "2027", release.Earlier, 12) // three more would be a difference
		if lines["2027"].On != "2027-04-01" {
			t.Errorf("told on %s", lines["2027"].On)
		}
		want(t, lines, "2027/4-4", release.Hidden, 0)
		d["2027-11"] = 5
		lines = tell(t, db, "2028-01-04", months(d))
		want(t, lines, "2027", release.Told, 17)
		want(t, lines, "2027/4-4", release.Told, 5)
		if n := rounds(); n != 2 {
			t.Errorf("%d rounds, want two", n)
		}
	})
}

// Two who look at once with different numbers do not both start from the same memory: whoever comes second reads what the first one was told.
func TestTwoAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		rows := release.Grid(2027, []string{"u", "w"}, []string{"u"}, []string{"w"})
		d := disclosure.Data{"": {}}
		for _, unit := range []string{"u", "w"} {
			d[""][disclosure.Atom{Service: unit, Month: "2027-02"}] = disclosure.Count{N: 7, Answers: [][]int{{0, 7}}}
		}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				err := db.Update(t.Context(), func(tx *storage.Tx) error {
					ask := release.Ask{Today: "2028-01-10", Data: d, Rows: slices.Clone(rows)}
					if i%2 == 1 {
						ask.Rows = slices.DeleteFunc(ask.Rows, func(r disclosure.Row) bool { return len(r.Services) == 1 })
					}
					_, err := release.Tell(t.Context(), tx, parents, ask)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			m, err := tx.Memory(ctx, parents.ID)
			if err != nil || disclosure.Audit(m.Memory) != nil || len(m.Days) != m.Round || m.Round > 2 {
				t.Errorf("%d rounds, %d days: %v, %v", m.Round, len(m.Days), err, disclosure.Audit(m.Memory))
			}
			return nil
		})
	})
}

// Months that are held after a restore are never reckoned with again; what comes after them is told by itself.
func TestHeld(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		tell(t, db, "2027-04-01", months(map[string]int{"2027-02": 12}))
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error { return tx.HoldReleases(ctx) })
		in := storagetest.Look(t, db)
		in.Exec("UPDATE release_memory SET held = '2027-06' WHERE subject = '*'")
		in.Exec("UPDATE release_memory SET held = '2027-06' WHERE subject <> '*'")
		d := map[string]int{"2027-02": 12, "2027-05": 30, "2027-08": 11, "2027-11": 6}
		lines := tell(t, db, "2028-01-10", months(d))
		want(t, lines, "2027/4-1", release.Before, 12)
		want(t, lines, "2027/4-2", release.Before, 0)
		want(t, lines, "2027/4-3", release.Told, 11)
		want(t, lines, "2027", release.Partly, 17)
		if lines["2027"].From != "2027-07" {
			t.Errorf("from %s", lines["2027"].From)
		}
		again := tell(t, db, "2028-01-11", months(d))
		for p := range lines {
			want(t, again, p, lines[p].State, lines[p].N)
		}
		// A subject of which nothing is known is held too.
		var l []release.Line
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
			l, err = release.Tell(ctx, tx, release.Subject{ID: "heads/other"}, release.Ask{Today: "2028-01-12", Data: months(nil), Rows: release.Grid(2027, []string{"u"})})
			return err
		})
		if l[3].State != release.Before || l[4].State != release.Before || l[0].State != release.Hidden {
			t.Errorf("%+v", l[3])
		}
	})
}

func TestQuarter(t *testing.T) {
	for day, want := range map[calendar.Date][2]string{"2027-01-01": {"2027-01", "2026-12"}, "2027-06-30": {"2027-04", "2027-03"}, "2027-12-31": {"2027-10", "2027-09"}} {
		if release.Quarter(day) != want[0] || release.Closed(day) != want[1] {
			t.Errorf("%s: %s, %s", day, release.Quarter(day), release.Closed(day))
		}
	}
}
