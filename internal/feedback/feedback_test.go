package feedback_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

type house struct {
	t  *testing.T
	db *storage.DB
	storagetest.Organisation
}

func open(t *testing.T, db *storage.DB) house { return house{t, db, storagetest.Furnish(t, db)} }

func (h house) give(by access.Actor, offer organization.OfferID, form, kind string, n int) ([]intake.Code, error) {
	h.t.Helper()
	var codes []intake.Code
	err := h.db.Update(h.t.Context(), func(tx *storage.Tx) (err error) {
		_, codes, err = feedback.Give(h.t.Context(), tx, h.Models, by, feedback.Wanted{Offer: offer, Form: form, Kind: kind, N: n, Last: "2027-02-01", Quoting: false})
		return err
	})
	return codes, err
}

func (h house) answer(right string, m feedback.Marks) error {
	return h.db.Update(h.t.Context(), func(tx *storage.Tx) error {
		_, err := feedback.Answer(h.t.Context(), tx, h.Models, right, m)
		return err
	})
}

func (h house) sums(model, form string) (out []feedback.Sum) {
	h.t.Helper()
	err := h.db.View(h.t.Context(), func(tx *storage.Tx) (err error) {
		out, err = tx.FeedbackSums(h.t.Context(), []access.UnitID{h.Unit.ID}, model, form, "2026-01", "2028-12")
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// four is what Noora's client marks: situation 4, safety 5, left alone less 4.
func four() feedback.Marks {
	return feedback.Marks{Answers: map[string]int{"situation": 4, "safety": 5, "alone": 4}}
}

// A slip is used once, whoever comes first, and counts in its month.
func TestSlipAnswersOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := open(t, db)
		codes, err := h.give(h.Worker, h.Adults.ID, "adult", feedback.Slip, 12)
		if err != nil || len(codes) != 12 {
			t.Fatal(codes, err)
		}
		results := make([]error, 5)
		var wait sync.WaitGroup
		for i := range results {
			wait.Go(func() { results[i] = h.answer(codes[0].String(), four()) })
		}
		wait.Wait()
		good := 0
		for _, err := range results {
			if err == nil {
				good++
			} else if !fault.HasKey(err, "feedback.gone") {
				t.Error(err)
			}
		}
		if good != 1 {
			t.Errorf("one slip let in %d answers", good)
		}
		if err := h.answer(codes[1].String(), four()); err != nil {
			t.Error(err)
		}
		got := h.sums("turvaverkko-adult", "adult")
		want := map[string][]int{"situation": {0, 0, 0, 2, 0}, "safety": {0, 0, 0, 0, 2}, "alone": {0, 0, 0, 2, 0}}
		if len(got) != 1 || got[0].N != 2 || got[0].Month != "2027-01" || !reflect.DeepEqual(got[0].Answers, want) {
			t.Errorf("got %+v", got)
		}
		if gave, of := got[0].Share("safety", []int{4, 5}); gave != 2 || of != 2 {
			t.Errorf("the share is %d of %d", gave, of)
		}
	})
}

// Nobody hands out another unit's forms, nor such as are not handed out; and a form's answers are its own.
func TestFormsAreHandedByWhoeverMay(t *testing.T) {
	db := storagetest.Open(t, "sqlite", storagetest.NewClock())
	h := open(t, db)
	for name, c := range map[string]struct {
		by         access.Actor
		form, kind string
		n          int
		want       fault.Kind
	}{
		"a stranger":          {h.Stranger, "adult", feedback.Slip, 1, fault.NotFound},
		"a worker's round":    {h.Worker, "partner", feedback.Round, 1, fault.NotFound},
		"workers by slip":     {h.Coordinator, "worker", feedback.Slip, 1, fault.NotFound},
		"no such form":        {h.Worker, "nobody", feedback.Slip, 1, fault.NotFound},
		"more than a sheet":   {h.Worker, "adult", feedback.Slip, 13, fault.Invalid},
		"a room for too many": {h.Worker, "adult", feedback.Room, 61, fault.Invalid},
	} {
		if _, err := h.give(c.by, h.Adults.ID, c.form, c.kind, c.n); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.give(h.Coordinator, h.Adults.ID, "partner", feedback.Round, 1); err != nil {
		t.Error(err)
	}
	codes, err := h.give(h.Worker, h.Adults.ID, "adult", feedback.Slip, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]feedback.Marks{
		"nothing":          {},
		"too high":         {Answers: map[string]int{"situation": 6, "safety": 5, "alone": 4}},
		"another question": {Answers: map[string]int{"situation": 4, "safety": 5, "alone": 4, "name": 1}},
		"long words":       {Answers: four().Answers, Words: strings.Repeat("ä", 281), Quote: true},
		"divided":          {Answers: four().Answers, Value: "shelter"},
	} {
		if err := h.answer(codes[0].String(), m); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.answer(codes[0].String(), four()); err != nil {
		t.Errorf("after mistakes the slip is not good any more: %v", err)
	}
}

// A device in a room answers as often as was said, that day alone.
func TestRoomLastsADay(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := open(t, db)
		codes, err := h.give(h.Worker, h.Children.ID, "child", feedback.Room, 2)
		if err != nil || len(codes) != 1 {
			t.Fatal(codes, err)
		}
		m := feedback.Marks{Answers: map[string]int{"useful": 4}}
		for range 2 {
			if err := h.answer(codes[0].String(), m); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.answer(codes[0].String(), m); !fault.HasKey(err, "feedback.gone") {
			t.Errorf("a third answer: %v", err)
		}
		if codes, err = h.give(h.Worker, h.Children.ID, "child", feedback.Room, 2); err != nil {
			t.Fatal(err)
		}
		clock.Add(24 * 3600 * 1e9)
		if err := h.answer(codes[0].String(), m); !fault.HasKey(err, "feedback.gone") {
			t.Errorf("on the next day: %v", err)
		}
		clock.Add(2 * 24 * 3600 * 1e9)
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			_, err := feedback.Sweep(ctx, tx, h.Models)
			all, err2 := tx.Ways(ctx)
			if len(all) > 0 {
				t.Errorf("%d codes stand after their day", len(all))
			}
			return errors.Join(err, err2)
		})
	})
}

// A form is given once to each, and the ticket is good once; nothing keeps whether it was used.
func TestDrawnOnce(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := open(t, db)
		way := feedback.Way{Unit: h.Unit.ID, Model: "turvaverkko-adult", Version: 1, Form: "adult"}
		draw := func(who string) (right string, err error) {
			err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
				right, _, err = feedback.Draw(t.Context(), tx, h.Models, who, way)
				return err
			})
			return right, err
		}
		right, err := draw("episode/e")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := draw("episode/e"); !fault.HasKey(err, "feedback.drawn") {
			t.Errorf("drawn twice: %v", err)
		}
		if _, err := draw("episode/f"); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		if err := h.answer(right[:len(right)-2]+"AA", four()); !fault.HasKey(err, "feedback.gone") {
			t.Errorf("a changed ticket: %v", err)
		}
		if err := h.answer(right, four()); err != nil {
			t.Fatal(err)
		}
		if err := h.answer(right, four()); !fault.HasKey(err, "feedback.gone") {
			t.Errorf("the ticket twice: %v", err)
		}
		if err := db.SweepEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := h.answer(right, four()); !fault.HasKey(err, "feedback.gone") {
			t.Errorf("the ticket again, when the list beside the keys has it: %v", err)
		}
		if right, err = draw("episode/g"); err != nil {
			t.Fatal(err)
		}
		clock.Add(49 * 3600 * 1e9)
		if err := h.answer(right, four()); !fault.HasKey(err, "feedback.gone") {
			t.Errorf("after two days: %v", err)
		}
	})
}

// Words stay only with the respondent's own yes, and a child's only when a guardian has agreed too.
func TestWordsNeedAYes(t *testing.T) {
	clock := storagetest.NewClock()
	db := storagetest.Open(t, "sqlite", clock)
	h := open(t, db)
	quotes := func() (n int) {
		in := storagetest.Look(t, db)
		in.Rows(in.House, "feedback_quote", func(string) { n++ })
		return n
	}
	slip := func(offer organization.OfferID, form string, quoting bool) string {
		var codes []intake.Code
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
			_, codes, err = feedback.Give(ctx, tx, h.Models, h.Worker, feedback.Wanted{Offer: offer, Form: form, Kind: feedback.Slip, N: 1, Last: "2027-01-31", Quoting: quoting})
			return err
		})
		return codes[0].String()
	}
	words := four()
	words.Words = "Sain puhua rauhassa."
	if err := h.answer(slip(h.Adults.ID, "adult", false), words); err != nil || quotes() != 0 {
		t.Errorf("without a yes: %v, %d kept", err, quotes())
	}
	words.Quote = true
	if err := h.answer(slip(h.Adults.ID, "adult", false), words); err != nil || quotes() != 1 {
		t.Errorf("with a yes: %v, %d kept", err, quotes())
	}
	sweep := func() {
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			_, err := feedback.Sweep(ctx, tx, h.Models)
			return err
		})
	}
	child := feedback.Marks{Answers: map[string]int{"useful": 4}, Words: "kun iskä oli lyönyt mua", Quote: true}
	if err := h.answer(slip(h.Children.ID, "child", false), child); !fault.Is(err, fault.Invalid) || quotes() != 1 {
		t.Errorf("a child's without a guardian's agreement: %v, %d kept", err, quotes())
	}
	if err := h.answer(slip(h.Children.ID, "child", true), child); err != nil || quotes() != 2 {
		t.Errorf("a child's with both: %v, %d kept", err, quotes())
	}
	clock.Add(720 * 24 * time.Hour)
	if sweep(); quotes() != 2 {
		t.Errorf("before two years are over %d are kept", quotes())
	}
	clock.Add(40 * 24 * time.Hour)
	if sweep(); quotes() != 0 {
		t.Errorf("after two years %d are kept", quotes())
	}
}

func TestPeriods(t *testing.T) {
	for day, want := range map[string]string{"2027-01-31": "2027-6-1", "2027-06-30": "2027-6-1", "2027-07-01": "2027-6-2"} {
		if got := feedback.Period(calendar.Date(day), 6); got != want {
			t.Errorf("%s is in %s", day, got)
		}
	}
	if feedback.LastOf("2027-02") != "2027-02-28" || feedback.LastOf("x") != "" {
		t.Error(feedback.LastOf("2027-02"))
	}
	if got := feedback.Handed(model.FeedbackForm{Of: model.OfPartner}); !reflect.DeepEqual(got, []string{feedback.Slip, feedback.Round}) {
		t.Error(got)
	}
}
