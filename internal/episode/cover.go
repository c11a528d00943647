package episode

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Where somebody else pays, a visit is held on a day they have agreed to, or as an end visit that the organisation pays
// itself. What a commitment is, and who pays, is left to package commitment.

// Covers tells whether somebody pays for a visit on the day.
func (s State) Covers(d calendar.Date) bool {
	return slices.ContainsFunc(s.Cover, func(x Span) bool { return x.Has(d) })
}

// Paid tells whether an appointment is one that somebody pays for; every one is where nobody has to.
func (s State) Paid(m *model.Model, appointment string) bool {
	if m.Commitment == nil {
		return true
	}
	k, ok := s.mark(appointment)
	return !ok || !k.End && s.Covers(k.Day)
}

// IsEnd tells whether an appointment is an end visit.
func (s State) IsEnd(appointment string) bool {
	k, _ := s.mark(appointment)
	return k.End
}

func (s State) mark(appointment string) (Mark, bool) {
	i := slices.IndexFunc(s.Marks, func(k Mark) bool { return k.ID == appointment })
	if i < 0 {
		return Mark{}, false
	}
	return s.Marks[i], true
}

// LastCovered is the last day that somebody pays for.
func (s State) LastCovered() (last calendar.Date) {
	for _, x := range s.Cover {
		last = max(last, x.Last)
	}
	return last
}

// mayHold: one of the meetings that have begun must be paid for, or be an end visit.
func (s State) mayHold(m *model.Model, marks []Mark, now time.Time) *fault.Fault {
	if m.Commitment == nil {
		return nil
	}
	for _, k := range marks {
		if k.State == booked && !k.Starts.After(now) && (k.End || s.Covers(k.Day)) {
			return nil
		}
	}
	return s.NotCovered(m)
}

// NotCovered is the refusal of holding a visit that nobody pays for: the service, the last day, and the three choices.
func (s State) NotCovered(m *model.Model) *fault.Fault {
	return fault.New(fault.Conflict, "commitment.not-covered", "model", m.Phrase("name"), "day", s.LastCovered(), "ends", endVisits(m.Commitment.EndVisits))
}

// endVisits says, as the last of the choices, what the organisation pays itself.
type endVisits int

func (n endVisits) In(l locale.Lang) string {
	if n == 0 {
		return locale.For(l).T("commitment.cancelled-else")
	}
	return locale.For(l).T("commitment.end-else", "n", int(n))
}

// mayPay: days are added while the episode goes on; a booked visit that nobody pays for may be an end visit, as long as
// there are not too many; and a held visit that was paid for is entered in the payer's system.
func (s State) mayPay(m *model.Model, a model.Action, marks []Mark) *fault.Fault {
	if m.Commitment == nil || len(s.Cover) == 0 {
		return fault.New(fault.Conflict, "commitment.none", "model", m.Phrase("name"))
	}
	is := func(which func(Mark) bool) bool { return slices.ContainsFunc(marks, which) }
	switch a {
	case ActEntry:
		if !is(func(k Mark) bool { return k.State == held && !k.End }) {
			return fault.New(fault.Conflict, "commitment.nothing-held")
		}
	case ActEndVisit:
		ends := s.count(func(k Mark) bool { return k.End && (k.State == booked || k.State == held) })
		switch {
		case !is(func(k Mark) bool { return k.State == booked }):
			return fault.New(fault.Conflict, "visit.nothing-booked")
		case !is(func(k Mark) bool { return k.State == booked && !k.End && !s.Covers(k.Day) }):
			return fault.New(fault.Conflict, "commitment.covered")
		case ends >= m.Commitment.EndVisits:
			return fault.New(fault.Conflict, "commitment.end-enough", "model", m.Phrase("name"), "n", m.Commitment.EndVisits)
		}
	}
	return nil
}

// Terms are what a commitment says about the episode it opens.
type Terms struct {
	Limit          int
	Worker, Second access.AccountID // Second is "" where one works alone
}

// OpenUnder turns a request into an episode whose visits somebody else has granted. No visit is booked yet. The caller
// has asked leave and looked at the terms.
func OpenUnder(ctx context.Context, tx Tx, ms model.Set, by access.Actor, from intake.Request, t Terms) (Episode, error) {
	if err := t.mayServe(ctx, tx, by, from.Person); err != nil {
		return Episode{}, err
	}
	e, err := open(ctx, tx, ms, by, from, t.Worker, func(e *Episode) { e.Limit = t.Limit })
	if err != nil || t.Second == "" {
		return e, err
	}
	return e, tx.PutSecond(ctx, e.ID, t.Second)
}

// mayServe: none of the workers stands on the other side of a wall.
func (t Terms) mayServe(ctx context.Context, tx Tx, by access.Actor, whom person.ID) error {
	around, err := wall.Around(ctx, tx, whom)
	if err != nil {
		return err
	}
	for _, who := range []access.AccountID{t.Worker, t.Second} {
		if around.Stand(who) {
			return around.Refusal(by, who, "appointment.not-free")
		}
	}
	return nil
}

// SetSecond gives the episode a second worker, or none.
func SetSecond(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, who access.AccountID) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	return l.SetSecond(ctx, tx, by, who)
}

// SetSecond is SetSecond for an episode that is loaded.
func (l Loaded) SetSecond(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	if err := l.coordinates(by); err != nil {
		return err
	}
	if err := l.May(ActAssign, tx.Now()); err != nil {
		return err
	}
	if who == l.Episode.Worker {
		return fault.New(fault.Invalid, "episode.second-same")
	}
	if who != "" {
		if err := WorksIn(ctx, tx, l.Unit.ID, who); err != nil {
			return err
		}
		around, err := wall.Around(ctx, tx, l.Single())
		if err != nil {
			return err
		}
		if around.Stand(who) {
			return around.Refusal(by, who, "appointment.not-free")
		}
	}
	if err := tx.PutSecond(ctx, l.Episode.ID, who); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(l.Episode.ID))
}
