package occasion

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// Off takes a volunteer off the coming days that are among some: their row is gone, as by their own no. Where they were to come, the
// unit's coordinators are told at once that something waits on their desk, and neither what nor of whom.
func Off(ctx context.Context, tx Tx, ms model.Set, by access.Actor, in func(day calendar.Date) bool) error {
	all, err := tx.HelpsOn(ctx, by.Account)
	if err != nil {
		return err
	}
	for _, h := range all {
		if !h.Volunteer {
			continue
		}
		s, _, err := asked(ctx, tx, ms, by, h.Day)
		if err != nil {
			return err
		}
		if !s.Coming(tx.Now()) || !in(s.At.Day) {
			continue
		}
		if err := tx.DeleteHelper(ctx, h.Day, by.Account); err != nil {
			return err
		}
		if h.State == Offered {
			continue
		}
		if err := appointment.TellCoordinators(ctx, tx, s.Unit.ID); err != nil {
			return err
		}
	}
	return nil
}
