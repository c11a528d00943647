package story

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
)

// reportSteps carry out a year of many people, and read what the year's report says of it.
var reportSteps = map[string]func(*world, context.Context, args) error{
	"many-clients": manyClients, "many-answers": manyAnswers, "estimate": estimate, "reported": reported, "unreported": unreported,
}

// grantObject is that of the unit in which stories happen.
const grantObject = "AK-202"

func manyClients(w *world, ctx context.Context, a args) error {
	for i := range a.number("n") {
		one := args{"new": fmt.Sprintf("client %d of %s", i+1, a["worker"]), "worker": a["worker"], "channel": "form", "n": a["n2"]}
		one["client"] = one["new"]
		for _, do := range []string{"ask", "meet"} {
			if err := steps[do](w, ctx, one); err != nil {
				return err
			}
		}
	}
	return nil
}

// manyAnswers has people answer every question of a form: so many of them with a good answer, the others with one that is not.
func manyAnswers(w *world, ctx context.Context, a args) error {
	m, _ := w.set.Latest(w.model)
	f, _ := m.FeedbackForm(a["form"])
	n, good := a.number("n"), a.number("n2")
	codes, err := w.handOut(ctx, a["staff"], f, n)
	if err != nil {
		return err
	}
	for i := range n {
		marks := feedback.Marks{Answers: map[string]int{}}
		for _, q := range f.Questions {
			for k := 1; k <= q.Answers; k++ {
				if len(q.Good) == 0 || slices.Contains(q.Good, k) == (i < good) {
					marks.Answers[q.ID] = k
				}
			}
		}
		if len(f.Values) > 0 {
			marks.Value = f.Values[0]
		}
		if err := w.update(ctx, func(tx *storage.Tx) error {
			_, err := feedback.Answer(ctx, tx, w.set, codes[i%len(codes)], marks)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// handOut gives the form as it is given: a slip for each, or one address or device for all.
func (w *world) handOut(ctx context.Context, staff string, f model.FeedbackForm, n int) (codes []string, err error) {
	kinds := feedback.Handed(f)
	if len(kinds) == 0 {
		return nil, untrue{fmt.Errorf("the form %s is handed to nobody", f.ID)}
	}
	kind := kinds[0]
	for len(codes) < n {
		err := w.update(ctx, func(tx *storage.Tx) error {
			today := calendar.LocalOf(tx.Now(), zone).Day
			last := today
			if kind != feedback.Room {
				last = feedback.LastOf(today.Month())
			}
			_, made, err := feedback.Give(ctx, tx, w.set, w.staff[staff], feedback.Wanted{Offer: w.offers[w.model], Form: f.ID, Kind: kind, N: min(n-len(codes), feedback.SheetSlips), Last: last})
			for _, c := range made {
				codes = append(codes, string(c))
			}
			return err
		})
		if err != nil || kind != feedback.Slip {
			return codes, err
		}
	}
	return codes, nil
}

func estimate(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return report.Add(ctx, tx, w.staff[a["coordinator"]], w.unit, a.number("n2"), report.Extra{Name: a["text"], Basis: report.Estimate, Number: a.number("n")})
	})
}

// inReport is a figure of the year's report, in English, as its page and files say it: looking is letting out, so it is remembered.
func (w *world) inReport(ctx context.Context, a args) (item report.Item, p *locale.Printer, err error) {
	p = locale.For(locale.English)
	err = w.update(ctx, func(tx *storage.Tx) error {
		facts, err := report.Make(ctx, tx, w.set, w.staff[a["coordinator"]], w.unit, a.number("n"))
		if err != nil {
			return err
		}
		for _, i := range facts.Sheet(p).Items {
			if i.Key == a["text"] || i.Name == a["text"] {
				item = i
				return nil
			}
		}
		return untrue{errors.New("the report has no such figure")}
	})
	return item, p, err
}

func reported(w *world, ctx context.Context, a args) error {
	item, p, err := w.inReport(ctx, a)
	if err != nil {
		return err
	}
	return differs(item.Words(p), a["text2"])
}

func unreported(w *world, ctx context.Context, a args) error {
	item, _, err := w.inReport(ctx, a)
	if err != nil {
		return err
	}
	return differs(item.Figure, "")
}
