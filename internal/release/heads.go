package release

import (
	"context"
	"fmt"
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

// Heads tells a year of a figure that counts people, for populations of services. Like a form without questions: small numbers, and those that would
// give a small one away, stay.
func Heads(ctx context.Context, tx Sums, name string, populations [][]string, today calendar.Date, year int) ([]Line, error) {
	sums, err := tx.Figures(ctx, "", fmt.Sprintf("%04d-01", year), fmt.Sprintf("%04d-12", year))
	if err != nil {
		return nil, err
	}
	counts := map[disclosure.Atom]int{}
	for _, x := range sums {
		if x.Name == name {
			counts[disclosure.Atom{Service: Service(x.Unit, x.Model, x.Value), Month: x.Month}] += x.N
		}
	}
	return Counted(ctx, tx, name, counts, populations, today, year)
}

// Counted tells a year of people who were counted otherwise than by a figure.
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
