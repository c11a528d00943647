package story

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/retention"
	"rinnalla.fi/rinnalla/internal/storage"
)

func clock(w *world, ctx context.Context, a args) error {
	at, err := a.at("").Instant()
	if err != nil {
		return err
	}
	if err := w.post(ctx); err != nil {
		return err
	}
	w.letters = nil
	w.turn(at)
	return nil
}

// wish is what a person gives when asking: no name, no contact.
func (w *world) wish(a args) intake.New {
	in := intake.New{Offer: w.offers[w.model], Channel: intake.Channel(a["channel"]), Referrer: a["referrer"], Lang: locale.Finnish, Age: -1}
	if a["age"] != "" {
		in.Age = a.number("age")
	}
	in.Present = in.Channel == intake.Partner
	if a["wish"] != "" {
		in.Times = []string{a["wish"]}
	}
	return in
}

func ask(w *world, ctx context.Context, a args) error { return w.hear(ctx, access.Anyone(), a) }

func hear(w *world, ctx context.Context, a args) error {
	return w.hear(ctx, w.staff[a["worker"]], a)
}

func (w *world) hear(ctx context.Context, by access.Actor, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, w.set, by, w.wish(a))
		w.clients[a["new"]] = &client{person: made.Request.Person, code: made.Code, request: made.Request.ID}
		return err
	})
}

// writes begins a conversation; the first worker of the story is there.
func writes(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		if w.first != "" {
			if err := organization.BePresent(ctx, tx, w.staff[w.first], w.unit, "23:59"); err != nil {
				return err
			}
		}
		stay, err := chat.Start(ctx, tx, w.set, w.offers[w.model], locale.Finnish)
		if err != nil {
			return err
		}
		w.clients[a["new"]] = &client{talk: stay.ID, token: stay.Token}
		_, err = chat.Say(ctx, tx, stay.Token, a["text"])
		return err
	})
}

func answers(w *world, ctx context.Context, a args) error {
	by, c := w.staff[a["worker"]], w.clients[a["client"]]
	return w.update(ctx, func(tx *storage.Tx) error {
		if err := chat.Take(ctx, tx, by, c.talk); err != nil {
			return err
		}
		return chat.SayAsWorker(ctx, tx, by, c.talk, a["text"])
	})
}

func request(w *world, ctx context.Context, a args) error {
	c := w.clients[a["client"]]
	return w.update(ctx, func(tx *storage.Tx) error {
		made, err := chat.MakeRequest(ctx, tx, w.set, w.staff[a["worker"]], c.talk, w.wish(a))
		c.request, c.person = made.Request.ID, made.Request.Person
		return err
	})
}

func endChat(w *world, ctx context.Context, a args) error {
	c := w.clients[a["client"]]
	return w.update(ctx, func(tx *storage.Tx) error { return chat.EndByClient(ctx, tx, c.token) })
}

// days lets days pass, with the sweep that lets go of what has outlived its reason.
func days(w *world, ctx context.Context, a args) error {
	w.turn(w.db.Now().AddDate(0, 0, a.number("n")))
	for more := true; more; {
		if err := w.update(ctx, func(tx *storage.Tx) (err error) {
			more, err = retention.Sweep(ctx, tx, w.set)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// gather plans, lets come and counts gatherings, a week apart.
func gather(w *world, ctx context.Context, a args) error {
	by := w.staff[a["worker"]]
	for range max(1, a.number("n3")) {
		var m group.Meeting
		day := calendar.LocalOf(w.db.Now(), zone).Day.Add(7)
		if err := w.update(ctx, func(tx *storage.Tx) (err error) {
			m, err = group.Plan(ctx, tx, w.set, by, group.Meeting{
				Offer: w.offers[a["service"]], At: calendar.Local{Day: day, Clock: "17:00", Zone: zone}, Minutes: 90,
			})
			return err
		}); err != nil {
			return err
		}
		w.turn(m.Starts.Add(2 * time.Hour))
		if err := w.update(ctx, func(tx *storage.Tx) error {
			return group.Count(ctx, tx, w.set, by, m.ID, a.number("n"), a.number("n2"))
		}); err != nil {
			return err
		}
	}
	return nil
}
