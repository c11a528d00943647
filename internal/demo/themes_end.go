package demo

import (
	"context"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// themedOver ends the visits: ways on are offered, and two days later the ending is answered. One waits for an answer when
// people take over.
func (w *world) themedOver(ctx context.Context, c *themed) error {
	err := w.update(ctx, func(tx *storage.Tx) error {
		if err := episode.Ending(ctx, tx, w.models, c.worker().Actor, c.episode); err != nil {
			return err
		}
		return w.themedWays(ctx, tx, c)
	})
	if err != nil || c.left {
		return missing(err)
	}
	w.at(local(w.today().Add(2), "15:30"), func(ctx context.Context) error { return w.themedAnswers(ctx, c) })
	return nil
}

// themedWays offers two ways on; one is made together with the client or declined.
func (w *world) themedWays(ctx context.Context, tx *storage.Tx, c *themed) error {
	ways := c.offer.model.WaysOn
	for i := range 2 {
		x := ways[(c.n+i)%len(ways)]
		if err := episode.OfferWayOn(ctx, tx, w.models, c.worker().Actor, c.episode, x.Kind, x.Destination); err != nil {
			return err
		}
	}
	offered, err := tx.WaysOn(ctx, c.episode)
	if err != nil {
		return err
	}
	for i, x := range offered {
		switch (c.n + i) % 3 {
		case 0:
			err = episode.MakeWayOn(ctx, tx, w.models, c.worker().Actor, x.ID, true)
		case 1:
			err = episode.AnswerWayOn(ctx, tx, w.models, c.worker().Actor, x.ID, false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// themedAnswers answers the ending's questions and agrees on a follow-up: by telephone where that was allowed, by the
// client otherwise; every seventh wants none. Of the last ones some have their day when people take over, some later.
func (w *world) themedAnswers(ctx context.Context, c *themed) error {
	day, last := w.today().Add(90), calendar.LocalOf(w.opt.Until, zone).Day
	if day > last && day < last.Add(33) {
		day = last
	}
	var l episode.Loaded
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		if l, err = episode.Load(ctx, tx, w.models, c.worker().Actor, c.episode); err != nil {
			return err
		}
		return episode.AnswerEnding(ctx, tx, w.models, c.worker().Actor, c.episode, c.answers(l, day))
	})
	if err != nil {
		return missing(err)
	}
	if len(l.Part().Ending.FollowUp) == 0 || c.n%7 == 5 {
		return w.themedCloses(ctx, c)
	}
	if day == last {
		return nil // people mark how it went
	}
	w.at(local(day, "13:00"), func(ctx context.Context) error { return w.themedFollowed(ctx, c) })
	return nil
}

func (c *themed) answers(l episode.Loaded, day calendar.Date) episode.Answers {
	a := episode.Answers{Reached: map[string]string{}, Results: map[string]string{}, Marks: map[string]string{}, FollowUp: episode.ByClient, Day: day}
	for i, g := range l.State.Goals {
		a.Reached[g.ID] = model.Outcomes[(c.n+i)%2]
	}
	for i, x := range l.Part().Ending.Results {
		a.Results[x] = model.Outcomes[(c.n*i)%3]
	}
	for i, x := range l.Part().Ending.Marks {
		a.Marks[x] = model.YesNo[(c.n+i)%2]
	}
	switch {
	case c.n%7 == 5:
		a.FollowUp, a.Day = episode.NoFollowUp, ""
	case c.n%2 == 1:
		a.FollowUp = episode.ByContact
	}
	return a
}

// themedFollowed marks how the follow-up went, and closes. One comes again, which the coordinator decides.
func (w *world) themedFollowed(ctx context.Context, c *themed) error {
	answers := c.part().Ending.FollowUp
	err := w.update(ctx, func(tx *storage.Tx) error {
		if err := episode.AnswerFollowUp(ctx, tx, w.models, c.worker().Actor, c.episode, answers[c.n%4%len(answers)]); err != nil {
			return err
		}
		if c.n != 3 || len(c.offer.model.Again) == 0 {
			return nil
		}
		e, code, err := episode.Again(ctx, tx, w.models, c.unit.coord.Actor, c.episode, c.offer.model.Again[0])
		if err != nil {
			return err
		}
		next := &themed{n: themedInYear + 1, unit: c.unit, offer: c.offer, code: code, episode: e.ID}
		w.at(local(w.today().Add(1), "09:30"), func(ctx context.Context) error { return w.themedNext(ctx, next) })
		return nil
	})
	if err != nil {
		return missing(err)
	}
	return w.themedCloses(ctx, c)
}

func (w *world) themedCloses(ctx context.Context, c *themed) error {
	return missing(w.update(ctx, func(tx *storage.Tx) error {
		return episode.Close(ctx, tx, w.models, c.worker().Actor, c.episode)
	}))
}
