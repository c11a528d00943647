package episode

import (
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
)

// A couple's joint process rests on each party's own (R-060…R-090). Here is what its rules see of the two: no name, no id,
// and nothing of what either said. Who may mark what is left to package joint.

// onHold is a meeting that waits for a new time, as package appointment names it.
const onHold = "on-hold"

// ActWait puts a meeting on hold: it keeps its number and waits for a new time.
const ActWait model.Action = "wait"

// Answers about safety.
const (
	SafeYes = "yes"
	SafeNo  = "no"
	Stop    = "stop" // does not come to the next one; no reason is asked
)

// Answer is what a party said when asked after a meeting; No is its number, 0 before the first.
type Answer struct {
	No   int
	Said string
}

// Side is one party as the rules see it.
type Side struct {
	Role    string
	Wish    bool
	Points  []string // of model.Parties.Points
	Held    int      // visits of their own that were held
	Answers []Answer // by number
}

// Couple is the two of a joint process, and which workers have marked that meeting together increases safety.
type Couple struct {
	Sides []Side
	Safer []access.AccountID
}

// Party is one party's row: their own visits (Home), and once both are there the joint process and their way into it.
type Party struct {
	ID         string
	Home       ID
	HomeRegime string
	Role       string
	Asked      bool // the one who used violence has asked for it: a tick, no text
	Wish       calendar.Date
	Word       []byte // keyed fingerprint of the word for the colleague; nil for none
	WordUntil  time.Time
	Joint      ID
	Seat       ID
}

// Has tells whether a point is marked of the party.
func (s Side) Has(point string) bool { return slices.Contains(s.Points, point) }

// Answered tells whether the party has answered about a meeting.
func (s Side) Answered(no int) bool {
	return no == 0 || slices.ContainsFunc(s.Answers, func(a Answer) bool { return a.No == no })
}

// Safe tells whether the party's last answer, if there is one, is yes.
func (s Side) Safe() bool { return len(s.Answers) == 0 || s.Answers[len(s.Answers)-1].Said == SafeYes }

// LastHeld is the number of the last meeting that was held, 0 for none: the one that safety is asked about.
func (s State) LastHeld() (no int) {
	for _, k := range s.Marks {
		if k.State == held {
			no = max(no, k.No)
		}
	}
	return no
}

// Pair are the workers who meet the couple, without gaps.
func (s State) Pair() []access.AccountID {
	return slices.DeleteFunc([]access.AccountID{s.Episode.Worker, s.Work.Second}, func(a access.AccountID) bool { return a == "" })
}

// together is what a model's conditions may ask about the two.
func (s State) together(m *model.Model) (t model.Together) {
	if m.Parties == nil || s.Couple == nil {
		return t
	}
	sides, last, pair := s.Couple.Sides, s.LastHeld(), s.Pair()
	all := func(is func(Side) bool) bool {
		return len(sides) > 0 && !slices.ContainsFunc(sides, func(x Side) bool { return !is(x) })
	}
	t.Joined, t.Workers = len(sides) == 2, len(pair)
	t.Wish = slices.ContainsFunc(sides, func(x Side) bool { return x.Wish && x.Role == m.Parties.Wish })
	t.Motivated = all(func(x Side) bool { return x.Has(model.Motivated) })
	t.Charted = all(func(x Side) bool { return x.Has(model.Charted) })
	t.Themes = all(func(x Side) bool {
		return !slices.ContainsFunc(m.Parties.Themes, func(theme string) bool { return !x.Has(theme) })
	})
	t.Answered = all(func(x Side) bool { return x.Answered(last) })
	t.Safe = all(Side.Safe)
	t.Safer = len(pair) > 0 && !slices.ContainsFunc(pair, func(w access.AccountID) bool { return !slices.Contains(s.Couple.Safer, w) })
	for i, x := range sides {
		if i == 0 || x.Held < t.Individual {
			t.Individual = x.Held
		}
	}
	return t
}

// MarkedSafer tells whether a worker of the pair has marked that meeting together increases safety.
func (s State) MarkedSafer(who access.AccountID) bool {
	return s.Couple != nil && slices.Contains(s.Couple.Safer, who)
}

// mayWait: a coming meeting of two may be put on hold, whatever the cause.
func (s State) mayWait(m *model.Model, marks []Mark, now time.Time) *fault.Fault {
	switch {
	case m.Parties == nil:
		return fault.New(fault.Conflict, "couple.none", "model", m.Phrase("name"))
	case !slices.ContainsFunc(marks, func(k Mark) bool { return k.State == booked && k.Starts.After(now) }):
		return fault.New(fault.Conflict, "visit.nothing-booked")
	}
	return nil
}

// Missing is one of a model's conditions that does not hold for the next meeting, by the name of its refusal.
type Missing struct {
	Refusal string
	Holds   bool
}

// Conditions are those that the next step waits for, each with whether it holds: a worker reads all of them at once. While a
// meeting is agreed or waits for a new time that step is another time for it, and otherwise the next meeting.
func Conditions(m *model.Model, s State) (out []Missing) {
	next := model.Book
	if s.count(func(k Mark) bool { return k.State == booked || k.State == onHold }) > 0 {
		next = model.Move
	}
	for _, c := range m.Conditions {
		if c.Part == s.Episode.Part && slices.Contains(c.Actions, next) {
			out = append(out, Missing{c.Refusal, c.Holds(s.facts(m))})
		}
	}
	return out
}
