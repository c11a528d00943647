package backup

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Walls counts what was put up again between people, and the exceptions that were ended again.
type Walls struct{ Ties, Aparts, Exceptions int }

// wallAgain puts up again what has stood between people since the backup. Each is a transaction of its own, because each
// divides the staff anew.
func wallAgain(ctx context.Context, db *storage.DB, list storage.Ended, made time.Time) (w Walls, err error) {
	lost, err := db.WallsSince(ctx, list, calendar.DateOf(made, time.UTC))
	if err != nil {
		return w, err
	}
	for _, x := range lost.Exceptions { // first: an exception goes with its tie's other rows
		err := db.Update(ctx, func(tx *storage.Tx) error { return wall.EndAgain(ctx, tx, x) })
		if err != nil {
			return w, err
		}
		w.Exceptions++
	}
	for _, t := range lost.Ties {
		if err := count(ctx, db, &w.Ties, func(tx *storage.Tx) (bool, error) { return wall.TieAgain(ctx, tx, t) }); err != nil {
			return w, err
		}
	}
	for _, a := range lost.Aparts {
		if err := count(ctx, db, &w.Aparts, func(tx *storage.Tx) (bool, error) { return wall.ApartAgain(ctx, tx, a) }); err != nil {
			return w, err
		}
	}
	return w, nil
}

func count(ctx context.Context, db *storage.DB, n *int, do func(*storage.Tx) (bool, error)) error {
	var done bool
	err := db.Update(ctx, func(tx *storage.Tx) (err error) {
		done, err = do(tx)
		return err
	})
	if done && err == nil {
		*n++
	}
	return err
}
