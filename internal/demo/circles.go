package demo

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// circles are the unit's groups of a set number of meetings: a guided one half-way, one of the men's own online that is full, one
// that is about to begin, and an idea that nobody has read.
func (w *world) circles(u *unit) {
	last := calendar.LocalOf(w.opt.Until, zone).Day
	tuesday := last.Add(-(last.Weekday() + 5) % 7) // this week's or the one before
	for _, o := range u.offers {
		if o.model.Gathering == nil {
			continue
		}
		if o.model.Gathering.ByWorker {
			w.circle(u, o, circlePlan{first: tuesday.Add(-35), clock: "17:30", weeks: 1, number: 10, places: 8,
				names: []string{"Make", "J.", "Repa", "Olli", "Ukko", "Late", "Sam"}})
			continue
		}
		w.circle(u, o, circlePlan{kind: "talk", first: tuesday.Add(-27), clock: "18:00", weeks: 2, number: 8, places: 8, online: true,
			names: []string{"Keko", "Hessu", "Vesku", "Tane", "Kalle", "Esa", "Mikko K.", "Rane", "Uusi"}, topics: []string{"Isyys", "Uni ja jaksaminen", "Mistä saa ystäviä"}})
		w.circle(u, o, circlePlan{kind: "sauna", first: tuesday.Add(10), clock: "19:00", weeks: 3, number: 6, places: 6, names: []string{"Pate", "Jore", "Simo"}})
		thought := w.opt.Until.Add(-50 * time.Hour)
		if thought.Before(w.house.Now()) {
			continue
		}
		w.at(thought, func(ctx context.Context) error {
			return w.update(ctx, func(tx *storage.Tx) error {
				return circle.Think(ctx, tx, w.models, circle.NewIdea{Offer: o.ID, Kind: "nature", Title: "Kalastusta Vantaanjoella", Area: "Vantaa", Helps: true, Token: id.New()})
			})
		})
	}
}

// circlePlan is a group as the demo plays it.
type circlePlan struct {
	kind                  string
	first                 calendar.Date
	clock                 calendar.Clock
	weeks, number, places int
	online                bool
	names, topics         []string
}

// circle plans a group three weeks before it begins, lets people join day by day, and counts each meeting when it is over.
func (w *world) circle(u *unit, o offer, p circlePlan) {
	lead, starts := u.workers[0], local(p.first, string(p.clock))
	if starts.AddDate(0, 0, -21).Before(w.house.Now()) {
		return // the play is too short for it
	}
	var made circle.Circle
	var codes []intake.Code
	w.at(starts.AddDate(0, 0, -21), func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) (err error) {
			n := circle.New{Offer: o.ID, Kind: p.kind, Day: p.first, Clock: p.clock, Minutes: 90, Weeks: p.weeks, Number: p.number, Places: p.places, Online: p.online,
				Leaders: []access.AccountID{lead.Account}}
			if n.Place = u.office; p.online {
				n.Place, n.Link = "", "https://tapaaminen.example.fi/juttu"
			}
			made, err = circle.Plan(ctx, tx, w.models, everyWorker, lead.Actor, n)
			return err
		})
	})
	for i, name := range p.names {
		w.at(starts.AddDate(0, 0, -20).Add(time.Duration(i)*26*time.Hour), func(ctx context.Context) error {
			return w.update(ctx, func(tx *storage.Tx) error {
				in, err := w.joinCircle(ctx, tx, o, lead, made.ID, name)
				codes = append(codes, in.Code)
				return err
			})
		})
	}
	w.at(starts.Add(-time.Hour), func(ctx context.Context) error { return w.topics(ctx, codes, p.topics) })
	for i, day := range circle.Dates(p.first, p.weeks, p.number) {
		w.at(local(day, string(p.clock)).Add(2*time.Hour), func(ctx context.Context) error {
			return w.update(ctx, func(tx *storage.Tx) error {
				return circle.Count(ctx, tx, w.models, lead.Actor, made.ID, i+1, max(3, min(len(p.names), p.places)-(i*2)%3))
			})
		})
	}
}

func (w *world) joinCircle(ctx context.Context, tx *storage.Tx, o offer, lead colleague, of circle.ID, name string) (circle.Joined, error) {
	if o.model.Gathering.ByWorker {
		return circle.Add(ctx, tx, w.models, lead.Actor, of, name)
	}
	return circle.Join(ctx, tx, w.models, of, name, id.New())
}

// topics are proposed by the first who joined and voted for by all.
func (w *world) topics(ctx context.Context, codes []intake.Code, topics []string) error {
	if len(topics) == 0 || len(codes) == 0 {
		return nil
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		for i, code := range codes {
			v, err := circle.Enter(ctx, tx, w.models, code)
			if err != nil {
				return err
			}
			if i == 0 {
				for _, t := range topics {
					if err := v.Propose(ctx, tx, t); err != nil {
						return err
					}
				}
			}
			all, err := tx.Topics(ctx, v.Circle)
			if err != nil {
				return err
			}
			if waiting, err := v.View(ctx, tx); err != nil || waiting.Waiting {
				return err
			}
			if err := v.Vote(ctx, tx, all[i%2].ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// everyWorker may lead groups of their unit.
func everyWorker(context.Context, access.AccountID, access.UnitID) (bool, error) { return true, nil }
