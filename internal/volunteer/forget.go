package volunteer

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// Forget lets go of what has outlived its reason: refused applications and volunteers who have stopped, on their day; who was
// at an event thirty days after it; events when the next year is over; calls that nobody answered. It may run at any time.
func Forget(ctx context.Context, tx Tx, _ model.Set) (int, error) {
	today := calendar.DateOf(tx.Now(), time.UTC)
	all, err := tx.Volunteers(ctx, "")
	if err != nil {
		return 0, err
	}
	for _, v := range all {
		if v.Path.Gone == "" || v.Path.Gone > today {
			continue
		}
		if err := erase(ctx, tx, v); err != nil {
			return 0, err
		}
	}
	if err := forgetCalls(ctx, tx); err != nil {
		return 0, err
	}
	return 0, forgetEvents(ctx, tx, today)
}

// erase takes a volunteer away with their key, and their account where it was for nothing else.
func erase(ctx context.Context, tx Tx, v Volunteer) error {
	if err := tx.DeleteVolunteer(ctx, v.ID); err != nil || v.Account == "" {
		return err
	}
	return account.LeaveUnit(ctx, tx, v.Account, v.Unit)
}

func forgetCalls(ctx context.Context, tx Tx) error {
	units, err := tx.Units(ctx)
	if err != nil {
		return err
	}
	for _, u := range units {
		calls, err := tx.Calls(ctx, u.ID)
		if err != nil {
			return err
		}
		for _, c := range calls {
			if c.Asked.Add(callStands).Before(tx.Now()) {
				if err := tx.DeleteCall(ctx, c.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func forgetEvents(ctx context.Context, tx Tx, today calendar.Date) error {
	events, err := tx.Events(ctx, "")
	if err != nil {
		return err
	}
	for _, e := range events {
		switch {
		case e.At.Day[:4] < Earlier(today)[:4]:
			err = tx.DeleteEvent(ctx, e.ID)
		case e.At.Day.Add(30) < today:
			err = forgetSignUps(ctx, tx, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Earlier is the same day a year before.
func Earlier(d calendar.Date) calendar.Date { return Later(d, -12) }

func forgetSignUps(ctx context.Context, tx Tx, e Event) error {
	signed, err := tx.SignUps(ctx, e.ID)
	if err != nil {
		return err
	}
	for _, s := range signed {
		if err := tx.DeleteSignUp(ctx, s.Event, s.Volunteer); err != nil {
			return err
		}
	}
	if e.Link == "" {
		return nil
	}
	e.Link = ""
	return tx.PutEvent(ctx, e)
}
