package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
)

// quotes plans that words of the year that is over are read, shortly before people take over: some wait, some were read by one, some are agreed, and the
// first that may be is in the report.
func (w *world) quotes(u *unit) {
	if len(u.workers) == 0 {
		return
	}
	w.later(quietDays+2, func(ctx context.Context) error {
		dice := rand.New(rand.NewPCG(w.opt.Seed, 67))
		all, err := w.readings(ctx, u)
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b feedback.Reading) int { return strings.Compare(a.Month+a.Words, b.Month+b.Words) }) // ids decide nothing of the year
		for i, r := range all {
			var readers []access.Actor
			switch {
			case i == 0 || dice.IntN(4) > 0:
				readers = []access.Actor{u.workers[0].Actor, u.coord.Actor}
			case dice.IntN(2) > 0:
				readers = []access.Actor{u.workers[0].Actor}
			}
			if err := w.readBy(ctx, r, readers); err != nil {
				return err
			}
		}
		return w.quoteOne(ctx, u)
	})
}

func (w *world) readings(ctx context.Context, u *unit) (all []feedback.Reading, err error) {
	err = w.db.View(ctx, func(tx *storage.Tx) error {
		all, err = feedback.Readings(ctx, tx, w.models, u.coord.Actor, u.ID)
		return err
	})
	return all, err
}

// readBy lets people read words one after the other. The first covers the last of many words.
func (w *world) readBy(ctx context.Context, r feedback.Reading, readers []access.Actor) error {
	var covered []int
	if n := len(r.Parts()); n > 8 {
		covered = []int{n - 1}
	}
	for turn, by := range readers {
		err := w.update(ctx, func(tx *storage.Tx) error {
			read, err := feedback.Review(ctx, tx, w.models, by, r.ID, r.Turn, covered)
			if turn == 0 {
				r.Turn = read.Turn
			}
			return err
		})
		if err != nil {
			return err
		}
		covered = nil
	}
	return nil
}

// quoteOne puts agreed words into last year's report, where enough answered.
func (w *world) quoteOne(ctx context.Context, u *unit) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		kept, err := tx.Unit(ctx, u.ID)
		if err != nil || kept.GrantObject == "" {
			return err
		}
		year := w.house.Now().Year() - 1
		f, err := report.Make(ctx, tx, w.models, u.coord.Actor, u.ID, year)
		if err != nil {
			return err
		}
		for _, q := range f.Quotes {
			if !q.Few {
				return report.Quote(ctx, tx, w.models, u.coord.Actor, u.ID, year, q.ID, true)
			}
		}
		return nil
	})
}
