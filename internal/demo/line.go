package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
)

// The line of the men's unit began so many days before people take over; its evenings are planned half a year on.
const (
	lineBegan    = 100
	lineEvenings = 80
	lineNumber   = "040 555 0199"
)

// answerers are what volunteers of the line have said of themselves. Whoever is not there yet, or not any more, has none.
var answerers = map[string]shift.Wish{
	"Ari L.":   {LineName: seal.Of("Ari"), Most: 5, Wished: []int{4}},
	"Pekka M.": {LineName: seal.Of("Pekka M."), Most: 4, Row: true},
	"Timo K.":  {LineName: seal.Of("Timo"), Most: 3},
}

// phone is the line's life: its evenings, who answers, and calls. It has dice of its own, so that the rest of the year goes on as it
// would without it.
type phone struct {
	*world
	unit  *unit
	offer offer
	dice  *rand.Rand
}

// line plans the unit's line, where it has one.
func (w *world) line(u *unit) {
	at := slices.IndexFunc(u.offers, func(o offer) bool { return o.model.Calls() })
	if at < 0 {
		return
	}
	p := phone{w, u, u.offers[at], rand.New(rand.NewPCG(w.opt.Seed, 20))}
	began := local(calendar.LocalOf(w.opt.Until.AddDate(0, 0, -lineBegan), zone).Day, "09:00")
	if began.Before(w.house.Now()) {
		began = local(calendar.LocalOf(w.house.Now(), zone).Day.Add(1), "09:00") // a short play
	}
	w.at(began, p.begin)
	for _, days := range []int{90, 60, 30, 9, 2} {
		if at := w.opt.Until.AddDate(0, 0, -days); at.After(began) {
			w.at(at, p.fill)
		}
	}
}

// begin says the number and plans the evenings.
func (p phone) begin(ctx context.Context) error {
	var all []line.Evening
	err := p.update(ctx, func(tx *storage.Tx) (err error) {
		if err := line.KeepNumber(ctx, tx, p.models, p.unit.coord.Actor, p.offer.ID, lineNumber); err != nil {
			return err
		}
		all, err = line.Plan(ctx, tx, p.models, p.unit.coord.Actor, line.Series{Offer: p.offer.ID, First: calendar.LocalOf(tx.Now(), zone).Day.Add(1),
			Weekdays: []int{2, 4}, Clock: "18:00", Minutes: 120, N: lineEvenings})
		return err
	})
	for _, e := range all {
		if e.Starts.Before(p.opt.Until) {
			p.at(e.Starts.Add(-10*time.Minute), func(ctx context.Context) error { return p.answered(ctx, e) })
		}
	}
	return err
}

// fill has volunteers say what they wish, and the coordinator propose and publish what they agree on.
func (p phone) fill(ctx context.Context) error {
	return p.update(ctx, func(tx *storage.Tx) error {
		for _, c := range p.staff {
			if w, ok := answerers[c.name]; ok && c.role == access.Volunteer && c.unit == p.unit.Slug {
				if err := shift.KeepWish(ctx, tx, c.Actor, w); err != nil {
					return err
				}
			}
		}
		may := shift.Eligible(tx, p.models)
		if err := shift.Propose(ctx, tx, p.models, may, p.unit.coord.Actor, p.offer.ID, p.opt.Seed); err != nil {
			return err
		}
		_, err := shift.Publish(ctx, tx, p.models, may, p.unit.coord.Actor, p.offer.ID)
		if fault.HasKey(err, "shift.nothing-proposed") {
			return nil // nobody can yet
		}
		return err
	})
}

// answered sees to it that somebody answers: the coordinator, where nobody else does. Then people call.
func (p phone) answered(ctx context.Context, e line.Evening) error {
	by := p.unit.coord.Actor
	if err := p.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.ShiftPlacesOf(ctx, e.ID)
		for _, x := range all {
			if !x.Reserve() && x.Published {
				by = access.Actor{Account: x.Account, Roles: []access.Membership{{Unit: p.unit.ID, Role: access.Volunteer}}}
				return nil
			}
		}
		if err == nil {
			err = shift.Take(ctx, tx, p.models, shift.Eligible(tx, p.models), by, e.ID)
		}
		return err
	}); err != nil {
		return err
	}
	for range 2 + p.dice.IntN(6) {
		p.at(e.Starts.Add(time.Duration(20+p.dice.IntN(95))*time.Minute), func(ctx context.Context) error { return p.call(ctx, e, by) })
	}
	return nil
}

// call marks one call's ticks.
func (p phone) call(ctx context.Context, e line.Evening, by access.Actor) error {
	l := p.offer.model.Line
	t := line.Ticks{Length: l.Lengths[p.dice.IntN(len(l.Lengths))], Worry: l.Worry && p.dice.IntN(25) == 0}
	for _, i := range p.dice.Perm(len(l.Themes))[:1+p.dice.IntN(l.MostThemes)] {
		t.Themes = append(t.Themes, l.Themes[i])
	}
	if tips := p.offer.model.Tips(); p.dice.IntN(3) > 0 {
		t.Tips = []string{tips[p.dice.IntN(len(tips))].Destination}
	}
	return p.update(ctx, func(tx *storage.Tx) error {
		_, err := line.Mark(ctx, tx, p.models, by, e.ID, id.New(), t)
		return err
	})
}
