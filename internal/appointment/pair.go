package appointment

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Two meet a couple, and whoever pays has granted that. Both are free or the time cannot be had; both see
// it, and moving or calling it off is for both.

// Kinds of work and who then takes part.
var participants = map[string]string{"individual": WithClient, "couple": WithCouple, "family": WithFamily, "network": WithNetwork}

// ParticipantsOf is who takes part in a kind of work.
func ParticipantsOf(kind string) string { return participants[kind] }

// KindOf is the kind of work that a meeting is, by who takes part.
func KindOf(who string) string {
	for kind, p := range participants {
		if p == who {
			return kind
		}
	}
	return ""
}

// kind is the form of work that a meeting was; what nobody told is one client's own.
func (a Appointment) kind() string { return KindOf(cmp.Or(a.Participants, WithClient)) }

// arrange completes a time with who takes part and who meets them, where somebody else has granted that. It is the key of
// what is wrong, or "".
func (f *Free) arrange(l episode.Loaded) string {
	if l.Model.Parties != nil {
		f.Second, f.Participants = l.State.Work.Second, WithCouple
		return ""
	}
	granted := l.Model.Commitment
	if granted == nil {
		if f.Participants != "" { // this service does not tell who takes part
			return "form.choice"
		}
		return ""
	}
	f.Participants = cmp.Or(f.Participants, ParticipantsOf(l.State.Work.Kind))
	kind, known := granted.Kind(KindOf(f.Participants))
	switch {
	case !known:
		return "form.choice"
	case kind.Workers > l.State.Work.Workers:
		return "commitment.one-worker"
	case kind.Workers == 2 || l.State.Work.Workers == 2 && !f.Alone:
		if f.Second = l.State.Work.Second; f.Second == "" {
			return "commitment.no-second"
		}
	default:
		f.Second = ""
	}
	return ""
}

// as is the time with the people of a meeting that is moved.
func (f Free) as(a Appointment) Free {
	f.Second, f.Participants, f.Alone = a.Second, a.Participants, a.Second == ""
	return f
}

func (f Free) workers() []access.AccountID {
	return Appointment{Worker: f.Worker, Second: f.Second}.Workers()
}
func (s Slot) workers() []access.AccountID { return s.free().workers() }

// withSecond leaves the times that the second worker has too.
func (s Supply) withSecond(found []timed, w Wanted, day calendar.Date, beginnings []quarter, office organization.PlaceID, busy map[access.AccountID][]Busy) []timed {
	if w.Second == "" || len(found) == 0 {
		return found
	}
	i := slices.IndexFunc(s.Workers, func(x organization.Worker) bool { return x.Account == w.Second })
	if i < 0 || away(s.Workers[i], day) {
		return nil
	}
	theirs := s.day(s.Workers[i], beginnings, w, office, busy[w.Second])
	var both []timed
	for _, t := range found {
		if slices.ContainsFunc(theirs, func(x timed) bool { return x.starts.Equal(t.starts) }) {
			t.Second = w.Second
			both = append(both, t)
		}
	}
	return both
}

// Pair gives an episode a second worker, or another one, for its booked meetings too. Where the second is not free then,
// nothing changes. Nobody may be taken from meetings that take two.
func Pair(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID, second access.AccountID) error {
	l, err := episode.Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if l.Model.Parties == nil && l.Model.Commitment == nil {
		return fault.New(fault.Conflict, "episode.no-pair", "model", l.Model.Phrase("name"))
	}
	if second == "" && l.State.Work.Workers == 2 {
		return fault.New(fault.Conflict, "commitment.second")
	}
	if err := l.SetSecond(ctx, tx, by, second); err != nil {
		return asNotFree(err)
	}
	all, err := tx.Appointments(ctx, id)
	if err != nil {
		return err
	}
	was := l.State.Work.Second
	for _, a := range all {
		takesTwo := a.Second != "" && a.Second == was || a.Second == "" && l.Model.Commitment != nil && takesTwo(l, a)
		if a.State != Booked || !takesTwo {
			continue
		}
		a.Second = second
		a.Sequence++
		if err := reseat(ctx, tx, &a); err != nil {
			return err
		}
		if err := put(ctx, tx, l, a); err != nil {
			return asNotFree(err)
		}
	}
	return tx.DeleteSlots(ctx, "", id)
}

// takesTwo tells whether a meeting without a second worker should have one.
func takesTwo(l episode.Loaded, a Appointment) bool {
	kind, _ := l.Model.Commitment.Kind(a.kind())
	return kind.Workers == 2
}
