package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// What people answer afterwards. It has dice of its own, so that the rest of the year goes on as it would without it.

// answering is a form that some people in the demo answer, and how many of those who were asked.
type answering struct {
	form  string
	share float64
}

// respondents are who is asked when visits are over, by the respondent of the form.
var respondents = []answering{{model.OfAdult, 0.7}, {model.OfChild, 0.75}, {model.OfParent, 0.55}}

func newAnswers(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 31)) }

// marks are how somebody answers: mostly good, a few not, and some leave out what may be left out.
func (w *world) marks(f model.FeedbackForm) feedback.Marks {
	m := feedback.Marks{Answers: map[string]int{}}
	content := w.answers.IntN(10) > 0
	for _, q := range f.Questions {
		switch {
		case q.Optional && w.answers.IntN(5) == 0:
		case content && w.answers.IntN(8) > 0:
			m.Answers[q.ID] = q.Good[w.answers.IntN(len(q.Good))]
		default:
			m.Answers[q.ID] = 1 + w.answers.IntN(q.Answers)
		}
	}
	if len(f.Values) > 0 && w.answers.IntN(6) > 0 {
		m.Value = f.Values[w.answers.IntN(len(f.Values))]
	}
	return m
}

// said is what some write in their own words and allow to be quoted.
var said = []string{
	"Sain puhua rauhassa, eikä kukaan hoputtanut.", "Uskalsin soittaa, kun aika järjestyi heti.", "Vähän lyhyt, olisin tullut useammankin kerran.",
	"Opin, ettei se ollut minun vikani.", "Oli kiva, kun sai itse päättää, mistä puhutaan.",
}

// slips hands slips out, and plans that they are answered within two weeks.
func (w *world) slips(ctx context.Context, by access.Actor, o offer, f model.FeedbackForm, n int) error {
	last := calendar.LocalOf(w.house.Now().AddDate(0, 1, 0), zone).Day
	codes, err := w.handed(ctx, by, feedback.Wanted{Offer: o.ID, Form: f.ID, Kind: feedback.Slip, N: n, Last: last})
	if err == nil {
		w.at(awake(w.house.Now().Add(time.Duration(1+w.answers.IntN(14*24))*time.Hour)), func(ctx context.Context) error { return w.answerAll(ctx, f, codes...) })
	}
	return err
}

// handed makes codes.
func (w *world) handed(ctx context.Context, by access.Actor, x feedback.Wanted) (codes []intake.Code, err error) {
	err = w.update(ctx, func(tx *storage.Tx) (err error) {
		_, codes, err = feedback.Give(ctx, tx, w.models, by, x)
		return err
	})
	return codes, err
}

// answerAll answers once by each code.
func (w *world) answerAll(ctx context.Context, f model.FeedbackForm, codes ...intake.Code) error {
	for _, c := range codes {
		if err := w.answerOnce(ctx, c.String(), f); err != nil {
			return err
		}
	}
	return nil
}

// answerOnce answers by a code or a ticket.
func (w *world) answerOnce(ctx context.Context, right string, f model.FeedbackForm) error {
	m := w.marks(f)
	if f.Words && f.Of != model.OfChild && w.answers.IntN(6) == 0 {
		m.Words, m.Quote = said[w.answers.IntN(len(said))], w.answers.IntN(3) > 0
	}
	err := w.update(ctx, func(tx *storage.Tx) error {
		_, err := feedback.Answer(ctx, tx, w.models, right, m)
		return err
	})
	if fault.HasKey(err, "feedback.gone") {
		return nil // somebody answers too late, as people do
	}
	return err
}

// askAfter gives slips when somebody's visits are over.
func (w *world) askAfter(ctx context.Context, j *journey) error {
	for _, r := range respondents {
		f, ok := j.offer.model.FeedbackAt(model.AtEnding, r.form)
		if !ok || w.answers.Float64() > r.share {
			continue
		}
		if err := w.slips(ctx, j.worker.Actor, j.offer, f, 1); err != nil {
			return err
		}
	}
	return nil
}

// askGathered lets some of those who came answer on a tablet: at every event, and at a group's meeting now and then.
func (w *world) askGathered(ctx context.Context, u *unit, o offer, by colleague) error {
	for _, f := range o.model.Feedback {
		n := 0
		switch {
		case f.When == model.AtEvent:
			n = 7 + w.answers.IntN(8)
		case f.When == model.AtMeeting && w.answers.IntN(4) == 0:
			n = 2 + w.answers.IntN(4)
		}
		if n == 0 {
			continue
		}
		codes, err := w.handed(ctx, by.Actor, feedback.Wanted{Offer: o.ID, Form: f.ID, Kind: feedback.Room, N: n})
		if err == nil {
			err = w.answerAll(ctx, f, slices.Repeat(codes, n)...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// feedback plans what is asked in rounds: of partners twice a year, of staff and volunteers once in each period; and slips where no
// journey of the demo ends by itself.
func (w *world) feedback(u *unit) {
	for _, o := range u.offers {
		for _, f := range o.model.Feedback {
			switch {
			case f.Of == model.OfPartner:
				for _, days := range []int{300, 62} {
					w.later(days, func(ctx context.Context) error { return w.round(ctx, u, o, f, 18+w.answers.IntN(14)) })
				}
			case f.Every > 0:
				days := 330
				if f.Every > 6 {
					days = 40 // whoever is there by now
				}
				for ; days > 0; days -= 30 * f.Every {
					w.later(days, func(ctx context.Context) error { return w.own(ctx, u, o, f) })
				}
			case f.When == model.AtEnding && (o.model.ByHeads() || u.plan.Arrivals.Adults+u.plan.Arrivals.Children == 0):
				for _, days := range []int{320, 250, 200, 140, 95, 45, 20} {
					w.later(days, func(ctx context.Context) error { return w.slips(ctx, u.hands(), o, f, 1+w.answers.IntN(6)) })
				}
			}
		}
	}
}

// later plans something so many days before people take over, if that is after the beginning.
func (w *world) later(days int, do func(ctx context.Context) error) {
	if at, ok := w.ago(days); ok {
		w.at(awake(at), do)
	}
}

// hands is who hands slips out.
func (u *unit) hands() access.Actor {
	if len(u.workers) > 0 {
		return u.workers[0].Actor
	}
	return u.coord.Actor
}

// round asks partners for three weeks.
func (w *world) round(ctx context.Context, u *unit, o offer, f model.FeedbackForm, n int) error {
	last := calendar.LocalOf(w.house.Now(), zone).Day.Add(21)
	codes, err := w.handed(ctx, u.coord.Actor, feedback.Wanted{Offer: o.ID, Form: f.ID, Kind: feedback.Round, Last: last})
	if err == nil {
		for _, days := range []int{1, 8, 20} {
			w.in(time.Duration(days)*24*time.Hour, func(ctx context.Context) error { return w.answerAll(ctx, f, slices.Repeat(codes, n/3)...) })
		}
	}
	return err
}

// own has those who sign in answer their own form; some do not get to it.
func (w *world) own(ctx context.Context, u *unit, o offer, f model.FeedbackForm) error {
	way := feedback.Way{Unit: u.ID, Model: o.model.ID, Version: o.model.Version, Form: f.ID}
	today := calendar.LocalOf(w.house.Now(), zone).Day
	for _, c := range slices.Clone(w.staff) {
		mine := c.unit == u.Slug && (f.Of == model.OfVolunteer) == (c.role == access.Volunteer) && (c.role == access.Worker || c.role == access.Coordinator || c.role == access.Volunteer)
		if !mine || w.answers.IntN(5) == 0 {
			continue
		}
		var right string
		err := w.update(ctx, func(tx *storage.Tx) (err error) {
			right, _, err = feedback.Draw(ctx, tx, w.models, "account/"+string(c.Account)+"/"+feedback.Period(today, f.Every), way)
			return err
		})
		if fault.HasKey(err, "feedback.drawn") {
			continue
		}
		if err != nil {
			return err
		}
		if err := w.answerOnce(ctx, right, f); err != nil {
			return err
		}
	}
	return nil
}
