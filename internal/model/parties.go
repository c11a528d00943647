package model

import (
	"fmt"
	"slices"
)

// Roles of two parties of the same violence.
const (
	Experienced = "experienced" // the one who experienced it
	Used        = "used"        // the one who used it
)

// Points that are marked of each party beside the themes: wants to work together; own needs and goals are charted
//
const (
	Motivated = "motivated"
	Charted   = "charted"
)

// Parties is that two people meet together, each from a process of their own that the other does not see (R-060…R-090).
type Parties struct {
	From     []string // models in which each party has visits of their own
	Wish     string   // whose wish, said alone, opens it
	Themes   []string // gone through with each: texts theme.ID
	Workers  int      // how many meet the couple
	WordDays int      // how long the word holds by which one worker brings the other's client in
}

// Points are all that is marked of one party, in the order of a page.
func (p *Parties) Points() []string { return append([]string{Motivated, Charted}, p.Themes...) }

// Together is what conditions may ask about two parties together. Nothing in it tells whose a thing is.
type Together struct {
	Joined     bool `expr:"joined"`     // both parties are there
	Wish       bool `expr:"wish"`       // the wish that counts was said
	Individual int  `expr:"individual"` // visits of one's own that each has held, the fewer of the two
	Motivated  bool `expr:"motivated"`  // both
	Charted    bool `expr:"charted"`    // both
	Themes     bool `expr:"themes"`     // all of them, with both
	Safer      bool `expr:"safer"`      // every worker has marked that it increases safety
	Answered   bool `expr:"answered"`   // both have answered about the last meeting held
	Safe       bool `expr:"safe"`       // nobody's last answer is no
	Workers    int  `expr:"workers"`    // how many workers there are
}

// coupleFlags are the flags of a couple that an expression may name.
var coupleFlags = map[string]func(*Together){
	"joined": func(c *Together) { c.Joined = true }, "wish": func(c *Together) { c.Wish = true },
	"motivated": func(c *Together) { c.Motivated = true }, "charted": func(c *Together) { c.Charted = true },
	"themes": func(c *Together) { c.Themes = true }, "safer": func(c *Together) { c.Safer = true },
	"answered": func(c *Together) { c.Answered = true }, "safe": func(c *Together) { c.Safe = true },
}

// couples are the small sets of what an expression asks about a couple.
func (a *asked) couples() []Together {
	out := []Together{{}}
	if !a.names["couple"] {
		return out
	}
	for name, set := range coupleFlags {
		if a.names[name] {
			for _, c := range slices.Clone(out) {
				set(&c)
				out = append(out, c)
			}
		}
	}
	out = a.couplesBy("individual", func(c *Together) *int { return &c.Individual }, out)
	return a.couplesBy("workers", func(c *Together) *int { return &c.Workers }, out)
}

// couplesBy varies one number of couples, if it is asked about.
func (a *asked) couplesBy(name string, at func(*Together) *int, all []Together) []Together {
	if !a.names[name] {
		return all
	}
	var out []Together
	for _, c := range all {
		for _, n := range append([]int{0, 1, 2, 3}, a.numbers...) {
			*at(&c) = n
			out = append(out, c)
		}
	}
	return out
}

type rawParties struct {
	From     []string `json:"from"`
	Wish     string   `json:"wish"`
	Themes   []string `json:"themes"`
	Workers  int      `json:"workers"`
	WordDays int      `json:"word_days"`
}

func (r *rawParties) parties() *Parties {
	if r == nil {
		return nil
	}
	return &Parties{From: r.From, Wish: r.Wish, Themes: r.Themes, Workers: r.Workers, WordDays: r.WordDays}
}

// partyTexts are the words a couple's model needs for what is gone through with each party.
func (d *draft) partyTexts(all *needs) {
	if d.raw.Parties != nil {
		all.add(d.at("parties", "themes"), "theme.", d.raw.Parties.Themes...)
	}
}

// couples: a couple's process is kept as one, comes from models that keep a person's own, and nobody asks for it alone.
func (l *loader) couples(d *draft) {
	r := d.raw.Parties
	if r == nil {
		if d.sure("regime") && d.raw.Regime == Joint {
			l.mistakes.at(d.at("regime"), `in the regime "joint" two parties meet, and the file does not say who they are`, "Add the key parties, or choose another regime")
		}
		return
	}
	at := d.at("parties").named()
	if d.sure("regime") && d.raw.Regime != Joint {
		l.mistakes.at(at, fmt.Sprintf("two parties meet, and the regime %q has no place for what belongs to both", d.raw.Regime), `Use the regime "joint", or take parties out`)
	}
	if d.sure("form") && d.raw.Form != Couple {
		l.mistakes.at(at, fmt.Sprintf("two parties meet, and the form is %q", d.raw.Form), "Use the form couple")
	}
	if d.sure("channels") && len(d.raw.Channels) > 0 {
		l.mistakes.at(d.at("channels").named(), "nobody asks for a couple's meetings alone: they begin from each party's own visits", "Take channels out")
	}
	for i, from := range r.From {
		if !slices.Contains(l.ids(), from) {
			l.mistakes.at(d.at("parties", "from").item(i), fmt.Sprintf("there is no model %q", from), suggest(from, l.ids()))
		}
	}
}

// ofCouple are the words a story may use of two parties; none where one comes alone.
func (m *Model) ofCouple(kind string) []string {
	out := []string{}
	if m.Parties == nil {
		return out
	}
	if kind == "point" {
		return append(out, m.Parties.Points()...)
	}
	for _, c := range m.Conditions {
		out = append(out, c.Refusal)
	}
	return out
}
