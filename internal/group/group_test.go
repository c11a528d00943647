package group_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

func evening(o storagetest.Organisation, day calendar.Date) group.Meeting {
	return group.Meeting{Offer: o.Group.ID, At: calendar.Local{Day: day, Clock: "17:30"}, Minutes: 90}
}

func plan(t *testing.T, db *storage.DB, o storagetest.Organisation, by access.Actor, m group.Meeting, weeks, times int) (all []group.Meeting, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
		all, err = group.PlanSeries(t.Context(), tx, o.Models, by, m, weeks, times)
		return err
	})
	return all, err
}

func count(t *testing.T, db *storage.DB, o storagetest.Organisation, by access.Actor, id group.MeetingID, adults, children int) error {
	t.Helper()
	return db.Update(t.Context(), func(tx *storage.Tx) error {
		return group.Count(t.Context(), tx, o.Models, by, id, adults, children)
	})
}

func cancel(t *testing.T, db *storage.DB, o storagetest.Organisation, id group.MeetingID) error {
	t.Helper()
	return db.Update(t.Context(), func(tx *storage.Tx) error { return group.Cancel(t.Context(), tx, o.Models, o.Worker, id) })
}

// sums are the unit's figures by month and name.
func sums(t *testing.T, db *storage.DB, o storagetest.Organisation) map[string]int {
	t.Helper()
	out := map[string]int{}
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		kept, err := tx.Figures(ctx, o.Unit.ID, "2027-01", "2027-12")
		for _, s := range kept {
			out[s.Month+" "+s.Name] += s.N
		}
		return err
	})
	return out
}

// A series keeps its clock time over the spring night, and planning the same evening twice is refused whole.
func TestSeries(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Worker, evening(o, "2027-03-24"), 1, 3)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range all {
			got = append(got, calendar.Stamp(m.Starts))
		}
		want := []string{"2027-03-24T15:30:00.000Z", "2027-03-31T14:30:00.000Z", "2027-04-07T14:30:00.000Z"}
		if !slices.Equal(got, want) {
			t.Errorf("starts %v, want %v", got, want)
		}
		if _, err := plan(t, db, o, o.Coordinator, evening(o, "2027-03-17"), 2, 2); !fault.HasKey(err, "group.same-time") {
			t.Errorf("a second series over the first: %v", err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			kept, err := tx.Meetings(ctx, o.Group.ID, storagetest.Start, storagetest.Start.AddDate(1, 0, 0))
			if len(kept) != 3 {
				t.Errorf("%d meetings are planned, want the first series alone", len(kept))
			}
			return err
		})
	})
}

func TestPlanRefuses(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	o := storagetest.Furnish(t, db)
	for name, c := range map[string]struct {
		by           access.Actor
		change       func(*group.Meeting)
		weeks, times int
		want         string
	}{
		"good":         {o.Worker, func(*group.Meeting) {}, 4, 53, ""},
		"a visitor":    {access.Anyone(), func(*group.Meeting) {}, 1, 1, "not-found"},
		"a stranger":   {o.Stranger, func(*group.Meeting) {}, 1, 1, "not-found"},
		"not by heads": {o.Worker, func(m *group.Meeting) { m.Offer = o.Adults.ID }, 1, 1, "not-found"},
		"past":         {o.Worker, func(m *group.Meeting) { m.At.Day = "2027-01-11" }, 1, 1, "group.past"},
		"no day":       {o.Worker, func(m *group.Meeting) { m.At.Day = "" }, 1, 1, "calendar.date"},
		"the spring night": {o.Worker, func(m *group.Meeting) { m.At = calendar.Local{Day: "2027-03-21", Clock: "03:30"} }, 1, 2,
			"calendar.skipped"},
		"minutes":    {o.Worker, func(m *group.Meeting) { m.Minutes = 0 }, 1, 1, "form.mistakes"},
		"for ever":   {o.Worker, func(*group.Meeting) {}, 1, 54, "form.mistakes"},
		"never":      {o.Worker, func(*group.Meeting) {}, 1, 0, "form.mistakes"},
		"five weeks": {o.Worker, func(*group.Meeting) {}, 5, 2, "form.mistakes"},
	} {
		m := evening(o, "2027-01-20")
		c.change(&m)
		_, err := plan(t, db, o, c.by, m, c.weeks, c.times)
		if got := key(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

// heads are counted as often as people come, corrected in the month they came, and nobody is named.
func TestCount(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Worker, evening(o, "2027-01-13"), 1, 9)
		if err != nil {
			t.Fatal(err)
		}
		first := all[0].ID
		if err := count(t, db, o, o.Worker, first, 4, 0); !fault.HasKey(err, "group.not-yet") {
			t.Errorf("counted before it began: %v", err)
		}
		clock.Set(all[8].Starts.Add(2 * time.Hour)) // the 10th of March
		for _, m := range all {                     // the ninth time like the first
			if err := count(t, db, o, o.Worker, m.ID, 4, 3); err != nil {
				t.Errorf("on %s: %v", m.At.Day, err)
			}
		}
		if err := count(t, db, o, o.Coordinator, first, 6, 1); err != nil {
			t.Errorf("corrected: %v", err)
		}
		for name, err := range map[string]error{
			"a stranger":     count(t, db, o, o.Stranger, first, 1, 1),
			"less than none": count(t, db, o, o.Worker, first, -1, 0),
			"too many":       count(t, db, o, o.Worker, first, 0, 501),
			"held":           cancel(t, db, o, first),
		} {
			if err == nil {
				t.Errorf("%s: let through", name)
			}
		}
		got := sums(t, db, o)
		for name, want := range map[string]int{
			"2027-01 " + figure.Meetings: 3, "2027-01 " + figure.Adults: 14, "2027-01 " + figure.Children: 7,
			"2027-02 " + figure.Meetings: 4, "2027-02 " + figure.Adults: 16, "2027-03 " + figure.Meetings: 2, "2027-03 " + figure.Children: 6,
		} {
			if got[name] != want {
				t.Errorf("%s is %d, want %d", name, got[name], want)
			}
		}
	})
}

func TestCancelled(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Worker, evening(o, "2027-01-13"), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := cancel(t, db, o, all[0].ID); err != nil {
				t.Fatal(err)
			}
		}
		clock.Add(48 * time.Hour)
		if err := count(t, db, o, o.Worker, all[0].ID, 4, 0); !fault.HasKey(err, "group.cancelled") {
			t.Errorf("counted: %v", err)
		}
		if got := sums(t, db, o); len(got) != 0 {
			t.Errorf("figures %v", got)
		}
	})
}
