package bill_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"rinnalla.fi/rinnalla/internal/bill"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/models"
)

func service(t *testing.T) *model.Model {
	t.Helper()
	ms, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := ms.Latest("payment-commitment")
	return m
}

func visit(day, state, who string, counted, end bool) commitment.Visit {
	return commitment.Visit{At: calendar.Local{Day: calendar.Date(day), Clock: "10:00", Zone: "Europe/Helsinki"}, State: state, Participants: who, Counted: counted, End: end, Workers: 1}
}

// example is two commitments of one payer, with everything that is billed and everything that is not.
func example(t *testing.T, number string, byNumber bool) commitment.Bill {
	t.Helper()
	payer := commitment.Payer{ID: "p", Name: "Pohjois-Pohjanmaan hyvinvointialue", ByNumber: byNumber}
	m := service(t)
	standing := func(number string, visits ...commitment.Visit) commitment.Standing {
		return commitment.Standing{Service: m, Item: commitment.Item{Commitment: commitment.Commitment{Number: seal.Of(number)}, Name: "Anna", Visits: visits}}
	}
	two := visit("2027-04-15", "held", "couple", true, false)
	two.Workers = 2
	return commitment.Billed(payer, []commitment.Standing{
		standing(number, two, visit("2027-04-08", "held", "family", true, false), visit("2027-04-22", "missed", "client", true, false),
			visit("2027-03-31", "held", "client", true, false), visit("2027-05-01", "held", "client", true, false),
			visit("2027-04-29", "held", "client", false, true), visit("2027-04-23", "missed", "client", false, false), visit("2027-04-24", "booked", "client", false, false)),
		standing("PPHVA-2", visit("2027-04-01", "held", "", true, false), visit("2027-04-30", "held", "client", true, false)),
	}, "2027-04-01", "2027-04-30")
}

func write(t *testing.T, format string, b commitment.Bill) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := bill.Write(&out, format, b, locale.For(locale.Finnish)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var want = [][]string{
	{"Numero", "Päivä", "Laji", "Työntekijöitä", "Tila", "Käyntejä"},
	{"PPHVA-1", "8.4.2027", "Perhetyö", "1", "Pidetty", "1"},
	{"PPHVA-1", "15.4.2027", "Parityö", "2", "Pidetty", "1"},
	{"PPHVA-1", "22.4.2027", "Yksilötyö", "1", "Ei saapunut", "1"},
	{"PPHVA-2", "1.4.2027", "Yksilötyö", "1", "Pidetty", "1"},
	{"PPHVA-2", "30.4.2027", "Yksilötyö", "1", "Pidetty", "1"},
	{"Yhteensä", "", "", "", "", "5"},
}

var byNumber = [][]string{
	{"Numero", "Laji", "Työntekijöitä", "Tila", "Käyntejä"},
	{"PPHVA-1", "Parityö", "2", "Pidetty", "1"},
	{"PPHVA-1", "Perhetyö", "1", "Pidetty", "1"},
	{"PPHVA-1", "Yksilötyö", "1", "Ei saapunut", "1"},
	{"PPHVA-2", "Yksilötyö", "1", "Pidetty", "2"},
	{"Yhteensä", "", "", "", "5"},
}

func readCSV(t *testing.T, file []byte) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(file), "\ufeff")
	if !ok {
		t.Error("the file does not say that its letters are UTF-8")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// What is billed is what used a granted visit in the days asked for: the last day too, end visits and forgiven ones not.
func TestCSV(t *testing.T) {
	for name, c := range map[string]struct {
		byNumber bool
		want     [][]string
	}{"days": {false, want}, "numbers alone": {true, byNumber}} {
		got := readCSV(t, write(t, "csv", example(t, "PPHVA-1", c.byNumber)))
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got\n%v\nwant\n%v", name, got, c.want)
		}
	}
}

// cell is one of a sheet, as the file's own XML has it.
type cell struct {
	Ref     string `xml:"r,attr"`
	Kind    string `xml:"t,attr"`
	Formula string `xml:"f"`
	Value   string `xml:"v"`
	Inline  string `xml:"is>t"`
}

// readXLSX reads a workbook by its parts, without the library that wrote it.
func readXLSX(t *testing.T, file []byte) (rows [][]string, formulas int) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	part := func(name string, into any) {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.NewDecoder(f).Decode(into); err != nil {
			t.Fatal(name, err)
		}
	}
	var words struct {
		Items []struct {
			Text string `xml:"t"`
		} `xml:"si"`
	}
	part("xl/sharedStrings.xml", &words)
	var sheet struct {
		Rows []struct {
			Cells []cell `xml:"c"`
		} `xml:"sheetData>row"`
	}
	part("xl/worksheets/sheet1.xml", &sheet)
	for _, r := range sheet.Rows {
		var row []string
		for _, c := range r.Cells {
			v := c.Value + c.Inline
			if c.Kind == "s" {
				var n int
				if _, err := fmt.Sscan(c.Value, &n); err != nil {
					t.Fatal(err)
				}
				v = words.Items[n].Text
			}
			if c.Formula != "" {
				formulas++
			}
			row = append(row, v)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows, formulas
}

func TestXLSX(t *testing.T) {
	rows, formulas := readXLSX(t, write(t, "xlsx", example(t, "PPHVA-1", false)))
	if formulas > 0 || len(rows) != len(want)+1 || !strings.HasPrefix(rows[0][0], "Pohjois-Pohjanmaan hyvinvointialue, 1.4.2027") {
		t.Fatalf("%d formulas, rows %v", formulas, rows)
	}
	for i, w := range want {
		if !slices.Equal(rows[i+1], w) {
			t.Errorf("row %d: got %v, want %v", i, rows[i+1], w)
		}
	}
}

// A number that a payer writes like a formula is a word, in every format.
func TestFormulasAreHarmless(t *testing.T) {
	const evil = `=HYPERLINK("http://example.org","x")`
	b := example(t, evil, false)
	for _, sign := range []string{"=", "+", "-", "@", "\t"} {
		for _, row := range readCSV(t, write(t, "csv", example(t, sign+"1+1", false))) {
			if strings.HasPrefix(row[0], sign) {
				t.Errorf("a cell of the CSV begins with %q", sign)
			}
		}
	}
	rows, formulas := readXLSX(t, write(t, "xlsx", b))
	if formulas > 0 || !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == evil }) {
		t.Errorf("%d formulas in %v", formulas, rows)
	}
}

var (
	stream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown  = regexp.MustCompile(`\(((?:[^()\\]|\\.)*)\)\s*Tj`)
)

// readPDF is the text that a PDF's pages show, read from its own streams.
func readPDF(t *testing.T, file []byte) string {
	t.Helper()
	var out []string
	for _, m := range stream.FindAllSubmatch(file, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // a font or a picture
		}
		page, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shown.FindAllSubmatch(page, -1) {
			text, err := charmap.Windows1252.NewDecoder().Bytes(s[1])
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, strings.NewReplacer(`\(`, "(", `\)`, ")", `\\`, `\`).Replace(string(text)))
		}
	}
	return strings.Join(out, "|")
}

// The page to print says the same, with Finnish letters whole and others in their plain form.
func TestPDF(t *testing.T) {
	file := write(t, "pdf", example(t, "PPHVA-1", false))
	if !bytes.HasPrefix(file, []byte("%PDF-")) {
		t.Fatalf("it is no PDF: %.20q", file)
	}
	got := readPDF(t, file)
	for _, row := range want {
		var cells []string
		for _, c := range row {
			if c != "" {
				cells = append(cells, c)
			}
		}
		if !strings.Contains(got, strings.Join(cells, "|")) {
			t.Errorf("the page does not show %v: %s", cells, got)
		}
	}
	b := example(t, "Áŋđ-Č1", false)
	if got := readPDF(t, write(t, "pdf", b)); !strings.Contains(got, "Ánd-C1") {
		t.Errorf("Sámi letters have no plain form: %s", got)
	}
}

// No bill names anybody, says which service it was, or tells more than it has to.
func TestBillsAreNeutral(t *testing.T) {
	b := example(t, "PPHVA-1", false)
	m := service(t)
	for name, text := range map[string]string{"csv": string(write(t, "csv", b)), "pdf": readPDF(t, write(t, "pdf", b))} {
		for _, word := range []string{"Anna", m.ID, m.Name(locale.Finnish), "väkival"} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				t.Errorf("the %s says %q", name, word)
			}
		}
	}
	for _, format := range bill.Formats {
		if name := bill.Name(b, format); name != "erittely-2027-04-01-2027-04-30."+format || bill.Kind(format) == "" {
			t.Errorf("%s is called %s", format, name)
		}
	}
}

// A bill of many pages goes on.
func TestPDFOfManyPages(t *testing.T) {
	b := example(t, "PPHVA-1", false)
	for range 80 {
		b.Lines = append(b.Lines, b.Lines[0])
	}
	if n := bytes.Count(write(t, "pdf", b), []byte("/Type /Page\n")); n < 2 {
		t.Errorf("%d pages", n)
	}
}
