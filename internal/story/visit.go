package story

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

func offer(w *world, ctx context.Context, a args) error {
	times := []appointment.Free{w.free(a, a.at(""))}
	if a["day2"] != "" {
		times = append(times, w.free(a, a.at("2")))
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		return appointment.Offer(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].target(), times)
	})
}

func pick(w *world, ctx context.Context, a args) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.set, h)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(v.Slots, func(s appointment.Slot) bool { return s.At == a.at("") })
		if i < 0 {
			return untrue{errors.New("that time is not offered")}
		}
		booked, err := appointment.Pick(ctx, tx, w.set, h, v.Slots[i].ID)
		c.opened(booked, err)
		return err
	})
}

// opened: the first booking opens the episode.
func (c *client) opened(a appointment.Appointment, err error) {
	if err == nil {
		c.episode = a.Episode
	}
}

func book(w *world, ctx context.Context, a args) error { return w.book(ctx, a, a.at("")) }

func (w *world) book(ctx context.Context, a args, at calendar.Local) error {
	c := w.clients[a["client"]]
	return w.update(ctx, func(tx *storage.Tx) error {
		booked, err := appointment.Book(ctx, tx, w.set, w.staff[a["worker"]], c.target(), w.free(a, at), "")
		c.opened(booked, err)
		return err
	})
}

// bookTwice is two browser tabs in the same second: one has the time, and the other's refusal is the step's.
func bookTwice(w *world, ctx context.Context, a args) error {
	answers := make(chan error, 2)
	for _, which := range []string{"", "2"} {
		go func() { answers <- w.book(ctx, a, a.at(which)) }()
	}
	one, other := <-answers, <-answers
	if (one == nil) == (other == nil) {
		return untrue{fmt.Errorf("one was to be refused: %v; %v", one, other)}
	}
	return errors.Join(one, other)
}

func sayPlace(w *world, ctx context.Context, a args) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.set, h)
		if err != nil {
			return err
		}
		for _, x := range v.Coming {
			if x.PlaceKind != appointment.Office {
				return appointment.SetPlaceByClient(ctx, tx, w.set, h, x.ID, a["text"])
			}
		}
		return untrue{errors.New("no coming meeting is elsewhere than at the office")}
	})
}

// booked does something with the client's first booked meeting.
func (w *world) booked(ctx context.Context, a args, do func(tx *storage.Tx, id appointment.ID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := appointment.All(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].episode)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(x appointment.Shown) bool { return x.State != appointment.Booked })
		if len(all) == 0 {
			return untrue{errors.New("nothing is booked")}
		}
		first := slices.MinFunc(all, func(x, y appointment.Shown) int { return x.Starts.Compare(y.Starts) })
		return do(tx, first.ID)
	})
}

func move(w *world, ctx context.Context, a args) error {
	return w.booked(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Move(ctx, tx, w.set, w.staff[a["worker"]], id, w.free(a, a.at("")))
	})
}

func hold(w *world, ctx context.Context, a args) error {
	return w.booked(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Hold(ctx, tx, w.set, w.staff[a["worker"]], id)
	})
}

func miss(w *world, ctx context.Context, a args) error {
	return w.booked(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Miss(ctx, tx, w.set, w.staff[a["worker"]], id)
	})
}

func cancel(w *world, ctx context.Context, a args) error {
	return w.booked(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Cancel(ctx, tx, w.set, w.staff[a["worker"]], id, a["reason"])
	})
}

func cancelOwn(w *world, ctx context.Context, a args) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.set, h)
		if err != nil {
			return err
		}
		if len(v.Coming) == 0 {
			return untrue{errors.New("no meeting is coming")}
		}
		return appointment.CancelByClient(ctx, tx, w.set, h, v.Coming[0].ID)
	})
}

// meet books the next day's morning, turns the clock past it and marks it held, over and over.
func meet(w *world, ctx context.Context, a args) error {
	a["place"] = appointment.Office
	for range a.number("n") {
		at := calendar.Local{Day: calendar.LocalOf(w.db.Now(), zone).Day.Add(1), Clock: "10:00", Zone: zone}
		if err := w.book(ctx, a, at); err != nil {
			return err
		}
		starts, err := at.Instant()
		if err != nil {
			return err
		}
		w.turn(starts.Add(minutes * time.Minute))
		if err := hold(w, ctx, a); err != nil {
			return err
		}
	}
	return nil
}
