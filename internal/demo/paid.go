package demo

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// payerPlan is who pays, as the organisation's file says it.
type payerPlan struct {
	Name    string `yaml:"name"`
	Contact string `yaml:"contact"`
	Privacy string `yaml:"privacy"`
}

// granted is one commitment of the last months before people take over. Days are counted from the end of the play, minus
// is before it.
type granted struct {
	number   string
	kind     string
	visits   int
	workers  [2]int // of the unit, in their order; -1 is nobody
	name     string
	recorded int
	last     int
	longer   int   // the last day of an extension, recorded a week before the first one's; 0 is none
	held     int   // so many visits, one a week
	booked   []int // and visits that are still to come
	unmarked bool  // the last entry was forgotten
	ended    bool
}

var commitments = []granted{
	{number: "PPHVA-2026-0142", kind: "couple", visits: 15, workers: [2]int{0, 1}, name: "Anna ja Pekka", recorded: -130, last: 13, held: 9, booked: []int{3, 10, 18, 32}},
	{number: "PPHVA-2026-0117", kind: "individual", visits: 12, workers: [2]int{2, -1}, name: "Riitta", recorded: -150, last: -6, held: 8, booked: []int{4}},
	{number: "PPHVA-2026-0208", kind: "family", visits: 10, workers: [2]int{0, -1}, recorded: -4, last: 170},
	{number: "PPHVA-2026-0090", kind: "couple", visits: 10, workers: [2]int{1, 2}, name: "Sanna ja Ville", recorded: -110, last: -20, longer: 70, held: 8, booked: []int{6}, unmarked: true},
	{number: "PPHVA-2026-0064", kind: "individual", visits: 10, workers: [2]int{2, -1}, name: "Kaisa", recorded: -160, last: -60, held: 10, ended: true},
}

// paidTakes is how long the longest of them goes back.
const paidTakes = 170 * 24 * time.Hour

// paid plays what a payer has granted in a unit whose visits somebody else pays for: one that runs out soon over booked
// visits, one that has run out, one that begins, one that was extended, one that is used up. It throws no dice.
func (w *world) paid(u *unit) {
	if len(u.workers) < 3 || w.opt.Until.Sub(w.house.Now()) < paidTakes {
		return
	}
	for _, o := range u.offers {
		if o.model.Commitment == nil {
			continue
		}
		for i, g := range commitments {
			at := awake(w.opt.Until.AddDate(0, 0, g.recorded)).Add(time.Duration(i) * time.Hour)
			w.at(at, func(ctx context.Context) error { return w.grant(ctx, u, o, g) })
		}
		for i, refused := range []int{0, -3} {
			w.at(awake(w.opt.Until.AddDate(0, 0, -12)).Add(time.Duration(i)*time.Minute), func(ctx context.Context) error { return w.applyFor(ctx, u, o, refused) })
		}
	}
}

// payers keeps who pays.
func (w *world) payers(ctx context.Context, all []payerPlan) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		for _, p := range all {
			_, err := commitment.KeepPayer(ctx, tx, access.System(), commitment.Payer{Name: p.Name, Contact: p.Contact, Controller: p.Name, Privacy: p.Privacy, Active: true})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// endDay is a day counted from the end of the play.
func (w *world) endDay(days int) calendar.Date {
	return calendar.LocalOf(w.opt.Until, zone).Day.Add(days)
}

func (w *world) grant(ctx context.Context, u *unit, o offer, g granted) error {
	n := commitment.New{Number: g.number, Kind: g.kind, Granted: g.visits, Workers: 1, Worker: u.workers[g.workers[0]].Account, First: w.today(), Last: w.endDay(g.last),
		Route: o.model.Commitment.Routes[0], ChildWelfare: "no", Contact: commitment.Contact{Offer: o.ID, Channel: intake.Telephone, Lang: "fi", Name: g.name, Age: -1}}
	if g.workers[1] >= 0 {
		n.Workers, n.Second = 2, u.workers[g.workers[1]].Account
	}
	if g.kind == "family" {
		n.ChildWelfare, n.SocialWorker, n.Agreed = "yes", "Tiina N.", w.today()
	}
	var kept commitment.Recorded
	err := w.update(ctx, func(tx *storage.Tx) error {
		payers, err := tx.Payers(ctx)
		if err != nil {
			return err
		}
		n.Payer = payers[0].ID
		kept, err = commitment.Record(ctx, tx, w.models, u.coord.Actor, n)
		return err
	})
	if err != nil {
		return err
	}
	w.use(u, g, kept.Episode)
	return nil
}

// applyFor takes somebody in and asks a payer; with a day counted from the end of the play, minus, the payer does not grant it.
func (w *world) applyFor(ctx context.Context, u *unit, o offer, refused int) error {
	var of intake.RequestID
	err := w.update(ctx, func(tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, w.models, u.workers[0].Actor, intake.New{Offer: o.ID, Channel: intake.Telephone, Lang: "fi", Age: -1})
		if err != nil {
			return err
		}
		of = made.Request.ID
		payers, err := tx.Payers(ctx)
		if err != nil {
			return err
		}
		return commitment.Apply(ctx, tx, w.models, u.coord.Actor, of, payers[0].ID, w.today())
	})
	if err != nil || refused == 0 {
		return err
	}
	w.at(awake(w.opt.Until.AddDate(0, 0, refused)), func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) error {
			return commitment.Refuse(ctx, tx, w.models, u.coord.Actor, of, w.today())
		})
	})
	return nil
}

// use plans the visits of a commitment, its extension and its end.
func (w *world) use(u *unit, g granted, ep episode.ID) {
	for i := range g.held {
		day := w.today().Add(7 * (i + 1))
		w.at(local(day, "08:00"), func(ctx context.Context) error { return w.meetPaid(ctx, u, g, ep, day, i+1 == g.held && g.unmarked) })
	}
	for _, days := range g.booked {
		w.at(w.opt.Until.AddDate(0, 0, -30).Add(time.Duration(days)*time.Minute), func(ctx context.Context) error {
			_, err := w.bookPaid(ctx, u, g, ep, w.endDay(days))
			return err
		})
	}
	if g.longer != 0 {
		w.at(awake(w.opt.Until.AddDate(0, 0, g.last-7)), func(ctx context.Context) error {
			return missing(w.update(ctx, func(tx *storage.Tx) error {
				return commitment.Extend(ctx, tx, w.models, u.coord.Actor, ep, w.endDay(g.last+1), w.endDay(g.longer))
			}))
		})
	}
	if g.ended {
		w.at(awake(w.opt.Until.AddDate(0, 0, -50)), func(ctx context.Context) error {
			return missing(w.update(ctx, func(tx *storage.Tx) error {
				if err := episode.Ending(ctx, tx, w.models, u.workers[g.workers[0]].Actor, ep); err != nil {
					return err
				}
				return episode.Close(ctx, tx, w.models, u.workers[g.workers[0]].Actor, ep)
			}))
		})
	}
}

// bookPaid books the pair's first free time from a day on.
func (w *world) bookPaid(ctx context.Context, u *unit, g granted, ep episode.ID, day calendar.Date) (booked appointment.Appointment, err error) {
	who := u.workers[g.workers[0]]
	err = w.update(ctx, func(tx *storage.Tx) error {
		target := appointment.Target{Episode: ep}
		wanted := appointment.Wanted{Unit: u.ID, For: target, Minutes: 90, Worker: who.Account, Place: u.office, From: day, To: day.Add(6), Participants: appointment.ParticipantsOf(g.kind)}
		if g.workers[1] >= 0 {
			wanted.Second = u.workers[g.workers[1]].Account
		}
		free, err := appointment.FreeTimes(ctx, tx, who.Actor, wanted, 1)
		if err != nil || len(free) == 0 {
			return err
		}
		booked, err = appointment.Book(ctx, tx, w.models, who.Actor, target, free[0], "")
		return err
	})
	return booked, missing(err)
}

// meetPaid books a time of this week, holds the visit and marks the next morning that the payer's system has it.
func (w *world) meetPaid(ctx context.Context, u *unit, g granted, ep episode.ID, day calendar.Date, forgotten bool) error {
	who := u.workers[g.workers[0]]
	a, err := w.bookPaid(ctx, u, g, ep, day)
	if err != nil || a.ID == "" || a.Ends.After(w.opt.Until) {
		return err
	}
	w.at(a.Ends.Add(10*time.Minute), func(ctx context.Context) error {
		return missing(w.update(ctx, func(tx *storage.Tx) error { return appointment.Hold(ctx, tx, w.models, who.Actor, a.ID) }))
	})
	if forgotten {
		return nil
	}
	w.at(awake(a.Ends.Add(15*time.Hour)), func(ctx context.Context) error {
		return missing(w.update(ctx, func(tx *storage.Tx) error { return commitment.MarkEntry(ctx, tx, w.models, who.Actor, a.ID, w.today()) }))
	})
	return nil
}
