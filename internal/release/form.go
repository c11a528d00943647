package release

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Sums are what is counted and how the house is divided: the whole grid is decided at every look, whoever looks, so that it does not matter who looks first.
type Sums interface {
	Tx
	Units(ctx context.Context) ([]organization.Unit, error)
	Offers(ctx context.Context, unit access.UnitID) ([]organization.Offer, error)
	FeedbackSums(ctx context.Context, units []access.UnitID, model, form, from, to string) ([]feedback.Sum, error)
	Figures(ctx context.Context, unit access.UnitID, from, to string) ([]figure.Sum, error)
}

// OfForm is a form of a service as a subject. Answers are 1, 2, … in the model and 0, 1, … where they are reckoned with.
func OfForm(m *model.Model, f model.FeedbackForm) Subject {
	s := Subject{ID: "form/" + m.ID + "/" + f.ID}
	if f.By != "" {
		s.Dimensions = []string{f.By}
	}
	for _, q := range f.Questions {
		good := make([]int, len(q.Good))
		for i, k := range q.Good {
			good[i] = k - 1
		}
		s.Questions = append(s.Questions, disclosure.Question{ID: q.ID, Answers: q.Answers, Good: good})
	}
	return s
}

// Form tells a year of a form: each unit that offers the service alone, and together those of one grant object. Today is the day where the
// answers were counted.
func Form(ctx context.Context, tx Sums, m *model.Model, f model.FeedbackForm, today calendar.Date, year int) ([]Line, error) {
	units, err := offering(ctx, tx, m.ID)
	if err != nil {
		return nil, err
	}
	populations := Together(units)
	ids := make([]access.UnitID, len(units))
	for i, u := range units {
		ids[i] = u.ID
	}
	sums, err := tx.FeedbackSums(ctx, ids, m.ID, f.ID, fmt.Sprintf("%04d-01", year), fmt.Sprintf("%04d-12", year))
	if err != nil {
		return nil, err
	}
	rows := Grid(year, populations...)
	for _, services := range populations {
		for _, value := range f.Values {
			if f.By != "" {
				rows = append(rows, disclosure.Row{Services: services, Period: disclosure.Period{Year: year, Of: 1, Part: 1}, Dimension: f.By, Value: value})
			}
		}
	}
	return Tell(ctx, tx, OfForm(m, f), Ask{Today: today, Data: counted(f, sums), Rows: rows})
}

// counted are the sums as they are reckoned with. A question whose scale was another then is left out.
func counted(f model.FeedbackForm, sums []feedback.Sum) disclosure.Data {
	d := disclosure.Data{"": {}}
	if f.By != "" {
		d[f.By] = map[disclosure.Atom]disclosure.Count{}
	}
	for _, s := range sums {
		if d[s.By] == nil {
			continue
		}
		c := disclosure.Count{N: s.N, Answers: make([][]int, len(f.Questions))}
		for i, q := range f.Questions {
			if c.Answers[i] = s.Answers[q.ID]; len(c.Answers[i]) != q.Answers {
				c.Answers[i] = nil
			}
		}
		d[s.By][disclosure.Atom{Service: string(s.Unit), Month: s.Month, Value: s.Value}] = c
	}
	if f.By != "" {
		unsaid(d[""], d[f.By])
	}
	return d
}

// unsaid gives those who said no value of a dimension one of their own, which no row asks for: all values together must be
// the whole.
func unsaid(whole, parts map[disclosure.Atom]disclosure.Count) {
	said := map[disclosure.Atom]disclosure.Count{}
	for a, c := range parts {
		a.Value = ""
		said[a] = plus(said[a], c, 1)
	}
	for a, c := range whole {
		rest := plus(c, said[a], -1)
		if a.Value = nobodys; rest.N > 0 {
			parts[a] = rest
		}
	}
}

// nobodys is the value of those who said none.
const nobodys = "-"

// plus is a count with another added so many times.
func plus(c, other disclosure.Count, times int) disclosure.Count {
	out := disclosure.Count{N: c.N + times*other.N, Answers: make([][]int, max(len(c.Answers), len(other.Answers)))}
	for i := range out.Answers {
		for _, x := range []struct {
			from  disclosure.Count
			times int
		}{{c, 1}, {other, times}} {
			if i >= len(x.from.Answers) || x.from.Answers[i] == nil {
				continue
			}
			if out.Answers[i] == nil {
				out.Answers[i] = make([]int, len(x.from.Answers[i]))
			}
			for k, n := range x.from.Answers[i] {
				out.Answers[i][k] += x.times * n
			}
		}
	}
	return out
}

// offering are the units that offer a service, or have offered it, by id.
func offering(ctx context.Context, tx Sums, service string) ([]organization.Unit, error) {
	all, err := tx.Units(ctx)
	if err != nil {
		return nil, err
	}
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []organization.Unit
	for _, u := range all {
		if slices.ContainsFunc(offers, func(o organization.Offer) bool { return o.Unit == u.ID && o.Model == service }) {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b organization.Unit) int { return compare(a.ID, b.ID) })
	return out, nil
}

func compare(a, b access.UnitID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Together are the populations of units: those of one grant object, and each alone.
func Together(units []organization.Unit) (out [][]string) {
	for _, u := range units {
		out = append(out, InGrant(units, u.GrantObject), []string{string(u.ID)})
	}
	return slices.DeleteFunc(out, func(p []string) bool { return len(p) == 0 })
}

// InGrant are the units of a grant object, sorted. A unit of none belongs to none.
func InGrant(units []organization.Unit, grant string) (out []string) {
	for _, u := range units {
		if grant != "" && u.GrantObject == grant {
			out = append(out, string(u.ID))
		}
	}
	slices.Sort(out)
	return out
}
