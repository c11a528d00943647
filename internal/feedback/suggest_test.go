package feedback_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

func said(months ...string) (out []feedback.Said) {
	for i, m := range months {
		out = append(out, feedback.Said{Month: m, Text: fmt.Sprint(i)})
	}
	return out
}

// What was suggested is read when five are together or its month is over, so that it is never that of whoever answered just now.
func TestSuggestionsAreReadTogether(t *testing.T) {
	for _, c := range []struct {
		name       string
		waiting    []feedback.Said
		ripe, rest int
	}{
		{"nothing waits", nil, 0, 0},
		{"one of this month", said("2027-03"), 0, 1},
		{"four of this month", said("2027-03", "2027-03", "2027-03", "2027-03"), 0, 4},
		{"five", said("2027-03", "2027-03", "2027-03", "2027-03", "2027-03"), 5, 0},
		{"one of the month before", said("2027-02", "2027-03"), 1, 1},
		{"five of two months", said("2027-02", "2027-03", "2027-03", "2027-03", "2027-03"), 5, 0},
		{"of the year before", said("2026-12"), 1, 0},
	} {
		ripe, rest := feedback.Ripe(c.waiting, "2027-03", 5)
		if len(ripe) != c.ripe || len(rest) != c.rest {
			t.Errorf("%s: got %d ripe and %d that wait, want %d and %d", c.name, len(ripe), len(rest), c.ripe, c.rest)
		}
	}
}

// Where a coordinator has raised the limit, as many wait together (D-213, decision 0072).
func TestSuggestionsFollowTheLimit(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		h := open(t, db)
		sakki := h.Offer(t, db, "sakki")
		h.suggest(sakki.ID, 5)
		var n int
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
			if err := tx.PutSetting(ctx, disclosure.LeastSetting, "7"); err != nil {
				return err
			}
			n, err = feedback.Ripen(ctx, tx, h.Models)
			return err
		})
		if n != 0 {
			t.Errorf("%d of five are read under a limit of seven", n)
		}
		h.suggest(sakki.ID, 2)
		if got := h.ideas(sakki.ID); len(got) != 7 {
			t.Errorf("of seven, %q are read", got)
		}
	})
}

func (h house) suggest(offer organization.OfferID, n int) {
	storagetest.Update(h.t, h.db, func(ctx context.Context, tx *storage.Tx) error {
		for i := range n {
			month := calendar.LocalOf(tx.Now(), "Europe/Helsinki").Day.Month()
			if err := tx.Suggest(ctx, offer, feedback.Said{Month: month, Text: fmt.Sprint("sauna ", i, n)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h house) ideas(offer organization.OfferID) (out []string) {
	h.t.Helper()
	storagetest.Update(h.t, h.db, func(ctx context.Context, tx *storage.Tx) error {
		if _, err := feedback.Ripen(ctx, tx, h.Models); err != nil {
			return err
		}
		all, err := tx.Ideas(ctx, []organization.OfferID{offer})
		for _, i := range all {
			if i.State != circle.Proposed || i.Kind != "" || i.Helps || i.Online {
				h.t.Errorf("a suggestion became %+v", i)
			}
			out = append(out, i.Title.Reveal())
		}
		return err
	})
	slices.Sort(out)
	return out
}

// A suggestion becomes a proposal that a coordinator reads, apart from the answer it came with; an answer without one is an answer all
// the same. Dropping a proposal leaves nothing, and a month later the lone one is read too.
func TestSuggestionBecomesAProposal(t *testing.T) {
	clock := storagetest.NewClock()
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			db := storagetest.Open(t, driver, clock)
			h := open(t, db)
			sakki := h.Offer(t, db, "sakki")
			codes, err := h.give(h.Worker, sakki.ID, "guest", feedback.Room, 20)
			if err != nil {
				t.Fatal(err)
			}
			marks := func(wish string) feedback.Marks {
				return feedback.Marks{Answers: map[string]int{"heard": 1, "would-come": 2}, Suggestion: wish}
			}
			for i := range 4 {
				if err := h.answer(codes[0].String(), marks(fmt.Sprintf(" Lautapelejä %d ", i))); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.answer(codes[0].String(), marks("")); err != nil {
				t.Fatal(err)
			}
			if got := h.ideas(sakki.ID); len(got) > 0 {
				t.Errorf("four are read while a fifth may come: %v", got)
			}
			if err := h.answer(codes[0].String(), marks("Melontaa")); err != nil {
				t.Fatal(err)
			}
			want := []string{"Lautapelejä 0", "Lautapelejä 1", "Lautapelejä 2", "Lautapelejä 3", "Melontaa"}
			if got := h.ideas(sakki.ID); !slices.Equal(got, want) {
				t.Errorf("proposals are %v, want %v", got, want)
			}
			if n := h.sums("sakki", "guest")[0].N; n != 6 {
				t.Errorf("answers are %d, want 6", n)
			}
			if err := h.answer(codes[0].String(), marks("Kuoro")); err != nil {
				t.Fatal(err)
			}
			if got := h.ideas(sakki.ID); len(got) != 5 {
				t.Errorf("a lone one is read in its month: %v", got)
			}
			clock.Add(31 * 24 * time.Hour)
			if got := h.ideas(sakki.ID); !slices.Contains(got, "Kuoro") || len(got) != 6 {
				t.Errorf("a month later the proposals are %v", got)
			}
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
				left, err := tx.AllSuggested(ctx)
				if err == nil && len(left) > 0 {
					t.Errorf("after reading there waits %v", left)
				}
				return err
			})
		})
	}
}

// What is no line, too long, or asked by no form is refused, and nothing is counted.
func TestSuggestionIsALine(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := open(t, db)
		sakki := h.Offer(t, db, "sakki")
		codes, err := h.give(h.Worker, sakki.ID, "guest", feedback.Room, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, wish := range []string{strings.Repeat("ä", feedback.MaxSuggestion+1), "yksi\nkaksi"} {
			err := h.answer(codes[0].String(), feedback.Marks{Answers: map[string]int{"heard": 1, "would-come": 1}, Suggestion: wish})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: got %v", wish, err)
			}
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error { // as many as may wait together
			return tx.Suggest(ctx, sakki.ID, slices.Repeat([]feedback.Said{{Month: "2027-01", Text: "Kuoro"}}, feedback.MostSuggested)...)
		})
		m := feedback.Marks{Answers: map[string]int{"heard": 1, "would-come": 1}, Suggestion: "Kuoro"}
		if err := h.answer(codes[0].String(), m); !fault.Is(err, fault.Invalid) {
			t.Errorf("one more than may wait: got %v", err)
		}
		slips, err := h.give(h.Worker, h.Adults.ID, "adult", feedback.Slip, 1)
		if err != nil {
			t.Fatal(err)
		}
		m = four()
		m.Suggestion = "Melontaa"
		if err := h.answer(slips[0].String(), m); !fault.Is(err, fault.Invalid) {
			t.Errorf("a form that asks for nothing took it: %v", err)
		}
		if got := h.sums("sakki", "guest"); len(got) > 0 {
			t.Errorf("counted %v", got)
		}
	})
}
