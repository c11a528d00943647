package model

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
)

// texts are a model's own words by language and key; a list of lines is kept as its lines.
type texts map[locale.Lang]map[string][]string

// Text is what the model says in a language; paragraphs and list items are apart by line ends.
func (m *Model) Text(lang locale.Lang, key string) string {
	return strings.Join(m.Lines(lang, key), "\n")
}

// Lines are the paragraphs or list items of a text.
func (m *Model) Lines(lang locale.Lang, key string) []string {
	if lines, ok := m.texts[lang][key]; ok {
		return lines
	}
	return []string{locale.Missing(lang, "models/"+m.ID+": "+key)}
}

// Says tells whether the model has the text: a word that was counted may be of a list that has changed since.
func (m *Model) Says(lang locale.Lang, key string) bool {
	_, ok := m.texts[lang][key]
	return ok
}

// Name is the service's neutral name.
func (m *Model) Name(lang locale.Lang) string { return m.Text(lang, "name") }

// Phrase is a text of the model in every language, to be an argument of a fault or of a text of the program.
func (m *Model) Phrase(key string) locale.Phrase { return phrase{m, key} }

type phrase struct {
	m   *Model
	key string
}

func (p phrase) In(lang locale.Lang) string { return p.m.Text(lang, p.key) }
func (p phrase) String() string             { return p.m.ID + ": " + p.key }

// publicTexts are what every service tells on its page.
var publicTexts = []string{"name", "lead", "what", "who", "how", "price", "kept", "not-kept", "contact"}

// need is a text that the model uses, and where it asks for it.
type need struct {
	key string
	by  *node
}

type needs []need

func (ns *needs) add(at *node, prefix string, ids ...string) {
	for _, id := range ids {
		*ns = append(*ns, need{prefix + id, at.spelled(id)})
	}
}

// neededTexts are all texts that a version of a model uses.
func (d *draft) neededTexts() needs {
	r, all := d.raw, needs{}
	top := d.root.spelled("id")
	for _, key := range publicTexts {
		all = append(all, need{key, top})
	}
	if len(r.Documents) == 0 {
		all = append(all, need{"documents", top})
	}
	for _, id := range d.partIDs() {
		if r.Parts[id].Who == Guardian { // somebody will call and ask whether the child comes here
			all = append(all, need{"caller", d.at("parts", id).named()})
		}
	}
	all.add(d.at("referrers"), "referrer.", r.Referrers...)
	all.add(d.at("cancel", "worker"), "cancel.", r.Cancel.Worker...)
	all.add(d.at("cancel", "client"), "cancel.", r.Cancel.Client...)
	all.add(d.at("documents"), "document.", r.Documents...)
	all.add(d.at("parts"), "part.", d.partIDs()...)
	for id, p := range r.Parts {
		all.planTexts(p, d.at("parts", id))
	}
	all.add(d.at("same_worker", "unless"), "change.", r.SameWorker.Unless...)
	all.add(d.at("again"), "again.", r.Again...)
	if r.Speaking != "" {
		all = append(all, need{"speaking", d.at("speaking")})
	}
	for i, c := range r.Conditions {
		at := d.at("conditions").item(i).at("refusal")
		all = append(all, need{"refusal." + c.Refusal, at})
		if r.Parties != nil { // two workers read all of them at once, also those that hold
			all = append(all, need{"condition." + c.Refusal, at})
		}
	}
	for kind, x := range r.Decisions {
		all.add(d.at("decisions", kind, "choices"), "decision.choice.", x.Choices...)
		all.add(d.at("decisions", kind, "grounds"), "decision.ground.", x.Grounds...)
	}
	for i, w := range r.WaysOn {
		all.add(d.at("ways_on").item(i).at("elsewhere"), "way.", w.Elsewhere...)
	}
	d.partyTexts(&all)
	all.add(d.at("keep"), "keep.", d.keepIDs()...)
	d.commitmentTexts(&all)
	d.volunteerTexts(&all)
	d.lineTexts(&all)
	d.gatheringTexts(&all)
	d.feedbackTexts(&all)
	return all
}
