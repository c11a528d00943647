package line_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// offer begins the line in the organisation's unit.
func offer(t *testing.T, db *storage.DB, o storagetest.Organisation) (out organization.Offer) {
	t.Helper()
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
		m, _ := o.Models.Latest("miesluuri")
		out, err = organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: o.Unit.ID, Model: m.ID, Version: m.Version, Slug: "linja", Open: true})
		return err
	})
	return out
}

func series(of organization.OfferID) line.Series {
	return line.Series{Offer: of, First: "2027-01-12", Weekdays: []int{2, 4}, Clock: "18:00", Minutes: 120, N: 4}
}

func plan(t *testing.T, db *storage.DB, o storagetest.Organisation, by access.Actor, s line.Series) (all []line.Evening, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
		all, err = line.Plan(t.Context(), tx, o.Models, by, s)
		return err
	})
	return all, err
}

func mark(t *testing.T, db *storage.DB, o storagetest.Organisation, by access.Actor, e line.EveningID, form string, ticks line.Ticks) (slip string, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
		slip, err = line.Mark(t.Context(), tx, o.Models, by, e, form, ticks)
		return err
	})
	return slip, err
}

func back(t *testing.T, db *storage.DB, o storagetest.Organisation, by access.Actor, e line.EveningID, slip string) error {
	t.Helper()
	return db.Update(t.Context(), func(tx *storage.Tx) error {
		return line.TakeBack(t.Context(), tx, o.Models, by, e, slip)
	})
}

// sums are the line's figures, by name and value.
func sums(t *testing.T, db *storage.DB, o storagetest.Organisation) map[string]int {
	t.Helper()
	out := map[string]int{}
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		kept, err := tx.Figures(ctx, o.Unit.ID, "2027-01", "2027-12")
		for _, s := range kept {
			if s.N != 0 {
				out[strings.TrimSuffix(s.Name+" "+s.Value, " ")] += s.N
			}
		}
		return err
	})
	return out
}

func contacts(t *testing.T, db *storage.DB, e line.EveningID) (n int) {
	t.Helper()
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		x, err := tx.Evening(ctx, e)
		n = x.Contacts
		return err
	})
	return n
}

var long = line.Ticks{Length: "from-30-to-60", Themes: []string{"separation", "loneliness"}, Tips: []string{"separation-group", "sakki"}}

// what is kept of a call is ticks, as sums of the month; the evening says six contacts, not six callers.
func TestCallsAreContacts(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Coordinator, series(offer(t, db, o).ID))
		if err != nil {
			t.Fatal(err)
		}
		e := all[0]
		if _, err := mark(t, db, o, o.Coordinator, e.ID, id.New(), long); !fault.HasKey(err, "line.not-yet") {
			t.Errorf("before it began: %v", err)
		}
		clock.Set(e.Starts.Add(40 * time.Minute))
		for i := range 6 {
			ticks := long
			if ticks.Tips = nil; i == 0 {
				ticks.Tips, ticks.Worry = long.Tips, true
			}
			if _, err := mark(t, db, o, o.Coordinator, e.ID, id.New(), ticks); err != nil {
				t.Fatal(err)
			}
		}
		if n := contacts(t, db, e.ID); n != 6 {
			t.Errorf("the evening has %d contacts, want 6", n)
		}
		want := map[string]int{figure.LineContacts: 6, figure.LineLengths + " from-30-to-60": 6, figure.LineThemes + " separation": 6, figure.LineThemes + " loneliness": 6,
			figure.LineTips + " separation-group": 1, figure.LineTips + " sakki": 1, figure.LineWorries: 1}
		if got := sums(t, db, o); !reflect.DeepEqual(got, want) {
			t.Errorf("figures %v, want %v", got, want)
		}
		if _, err := mark(t, db, o, o.Stranger, e.ID, id.New(), long); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestTicksOnly(t *testing.T) {
	db, clock := open(t)
	o := storagetest.Furnish(t, db)
	all, err := plan(t, db, o, o.Coordinator, series(offer(t, db, o).ID))
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(all[0].Starts.Add(time.Minute))
	for name, c := range map[string]struct {
		change func(*line.Ticks)
		field  string
	}{
		"no length":      {func(x *line.Ticks) { x.Length = "" }, "length"},
		"own words":      {func(x *line.Ticks) { x.Length = "Pekka from Oulu" }, "length"},
		"no theme":       {func(x *line.Ticks) { x.Themes = nil }, "themes"},
		"another theme":  {func(x *line.Ticks) { x.Themes = []string{"his name"} }, "themes"},
		"four themes":    {func(x *line.Ticks) { x.Themes = []string{"separation", "loneliness", "health", "other"} }, "themes"},
		"the same twice": {func(x *line.Ticks) { x.Themes = []string{"separation", "separation"} }, "themes"},
		"another tip":    {func(x *line.Ticks) { x.Tips = []string{"mother"} }, "tips"},
	} {
		ticks := long
		c.change(&ticks)
		_, err := mark(t, db, o, o.Coordinator, all[0].ID, id.New(), ticks)
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%s: %v, want a mistake at %s", name, err, c.field)
		}
	}
	if _, err := mark(t, db, o, o.Coordinator, all[0].ID, "a name in the form", long); !fault.HasKey(err, "line.no-slip") {
		t.Errorf("words in the form's own field: %v", err)
	}
	if got := sums(t, db, o); len(got) != 0 {
		t.Errorf("something was kept: %v", got)
	}
}

func open(t *testing.T) (*storage.DB, *storagetest.Clock) {
	t.Helper()
	clock := storagetest.NewClock()
	return storagetest.Open(t, "sqlite", clock), clock
}

// The last form is taken back exactly once, by what its own answer carries; sent twice it counts once.
func TestTakeBack(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Coordinator, series(offer(t, db, o).ID))
		if err != nil {
			t.Fatal(err)
		}
		e := all[0].ID
		clock.Set(all[0].Starts.Add(time.Hour))
		first, form := id.New(), id.New()
		firstSlip, err := mark(t, db, o, o.Coordinator, e, first, long)
		if err != nil {
			t.Fatal(err)
		}
		short := line.Ticks{Length: "under-10", Themes: []string{"health"}}
		slip, err := mark(t, db, o, o.Coordinator, e, form, short)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := mark(t, db, o, o.Coordinator, e, form, short); err != nil || again != slip {
			t.Errorf("sent twice: %q, %v", again, err)
		}
		if _, err := mark(t, db, o, o.Coordinator, e, form, long); !fault.HasKey(err, "line.sent") {
			t.Errorf("the same form with other ticks: %v", err)
		}
		for name, c := range map[string]struct {
			by   access.Actor
			slip string
			want string
		}{
			"one before the last": {o.Coordinator, firstSlip, "line.not-last"},
			"a colleague's":       {o.Worker, slip, "line.not-last"},
			"made up":             {o.Coordinator, form + ".eyJsIjoidW5kZXItMTAiLCJoIjpbIm90aGVyIl19", "line.not-last"},
			"no slip":             {o.Coordinator, "x", "line.no-slip"},
			"a stranger's":        {o.Stranger, slip, "not-found"},
		} {
			if err := back(t, db, o, c.by, e, c.slip); !fault.HasKey(err, c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if err := back(t, db, o, o.Coordinator, e, slip); err != nil {
			t.Fatal(err)
		}
		if err := back(t, db, o, o.Coordinator, e, slip); !fault.HasKey(err, "line.taken-back") {
			t.Errorf("taken back twice: %v", err)
		}
		if _, err := mark(t, db, o, o.Coordinator, e, form, short); !fault.HasKey(err, "line.taken-back") {
			t.Errorf("sent again after it was taken back: %v", err)
		}
		if n, got := contacts(t, db, e), sums(t, db, o); n != 1 || got[figure.LineContacts] != 1 || got[figure.LineThemes+" health"] != 0 {
			t.Errorf("%d contacts, figures %v", n, got)
		}
	})
}

// Two presses at once take back once, on both databases.
func TestTakeBackAtOnceOnlyOnce(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Coordinator, series(offer(t, db, o).ID))
		if err != nil {
			t.Fatal(err)
		}
		e := all[0].ID
		clock.Set(all[0].Starts.Add(time.Hour))
		for range 3 {
			if _, err := mark(t, db, o, o.Coordinator, e, id.New(), long); err != nil {
				t.Fatal(err)
			}
		}
		slip, err := mark(t, db, o, o.Coordinator, e, id.New(), long)
		if err != nil {
			t.Fatal(err)
		}
		var all4 sync.WaitGroup
		for range 4 {
			all4.Go(func() { back(t, db, o, o.Coordinator, e, slip) })
		}
		all4.Wait()
		if n := contacts(t, db, e); n != 3 {
			t.Errorf("%d contacts, want 3", n)
		}
	})
}

// the model says how many evenings there are in a week; on which days, the unit.
func TestPlanRefuses(t *testing.T) {
	db, _ := open(t)
	o := storagetest.Furnish(t, db)
	of := offer(t, db, o).ID
	for name, c := range map[string]struct {
		by     access.Actor
		change func(*line.Series)
		want   string
	}{
		"a worker":       {o.Worker, func(*line.Series) {}, "not-found"},
		"a stranger":     {o.Stranger, func(*line.Series) {}, "not-found"},
		"another model":  {o.Coordinator, func(s *line.Series) { s.Offer = o.Adults.ID }, "not-found"},
		"once a week":    {o.Coordinator, func(s *line.Series) { s.Weekdays = []int{2} }, "form.mistakes"},
		"the same twice": {o.Coordinator, func(s *line.Series) { s.Weekdays = []int{2, 2} }, "form.mistakes"},
		"three a week":   {o.Coordinator, func(s *line.Series) { s.Weekdays = []int{1, 2, 4} }, "form.mistakes"},
		"no such day":    {o.Coordinator, func(s *line.Series) { s.Weekdays = []int{0, 4} }, "form.mistakes"},
		"none":           {o.Coordinator, func(s *line.Series) { s.N = 0 }, "form.mistakes"},
		"past":           {o.Coordinator, func(s *line.Series) { s.First = "2026-12-01" }, "line.past"},
		"good":           {o.Coordinator, func(*line.Series) {}, ""},
		"the same again": {o.Coordinator, func(*line.Series) {}, "line.same-time"},
	} {
		if name == "the same again" || name == "good" {
			continue
		}
		s := series(of)
		c.change(&s)
		if _, err := plan(t, db, o, c.by, s); !fault.HasKey(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	all, err := plan(t, db, o, o.Coordinator, series(of))
	if err != nil {
		t.Fatal(err)
	}
	var days []calendar.Date
	for _, e := range all {
		days = append(days, e.At.Day)
	}
	if got := fmt.Sprint(days); got != "[2027-01-12 2027-01-14 2027-01-19 2027-01-21]" {
		t.Errorf("planned %s", got)
	}
	if _, err := plan(t, db, o, o.Coordinator, series(of)); !fault.HasKey(err, "line.same-time") {
		t.Errorf("the same evenings twice: %v", err)
	}
}

// An evening that is over counts once, however often it is swept; a closed one never, and nothing of its forms is left.
func TestSweepSettles(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		all, err := plan(t, db, o, o.Coordinator, series(offer(t, db, o).ID))
		if err != nil {
			t.Fatal(err)
		}
		clock.Set(all[0].Starts.Add(time.Hour))
		if _, err := mark(t, db, o, o.Coordinator, all[0].ID, id.New(), long); err != nil {
			t.Fatal(err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			return line.Close(ctx, tx, o.Models, o.Coordinator, all[1].ID)
		})
		clock.Set(all[2].Ends().Add(20 * time.Hour))
		for range 2 {
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
				_, err := line.Sweep(ctx, tx, o.Models)
				return err
			})
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			for i, want := range []string{line.Held, line.Closed, line.Unheld, line.Open} {
				if e, err := tx.Evening(ctx, all[i].ID); err != nil || e.State != want {
					t.Errorf("evening %d is %s, %v, want %s", i, e.State, err, want)
				}
			}
			last, err := tx.LastForm(ctx, all[0].ID, o.Coordinator.Account)
			if len(last.Form) != 0 {
				t.Error("a form's fingerprint stays after the evening")
			}
			return err
		})
		if got := sums(t, db, o); got[figure.LineEvenings] != 1 || got[figure.LineMinutes] != 120 {
			t.Errorf("figures %v, want one evening of 120 minutes", got)
		}
	})
}

// A-20, D-107: nothing of a line can carry words. No field of what is ticked is anything but a choice, and no model's line
// has a key for more.
func TestLineHasNoPlaceForWords(t *testing.T) {
	for _, x := range []struct {
		kind reflect.Type
		want string
	}{
		{reflect.TypeFor[line.Ticks](), "Length string, Themes []string, Tips []string, Worry bool"}, // choices of the model's lists alone: TestTicksOnly
		{reflect.TypeFor[line.Last](), "Form []uint8, Ticks []uint8, Undone bool"},
		{reflect.TypeFor[line.Evening](), "ID line.EveningID, Offer organization.OfferID, At calendar.Local, Minutes int, Starts time.Time, State string, Contacts int"},
		{reflect.TypeFor[model.Line](), "Min int, Max int, Answerers int, Reserves int, Task string, LateMins int, Lengths []string, Themes []string, MostThemes int, Worry bool"},
	} {
		var got []string
		for i := range x.kind.NumField() {
			f := x.kind.Field(i)
			got = append(got, f.Name+" "+f.Type.String())
		}
		if s := strings.Join(got, ", "); s != x.want {
			t.Errorf("%s holds %s: may a word of a call stand there?", x.kind, s)
		}
	}
	all, err := storage.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range all {
		if !strings.HasPrefix(c.Table, "line_") || c.Table == "line_number" {
			continue
		}
		seen++
		switch c.Class {
		case storage.ClassID, storage.ClassChoice, storage.ClassCount, storage.ClassTime, storage.ClassKey:
		default:
			t.Errorf("%s.%s is %s", c.Table, c.Name, c.Class)
		}
	}
	if seen < 14 {
		t.Errorf("only %d columns were looked at", seen)
	}
}
