package model

import (
	"fmt"
	"slices"
)

// Commitment is that visits are somebody else's to pay: how many may be granted, for which kinds of work, and when it is
// told that something runs out (R-100…R-115). Who pays is the organisation's to say, never the model's.
type Commitment struct {
	Min, Max  int        // visits that one may grant
	Kinds     []WorkKind // in the file's order; texts commitment.kind.ID
	Routes    []string   // ways in; texts commitment.route.ID
	WarnDays  []int      // so many days before the last one it is told, the earliest first
	EntryDays int        // the payer's own entry of a visit is made within so many days
	EndVisits int        // visits that the organisation pays itself, to end well
}

// WorkKind is one form of work, and how many workers it takes at the least.
type WorkKind struct {
	ID      string // individual, couple, family, network
	Workers int
}

// Kind finds a form of work by its id.
func (c *Commitment) Kind(id string) (WorkKind, bool) {
	i := slices.IndexFunc(c.Kinds, func(k WorkKind) bool { return k.ID == id })
	if i < 0 {
		return WorkKind{}, false
	}
	return c.Kinds[i], true
}

// Granted tells whether one commitment may grant so many visits.
func (c *Commitment) Granted(n int) bool { return c.Min <= n && n <= c.Max }

// ofCommitment are the words a story may use of what is granted; none where nobody pays.
func (m *Model) ofCommitment(kind string) []string {
	c, out := m.Commitment, []string{}
	if c == nil {
		return out
	}
	switch kind {
	case "kind":
		for _, k := range c.Kinds {
			out = append(out, k.ID)
		}
	case "route":
		out = append(out, c.Routes...)
	case "limit":
		for n := c.Min; n <= c.Max; n++ {
			out = append(out, limitWord(n))
		}
	}
	return out
}

// rawCommitment is the key as model.schema.json describes it.
type rawCommitment struct {
	Visits struct {
		Min int `json:"min"`
		Max int `json:"max"`
	} `json:"visits"`
	Kinds     map[string]rawKind `json:"kinds"`
	Routes    []string           `json:"routes"`
	WarnDays  []int              `json:"warn_days"`
	EntryDays int                `json:"entry_days"`
	EndVisits int                `json:"end_visits"`
}

type rawKind struct {
	Workers int `json:"workers"`
}

// commitment is the finished value; nil where the file names none.
func (d *draft) commitment() *Commitment {
	r := d.raw.Commitment
	if r == nil {
		return nil
	}
	c := &Commitment{Min: r.Visits.Min, Max: r.Visits.Max, Routes: r.Routes, WarnDays: slices.Clone(r.WarnDays), EntryDays: r.EntryDays, EndVisits: r.EndVisits}
	slices.SortFunc(c.WarnDays, func(a, b int) int { return b - a })
	for _, id := range d.kindIDs() {
		c.Kinds = append(c.Kinds, WorkKind{id, r.Kinds[id].Workers})
	}
	return c
}

// kindIDs are the kinds of work in the file's order.
func (d *draft) kindIDs() []string {
	if f, ok := d.at("commitment").field("kinds"); ok {
		return f.order
	}
	return nil
}

// commitments: what somebody else pays for is the buyer's to keep, and the numbers must agree.
func (l *loader) commitments(d *draft) {
	r := d.raw.Commitment
	if r == nil {
		if d.sure("regime") && d.raw.Regime == Buyer {
			l.mistakes.at(d.at("regime"), `in the regime "buyer" somebody else pays, and the file does not say for what`, "Add the key commitment, or choose another regime")
		}
		return
	}
	at := d.at("commitment")
	if d.sure("regime") && d.raw.Regime != Buyer {
		l.mistakes.at(at.named(), fmt.Sprintf("somebody else pays for the visits, and the regime %q keeps what belongs to them", d.raw.Regime), `Use the regime "buyer", or take commitment out`)
	}
	if d.sure("form") && d.raw.Form != Individual && d.raw.Form != Couple {
		l.mistakes.at(at.named(), fmt.Sprintf("in the form %q nobody has visits of their own that could be granted", d.raw.Form), "Use the form individual, or take commitment out")
	}
	if !d.sure("commitment", "commitment/visits") {
		return
	}
	if r.Visits.Min > r.Visits.Max {
		l.mistakes.at(at.at("visits", "min"), fmt.Sprintf("at least %d and at most %d visits cannot be granted", r.Visits.Min, r.Visits.Max), "Change the two around")
	}
	for _, id := range d.partIDs() {
		p := d.raw.Parts[id]
		if p.Who == Client && d.sure("parts", "parts/"+id) && (p.Visits.Max == nil || *p.Visits.Max != r.Visits.Max) {
			l.mistakes.at(d.at("parts", id, "visits", "max"), fmt.Sprintf("a commitment grants up to %d visits, and here is another number", r.Visits.Max), fmt.Sprintf("Write max: %d; each episode then has as many as its commitment", r.Visits.Max))
		}
	}
}

// commitmentTexts are the words a model needs for what it asks of a commitment.
func (d *draft) commitmentTexts(all *needs) {
	r := d.raw.Commitment
	if r == nil {
		return
	}
	all.add(d.at("commitment", "kinds"), "commitment.kind.", d.kindIDs()...)
	all.add(d.at("commitment", "routes"), "commitment.route.", r.Routes...)
}
