package story

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/storage"
)

// feedbackSteps carry out what is said of what people answer afterwards.
var feedbackSteps = map[string]func(*world, context.Context, args) error{
	"give-slip": giveSlip, "answer-slip": answerSlip, "answered": answered, "good-answers": goodAnswers, "quotable": quotable,
}

func giveSlip(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, codes, err := feedback.Give(ctx, tx, w.set, w.staff[a["staff"]], feedback.Wanted{Offer: w.offers[w.model], Form: a["form"], Kind: feedback.Slip, N: 1,
			Last: calendar.LocalOf(tx.Now(), zone).Day, Quoting: a["yesno"] == "yes"})
		if err == nil {
			w.codes["slip "+a["text"]] = codes[0]
		}
		return err
	})
}

func answerSlip(w *world, ctx context.Context, a args) error {
	m := feedback.Marks{Answers: map[string]int{a["question"]: a.number("n")}, Words: a["text2"], Quote: a["yesno"] == "yes"}
	for _, n := range []string{"2", "3"} {
		if q := a["question"+n]; q != "" {
			m.Answers[q] = a.number("n" + n)
		}
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		_, err := feedback.Answer(ctx, tx, w.set, w.codes["slip "+a["text"]].String(), m)
		return err
	})
}

// asked is what has been answered to a form in a month.
func (w *world) asked(ctx context.Context, a args) (s feedback.Sum, err error) {
	err = w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.FeedbackSums(ctx, []access.UnitID{w.unit}, w.model, a["form"], a["month"], a["month"])
		for _, x := range all {
			if x.By == "" {
				s = x
			}
		}
		return err
	})
	return s, err
}

func answered(w *world, ctx context.Context, a args) error {
	s, err := w.asked(ctx, a)
	if err != nil {
		return err
	}
	return differs(s.N, a.number("n"))
}

func goodAnswers(w *world, ctx context.Context, a args) error {
	s, err := w.asked(ctx, a)
	if err != nil {
		return err
	}
	m, _ := w.set.Latest(w.model)
	f, _ := m.FeedbackForm(a["form"])
	q, _ := f.Question(a["question"])
	good, _ := s.Share(q.ID, q.Good)
	return differs(good, a.number("n"))
}

func quotable(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.Quotes(ctx)
		if err != nil {
			return err
		}
		return differs(len(all), a.number("n"))
	})
}
