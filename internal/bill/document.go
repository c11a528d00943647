package bill

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/xuri/excelize/v2"

	"rinnalla.fi/rinnalla/internal/locale"
)

// Document is tables with a heading each, as a report has them. Cells are words (string) or counts (int).
type Document struct {
	Title  string
	Lead   []string
	Tables []Table
}

// Table is one of a document. Wide are the columns' parts of a page's width; together they are 1.
type Table struct {
	Heading string
	Heads   []string
	Wide    []float64
	Rows    [][]any
}

// WriteDocument writes a document in a format.
func WriteDocument(w io.Writer, format string, d Document, p *locale.Printer) error {
	switch format {
	case "csv":
		return d.csv(w)
	case "xlsx":
		return d.xlsx(w)
	case "pdf":
		return d.pdf(w, p)
	}
	return fmt.Errorf("write a document: there is no format %q", format)
}

// flat is every row of a document, with empty ones between its parts.
func (d Document) flat(row func(head bool, values ...any)) {
	row(true, d.Title)
	for _, l := range d.Lead {
		row(false, l)
	}
	for _, t := range d.Tables {
		row(false)
		if t.Heading != "" {
			row(true, t.Heading)
		}
		heads := make([]any, len(t.Heads))
		for i, h := range t.Heads {
			heads[i] = h
		}
		row(true, heads...)
		for _, r := range t.Rows {
			row(false, r...)
		}
	}
}

func (d Document) csv(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	d.flat(func(_ bool, values ...any) {
		words := make([]string, max(1, len(values)))
		for i, v := range values {
			words[i] = harmless(fmt.Sprint(v))
		}
		_ = out.Write(words) // the writer keeps its first failure
	})
	out.Flush()
	return out.Error()
}

func (d Document) xlsx(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	s := sheet{f: f, name: "1"}
	s.err = f.SetSheetName(f.GetSheetName(0), s.name)
	var heads []int
	d.flat(func(head bool, values ...any) {
		s.row(values...)
		if head {
			heads = append(heads, s.at)
		}
	})
	s.bold(heads...)
	s.keep(nil, func() error { return f.SetColWidth(s.name, "A", "A", 48) })
	if s.err == nil {
		s.err = f.SetDocProps(&excelize.DocProperties{Title: d.Title, Creator: "Rinnalla", LastModifiedBy: "Rinnalla"})
	}
	if s.err != nil {
		return s.err
	}
	return f.Write(w)
}

func (d Document) pdf(w io.Writer, p *locale.Printer) error {
	doc := fpdf.New("L", "mm", "A4", "")
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(true, margin)
	doc.SetTitle(d.Title, true)
	doc.SetCreator("Rinnalla", true)
	doc.SetLang(string(p.Lang()))
	doc.SetFooterFunc(func() {
		doc.SetY(-margin + 4)
		doc.SetFont("Helvetica", "", 9)
		doc.CellFormat(0, high, fmt.Sprint(doc.PageNo()), "", 0, "R", false, 0, "")
	})
	doc.AddPage()
	doc.SetFont("Helvetica", "B", 16)
	doc.MultiCell(0, high+1, letters(d.Title), "", "L", false)
	doc.SetFont("Helvetica", "", 10)
	for _, l := range d.Lead {
		doc.MultiCell(0, 5.5, letters(l), "", "L", false)
	}
	for _, t := range d.Tables {
		t.pdf(doc)
	}
	return doc.Output(w)
}

const (
	landscape = 297 - 2*margin
	line      = 4.6
)

func (t Table) pdf(doc *fpdf.Fpdf) {
	doc.Ln(high)
	heads := make([]any, len(t.Heads))
	for i, h := range t.Heads {
		heads[i] = h
	}
	if t.Heading != "" {
		least := high + t.tall(doc, "B", heads) // a heading does not stand alone at the foot of a page
		if len(t.Rows) > 0 {
			least += t.tall(doc, "", t.Rows[0])
		}
		t.room(doc, least)
		doc.SetFont("Helvetica", "B", 12)
		doc.MultiCell(0, high, letters(t.Heading), "", "L", false)
	}
	t.row(doc, "B", heads)
	for _, r := range t.Rows {
		if t.room(doc, t.tall(doc, "", r)) {
			t.row(doc, "B", heads) // a table that goes on says again what its columns are
		}
		t.row(doc, "", r)
	}
}

// room begins a new page where there is not so much left of this one, and tells whether it did.
func (t Table) room(doc *fpdf.Fpdf, tall float64) bool {
	_, page := doc.GetPageSize()
	if doc.GetY()+tall <= page-margin {
		return false
	}
	doc.AddPage()
	return true
}

// gap keeps the words of two columns apart.
const gap = 2

// tall is how much of a page a row takes.
func (t Table) tall(doc *fpdf.Fpdf, style string, values []any) float64 {
	doc.SetFont("Helvetica", style, 9)
	lines := 1
	for i, v := range values {
		lines = max(lines, len(doc.SplitLines([]byte(letters(fmt.Sprint(v))), t.wide(i)-gap-2)))
	}
	return float64(lines)*line + 2
}

// row writes cells beside each other, each in as many lines as it needs.
func (t Table) row(doc *fpdf.Fpdf, style string, values []any) {
	tall := t.tall(doc, style, values)
	x, y := doc.GetX(), doc.GetY()
	for i, v := range values {
		align := "L"
		if _, count := v.(int); count {
			align = "R"
		}
		doc.SetXY(x, y+1)
		doc.MultiCell(t.wide(i)-gap, line, strings.TrimSpace(letters(fmt.Sprint(v))), "", align, false)
		x += t.wide(i)
	}
	y += tall
	doc.Line(margin, y, margin+landscape, y)
	doc.SetXY(margin, y)
}

func (t Table) wide(i int) float64 {
	if i < len(t.Wide) {
		return t.Wide[i] * landscape
	}
	return landscape / float64(len(t.Heads))
}
