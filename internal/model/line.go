package model

import (
	"fmt"
	"slices"
)

// Line is a telephone line that is open on evenings (R-180…R-189): how many in a week, who may answer, and the lists from
// which what is counted is ticked. Nothing else can be kept of a call: the model has no word for it.
type Line struct {
	Min, Max   int      // evenings in a week
	Answerers  int      // who answer on one evening
	Reserves   int      // who are asked when somebody cannot come
	Task       string   // what answering is called among a volunteer's tasks
	LateMins   int      // so many minutes before the beginning somebody of the staff decides, when nobody answers
	Lengths    []string // bands of how long a call was; texts length.ID
	Themes     []string // what it was about; texts theme.ID
	MostThemes int      // themes of one call at the most
	Worry      bool     // a worry may be handed to a worker, yes or no; text worry
}

// Tips are what a caller may have been told of: the ways on.
func (m *Model) Tips() []WayOn { return m.WaysOn }

// Calls tells whether the service is a telephone line without episodes.
func (m *Model) Calls() bool { return m.Form == Helpline }

// rawLine is the key as model.schema.json describes it.
type rawLine struct {
	Evenings struct {
		Min int `json:"min"`
		Max int `json:"max"`
	} `json:"evenings"`
	Answerers   int      `json:"answerers"`
	Reserves    int      `json:"reserves"`
	Task        string   `json:"task"`
	LateMinutes int      `json:"late_minutes"`
	Lengths     []string `json:"lengths"`
	Themes      struct {
		List []string `json:"list"`
		Most int      `json:"most"`
	} `json:"themes"`
	Worry bool `json:"worry"`
}

// line is the finished value; nil where the file has none.
func (d *draft) line() *Line {
	r := d.raw.Line
	if r == nil {
		return nil
	}
	return &Line{Min: r.Evenings.Min, Max: r.Evenings.Max, Answerers: r.Answerers, Reserves: r.Reserves, Task: r.Task, LateMins: r.LateMinutes,
		Lengths: r.Lengths, Themes: r.Themes.List, MostThemes: r.Themes.Most, Worry: r.Worry}
}

// lines: a helpline says how its evenings are, and nothing else has any. Nobody has visits there.
func (l *loader) lines(d *draft) {
	r, at := d.raw.Line, d.at("line")
	calls := d.raw.Form == Helpline
	if d.sure("form", "line") {
		switch {
		case calls && r == nil:
			l.mistakes.at(d.at("form"), "a helpline has evenings, and the file does not say how many", "Add the key line")
		case !calls && r != nil:
			l.mistakes.at(at.named(), fmt.Sprintf("in the form %q nobody answers a line", d.raw.Form), "Use the form helpline, or take line out")
		}
	}
	if calls && d.sure("form", "parts") && len(d.raw.Parts) > 0 {
		l.mistakes.at(d.at("parts").named(), "who calls a helpline has no visits to count", "Take parts out")
	}
	if calls && d.sure("form", "channels") && len(d.raw.Channels) > 0 {
		l.mistakes.at(d.at("channels").named(), "a helpline is called, and nobody leaves a contact with it", "Take channels out")
	}
	if calls && d.sure("form", "regime") && d.raw.Regime != Anonymous {
		l.mistakes.at(d.at("regime"), fmt.Sprintf("who calls a helpline is nobody's to know, and the regime %q keeps something of a person", d.raw.Regime), "Use anonymous")
	}
	if tasks := l.tasks(); r != nil && r.Task != "" && len(tasks) > 0 && !slices.Contains(tasks, r.Task) {
		l.mistakes.at(at.at("task"), fmt.Sprintf("no volunteers have the task %q", r.Task), suggest(r.Task, tasks))
	}
	if r == nil || !d.sure("line", "line/evenings", "line/themes") {
		return
	}
	if r.Evenings.Min > r.Evenings.Max {
		l.mistakes.at(at.at("evenings", "min"), fmt.Sprintf("at least %d and at most %d evenings in a week cannot be", r.Evenings.Min, r.Evenings.Max), "Change the two around")
	}
	if r.Themes.Most > len(r.Themes.List) {
		l.mistakes.at(at.at("themes", "most"), fmt.Sprintf("%d themes may be ticked, and the list has %d", r.Themes.Most, len(r.Themes.List)), "Lower it, or add themes")
	}
}

// tasks are what volunteers do, in all models that say it.
func (l *loader) tasks() (out []string) {
	for _, d := range l.drafts {
		if f, ok := d.at("volunteer").field("tasks"); ok && d.raw.Form == Volunteer {
			out = append(out, f.order...)
		}
	}
	return out
}

// lineTexts are the words a model needs for its line: what a call costs and where it shows are said beside the number
//
func (d *draft) lineTexts(all *needs) {
	r := d.raw.Line
	if r == nil {
		return
	}
	at := d.at("line")
	all.add(at.at("lengths"), "length.", r.Lengths...)
	all.add(at.at("themes", "list"), "theme.", r.Themes.List...)
	for _, key := range []string{"call-price", "call-bill"} {
		*all = append(*all, need{key, at.named()})
	}
	if r.Worry {
		*all = append(*all, need{"worry", at.at("worry")})
	}
}

// ofLine are the words a story may use of a line; nil where the kind is none of a line's.
func (m *Model) ofLine(kind string) []string {
	switch {
	case m.Line == nil:
		return nil
	case kind == "length":
		return slices.Clone(m.Line.Lengths)
	case kind == "theme":
		return slices.Clone(m.Line.Themes)
	}
	return nil
}

// lineSentences are what stories say of a line's evenings.
var lineSentences = []sentence{
	{"when", "evenings", "{coordinator} plans {n} evenings of the line from {day} at {clock} on weekdays {n2} and {n3}"},
	{"when", "call", "{staff} marks a call of {length} about {theme} [and {theme2}] [with tip {way}] [with worry {yesno}]"},
	{"when", "uncall", "{staff} takes the last call back"},
	{"when", "close-evening", "{coordinator} closes the evening of {day}"},
	{"when", "reopen-evening", "{coordinator} opens the evening of {day} again"},
	{"then", "contacts", "the evening of {day} has {n} contacts"},
	{"then", "opens", "the line opens next on {day}"},
}
