package appointment

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// nearby is how far apart in time two parties are met at one office, so that they do not meet by accident.
const nearby = time.Hour

// notFree is what staff hear of a time, a place or a worker that cannot be had. It is one sentence for a full calendar, a
// wall, somebody who keeps away and a party nearby, and true of them all: a worker who knows their own calendar to be
// empty must not learn from the words that it was something else.
const notFree = "appointment.not-free"

// asNotFree says in those words what storage has refused as a taken time.
func asNotFree(err error) error {
	if fault.HasKey(err, "appointment.slot-taken") {
		return fault.Wrap(err, fault.Conflict, notFree)
	}
	return err
}

// person is whose time it is; "" of a couple's joint process, to which there is no other side.
func (a aim) person() person.ID {
	if a.target.Request != "" {
		return a.request.Person
	}
	return a.Single()
}

// party is whose a target is and who serves them; nobody for a couple's joint process.
func (t Target) party(ctx context.Context, tx Tx) (wall.Object, error) {
	r := wall.Ref{Kind: access.Episode, ID: string(t.Episode)}
	if t.Request != "" {
		r = wall.Ref{Kind: access.Request, ID: string(t.Request)}
	}
	o, err := tx.PartyOf(ctx, r)
	if fault.Is(err, fault.NotFound) {
		return wall.Object{}, nil
	}
	return o, err
}

// tooNear tells whether a meeting would be at the office where a party is met within an hour of it.
func tooNear(near []Busy, f Free, starts, ends time.Time) bool {
	return f.PlaceKind == Office && slices.ContainsFunc(near, func(b Busy) bool {
		return b.PlaceKind == Office && b.PlaceID == f.Place && starts.Before(b.Ends.Add(nearby)) && b.Starts.Before(ends.Add(nearby))
	})
}

// near are the meetings of parties around a stretch of time; none without a person.
func near(ctx context.Context, tx Tx, p person.ID, from, to time.Time) ([]Busy, error) {
	if p == "" {
		return nil, nil
	}
	return tx.Near(ctx, p, from.Add(-nearby), to.Add(nearby))
}

// available asks whether the worker has the time for this client. All is asked before anything is answered, and what a
// wall forbids is refused like a taken time, in the same words and at the same pace; only a keeper hears which it was. That no room
// is free is told after all that, so that it tells of rooms alone. The time comes back with its room.
func (a aim) available(ctx context.Context, tx Tx, by access.Actor, c checked, taken string) (checked, error) {
	around, err := wall.Around(ctx, tx, a.person())
	if err != nil {
		return c, err
	}
	parties, err := near(ctx, tx, a.person(), c.starts, c.ends)
	if err != nil {
		return c, err
	}
	busy, err := tx.Busy(ctx, c.workers(), c.starts, c.ends)
	if err != nil {
		return c, err
	}
	room, noRoom := c.sitting().Seat(ctx, tx)
	if noRoom != nil && !refusal(noRoom) {
		return c, noRoom
	}
	for _, who := range c.workers() {
		if around.Stand(who) {
			return c, around.Refusal(by, who, taken)
		}
	}
	if tooNear(parties, c.Free, c.starts, c.ends) || overlaps(busy, Slot{Worker: c.Worker, Second: c.Second, Starts: c.starts, Minutes: c.Minutes}) {
		return c, fault.New(fault.Conflict, taken)
	}
	c.room = room
	return c, noRoom
}

// canGo asks the same of a meeting that is to be moved; what it takes itself is no hindrance. It keeps its room where it can.
func (m meeting) canGo(ctx context.Context, tx Tx, c checked) (checked, error) {
	parties, err := near(ctx, tx, m.Single(), c.starts, c.ends)
	if err != nil {
		return c, err
	}
	busy, err := tx.Busy(ctx, c.workers(), c.starts, c.ends)
	if err != nil {
		return c, err
	}
	s := c.sitting()
	s.Had, s.Of = m.at.Room, m.at.sitting().Of
	room, noRoom := s.Seat(ctx, tx)
	if noRoom != nil && !refusal(noRoom) {
		return c, noRoom
	}
	busy = slices.DeleteFunc(busy, func(b Busy) bool { return b.Starts.Equal(m.at.Starts) })
	if len(busy) > 0 || tooNear(parties, c.Free, c.starts, c.ends) {
		return c, fault.New(fault.Conflict, notFree)
	}
	c.room = room
	return c, noRoom
}

// Name gives an episode behind a wall that has nobody to a worker of any unit. A keeper names them without seeing the
// episode.
func Name(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID, worker access.AccountID) error {
	if _, err := wall.MayName(ctx, tx, by, wall.Ref{Kind: access.Episode, ID: string(id)}); err != nil {
		return err
	}
	l, err := episode.Load(ctx, tx, ms, access.System(), id)
	if err != nil {
		return err
	}
	if err := l.May(episode.ActAssign, tx.Now()); err != nil {
		return err
	}
	if err := episode.WorksIn(ctx, tx, "", worker); err != nil {
		return err
	}
	taken, err := clashes(ctx, tx, id, worker)
	if err != nil {
		return err
	}
	if err := l.HandOver(ctx, tx, by, worker, taken); err != nil {
		return err
	}
	return handOver(ctx, tx, l, worker)
}
