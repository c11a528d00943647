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
	"rinnalla.fi/rinnalla/internal/disclosure"
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
	add("GET /results/partners", access.Coordinate, s.showTrend)
	add("POST /results", access.Coordinate.Fresh(), s.takeResults, "unit", "year", "grant", "format")
	add("POST /results/least", access.Coordinate.Fresh(), s.raiseLeast, "unit", "year", "least")
}

// resultsPage is a year of one unit's forms.
type resultsPage struct {
	Frame    ui.StaffPage
	Unit     organization.Unit
	Units    []organization.Unit
	Year     int
	This     int    // the year it is
	Grant    string // the whole grant object is read; "" is the unit alone
	Shared   bool   // the unit's grant object has other units too
	Whole    bool   // everything stands open, to be printed
	Forms    []resultForm
	Limits   disclosure.Settings
	Typed    string // a new limit
	Done     string
	Mistakes ui.Mistakes
}

// resultForm is a form's lines of the page's unit, or of its whole grant object.
type resultForm struct {
	Model *model.Model
	Form  model.FeedbackForm
	Lines []release.Line
}

// yearsShown is how many years back are offered: the sums stay, and so do the years.
const yearsShown = 5

func (s *Server) showResults(w http.ResponseWriter, q *Ask) error {
	return s.answerResults(w, q, "", nil)
}

func (s *Server) answerResults(w http.ResponseWriter, q *Ask, typed string, wrong error) error {
	v, err := s.results(q)
	if err != nil {
		return err
	}
	v.Typed, v.Mistakes, v.Frame.Wrong = typed, ui.MistakesOf(q.P, wrong), wrong != nil
	if wrong == nil {
		v.Typed, v.Done = strconv.Itoa(v.Limits.Threshold), q.done("results.least.done.", "raised")
	}
	return s.show(w, q, statusOf(wrong), s.resultsView(q, v))
}

// raiseLeast lets nothing be told of fewer than so many any more.
func (s *Server) raiseLeast(w http.ResponseWriter, q *Ask) error {
	unit, typed := access.UnitID(q.PostFormValue("unit")), q.PostFormValue("least")
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return release.Raise(q.Context(), tx, q.By, unit, wholeNumber(typed))
	})
	if fault.Is(err, fault.Invalid) {
		return s.answerResults(w, q, typed, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, resultsPage{}.url(string(unit), wholeNumber(q.PostFormValue("year")))+"&done=raised")
}

// of is whose results they are.
func (v resultsPage) of(q *Ask) string {
	if v.Grant != "" {
		return v.Grant
	}
	return v.Unit.Name.In(q.P.Lang())
}

// takeResults writes the same as a file.
func (s *Server) takeResults(w http.ResponseWriter, q *Ask) error {
	v, err := s.results(q)
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

// results reads a year of a unit or of its grant object, of which whoever coordinates one unit reads all, as of its report. It keeps what has left, so it
// changes the house.
func (s *Server) results(q *Ask) (v resultsPage, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		v = resultsPage{Frame: s.staffPage(q, q.P.T("results.title"), "results"), Whole: q.URL.Query().Get("all") != ""}
		if v.Units, v.Unit, err = coordinatedUnits(q.Context(), tx, q.By, wanted(q, "unit")); err != nil {
			return err
		}
		today := calendar.LocalOf(tx.Now(), v.Unit.Zone).Day
		if v.This, v.Year, err = yearOf(today, wanted(q, "year")); err != nil {
			return err
		}
		if v.Limits, err = release.Limits(q.Context(), tx); err != nil {
			return err
		}
		return v.fill(q.Context(), tx, s.Models, today, wanted(q, "grant") != "")
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

func (v *resultsPage) fill(ctx context.Context, tx *storage.Tx, models model.Set, today calendar.Date, whole bool) error {
	units, err := tx.Units(ctx)
	if err != nil {
		return err
	}
	of := []string{string(v.Unit.ID)}
	if all := release.InGrant(units, v.Unit.GrantObject); len(all) > 1 {
		v.Shared = true
		if whole {
			v.Grant, of = v.Unit.GrantObject, all
		}
	}
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return err
	}
	var done []string
	for _, o := range offers {
		m, ok := models.Latest(o.Model)
		if !ok || !slices.Contains(of, string(o.Unit)) || slices.Contains(done, o.Model) {
			continue
		}
		done = append(done, o.Model)
		var services []string // those of the units that offer it
		for _, other := range offers {
			if other.Model == o.Model && slices.Contains(of, string(other.Unit)) {
				services = append(services, string(other.Unit))
			}
		}
		slices.Sort(services)
		services = slices.Compact(services)
		for _, f := range m.Feedback {
			lines, err := release.Form(ctx, tx, m, f, today, v.Year)
			if err != nil {
				return err
			}
			one := resultForm{Model: m, Form: f}
			for _, l := range lines {
				if slices.Equal(l.Row.Services, services) {
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
	d := bill.Document{Title: p.T("results.title") + ": " + v.of(q) + ", " + strconv.Itoa(v.Year), Lead: []string{p.T("results.lead"), p.T("results.why", "n", v.Limits.Threshold)}}
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
		row := []any{period, report.Question(f.Model, q.P.Lang(), f.Form.ID, question.ID), "", "", q.P.T("results.not-how", "n", report.Exact(l))}
		if tellsShare(a) {
			row[2], row[3], row[4] = report.Share(q.P, a.Share), a.N, f.spread(q, question, a)
		}
		out = append(out, row)
	}
	return out
}
