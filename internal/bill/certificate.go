package bill

import (
	"io"

	"codeberg.org/go-pdf/fpdf"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Certificate is what a volunteer has done, as their organisation confirms it. It holds nothing of what they declined.
type Certificate struct {
	Organisation, Unit, Name string
	Began, Day               calendar.Date
	Hours                    int // given so far, all tasks together; 0 is not told
	Tasks                    []string
	Trainings                []Training
}

// Training is one that was had on a day.
type Training struct {
	Name string
	Day  calendar.Date
}

// WriteCertificate writes a page to print, in the reader's language.
func WriteCertificate(w io.Writer, c Certificate, p *locale.Printer) error {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetMargins(margin, 2*margin, margin)
	doc.SetTitle(p.T("certificate.title"), true)
	doc.SetCreator("Rinnalla", true)
	doc.SetLang(string(p.Lang()))
	doc.AddPage()
	line := func(size float64, style, text string) {
		doc.SetFont("Helvetica", style, size)
		doc.MultiCell(0, size*0.55, letters(text), "", "L", false)
		doc.Ln(2)
	}
	point := func(text string) { // its further lines stand under the first
		doc.SetFont("Helvetica", "", 12)
		doc.CellFormat(5, 12*0.55, letters("•"), "", 0, "L", false, 0, "")
		line(12, "", text)
	}
	line(18, "B", p.T("certificate.title"))
	doc.Ln(high)
	line(12, "", p.T("certificate.text", "name", c.Name, "organisation", c.Organisation, "unit", c.Unit, "began", p.Date(c.Began), "day", p.Date(c.Day)))
	if c.Hours > 0 {
		line(12, "", p.T("certificate.hours", "n", c.Hours))
	}
	if len(c.Tasks) > 0 {
		doc.Ln(high / 2)
		line(12, "B", p.T("certificate.tasks"))
		for _, t := range c.Tasks {
			point(t)
		}
	}
	if len(c.Trainings) > 0 {
		doc.Ln(high / 2)
		line(12, "B", p.T("certificate.trainings"))
		for _, t := range c.Trainings {
			point(t.Name + ", " + p.Date(t.Day))
		}
	}
	doc.Ln(high)
	line(12, "", p.T("certificate.thanks"))
	doc.Ln(3 * high)
	line(12, "", c.Organisation+", "+p.Date(c.Day))
	line(12, "", "__________________________________")
	return doc.Output(w)
}
