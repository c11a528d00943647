package report

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// QuoteOf is how many must have answered a form in the year before anybody of them is quoted: as many as before anything exact is told of how they
// answered (decision 0067). Among fewer, whoever knows who was asked may know who says so.
const QuoteOf = 10

// Quotation is words that two readers have agreed to.
type Quotation struct {
	feedback.Reading
	In  bool // they stand in the report
	Few bool // too few answered that form: nobody of them is quoted
}

// quotes are the year's words that may be quoted. Nothing of a year that goes on is read.
func (f *Facts) quotes(ctx context.Context, tx Tx, ms model.Set) error {
	if !f.Over() {
		return nil
	}
	var units []access.UnitID
	for _, u := range f.units {
		units = append(units, u.ID)
	}
	agreed, waiting, err := feedback.Agreed(ctx, tx, ms, units, f.Year)
	f.Reading = waiting
	for _, r := range agreed {
		few := !f.many[r.Model+"/"+r.Form]
		f.Quotes = append(f.Quotes, Quotation{r, !few && slices.Contains(f.Draft.Quotes, r.ID), few})
	}
	return err
}

// Quote puts agreed words into a year's report, or takes them out of it: what has left already stays as it left. Among too few respondents nobody is
// quoted: fault.Conflict "report.quote-few".
func Quote(ctx context.Context, tx Tx, ms model.Set, by access.Actor, unit access.UnitID, year int, quote string, in bool) error {
	f, err := Make(ctx, tx, ms, by, unit, year)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.Quotes, func(q Quotation) bool { return q.ID == quote })
	switch {
	case i < 0:
		return fault.New(fault.NotFound, "not-found")
	case in && f.Quotes[i].Few:
		return fault.New(fault.Conflict, "report.quote-few", "n", QuoteOf)
	}
	return change(ctx, tx, by, unit, year, func(d *Draft) error {
		var kept []string
		for _, q := range f.Quotes {
			if q.ID != quote && slices.Contains(d.Quotes, q.ID) || q.ID == quote && in {
				kept = append(kept, q.ID) // those that are gone are left out
			}
		}
		d.Quotes = kept
		return nil
	})
}

// Quoted are words as a quotation, in the marks of the reader's language.
func Quoted(p *locale.Printer, words string) string {
	return p.T("report.quotes.marks", "words", words)
}
