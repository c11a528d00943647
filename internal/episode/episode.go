// Package episode is one client's way through a service: visits counted by the model, what may happen next and why
// not, ways on, an end. What was said is never here, and neither is when somebody was met once that is over
// (R-131, design 3). Times and places are left to package appointment.
//
// Can is the one place that decides what may happen (design 5). It is pure; pages, jobs and tests all ask it.
package episode

import (
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
)

// What may happen besides what a model's conditions may guard.
const (
	ActCorrect   model.Action = "correct"   // a mark was wrong
	ActPlace     model.Action = "place"     // where a coming meeting is
	ActGuardians model.Action = "guardians" // mark whether guardians agree
	ActDecide    model.Action = "decide"    // a coordinator's decision where they do not
	ActTalk      model.Action = "guardian-talk"
	ActEnd       model.Action = "end"
	ActReopen    model.Action = "reopen"
	ActNewCode   model.Action = "new-code"
	ActAssign    model.Action = "assign"
	ActExtend    model.Action = "extend"    // a commitment by more days
	ActEndVisit  model.Action = "end-visit" // a visit that the organisation pays itself
	ActEntry     model.Action = "entry"     // a held visit stands in the payer's system
	ActGoals     model.Action = "goals"     // agree on goals
	ActSteps     model.Action = "steps"     // tick what was gone through
	ActAnswer    model.Action = "answer"    // say how it went, when visits are over
	ActFollowUp  model.Action = "follow-up" // say how the follow-up went
	ActAgain     model.Action = "again"     // a new episode for the same person
)

// actions are all of them, in the order in which a page shows them.
var actions = []model.Action{
	model.Offer, model.Book, model.Hold, model.Miss, model.Move, ActWait, model.Cancel, ActPlace, ActCorrect,
	ActGuardians, ActDecide, ActTalk, model.GoOn, ActEnd, ActReopen, model.Close, ActNewCode, ActAssign,
	ActExtend, ActEndVisit, ActEntry,
	ActSteps, ActGoals, ActAnswer, ActFollowUp, ActAgain,
}

// States of an appointment, as package appointment names them.
const (
	booked = "booked"
	held   = "held"
	missed = "missed"
)

// Agree and Disagree are what is marked of a child's guardians.
const (
	Agree    = "agree"
	Disagree = "disagree"
)

// maxTalks bounds how many guardians a child has talks for.
const maxTalks = 4

// Possible is one action, allowed when Refusal is nil.
type Possible struct {
	Action  model.Action
	Refusal *fault.Fault
}

// Actions tells of every action whether it may happen now, and if not, why.
func Actions(m *model.Model, s State, now time.Time) []Possible {
	out := make([]Possible, len(actions))
	for i, a := range actions {
		out[i] = Possible{a, Can(m, s, a, now)}
	}
	return out
}

// Can is nil when the action may happen now, and otherwise the reason: the rule, the service's name, what would help.
func Can(m *model.Model, s State, a model.Action, now time.Time) *fault.Fault {
	return can(m, s, a, s.Marks, now)
}

// CanTouch is Can about one appointment: the others neither help nor hinder it.
func CanTouch(m *model.Model, s State, a model.Action, appointment string, now time.Time) *fault.Fault {
	i := slices.IndexFunc(s.Marks, func(k Mark) bool { return k.ID == appointment })
	if i < 0 {
		return can(m, s, a, nil, now)
	}
	return can(m, s, a, s.Marks[i:i+1], now)
}

// can says of every refusal which service's rule it is; what would help is in its words.
func can(m *model.Model, s State, a model.Action, marks []Mark, now time.Time) *fault.Fault {
	return decide(m, s, a, marks, now).With("model", m.Phrase("name"))
}

func decide(m *model.Model, s State, a model.Action, marks []Mark, now time.Time) *fault.Fault {
	if f := s.stageRefuses(m, a); f != nil {
		return f
	}
	if f := m.Refused(a, s.Episode.Part, s.facts(m)); f != nil {
		if s.Aside && m.Parties != nil {
			return fault.New(fault.Conflict, "couple.conditions", "model", m.Phrase("name"))
		}
		return f
	}
	if a == model.Move && s.movesNothing(marks) {
		return s.LimitReached(m) // a cancelled meeting pulled to a new day would be one too many
	}
	switch a {
	case model.Offer, model.Book:
		if a == model.Offer && m.Parties != nil { // one of two who picked would choose for both
			return fault.New(fault.Conflict, "couple.agreed", "model", m.Phrase("name"))
		}
		if m.Commitment != nil && len(s.Cover) == 0 {
			return fault.New(fault.Conflict, "commitment.needed", "model", m.Phrase("name"))
		}
		if s.FreeNumber() == 0 {
			return s.LimitReached(m)
		}
		return nil
	case model.Hold:
		if f := mayTouch(marks, a, now); f != nil {
			return f
		}
		return s.mayHold(m, marks, now)
	case ActWait:
		return s.mayWait(m, marks, now)
	case ActExtend, ActEndVisit, ActEntry:
		return s.mayPay(m, a, marks)
	case model.Cancel:
		if m.Parties != nil && !slices.ContainsFunc(marks, func(k Mark) bool { return k.State == onHold || k.State == booked && !k.Starts.After(now) }) {
			return fault.New(fault.Conflict, "couple.wait-first", "model", m.Phrase("name"))
		}
		return mayTouch(marks, a, now)
	case model.Miss, model.Move, ActPlace:
		return mayTouch(marks, a, now)
	case ActCorrect:
		if !slices.ContainsFunc(marks, func(k Mark) bool { return k.State != booked && k.State != onHold }) {
			return fault.New(fault.Conflict, "visit.nothing-marked")
		}
		return nil
	case model.Close:
		if f := s.mayClose(now); f != nil {
			return f
		}
		return s.mayEnd(m)
	case ActSteps, ActGoals, ActAnswer, ActFollowUp, ActAgain:
		return s.mayPlan(m, a)
	default:
		return s.mayArrange(m, a)
	}
}

// mayPlan is about what a model has beside its visits.
func (s State) mayPlan(m *model.Model, a model.Action) *fault.Fault {
	part, _ := m.Part(s.Episode.Part)
	switch a {
	case ActSteps:
		if len(part.Plan) == 0 {
			return fault.New(fault.Conflict, "plan.none", "model", m.Phrase("name"))
		}
	case ActGoals:
		return s.mayGoal(m)
	case ActAnswer:
		return s.mayAnswer(m)
	case ActFollowUp:
		if !s.FollowUp.Waits() {
			return fault.New(fault.Conflict, "follow-up.none")
		}
	case ActAgain:
		return s.mayAgain(m)
	}
	return nil
}

// movesNothing: what is to be moved is over or cancelled, and no visit is left that it could become.
func (s State) movesNothing(marks []Mark) bool {
	return len(marks) > 0 && s.FreeNumber() == 0 && !slices.ContainsFunc(marks, func(k Mark) bool { return k.State == booked })
}

// May is Can as an error, for actions to return.
func May(m *model.Model, s State, a model.Action, now time.Time) error {
	if f := Can(m, s, a, now); f != nil {
		return f
	}
	return nil
}

func (s State) stageRefuses(m *model.Model, a model.Action) *fault.Fault {
	switch s.Episode.Stage {
	case StageClosed:
		if a != ActReopen && a != ActAgain && a != ActEntry { // an entry is made late rather than never
			return fault.New(fault.Conflict, "episode.closed", "model", m.Phrase("name"))
		}
	case StageFollowUp:
		if a == model.Offer || a == model.Book || a == ActEnd {
			return s.waitsInstead(m)
		}
	case StageEnding:
		if a == model.Offer || a == model.Book || a == ActEnd {
			return fault.New(fault.Conflict, "episode.ending", "model", m.Phrase("name"))
		}
	default:
		if a == ActReopen {
			return fault.New(fault.Conflict, "episode.open")
		}
	}
	return nil
}

// waitsInstead is the refusal of a visit while a follow-up is waited for: one too many where they are used, and otherwise
// what would make it possible.
func (s State) waitsInstead(m *model.Model) *fault.Fault {
	if s.FreeNumber() == 0 {
		return s.LimitReached(m)
	}
	return fault.New(fault.Conflict, "episode.follow-up", "model", m.Phrase("name"), "day", s.FollowUp.day())
}

// mayTouch: a booked meeting is held or missed once it has begun, moved only before. Cancelled it may be on both
// sides, for a worker who fell ill marks it afterwards.
func mayTouch(marks []Mark, a model.Action, now time.Time) *fault.Fault {
	coming := func(k Mark) bool { return k.State == booked && k.Starts.After(now) }
	begun := func(k Mark) bool { return k.State == booked && !k.Starts.After(now) }
	hasComing, hasBegun := slices.ContainsFunc(marks, coming), slices.ContainsFunc(marks, begun)
	waits := slices.ContainsFunc(marks, func(k Mark) bool { return k.State == onHold })
	switch {
	case waits && (a == model.Move || a == model.Cancel):
		return nil
	case !hasComing && !hasBegun:
		return fault.New(fault.Conflict, "visit.nothing-booked")
	case (a == model.Hold || a == model.Miss) && !hasBegun:
		return fault.New(fault.Conflict, "visit.not-yet")
	case (a == model.Move || a == ActPlace) && !hasComing:
		return fault.New(fault.Conflict, "visit.begun")
	}
	return nil
}

// mayClose: nothing may be left open, neither a coming meeting, an unmarked one, nor a guardian's talks.
func (s State) mayClose(now time.Time) *fault.Fault {
	switch {
	case s.count(func(k Mark) bool { return k.State == booked && k.Starts.After(now) }) > 0:
		return fault.New(fault.Conflict, "episode.booked")
	case s.Booked() > 0:
		return fault.New(fault.Conflict, "episode.unmarked")
	case s.Together:
		return fault.New(fault.Conflict, "couple.goes-on")
	case s.Talks > 0:
		return fault.New(fault.Conflict, "episode.talks", "n", s.Talks)
	}
	return nil
}

func (s State) mayArrange(m *model.Model, a model.Action) *fault.Fault {
	part, _ := m.Part(s.Episode.Part)
	_, talks := m.PartOf(model.Guardian)
	hasGuardians := m.Decision != nil && part.Who == model.Client
	switch {
	case (a == ActGuardians || a == ActDecide) && !hasGuardians:
		return fault.New(fault.Conflict, "guardians.none", "model", m.Phrase("name"))
	case a == ActDecide && s.Episode.Guardians != Disagree:
		return fault.New(fault.Conflict, "guardians.agree")
	case a == ActTalk && (!talks || part.Who != model.Client):
		return fault.New(fault.Conflict, "guardians.no-talks", "model", m.Phrase("name"))
	case a == ActTalk && s.Talks >= maxTalks:
		return fault.New(fault.Conflict, "guardians.enough", "max", maxTalks)
	case a == ActNewCode && m.Parties != nil: // each party has a code of their own, from the worker of their own visits
		return fault.New(fault.Conflict, "couple.each-own", "model", m.Phrase("name"))
	case a == model.GoOn && len(m.WaysOn) == 0:
		return fault.New(fault.Conflict, "way-on.none", "model", m.Phrase("name"))
	}
	return nil
}
