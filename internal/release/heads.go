package release

import (
	"context"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
)

// Service names what is counted of people: a value of a figure in a service of a unit.
func Service(unit access.UnitID, model, value string) string {
	return strings.Join([]string{string(unit), model, value}, "/")
}

// Counted tells a year of people by what they are counted as, for populations of services. Like a form without questions: small numbers, and those that would give a small one
// away, stay.
func Counted(ctx context.Context, tx Tx, name string, counts map[disclosure.Atom]int, populations [][]string, today calendar.Date, year int) ([]Line, error) {
	d := disclosure.Data{"": {}}
	for a, n := range counts {
		if n > 0 {
			d[""][a] = disclosure.Count{N: n}
		}
	}
	return Tell(ctx, tx, Subject{ID: "heads/" + name}, Ask{Today: today, Data: d, Rows: Grid(year, populations...)})
}

// Find is the line of a population in a period; false when it was not asked for.
func Find(lines []Line, services []string, p disclosure.Period) (Line, bool) {
	services = slices.Compact(slices.Sorted(slices.Values(services)))
	for _, l := range lines {
		if l.Row.Period == p && l.Row.Dimension == "" && slices.Equal(l.Row.Services, services) {
			return l, true
		}
	}
	return Line{}, false
}
