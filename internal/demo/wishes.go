package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

// What people would like: on a tablet at two events, and on the web by an address that is open when people take over. It has
// dice of its own, so that whatever else is answered stays as it would be without it.

// wished is what some would like, each once. None is anybody's.
var wished = []string{
	"Lautapeli-ilta arkena", "Melontaa kesällä", "Puutöitä yhdessä", "Isien ja lasten retkiä", "Frisbeegolfia", "Kävelylenkki lauantaisin",
	"Ruoanlaittoa edullisesti", "Musiikin soittamista", "Pyörän huoltoa", "Lukupiiri, ei paksuja kirjoja", "Kuntosalia aloittelijoille", "Kahvit ilman ohjelmaa",
}

// survey is a service's form on which guests say what they would like.
type survey struct {
	*world
	u    *unit
	o    offer
	f    model.FeedbackForm
	dice *rand.Rand
	left []string // what nobody has wished yet
}

// wishes plans the surveys of the unit's services.
func (w *world) wishes(u *unit) {
	for _, o := range u.offers {
		for _, f := range o.model.Feedback {
			if f.Suggest && f.Of == model.OfGuest {
				s := &survey{world: w, u: u, o: o, f: f, dice: rand.New(rand.NewPCG(w.opt.Seed, 71)), left: wished}
				w.later(230, func(ctx context.Context) error { return s.event(ctx, 14, 5) })
				w.later(224, s.read)
				w.later(97, func(ctx context.Context) error { return s.event(ctx, 11, 5) })
				w.later(92, s.read)
				w.later(16, s.web)
			}
		}
	}
}

// event lets some who came answer on a tablet; of them a few say what they would like.
func (s *survey) event(ctx context.Context, guests, wishes int) error {
	codes, err := s.handed(ctx, s.u.hands(), feedback.Wanted{Offer: s.o.ID, Form: s.f.ID, Kind: feedback.Room, N: guests})
	if err != nil {
		return err
	}
	return s.answer(ctx, codes[0].String(), guests, wishes)
}

// web asks by an address for as long as a month more; the last who answered did so yesterday, and what they would like waits.
func (s *survey) web(ctx context.Context) error {
	last := calendar.LocalOf(s.opt.Until, zone).Day.Add(30)
	codes, err := s.handed(ctx, s.u.coord.Actor, feedback.Wanted{Offer: s.o.ID, Form: s.f.ID, Kind: feedback.Round, Last: last})
	if err != nil {
		return err
	}
	s.at(s.opt.Until.Add(-9*24*time.Hour), func(ctx context.Context) error { return s.answer(ctx, codes[0].String(), 7, 0) })
	s.at(s.opt.Until.Add(-26*time.Hour), func(ctx context.Context) error { return s.answer(ctx, codes[0].String(), 5, 2) })
	return nil
}

// answer lets so many answer by a code, the first of whom say what they would like.
func (s *survey) answer(ctx context.Context, code string, guests, wishes int) error {
	for i := range guests {
		m := feedback.Marks{Answers: map[string]int{}}
		for _, q := range s.f.Questions {
			m.Answers[q.ID] = 1 + s.dice.IntN(q.Answers)
		}
		if i < wishes && len(s.left) > 0 {
			m.Suggestion, s.left = s.left[0], s.left[1:]
		}
		err := s.update(ctx, func(tx *storage.Tx) error {
			_, err := feedback.Answer(ctx, tx, s.models, code, m)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// read has the coordinator read what waited: two are shown on the service's page, one gets a "not now", one goes, and the others wait.
func (s *survey) read(ctx context.Context) error {
	return s.update(ctx, func(tx *storage.Tx) error {
		if _, err := feedback.Ripen(ctx, tx, s.models); err != nil {
			return err
		}
		all, err := tx.Ideas(ctx, []organization.OfferID{s.o.ID})
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(i circle.Idea) bool { return i.State != circle.Proposed })
		slices.SortFunc(all, func(a, b circle.Idea) int { return strings.Compare(a.Title.Reveal(), b.Title.Reveal()) }) // ids decide nothing of the year
		for n, i := range all {
			switch n {
			case 0, 1:
				err = circle.Look(ctx, tx, s.models, s.u.coord.Actor, i.ID)
			case 2:
				err = circle.Answer(ctx, tx, s.models, s.u.coord.Actor, i.ID, circle.Answers[0])
			case 3:
				err = circle.Drop(ctx, tx, s.models, s.u.coord.Actor, i.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
