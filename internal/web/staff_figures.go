package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// figureRoutes are the sums of a coordinator's own units, for their own use.
func (s *Server) figureRoutes(add adder) {
	add("GET /figures", access.Coordinate, s.showFigures)
}

// fewest is the smallest number that is told (design 4.9); a smaller one could be about somebody.
const fewest = 5

// figureOrder is how the figures stand in the table; minutes of waiting are told as their mean.
var figureOrder = []string{figure.Contacts, figure.Referrers, figure.Unused, figure.Ended, figure.ChatsStarted, figure.ChatsTaken, figure.WallExceptions, figure.Messages, figure.Started, figure.FirstWait,
	figure.Held, figure.DayParts, figure.PlaceKinds, figure.Missed, figure.Cancelled, figure.Closed,
	figure.GoalsReached, figure.Results, figure.EndingMarks, figure.FollowUps, figure.FollowUpsAnswered,
	figure.WaysOn, figure.WaysOnTaken, figure.WaysOnDeclined, figure.WaysOnMade, figure.WorkerChanges, figure.Again,
	figure.Applied, figure.Refused, figure.Granted, figure.WorkKinds, figure.EndVisits, figure.EntriesLate, figure.LineEvenings, figure.LineContacts, figure.LineLengths, figure.LineThemes, figure.LineTips, figure.LineWorries, figure.LineMinutes, figure.Meetings, figure.Families, figure.Adults, figure.Children,
	figure.Groups, figure.Joined, figure.Topics, figure.Ideas, figure.Applications, figure.VolunteersStarted, figure.TrainingsHeld, figure.TrainingsAttended, figure.SupportTalks}

// figuresPage is a year of one unit's sums.
type figuresPage struct {
	Frame  ui.StaffPage
	Unit   organization.Unit
	Units  []organization.Unit
	Months []string // "2006-01", the oldest first
	Sums   []figure.Sum
	One    string // the figure told by its parts
}

func (s *Server) showFigures(w http.ResponseWriter, q *Ask) error {
	v := figuresPage{Frame: s.staffPage(q, q.P.T("figures.title"), "figures"), One: q.URL.Query().Get("figure")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return v.fill(q.Context(), tx, q) })
	if err != nil {
		return err
	}
	if v.One != "" && !slices.Contains(figureOrder, v.One) {
		return notFound()
	}
	return s.show(w, q, http.StatusOK, s.figuresView(q, v))
}

func (v *figuresPage) fill(ctx context.Context, tx *storage.Tx, q *Ask) error {
	wanted := access.UnitID(q.URL.Query().Get("unit"))
	mine := coordinated(q.By)
	if wanted == "" {
		wanted = mine[0] // the permission asks for one
	}
	if !slices.Contains(mine, wanted) {
		return notFound()
	}
	v.Units = nil
	for _, id := range mine {
		u, err := tx.Unit(ctx, id)
		if err != nil {
			return err
		}
		v.Units = append(v.Units, u)
		if id == wanted {
			v.Unit = u
		}
	}
	v.Months = lastMonths(calendar.LocalOf(q.Now, v.Unit.Zone).Day, 12)
	var err error
	v.Sums, err = tx.Figures(ctx, wanted, v.Months[0], v.Months[len(v.Months)-1])
	if len(v.Sums) > 0 {
		v.Months = v.Months[slices.Index(v.Months, v.Sums[0].Month):] // sums come by month: nothing was kept before the first
	}
	return err
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

// months are a figure's numbers by month; with a value only that part of it.
func (v figuresPage) months(name string, only func(figure.Sum) bool) []int {
	out := make([]int, len(v.Months))
	for _, x := range v.Sums {
		if x.Name == name && (only == nil || only(x)) {
			if i := slices.Index(v.Months, x.Month); i >= 0 {
				out[i] += x.N
			}
		}
	}
	if name == figure.LineMinutes {
		for i, minutes := range out {
			out[i] = (minutes + 30) / 60 // told in hours
		}
	}
	return out
}

// told is a number as it is shown: one that is small could be about somebody.
func (q *Ask) told(n int) string {
	if n > 0 && n < fewest {
		return q.P.T("figures.few", "n", fewest)
	}
	return q.P.N(n)
}

// means are the mean waits for a first meeting by month, where there are enough of them.
func (v figuresPage) means(q *Ask) []string {
	minutes, meetings := v.months(figure.WaitMinutes, nil), v.months(figure.FirstWait, nil)
	out := make([]string, len(minutes))
	for i, n := range meetings {
		switch {
		case n == 0:
			out[i] = "–"
		case n < fewest:
			out[i] = q.told(n)
		default:
			out[i] = strings.ReplaceAll(q.P.Duration(time.Duration(minutes[i]/n)*time.Minute), " ", "\u00a0") // one line in a narrow column
		}
	}
	return out
}

func any12(all []int) bool { return slices.ContainsFunc(all, func(n int) bool { return n != 0 }) }

// figurePart is one value of a figure, in words. Parts of several models with one name are one.
type figurePart struct {
	word   string
	months []int
}

// parts tells a figure by its values.
func (s *Server) parts(q *Ask, v figuresPage) []figurePart {
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
	var out []figurePart
	for _, w := range order {
		out = append(out, figurePart{w, v.months(v.One, func(x figure.Sum) bool { return words[x.Model+"/"+x.Value] == w })})
	}
	return out
}

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
		return q.P.T("figures.wait", "band", strings.Replace(x.Value, "-", "–", 1))
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
