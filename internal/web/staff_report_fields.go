package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// reportFieldsPage names the fields of the funder's form and our figure for each (D-115).
type reportFieldsPage struct {
	Frame    ui.StaffPage
	Report   reportPage
	Fields   []report.Field
	Mistakes ui.Mistakes
}

// emptyFields are how many empty rows stand below those that are there.
const emptyFields = 4

func (s *Server) showReportFields(w http.ResponseWriter, q *Ask) error {
	v, err := s.report(q)
	if err != nil {
		return err
	}
	var fields []report.Field
	for _, e := range v.Sheet.Fields {
		fields = append(fields, report.Field{Name: e.Name, Figure: e.Item.Key})
	}
	return s.answerReportFields(w, q, v, fields, nil)
}

func (s *Server) answerReportFields(w http.ResponseWriter, q *Ask, r reportPage, fields []report.Field, wrong error) error {
	if r.None {
		return redirect(w, q, reportURL(string(r.Unit.ID), r.Year))
	}
	v := reportFieldsPage{Frame: r.Frame, Report: r, Fields: append(slices.Clone(fields), make([]report.Field, emptyFields)...), Mistakes: ui.MistakesOf(q.P, wrong)}
	v.Frame.Title, v.Frame.Wrong = q.P.T("report.fields.title"), wrong != nil
	return s.show(w, q, statusOf(wrong), s.reportFieldsView(q, v))
}

// keepReportFields keeps the rows in the order of their places.
func (s *Server) keepReportFields(w http.ResponseWriter, q *Ask) error {
	names, figures, places := q.PostForm["name"], q.PostForm["figure"], q.PostForm["place"]
	if len(names) != len(figures) || len(names) != len(places) {
		return fault.New(fault.Invalid, "form.choice")
	}
	type row struct {
		report.Field
		place int
	}
	var rows []row
	for i, name := range names {
		rows = append(rows, row{report.Field{Name: name, Figure: figures[i]}, wholeNumber(places[i])})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.place, b.place) })
	var fields []report.Field
	for _, r := range rows {
		if r.Name != "" || r.Figure != "" {
			fields = append(fields, r.Field)
		}
	}
	unit, year := access.UnitID(q.PostFormValue("unit")), wholeNumber(q.PostFormValue("year"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return report.Arrange(q.Context(), tx, q.By, unit, year, fields) })
	if fault.Is(err, fault.Invalid) {
		v, seen := s.report(q)
		if seen != nil {
			return seen
		}
		return s.answerReportFields(w, q, v, fields, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, reportURL(string(unit), year)+"&done=fields")
}

// figureChoice is the select of our figures in one row.
func (v reportFieldsPage) figureChoice(q *Ask, i int) ui.Choice {
	c := ui.Choice{Name: "figure", Key: "figure-" + strconv.Itoa(i), Label: q.P.T("report.fields.figure"), Value: v.Fields[i].Figure, Empty: q.P.T("report.fields.no-figure")}
	for _, item := range v.Report.Sheet.Items {
		c.Options = append(c.Options, ui.Option{Value: item.Key, Label: item.Label()})
	}
	return c
}
