package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/bill"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// resultRoutes are what was answered afterwards, as far as it may be told. What is shown has left: it is remembered with it.
func (s *Server) resultRoutes(add adder) {
	add("GET /results", access.Coordinate, s.showResults)
	add("POST /results", access.Coordinate.Fresh(), s.takeResults, "unit", "year", "format")
}

// resultsPage is a year of one unit's forms.
type resultsPage struct {
	Frame ui.StaffPage
	Unit  organization.Unit
	Units []organization.Unit
	Year  int
	This  int // the year it is
	Forms []resultForm
}

// resultForm is a form's lines of the page's unit.
type resultForm struct {
	Model *model.Model
	Form  model.FeedbackForm
	Lines []release.Line
}

// yearsShown is how many years back are offered: the sums stay, and so do the years.
const yearsShown = 5

func (s *Server) showResults(w http.ResponseWriter, q *Ask) error {
	v, err := s.results(q, q.URL.Query().Get("unit"), q.URL.Query().Get("year"))
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.resultsView(q, v))
}

// takeResults writes the same as a file.
func (s *Server) takeResults(w http.ResponseWriter, q *Ask) error {
	v, err := s.results(q, q.PostFormValue("unit"), q.PostFormValue("year"))
	if err != nil {
		return err
	}
	format := q.PostFormValue("format")
	if !slices.Contains(bill.Formats, format) {
		return fault.New(fault.Invalid, "form.choice")
	}
	return s.file(w, q, fmt.Sprintf("palaute-%d.%s", v.Year, format), format, v.document(q))
}

// file writes a document for the reader to keep.
func (s *Server) file(w http.ResponseWriter, q *Ask, name, format string, d bill.Document) error {
	var file bytes.Buffer
	if err := bill.WriteDocument(&file, format, d, q.P); err != nil {
		return err
	}
	w.Header().Set("Content-Type", bill.Kind(format))
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	_, _ = w.Write(file.Bytes()) // when the reader went away, nothing more can be said to them
	return nil
}

// results reads a year of a unit. It keeps what has left, so it changes the house.
func (s *Server) results(q *Ask, unit, year string) (v resultsPage, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		v = resultsPage{Frame: s.staffPage(q, q.P.T("results.title"), "results")}
		if v.Units, v.Unit, err = coordinatedUnits(q.Context(), tx, q.By, unit); err != nil {
			return err
		}
		today := calendar.LocalOf(tx.Now(), v.Unit.Zone).Day
		if v.This, v.Year, err = yearOf(today, year); err != nil {
			return err
		}
		return v.fill(q.Context(), tx, s.Models, today)
	})
	return v, err
}

// coordinatedUnits are those the reader coordinates, and the one that is wanted; the first when none is named.
func coordinatedUnits(ctx context.Context, tx *storage.Tx, by access.Actor, wanted string) (all []organization.Unit, one organization.Unit, err error) {
	mine := coordinated(by)
	if wanted == "" && len(mine) > 0 {
		wanted = string(mine[0])
	}
	if !slices.Contains(mine, access.UnitID(wanted)) {
		return nil, one, notFound()
	}
	for _, id := range mine {
		u, err := tx.Unit(ctx, id)
		if err != nil {
			return nil, one, err
		}
		all = append(all, u)
		if string(id) == wanted {
			one = u
		}
	}
	return all, one, nil
}

// yearOf is the year that is asked for, or, in its first three months, the one that is just over.
func yearOf(today calendar.Date, wanted string) (this, year int, err error) {
	if this, err = strconv.Atoi(string(today)[:4]); err != nil {
		return 0, 0, err
	}
	if wanted == "" {
		if today.Month()[5:] <= "03" {
			return this, this - 1, nil
		}
		return this, this, nil
	}
	year, err = strconv.Atoi(wanted)
	if err != nil || year > this || year <= this-yearsShown {
		return this, 0, notFound()
	}
	return this, year, nil
}

func (v *resultsPage) fill(ctx context.Context, tx *storage.Tx, models model.Set, today calendar.Date) error {
	offers, err := tx.Offers(ctx, v.Unit.ID)
	if err != nil {
		return err
	}
	for _, o := range offers {
		m, ok := models.Latest(o.Model)
		if !ok {
			continue
		}
		for _, f := range m.Feedback {
			lines, err := release.Form(ctx, tx, m, f, today, v.Year)
			if err != nil {
				return err
			}
			one := resultForm{Model: m, Form: f}
			for _, l := range lines {
				if len(l.Row.Services) == 1 && l.Row.Services[0] == string(v.Unit.ID) {
					one.Lines = append(one.Lines, l)
				}
			}
			v.Forms = append(v.Forms, one)
		}
	}
	return nil
}

// whole are the lines of periods, without what they are divided by.
func (f resultForm) whole() (out []release.Line) {
	for _, l := range f.Lines {
		if l.Row.Dimension == "" {
			out = append(out, l)
		}
	}
	return out
}

// divided are the year's lines by what the answers are divided by.
func (f resultForm) divided() (out []release.Line) {
	for _, l := range f.Lines {
		if l.Row.Dimension != "" && l.State != release.GoingOn {
			out = append(out, l)
		}
	}
	return out
}

// quiet tells that nothing of the form is told yet.
func (f resultForm) quiet() bool {
	return !slices.ContainsFunc(f.Lines, release.Line.Shows)
}

func (v resultsPage) anyQuiet() bool { return slices.ContainsFunc(v.Forms, resultForm.quiet) }

// told are the lines of which how they answered is told.
func (f resultForm) told() (out []release.Line) {
	for _, l := range f.whole() {
		if l.Shows() && slices.ContainsFunc(l.Answers, tellsShare) {
			out = append(out, l)
		}
	}
	return out
}

// document is the page as a file: a row for each period and question, also where nothing may be told.
func (v resultsPage) document(q *Ask) bill.Document {
	p := q.P
	d := bill.Document{Title: p.T("results.title") + ": " + v.Unit.Name.In(p.Lang()) + ", " + strconv.Itoa(v.Year), Lead: []string{p.T("results.lead"), p.T("results.why")}}
	for _, f := range v.Forms {
		t := bill.Table{Heading: f.name(q), Wide: []float64{0.17, 0.33, 0.13, 0.08, 0.29},
			Heads: []string{p.T("results.period"), p.T("results.question"), p.T("results.share"), p.T("results.n"), p.T("results.note")}}
		for _, l := range f.Lines {
			t.Rows = append(t.Rows, f.rows(q, l)...)
		}
		d.Tables = append(d.Tables, t)
	}
	return d
}

func (f resultForm) rows(q *Ask, l release.Line) (out [][]any) {
	period := f.period(q, l)
	if !l.Shows() {
		return [][]any{{period, "", "", "", report.Note(q.P, l)}}
	}
	out = append(out, []any{period, q.P.T("results.answered"), "", l.N, report.Note(q.P, l)})
	for i, a := range l.Answers {
		question := f.Form.Questions[i]
		row := []any{period, report.Question(f.Model, q.P.Lang(), f.Form.ID, question.ID), "", "", q.P.T("results.not-how")}
		if tellsShare(a) {
			row[2], row[3], row[4] = report.Share(q.P, a.Share), a.N, f.spread(q, question, a)
		}
		out = append(out, row)
	}
	return out
}
