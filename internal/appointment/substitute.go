package appointment

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/wall"
)

// afterwards is for how long a substitute sees the episode after the meeting: to mark it.
const afterwards = 24 * time.Hour

// Substitute lets another worker of the unit hold one coming meeting; the episode's own worker goes on after it. A
// coordinator decides, or the worker whose meeting it is. The substitute sees the episode until the day after the meeting and
// not longer; whoever may not see the client at all is refused as somebody who is not free. Naming the episode's own worker
// takes it back. A couple's meeting has its two workers and no others.
func Substitute(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, who access.AccountID) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := m.maySubstitute(ctx, tx, by, who); err != nil {
		return err
	}
	a := m.at
	was := a.Worker
	a.Worker = who
	a.Sequence++
	if who != m.Episode.Worker {
		sight := substitute(m.Loaded, who)
		sight.Until = m.at.Ends.Add(afterwards)
		if err := tx.PutGrant(ctx, sight); err != nil {
			return asNotFree(err)
		}
	}
	if err := asNotFree(m.keep(ctx, tx, by, Outcome{Appointment: a, Episode: m.Episode})); err != nil {
		return err
	}
	if err := leave(ctx, tx, m.Loaded, was); err != nil {
		return err
	}
	return said(ctx, tx, m.Loaded, a, outgoing.MeetingMoved)
}

func (m meeting) maySubstitute(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	switch {
	case m.Relation != access.ByCoordinator && m.Relation != access.ByWorker && !by.System:
		return fault.New(fault.Conflict, "episode.coordinator")
	case m.Model.Parties != nil:
		return fault.New(fault.Conflict, "appointment.two-workers", "model", m.Model.Phrase("name"))
	}
	if err := m.rules().may(model.Move, tx.Now()); err != nil {
		return err
	}
	if who == "" || who == m.at.Worker || who == m.at.Second {
		return fault.New(fault.Invalid, "appointment.same-worker")
	}
	if err := episode.WorksIn(ctx, tx, m.Unit.ID, who); err != nil && who != m.Episode.Worker {
		return err
	}
	around, err := wall.Around(ctx, tx, m.Single())
	if err != nil {
		return err
	}
	if around.Stand(who) {
		return around.Refusal(by, who, notFree)
	}
	return nil
}

// substitute is the sight of an episode that a substitute has for a while.
func substitute(l episode.Loaded, who access.AccountID) access.Grant {
	return access.Grant{Holder: string(who), Kind: access.Episode, Object: string(l.Episode.ID), Relation: access.ByWorker}
}

// leave ends the sight of somebody who holds no meeting of the episode any more and is none of its workers.
func leave(ctx context.Context, tx Tx, l episode.Loaded, who access.AccountID) error {
	second, err := tx.Second(ctx, l.Episode.ID)
	if err != nil || who == "" || who == l.Episode.Worker || who == second {
		return err
	}
	all, err := tx.Appointments(ctx, l.Episode.ID)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State == Booked && a.Worker == who {
			return nil
		}
	}
	return tx.DeleteGrant(ctx, substitute(l, who))
}

// Stretch is a part of a day, in the day's own clock.
type Stretch struct{ From, To calendar.Clock }

// shortest is the least stretch worth telling, in minutes.
const shortest = 15

// Gaps are what is left of a worker's hours on a day when what is taken is cut out of them. It is pure.
func Gaps(hours []organization.Hours, weekday int, taken []Stretch) (out []Stretch) {
	for _, h := range hours {
		if h.Weekday != weekday {
			continue
		}
		free := []Stretch{{h.Opens, h.Closes}}
		for _, t := range taken {
			var next []Stretch
			for _, f := range free {
				next = append(next, f.without(t)...)
			}
			free = next
		}
		out = append(out, free...)
	}
	return out
}

// without is what is left of a stretch on both sides of another.
func (s Stretch) without(t Stretch) (out []Stretch) {
	if t.To <= s.From || s.To <= t.From {
		return []Stretch{s}
	}
	for _, rest := range []Stretch{{s.From, t.From}, {t.To, s.To}} {
		if rest.From < rest.To && rest.To.Minutes()-rest.From.Minutes() >= shortest {
			out = append(out, rest)
		}
	}
	return out
}
