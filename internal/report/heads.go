package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/release"
)

// people are the figures that count people, with the values that each has in a service: from the model, never from what was counted, or a value that is not
// there would tell that there is nobody in it. One that has none is told as a whole.
var people = map[string]func(m *model.Model) []string{
	figure.Contacts:          func(m *model.Model) []string { return m.Channels },
	figure.Unused:            func(m *model.Model) []string { return m.Channels },
	figure.Referrers:         func(m *model.Model) []string { return m.Referrers },
	figure.Ended:             values("helped", "gone", "mistake"),
	figure.Started:           parts,
	figure.Closed:            parts,
	figure.FirstWait:         values("0-24", "24-48", "48-72", "72-168", "168+"),
	figure.GoalsReached:      values("yes", "partly", "not-yet"),
	figure.Results:           values(),
	figure.EndingMarks:       values(),
	figure.FollowUps:         values("contact", "client", "none"),
	figure.FollowUpsAnswered: values(),
	figure.WaysOn:            destinations,
	figure.WaysOnTaken:       destinations,
	figure.WaysOnDeclined:    destinations,
	figure.WaysOnMade:        destinations,
	figure.WorkerChanges:     values(),
	figure.Again:             values(),
	figure.Applied:           values(),
	figure.Refused:           values(),
	figure.Granted:           values(),
	figure.Joined:            values(),
	figure.Adults:            values(),
	figure.Children:          values(),
	figure.Families:          values(),
	figure.Applications:      values(),
	figure.VolunteersStarted: values(),
	figure.TrainingsAttended: values(),
}

func values(of ...string) func(*model.Model) []string {
	return func(*model.Model) []string { return of }
}

func parts(m *model.Model) (out []string) {
	for _, p := range m.Parts {
		out = append(out, p.ID)
	}
	return out
}

func destinations(m *model.Model) (out []string) {
	for _, w := range m.WaysOn {
		out = append(out, w.Destination)
	}
	return out
}

// OfPeople tells whether a figure counts people, so that it is told by package release alone.
func OfPeople(name string) bool { return people[name] != nil }

// Values are what a figure of people is divided by in a service.
func Values(name string, m *model.Model) []string {
	if people[name] == nil {
		return nil
	}
	return people[name](m)
}

// known is a value as it is counted here: one of the model's, or none.
func known(name string, m *model.Model, value string) string {
	if slices.Contains(Values(name, m), value) {
		return value
	}
	return ""
}

// Row is a figure of people as a unit reads it: its words are report.figure.KEY.name, or the figure's own where Key is "".
type Row struct {
	Key      string
	Services []string
}

// Rows are a figure of people in a unit: as the report has it, adults apart from children. A sum over them would cost one of them its number where
// another is small.
func Rows(name string, unit access.UnitID, services []*model.Model) (out []Row) {
	own := grant{}
	for _, m := range services {
		own.offers = append(own.offers, offered{unit, m})
	}
	found := false
	for _, k := range kinds {
		if k.sum == name && k.head {
			found = true
			if of := k.services(own); len(of) > 0 {
				out = append(out, Row{k.key, of})
			}
		}
	}
	if found {
		return out
	}
	var whole []string
	for _, m := range services {
		if m.Counts(name) {
			for _, value := range append(slices.Clone(Values(name, m)), "") {
				whole = append(whole, release.Service(unit, m.ID, value))
			}
		}
	}
	if slices.Sort(whole); len(whole) > 0 {
		out = append(out, Row{"", slices.Compact(whole)})
	}
	return out
}

// Heads tells a year of a figure of people: each grant object, each unit, each value of each service. The grid is the same for the report and for the
// unit's own figures, so that neither can take anything from the other.
func Heads(ctx context.Context, tx Tx, ms model.Set, name string, today calendar.Date, year int) ([]release.Line, error) {
	all, err := houses(ctx, tx, ms)
	if err != nil {
		return nil, err
	}
	sums, err := tx.Figures(ctx, "", fmt.Sprintf("%04d-01", year), fmt.Sprintf("%04d-12", year))
	if err != nil {
		return nil, err
	}
	return heads(ctx, tx, ms, all, sums, name, today, year)
}

func heads(ctx context.Context, tx Tx, ms model.Set, all []grant, sums []figure.Sum, name string, today calendar.Date, year int) ([]release.Line, error) {
	counts := map[disclosure.Atom]int{}
	for _, x := range sums {
		if m, ok := ms.Latest(x.Model); ok && x.Name == name {
			counts[disclosure.Atom{Service: release.Service(x.Unit, x.Model, known(name, m, x.Value)), Month: x.Month}] += x.N
		}
	}
	return release.Counted(ctx, tx, name, counts, populations(all, name), divided(all, name), today, year)
}

// populations are every set of services for which a figure of people is told anywhere: of each grant object as the report has it, and each unit's.
func populations(all []grant, name string) (out [][]string) {
	for _, g := range all {
		for _, k := range kinds {
			if k.sum == name && k.head && g.name != "" {
				out = append(out, k.services(g))
			}
		}
		for _, u := range g.units {
			for _, row := range Rows(name, u.ID, g.of(u.ID)) {
				out = append(out, row.Services)
			}
		}
	}
	return slices.DeleteFunc(out, func(p []string) bool { return len(p) == 0 })
}

// divided are the units' populations by the values that their services have.
func divided(all []grant, name string) (out []release.Divided) {
	for _, g := range all {
		for _, u := range g.units {
			for _, row := range Rows(name, u.ID, g.of(u.ID)) {
				if values := row.Values(name, g.of(u.ID)); len(values) > 1 {
					out = append(out, release.Divided{Services: row.Services, Values: values})
				}
			}
		}
	}
	return out
}

// Values are what a row is told by, in the models' order.
func (r Row) Values(name string, services []*model.Model) (out []string) {
	for _, m := range services {
		for _, value := range Values(name, m) {
			if !slices.Contains(out, value) && slices.ContainsFunc(r.Services, func(s string) bool { return strings.HasSuffix(s, "/"+m.ID+"/"+value) }) {
				out = append(out, value)
			}
		}
	}
	return out
}

// of are the services that a unit offers.
func (g grant) of(unit access.UnitID) (out []*model.Model) {
	for _, o := range g.offers {
		if o.unit == unit {
			out = append(out, o.model)
		}
	}
	return out
}
