package appointment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
)

const helsinki = "Europe/Helsinki"

func every(days []int, opens, closes calendar.Clock) (hours []organization.Hours) {
	for _, d := range days {
		hours = append(hours, organization.Hours{Weekday: d, Opens: opens, Closes: closes})
	}
	return hours
}

func worker(id access.AccountID, hours ...organization.Hours) organization.Worker {
	return organization.Worker{Account: id, Name: string(id), Languages: []string{"fi"}, Places: []string{Office, Home, Agreed}, TravelMinutes: 30, Hours: hours}
}

func at(day calendar.Date, clock calendar.Clock) time.Time {
	t, err := calendar.Local{Day: day, Clock: clock, Zone: helsinki}.Instant()
	if err != nil {
		panic(err)
	}
	return t
}

var offices = []organization.Place{{ID: "shut", Area: "Helsinki"}, {ID: "office", Area: "Helsinki", Active: true}, {ID: "espoo", Area: "Espoo", Active: true}}

// show writes free times as "day clock worker".
func show(free []Free) (out []string) {
	for _, f := range free {
		out = append(out, fmt.Sprintf("%s %s %s", f.At.Day[5:], f.At.Clock, f.Worker))
	}
	return out
}

func TestSearch(t *testing.T) {
	tuesday := calendar.Date("2027-01-12")
	base := Wanted{Minutes: 60, From: tuesday, To: tuesday, PlaceKind: Office}
	want := func(change func(*Wanted)) Wanted { w := base; change(&w); return w }
	noon := at(tuesday, "08:00")
	a := worker("a", every([]int{2}, "09:00", "11:00")...)
	busy := func(place organization.PlaceID, kind string, from, to calendar.Clock) []Busy {
		return []Busy{{Worker: "a", Starts: at(tuesday, from), Ends: at(tuesday, to), PlaceKind: kind, PlaceID: place}}
	}
	for _, c := range []struct {
		name    string
		workers []organization.Worker
		busy    []Busy
		w       Wanted
		now     time.Time
		limit   int
		want    []string
	}{
		{"steps of a quarter, and the last ends with the hours", []organization.Worker{a}, nil, base, noon, 9,
			[]string{"01-12 09:00 a", "01-12 09:15 a", "01-12 09:30 a", "01-12 09:45 a", "01-12 10:00 a"}},
		{"the limit", []organization.Worker{a}, nil, base, noon, 2, []string{"01-12 09:00 a", "01-12 09:15 a"}},
		{"not within the hour that is left to get there", []organization.Worker{a}, nil, base, at(tuesday, "08:40"), 2, []string{"01-12 09:45 a", "01-12 10:00 a"}},
		{"first of all workers, by time and then name", []organization.Worker{a, worker("b", every([]int{2}, "08:45", "10:00")...)}, nil, base, at(tuesday, "07:00"), 4,
			[]string{"01-12 08:45 b", "01-12 09:00 a", "01-12 09:00 b", "01-12 09:15 a"}},
		{"a meeting at the same office needs no travel", []organization.Worker{a}, busy("office", Office, "10:00", "11:00"), base, noon, 9, []string{"01-12 09:00 a"}},
		{"one at another office does", []organization.Worker{a}, busy("espoo", Office, "10:00", "11:00"), base, noon, 9, nil},
		{"travel after a home visit", []organization.Worker{a}, busy("", Home, "08:00", "09:00"), base, noon, 1, []string{"01-12 09:30 a"}},
		{"travel before and after one's own home visit", []organization.Worker{a}, busy("office", Office, "08:00", "09:00"), want(func(w *Wanted) { w.PlaceKind = Home }), noon, 1, []string{"01-12 09:30 a"}},
		{"an evening is an evening", []organization.Worker{worker("a", every([]int{2}, "15:00", "20:00")...)}, nil, want(func(w *Wanted) { w.Parts = []string{"evening"} }), noon, 1, []string{"01-12 17:00 a"}},
		{"weekend", []organization.Worker{worker("a", every([]int{2, 6}, "15:00", "20:00")...)}, nil, want(func(w *Wanted) { w.To, w.Parts = tuesday.Add(7), []string{"weekend"} }), noon, 1, []string{"01-16 15:00 a"}},
		{"another language", []organization.Worker{a}, nil, want(func(w *Wanted) { w.Lang = "sv" }), noon, 1, nil},
		{"no areas means all", []organization.Worker{a}, nil, want(func(w *Wanted) { w.Area = "Espoo" }), noon, 1, []string{"01-12 09:00 a"}},
		{"one worker alone", []organization.Worker{a, worker("b", every([]int{2}, "08:45", "10:00")...)}, nil, want(func(w *Wanted) { w.Worker = "a" }), at(tuesday, "07:00"), 1, []string{"01-12 09:00 a"}},
		{"an office that is shut", []organization.Worker{a}, nil, want(func(w *Wanted) { w.Place = "shut" }), noon, 1, nil},
	} {
		got := Search(Supply{Zone: helsinki, Workers: c.workers, Places: offices, Busy: c.busy}, c.w, c.now, c.limit)
		if !slices.Equal(show(got), c.want) {
			t.Errorf("%s: got %v, want %v", c.name, show(got), c.want)
		}
	}
}

func TestSearchLeavesOutAbsences(t *testing.T) {
	a := worker("a", every([]int{1, 2, 3, 4, 5}, "09:00", "10:00")...)
	a.Absences = []organization.Absence{{First: "2027-01-12", Last: "2027-01-13"}}
	got := Search(Supply{Zone: helsinki, Workers: []organization.Worker{a}, Places: offices}, Wanted{Minutes: 60, From: "2027-01-11", To: "2027-01-15"}, at("2027-01-11", "06:00"), 9)
	if want := []string{"01-11 09:00 a", "01-14 09:00 a", "01-15 09:00 a"}; !slices.Equal(show(got), want) {
		t.Errorf("got %v, want %v", show(got), want)
	}
	if got[0].Place != "office" {
		t.Errorf("at %q, want the active office", got[0].Place)
	}
}

// The nights when the clock changes (28.3. and 31.10.2027 in Helsinki): no time that does not exist, none twice, none
// that ends after the hours.
func TestSearchWhenTheClockChanges(t *testing.T) {
	night := worker("a", every([]int{7}, "02:00", "05:00")...)
	find := func(w organization.Worker, day calendar.Date, minutes int) []string {
		return show(Search(Supply{Zone: helsinki, Workers: []organization.Worker{w}, Places: offices}, Wanted{Minutes: minutes, From: day, To: day}, at(day, "00:00"), 99))
	}
	// In spring three is followed by four: from 2.15 one is an hour later at 4.15.
	if got, want := find(night, "2027-03-28", 60), []string{"03-28 02:00 a", "03-28 02:15 a", "03-28 02:30 a", "03-28 02:45 a", "03-28 04:00 a"}; !slices.Equal(got, want) {
		t.Errorf("spring: got %v, want %v", got, want)
	}
	// In autumn there is an hour more: what begins at 3.45 the first time and lasts two hours is over at 4.45.
	got := find(night, "2027-10-31", 120)
	if want := []string{"10-31 02:00 a", "10-31 02:15 a", "10-31 02:30 a", "10-31 02:45 a", "10-31 03:00 a", "10-31 03:15 a", "10-31 03:30 a", "10-31 03:45 a"}; !slices.Equal(got, want) {
		t.Errorf("autumn: got %v, want %v", got, want)
	}
	// Hours that end in the skipped hour end at the leap.
	if got, want := find(worker("a", every([]int{7}, "02:00", "03:30")...), "2027-03-28", 60), []string{"03-28 02:00 a"}; !slices.Equal(got, want) {
		t.Errorf("hours to 3.30 in spring: got %v, want %v", got, want)
	}
	// Where the clock goes back at midnight's edge nothing is lost either: every quarter has its time once.
	seen := map[string]bool{}
	for _, s := range find(worker("a", every([]int{7}, "00:00", "23:45")...), "2027-10-31", 15) {
		if seen[s] {
			t.Errorf("%s twice", s)
		}
		seen[s] = true
	}
	if len(seen) != 95-4 { // a day of 95 quarters; before 1.00 there is no time left to get there
		t.Errorf("%d quarters, want 91", len(seen))
	}
}

// slow finds the same times the plainest way: it walks the time line in quarters and asks of each what a person would.
func slow(s Supply, w Wanted, now time.Time) (out []string) {
	for t := w.From.Add(-1).Midnight(); t.Before(w.To.Add(2).Midnight()); t = t.Add(15 * time.Minute) {
		here := calendar.LocalOf(t, s.Zone)
		if first, err := here.Instant(); err != nil || !first.Equal(t) || here.Day < w.From || here.Day > w.To || t.Sub(now) < time.Hour {
			continue
		}
		for _, x := range s.Workers {
			if slow1(s, w, x, t, here) {
				out = append(out, fmt.Sprintf("%s %s %s", here.Day[5:], here.Clock, x.Account))
			}
		}
	}
	return out
}

func slow1(s Supply, w Wanted, x organization.Worker, t time.Time, here calendar.Local) bool {
	works := false
	last := calendar.LocalOf(t.Add(time.Duration(w.Minutes-1)*time.Minute), s.Zone) // the last minute of it
	for _, h := range x.Hours {
		inside := h.Weekday == here.Day.Weekday() && h.Opens <= here.Clock && last.Day == here.Day && last.Clock < h.Closes
		if closes, err := (calendar.Local{Day: here.Day, Clock: h.Closes, Zone: s.Zone}).Instant(); err == nil { // twice that night: the first
			inside = inside && !t.Add(time.Duration(w.Minutes)*time.Minute).After(closes)
		}
		works = works || inside
	}
	for _, b := range x.Absences {
		works = works && (here.Day < b.First || here.Day > b.Last)
	}
	for _, b := range s.Busy {
		if b.Worker != x.Account {
			continue
		}
		gap := time.Duration(x.TravelMinutes) * time.Minute
		if w.PlaceKind == Office && b.PlaceKind == Office && b.PlaceID == "office" {
			gap = 0
		}
		before := !t.Add(time.Duration(w.Minutes)*time.Minute + gap).After(b.Starts)
		after := !t.Before(b.Ends.Add(gap))
		works = works && (before || after)
	}
	return works
}

// The search agrees with the plain walk on random staff, bookings and wishes, around both clock changes.
func TestSearchAgreesWithPlainWalk(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	found := 0
	for range 60 {
		from := []calendar.Date{"2027-03-26", "2027-10-29", "2027-06-01"}[r.IntN(3)]
		s := Supply{Zone: helsinki, Places: offices}
		for i := range 1 + r.IntN(3) {
			x := worker(access.AccountID([]string{"a", "b", "c"}[i]))
			x.TravelMinutes = 15 * r.IntN(5)
			for d := 1; d <= 7; d++ {
				opens := r.IntN(80)
				x.Hours = append(x.Hours, organization.Hours{Weekday: d, Opens: clock(opens * 15), Closes: clock((opens + 1 + r.IntN(95-opens)) * 15)})
			}
			if r.IntN(3) == 0 {
				x.Absences = []organization.Absence{{First: from.Add(1), Last: from.Add(1 + r.IntN(2))}}
			}
			s.Workers = append(s.Workers, x)
			for range r.IntN(8) {
				b := from.Midnight().Add(time.Duration(r.IntN(4*96)) * 15 * time.Minute)
				s.Busy = append(s.Busy, Busy{Worker: x.Account, Starts: b, Ends: b.Add(time.Duration(1+r.IntN(8)) * 15 * time.Minute), PlaceKind: []string{Office, Home}[r.IntN(2)], PlaceID: []organization.PlaceID{"office", "espoo"}[r.IntN(2)]})
			}
		}
		w := Wanted{Minutes: 15 * (1 + r.IntN(8)), From: from, To: from.Add(3), PlaceKind: []string{Office, Home}[r.IntN(2)]}
		now := from.Midnight().Add(time.Duration(r.IntN(48)) * time.Hour / 2)
		got, want := show(Search(s, w, now, 10000)), slow(s, w, now)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %d, want %d\n got %v\nwant %v", seed, len(got), len(want), got, want)
		}
		found += len(got)
	}
	if found < 1500 {
		t.Errorf("only %d times in all: the cases are too tight to prove anything", found)
	}
}
