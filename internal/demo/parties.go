package demo

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

// party is one of two who are parties of the same violence, both clients of one unit.
type party struct {
	number  string
	worker  colleague
	episode episode.ID
}

func (p *party) ref() wall.Ref { return wall.Ref{Kind: access.Episode, ID: string(p.episode)} }

// partiesTake is how long the story below takes; a play that is shorter has no room for it.
const partiesTake = 20 * 24 * time.Hour

// parties plays the last weeks of two whose workers the program keeps apart. The first one's worker is told of the
// other's number; the other comes, and the wall stands before anybody has seen him. Then the first one's worker is away
// for a week: the coordinator tries his, hears of a conflict of parties, asks for an exception, and a coordinator of
// another unit approves it. It throws no dice, so that the rest of the year stays as it is.
func (w *world) parties(u *unit) {
	if u.plan.Arrivals.Adults == 0 || len(u.workers) < 2 || w.opt.Until.Sub(w.house.Now()) < partiesTake {
		return
	}
	hers := &party{number: "0405550961", worker: u.workers[0]}
	his := &party{number: "0405550962", worker: u.workers[1]}
	for _, step := range []struct {
		days int // before the play stops
		do   func(ctx context.Context) error
	}{
		{19, func(ctx context.Context) error { return w.partyAsks(ctx, u, hers) }},
		{16, func(ctx context.Context) error { return w.tellOfParty(ctx, u, hers, his) }},
		{12, func(ctx context.Context) error { return w.partyAsks(ctx, u, his) }},
		{5, func(ctx context.Context) error { return w.askException(ctx, u, hers, his) }},
		{4, func(ctx context.Context) error { return w.useException(ctx, u, hers, his) }},
	} {
		w.at(w.opt.Until.AddDate(0, 0, -step.days), step.do)
	}
}

// partyAsks is a form with a number that may be called, answered by the worker a few hours later.
func (w *world) partyAsks(ctx context.Context, u *unit, p *party) error {
	in := intake.New{Channel: intake.Form, Lang: "fi", Age: -1, Places: []string{"office"},
		Contact: person.SafeContact{Channel: person.Call, Address: seal.Of(p.number), HourFrom: 9, HourTo: 16, LastDay: w.today().Add(60)}}
	for _, o := range u.offers {
		if !o.model.ByHeads() && !o.model.Volunteers() && !o.model.Calls() && o.model.Clients[0] == person.Adult {
			in.Offer = o.ID
		}
	}
	var made intake.Made
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, w.models, access.Anyone(), in)
		return err
	})
	if err != nil {
		return err
	}
	w.at(awake(w.house.Now().Add(3*time.Hour)), func(ctx context.Context) error {
		return w.partyMeets(ctx, u, p, appointment.Target{Request: made.Request.ID}, 1)
	})
	return nil
}

func (w *world) today() calendar.Date { return calendar.LocalOf(w.house.Now(), zone).Day }

// partyMeets books the worker's first free time some days from now, and the next one a week after it was held.
func (w *world) partyMeets(ctx context.Context, u *unit, p *party, t appointment.Target, days int) error {
	var booked appointment.Appointment
	err := w.update(ctx, func(tx *storage.Tx) error {
		wanted := appointment.Wanted{Unit: u.ID, For: t, Minutes: 60, Worker: p.worker.Account, Place: u.office, From: w.today().Add(days)}
		free, err := appointment.FreeTimes(ctx, tx, p.worker.Actor, wanted, 1)
		if err != nil || len(free) == 0 {
			return err
		}
		booked, err = appointment.Book(ctx, tx, w.models, p.worker.Actor, t, free[0], "")
		return err
	})
	if err != nil || booked.ID == "" {
		return missing(err)
	}
	p.episode = booked.Episode
	if booked.Ends.After(w.opt.Until) {
		return nil // people take over
	}
	w.at(booked.Ends.Add(10*time.Minute), func(ctx context.Context) error {
		err := w.update(ctx, func(tx *storage.Tx) error { return appointment.Hold(ctx, tx, w.models, p.worker.Actor, booked.ID) })
		if err != nil {
			return missing(err) // it is another worker's by now
		}
		return w.partyMeets(ctx, u, p, appointment.Target{Episode: p.episode}, 7)
	})
	return nil
}

// tellOfParty keeps a fingerprint of the number by which the other would call. The coordinator has looked at her page by
// then, and so stays on her side.
func (w *world) tellOfParty(ctx context.Context, u *unit, hers, his *party) error {
	return missing(w.update(ctx, func(tx *storage.Tx) error {
		if _, err := episode.One(ctx, tx, w.models, u.coord.Actor, hers.episode); err != nil {
			return err
		}
		return wall.Mark(ctx, tx, hers.worker.Actor, hers.ref(), wall.Other, wall.Told{Phone: seal.Of(his.number)})
	}))
}

// askException tries to give her to his worker, which is refused, and asks that it may be done for a while.
func (w *world) askException(ctx context.Context, u *unit, hers, his *party) error {
	if hers.episode == "" || his.episode == "" {
		return nil // somebody found no free time in these weeks
	}
	refused := w.update(ctx, func(tx *storage.Tx) error {
		return appointment.Assign(ctx, tx, w.models, u.coord.Actor, hers.episode, his.worker.Account, "")
	})
	if !fault.HasKey(refused, "appointment.parties") {
		return missing(refused)
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		return wall.Ask(ctx, tx, u.coord.Actor, hers.ref(), his.worker.Account, w.today().Add(12))
	})
}

// useException is another unit's coordinator saying yes, and the first one giving her to his worker.
func (w *world) useException(ctx context.Context, u *unit, hers, his *party) error {
	err := w.update(ctx, func(tx *storage.Tx) error {
		live, err := tx.Exceptions(ctx, wall.Wanted{Live: true})
		if err != nil || len(live) == 0 {
			return err
		}
		return wall.Approve(ctx, tx, w.units[len(w.units)-1].coord.Actor, live[0].ID)
	})
	if err != nil {
		return missing(err)
	}
	return missing(w.update(ctx, func(tx *storage.Tx) error {
		return appointment.Assign(ctx, tx, w.models, u.coord.Actor, hers.episode, his.worker.Account, "")
	}))
}
