package bill

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/locale"
)

// The page: A4, in millimetres.
const (
	margin, high = 18.0, 7.0
	wide         = 210 - 2*margin
)

// writePDF writes a page to print. Its letters are those of the printer's built-in fonts.
func writePDF(w io.Writer, b commitment.Bill, p *locale.Printer) error {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(true, margin)
	doc.SetTitle(p.T("billing.sheet"), true)
	doc.SetCreator("Rinnalla", true)
	doc.SetLang(string(p.Lang()))
	doc.SetFooterFunc(func() {
		doc.SetY(-margin + 4)
		doc.SetFont("Helvetica", "", 9)
		doc.CellFormat(0, high, fmt.Sprint(doc.PageNo()), "", 0, "R", false, 0, "")
	})
	doc.AddPage()
	doc.SetFont("Helvetica", "B", 14)
	doc.MultiCell(0, high, letters(title(b, p)), "", "L", false)
	doc.Ln(high)
	row := func(style string, values []any) {
		doc.SetFont("Helvetica", style, 10)
		for i, v := range values {
			align := "L"
			if _, count := v.(int); count {
				align = "R"
			}
			doc.CellFormat(widths(b)[i], high, letters(fmt.Sprint(v)), "B", 0, align, false, 0, "")
		}
		doc.Ln(-1)
	}
	head := make([]any, 0, 6)
	for _, h := range heads(b, p) {
		head = append(head, h)
	}
	row("B", head)
	for _, l := range b.Lines {
		row("", cells(b, l, p))
	}
	row("B", total(b, p))
	return doc.Output(w)
}

// widths are the columns', together as wide as the page.
func widths(b commitment.Bill) []float64 {
	if b.Payer.ByNumber {
		return []float64{wide * 0.34, wide * 0.24, wide * 0.14, wide * 0.16, wide * 0.12}
	}
	return []float64{wide * 0.26, wide * 0.17, wide * 0.19, wide * 0.13, wide * 0.15, wide * 0.10}
}

// plainLetters are letters of names here that have no other plain form.
var plainLetters = strings.NewReplacer("đ", "d", "Đ", "D", "ŋ", "n", "Ŋ", "N", "ŧ", "t", "Ŧ", "T", "ł", "l", "Ł", "L")

// letters brings a text to the letters of the built-in fonts (Windows-1252): Finnish, Swedish and English whole, and of
// other letters, as in Sámi names, the plain form. Nothing is dropped in silence: what has no form is a question mark.
func letters(s string) string {
	var out strings.Builder
	for _, r := range s {
		if b, ok := charmap.Windows1252.EncodeRune(r); ok {
			out.WriteByte(b)
			continue
		}
		for _, plain := range norm.NFD.String(plainLetters.Replace(string(r))) {
			if unicode.Is(unicode.Mn, plain) {
				continue
			}
			b, ok := charmap.Windows1252.EncodeRune(plain)
			if !ok {
				b = '?'
			}
			out.WriteByte(b)
		}
	}
	return out.String()
}
