package rota

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
)

func everybody(string, calendar.Date) (any, bool) { return nil, true }

// twice is so many evenings on Tuesdays and Thursdays from Tuesday the 5th of January 2027.
func twice(n, need, reserves int) (out []Evening) {
	day := calendar.Date("2027-01-05")
	for i := range n {
		out = append(out, Evening{ID: fmt.Sprintf("e%03d", i), Day: day, Need: need, Reserves: reserves})
		day = day.Add([]int{2, 5}[i%2])
	}
	return out
}

func TestCheck(t *testing.T) {
	evenings := twice(6, 1, 1)
	for name, c := range map[string]struct {
		change func(*Person)
		stands []Place
		place  Place
		want   []string
	}{
		"good":               {place: Place{Evening: "e001"}},
		"weekday":            {change: func(p *Person) { p.Never = []int{4} }, place: Place{Evening: "e001"}, want: []string{RuleWeekday}},
		"another weekday":    {change: func(p *Person) { p.Never = []int{4} }, place: Place{Evening: "e002"}},
		"away, the last day": {change: func(p *Person) { p.Away = []Span{{"2027-01-01", "2027-01-07"}} }, place: Place{Evening: "e001"}, want: []string{RuleAway}},
		"back again":         {change: func(p *Person) { p.Away = []Span{{"2027-01-01", "2027-01-06"}} }, place: Place{Evening: "e001"}},
		"in a row":           {stands: []Place{{Evening: "e002", Person: "p"}}, place: Place{Evening: "e001"}, want: []string{RuleRow}},
		"in a row is fine":   {change: func(p *Person) { p.Row = true }, stands: []Place{{Evening: "e002", Person: "p"}}, place: Place{Evening: "e001"}},
		"own amount":         {stands: []Place{{Evening: "e000", Person: "p"}, {Evening: "e003", Person: "p"}}, place: Place{Evening: "e005"}, want: []string{RuleMonth}},
		"on break":           {change: func(p *Person) { p.Most = 0 }, place: Place{Evening: "e005"}, want: []string{RuleMonth}},
		"twice":              {stands: []Place{{Evening: "e001", Person: "p", Reserve: true}}, place: Place{Evening: "e001"}, want: []string{RuleTwice}},
		"reserve and busy":   {stands: []Place{{Evening: "e000", Person: "p"}, {Evening: "e002", Person: "p"}}, place: Place{Evening: "e001", Reserve: true}},
		"not trained":        {change: func(p *Person) { p.ID = "new" }, place: Place{Evening: "e001", Person: "new"}, want: []string{RuleEligible}},
		"unknown":            {place: Place{Evening: "e001", Person: "nobody"}, want: []string{RuleEligible}},
	} {
		p := Person{ID: "p", Most: 2}
		if c.change != nil {
			c.change(&p)
		}
		b := New(evenings, []Person{p}, func(who string, _ calendar.Date) (any, bool) { return nil, who != "new" })
		for _, s := range c.stands {
			b.Put(s)
		}
		c.place.Person = cmp.Or(c.place.Person, p.ID)
		var got []string
		for _, a := range b.Check(c.place) {
			got = append(got, a.Rule)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// random is a small case in which rules get in each other's way.
func random(dice *rand.Rand) ([]Evening, []Person, Eligible) {
	evenings := twice(3+dice.IntN(4), 1, 0)
	var people []Person
	for i := range 2 + dice.IntN(3) {
		p := Person{ID: fmt.Sprintf("p%d", i), Most: 1 + dice.IntN(3), Row: dice.IntN(3) == 0}
		if dice.IntN(3) == 0 {
			p.Never = []int{[]int{2, 4}[dice.IntN(2)]}
		}
		if dice.IntN(2) == 0 {
			p.Wished = []int{[]int{2, 4}[dice.IntN(2)]}
		}
		if dice.IntN(3) == 0 {
			first := calendar.Date("2027-01-05").Add(dice.IntN(20))
			p.Away = []Span{{first, first.Add(dice.IntN(8))}}
		}
		people = append(people, p)
	}
	bar := dice.IntN(6)
	return evenings, people, func(who string, day calendar.Date) (any, bool) {
		return nil, who != fmt.Sprintf("p%d", bar) || day < "2027-01-14"
	}
}

// exact tries everything there is.
func exact(b *Board, e int, best *saved) {
	if e == len(b.evenings) {
		if s := b.save(); best.answer == nil || s.better(*best) {
			*best = s
		}
		return
	}
	for p := range b.people {
		if b.free(e, p) {
			b.put(e, p)
			exact(b, e+1, best)
			b.take(e, p)
		}
	}
	exact(b, e+1, best)
}

// what is proposed breaks no rule, and is as good as anything could be; every small case is held against all there is.
func TestProposeIsAsGoodAsTryingEverything(t *testing.T) {
	worse := 0
	for n := range 200 {
		evenings, people, may := random(rand.New(rand.NewPCG(uint64(n), 1)))
		var best saved
		exact(New(evenings, people, may), 0, &best)
		b := New(evenings, people, may)
		b.Propose(7)
		held(t, n, b, evenings, people, may)
		got := b.save()
		if got.short != best.short {
			t.Errorf("case %d: %d evenings are short, want %d", n, got.short, best.short)
		}
		if got.cost > best.cost {
			worse++
		}
	}
	if worse > 0 {
		t.Errorf("%d of 200 cases cost more than they could", worse)
	}
}

// held asks the same checker as a hand would, place by place, on a board without that place.
func held(t *testing.T, n int, b *Board, evenings []Evening, people []Person, may Eligible) {
	t.Helper()
	all := b.Places()
	for i, x := range all {
		other := New(evenings, people, may)
		for j, y := range all {
			if i != j {
				other.Put(y)
			}
		}
		if against := other.Check(x); len(against) > 0 {
			t.Errorf("case %d: %+v is placed against %+v", n, x, against)
		}
	}
}

// large is a year of two evenings a week and people of whom each has something of their own.
func large(n int) ([]Evening, []Person) {
	dice := rand.New(rand.NewPCG(5, 5))
	var people []Person
	for i := range n {
		p := Person{ID: fmt.Sprintf("p%03d", i), Most: 1 + dice.IntN(3), Row: dice.IntN(4) == 0}
		for _, day := range []int{2, 4} {
			switch dice.IntN(6) {
			case 0:
				p.Never = append(p.Never, day)
			case 1:
				p.Wished = append(p.Wished, day)
			}
		}
		first := calendar.Date("2027-01-05").Add(dice.IntN(300))
		p.Away = []Span{{first, first.Add(dice.IntN(40))}}
		people = append(people, p)
	}
	return twice(104, 1, 2), people
}

// A year for two hundred: nobody is missing, no rule is broken, the burden lies evenly, and the same seed says the same.
func TestProposeYear(t *testing.T) {
	evenings, people := large(200)
	first, again := New(evenings, people, everybody), New(evenings, people, everybody)
	first.Propose(1)
	again.Propose(1)
	if !reflect.DeepEqual(first.Places(), again.Places()) {
		t.Error("the same seed proposed otherwise")
	}
	if first.Short() != 0 {
		t.Errorf("%d are missing", first.Short())
	}
	held(t, 0, first, evenings, people, everybody)
	for p, l := range first.load {
		if l > 1 {
			t.Errorf("%s answers %d of 104 evenings that 200 share", first.people[p].ID, l)
		}
	}
	for e := range first.reserve {
		if len(first.reserve[e]) != 2 {
			t.Errorf("evening %d has %d reserves", e, len(first.reserve[e]))
		}
	}
}

// Twelve for a year: those who can twice a month have about twice what those have who can once.
func TestProposeIsEvenAgainstOwnAmounts(t *testing.T) {
	var people []Person
	for i := range 12 {
		people = append(people, Person{ID: fmt.Sprintf("p%02d", i), Most: 1 + i%2})
	}
	b := New(twice(104, 1, 0), people, everybody)
	b.Propose(3)
	if b.Short() != 0 {
		t.Fatalf("%d are missing", b.Short())
	}
	for p, l := range b.load {
		want := 104 * b.people[p].Most / 18
		if l < want-1 || l > want+1 {
			t.Errorf("%s with at most %d a month has %d in the year, want about %d", b.people[p].ID, b.people[p].Most, l, want)
		}
	}
}

// Whoever stands there already is asked nothing again.
func TestProposeKeepsWhatStands(t *testing.T) {
	evenings, people, may := random(rand.New(rand.NewPCG(9, 1)))
	b := New(evenings, people, may)
	b.Put(Place{Evening: "e001", Person: "p1"})
	b.Propose(1)
	if !slices.Contains(b.Places(), Place{Evening: "e001", Person: "p1"}) {
		t.Error("somebody was moved who stood there")
	}
}

// An evening that nobody can have says which rule is in the way and what would help the most.
func TestLackAndWhy(t *testing.T) {
	people := []Person{{ID: "ari", Most: 1}, {ID: "pekka", Most: 2, Never: []int{4}}, {ID: "timo", Most: 4}}
	b := New(twice(2, 1, 0), people, func(who string, day calendar.Date) (any, bool) { return "training", who != "timo" })
	b.Put(Place{Evening: "e000", Person: "ari"})
	got := b.Lack("e001")
	want := Lack{Missing: 1, Rules: []RuleCount{{RuleEligible, 1, 1}, {RuleWeekday, 1, 1}, {RuleMonth, 1, 0}, {RuleRow, 1, 0}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("lack %+v, want %+v", got, want)
	}
	if w := b.Why("e000", "ari"); w.Could != 1 || w.Answers != 1 || w.Most != 1 || w.Fewest {
		t.Errorf("why %+v: one other could, for whom it would be less of their own amount", w)
	}
	if l := b.Lack("e000"); l.Missing != 0 || l.Rules != nil {
		t.Errorf("lack of a filled evening %+v", l)
	}
}
