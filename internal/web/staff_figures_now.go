package web

import (
	"context"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// weeksAhead are how many weeks of load are drawn, and freeWeeks those whose free times are told by part of day.
const (
	weeksAhead = 4
	freeWeeks  = 2
)

// nowCharts are how things are today in a unit: how full the coming weeks are, where there is room, what volunteers are owed. Nothing there is of one worker
// or one volunteer.
func (s *Server) nowCharts(ctx context.Context, tx *storage.Tx, q *Ask, v figuresPage) (out []ui.Chart, err error) {
	for _, draw := range []func(context.Context, *storage.Tx, *Ask, figuresPage) ([]ui.Chart, error){s.loadCharts, s.placeCharts, s.owedCharts} {
		some, err := draw(ctx, tx, q, v)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return dropEmpty(out), nil
}

func dropEmpty(all []ui.Chart) []ui.Chart {
	return slices.DeleteFunc(all, func(c ui.Chart) bool { return len(c.Bars) == 0 })
}

// visitMinutes is how long the unit's own meetings are: the longest usual one, so that no free time is promised that is too short. 0 when it has none.
func (v figuresPage) visitMinutes() (most int) {
	for _, m := range v.Services {
		for _, p := range m.Parts {
			if m.Form == model.Individual && p.Who == model.Client {
				most = max(most, p.Minutes)
			}
		}
	}
	return most
}

// loadCharts are times that are taken, of those that the workers' hours have; and free ones by part of day.
func (s *Server) loadCharts(ctx context.Context, tx *storage.Tx, q *Ask, v figuresPage) ([]ui.Chart, error) {
	minutes := v.visitMinutes()
	if minutes == 0 {
		return nil, nil
	}
	weeks, workers, err := appointment.Ahead(ctx, tx, q.By, v.Unit.ID, minutes, weeksAhead)
	if err != nil || len(weeks) == 0 {
		return nil, err
	}
	load := ui.Chart{Title: q.P.T("figures.load"), Note: q.P.T("figures.load-note"), Head: q.P.T("figures.week"), Heads: q.P.T("figures.taken")}
	free := ui.Chart{Title: q.P.T("figures.free"), Note: q.P.T("figures.free-note", "day", q.P.Date(weeks[min(len(weeks), freeWeeks)-1].Last)), Head: q.P.T("figures.part"), Heads: q.P.T("figures.figure")}
	parts := map[string]int{}
	for i, w := range weeks {
		all := w.Booked + w.Free
		if workers >= appointment.LeastWorkers {
			load.Bars = append(load.Bars, ui.Bar{Name: q.P.Date(w.First) + "–", N: w.Booked, Of: max(all, 1), Text: strconv.Itoa(w.Booked) + "\u00a0/\u00a0" + strconv.Itoa(all)})
		}
		for part, n := range w.Parts {
			if i < freeWeeks {
				parts[part] += n
			}
		}
	}
	for _, part := range []string{"office-hours", "evening", "weekend"} {
		free.Bars = append(free.Bars, ui.Bar{Name: q.P.T("wish." + part), N: parts[part], Text: q.P.N(parts[part])})
	}
	return []ui.Chart{load, free}, nil
}

// placeCharts are the places that are free in groups and at days to come.
func (s *Server) placeCharts(ctx context.Context, tx *storage.Tx, q *Ask, v figuresPage) ([]ui.Chart, error) {
	models, ids := map[organization.OfferID]*model.Model{}, []organization.OfferID{}
	for _, o := range v.Offers {
		if m, ok := s.Models.Model(o.Model, o.Version); ok && (m.Gathering != nil || m.SignsUp()) {
			models[o.ID], ids = m, append(ids, o.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	c := ui.Chart{Title: q.P.T("figures.places"), Note: q.P.T("figures.places-note"), Head: q.P.T("figures.where"), Heads: q.P.T("figures.places-free")}
	room := func(name string, free, of int) {
		free = max(free, 0)
		c.Bars = append(c.Bars, ui.Bar{Name: name, N: free, Of: max(of, 1), Text: strconv.Itoa(free) + "\u00a0/\u00a0" + strconv.Itoa(of)})
	}
	today := calendar.LocalOf(q.Now, v.Unit.Zone).Day
	groups, err := tx.Circles(ctx, ids)
	if err != nil {
		return nil, err
	}
	heads, err := tx.CircleHeads(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		if g.State == circle.Open && g.Last >= today {
			room(circleName(q, models[g.Offer], g.Kind)+", "+q.P.Date(g.First.Day)+"–", g.Places-heads[g.ID], g.Places)
		}
	}
	days, err := tx.Occasions(ctx, ids)
	for _, d := range days {
		if d.State != occasion.Planned || !d.Coming(q.Now) || d.Gone() {
			continue
		}
		families, err := tx.Families(ctx, d)
		if err != nil {
			return nil, err
		}
		room(d.About+", "+q.P.Date(d.At.Day), occasion.Room(families, d.Places), d.Places)
	}
	return []ui.Chart{c}, err
}

// owedSoon is how many days ahead a right of a volunteer's is counted.
const owedSoon = 60

// owedCharts are what volunteers are owed, by right: how many of them soon or late, and by when the first.
func (s *Server) owedCharts(ctx context.Context, tx *storage.Tx, q *Ask, v figuresPage) ([]ui.Chart, error) {
	if !slices.ContainsFunc(v.Services, (*model.Model).Volunteers) {
		return nil, nil
	}
	all, err := tx.Volunteers(ctx, v.Unit.ID)
	if err != nil {
		return nil, err
	}
	c := ui.Chart{Title: q.P.T("figures.owed"), Note: q.P.T("figures.owed-note", "days", owedSoon), Head: q.P.T("figures.right"), Heads: q.P.T("figures.figure")}
	today := calendar.LocalOf(q.Now, v.Unit.Zone).Day
	for _, m := range v.Services {
		if !m.Volunteers() {
			continue
		}
		for _, right := range m.Volunteer.Owed {
			n, first := 0, calendar.Date("")
			for _, x := range all {
				for _, d := range volunteer.Owed(m, x, today) {
					if d.Right != right.ID || d.By == "" || d.By > today.Add(owedSoon) || x.Path.Pause.On(today) {
						continue
					}
					if n++; first == "" || d.By < first {
						first = d.By
					}
				}
			}
			if n == 0 {
				continue
			}
			note := "figures.owed-first"
			if first < today {
				note = "figures.owed-late"
			}
			c.Bars = append(c.Bars, ui.Bar{Name: m.Text(q.P.Lang(), "owed."+right.ID), Note: q.P.T(note, "day", q.P.Date(first)), N: n, Text: q.P.N(n)})
		}
	}
	return []ui.Chart{c}, nil
}
