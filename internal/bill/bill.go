// Package bill writes the basis of a bill as files that a payer's and a bookkeeper's programs read: CSV, XLSX and PDF. What
// stands in it is package commitment's. Words are neutral: a bill lies on desks of people who need not know more.
package bill

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Formats are how a bill can be written: the ends of file names.
var Formats = []string{"csv", "xlsx", "pdf"}

// Kind is the media type of a format; "" when there is no such format.
func Kind(format string) string {
	return map[string]string{"csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[format]
}

// Name is a file's name: the days alone.
func Name(b commitment.Bill, format string) string {
	return fmt.Sprintf("erittely-%s-%s.%s", b.First, b.Last, format)
}

// Write writes a bill in a format.
func Write(w io.Writer, format string, b commitment.Bill, p *locale.Printer) error {
	switch format {
	case "csv":
		return writeCSV(w, b, p)
	case "xlsx":
		return writeXLSX(w, b, p)
	case "pdf":
		return writePDF(w, b, p)
	}
	return fmt.Errorf("write a bill: there is no format %q", format)
}

// heads are the columns. A bill of numbers alone has no day.
func heads(b commitment.Bill, p *locale.Printer) []string {
	names := []string{"number", "day", "kind", "workers", "state", "visits"}
	var out []string
	for _, n := range names {
		if n != "day" || !b.Payer.ByNumber {
			out = append(out, p.T("billing.col."+n))
		}
	}
	return out
}

// cells are a line's words and counts, in the order of the columns.
func cells(b commitment.Bill, l commitment.Line, p *locale.Printer) []any {
	out := []any{l.Number}
	if !b.Payer.ByNumber {
		out = append(out, p.Date(l.Day))
	}
	return append(out, l.Kind.In(p.Lang()), l.Workers, p.T("billing.state."+l.State), l.Visits)
}

// total is the last line: the sum stands under the visits.
func total(b commitment.Bill, p *locale.Printer) []any {
	out := make([]any, len(heads(b, p)))
	for i := range out {
		out[i] = ""
	}
	out[0], out[len(out)-1] = p.T("billing.total"), b.Visits()
	return out
}

// title is what stands above: whose bill and of which days.
func title(b commitment.Bill, p *locale.Printer) string {
	return p.T("billing.heading", "payer", b.Payer.Name, "first", p.Date(b.First), "last", p.Date(b.Last))
}

// harmless keeps a table program from reading a word as a formula. What a payer calls a commitment, a payer chose.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// writeCSV writes what the table programs here open by a double click: semicolons, and a mark that the letters are UTF-8.
func writeCSV(w io.Writer, b commitment.Bill, p *locale.Printer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	row := func(values []any) error {
		words := make([]string, len(values))
		for i, v := range values {
			words[i] = harmless(fmt.Sprint(v))
		}
		return out.Write(words)
	}
	if err := out.Write(heads(b, p)); err != nil {
		return err
	}
	for _, l := range b.Lines {
		if err := row(cells(b, l, p)); err != nil {
			return err
		}
	}
	if err := row(total(b, p)); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}
