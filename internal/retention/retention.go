// Package retention lets go of what has outlived its reason: codes nobody used, episodes whose days are over, talks,
// stays and places that are past (design 4.7). What stays is sums. How rows and keys are destroyed is left to storage.
package retention

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// Tx is the part of a storage transaction that retention needs.
type Tx interface {
	appointment.Tx
	chat.Tx
	emergency.Tx
	audit.SealTx
	rights.Tx
	account.ForgetTx
	volunteer.Tx
	shift.Tx
	circle.Tx
	feedback.Tx
	occasion.Tx
}

// batch is how many objects of a kind one sweep takes, so that no transaction is long.
const batch = 50

// Sweep lets go of a batch of each kind, and tells whether there may be more: then it is to be called again, in a
// transaction of its own. It may run at any time and twice.
func Sweep(ctx context.Context, tx Tx, ms model.Set) (more bool, err error) {
	for _, step := range []func() (int, error){
		func() (int, error) { return intake.Vanish(ctx, tx, ms) },
		func() (int, error) { return erase(ctx, tx) },
		func() (int, error) { return chat.Expire(ctx, tx) },
		func() (int, error) { return appointment.ForgetPlaces(ctx, tx) },
		func() (int, error) { return outgoing.Forget(ctx, tx) },
		func() (int, error) { return circle.Forget(ctx, tx, ms, batch) },
		func() (int, error) { return occasion.Forget(ctx, tx, ms, batch) },
		func() (int, error) { _, err := emergency.Forget(ctx, tx); return 0, err },
		func() (int, error) { _, err := audit.SealDays(ctx, tx); return 0, err },
		func() (int, error) { _, err := account.Forget(ctx, tx); return 0, err },
		func() (int, error) { more, err := line.Sweep(ctx, tx, ms); return all(more), err },
		func() (int, error) { return 0, shift.Sweep(ctx, tx) },
		func() (int, error) { return tx.DeleteClientSessionsOver(ctx, tx.Now()) },
		func() (int, error) { return volunteer.Forget(ctx, tx, ms) },
		func() (int, error) { _, err := feedback.Sweep(ctx, tx, ms); return 0, err }, // all at once: they are few
		func() (int, error) { _, err := rights.Sweep(ctx, tx); return 0, err },       // all at once: they are few
	} {
		n, err := step()
		if err != nil {
			return false, err
		}
		more = more || n >= batch
	}
	return more, nil
}

// all is a batch where there may be more.
func all(more bool) int {
	if more {
		return batch
	}
	return 0
}

// erase erases closed episodes whose last day of keeping has passed, wherever on earth the unit is.
func erase(ctx context.Context, tx Tx) (int, error) {
	ids, err := tx.DueForErasure(ctx, calendar.DateOf(tx.Now(), time.UTC), batch)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		// A child's episode takes the talks about it along; one of them may stand in the same batch.
		if err := tx.EraseEpisode(ctx, id); err != nil && !fault.Is(err, fault.NotFound) {
			return 0, err
		}
	}
	return len(ids), nil
}
