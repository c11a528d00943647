package circle

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// Off takes a volunteer off the coming meetings on some days: each wants somebody from then on, as if they had said so themselves.
func Off(ctx context.Context, tx Tx, ms model.Set, by access.Actor, in func(day calendar.Date) bool) error {
	all, err := tx.CirclesOf(ctx, by.Account)
	if err != nil {
		return err
	}
	for _, c := range all {
		s, err := sightOf(ctx, tx, ms, c)
		if err != nil {
			return err
		}
		for _, m := range s.Meetings {
			if m.Lead == Wanted || !in(m.At.Day) || coming(tx, m) != nil {
				continue
			}
			if err := s.away(ctx, tx, m.No, by.Account); err != nil {
				return err
			}
		}
	}
	return nil
}

// Stop lets a volunteer lead no group any more, and forgets what they were asked.
func Stop(ctx context.Context, tx Tx, ms model.Set, by access.Actor) error {
	asked, err := tx.AskedTo(ctx, by.Account)
	if err != nil {
		return err
	}
	for _, a := range asked {
		if err := tx.DeleteAsked(ctx, a); err != nil {
			return err
		}
	}
	all, err := tx.CirclesOf(ctx, by.Account)
	if err != nil {
		return err
	}
	for _, c := range all {
		s, err := sightOf(ctx, tx, ms, c)
		if err != nil {
			return err
		}
		if err := s.without(ctx, tx, by.Account); err != nil {
			return err
		}
	}
	return nil
}
