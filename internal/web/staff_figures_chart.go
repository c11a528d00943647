package web

import (
	"cmp"
	"slices"

	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// chartOrder is what a coordinator looks at first: how soon people were met, when and where, what fell through, where they went on.
var chartOrder = []string{figure.FirstWait, figure.DayParts, figure.PlaceKinds, figure.Missed, figure.Cancelled, figure.WaysOn}

// charts draw the figures of chartOrder: of things the quarter that goes on, of people the last year of which something is told
// (decision 0068). What has no number has no chart.
func (s *Server) charts(q *Ask, v figuresPage) (out []ui.Chart) {
	for _, name := range chartOrder {
		if name == figure.FirstWait {
			out = append(out, v.clockCharts(q)...)
			continue
		}
		v.One = name
		c := ui.Chart{Title: q.P.T("figures.name." + name), Head: q.P.T("figures.part"), Heads: q.P.T("figures.figure")}
		if report.OfPeople(name) {
			s.chartOfPeople(q, v, &c)
		} else {
			s.chartOfThings(q, v, &c)
		}
		if len(c.Bars) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// chartOfPeople is of the last year that tells by what: a quarter has too few.
func (s *Server) chartOfPeople(q *Ask, v figuresPage, c *ui.Chart) {
	all := years(v.Quarters)
	for i := len(all) - 1; i >= 0 && len(c.Bars) == 0; i-- {
		year := disclosure.Period{Year: all[i], Of: 1, Part: 1}
		c.Note = report.Period(q.P, year)
		for _, row := range report.Rows(v.One, v.Unit.ID, v.Services) {
			for _, value := range row.Values(v.One, v.Services) {
				if l, ok := release.FindValue(v.People[v.One], row.Services, value, year); ok && l.Shows() {
					c.Bars = append(c.Bars, ui.Bar{Key: value, Name: s.valueWord(q, v, value), N: l.N, Text: q.P.N(l.N)})
				}
			}
		}
	}
}

func (s *Server) chartOfThings(q *Ask, v figuresPage, c *ui.Chart) {
	now := len(v.Quarters) - 1
	c.Note = q.P.T("figures.going-on", "period", report.Period(q.P, v.Quarters[now]))
	count := map[string]int{}
	for _, x := range v.Sums {
		if x.Name == v.One && slices.Contains(v.Quarters[now].Months(), x.Month) && x.N > 0 {
			count[s.figureWord(q, x)] += x.N
		}
	}
	for name, n := range count {
		c.Bars = append(c.Bars, ui.Bar{Name: name, N: n, Text: q.P.N(n)})
	}
	slices.SortFunc(c.Bars, func(a, b ui.Bar) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
}
