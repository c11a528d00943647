// Package respite is what a volunteer's break or stopping does to what they had said yes to: they are off it at once, and somebody else is
// looked for (R-237, R-241, R-242, decision 0070). Nothing says why a place is empty.
package respite

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// Tx is the part of a storage transaction that it takes.
type Tx interface {
	volunteer.Tx
	circle.Tx
	occasion.Tx
	shift.Tx
}

// Break is volunteer.Break, and lets others have the evenings, days and meetings that lie in it. Coming back earlier brings none of them
// back: somebody else may have them.
func Break(ctx context.Context, tx Tx, ms model.Set, by access.Actor, from, until calendar.Date) error {
	if err := volunteer.Break(ctx, tx, ms, by, from, until); err != nil {
		return err
	}
	return off(ctx, tx, ms, by, from, until)
}

// Stop is volunteer.Stop, and lets others have everything that was to come, groups too. Whoever takes the stop back is asked anew.
func Stop(ctx context.Context, tx Tx, ms model.Set, by access.Actor) error {
	if err := volunteer.Stop(ctx, tx, ms, by); err != nil {
		return err
	}
	if err := off(ctx, tx, ms, by, "", ""); err != nil {
		return err
	}
	return circle.Stop(ctx, tx, ms, by)
}

func off(ctx context.Context, tx Tx, ms model.Set, by access.Actor, from, until calendar.Date) error {
	in := func(day calendar.Date) bool { return day >= from && (until == "" || day <= until) }
	if err := circle.Off(ctx, tx, ms, by, in); err != nil {
		return err
	}
	if err := occasion.Off(ctx, tx, ms, by, in); err != nil {
		return err
	}
	return shift.Off(ctx, tx, ms, shift.Eligible(tx, ms), by, in)
}
