package ui

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/locale"
)

// Head opens a page: a quiet line above, the heading, a first paragraph.
type Head struct {
	Above string // e.g. "Kysymys 1 / 2"
	Title string
	Lead  string
}

// Box is a card: a heading with an optional tag above it and a link in it.
type Box struct {
	Title string
	URL   string // makes the heading a link
	Tag   string
	Tone  Tone
	Level int    // of the heading; 0 is 2
	ID    string // to link to
}

// Stat is one number that is read at a glance.
type Stat struct {
	Label string
	Value string
	Note  string
	Tag   string
	Tone  Tone
	URL   string
}

// Col is a column of a table.
type Col struct {
	Head  string
	Num   bool // numbers align to the right
	Quiet bool // the head is for screen readers alone, e.g. over buttons
}

// Row is a row of a table; the first cell names it.
type Row struct {
	ID    string
	Cells []templ.Component
}

// Grid is a table; on a phone its rows become cards that name every cell.
type Grid struct {
	Caption string
	Hide    bool // the caption is for screen readers alone
	Cols    []Col
	Rows    []Row
	None    string // instead of an empty body
}

// Fact is one line of a summary list. Change is the link that alters it.
type Fact struct {
	Term   string
	Value  string
	Body   templ.Component // instead of Value
	Change Link
}

// StepState is where a step of a path stands.
type StepState string

// States of a step.
const (
	StepDone    StepState = "done"
	StepNow     StepState = "now"     // today, or booked next
	StepOffered StepState = "offered" // times are offered
	StepMissed  StepState = "missed"
	StepAhead   StepState = "ahead"
	StepPlain   StepState = "plain" // a step of an explanation: it has a number and no state
)

// Step is one visit on the path, or anything that comes in order.
type Step struct {
	No    int
	State StepState
	Title string
	Note  string
	Tag   string
	Tone  Tone
	Body  templ.Component // buttons
}

// Wait is how long somebody has waited against what was promised.
type Wait struct {
	Since time.Time
	Due   time.Time // zero: nothing was promised
	Now   time.Time
}

// Empty says what will come here and offers the first step.
type Empty struct {
	Title string
	Text  string
	Do    *Action
}

// Pages is where in a long list one is.
type Pages struct {
	Number int
	Of     int
	Prev   string
	Next   string
}

// Tab is a page beside this one.
type Tab struct {
	Text    string
	URL     string
	Current bool
	Count   int
}

func (w Wait) late() bool { return !w.Due.IsZero() && w.Now.After(w.Due) }

// soon: less than a quarter of the promised time is left.
func (w Wait) soon() bool {
	return !w.Due.IsZero() && !w.late() && 4*w.Due.Sub(w.Now) < w.Due.Sub(w.Since)
}

func (w Wait) tone() Tone {
	switch {
	case w.late():
		return Late
	case w.soon():
		return Soon
	}
	return Plain
}

// words are what the clock says beside the length: "1 pv 3 h yli lupauksen".
func (w Wait) words(p *locale.Printer) string {
	switch {
	case w.Due.IsZero():
		return ""
	case w.late():
		return p.T("ui.wait.late", "time", p.Duration(w.Now.Sub(w.Due)))
	default:
		return p.T("ui.wait.left", "time", p.Duration(w.Due.Sub(w.Now)))
	}
}

// parts is the share of the promise that is used, in hundredths, at most 100.
func (w Wait) parts() string {
	whole := w.Due.Sub(w.Since)
	if w.Due.IsZero() || whole <= 0 {
		return "0"
	}
	return strconv.Itoa(int(min(100, max(2, 100*w.Now.Sub(w.Since)/whole))))
}

func (b Box) level() int {
	if b.Level == 0 {
		return 2
	}
	return b.Level
}

// word is the step's state for screen readers, who do not see the mark.
func (s Step) word(p *locale.Printer) string {
	if s.State == StepPlain {
		return ""
	}
	return p.T("ui.step.no", "n", s.No) + ", " + p.T("ui.step."+string(s.State)) + ": "
}

// dots are the pieces of a progress of at most twelve; longer ones are a bar.
func dots(n, of int) []bool {
	if of > 12 {
		return nil
	}
	out := make([]bool, of)
	for i := range out {
		out[i] = i < n
	}
	return out
}

func share(n, of int) string {
	if of <= 0 {
		return "0"
	}
	return strconv.Itoa(min(100, 100*n/of))
}
