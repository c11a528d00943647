package model

import (
	"fmt"
	"slices"
)

// Gathering is how groups of a service are put together: people who gather a number of times set beforehand, every so many
// weeks, under names of their choice (R-050, R-190…R-200).
type Gathering struct {
	ByWorker           bool // who leads it adds those who come; otherwise one joins by oneself, and waits when it is full
	Fewest, Most       int  // meetings; the most are the part's visits
	Minutes            int  // how long one usually is
	MinWeeks, MaxWeeks int  // from one meeting to the next
	Usual, MostPlaces  int  // how many take part
	Online             bool // may meet online, where there are no kinds
	Kinds              []GroupKind
	Ideas              bool   // anybody may propose a group
	Task               string // of volunteers who may lead groups; "" where none do
}

// GroupKind is a kind of groups. Online is the model's own answer; the organisation may set it otherwise.
type GroupKind struct {
	ID     string // text kind.ID
	Online bool
}

// Kind finds a kind by its id. Where there are none the kind "" is the only one.
func (g *Gathering) Kind(id string) (GroupKind, bool) {
	if len(g.Kinds) == 0 {
		return GroupKind{Online: g.Online}, id == ""
	}
	i := slices.IndexFunc(g.Kinds, func(k GroupKind) bool { return k.ID == id })
	if i < 0 {
		return GroupKind{}, false
	}
	return g.Kinds[i], true
}

// rawGathering is the key as model.schema.json describes it.
type rawGathering struct {
	Joining  string `json:"joining"`
	Meetings struct {
		Min int `json:"min"`
	} `json:"meetings"`
	Weeks struct {
		Min int `json:"min"`
		Max int `json:"max"`
	} `json:"weeks"`
	Places struct {
		Usual int `json:"usual"`
		Max   int `json:"max"`
	} `json:"places"`
	Online bool                    `json:"online"`
	Kinds  map[string]rawGroupKind `json:"kinds"`
	Ideas  bool                    `json:"ideas"`
	Task   string                  `json:"task"`
}

type rawGroupKind struct {
	Online bool `json:"online"`
}

// gathering is the finished value; nil where the file names none.
func (d *draft) gathering() *Gathering {
	r := d.raw.Gathering
	if r == nil {
		return nil
	}
	g := &Gathering{ByWorker: r.Joining == "by-worker", Fewest: r.Meetings.Min, MinWeeks: r.Weeks.Min, MaxWeeks: r.Weeks.Max,
		Usual: r.Places.Usual, MostPlaces: r.Places.Max, Online: r.Online, Ideas: r.Ideas, Task: r.Task}
	for _, id := range d.partIDs() {
		if p := d.part(id); p.Who == Heads {
			g.Most, g.Minutes = p.Max, p.Minutes
		}
	}
	for _, id := range d.groupKindIDs() {
		g.Kinds = append(g.Kinds, GroupKind{id, r.Kinds[id].Online})
	}
	return g
}

// groupKindIDs are the kinds of groups in the file's order.
func (d *draft) groupKindIDs() []string {
	if f, ok := d.at("gathering").field("kinds"); ok {
		return f.order
	}
	return nil
}

// gatherings: a service of groups says how they are put together, and its numbers agree.
func (l *loader) gatherings(d *draft) {
	r := d.raw.Gathering
	switch {
	case r == nil && d.sure("form", "gathering") && d.raw.Form == Group:
		l.mistakes.at(d.at("form"), `in the form "group" people gather a number of times set beforehand, and the file does not say how`, "Add the key gathering, or use the form open-group")
		return
	case r == nil:
		return
	case d.sure("form") && d.raw.Form != Group:
		l.mistakes.at(d.at("gathering").named(), fmt.Sprintf("in the form %q there are no groups to put together", d.raw.Form), `Use the form "group", or take gathering out`)
		return
	}
	at := d.at("gathering")
	if d.sure("gathering/weeks") && r.Weeks.Min > r.Weeks.Max {
		l.mistakes.at(at.at("weeks", "min"), fmt.Sprintf("at least %d and at most %d weeks cannot lie between two meetings", r.Weeks.Min, r.Weeks.Max), "Change the two around")
	}
	if d.sure("gathering/places") && r.Places.Usual > r.Places.Max {
		l.mistakes.at(at.at("places", "usual"), fmt.Sprintf("usually %d take part, and %d at the most", r.Places.Usual, r.Places.Max), "Change the two around")
	}
	if len(r.Kinds) > 0 && r.Online {
		l.mistakes.at(at.at("online"), "each kind says for itself whether it may meet online", "Take online out, and write it at the kinds")
	}
	l.taskOf(d, "gathering", r.Task)
	l.gatheringParts(d, at)
}

// gatheringParts: one part counts the meetings, and says how many there are at the most.
func (l *loader) gatheringParts(d *draft, at *node) {
	if !d.sure("parts") {
		return
	}
	if len(d.partIDs()) > 1 {
		l.mistakes.at(d.at("parts"), "the meetings of a group are one part", "Keep one of them")
	}
	for _, id := range d.partIDs() {
		max := d.raw.Parts[id].Visits.Max
		switch {
		case !d.sure("parts/"+id, "gathering/meetings"):
		case max == nil:
			l.mistakes.at(d.at("parts", id, "visits", "max"), "a group meets a number of times set beforehand, and here it has no end", "Write the most meetings there may be, as max: 10")
		case *max < d.raw.Gathering.Meetings.Min:
			l.mistakes.at(at.at("meetings", "min"), fmt.Sprintf("at least %d meetings, and the part has %d at the most", d.raw.Gathering.Meetings.Min, *max), "Raise the part's max, or lower this")
		}
	}
}

// gatheringKept: names of one's choice and topics go after the last meeting, ideas after they were proposed.
func (d *draft) gatheringKept(out map[string]string) {
	r := d.raw.Gathering
	if r == nil {
		return
	}
	out["participants"] = "people take part under names of their choice"
	if r.Ideas {
		out["ideas"] = "anybody may propose a group"
	}
}

// gatheringTexts are the words a model needs for its groups.
func (d *draft) gatheringTexts(all *needs) {
	if d.raw.Gathering == nil {
		return
	}
	all.add(d.at("gathering", "kinds"), "kind.", d.groupKindIDs()...)
}
