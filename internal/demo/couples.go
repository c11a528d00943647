package demo

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// couple is two who have visits of their own and may come to meet together. Days are counted from the end of the play,
// minus is before it.
type couple struct {
	names   [2]string // of the one who experienced violence and of the one who used it
	workers [2]int    // theirs, of the unit
	begins  int
	left    bool // one point is not gone through, and one worker has not marked
	held    int  // joint meetings, one every ten days
	next    int  // the day of the next one, 0 for none
	stops   bool // on the last evening one of the two answers that it did not feel safe

	own   [2]episode.ID
	joint episode.ID
	code  intake.Code // into the joint meetings, of the first
}

var couples = []couple{
	{names: [2]string{"Anna", "Kari"}, workers: [2]int{0, 1}, begins: -64, held: 2, next: 3},
	{names: [2]string{"Venla", "Aleksi"}, workers: [2]int{2, 1}, begins: -22, left: true},
	{names: [2]string{"Sointu", "Urho"}, workers: [2]int{0, 2}, begins: -50, held: 1, next: 6, stops: true},
}

// couplesTake is how long the longest of them goes back.
const couplesTake = 66 * 24 * time.Hour

// couples plays those who prepare to meet together, meet, and wait for a new time. It throws no dice.
func (w *world) couples(u *unit) {
	both := slices.IndexFunc(u.offers, func(o offer) bool { return o.model.Parties != nil })
	if both < 0 || len(u.workers) < 3 || w.opt.Until.Sub(w.house.Now()) < couplesTake {
		return
	}
	own := slices.IndexFunc(u.offers, func(o offer) bool { return slices.Contains(u.offers[both].model.Parties.From, o.model.ID) })
	if own < 0 {
		return
	}
	for i := range couples {
		c := couples[i]
		for side := range c.names {
			w.at(local(w.endDay(c.begins), "09:10").Add(time.Duration(i+3*side)*time.Hour), func(ctx context.Context) error {
				return w.comesAlone(ctx, u, u.offers[own], &c, side)
			})
		}
		w.at(local(w.endDay(c.begins+16), "16:30"), func(ctx context.Context) error { return w.bringTogether(ctx, u, &c) })
	}
}

// comesAlone is a call, and two visits of one's own a week from each other.
func (w *world) comesAlone(ctx context.Context, u *unit, o offer, c *couple, side int) error {
	who := u.workers[c.workers[side]]
	var made intake.Made
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, w.models, who.Actor, intake.New{Offer: o.ID, Channel: intake.Telephone, Referrer: o.model.Referrers[0], Lang: "fi", Name: c.names[side], Age: -1})
		return err
	})
	if err != nil {
		return err
	}
	return w.alone(ctx, u, c, side, appointment.Target{Request: made.Request.ID}, 2)
}

// alone books the first free time from tomorrow on, holds it, and books another a week later while some are left.
func (w *world) alone(ctx context.Context, u *unit, c *couple, side int, t appointment.Target, left int) error {
	who := u.workers[c.workers[side]]
	a, err := w.firstFree(ctx, u, who, appointment.Wanted{For: t, Minutes: 60, From: w.today().Add(1)})
	if err != nil || a.ID == "" {
		return err
	}
	c.own[side] = a.Episode
	w.at(a.Ends.Add(5*time.Minute), func(ctx context.Context) error {
		err := w.update(ctx, func(tx *storage.Tx) error { return appointment.Hold(ctx, tx, w.models, who.Actor, a.ID) })
		if err != nil || left == 1 {
			return missing(err)
		}
		w.at(a.Ends.AddDate(0, 0, 4), func(ctx context.Context) error {
			return w.alone(ctx, u, c, side, appointment.Target{Episode: a.Episode}, left-1)
		})
		return nil
	})
	return nil
}

// firstFree books a worker's first free time at the office.
func (w *world) firstFree(ctx context.Context, u *unit, who colleague, wanted appointment.Wanted) (a appointment.Appointment, err error) {
	wanted.Unit, wanted.Worker, wanted.Place = u.ID, who.Account, u.office
	err = w.update(ctx, func(tx *storage.Tx) error {
		free, err := appointment.FreeTimes(ctx, tx, who.Actor, wanted, 1)
		if err != nil || len(free) == 0 {
			return err
		}
		a, err = appointment.Book(ctx, tx, w.models, who.Actor, wanted.For, free[0], "")
		return err
	})
	return a, missing(err)
}

// bringTogether is what both workers do in their own clients' visits, the word from one to the other, and their marks.
func (w *world) bringTogether(ctx context.Context, u *unit, c *couple) error {
	if c.own[0] == "" || c.own[1] == "" {
		return nil // somebody found no free time in these weeks
	}
	hers, his := u.workers[c.workers[0]].Actor, u.workers[c.workers[1]].Actor
	ms := w.models
	err := w.update(ctx, func(tx *storage.Tx) error {
		if err := joint.Prepare(ctx, tx, ms, his, c.own[1], model.Used); err != nil {
			return err
		}
		if err := joint.Asked(ctx, tx, ms, his, c.own[1], true); err != nil {
			return err
		}
		if err := joint.Prepare(ctx, tx, ms, hers, c.own[0], model.Experienced); err != nil {
			return err
		}
		if err := joint.Wish(ctx, tx, ms, hers, c.own[0], w.today(), true); err != nil {
			return err
		}
		look, err := joint.Look(ctx, tx, ms, hers, c.own[0])
		if err != nil {
			return err
		}
		points := look.Couple.Parties.Points()
		if err := joint.Mark(ctx, tx, ms, hers, c.own[0], points); err != nil {
			return err
		}
		if c.left {
			points = points[:len(points)-1]
		}
		if err := joint.Mark(ctx, tx, ms, his, c.own[1], points); err != nil {
			return err
		}
		word, err := joint.Word(ctx, tx, ms, hers, c.own[0])
		if err != nil {
			return err
		}
		if c.joint, err = joint.Join(ctx, tx, ms, his, c.own[1], word.String()); err != nil {
			return err
		}
		if c.code, err = joint.NewCode(ctx, tx, ms, hers, c.own[0]); err != nil {
			return err
		}
		if _, err = joint.NewCode(ctx, tx, ms, his, c.own[1]); err != nil {
			return err
		}
		if err := joint.Safer(ctx, tx, ms, hers, c.joint, true); err != nil || c.left {
			return err
		}
		return joint.Safer(ctx, tx, ms, his, c.joint, true)
	})
	if err != nil || c.left {
		return missing(err)
	}
	return w.meetTogether(ctx, u, c, w.today().Add(3), 1)
}

// meetTogether books a joint meeting from a day on. When it was held both are asked, each alone, and the next is booked.
func (w *world) meetTogether(ctx context.Context, u *unit, c *couple, day calendar.Date, no int) error {
	hers, his := u.workers[c.workers[0]], u.workers[c.workers[1]]
	a, err := w.firstFree(ctx, u, hers, appointment.Wanted{For: appointment.Target{Episode: c.joint}, Minutes: 90, Second: his.Account, Participants: appointment.WithCouple, From: day, To: day.Add(8)})
	if err != nil || a.ID == "" {
		return err
	}
	if a.Ends.After(w.opt.Until) { // people take over
		if c.stops {
			w.at(w.opt.Until.Add(-15*time.Hour), func(ctx context.Context) error { return w.notSafe(ctx, c) })
		}
		return nil
	}
	w.at(a.Ends.Add(5*time.Minute), func(ctx context.Context) error {
		return missing(w.update(ctx, func(tx *storage.Tx) error { return appointment.Hold(ctx, tx, w.models, his.Actor, a.ID) }))
	})
	w.at(a.Ends.Add(24*time.Hour), func(ctx context.Context) error {
		err := w.update(ctx, func(tx *storage.Tx) error {
			if err := joint.AnswerAlone(ctx, tx, w.models, hers.Actor, c.own[0], episode.SafeYes, true); err != nil {
				return err
			}
			return joint.AnswerAlone(ctx, tx, w.models, his.Actor, c.own[1], episode.SafeYes, true)
		})
		if err != nil {
			return missing(err)
		}
		next := w.today().Add(9)
		if no == c.held {
			next = w.endDay(c.next)
		}
		return w.meetTogether(ctx, u, c, next, no+1)
	})
	return nil
}

// notSafe is an answer with a party's own code, late in the evening.
func (w *world) notSafe(ctx context.Context, c *couple) error {
	return missing(w.update(ctx, func(tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, c.code)
		if err != nil {
			return err
		}
		return joint.Answer(ctx, tx, w.models, stay.Holder, episode.SafeNo)
	}))
}
