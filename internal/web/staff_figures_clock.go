package web

import (
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// clockRow is a population of the first meeting's clock with its name: the services' names too where a unit has two populations.
type clockRow struct {
	report.ClockRow
	name string
}

func (v figuresPage) clockRows(q *Ask) (out []clockRow) {
	rows := report.ClockRows(v.Unit.ID, v.Services)
	for _, r := range rows {
		name := q.P.T("figures.name." + figure.FirstWait)
		if len(rows) > 1 {
			var of []string
			for _, m := range r.Models {
				of = append(of, m.Name(q.P.Lang()))
			}
			name += ": " + strings.Join(of, ", ")
		}
		out = append(out, clockRow{r, name})
	}
	return out
}

// clockParts are the shares of the bands and of the promise that was kept, by quarter.
func (v figuresPage) clockParts(q *Ask) (out []figureRow) {
	for _, row := range v.clockRows(q) {
		prefix := ""
		if _, of, ok := strings.Cut(row.name, ": "); ok {
			prefix = of + ": "
		}
		for i, band := range figure.Bands {
			out = append(out, figureRow{prefix + q.waitBand(band), "", v.clockCells(q, row, func(l release.Line) string {
				if waits := report.Waits(l); waits != nil {
					return report.Share(q.P, disclosure.Share{Bound: disclosure.Exactly, Percent: waits[i]})
				}
				return ""
			})})
		}
		if row.Promised() {
			out = append(out, figureRow{prefix + q.P.T("figures.in-promise"), "", v.clockCells(q, row, func(l release.Line) string {
				if a, ok := report.Promise(l); ok {
					return report.Share(q.P, a.Share)
				}
				return ""
			})})
		}
	}
	return out
}

func (v figuresPage) clockCells(q *Ask, row clockRow, say func(release.Line) string) (out []string) {
	for _, p := range v.Quarters {
		l, _ := report.FindClock(v.People[figure.FirstWait], row.ClockRow, "", "", p)
		word := say(l)
		switch {
		case word != "":
		case l.State == release.GoingOn:
			word = "…"
		default:
			word = q.P.T("figures.few", "n", report.Exact(l))
		}
		out = append(out, word)
	}
	return out
}

// clockCharts are of the last year of which something is told: how long it took to the first meeting, and how many kept the promise by when and by where they were.
func (v figuresPage) clockCharts(q *Ask) (out []ui.Chart) {
	for _, row := range v.clockRows(q) {
		all := years(v.Quarters)
		for i := len(all) - 1; i >= 0; i-- {
			year := disclosure.Period{Year: all[i], Of: 1, Part: 1}
			if l, ok := report.FindClock(v.People[figure.FirstWait], row.ClockRow, "", "", year); ok && l.Shows() {
				out = append(out, v.clockOf(q, row, l)...)
				break
			}
		}
	}
	return out
}

func (v figuresPage) clockOf(q *Ask, row clockRow, l release.Line) (out []ui.Chart) {
	whole := ui.Chart{Title: row.name, Note: clockNote(q, l), Head: q.P.T("figures.part"), Heads: q.P.T("figures.figure")}
	for i, percent := range report.Waits(l) {
		whole.Bars = append(whole.Bars, ui.Bar{Key: figure.Bands[i], Name: q.waitBand(figure.Bands[i]), N: percent, Of: 100,
			Text: report.Share(q.P, disclosure.Share{Bound: disclosure.Exactly, Percent: percent})})
	}
	out = append(out, whole)
	for _, by := range []string{report.ByPart, report.ByPlace} {
		_, services, _ := strings.Cut(row.name, ": ")
		c := ui.Chart{Title: q.P.T("figures.first-by-" + by), Note: report.Period(q.P, l.Row.Period), Head: q.P.T("figures.part"), Heads: q.P.T("figures.figure")}
		if services != "" {
			c.Title += ": " + services
		}
		var told []release.Line
		shares := false
		for _, value := range report.ClockValues[by] {
			if part, ok := report.FindClock(v.People[figure.FirstWait], row.ClockRow, by, value, l.Row.Period); ok && part.Shows() {
				_, share := report.Promise(part)
				told, shares = append(told, part), shares || share
			}
		}
		if shares {
			c.Note, c.Heads = c.Note+". "+q.P.T("figures.first-by-note"), q.P.T("figures.in-promise")
		}
		for _, part := range told {
			c.Bars = append(c.Bars, clockBar(q, shares, part, l.N))
		}
		out = append(out, c)
	}
	return dropEmpty(out)
}

// clockBar is a part of day or a kind of place: the share that kept the promise, or how many of all there were where no share is told.
func clockBar(q *Ask, shares bool, l release.Line, all int) ui.Bar {
	key := map[string]string{report.ByPart: "wish.", report.ByPlace: "place."}[l.Row.Dimension] + l.Row.Value
	b := ui.Bar{Key: l.Row.Value, Name: q.P.T(key), Text: q.P.T("figures.n", "n", l.N), Of: 100}
	if middle := report.Middle(l); middle != "" {
		b.Note = q.P.T("figures.middle", "band", q.waitBand(middle))
	}
	if a, ok := report.Promise(l); ok {
		b.N, b.Text = a.Share.Percent, q.P.T("figures.share-n", "share", report.Share(q.P, a.Share), "n", strconv.Itoa(a.N))
	} else if !shares {
		b.N, b.Of = l.N, max(all, 1)
	}
	return b
}

// clockNote says of which year it is, of how many, in which band the middle one lies and how many kept the promise.
func clockNote(q *Ask, l release.Line) string {
	out := []string{report.Period(q.P, l.Row.Period) + ", " + q.P.T("figures.n", "n", l.N) + "."}
	if middle := report.Middle(l); middle != "" {
		out = append(out, q.P.T("figures.median", "band", q.waitBand(middle)))
	}
	if a, ok := report.Promise(l); ok {
		out = append(out, q.P.T("figures.within", "share", report.Share(q.P, a.Share), "n", strconv.Itoa(a.N)))
	}
	return strings.Join(out, " ")
}

func (q *Ask) waitBand(band string) string {
	return q.P.T("figures.wait", "band", strings.Replace(band, "-", "–", 1))
}
