package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// themed is one client's way through a model that plans its visits: goals, steps, an ending, a follow-up. It throws no
// dice, so that the rest of the year stays as it is; which of them it is decides what happens.
type themed struct {
	n       int
	unit    *unit
	offer   offer
	code    intake.Code
	episode episode.ID
	met     int
	left    bool // nobody answers the ending before people take over
}

// themedInYear is how many come in a year, evenly; one more comes so that the visits are over in the last days.
const (
	themedInYear = 15
	themedTakes  = 41 // days from asking to the end of five visits, and some
)

// themes plans a year of a unit's clients with planned visits.
func (w *world) themes(u *unit) {
	i := slices.IndexFunc(u.offers, func(o offer) bool {
		p, ok := o.model.PartOf(model.Client)
		return ok && len(p.Plan) > 0 && p.Goals > 0
	})
	if i < 0 || len(u.workers) == 0 {
		return
	}
	start := calendar.LocalOf(w.house.Now(), zone).Day.Add(3)
	last := calendar.LocalOf(w.opt.Until, zone).Day
	for n := range themedInYear {
		c := &themed{n: n, unit: u, offer: u.offers[i]}
		if day := start.Add(n * 365 / themedInYear); day < last {
			w.at(local(day, "21:40"), func(ctx context.Context) error { return w.themedAsks(ctx, c) })
		}
	}
	if day := last.Add(-themedTakes); day > start {
		c := &themed{n: themedInYear, unit: u, offer: u.offers[i], left: true}
		w.at(local(day, "21:40"), func(ctx context.Context) error { return w.themedAsks(ctx, c) })
	}
}

// themedAsks is a form in the evening. Every other one may be called, the rest leave no way to reach them.
func (w *world) themedAsks(ctx context.Context, c *themed) error {
	in := intake.New{Offer: c.offer.ID, Channel: intake.Form, Referrer: c.offer.model.Referrers[c.n%len(c.offer.model.Referrers)], Lang: "fi", Age: -1,
		Times: []string{"evening"}, Places: []string{appointment.Office}, Contact: person.SafeContact{Channel: person.None}}
	if c.n%2 == 1 {
		in.Name = []string{"Ilmo", "Veli", "Otava", "Louhi", "Kaarna", "Tuisku", "Halla", "Routa"}[c.n/2%8]
		in.Contact = person.SafeContact{Channel: person.Call, Address: seal.Of(fmt.Sprintf("04055505%02d", c.n)), HourFrom: 10, HourTo: 16, LastDay: w.today().Add(300)}
	}
	var made intake.Made
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, w.models, access.Anyone(), in)
		return err
	})
	if err != nil {
		return err
	}
	c.code = made.Code
	day := w.today().Add(1)
	w.at(local(day, "10:20"), func(ctx context.Context) error {
		free, err := w.themedTimes(ctx, c, appointment.Target{Request: made.Request.ID}, 2, 2)
		if err != nil || len(free) == 0 {
			return err
		}
		w.at(local(day, "19:05"), func(ctx context.Context) error { return w.themedPicks(ctx, c) })
		return w.update(ctx, func(tx *storage.Tx) error {
			return appointment.Offer(ctx, tx, w.models, c.worker().Actor, appointment.Target{Request: made.Request.ID}, free)
		})
	})
	return nil
}

func (c *themed) worker() colleague { return c.unit.workers[0] }

func (c *themed) part() model.Part {
	p, _ := c.offer.model.PartOf(model.Client)
	return p
}

// themedTimes are the worker's first free times some days from now.
func (w *world) themedTimes(ctx context.Context, c *themed, t appointment.Target, days, limit int) (free []appointment.Free, err error) {
	wanted := appointment.Wanted{Unit: c.unit.ID, For: t, Minutes: c.part().Minutes, Worker: c.worker().Account, Place: c.unit.office, From: w.today().Add(days)}
	err = w.db.View(ctx, func(tx *storage.Tx) (err error) {
		free, err = appointment.FreeTimes(ctx, tx, c.worker().Actor, wanted, limit)
		return err
	})
	return free, err
}

func (w *world) themedPicks(ctx context.Context, c *themed) error {
	var booked appointment.Appointment
	err := w.asThemed(ctx, c, func(tx *storage.Tx, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.models, h)
		if err != nil || len(v.Slots) == 0 {
			return err
		}
		booked, err = appointment.Pick(ctx, tx, w.models, h, v.Slots[0].ID)
		return err
	})
	if err != nil || booked.ID == "" {
		return missing(err)
	}
	c.episode = booked.Episode
	w.themedVisit(c, booked)
	return nil
}

// asThemed is the client coming back with the code.
func (w *world) asThemed(ctx context.Context, c *themed, do func(tx *storage.Tx, h intake.Holder) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, c.code)
		if err != nil {
			return err
		}
		return do(tx, stay.Holder)
	})
}

// themedVisit is a meeting that is held when its time has come: what was gone through is ticked, at the first one goals
// are agreed on, and the next is booked.
func (w *world) themedVisit(c *themed, a appointment.Appointment) {
	w.at(a.Ends.Add(5*time.Minute), func(ctx context.Context) error {
		err := w.update(ctx, func(tx *storage.Tx) error {
			if err := w.themedMarks(ctx, tx, c, a.No); err != nil {
				return err
			}
			return appointment.Hold(ctx, tx, w.models, c.worker().Actor, a.ID)
		})
		if err != nil {
			return missing(err)
		}
		if c.met++; c.met == 1 {
			w.at(local(w.today().Add(1), "18:15"), func(ctx context.Context) error { return w.themedAgrees(ctx, c) })
		}
		if c.met == c.part().Max || c.n%6 == 4 && c.met == 3 {
			return w.themedOver(ctx, c)
		}
		return w.themedNext(ctx, c)
	})
}

// themedMarks ticks the visit's steps and what was left before; every third client leaves the last one for later.
func (w *world) themedMarks(ctx context.Context, tx *storage.Tx, c *themed, no int) error {
	l, err := episode.Load(ctx, tx, w.models, c.worker().Actor, c.episode)
	if err != nil {
		return err
	}
	plan := episode.PlanOf(l.Model, l.State, no)
	gone := slices.Clone(plan.Visit.Steps)
	if c.n%3 == 0 && len(gone) > 0 {
		gone = gone[:len(gone)-1]
	}
	for _, v := range plan.Left {
		gone = append(gone, v.Steps...)
	}
	if err := episode.MarkSteps(ctx, tx, w.models, c.worker().Actor, c.episode, gone, gone); err != nil {
		return err
	}
	if no > 1 {
		return nil
	}
	for _, words := range [][]string{{"Nukun yöni", "Uskallan olla eri mieltä"}, {"Kerron veljelle"}, {"Lähden tilanteesta ajoissa", "Haen apua, kun ahdistaa"}}[c.n%3] {
		g, err := episode.AddGoal(ctx, tx, w.models, c.worker().Actor, c.episode, words)
		if err != nil {
			return err
		}
		if err := episode.AgreeGoal(ctx, tx, w.models, c.worker().Actor, g.ID, g.Revision, c.n%2 == 0, true); err != nil {
			return err
		}
	}
	return nil
}

// themedAgrees is the client's own mark at home, for those who took the goals with them to think about.
func (w *world) themedAgrees(ctx context.Context, c *themed) error {
	return missing(w.asThemed(ctx, c, func(tx *storage.Tx, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.models, h)
		if err != nil {
			return err
		}
		for _, g := range v.Goals {
			if err := episode.AgreeGoalByClient(ctx, tx, w.models, h, g.ID, g.Revision, true); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (w *world) themedNext(ctx context.Context, c *themed) error {
	target := appointment.Target{Episode: c.episode}
	free, err := w.themedTimes(ctx, c, target, 7, 1)
	if err != nil || len(free) == 0 {
		return err
	}
	var booked appointment.Appointment
	err = w.update(ctx, func(tx *storage.Tx) (err error) {
		booked, err = appointment.Book(ctx, tx, w.models, c.worker().Actor, target, free[0], "")
		return err
	})
	if err == nil {
		w.themedVisit(c, booked)
	}
	return missing(err)
}
