package demo

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
)

// journey is one client's way from the first booked meeting to the closing.
type journey struct {
	*asking
	episode episode.ID
	worker  colleague
	code    intake.Code
	met     int
	until   int // the client has had enough after this many meetings
}

func (w *world) journeyOf(a *asking, first appointment.Appointment, code intake.Code) *journey {
	j := &journey{asking: a, episode: first.Episode, code: code, until: first.Limit}
	for _, c := range a.unit.workers {
		if c.Account == first.Worker {
			j.worker = c
		}
	}
	if first.Limit == 0 || w.chance(0.25) {
		j.until = 2 + w.dice.IntN(3)
	}
	return j
}

// book is a worker booking straight away; a first booking begins the journey.
func (w *world) book(ctx context.Context, a *asking, who colleague, t appointment.Target, at appointment.Free, code intake.Code) error {
	var booked appointment.Appointment
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		booked, err = appointment.Book(ctx, tx, w.models, who.Actor, t, at, w.placeText(at.PlaceKind))
		return err
	})
	if err != nil {
		return missing(err)
	}
	w.follow(w.journeyOf(a, booked, code), booked)
	return nil
}

// placeText is where the two meet when it is not the office. It goes when the meeting is over.
func (w *world) placeText(kind string) string {
	switch kind {
	case appointment.Agreed:
		return []string{"Kirjaston kahvila", "Asemapuisto, penkki lammen luona", "Seurakuntatalon aula"}[w.dice.IntN(3)]
	case appointment.Home:
		return []string{"Rantatie 4 A 2", "Koivukuja 9", "Mäkikatu 3 C 40"}[w.dice.IntN(3)]
	}
	return ""
}

// follow plans what becomes of a booked meeting.
func (w *world) follow(j *journey, a appointment.Appointment) {
	if a.Ends.After(w.opt.Until) {
		return // people take over
	}
	switch {
	case w.chance(0.04) && a.Starts.Add(-20*time.Hour).After(w.house.Now()):
		w.at(a.Starts.Add(-20*time.Hour), func(ctx context.Context) error { return w.cancelled(ctx, j, a, true) })
	case w.chance(0.03) && a.Starts.Add(-3*time.Hour).After(w.house.Now()):
		w.at(a.Starts.Add(-3*time.Hour), func(ctx context.Context) error { return w.cancelled(ctx, j, a, false) })
	default:
		w.at(a.Ends.Add(w.between(2*time.Minute, 50*time.Minute)), func(ctx context.Context) error { return w.over(ctx, j, a) })
	}
}

func (w *world) cancelled(ctx context.Context, j *journey, a appointment.Appointment, byClient bool) error {
	err := w.update(ctx, func(tx *storage.Tx) error {
		if !byClient {
			return appointment.Cancel(ctx, tx, w.models, j.worker.Actor, a.ID, j.offer.model.Cancel.Worker[0])
		}
		stay, err := intake.Enter(ctx, tx, j.code)
		if err != nil {
			return err
		}
		return appointment.CancelByClient(ctx, tx, w.models, stay.Holder, a.ID)
	})
	if err != nil {
		return missing(err)
	}
	again := w.between(time.Hour, 40*time.Hour)
	if j.met == 0 {
		again /= 10 // a first meeting that fell through is made good at once
	}
	w.in(again, func(ctx context.Context) error { return w.next(ctx, j) })
	return nil
}

// over marks a meeting, then plans the next one or the ending.
func (w *world) over(ctx context.Context, j *journey, a appointment.Appointment) error {
	err := w.update(ctx, func(tx *storage.Tx) error {
		if w.chance(0.05) {
			return appointment.Miss(ctx, tx, w.models, j.worker.Actor, a.ID)
		}
		j.met++
		return appointment.Hold(ctx, tx, w.models, j.worker.Actor, a.ID)
	})
	if err != nil {
		return missing(err)
	}
	if j.met == 1 && j.kind == person.Child && j.guardianOf == nil {
		if err := w.guardians(ctx, j); err != nil {
			return err
		}
	}
	return w.next(ctx, j)
}

// next books the client's next meeting, or begins the ending when the visits are used or enough.
func (w *world) next(ctx context.Context, j *journey) error {
	if j.met >= j.until {
		return w.end(ctx, j)
	}
	day := calendar.LocalOf(w.house.Now(), zone).Day.Add(5 + w.dice.IntN(6))
	asking := *j.asking
	if j.met == 0 { // the first meeting fell through: the next is soon, whatever was wished
		day, asking.new.Times = calendar.LocalOf(w.house.Now(), zone).Day.Add(1), nil
	}
	free, err := w.freeTimes(ctx, &asking, j.worker, j.worker.Account, day, 1)
	if err != nil || len(free) == 0 {
		return err
	}
	var booked appointment.Appointment
	err = w.update(ctx, func(tx *storage.Tx) (err error) {
		booked, err = appointment.Book(ctx, tx, w.models, j.worker.Actor, appointment.Target{Episode: j.episode}, free[0], w.placeText(free[0].PlaceKind))
		return err
	})
	if fault.HasKey(err, "visit.limit") {
		return w.end(ctx, j)
	}
	if err != nil {
		return missing(err)
	}
	w.follow(j, booked)
	return nil
}

// end offers ways on, hears the answers and closes.
func (w *world) end(ctx context.Context, j *journey) error {
	var offered []string
	err := w.update(ctx, func(tx *storage.Tx) error {
		if err := episode.Ending(ctx, tx, w.models, j.worker.Actor, j.episode); err != nil {
			return err
		}
		for _, way := range j.offer.model.WaysOn {
			if w.chance(0.15) {
				if err := episode.OfferWayOn(ctx, tx, w.models, j.worker.Actor, j.episode, way.Kind, way.Destination); err != nil {
					return err
				}
			}
		}
		ways, err := tx.WaysOn(ctx, j.episode)
		for _, x := range ways {
			offered = append(offered, x.ID)
		}
		return err
	})
	if err != nil {
		return missing(err)
	}
	if err := w.askAfter(ctx, j); err != nil {
		return err
	}
	w.in(w.between(2*time.Hour, 90*time.Hour), func(ctx context.Context) error {
		return missing(w.update(ctx, func(tx *storage.Tx) error {
			for _, way := range offered {
				if err := episode.AnswerWayOn(ctx, tx, w.models, j.worker.Actor, way, w.chance(0.6)); err != nil {
					return err
				}
			}
			return episode.Close(ctx, tx, w.models, j.worker.Actor, j.episode)
		}))
	})
	return nil
}

// guardians gives a child's guardians their own talks, apart from each other; some of them disagree, and then the
// coordinator decides.
func (w *world) guardians(ctx context.Context, j *journey) error {
	for n := w.dice.IntN(3); n > 0; n-- {
		var talk episode.Episode
		var code intake.Code
		err := w.update(ctx, func(tx *storage.Tx) (err error) {
			talk, code, err = episode.AddGuardianTalk(ctx, tx, w.models, j.worker.Actor, j.episode, "")
			return err
		})
		if err != nil {
			return missing(err)
		}
		asked := *j.asking
		asked.guardianOf = j
		g := &journey{asking: &asked, episode: talk.ID, worker: j.worker, code: code, until: 1 + w.dice.IntN(2)}
		w.in(w.between(time.Hour, 30*time.Hour), func(ctx context.Context) error { return w.next(ctx, g) })
	}
	if !w.chance(0.15) {
		return nil
	}
	w.in(w.between(time.Hour, 20*time.Hour), func(ctx context.Context) error {
		return missing(w.update(ctx, func(tx *storage.Tx) error {
			return episode.MarkGuardians(ctx, tx, w.models, j.worker.Actor, j.episode, true)
		}))
	})
	w.in(w.between(24*time.Hour, 60*time.Hour), func(ctx context.Context) error {
		d := j.offer.model.Decision
		return missing(w.update(ctx, func(tx *storage.Tx) error {
			return episode.Decide(ctx, tx, w.models, j.unit.coord.Actor, j.episode, d.Choices[0], d.Grounds[w.dice.IntN(len(d.Grounds))])
		}))
	})
	return nil
}
