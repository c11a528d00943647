package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/bill"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// reportRoutes are the year's report of a grant object. What leaves the house as a file, and a report that is finished, ask for a proof of who does it.
func (s *Server) reportRoutes(add adder) {
	add("GET /report", access.Coordinate, s.showReport)
	add("POST /report", access.Coordinate.Fresh(), s.takeReport, "unit", "year", "format")
	add("POST /report/finish", access.Coordinate.Fresh(), s.finishReport, "unit", "year")
	add("POST /report/extra", access.Coordinate, s.addExtra, "unit", "year", "name", "basis", "number", "kind", "n")
	add("POST /report/extra/drop", access.Coordinate, s.dropExtra, "unit", "year", "extra")
	add("POST /report/quote", access.Coordinate, s.quoteInReport, "unit", "year", "quote", "put")
	add("GET /report/fields", access.Coordinate, s.showReportFields)
	add("POST /report/fields", access.Coordinate, s.keepReportFields, "unit", "year", "name...", "figure...", "place...")
	add("GET /report/made/{id}", access.Coordinate, s.showMade)
	add("POST /report/made/{id}", access.Coordinate.Fresh(), s.takeMade, "format")
}

// reportPage is a year of one grant object.
type reportPage struct {
	Frame    ui.StaffPage
	Unit     organization.Unit
	Units    []organization.Unit
	Year     int
	This     int
	Over     bool
	Sheet    report.Sheet
	Extras   []report.Extra
	Quotes   []report.Quotation
	Reading  int           // words that wait for readers
	Made     []report.Made // of this year, the latest first
	Changes  []report.Change
	Done     string
	Extra    extraForm
	Mistakes ui.Mistakes
	None     bool // the unit has no grant object
}

// extraForm is a figure of the coordinator's own as it was typed.
type extraForm struct{ Name, Basis, Number, Kind, N string }

func (s *Server) showReport(w http.ResponseWriter, q *Ask) error {
	return s.answerReport(w, q, extraForm{Basis: report.Estimate}, nil)
}

func (s *Server) answerReport(w http.ResponseWriter, q *Ask, typed extraForm, wrong error) error {
	v, err := s.report(q)
	if err != nil {
		return err
	}
	v.Extra, v.Mistakes = typed, ui.MistakesOf(q.P, wrong)
	v.Frame.Wrong = wrong != nil
	v.Done = q.done("report.done.", "added", "dropped", "fields", "finished", "quoted", "unquoted")
	return s.show(w, q, statusOf(wrong), s.reportView(q, v))
}

// wanted is a value of the form that was sent, or of the address.
func wanted(q *Ask, name string) string {
	if q.Method == http.MethodPost {
		return q.PostFormValue(name)
	}
	return q.URL.Query().Get(name)
}

// report reads a year. It keeps what has left, so it changes the house.
func (s *Server) report(q *Ask) (v reportPage, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		v = reportPage{Frame: s.staffPage(q, q.P.T("report.title"), "report")}
		v.Frame.Scripts = append(v.Frame.Scripts, "copy.js")
		if v.Units, v.Unit, err = coordinatedUnits(q.Context(), tx, q.By, wanted(q, "unit")); err != nil {
			return err
		}
		today := calendar.LocalOf(tx.Now(), v.Unit.Zone).Day
		if v.This, v.Year, err = yearOf(today, wanted(q, "year")); err != nil {
			return err
		}
		facts, err := report.Make(q.Context(), tx, s.Models, q.By, v.Unit.ID, v.Year)
		if fault.HasKey(err, "report.no-grant") {
			v.None = true
			return nil
		}
		if err != nil {
			return err
		}
		v.Over, v.Sheet, v.Extras = facts.Over(), facts.Sheet(q.P), facts.Draft.Extras
		v.Quotes, v.Reading = facts.Quotes, facts.Reading
		made, err := report.Finished(q.Context(), tx, q.By, v.Unit.ID)
		for _, m := range made {
			if m.Year == v.Year {
				v.Made = append(v.Made, m)
			}
		}
		if len(v.Made) > 0 {
			v.Changes = report.Changes(q.P, v.Made[0].Sheets[q.P.Lang()], v.Sheet)
		}
		return err
	})
	return v, err
}

func (s *Server) takeReport(w http.ResponseWriter, q *Ask) error {
	v, err := s.report(q)
	if err != nil {
		return err
	}
	format := q.PostFormValue("format")
	if v.None || !slices.Contains(bill.Formats, format) {
		return fault.New(fault.Invalid, "form.choice")
	}
	return s.file(w, q, fmt.Sprintf("raportti-%d.%s", v.Year, format), format, reportDocument(q, v.Sheet, ""))
}

// reportDocument is a sheet as a file, with exactly what the page shows.
func reportDocument(q *Ask, s report.Sheet, no string) bill.Document {
	p := q.P
	d := bill.Document{Title: p.T("report.heading", "year", strconv.Itoa(s.Year), "grant", s.Grant), Lead: []string{p.T("report.public")}}
	if no != "" {
		d.Lead = append([]string{no}, d.Lead...)
	}
	if len(s.Fields) > 0 {
		t := bill.Table{Heading: p.T("report.fields.title"), Heads: []string{p.T("report.fields.name"), p.T("report.col.figure"), p.T("report.col.basis"), p.T("report.col.definition")}, Wide: []float64{0.3, 0.2, 0.12, 0.38}}
		for _, e := range s.Fields {
			t.Rows = append(t.Rows, []any{e.Name, e.Item.Words(p), e.Item.Basis, e.Item.Definition})
		}
		d.Tables = append(d.Tables, t)
	}
	for _, section := range report.Sections {
		t := bill.Table{Heading: p.T("report.section." + section), Wide: []float64{0.27, 0.13, 0.05, 0.07, 0.13, 0.09, 0.26},
			Heads: []string{p.T("report.col.name"), p.T("report.col.figure"), p.T("report.col.n"), p.T("report.col.period"), p.T("report.col.grant"), p.T("report.col.basis"), p.T("report.col.definition")}}
		for _, n := range s.Shown(section) {
			i := s.Items[n]
			name := i.Label()
			if i.Quiet {
				name = i.Group
			}
			t.Rows = append(t.Rows, []any{name, orDash(i.Figure), i.N, i.Period, s.Grant, i.Basis, strings.TrimSpace(i.Definition + " " + i.Note)})
		}
		if len(t.Rows) > 0 {
			d.Tables = append(d.Tables, t)
		}
	}
	if len(s.Quotes) > 0 {
		t := bill.Table{Heading: p.T("report.quotes.title"), Heads: []string{p.T("report.quotes.head"), p.T("report.col.definition")}, Wide: []float64{0.6, 0.4}}
		for _, words := range s.Quotes {
			t.Rows = append(t.Rows, []any{report.Quoted(p, words), p.T("report.quotes.public")})
		}
		d.Tables = append(d.Tables, t)
	}
	return d
}

func (s *Server) finishReport(w http.ResponseWriter, q *Ask) error {
	unit, year := access.UnitID(q.PostFormValue("unit")), wholeNumber(q.PostFormValue("year"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		_, err := report.Finish(q.Context(), tx, s.Models, q.By, unit, year)
		return err
	})
	if err != nil {
		return err
	}
	return redirect(w, q, reportURL(string(unit), year)+"&done=finished")
}

// wholeNumber is what was typed as one; -1 for what is none.
func wholeNumber(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

func reportURL(unit string, year int) string {
	return "/report?unit=" + unit + "&year=" + strconv.Itoa(year)
}

func (s *Server) addExtra(w http.ResponseWriter, q *Ask) error {
	typed := extraForm{q.PostFormValue("name"), q.PostFormValue("basis"), q.PostFormValue("number"), q.PostFormValue("kind"), q.PostFormValue("n")}
	x := report.Extra{Name: typed.Name, Basis: typed.Basis, Number: wholeNumber(typed.Number), Percent: typed.Kind == "percent"}
	if strings.TrimSpace(typed.N) != "" {
		x.N = wholeNumber(typed.N)
	}
	unit, year := access.UnitID(q.PostFormValue("unit")), wholeNumber(q.PostFormValue("year"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return report.Add(q.Context(), tx, q.By, unit, year, x) })
	if fault.Is(err, fault.Invalid) {
		return s.answerReport(w, q, typed, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, reportURL(string(unit), year)+"&done=added")
}

func (s *Server) dropExtra(w http.ResponseWriter, q *Ask) error {
	unit, year := access.UnitID(q.PostFormValue("unit")), wholeNumber(q.PostFormValue("year"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return report.Drop(q.Context(), tx, q.By, unit, year, q.PostFormValue("extra"))
	})
	if err != nil {
		return err
	}
	return redirect(w, q, reportURL(string(unit), year)+"&done=dropped")
}

// quoteInReport puts agreed words into the report, or takes them out of it.
func (s *Server) quoteInReport(w http.ResponseWriter, q *Ask) error {
	unit, year, put := access.UnitID(q.PostFormValue("unit")), wholeNumber(q.PostFormValue("year")), q.PostFormValue("put") == "yes"
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return report.Quote(q.Context(), tx, s.Models, q.By, unit, year, token(q, "quote"), put)
	})
	if err != nil {
		return err
	}
	done := "unquoted"
	if put {
		done = "quoted"
	}
	return redirect(w, q, reportURL(string(unit), year)+"&done="+done+"#quotes")
}

// finishedPage is a finished report, read again.
type finishedPage struct {
	Frame ui.StaffPage
	Made  report.Made
	Sheet report.Sheet
}

func (s *Server) finished(q *Ask) (v finishedPage, err error) {
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v = finishedPage{Frame: s.staffPage(q, q.P.T("report.title"), "report")}
		v.Frame.Scripts = append(v.Frame.Scripts, "copy.js")
		v.Made, err = report.Read(q.Context(), tx, q.By, q.PathValue("id"))
		return err
	})
	v.Sheet = v.Made.Sheets[q.P.Lang()]
	return v, err
}

func (s *Server) showMade(w http.ResponseWriter, q *Ask) error {
	v, err := s.finished(q)
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.madeView(q, v))
}

func (s *Server) takeMade(w http.ResponseWriter, q *Ask) error {
	v, err := s.finished(q)
	if err != nil {
		return err
	}
	format := q.PostFormValue("format")
	if !slices.Contains(bill.Formats, format) {
		return fault.New(fault.Invalid, "form.choice")
	}
	return s.file(w, q, fmt.Sprintf("raportti-%d-%d.%s", v.Made.Year, v.Made.No, format), format, reportDocument(q, v.Sheet, v.name(q)))
}

func (v finishedPage) name(q *Ask) string {
	return q.P.T("report.made", "no", v.Made.No, "day", q.P.Date(v.Made.Day))
}
