package commitment

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
)

// Follow records a new commitment for the client of one whose days or visits run out. It opens an episode of its own
// for the same client: what the old one counted stays where it is. Visits that are booked and that the old one does not pay
// for become the new one's, at the same hour with the same workers, and the client's code opens the new one from now on. A
// visit that the new one does not pay for either stays where it was.
func Follow(ctx context.Context, tx Tx, ms model.Set, by access.Actor, old episode.ID, n New) (Commitment, int, error) {
	l, was, visits, err := loadOpen(ctx, tx, ms, by, old)
	if err != nil {
		return Commitment{}, 0, err
	}
	n.Request, n.Contact = "", Contact{Offer: l.Episode.Offer}
	d, err := intake.FindDesk(ctx, tx, ms, l.Episode.Offer)
	if err != nil {
		return Commitment{}, 0, err
	}
	c, err := n.checked(ctx, tx, d)
	if err != nil {
		return c, 0, err
	}
	move := movable(was, c, visits)
	if len(move) > c.Granted {
		var form fault.Form
		form.Add("granted", "commitment.granted-used", "n", len(move))
		return c, 0, form.Err()
	}
	e, err := episode.OpenNext(ctx, tx, by, d.Model, l, episode.Terms{Limit: c.Granted, Worker: n.Worker, Second: n.Second})
	if err != nil {
		return c, 0, err
	}
	c.Episode = e.ID
	if err := c.keep(ctx, tx, d.Model, by, e, d.Unit.Zone); err != nil {
		return c, 0, err
	}
	if err := tx.MoveHolder(ctx, string(old), string(e.ID)); err != nil {
		return c, 0, err
	}
	to, err := episode.Load(ctx, tx, ms, access.System(), e.ID)
	if err != nil {
		return c, 0, err
	}
	for _, v := range move {
		if err := tx.DeleteEndVisit(ctx, v.ID); err != nil { // it has a payer again
			return c, 0, err
		}
	}
	return c, len(move), appointment.MoveTo(ctx, tx, to, move)
}

// movable are the booked visits that the old commitment does not pay for and the new one does, by time. It is pure.
func movable(was, next Commitment, visits []appointment.Appointment) (out []appointment.Appointment) {
	for _, v := range visits {
		if v.State == appointment.Booked && !was.Covers(v.At.Day) && next.Covers(v.At.Day) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b appointment.Appointment) int {
		return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Next is what the form of a new commitment begins with: what the old one had, from the day after its last or from today.
func (s Standing) Next(today calendar.Date) New {
	first := s.Last().Add(1)
	if first < today {
		first = today
	}
	return New{Payer: s.Payer, Kind: s.Kind, Workers: s.Commitment.Workers, Worker: s.Worker, Second: s.Second, First: first, Route: s.Route,
		ChildWelfare: map[bool]string{true: "yes", false: "no"}[s.ChildWelfare], SocialWorker: s.SocialWorker.Reveal()}
}
