// Package release lets sums leave the house, and remembers what has left (D-217.4, decision 0068). Package disclosure decides which rows of the
// fixed grid may be told; this package brings it the sums and its memory of the earlier releases, and keeps the new memory in the same
// transaction. No page, export or paper has a figure of people but through Tell. It has no words: pages find them.
package release

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
)

// Subject is what has one memory: a form of a service, or one kind of heads that are counted. Its id is of choices alone and says nothing
// of anybody.
type Subject struct {
	ID         string
	Questions  []disclosure.Question
	Dimensions []string // what the answers are divided by; one that comes later is not told of
}

// Memory is what has left of a subject.
type Memory struct {
	disclosure.Memory
	Days []calendar.Date   // on which day each round left
	Held string            // after a restore: months up to this one ("2006-01") are not told anew; "" is none
	Shed string            // the held months that are out of the books already
	Was  []disclosure.Left // rows of such months, as they had left
}

// Tx is the part of a storage transaction that releasing needs. Two that release one subject at once do not start from the same memory: one of
// them runs again.
type Tx interface {
	Now() time.Time
	Memory(ctx context.Context, subject string) (Memory, error) // the zero Memory when nothing has left
	PutMemory(ctx context.Context, subject string, m Memory) error
	Setting(ctx context.Context, name string) (string, error)
}

// State is what a page says of a row.
type State string

const (
	Told    State = "told"
	Hidden  State = "hidden"  // too few, or with what is told one could reckon a few: one face for both
	GoingOn State = "going"   // the period is not over; every period is told when it is
	Before  State = "before"  // told before the house was restored, and not told anew
	Partly  State = "partly"  // told, of the months after a restore alone
	Earlier State = "earlier" // told, as it was told while the period went on
)

// Line is a row as it may be told.
type Line struct {
	disclosure.Line
	State State
	On    calendar.Date // the day on which these numbers left first
	From  string        // Partly: the first month that is in it
	Least int           // of fewer nothing is told
	Exact int           // of fewer nothing exact is told of how they answered
}

// Shows tells whether a line has numbers.
func (l Line) Shows() bool {
	return l.State == Told || l.State == Partly || l.State == Earlier || l.State == Before && l.N > 0
}

// Ask is what one look wants to be told. Today is the day where the answers were counted; sums of the quarter it lies in are left out, so that
// a row is told once, when its period is over, and not bit by bit.
type Ask struct {
	Today    calendar.Date
	Settings disclosure.Settings // the zero ones are the house's
	Data     disclosure.Data
	Rows     []disclosure.Row
}

// Tell decides which rows of a subject may be told, keeps what has left, and gives the rows in the order asked for. What it gives has left.
func Tell(ctx context.Context, tx Tx, s Subject, ask Ask) ([]Line, error) {
	m, err := tx.Memory(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	if ask.Settings == (disclosure.Settings{}) {
		if ask.Settings, err = Limits(ctx, tx); err != nil {
			return nil, err
		}
	}
	m.shed()
	if m.Round == 0 {
		m.Memory = disclosure.New(s.Dimensions...)
	}
	open := Quarter(ask.Today)
	counted := func(row disclosure.Row) bool {
		return row.Dimension == "" || slices.Contains(m.Dimensions, row.Dimension)
	}
	var over []disclosure.Row
	for _, row := range ask.Rows {
		if ends(row) < open && (m.Held == "" || ends(row) > m.Held) && counted(row) {
			over = append(over, row)
		}
	}
	for dimension := range ask.Data {
		if !counted(disclosure.Row{Dimension: dimension}) {
			delete(ask.Data, dimension)
		}
	}
	for _, dimension := range m.Dimensions {
		if ask.Data[dimension] == nil {
			// It is not asked for any more: nobody knows which value it would be.
			ask.Data[dimension] = map[disclosure.Atom]disclosure.Count{}
			unsaid(ask.Data[""], ask.Data[dimension])
		}
	}
	lines, after, err := disclosure.Release(m.Memory, disclosure.Ask{Settings: ask.Settings, Month: ask.Today.Month(), Form: s.Questions,
		Data: since(ask.Data, m.Held, open), Rows: over})
	if err != nil {
		return nil, err
	}
	days := append(slices.Clone(m.Days), ask.Today)
	if !same(m.Memory, after) {
		if err := tx.PutMemory(ctx, s.ID, Memory{after, days, m.Held, m.Shed, m.Was}); err != nil {
			return nil, err
		}
	}
	var out []Line
	for _, row := range ask.Rows {
		switch {
		case ends(row) >= open:
			out = append(out, Line{Line: disclosure.Line{Row: row}, State: GoingOn})
		case m.Held != "" && ends(row) <= m.Held:
			out = append(out, m.before(s, row))
		case !counted(row):
			out = append(out, Line{Line: disclosure.Line{Row: row, Hidden: true}, State: Hidden})
		default:
			out = append(out, m.line(lines[0], days))
			lines = lines[1:]
		}
	}
	for i := range out {
		out[i].Least, out[i].Exact = ask.Settings.Threshold, ask.Settings.Exact
	}
	return out, nil
}

// line says of a row that was decided what a page says of it.
func (m Memory) line(l disclosure.Line, days []calendar.Date) Line {
	out := Line{Line: l, State: Hidden}
	if l.Hidden {
		return out
	}
	out.State, out.On = Told, days[l.Since-1]
	switch {
	case m.Held != "" && l.Row.Period.Months()[0] <= m.Held:
		out.State, out.From = Partly, next(m.Held)
	case out.On.Month() <= ends(l.Row):
		out.State = Earlier
	}
	return out
}

// before is a row of months that are held: as it had left, or nothing.
func (m Memory) before(s Subject, row disclosure.Row) Line {
	out := Line{Line: disclosure.Line{Row: row, Hidden: true}, State: Before}
	for _, was := range m.Was {
		if !reflect.DeepEqual(was.Row, row) || m.Days[was.Since-1].Month() <= ends(row) {
			continue // that one was decided while its period went on, and has the numbers of a shorter one
		}
		out.Hidden, out.N, out.Since, out.On = false, was.N, was.Since, m.Days[was.Since-1]
		for _, q := range s.Questions {
			answer := disclosure.Answer{Question: q.ID, Hidden: true}
			if left, ok := was.Answers[q.ID]; ok {
				answer = left.Answer
			}
			out.Answers = append(out.Answers, answer)
		}
	}
	return out
}

// shed takes out of a memory the months that are held: it does not know all that has left of them, so nothing is ever reckoned with them again.
func (m *Memory) shed() {
	if m.Shed == m.Held {
		return
	}
	m.Books = slices.Clone(m.Books)
	for i, b := range m.Books {
		m.Books[i].Pieces = slices.DeleteFunc(slices.Clone(b.Pieces), func(p disclosure.Piece) bool { return p.Atom.Month <= m.Held })
	}
	m.Books = slices.DeleteFunc(m.Books, func(b disclosure.Book) bool { return len(b.Pieces) == 0 })
	var left []disclosure.Left
	for _, l := range m.Left {
		if l.Row.Period.Months()[0] > m.Held {
			left = append(left, l)
		} else if ends(l.Row) <= m.Held && !slices.ContainsFunc(m.Was, func(w disclosure.Left) bool { return reflect.DeepEqual(w.Row, l.Row) }) {
			m.Was = append(m.Was, l)
		}
	}
	m.Left, m.Shed = left, m.Held
}

// since leaves out what is not told yet, and what is held.
func since(d disclosure.Data, held, open string) disclosure.Data {
	out := disclosure.Data{}
	for dimension, atoms := range d {
		out[dimension] = map[disclosure.Atom]disclosure.Count{}
		for a, c := range atoms {
			if a.Month < open && a.Month > held {
				out[dimension][a] = c
			}
		}
	}
	return out
}

// same tells whether nothing left that had not left before.
func same(m, after disclosure.Memory) bool {
	return reflect.DeepEqual(m.Books, after.Books) && m.Least == after.Least && reflect.DeepEqual(ageless(m.Left), ageless(after.Left))
}

func ageless(all []disclosure.Left) []disclosure.Left {
	out := make([]disclosure.Left, len(all))
	for i, l := range all {
		l.Round = 0
		answers := map[string]disclosure.Was{}
		for q, was := range l.Answers {
			answers[q] = disclosure.Was{Answer: was.Answer}
		}
		l.Answers = answers
		out[i] = l
	}
	return out
}

// ends is the last month of a row.
func ends(row disclosure.Row) string {
	months := row.Period.Months()
	return months[len(months)-1]
}

// next is the month after one.
func next(month string) string {
	return calendar.Date(month + "-28").Add(4).Month()
}

// Quarter is the first month of the quarter in which a day lies: the sums of it are still coming.
func Quarter(day calendar.Date) string {
	m, _ := strconv.Atoi(day.Month()[5:])
	first := (m-1)/3*3 + 1
	return day.Month()[:5] + string([]byte{'0' + byte(first/10), '0' + byte(first%10)})
}

// QuarterOf is the quarter in which a day lies.
func QuarterOf(day calendar.Date) disclosure.Period {
	y, _ := strconv.Atoi(string(day)[:4])
	m, _ := strconv.Atoi(day.Month()[5:])
	return disclosure.Period{Year: y, Of: 4, Part: (m-1)/3 + 1}
}

// Closed is the last month whose sums are told on a day.
func Closed(day calendar.Date) string {
	return calendar.Date(Quarter(day) + "-01").Add(-1).Month()
}

// Periods are a year's, the longest first: the year, its halves, its quarters.
func Periods(year int) (out []disclosure.Period) {
	for _, of := range []int{1, 2, 4} {
		for part := range of {
			out = append(out, disclosure.Period{Year: year, Of: of, Part: part + 1})
		}
	}
	return out
}

// Grid is every row of a year for populations of services; the order tells nothing.
func Grid(year int, populations ...[]string) (out []disclosure.Row) {
	seen := map[string]bool{}
	for _, services := range populations {
		services = slices.Compact(slices.Sorted(slices.Values(services)))
		for _, p := range Periods(year) {
			row := disclosure.Row{Services: services, Period: p}
			if key := p.String() + " " + join(services); len(services) > 0 && !seen[key] {
				seen[key] = true
				out = append(out, row)
			}
		}
	}
	return out
}

func join(words []string) string {
	var out []byte
	for _, w := range words {
		out = strconv.AppendQuote(out, w)
	}
	return string(out)
}
