package shift

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// Off takes somebody off their coming evenings on some days, as Decline does of one.
func Off(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, in func(day calendar.Date) bool) error {
	places, err := tx.ShiftPlacesBy(ctx, by.Account, tx.Now())
	if err != nil {
		return err
	}
	for _, p := range places {
		e, err := load(ctx, tx, ms, p.Evening)
		if err != nil {
			return err
		}
		if !in(e.At.Day) || e.coming(tx) != nil {
			continue
		}
		if !p.Published {
			err = tx.DeleteShiftPlace(ctx, p.Evening, by.Account) // only proposed so far
		} else {
			err = Decline(ctx, tx, ms, may, by, p.Evening)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
