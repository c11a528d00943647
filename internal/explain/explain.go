// Package explain tells a service model as a coordinator would say it: who comes and how, what is counted, what is
// refused and in which words, what is kept. It reads the model alone, so that what it says is what the program does.
package explain

import (
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// Explanation is a model in plain words, in one language.
type Explanation struct {
	Name     string
	Version  int
	Path     []Stop
	Sections []Section
}

// Section is one matter, said in sentences.
type Section struct {
	Title string
	Lines []string
}

// Stop is a place on the way through the service. Beside are ways that go along with it, apart from it.
type Stop struct {
	Name   string
	Text   string
	Beside string
}

// Of explains a model to readers of the printer's language. Names of services it leads to come from the set.
func Of(m *model.Model, set model.Set, p *locale.Printer) Explanation {
	t := teller{m: m, set: set, p: p}
	e := Explanation{Name: m.Name(p.Lang()), Version: m.Version, Path: t.path()}
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			e.Sections = append(e.Sections, Section{title, lines})
		}
	}
	add(t.say("who"), t.own("who"))
	add(t.say("contact"), t.contact())
	for _, part := range m.Parts {
		add(t.word("part."+part.ID), t.part(part))
	}
	tasks, year, owed := t.volunteers()
	add(t.say("volunteer.tasks"), tasks)
	add(t.say("volunteer.year"), year)
	add(t.say("volunteer.owed"), owed)
	add(t.say("ending"), t.ending())
	add(t.say("commitment"), t.commitment())
	add(t.say("line"), t.line())
	add(t.say("parties"), t.parties())
	add(t.say("rules"), t.rules())
	add(t.say("record"), t.record())
	add(t.say("cancel"), t.cancel())
	add(t.say("ways"), t.ways())
	add(t.say("feedback.title"), t.feedback())
	add(t.say("keep"), t.keep())
	add(t.say("figures"), t.figures())
	return e
}

type teller struct {
	m   *model.Model
	set model.Set
	p   *locale.Printer
}

// say is a text of the program's own; own are lines of the model's, word is one of its words.
func (t teller) say(key string, args ...any) string { return t.p.T("explain."+key, args...) }
func (t teller) own(key string) []string            { return t.m.Lines(t.p.Lang(), key) }
func (t teller) word(key string) string             { return t.m.Text(t.p.Lang(), key) }

// list joins what a key's ids are called.
func list[T ~string](ids []T, called func(string) string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = called(string(id))
	}
	return strings.Join(out, ", ")
}

func (t teller) named(prefix string) func(string) string {
	return func(id string) string { return t.p.T(prefix + id) }
}

func (t teller) worded(prefix string) func(string) string {
	return func(id string) string { return t.word(prefix + id) }
}

func (t teller) contact() []string {
	m := t.m
	if m.Gathering != nil {
		return t.gathering()
	}
	if m.Occasion != nil {
		return t.occasion()
	}
	if m.ByHeads() {
		return []string{t.say("heads")}
	}
	if m.Volunteers() {
		return []string{t.say("volunteer.contact"), t.say("volunteer.answer", "n", m.Volunteer.Answer)}
	}
	if m.Calls() {
		return []string{t.say("line-contact")}
	}
	if m.Parties != nil {
		return []string{t.say("parties-contact")}
	}
	out := []string{t.say("contact-by", "ways", list(m.Channels, t.named("channel.")))}
	if len(m.Referrers) > 0 {
		out = append(out, t.say("referrers", "from", list(m.Referrers, t.worded("referrer."))))
	}
	if m.FirstVisit > 0 {
		out = append(out, t.say("promise", "within", t.p.DurationLong(m.FirstVisit)))
	} else {
		out = append(out, t.say("no-promise"))
	}
	if m.UnusedDays > 0 {
		out = append(out, t.say("unused", "n", m.UnusedDays))
	}
	if len(m.Times) > 0 {
		out = append(out, t.say("wish-times", "what", list(m.Times, t.named("wish."))))
	}
	if len(m.Places) > 0 {
		out = append(out, t.say("wish-places", "what", list(m.Places, t.named("place."))))
	}
	return out
}

func (t teller) part(p model.Part) []string {
	var out []string
	if p.PerGuardian {
		out = append(out, t.say("guardian"))
	}
	switch {
	case p.Max > 0:
		out = append(out, t.say("visits", "n", p.Max))
	case p.Who != model.Heads:
		out = append(out, t.say("visits-free"))
	}
	out = append(out, t.say("minutes", "n", p.Minutes))
	if p.Who == model.Heads {
		return out
	}
	if p.Max > 0 && p.MissedCounts {
		out = append(out, t.say("missed-counts"))
	} else if p.Max > 0 {
		out = append(out, t.say("missed-free"))
	}
	if p.LateCancelHours > 0 {
		out = append(out, t.say("late", "n", p.LateCancelHours))
	} else {
		out = append(out, t.say("never-late"))
	}
	return append(out, t.plan(p)...)
}

// rules are what may be refused, each with the words that are said then, and who decides where people disagree.
func (t teller) rules() []string {
	var out []string
	for _, c := range t.m.Conditions {
		out = append(out, t.say("rule", "part", t.word("part."+c.Part), "actions", list(c.Actions, t.named("explain.action.")), "words", t.word("refusal."+c.Refusal)))
	}
	out = append(out, t.carried()...)
	if d := t.m.Decision; d != nil {
		out = append(out, t.say("decision", "choices", list(d.Choices, t.worded("decision.choice.")), "grounds", list(d.Grounds, t.worded("decision.ground."))))
	}
	return out
}

func (t teller) record() []string {
	out := []string{t.say("regime." + string(t.m.Regime))}
	if t.m.Volunteers() {
		out = []string{t.say("volunteer.record")}
	}
	if len(t.m.Documents) == 0 {
		return append(out, t.own("documents")...)
	}
	return append(out, t.say("documents", "what", list(t.m.Documents, t.worded("document."))))
}

func (t teller) cancel() []string {
	var out []string
	if len(t.m.Cancel.Worker) > 0 {
		out = append(out, t.say("cancel-worker", "what", list(t.m.Cancel.Worker, t.worded("cancel."))))
	}
	if len(t.m.Cancel.Client) > 0 {
		out = append(out, t.say("cancel-client", "what", list(t.m.Cancel.Client, t.worded("cancel."))))
	}
	return out
}

func (t teller) ways() []string {
	var names []string
	for _, w := range t.m.WaysOn {
		if w.Kind == model.Elsewhere {
			names = append(names, t.word("way."+w.Destination))
		} else if m, ok := t.set.Latest(w.Destination); ok {
			names = append(names, m.Name(t.p.Lang()))
		}
	}
	if len(names) == 0 {
		return nil
	}
	if t.m.Calls() {
		return []string{t.say("line-tips"), strings.Join(names, ", ") + "."}
	}
	out := []string{t.say("ways-text"), strings.Join(names, ", ") + "."}
	if t.m.WithClient {
		out = append(out, t.say("ways-together"))
		out = append(out, t.own("speaking")...)
	}
	return out
}

// keep tells the model's own words; what has none is a sum.
func (t teller) keep() []string {
	var out []string
	for _, k := range t.m.Keep {
		out = append(out, t.word("keep."+k.What))
	}
	return out
}

func (t teller) figures() []string {
	if len(t.m.Figures) == 0 {
		return nil
	}
	return []string{list(t.m.Figures, t.named("figures.name.")) + "."}
}

// path is the way a person goes. Gatherings have one stop that repeats.
func (t teller) path() []Stop {
	m := t.m
	if m.Gathering != nil {
		return t.gatheringPath()
	}
	if m.Occasion != nil {
		return t.occasionPath()
	}
	if m.ByHeads() {
		return []Stop{{Name: t.say("stop.coming"), Text: t.say("stop.coming-text")}, {Name: t.say("stop.counted"), Text: t.say("stop.counted-text")}}
	}
	if m.Volunteers() {
		return t.volunteerPath()
	}
	if m.Calls() {
		return []Stop{{Name: t.say("stop.calling"), Text: t.say("stop.calling-text")}, {Name: t.say("stop.ticked"), Text: t.say("stop.ticked-text")}}
	}
	stops := []Stop{{Name: t.say("stop.contact"), Text: list(m.Channels, t.named("channel."))}}
	if m.Parties != nil {
		stops = t.togetherPath()
	}
	if c := m.Commitment; c != nil {
		stops = append(stops, Stop{Name: t.say("stop.granted"), Text: t.say("stop.granted-text", "min", c.Min, "max", c.Max)})
	}
	first := Stop{Name: t.say("stop.first")}
	if m.FirstVisit > 0 {
		first.Text = t.say("stop.first-text", "within", t.p.DurationLong(m.FirstVisit))
	}
	main, _ := m.PartOf(model.Client)
	visits := Stop{Name: t.say("stop.visits-free")}
	if main.Max > 1 {
		visits.Name = t.say("stop.visits", "max", main.Max)
	}
	if i := slices.IndexFunc(m.Parts, func(p model.Part) bool { return p.Who == model.Guardian }); i >= 0 {
		visits.Beside = t.word("part." + m.Parts[i].ID)
	}
	if len(main.Plan) > 0 {
		stops = append(stops, t.planned(main, first)...)
	} else {
		stops = append(stops, first, visits)
	}
	stops = append(stops, t.atTheEnd(main)...)
	if len(m.WaysOn) > 0 {
		stops = append(stops, Stop{Name: t.say("stop.way"), Text: t.say("stop.way-text")})
	}
	stops = append(stops, Stop{Name: t.say("stop.closed")})
	if days := m.EraseAfterDays(); days > 0 {
		stops = append(stops, Stop{Name: t.say("stop.erased"), Text: t.say("stop.erased-text", "n", days)})
	}
	return stops
}
