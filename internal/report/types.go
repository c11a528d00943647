// Package report is the year's report of a grant object to its funder (R-160, A-15, D-110…D-116, decision 0069). Each figure has a number, a
// definition, a period, the grant object, a basis, and of percentages how many answered; it opens to its recipe. What counts people or
// their answers comes by package release alone. A finished report is kept as it left.
package report

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// The sections of a report, in their order: feedback of participants, workers, partners and volunteers apart (D-113).
const (
	Extent       = "extent"
	Participants = "participants"
	Workers      = "workers"
	Partners     = "partners"
	Volunteers   = "volunteers"
	Own          = "own"
)

// Sections are all of them.
var Sections = []string{Extent, Participants, Workers, Partners, Volunteers, Own}

// What a figure rests on (D-111).
const (
	Collected = "collected"
	Sample    = "sample"
	Estimate  = "estimate"
)

// Bases are those that a coordinator's own figure may rest on: what is collected the program counts itself.
var Bases = []string{Estimate, Sample}

// Item is one figure in a reader's language, as it is shown, copied and written into files.
type Item struct {
	Key        string   `json:"key"`
	Section    string   `json:"section"`
	Group      string   `json:"group,omitempty"` // whose feedback to which service; "" elsewhere
	Quiet      bool     `json:"quiet,omitempty"` // nothing is told of the whole form: one line says it for all of its questions
	Name       string   `json:"name"`
	Figure     string   `json:"figure"` // "212", "85 %"; "" where none is told
	N          string   `json:"n,omitempty"`
	Period     string   `json:"period"`
	Basis      string   `json:"basis"`
	Note       string   `json:"note,omitempty"`
	Definition string   `json:"definition"`
	Recipe     []string `json:"recipe"`
}

// Words are a figure with its n: "85 % (n = 47)".
func (i Item) Words(p *locale.Printer) string {
	switch {
	case i.Figure == "":
		return i.Note
	case i.N != "":
		return p.T("report.with-n", "figure", i.Figure, "n", i.N)
	}
	return i.Figure
}

// Label is a figure's name where it stands alone, such as in a choice.
func (i Item) Label() string {
	if i.Group == "" {
		return i.Name
	}
	return i.Group + ": " + i.Name
}

// Shown are a section's figures with their places in the sheet, of a form of which nothing is told the first question alone.
func (s Sheet) Shown(section string) (out []int) {
	last := ""
	for n, i := range s.Items {
		if i.Section != section || i.Quiet && i.Group == last {
			continue
		}
		if last = ""; i.Quiet {
			last = i.Group
		}
		out = append(out, n)
	}
	return out
}

// Sheet is a report in one language.
type Sheet struct {
	Grant  string   `json:"grant"`
	Year   int      `json:"year"`
	Items  []Item   `json:"items"`
	Fields []Entry  `json:"fields"`
	Quotes []string `json:"quotes,omitempty"` // words of respondents, in the language in which they said them
}

// Entry is a field of the funder's form with our figure for it; Item has no key where none is chosen.
type Entry struct {
	Name string `json:"name"`
	Item Item   `json:"item"`
}

// Item finds a figure by its key.
func (s Sheet) Item(key string) (Item, bool) {
	for _, i := range s.Items {
		if i.Key == key {
			return i, true
		}
	}
	return Item{}, false
}

// Field is one of the funder's form, as the coordinator has named it, and which of our figures stands for it (D-115).
type Field struct {
	Name   string `json:"name"`
	Figure string `json:"figure"`
}

// Extra is a figure that a coordinator adds because the program cannot count it: an estimate or a sample.
type Extra struct {
	ID      string `json:"id"`
	Name    string `json:"name"` // one public line, at most MaxLine characters
	Basis   string `json:"basis"`
	Number  int    `json:"number"`
	Percent bool   `json:"percent"`
	N       int    `json:"n"` // of how many; 0 is not said
}

// MaxLine is how long a line that a coordinator types may be, and MaxFields how many fields a form may have.
const (
	MaxLine   = 120
	MaxFields = 60
	maxExtras = 40
	maxNumber = 1_000_000
)

// Draft is what a coordinator has arranged of one grant object's year.
type Draft struct {
	Fields []Field  `json:"fields"`
	Extras []Extra  `json:"extras"`
	Quotes []string `json:"quotes,omitempty"` // by the ids of their rows
}

// Made is a finished report, kept as it left.
type Made struct {
	ID     string
	Grant  string
	Year   int
	No     int // of this grant object and year, from 1
	Day    calendar.Date
	Sheets map[locale.Lang]Sheet
}

// Tx is the part of a storage transaction that reports need.
type Tx interface {
	release.Sums
	Volunteers(ctx context.Context, unit access.UnitID) ([]volunteer.Volunteer, error)
	QuotesOf(ctx context.Context, unit access.UnitID) ([]feedback.Quote, error)
	Unit(ctx context.Context, id access.UnitID) (organization.Unit, error)
	Draft(ctx context.Context, grant string, year int) (Draft, error) // the zero Draft when nothing is arranged
	PutDraft(ctx context.Context, grant string, year int, d Draft) error
	DraftYears(ctx context.Context, grant string) ([]int, error)      // years that have one, the latest first
	MadeReports(ctx context.Context, grant string) ([]Made, error)    // the latest first, all sheets
	SeesReport(ctx context.Context, by access.Actor, id string) error // fault.NotFound unless by coordinates a unit of its grant object
	MadeReport(ctx context.Context, id string) (Made, error)
	PutMadeReport(ctx context.Context, m Made) error // a number that is taken is fault.Conflict "report.again"
}
