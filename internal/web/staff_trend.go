package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// trendQuarters are two years and the quarter that goes on: a round of partners is in one of them.
const trendQuarters = 9

// trendPage is what partners have answered by quarter, beside who has referred people in the same quarters (R-152, F-11…F-14). All of it is as
// released: what may not be told of a quarter is no bar and no number, and a partner is a kind of partner and nobody's name.
type trendPage struct {
	Frame    ui.StaffPage
	Unit     organization.Unit
	Units    []organization.Unit
	Quarters []disclosure.Period // the oldest first
	Forms    []trendForm
	Least    int         // of fewer nothing is told
	From     figuresPage // of who referred
}

// trendForm is a form of partners with the quarters of which it is told how they answered.
type trendForm struct {
	Model *model.Model
	Form  model.FeedbackForm
	Lines map[disclosure.Period]release.Line // of the unit alone
}

// showTrend reads two years of a unit's partners. It keeps what has left, so it changes the house.
func (s *Server) showTrend(w http.ResponseWriter, q *Ask) error {
	var v trendPage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		v = trendPage{Frame: s.staffPage(q, q.P.T("trend.title"), "results")}
		if v.Units, v.Unit, err = coordinatedUnits(q.Context(), tx, q.By, q.URL.Query().Get("unit")); err != nil {
			return err
		}
		return v.fill(q.Context(), tx, s.Models)
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.trendView(q, v))
}

func (v *trendPage) fill(ctx context.Context, tx *storage.Tx, ms model.Set) error {
	today := calendar.LocalOf(tx.Now(), v.Unit.Zone).Day
	v.Quarters = lastQuarters(today, trendQuarters)
	v.From = figuresPage{Unit: v.Unit, Quarters: v.Quarters, One: figure.Referrers, People: map[string][]release.Line{}}
	limits, err := release.Limits(ctx, tx)
	if err != nil {
		return err
	}
	v.Least = limits.Threshold
	offers, err := tx.Offers(ctx, v.Unit.ID)
	if err != nil {
		return err
	}
	for _, o := range offers {
		m, ok := ms.Latest(o.Model)
		if !ok {
			continue
		}
		v.From.Services = append(v.From.Services, m)
		for _, f := range m.Feedback {
			if f.Of != model.OfPartner {
				continue
			}
			one := trendForm{m, f, map[disclosure.Period]release.Line{}}
			if err := one.fill(ctx, tx, v.Unit, today, years(v.Quarters)); err != nil {
				return err
			}
			v.Forms = append(v.Forms, one)
		}
	}
	for _, year := range years(v.Quarters) {
		lines, err := report.Heads(ctx, tx, ms, figure.Referrers, today, year)
		if err != nil {
			return err
		}
		v.From.People[figure.Referrers] = append(v.From.People[figure.Referrers], lines...)
	}
	return nil
}

func (f *trendForm) fill(ctx context.Context, tx *storage.Tx, u organization.Unit, today calendar.Date, years []int) error {
	for _, year := range years {
		lines, err := release.Form(ctx, tx, f.Model, f.Form, today, year)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.Row.Dimension == "" && len(l.Row.Services) == 1 && l.Row.Services[0] == string(u.ID) && l.Shows() {
				f.Lines[l.Row.Period] = l
			}
		}
	}
	return nil
}

// periods are the quarters of which it is told how partners answered, or the half-year where neither of its quarters may be, or the year where
// nothing within it may: what is small is told with what is beside it. The oldest first.
func (f trendForm) periods(v trendPage) (out []disclosure.Period) {
	for _, year := range years(v.Quarters) {
		before := len(out)
		for half := 1; half <= 2; half++ {
			quarters := slices.DeleteFunc([]disclosure.Period{{Year: year, Of: 4, Part: 2*half - 1}, {Year: year, Of: 4, Part: 2 * half}}, f.untold)
			if len(quarters) == 0 {
				quarters = slices.DeleteFunc([]disclosure.Period{{Year: year, Of: 2, Part: half}}, f.untold)
			}
			out = append(out, quarters...)
		}
		if whole := (disclosure.Period{Year: year, Of: 1, Part: 1}); len(out) == before && !f.untold(whole) {
			out = append(out, whole)
		}
	}
	return out
}

// untold says that nothing of how partners answered is told of a period.
func (f trendForm) untold(p disclosure.Period) bool {
	for i := range f.Form.Questions {
		if _, told := f.percent(p, i); told {
			return false
		}
	}
	return true
}

// percent is the share of a question's good answers in a quarter, if it may be told.
func (f trendForm) percent(p disclosure.Period, question int) (disclosure.Answer, bool) {
	l, ok := f.Lines[p]
	if !ok || question >= len(l.Answers) {
		return disclosure.Answer{}, false
	}
	a := l.Answers[question]
	return a, !a.Hidden && a.Share.Bound == disclosure.Exactly
}

// charts draw each question's good answers by quarter: those quarters alone of which it may be told.
func (f trendForm) charts(q *Ask, v trendPage) (out []ui.Chart) {
	for i, question := range f.Form.Questions {
		c := ui.Chart{Title: report.Question(f.Model, q.P.Lang(), f.Form.ID, question.ID), Note: q.P.T("results.share-of", "answers", report.Good(q.P, f.Model, question)),
			Head: q.P.T("results.period"), Heads: q.P.T("results.share")}
		for _, p := range f.periods(v) {
			if a, ok := f.percent(p, i); ok {
				c.Bars = append(c.Bars, ui.Bar{Name: quarterShort(p), N: a.Share.Percent, Of: 100, Text: q.P.T("trend.share", "percent", a.Share.Percent, "n", a.N)})
			}
		}
		if len(c.Bars) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// rows are all answers of all questions by quarter, in percent.
func (f trendForm) rows(q *Ask, v trendPage) (out []figureRow) {
	for i, question := range f.Form.Questions {
		for k, word := range report.Answers(f.Model, q.P.Lang(), question) {
			row := figureRow{name: report.Question(f.Model, q.P.Lang(), f.Form.ID, question.ID) + " " + word}
			for _, p := range f.periods(v) {
				if a, ok := f.percent(p, i); ok && k < len(a.Percent) {
					row.cells = append(row.cells, q.P.T("report.percent", "percent", a.Percent[k]))
				} else {
					row.cells = append(row.cells, "–")
				}
			}
			out = append(out, row)
		}
	}
	return out
}

// referred is how many were referred in each quarter, as a chart beside the answers.
func (v trendPage) referred(q *Ask) (out []ui.Chart) {
	for _, row := range report.Rows(figure.Referrers, v.Unit.ID, v.From.Services) {
		c := ui.Chart{Title: q.P.T("trend.referred"), Head: q.P.T("results.period"), Heads: q.P.T("figures.figure")}
		for _, p := range v.Quarters {
			if l, ok := release.Find(v.From.People[figure.Referrers], row.Services, p); ok && l.Shows() {
				c.Bars = append(c.Bars, ui.Bar{Name: quarterShort(p), N: l.N, Text: q.P.N(l.N)})
			}
		}
		if len(c.Bars) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// quiet tells that nothing of partners may be told yet.
func (v trendPage) quiet() bool {
	return !slices.ContainsFunc(v.Forms, func(f trendForm) bool { return len(f.Lines) > 0 })
}

// asksPartners tells whether the page's unit asks any.
func (v resultsPage) asksPartners() bool {
	return slices.ContainsFunc(v.Forms, func(f resultForm) bool { return f.Form.Of == model.OfPartner })
}

func (v feedbackPage) asksPartners() bool {
	return slices.ContainsFunc(v.Partners, func(f givenForm) bool { return f.Form.Of == model.OfPartner })
}
