package web

import (
	"slices"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
)

// figureWord is what a figure's value means to a reader. Words of a service are its model's.
func (s *Server) figureWord(q *Ask, x figure.Sum) string {
	lang := q.P.Lang()
	m, known := s.Models.Latest(x.Model)
	switch x.Name {
	case figure.Contacts, figure.Unused:
		return q.P.T("channel." + x.Value)
	case figure.Ended:
		return q.P.T("request.end-" + x.Value)
	case figure.DayParts:
		return q.P.T("wish." + x.Value)
	case figure.PlaceKinds:
		return q.P.T("place." + x.Value)
	case figure.Messages:
		return q.P.T("reach.channel." + x.Value)
	case figure.Cancelled:
		return q.P.T("figures.by-" + x.Value)
	case figure.FirstWait:
		return q.waitBand(x.Value)
	case figure.Referrers:
		if known && slices.Contains(m.Referrers, x.Value) {
			return m.Text(lang, "referrer."+x.Value)
		}
	case figure.Started, figure.Held, figure.Missed, figure.Closed:
		if _, ok := partOf(m, x.Value); ok {
			return m.Name(lang) + ": " + m.Text(lang, "part."+x.Value)
		}
	case figure.Granted, figure.WorkKinds:
		if known {
			return m.Name(lang) + ": " + m.Text(lang, "commitment.kind."+x.Value)
		}
	case figure.Groups:
		if known && x.Value != "" && m.Says(lang, "kind."+x.Value) {
			return m.Name(lang) + ": " + m.Text(lang, "kind."+x.Value)
		}
	case figure.Ideas:
		if known {
			return m.Name(lang) + ": " + q.P.T("ideas.state."+x.Value)
		}
	case figure.GoalsReached, figure.Results, figure.EndingMarks, figure.FollowUps, figure.FollowUpsAnswered, figure.WorkerChanges, figure.Again:
		if known {
			return planWord(q, m, x)
		}
	case figure.LineLengths, figure.LineThemes:
		if key := map[string]string{figure.LineLengths: "length.", figure.LineThemes: "theme."}[x.Name] + x.Value; known && m.Says(lang, key) {
			return m.Text(lang, key)
		}
		return x.Value
	case figure.LineTips:
		return s.wayWord(q, m, x.Value)
	case figure.WaysOn, figure.WaysOnTaken, figure.WaysOnDeclined, figure.WaysOnMade:
		return s.wayWord(q, m, x.Value)
	}
	if known {
		return m.Name(lang)
	}
	return q.P.T("figures.unknown")
}

func partOf(m *model.Model, id string) (model.Part, bool) {
	if m == nil {
		return model.Part{}, false
	}
	return m.Part(id)
}

func (s *Server) wayWord(q *Ask, m *model.Model, to string) string {
	if x, ok := s.Models.Latest(to); ok {
		return x.Name(q.P.Lang())
	}
	if m != nil && m.Leads(model.Elsewhere, to) {
		return m.Text(q.P.Lang(), "way."+to)
	}
	return q.P.T("figures.unknown")
}

// lastMonths are n months up to a day's own, the oldest first.
func lastMonths(today calendar.Date, n int) []string {
	out := make([]string, n)
	first := calendar.Date(today.Month() + "-01")
	for i := n - 1; i >= 0; i-- {
		out[i] = first.Month()
		first = calendar.Date(first.Add(-1).Month() + "-01")
	}
	return out
}
