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

// Divided is a population told by values too: a year's, and its quarters'. It never costs the population its own number (decision 0065).
type Divided struct{ Services, Values []string }

// byValue is the one dimension of heads, and noValue what is of no value of a list.
const byValue, noValue = "value", "-"

// Counted tells a year of people by what they are counted as, for populations of services. Like a form without questions: small numbers, and those that would give a small one
// away, stay.
func Counted(ctx context.Context, tx Tx, name string, counts map[disclosure.Atom]int, populations [][]string, divided []Divided, today calendar.Date, year int) ([]Line, error) {
	d := disclosure.Data{"": {}, byValue: {}}
	for a, n := range counts {
		if n > 0 {
			d[""][a] = disclosure.Count{N: n}
			if a.Value = a.Service[strings.LastIndex(a.Service, "/")+1:]; a.Value == "" {
				a.Value = noValue
			}
			d[byValue][a] = disclosure.Count{N: n}
		}
	}
	rows := Grid(year, populations...)
	for _, x := range divided {
		for _, row := range Grid(year, x.Services) {
			for _, value := range x.Values {
				if row.Dimension, row.Value = byValue, value; row.Period.Of != 2 {
					rows = append(rows, row)
				}
			}
		}
	}
	return Tell(ctx, tx, Subject{ID: "heads/" + name, Dimensions: []string{byValue}}, Ask{Today: today, Data: d, Rows: rows})
}

// Find is the line of a population in a period; false when it was not asked for.
func Find(lines []Line, services []string, p disclosure.Period) (Line, bool) {
	return FindValue(lines, services, "", p)
}

// FindValue is the line of one value of a population.
func FindValue(lines []Line, services []string, value string, p disclosure.Period) (Line, bool) {
	services = slices.Compact(slices.Sorted(slices.Values(services)))
	for _, l := range lines {
		if l.Row.Period == p && l.Row.Value == value && slices.Equal(l.Row.Services, services) {
			return l, true
		}
	}
	return Line{}, false
}
