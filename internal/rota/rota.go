// Package rota proposes who answers on which evening (R-189, R-235…R-241). It knows persons by ids and by what they have
// said of themselves, days, and nothing else: who may be asked at all is handed to it. One checker of rules serves the
// proposal and a hand that places somebody. It never knows who declined, so nothing it does can lean on that.
package rota

import (
	"cmp"
	"slices"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// Evening is one evening to fill. Evenings stand in the order of their days.
type Evening struct {
	ID       string
	Day      calendar.Date
	Need     int // who answer
	Reserves int // who are asked when somebody cannot come
}

// Person is somebody who may answer, with their own amount and wishes. A Person without wishes comes on any weekday.
type Person struct {
	ID     string
	Most   int    // evenings in one calendar month at the most; 0 is none for now
	Wished []int  // weekdays liked best, 1 is Monday
	Never  []int  // weekdays on which they cannot
	Row    bool   // two evenings in a row are fine
	Away   []Span // days they are away
}

// Span is days from the first to the last, both included.
type Span struct{ First, Last calendar.Date }

// Eligible tells whether a person may answer on a day; why is the rule's own word where they may not, and is handed on
// unread.
type Eligible func(person string, day calendar.Date) (why any, ok bool)

// Rules that speak against a placement. Their texts are rota.rule.NAME.
const (
	RuleTwice    = "twice"    // has a place on that evening already
	RuleEligible = "eligible" // may not answer on that day; Why says more
	RuleAway     = "away"
	RuleWeekday  = "weekday"
	RuleMonth    = "month" // N evenings of that month, which is their own amount, are taken
	RuleRow      = "row"   // answers on the evening before or after
)

// Against is one rule that speaks against a placement.
type Against struct {
	Rule string
	N    int // of RuleMonth: the own amount
	Why  any // of RuleEligible
}

// Place is a person on an evening: as who answers, or as a reserve.
type Place struct {
	Evening, Person string
	Reserve         bool
}

// Board is evenings, persons and who stands where. The zero Board is empty; New makes one.
type Board struct {
	evenings []Evening
	people   []Person
	at       map[string]int // evenings by id
	who      map[string]int // people by id
	fixed    [][]*Against   // by evening and person: what speaks against it whoever else stands where
	answer   [][]int        // by evening: who answer
	reserve  [][]int        // by evening: the reserves
	load     []int          // by person: evenings answered
	spots    [][]int        // by person: which
	waits    []int          // by person: evenings in reserve
	month    []int          // by evening: which month it is in
	off      [][]int        // by evening and person: what it costs that the weekday is not wished
	months   [][]int        // by person and month: evenings answered
}

// New makes a board without anybody placed. Evenings are put in the order of their days; ids name each once.
func New(evenings []Evening, people []Person, may Eligible) *Board {
	b := &Board{evenings: slices.Clone(evenings), people: slices.Clone(people), at: map[string]int{}, who: map[string]int{}}
	slices.SortStableFunc(b.evenings, func(x, y Evening) int { return cmp.Compare(x.Day, y.Day) })
	slices.SortFunc(b.people, func(x, y Person) int { return cmp.Compare(x.ID, y.ID) })
	for i, p := range b.people {
		b.who[p.ID] = i
	}
	months := 0
	for i, e := range b.evenings {
		b.at[e.ID] = i
		if i == 0 || e.Day.Month() != b.evenings[i-1].Day.Month() {
			months++
		}
		b.month = append(b.month, months-1)
		row, off, weekday := make([]*Against, len(b.people)), make([]int, len(b.people)), e.Day.Weekday()
		for j, p := range b.people {
			row[j] = against(p, e.Day, may)
			if len(p.Wished) > 0 && !slices.Contains(p.Wished, weekday) {
				off[j] = wishCost
			}
		}
		b.fixed, b.off = append(b.fixed, row), append(b.off, off)
	}
	b.answer, b.reserve = make([][]int, len(b.evenings)), make([][]int, len(b.evenings))
	for range b.people {
		b.months = append(b.months, make([]int, months))
	}
	b.load, b.waits, b.spots = make([]int, len(b.people)), make([]int, len(b.people)), make([][]int, len(b.people))
	return b
}

// against is the first rule that speaks against a person on a day by itself.
func against(p Person, day calendar.Date, may Eligible) *Against {
	if why, ok := may(p.ID, day); !ok {
		return &Against{Rule: RuleEligible, Why: why}
	}
	for _, s := range p.Away {
		if s.First <= day && day <= s.Last {
			return &Against{Rule: RuleAway}
		}
	}
	if slices.Contains(p.Never, day.Weekday()) {
		return &Against{Rule: RuleWeekday}
	}
	return nil
}

// Check is every rule that speaks against placing somebody: none means that they may be placed. Whom or what the board
// does not know may not be placed.
func (b *Board) Check(x Place) []Against {
	e, known := b.at[x.Evening]
	p, there := b.who[x.Person]
	if !known || !there {
		return []Against{{Rule: RuleEligible}}
	}
	var out []Against
	if slices.Contains(b.answer[e], p) || slices.Contains(b.reserve[e], p) {
		out = append(out, Against{Rule: RuleTwice})
	}
	if f := b.fixed[e][p]; f != nil {
		out = append(out, *f)
	}
	if x.Reserve {
		return out
	}
	if b.full(e, p) {
		out = append(out, Against{Rule: RuleMonth, N: b.people[p].Most})
	}
	if b.inRow(e, p) {
		out = append(out, Against{Rule: RuleRow})
	}
	return out
}

// full tells that the person's own amount of the evening's month is taken.
func (b *Board) full(e, p int) bool {
	return b.months[p][b.month[e]] >= b.people[p].Most
}

// inRow tells that the person answers on the evening before or after and does not want two in a row.
func (b *Board) inRow(e, p int) bool {
	if b.people[p].Row {
		return false
	}
	return e > 0 && slices.Contains(b.answer[e-1], p) || e+1 < len(b.evenings) && slices.Contains(b.answer[e+1], p)
}

// free is Check for who answers, without words.
func (b *Board) free(e, p int) bool {
	return b.fixed[e][p] == nil && !slices.Contains(b.answer[e], p) && !slices.Contains(b.reserve[e], p) && !b.full(e, p) && !b.inRow(e, p)
}

// Put places somebody whatever the rules say: what stands already is not judged again. An unknown one is left out.
func (b *Board) Put(x Place) {
	e, known := b.at[x.Evening]
	p, there := b.who[x.Person]
	switch {
	case !known || !there:
	case x.Reserve:
		b.reserve[e] = append(b.reserve[e], p)
		b.waits[p]++
	default:
		b.put(e, p)
	}
}

func (b *Board) put(e, p int) {
	b.answer[e] = append(b.answer[e], p)
	b.load[p]++
	b.spots[p] = append(b.spots[p], e)
	b.months[p][b.month[e]]++
}

func (b *Board) take(e, p int) {
	i := slices.Index(b.answer[e], p)
	b.answer[e] = slices.Delete(b.answer[e], i, i+1)
	b.load[p]--
	i = slices.Index(b.spots[p], e)
	b.spots[p] = slices.Delete(b.spots[p], i, i+1)
	b.months[p][b.month[e]]--
}

// Places are all who stand on the board, by evening, who answer first.
func (b *Board) Places() []Place {
	var out []Place
	for e := range b.evenings {
		for i, list := range [][]int{b.answer[e], b.reserve[e]} {
			for _, p := range list {
				out = append(out, Place{b.evenings[e].ID, b.people[p].ID, i == 1})
			}
		}
	}
	return out
}

// Short is how many are missing among those who answer.
func (b *Board) Short() int {
	n := 0
	for e := range b.evenings {
		n += b.missing(e)
	}
	return n
}

func (b *Board) missing(e int) int { return max(0, b.evenings[e].Need-len(b.answer[e])) }

// What one evening costs: the square of a person's evenings over their own amount, so that the next evening goes to whom
// it is the least for, and a fixed amount where somebody has wishes and the weekday is none of them.
const (
	evenCost = 1000
	wishCost = 600
)

// Cost is how far the board is from even and wished; less is better. It says nothing of who is missing.
func (b *Board) Cost() int {
	n := 0
	for p, l := range b.load {
		n += evenCost * l * l / max(1, b.people[p].Most)
	}
	for e, list := range b.answer {
		for _, p := range list {
			n += b.unwished(e, p)
		}
	}
	return n
}

// unwished is what it costs that the weekday is not among those the person likes best.
func (b *Board) unwished(e, p int) int { return b.off[e][p] }

// more is what it costs that a person has n+1 evenings and not n.
func (b *Board) more(p, n int) int {
	most := max(1, b.people[p].Most)
	return evenCost*(n+1)*(n+1)/most - evenCost*n*n/most
}
