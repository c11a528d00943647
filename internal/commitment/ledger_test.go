package commitment_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
)

var granted = commitment.Commitment{Granted: 15, Periods: []commitment.Period{{First: "2027-04-01", Last: "2027-09-30"}}}

var rules = &model.Commitment{Min: 10, Max: 20, WarnDays: []int{30, 14}, EntryDays: 7, EndVisits: 1}

func on(day, state string, counted bool) commitment.Visit {
	return commitment.Visit{At: calendar.Local{Day: calendar.Date(day), Clock: "14:00", Zone: "Europe/Helsinki"}, State: state, Counted: counted}
}

func held(n int) (out []commitment.Visit) {
	for i := range n {
		out = append(out, on(string(calendar.Date("2027-04-01").Add(7*i)), "held", true))
	}
	return out
}

// A-11, day by day: nine of fifteen used, two visits booked before the last day and two after it.
func TestLedgerOfA11(t *testing.T) {
	visits := append(held(9), on("2027-09-14", "booked", false), on("2027-09-28", "booked", false), on("2027-10-05", "booked", false), on("2027-10-19", "booked", false))
	for day, want := range map[calendar.Date]struct {
		state   commitment.State
		warning int
	}{
		"2027-08-30": {commitment.InUse, 0}, "2027-08-31": {commitment.InUse, 30}, "2027-09-15": {commitment.InUse, 30},
		"2027-09-16": {commitment.InUse, 14}, "2027-09-30": {commitment.InUse, 14}, "2027-10-01": {commitment.Expired, 0},
	} {
		l := commitment.Reckon(granted, visits, day)
		if l.Used() != 9 || l.Unused() != 6 || l.Booked != 2 || l.Uncovered != 2 || l.Free() != 2 {
			t.Errorf("%s: %+v", day, l)
		}
		if s, w := l.State(episode.StageOpen), l.Warning(rules); s != want.state || w != want.warning {
			t.Errorf("%s: %s, warned %d days before; want %s, %d", day, s, w, want.state, want.warning)
		}
	}
	longer := granted
	longer.Periods = append(slices.Clone(granted.Periods), commitment.Period{First: "2027-10-01", Last: "2027-12-31"})
	if l := commitment.Reckon(longer, visits, "2027-10-02"); l.Booked != 4 || l.Uncovered != 0 || l.Used() != 9 || l.Last != "2027-12-31" {
		t.Errorf("after the extension: %+v", l)
	}
}

// The states of R-115, and that what has nothing left to warn of is quiet.
func TestLedgerStates(t *testing.T) {
	for name, c := range map[string]struct {
		visits []commitment.Visit
		day    calendar.Date
		stage  episode.Stage
		want   commitment.State
		warned int
	}{
		"nothing used":               {nil, "2027-04-01", episode.StageOpen, commitment.Granted, 0},
		"one used":                   {held(1), "2027-04-02", episode.StageOpen, commitment.InUse, 0},
		"three left":                 {held(12), "2027-08-01", episode.StageOpen, commitment.InUse, 0},
		"two left":                   {held(13), "2027-08-01", episode.StageOpen, commitment.NearlyUsed, 0},
		"used":                       {held(15), "2027-09-29", episode.StageOpen, commitment.Used, 0},
		"used, and over":             {held(15), "2027-10-29", episode.StageOpen, commitment.Used, 0},
		"over":                       {held(14), "2027-10-01", episode.StageOpen, commitment.Expired, 0},
		"ended":                      {held(3), "2027-05-01", episode.StageClosed, commitment.Ended, 0},
		"a missed one that uses":     {append(held(14), on("2027-09-01", "missed", true)), "2027-09-29", episode.StageOpen, commitment.Used, 0},
		"a missed one that does not": {append(held(14), on("2027-09-01", "missed", false)), "2027-09-29", episode.StageOpen, commitment.NearlyUsed, 14},
	} {
		l := commitment.Reckon(granted, c.visits, c.day)
		if got := l.State(c.stage); got != c.want || l.Warning(rules) != c.warned {
			t.Errorf("%s: %s, warned %d; want %s, %d", name, got, l.Warning(rules), c.want, c.warned)
		}
	}
}

// A visit belongs to its day as the unit's clocks show it: half past eleven on the last night is covered, a quarter past
// midnight is not; and the nights when clocks change move nothing.
func TestLedgerAtMidnightAndWhenClocksChange(t *testing.T) {
	for _, c := range []struct {
		last calendar.Date
		at   string // UTC
		want bool
	}{
		{"2027-09-30", "2027-09-30T20:30:00Z", true},  // 23.30 in Helsinki
		{"2027-09-30", "2027-09-30T21:15:00Z", false}, // 0.15 on the first of October
		{"2027-03-27", "2027-03-27T21:45:00Z", true},  // 23.45 before the spring night
		{"2027-03-28", "2027-03-27T22:15:00Z", true},  // 0.15 of the spring night
		{"2027-03-28", "2027-03-28T20:45:00Z", true},  // 23.45 after it, three hours from Greenwich
		{"2027-03-28", "2027-03-28T21:00:00Z", false}, // and midnight
		{"2027-10-31", "2027-10-31T00:30:00Z", true},  // the first half past three of the autumn night
		{"2027-10-31", "2027-10-31T01:30:00Z", true},  // the second
		{"2027-10-31", "2027-10-31T21:59:00Z", true},  // 23.59, two hours from Greenwich again
		{"2027-10-31", "2027-10-31T22:00:00Z", false},
	} {
		starts, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		x := commitment.Commitment{Granted: 10, Periods: []commitment.Period{{First: "2027-01-01", Last: c.last}}}
		v := commitment.Visit{At: calendar.LocalOf(starts, "Europe/Helsinki"), State: "booked"}
		l := commitment.Reckon(x, []commitment.Visit{v}, "2027-01-02")
		if covered := l.Booked == 1; covered != c.want {
			t.Errorf("%s under a commitment until %s: covered %v, want %v", c.at, c.last, covered, c.want)
		}
	}
}

// Over many random ledgers: every visit is counted once; extending loses none and uses none; and what is told of a day is
// the same however the clock came to it.
func TestLedgerProperties(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	day := func() calendar.Date { return calendar.Date("2027-01-01").Add(random.IntN(400)) }
	for range 3000 {
		first := day()
		c := commitment.Commitment{Granted: 10 + random.IntN(11), Periods: []commitment.Period{{First: first, Last: first.Add(random.IntN(200))}}}
		var visits []commitment.Visit
		for range random.IntN(30) {
			state := []string{appointment.Booked, appointment.OnHold, appointment.Held, appointment.Missed, appointment.Cancelled}[random.IntN(5)]
			v := on(string(day()), state, false)
			v.End = random.IntN(6) == 0
			v.Counted = state != appointment.Booked && state != appointment.OnHold && !v.End && random.IntN(2) == 0
			visits = append(visits, v)
		}
		today := day()
		l := commitment.Reckon(c, visits, today)
		if l.All() != len(visits) {
			t.Fatalf("%d of %d visits are counted: %+v", l.All(), len(visits), l)
		}
		if l.Unused() < 0 || l.Unused()+l.Used() < l.Granted || l.Free() > l.Unused() {
			t.Fatalf("the sums do not agree: %+v", l)
		}
		longer := c
		longer.Periods = append(slices.Clone(c.Periods), commitment.Period{First: c.Last().Add(1 + random.IntN(9)), Last: c.Last().Add(10 + random.IntN(90))})
		m := commitment.Reckon(longer, visits, today)
		if m.Used() != l.Used() || m.Booked < l.Booked || m.Booked+m.Uncovered != l.Booked+l.Uncovered || m.All() != l.All() || m.Granted != l.Granted {
			t.Fatalf("extending %+v made it %+v", l, m)
		}
		if w := l.Warning(rules); w != 0 && (today < l.Last.Add(-w) || today > l.Last) {
			t.Fatalf("warned %d days before %s on %s", w, l.Last, today)
		}
		before := 0 // day by day the warnings come nearer and never go back
		for d := l.Last.Add(-40); d <= l.Last; d = d.Add(1) {
			w := commitment.Reckon(c, visits, d).Warning(rules)
			if before != 0 && (w == 0 || w > before) {
				t.Fatalf("warned %d days before %s, and on %s %d", before, l.Last, d, w)
			}
			before = w
		}
	}
}

// an entry is late when its seven days have passed, and not a day sooner; what the organisation pays itself has none.
func TestLateEntries(t *testing.T) {
	v := on("2027-04-15", "held", true)
	for day, want := range map[calendar.Date]bool{"2027-04-15": false, "2027-04-22": false, "2027-04-23": true} {
		if got := v.Late(rules, day); got != want {
			t.Errorf("on %s late %v, want %v", day, got, want)
		}
	}
	marked, end := v, v
	marked.Entry, end.Counted, end.End = "2027-04-16", false, true
	if marked.Late(rules, "2027-06-01") || end.Late(rules, "2027-06-01") {
		t.Error("an entry is asked for that was made, or that the payer does not need")
	}
}
