package model

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
)

// check holds the drafts against the schema, against their texts, and against each other.
func (l *loader) check() {
	seen := map[string]*draft{}
	for _, d := range l.drafts {
		d.shape(&l.mistakes)
		l.identity(d, seen)
	}
	for _, d := range l.drafts {
		l.parts(d)
		l.plans(d)
		l.waysOn(d)
		l.retention(d)
		l.regime(d)
		l.figures(d)
		l.conditions(d, &l.mistakes)
		l.decisions(d)
		l.commitments(d)
		l.couples(d)
		l.volunteers(d)
		l.lines(d)
		l.gatherings(d)
		l.feedbacks(d)
		l.occasions(d)
	}
	for id := range l.texts {
		l.compareTexts(id)
	}
}

// identity: the id is the folder's name, the version the file's, and no version stands twice.
func (l *loader) identity(d *draft, seen map[string]*draft) {
	if d.raw.ID != "" && d.raw.ID != d.id {
		l.mistakes.at(d.at("id"), fmt.Sprintf("the id is %q, but the folder is %q", d.raw.ID, d.id), "Give both the same name")
	}
	if w := locale.Telltale(d.raw.Slug); w != "" {
		l.mistakes.at(d.at("slug"), fmt.Sprintf("the slug says %q, and addresses stand where others may read them", w), "Choose a word that tells nothing of why one comes")
	}
	if name := oldVersion.FindStringSubmatch(strings.TrimPrefix(d.file, d.id+"/")); name != nil {
		if n, _ := strconv.Atoi(name[1]); n != d.raw.Version {
			l.mistakes.at(d.at("version"), fmt.Sprintf("the version is %d, but the file's name says %d", d.raw.Version, n), "Give both the same number")
		}
	}
	key := fmt.Sprint(d.id, " ", d.raw.Version)
	if first, twice := seen[key]; twice {
		l.mistakes.at(d.at("version"), fmt.Sprintf("version %d stands in %s too", d.raw.Version, first.file), "Raise the newer one's version by one")
		return
	}
	seen[key] = d
}

// parts: a service by heads has gatherings alone, any other has a client's own part.
func (l *loader) parts(d *draft) {
	if !d.sure("form") {
		return
	}
	if d.raw.Form == Volunteer || d.raw.Form == Helpline {
		return // nobody's visits
	}
	if _, there := d.root.field("parts"); !there && d.root.fields != nil {
		d.unsure["parts"] = true
		l.mistakes.at(d.root, `the key "parts" is missing`, "Add it"+modelSchema().means("#", "parts"))
	}
	byHeads := (&Model{Form: d.raw.Form}).ByHeads()
	for _, id := range d.partIDs() {
		p, at := d.raw.Parts[id], d.at("parts", id, "who")
		switch {
		case p.Who == Heads && !byHeads:
			l.mistakes.at(at, fmt.Sprintf("a part by heads does not go with the form %q", d.raw.Form), "Use client or guardian, or the form open-group or event")
		case p.Who != Heads && p.Who != "" && byHeads:
			l.mistakes.at(at, fmt.Sprintf("in the form %q nobody has visits of their own", d.raw.Form), "Use group")
		case p.Who == Guardian && d.sure("clients") && !slices.Contains(d.raw.Clients, "child"):
			l.mistakes.at(at, "guardians come where a child is the client", "Add child to clients, or take the part out")
		}
	}
	ids := d.partIDs()
	if d.sure("parts") && !byHeads && !slices.ContainsFunc(ids, func(id string) bool { return d.raw.Parts[id].Who == Client }) {
		l.mistakes.at(d.at("parts"), "no part is the client's own", "Give one part who: client")
	}
}

// waysOn: what may follow must be there.
func (l *loader) waysOn(d *draft) {
	seen := map[string]bool{}
	for i, w := range d.raw.WaysOn {
		at := d.at("ways_on").item(i).at("service")
		switch {
		case w.Service == "":
		case w.Service == d.id:
			l.mistakes.at(at, "the way on leads back to the same service", "Take it out")
		case !slices.Contains(l.ids(), w.Service):
			l.mistakes.at(at, fmt.Sprintf("the way on leads nowhere: there is no model %q", w.Service), suggest(w.Service, l.ids()))
		case seen[w.Service]:
			l.mistakes.at(at, fmt.Sprintf("the way on to %q stands here twice", w.Service), "Keep one of them")
		}
		seen[w.Service] = true
		if f, ok := d.at("ways_on").item(i).field("elsewhere"); ok && len(w.Elsewhere) == 0 {
			l.mistakes.at(f, "the way on leads nowhere: the list is empty", "Name kinds of places, or take it out")
		}
	}
}

// ids are the models there are, readable or not.
func (l *loader) ids() []string {
	return slices.Sorted(maps.Keys(l.texts))
}

// decisions: a choice that no condition asks about changes nothing, and a condition cannot wait for no choice.
func (l *loader) decisions(d *draft) {
	for kind, x := range d.raw.Decisions {
		at := d.at("decisions", kind)
		if d.sure("clients") && !slices.Contains(d.raw.Clients, "child") {
			l.mistakes.at(at.named(), "guardians disagree where a child is the client", "Add child to clients, or take the decision out")
		}
		if d.sure("conditions") && len(d.raw.Conditions) == 0 {
			l.mistakes.at(at.named(), fmt.Sprintf("no condition asks about the choice (%s)", strings.Join(x.Choices, ", ")), "Add conditions that use decision, or take it out")
		}
	}
}
