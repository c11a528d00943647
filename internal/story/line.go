package story

import (
	"context"
	"fmt"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/storage"
)

// lineSteps carry out what is said of a telephone line's evenings.
var lineSteps = map[string]func(*world, context.Context, args) error{
	"evenings": planEvenings, "call": markCall, "uncall": takeBack, "close-evening": closeEvening, "reopen-evening": reopenEvening, "contacts": contacts, "opens": opens,
}

func planEvenings(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, err := line.Plan(ctx, tx, w.set, w.staff[a["coordinator"]], line.Series{Offer: w.offers[w.model], First: calendar.Date(a["day"]),
			Clock: calendar.Clock(a["clock"]), Minutes: 120, N: a.number("n"), Weekdays: []int{a.number("n2"), a.number("n3")}})
		return err
	})
}

// markCall marks a call on the evening that is going on, as a form of its own.
func markCall(w *world, ctx context.Context, a args) error {
	t := line.Ticks{Length: a["length"], Themes: []string{a["theme"]}, Worry: a["yesno"] == "yes"}
	if a["theme2"] != "" {
		t.Themes = append(t.Themes, a["theme2"])
	}
	if a["way"] != "" {
		t.Tips = []string{a["way"]}
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		e, err := w.eveningOf(ctx, tx, string(calendar.LocalOf(tx.Now(), zone).Day))
		if err == nil {
			w.slip, err = line.Mark(ctx, tx, w.set, w.staff[a["staff"]], e.ID, id.New(), t)
		}
		return err
	})
}

func takeBack(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		e, err := w.eveningOf(ctx, tx, string(calendar.LocalOf(tx.Now(), zone).Day))
		if err == nil {
			err = line.TakeBack(ctx, tx, w.set, w.staff[a["staff"]], e.ID, w.slip)
		}
		return err
	})
}

func closeEvening(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		e, err := w.eveningOf(ctx, tx, a["day"])
		if err == nil {
			err = line.Close(ctx, tx, w.set, w.staff[a["coordinator"]], e.ID)
		}
		return err
	})
}

func reopenEvening(w *world, ctx context.Context, a args) error {
	return w.onEvening(ctx, a["day"], func(tx *storage.Tx, e line.Evening) error {
		return line.Reopen(ctx, tx, w.set, w.staff[a["coordinator"]], e.ID)
	})
}

func contacts(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		e, err := w.eveningOf(ctx, tx, a["day"])
		if err != nil {
			return err
		}
		return differs(e.Contacts, a.number("n"))
	})
}

// opens is what the public page tells.
func opens(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.Evenings(ctx, w.offers[w.model], tx.Now().AddDate(0, 0, -1), tx.Now().AddDate(1, 0, 0))
		if err != nil {
			return err
		}
		next, _ := line.Next(all, tx.Now())
		return differs(next.At.Day, calendar.Date(a["day"]))
	})
}

// eveningOf is the line's evening of a day.
func (w *world) eveningOf(ctx context.Context, tx *storage.Tx, day string) (line.Evening, error) {
	all, err := tx.Evenings(ctx, w.offers[w.model], tx.Now().AddDate(-1, 0, 0), tx.Now().AddDate(1, 0, 0))
	for _, e := range all {
		if string(e.At.Day) == day {
			return e, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "not-found")
	}
	return line.Evening{}, fmt.Errorf("an evening on %s: %w", day, err)
}
