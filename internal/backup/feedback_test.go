package backup_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// A slip that was used after the backup lets nobody in again when the backup comes back, and neither does a page's ticket; one that was
// not used still does.
func TestUsedSlipStaysUsedAfterARestore(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		var codes []intake.Code
		var ticket string
		marks := feedback.Marks{Answers: map[string]int{"situation": 4, "safety": 5, "alone": 4}}
		answer := func(right string) error {
			return o.db.Update(t.Context(), func(tx *storage.Tx) error {
				_, err := feedback.Answer(t.Context(), tx, o.Models, right, marks)
				return err
			})
		}
		o.must(func(ctx context.Context, tx *storage.Tx) (err error) {
			if _, codes, err = feedback.Give(ctx, tx, o.Models, o.Worker, feedback.Wanted{Offer: o.Adults.ID, Form: "adult", Kind: feedback.Slip, N: 2, Last: "2027-06-01"}); err != nil {
				return err
			}
			ticket, _, err = feedback.Draw(ctx, tx, o.Models, "episode/x", feedback.Way{Unit: o.Unit.ID, Model: "turvaverkko-adult", Version: 1, Form: "adult"})
			return err
		})
		made := o.backUp()
		for _, right := range []string{codes[0].String(), ticket} {
			if err := answer(right); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.db.SweepEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := o.db.Close(); err != nil {
			t.Fatal(err)
		}
		o.clock.Add(time.Hour)
		to := o.elsewhere()
		if _, err := backup.Restore(t.Context(), o.from(made, to)); err != nil {
			t.Fatal(err)
		}
		o.db = o.start(to)
		for what, right := range map[string]string{"the slip": codes[0].String(), "the ticket": ticket} {
			if err := answer(right); !fault.HasKey(err, "feedback.gone") {
				t.Errorf("%s after a restore: %v", what, err)
			}
		}
		if err := answer(codes[1].String()); err != nil {
			t.Errorf("a slip that nobody has used: %v", err)
		}
	})
}

// Words that were covered or refused after the backup do not come back with it, and those that nobody touched do (R-159, decision 0067).
func TestCoveredWordsStayCoveredAfterARestore(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		o.clock.Set(time.Date(2028, 1, 10, 9, 0, 0, 0, time.UTC))
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			for _, words := range []string{"Noora auttoi minua", "Hylättävä", "Sain apua"} {
				if err := tx.AddQuote(ctx, feedback.Quote{Unit: o.Unit.ID, Model: "turvaverkko-adult", Form: "adult", Month: "2027-05", Words: words}); err != nil {
					return err
				}
			}
			return nil
		})
		made := o.backUp()
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Quotes(ctx)
			for _, q := range all {
				switch {
				case err != nil:
				case q.Words == "Hylättävä":
					_, err = feedback.Refuse(ctx, tx, o.Models, o.Worker, q.ID)
				case q.Words != "Sain apua":
					_, err = feedback.Review(ctx, tx, o.Models, o.Worker, q.ID, 0, []int{0})
				}
			}
			return err
		})
		if err := o.db.SweepEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := o.db.Close(); err != nil {
			t.Fatal(err)
		}
		o.clock.Add(time.Hour)
		to := o.elsewhere()
		if _, err := backup.Restore(t.Context(), o.from(made, to)); err != nil {
			t.Fatal(err)
		}
		o.db = o.start(to)
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Quotes(ctx)
			if len(all) != 1 || all[0].Words != "Sain apua" {
				t.Errorf("after a restore there are %d quotes", len(all))
			}
			return err
		})
	})
}
