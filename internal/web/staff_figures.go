package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// figureRoutes are the sums of a coordinator's own units, for their own use.
func (s *Server) figureRoutes(add adder) {
	add("GET /figures", access.Coordinate, s.showFigures)
}

// figureOrder is how the figures stand in the table.
var figureOrder = []string{figure.Contacts, figure.Referrers, figure.Unused, figure.Ended, figure.ChatsStarted, figure.ChatsTaken, figure.WallExceptions, figure.Messages, figure.Started, figure.FirstWait,
	figure.Held, figure.DayParts, figure.PlaceKinds, figure.Missed, figure.Cancelled, figure.Closed,
	figure.GoalsReached, figure.Results, figure.EndingMarks, figure.FollowUps, figure.FollowUpsAnswered,
	figure.WaysOn, figure.WaysOnTaken, figure.WaysOnDeclined, figure.WaysOnMade, figure.WorkerChanges, figure.Again,
	figure.Applied, figure.Refused, figure.Granted, figure.WorkKinds, figure.EndVisits, figure.EntriesLate, figure.LineEvenings, figure.LineContacts, figure.LineLengths, figure.LineThemes, figure.LineTips, figure.LineWorries, figure.LineMinutes, figure.Meetings, figure.Families, figure.Adults, figure.Children,
	figure.Groups, figure.Joined, figure.Topics, figure.Ideas, figure.Applications, figure.VolunteersStarted, figure.TrainingsHeld, figure.TrainingsAttended, figure.SupportTalks, figure.VolunteerMinutes}

// figuresPage is the last five quarters of one unit's sums.
type figuresPage struct {
	Frame    ui.StaffPage
	Unit     organization.Unit
	Units    []organization.Unit
	Services []*model.Model
	Offers   []organization.Offer
	Quarters []disclosure.Period // the oldest first; the last one goes on
	Sums     []figure.Sum
	People   map[string][]release.Line // by figure
	One      string                    // the figure told by its parts
	Whole    bool                      // nothing is folded, as for print
	Now      []ui.Chart                // how things are today
}

// quartersShown are how many stand beside each other.
const quartersShown = 5

func (s *Server) showFigures(w http.ResponseWriter, q *Ask) error {
	var v figuresPage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // what is told of people is remembered
		v = figuresPage{Frame: s.staffPage(q, q.P.T("figures.title"), "figures"), One: q.URL.Query().Get("figure"), Whole: q.URL.Query().Get("all") != "", People: map[string][]release.Line{}}
		if v.One != "" && !slices.Contains(figureOrder, v.One) {
			return notFound()
		}
		if err := v.fill(q.Context(), tx, s.Models, q); err != nil || v.One != "" {
			return err
		}
		v.Now, err = s.nowCharts(q.Context(), tx, q, v)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.figuresView(q, v))
}

func (v *figuresPage) fill(ctx context.Context, tx *storage.Tx, ms model.Set, q *Ask) (err error) {
	if v.Units, v.Unit, err = coordinatedUnits(ctx, tx, q.By, q.URL.Query().Get("unit")); err != nil {
		return err
	}
	today := calendar.LocalOf(tx.Now(), v.Unit.Zone).Day
	v.Quarters = lastQuarters(today, quartersShown)
	if v.Sums, err = tx.Figures(ctx, v.Unit.ID, v.Quarters[0].Months()[0], today.Month()); err != nil {
		return err
	}
	if v.Offers, err = tx.Offers(ctx, v.Unit.ID); err != nil {
		return err
	}
	for _, o := range v.Offers {
		if m, ok := ms.Latest(o.Model); ok {
			v.Services = append(v.Services, m)
		}
	}
	for _, name := range figureOrder {
		if !report.OfPeople(name) || v.One != "" && v.One != name || !v.any(name) {
			continue
		}
		for _, year := range years(v.Quarters) {
			tell := report.Heads
			if name == figure.FirstWait {
				tell = func(ctx context.Context, tx report.Tx, ms model.Set, _ string, today calendar.Date, year int) ([]release.Line, error) {
					return report.Clock(ctx, tx, ms, today, year)
				}
			}
			lines, err := tell(ctx, tx, ms, name, today, year)
			if err != nil {
				return err
			}
			v.People[name] = append(v.People[name], lines...)
		}
	}
	return nil
}

// lastQuarters are n quarters up to a day's own, the oldest first.
func lastQuarters(today calendar.Date, n int) []disclosure.Period {
	out := make([]disclosure.Period, n)
	first := calendar.Date(release.Quarter(today) + "-01")
	for i := n - 1; i >= 0; i-- {
		out[i] = release.QuarterOf(first)
		first = calendar.Date(release.Quarter(first.Add(-1)) + "-01")
	}
	return out
}

func years(quarters []disclosure.Period) (out []int) {
	for _, p := range quarters {
		if !slices.Contains(out, p.Year) {
			out = append(out, p.Year)
		}
	}
	return out
}

// any tells whether a figure is shown: things that there were, people wherever a service counts them, or an empty row would tell that there was nobody.
func (v figuresPage) any(name string) bool {
	if report.OfPeople(name) {
		return slices.ContainsFunc(v.Services, func(m *model.Model) bool { return m.Counts(name) })
	}
	return slices.ContainsFunc(v.Sums, func(x figure.Sum) bool { return x.Name == name })
}

// things are a figure's numbers by quarter, of what is told as it is; with a value only that part of it.
func (v figuresPage) things(name string, only func(figure.Sum) bool) []int {
	out := make([]int, len(v.Quarters))
	for _, x := range v.Sums {
		if x.Name != name || only != nil && !only(x) {
			continue
		}
		for i, p := range v.Quarters {
			if slices.Contains(p.Months(), x.Month) {
				out[i] += x.N
			}
		}
	}
	if name == figure.LineMinutes || name == figure.VolunteerMinutes {
		for i, minutes := range out {
			out[i] = volunteer.Hours(minutes)
		}
	}
	return out
}

// figureRow is a line of the table: a name, and a word for each quarter.
type figureRow struct {
	name, link string
	cells      []string
}

// heads are the words of people by quarter.
func (v figuresPage) heads(q *Ask, name string, services []string, value string) (out []string) {
	for _, p := range v.Quarters {
		l, ok := release.FindValue(v.People[name], services, value, p)
		switch {
		case ok && l.Shows():
			out = append(out, q.P.N(l.N))
		case ok && l.State == release.GoingOn:
			out = append(out, "…")
		default:
			out = append(out, q.P.T("figures.few", "n", report.Least(l)))
		}
	}
	return out
}

func (q *Ask) counts(all []int) (out []string) {
	for _, n := range all {
		out = append(out, q.P.N(n))
	}
	return out
}

// rows are the whole table.
func (v figuresPage) rows(q *Ask) (out []figureRow) {
	for _, name := range figureOrder {
		if !v.any(name) {
			continue
		}
		word := q.P.T("figures.name." + name)
		if !report.OfPeople(name) {
			out = append(out, figureRow{word, v.url(name), q.counts(v.things(name, nil))})
			continue
		}
		if name == figure.FirstWait {
			for _, row := range v.clockRows(q) {
				out = append(out, figureRow{row.name, v.url(name), v.heads(q, name, row.Services, "")})
			}
			continue
		}
		for _, row := range report.Rows(name, v.Unit.ID, v.Services) {
			one := figureRow{word, v.url(name), v.heads(q, name, row.Services, "")}
			if row.Key != "" {
				one.name = q.P.T("report.figure." + row.Key + ".name")
			}
			out = append(out, one)
		}
	}
	return out
}

// parts tells a figure by its values: of people by every value that the models have, of things by those there are.
func (s *Server) parts(q *Ask, v figuresPage) (out []figureRow) {
	if v.One == figure.FirstWait {
		return v.clockParts(q)
	}
	if report.OfPeople(v.One) {
		for _, row := range report.Rows(v.One, v.Unit.ID, v.Services) {
			for _, value := range row.Values(v.One, v.Services) {
				out = append(out, figureRow{s.valueWord(q, v, value), "", v.heads(q, v.One, row.Services, value)})
			}
		}
		return out
	}
	words := map[string]string{}
	var order []string
	for _, x := range v.Sums {
		if x.Name == v.One {
			w := s.figureWord(q, x)
			words[x.Model+"/"+x.Value] = w
			if !slices.Contains(order, w) {
				order = append(order, w)
			}
		}
	}
	slices.Sort(order)
	for _, w := range order {
		out = append(out, figureRow{w, "", q.counts(v.things(v.One, func(x figure.Sum) bool { return words[x.Model+"/"+x.Value] == w }))})
	}
	return out
}

// valueWord is a value of people in the words of the first service that has it.
func (s *Server) valueWord(q *Ask, v figuresPage, value string) string {
	for _, m := range v.Services {
		if slices.Contains(report.Values(v.One, m), value) {
			return s.figureWord(q, figure.Sum{Model: m.ID, Name: v.One, Value: value})
		}
	}
	return value
}
