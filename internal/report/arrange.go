package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// drafted is what is arranged of a year; the funder's fields of the latest year before it, until they are arranged anew.
func drafted(ctx context.Context, tx Tx, grant string, year int) (Draft, error) {
	d, err := tx.Draft(ctx, grant, year)
	if err != nil || len(d.Fields) > 0 {
		return d, err
	}
	years, err := tx.DraftYears(ctx, grant)
	if err != nil {
		return d, err
	}
	for _, y := range years {
		if y < year {
			before, err := tx.Draft(ctx, grant, y)
			d.Fields = before.Fields
			if err != nil || len(d.Fields) > 0 {
				return d, err
			}
		}
	}
	return d, nil
}

// change arranges something of a year, and keeps it.
func change(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, year int, step func(d *Draft) error) error {
	u, err := mine(ctx, tx, by, unit)
	if err != nil {
		return err
	}
	if u.GrantObject == "" {
		return fault.New(fault.Invalid, "report.no-grant")
	}
	d, err := drafted(ctx, tx, u.GrantObject, year)
	if err != nil {
		return err
	}
	if err := step(&d); err != nil {
		return err
	}
	return tx.PutDraft(ctx, u.GrantObject, year, d)
}

// Arrange names the fields of the funder's form and our figure for each, in their order (D-115). A field without a name is left out. Which fields a funder has is
// nowhere in the program.
func Arrange(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, year int, fields []Field) error {
	return change(ctx, tx, by, unit, year, func(d *Draft) error {
		var form fault.Form
		var kept []Field
		for _, f := range fields {
			if f.Name = strings.TrimSpace(f.Name); f.Name == "" && f.Figure == "" {
				continue
			}
			check(&form, "name", f.Name)
			if len(f.Figure) > 200 || strings.ContainsFunc(f.Figure, unicode.IsSpace) {
				form.Add("figure", "form.choice")
			}
			kept = append(kept, f)
		}
		if len(kept) > MaxFields {
			form.Add("name", "report.too-many", "most", MaxFields)
		}
		d.Fields = kept
		return form.Err()
	})
}

// check is one public line that must be there.
func check(form *fault.Form, name, text string) {
	switch {
	case text == "":
		form.Add(name, "report.empty")
	case utf8.RuneCountInString(text) > MaxLine || strings.ContainsFunc(text, unicode.IsControl):
		form.Add(name, "report.line", "most", MaxLine)
	}
}

// Add adds a figure that the program cannot count, marked as an estimate or a sample (D-111).
func Add(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, year int, x Extra) error {
	return change(ctx, tx, by, unit, year, func(d *Draft) error {
		x.ID, x.Name = id.New(), strings.TrimSpace(x.Name)
		var form fault.Form
		check(&form, "name", x.Name)
		if !slices.Contains(Bases, x.Basis) {
			form.Add("basis", "form.choice")
		}
		switch {
		case x.Number < 0 || x.Number > maxNumber:
			form.Add("number", "report.number")
		case x.Percent && x.Number > 100:
			form.Add("number", "report.percent-number")
		}
		switch {
		case x.N < 0 || x.N > maxNumber:
			form.Add("n", "report.number")
		case x.Percent && x.N == 0:
			form.Add("n", "report.n-missing") // a percentage without its n is what R-160 is about
		}
		if len(d.Extras) >= maxExtras {
			form.Add("name", "report.too-many", "most", maxExtras)
		}
		d.Extras = append(d.Extras, x)
		return form.Err()
	})
}

// Drop takes a coordinator's own figure out again.
func Drop(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, year int, extra string) error {
	return change(ctx, tx, by, unit, year, func(d *Draft) error {
		had := len(d.Extras)
		d.Extras = slices.DeleteFunc(slices.Clone(d.Extras), func(x Extra) bool { return x.ID == extra })
		if len(d.Extras) == had {
			return fault.New(fault.NotFound, "not-found")
		}
		return nil
	})
}

// Finish keeps the report as it leaves, in every language, and gives its number. A year that is not over is not finished: fault.Conflict
// "report.not-over".
func Finish(ctx context.Context, tx Tx, ms model.Set, by access.Actor, unit access.UnitID, year int) (Made, error) {
	f, err := Make(ctx, tx, ms, by, unit, year)
	if err != nil {
		return Made{}, err
	}
	if !f.Over() {
		return Made{}, fault.New(fault.Conflict, "report.not-over")
	}
	before, err := tx.MadeReports(ctx, f.Grant)
	if err != nil {
		return Made{}, err
	}
	m := Made{ID: id.New(), Grant: f.Grant, Year: year, No: 1, Day: f.Today, Sheets: map[locale.Lang]Sheet{}}
	for _, b := range before {
		if b.Year == year {
			m.No = max(m.No, b.No+1)
		}
	}
	for _, lang := range locale.Langs() {
		m.Sheets[lang] = f.Sheet(locale.For(lang))
	}
	return m, tx.PutMadeReport(ctx, m)
}

// Over tells whether the report's year is over.
func (f Facts) Over() bool { return string(f.Today)[:4] > fmt.Sprintf("%04d", f.Year) }

// Finished are the reports that have been made of the grant object of a unit, the latest first.
func Finished(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID) ([]Made, error) {
	u, err := mine(ctx, tx, by, unit)
	if err != nil || u.GrantObject == "" {
		return nil, err
	}
	return tx.MadeReports(ctx, u.GrantObject)
}

// Read is one of them: a coordinator of any of its grant object's units reads it again.
func Read(ctx context.Context, tx Tx, by access.Actor, of string) (Made, error) {
	if err := tx.SeesReport(ctx, by, of); err != nil {
		return Made{}, err
	}
	return tx.MadeReport(ctx, of)
}

// Change is a figure that is another now than in a finished report.
type Change struct{ Name, Was, Is string }

// Changes are what a report made anew would say otherwise.
func Changes(p *locale.Printer, was, is Sheet) (out []Change) {
	for _, i := range is.Items {
		if b, ok := was.Item(i.Key); !ok || b.Words(p) != i.Words(p) {
			out = append(out, Change{i.Name, b.Words(p), i.Words(p)})
		}
	}
	for _, b := range was.Items {
		if _, ok := is.Item(b.Key); !ok {
			out = append(out, Change{b.Name, b.Words(p), ""})
		}
	}
	for _, words := range was.Quotes {
		if !slices.Contains(is.Quotes, words) {
			out = append(out, Change{p.T("report.quotes.one"), Quoted(p, words), ""})
		}
	}
	for _, words := range is.Quotes {
		if !slices.Contains(was.Quotes, words) {
			out = append(out, Change{p.T("report.quotes.one"), "", Quoted(p, words)})
		}
	}
	return out
}

// Day is when a report is made of a year at the earliest.
func Day(year int) calendar.Date { return calendar.Date(fmt.Sprintf("%04d-01-01", year+1)) }
