package appointment

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
)

// A couple's meetings are told to each of the two by their own safe way, in the same words and from the same hour.

// said tells of a meeting: to its client, or to each of a couple.
func said(ctx context.Context, tx Tx, l episode.Loaded, a Appointment, say func(context.Context, outgoing.Tx, outgoing.Meeting) error) error {
	if l.Episode.Regime != string(model.Joint) {
		return say(ctx, tx, a.told())
	}
	parties, err := tx.Parties(ctx, l.Episode.ID)
	if err != nil {
		return err
	}
	for _, p := range parties {
		m := a.told()
		m.Episode = p.Seat
		if err := say(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// atLatest is how long before the meeting they must have heard of it: when no such hour is left they hear soon, but not at
// once, because somebody may be looking on while the other answers.
const (
	atLatest = time.Hour
	soon     = 15 * time.Minute
	lookedOn = 5 * time.Minute
)

// showsFrom is the next telling hour, or where that would be too late the next quarter of an hour that is not this very
// moment. It says nothing of the meeting's own time.
func showsFrom(now time.Time, zone string, starts time.Time) time.Time {
	latest := starts.Add(-atLatest)
	for day := calendar.LocalOf(now, zone).Day; ; day = day.Add(1) {
		for _, c := range model.TellingHours {
			at, err := calendar.Local{Day: day, Clock: c, Zone: zone}.Instant()
			if err != nil || !at.After(now) {
				continue
			}
			if at.After(latest) {
				at = now.Add(lookedOn + soon - time.Nanosecond).Truncate(soon)
			}
			if !at.Before(starts) {
				return now
			}
			return at
		}
	}
}

// Wait puts a couple's coming meeting on hold. No cause is asked and none is kept: a worker who is ill and a party who
// does not feel safe leave the same rows, words and hours.
func Wait(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := m.rules().may(episode.ActWait, tx.Now()); err != nil {
		return err
	}
	return m.wait(ctx, tx)
}

// WaitAll puts what is coming in a joint process on hold, for the program itself: an answer, a withdrawal, somebody who
// is erased. Nothing coming is nothing to do.
func WaitAll(ctx context.Context, tx Tx, ms model.Set, id episode.ID) error {
	l, err := episode.Load(ctx, tx, ms, access.System(), id)
	if err != nil {
		return err
	}
	all, err := tx.Appointments(ctx, id)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State != Booked || !a.Starts.After(tx.Now()) {
			continue
		}
		if err := (meeting{l, a}).wait(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (m meeting) wait(ctx context.Context, tx Tx) error {
	a := m.at
	a.State = OnHold // its room is given back; that it was there stays written until a new time, for the page that tells of it at its hour
	a.Sequence++
	if err := put(ctx, tx, m.Loaded, a); err != nil {
		return err
	}
	from := showsFrom(tx.Now(), m.Unit.Zone, a.Starts)
	if err := tx.PutShows(ctx, a.ID, from); err != nil {
		return err
	}
	err := said(ctx, tx, m.Loaded, a, func(ctx context.Context, tx outgoing.Tx, told outgoing.Meeting) error {
		return outgoing.MeetingWaits(ctx, tx, told, from)
	})
	if err != nil {
		return err
	}
	for _, w := range a.Workers() {
		if err := tx.PutJob(ctx, TellWorker, string(w), tx.Now()); err != nil {
			return err
		}
	}
	return audit.Note(ctx, tx, access.System(), "changed", access.Episode, string(m.Episode.ID))
}

// Seated tells whether a code opens a way into a joint process rather than something of one's own: then it opens what both
// may know and nothing else (decision 0053).
func Seated(ctx context.Context, tx Tx, h intake.Holder) (bool, error) {
	if h.Episode == "" {
		return false, nil
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	return e.Regime == string(model.Joint), err
}

// seat tells whether an episode is a party's way into a joint process, and which.
func seat(ctx context.Context, tx Tx, e episode.Episode) (episode.Party, bool, error) {
	if e.Regime != string(model.Joint) {
		return episode.Party{}, false, nil
	}
	p, err := tx.PartyIn(ctx, e.ID)
	if fault.Is(err, fault.NotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// readSeat is what both of a couple may know: the coming meeting, how many were held, whether a new time is looked for.
// It is the same for the two, whatever either has answered.
func (v *ClientView) readSeat(ctx context.Context, tx Tx, ms model.Set, p episode.Party) error {
	l, err := episode.Load(ctx, tx, ms, access.System(), p.Joint)
	if err != nil {
		return err
	}
	v.Together, v.Used, v.Held, v.Stage = true, l.State.Used(), l.State.LastHeld(), l.Episode.Stage
	all, err := tx.Appointments(ctx, p.Joint)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State == OnHold {
			from, err := tx.Shows(ctx, a.ID)
			if err != nil {
				return err
			}
			if !tx.Now().Before(from) {
				v.Waits = true
				continue
			}
			a.State = Booked
		}
		if a.State == Booked && tx.Now().Before(a.Ends) {
			v.Coming = append(v.Coming, a)
		}
	}
	slices.SortFunc(v.Coming, func(x, y Appointment) int { return x.Starts.Compare(y.Starts) })
	return nil
}
