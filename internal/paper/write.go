package paper

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// Notice is what a client reads of their data (GDPR Art. 13), in plain words.
func Notice(t Truth, p *locale.Printer) Document {
	w := writer{t, p}
	d := Document{Title: w.t("notice.title"), Lead: w.t("notice.lead")}
	d.Sections = append(d.Sections, w.who(), w.section("notice.why"), w.basis())
	for _, m := range t.Models {
		d.Sections = append(d.Sections, w.service(m))
	}
	sealed := w.section("notice.sealed")
	sealed.Head, sealed.Rows = []string{w.t("what"), w.t("how-long")}, w.sealedOfClients()
	d.Sections = append(d.Sections, sealed, w.section("notice.from"), w.section("notice.others"), w.section("notice.how-long"))
	d.Sections = append(d.Sections, w.section("notice.machine"), w.section("notice.rights"), w.section("notice.complaint"))
	return d
}

// who is the controller, as told by the organisation.
func (w writer) who() Section {
	c := w.Controller
	return Section{Heading: w.t("who"), Head: []string{w.t("who-fact"), w.t("who-told")}, Rows: [][]string{
		{w.t("controller"), w.told(c.Name)}, {w.t("address"), w.told(c.Address)}, {w.t("contact"), w.told(c.Contact)}, {w.t("officer"), w.told(c.Officer)},
		{w.t("day"), w.p.DayLong(w.Day)},
	}}
}

func (w writer) basis() Section {
	s := Section{Heading: w.t("basis")}
	if w.Controller.Basis == "" {
		s.Lines, s.Open = w.lines("basis-open"), true
		return s
	}
	s.Lines = w.lines("basis-" + string(w.Controller.Basis))
	return s
}

// service tells what one service keeps and for how long, in the words of its model.
func (w writer) service(m *model.Model) Section {
	lang := w.p.Lang()
	s := Section{Heading: m.Name(lang), Lines: []string{w.t("regime." + string(m.Regime))}, Head: []string{w.t("what"), w.t("how-long")}}
	if m.Volunteers() {
		s.Lines = []string{w.t("regime.volunteers")}
	}
	if m.Commitment != nil {
		for _, b := range w.Buyers {
			s.Lines = append(s.Lines, w.p.T("paper.buyer", "name", b.Name, "contact", strings.ReplaceAll(b.Privacy, "\n", ", ")))
		}
	}
	for _, k := range m.Keep {
		s.Rows = append(s.Rows, []string{w.t("keep." + k.What), m.Text(lang, "keep."+k.What)})
	}
	return s
}

// Record is the record of processing activities (GDPR Art. 30(1)).
func Record(t Truth, p *locale.Printer) Document {
	w := writer{t, p}
	d := Document{Title: w.t("record.title"), Lead: w.t("record.lead"), Sections: []Section{w.who(), w.basis()}}
	for _, a := range t.Activities {
		d.Sections = append(d.Sections, w.activity(a))
	}
	d.Sections = append(d.Sections, w.open("record.receivers"), w.section("record.transfers"), w.section("protected"))
	return d
}

func (w writer) activity(a Activity) Section {
	s := Section{Heading: w.t("activity." + a.ID + ".name"), Head: []string{w.t("record.part"), w.t("record.content")}}
	row := func(key, text string) { s.Rows = append(s.Rows, []string{w.t("record." + key), text}) }
	row("purpose", w.t("activity."+a.ID+".purpose"))
	row("subjects", w.subjects(a))
	for _, table := range a.Tables {
		row("data", w.data(table))
	}
	row("until", strings.Join(w.kept(a), " "))
	return s
}

func (w writer) subjects(a Activity) string {
	if len(a.Subjects) == 0 {
		return w.t("subject.nobody")
	}
	var out []string
	for _, s := range a.Subjects {
		out = append(out, w.t("subject."+s))
	}
	return strings.Join(out, ", ")
}

// risks are what an impact assessment of such a service must weigh (GDPR Art. 35(7)(c), D-075…D-078), each with what
// the program does against it.
var risks = []string{"other-party", "shoulder", "known-staff", "disk", "backup", "message", "few", "network", "partner", "error", "away"}

// Assessment is the impact assessment's template: what the program knows is written, what only the controller knows is
// an open place (GDPR Art. 35, D-075).
func Assessment(t Truth, p *locale.Printer) Document {
	w := writer{t, p}
	d := Document{Title: w.t("assessment.title"), Lead: w.t("assessment.lead"), Sections: []Section{w.who(), w.open("assessment.scope")}}
	for _, m := range t.Models {
		d.Sections = append(d.Sections, w.service(m))
	}
	d.Sections = append(d.Sections, w.basis(), w.section("assessment.need"), w.open("assessment.own-need"))
	table := Section{Heading: w.t("assessment.risks"), Lines: w.lines("assessment.risks-text"),
		Head: []string{w.t("assessment.risk"), w.t("assessment.measure"), w.t("assessment.likely"), w.t("assessment.severe")}}
	for _, r := range risks {
		table.Rows = append(table.Rows, []string{w.t("risk." + r), w.t("risk." + r + "-measure"), "", ""})
	}
	d.Sections = append(d.Sections, table, w.section("protected"), w.open("assessment.left"), w.open("assessment.heard"), w.open("assessment.decision"))
	return d
}
