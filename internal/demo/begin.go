package demo

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
)

// begin plans a year: who asks for help when, when groups gather, who answers the chat, and the last days before
// people take over.
func (w *world) begin() {
	start := calendar.LocalOf(w.house.Now(), zone).Day.Add(1)
	last := calendar.LocalOf(w.opt.Until, zone).Day
	for _, u := range w.units {
		w.beginGroups(u, start)
		for day := start; day <= last; day = day.Add(1) {
			w.answerChat(u, day)
			w.arrivals(u, day, u.plan.Arrivals.Adults, person.Adult)
			w.arrivals(u, day, u.plan.Arrivals.Children, person.Child)
		}
		w.lastDays(u)
		w.parties(u)
		w.themes(u)
		w.paid(u)
		w.couples(u)
		w.volunteers(u)
		w.line(u)
		w.circles(u)
		w.feedback(u)
		w.wishes(u)
		w.quotes(u)
		w.comingDay(u)
	}
}

// arrivals plans those who ask for help on a day, some days none.
func (w *world) arrivals(u *unit, day calendar.Date, inYear int, kind person.Kind) {
	if !w.chance(float64(inYear) / 365) {
		return
	}
	asking := w.newAsking(u, kind)
	at := w.askingTime(u, day, asking.channel)
	if w.opt.Until.Sub(at) < quietDays*24*time.Hour {
		return // the last days are planned one by one
	}
	w.at(at, func(ctx context.Context) error { return w.ask(ctx, asking) })
}

// askingTime is when somebody asks: forms and letters come until late, calls and chats while somebody answers.
func (w *world) askingTime(u *unit, day calendar.Date, channel string) time.Time {
	if channel == "form" || channel == "email" || channel == "partner" {
		return local(day, "08:00").Add(w.between(0, 15*time.Hour))
	}
	for _, s := range u.plan.Openings[channel] {
		for _, d := range s.Days {
			if d == day.Weekday() {
				opens, closes := local(day, s.Opens), local(day, s.Closes)
				return opens.Add(w.between(10*time.Minute, closes.Sub(opens)-40*time.Minute))
			}
		}
	}
	return local(day, "12:00")
}

// answerChat has a worker answer the unit's chat on the evenings when it is open; whoever's turn it is.
func (w *world) answerChat(u *unit, day calendar.Date) {
	for _, s := range u.plan.Openings["chat"] {
		for _, d := range s.Days {
			if d != day.Weekday() {
				continue
			}
			who := u.workers[w.dice.IntN(len(u.workers))]
			w.at(local(day, s.Opens), func(ctx context.Context) error {
				return w.update(ctx, func(tx *storage.Tx) error {
					return organization.BePresent(ctx, tx, who.Actor, u.ID, calendar.Clock(s.Closes))
				})
			})
		}
	}
}

// beginGroups has the unit's workers plan their gatherings a while ahead and count heads afterwards.
func (w *world) beginGroups(u *unit, start calendar.Date) {
	last := calendar.LocalOf(w.opt.Until, zone).Day.Add(60)
	for _, o := range u.offers {
		if o.meets == nil {
			continue
		}
		for day := start; day <= last; day = day.Add(1) {
			switch {
			case !o.meets.on(day):
			case o.model.SignsUp():
				w.together(u, o, day, u.workers[w.dice.IntN(len(u.workers))])
			default:
				w.gather(u, o, day)
			}
		}
	}
}

// on tells whether the group gathers on the day: every week on its weekday, or on the second such weekday of its months.
func (m meetsPlan) on(day calendar.Date) bool {
	if day.Weekday() != m.Weekday {
		return false
	}
	if len(m.Months) == 0 {
		return true
	}
	t := day.Midnight()
	for _, month := range m.Months {
		if int(t.Month()) == month && (t.Day()-1)/7 == 1 {
			return true
		}
	}
	return false
}

// gather plans one gathering five weeks ahead, or at once when it is nearer, and counts heads when it is over.
func (w *world) gather(u *unit, o offer, day calendar.Date) {
	starts := local(day, o.meets.Clock)
	planned := starts.AddDate(0, 0, -35)
	if planned.Before(w.house.Now()) {
		planned = w.house.Now().Add(time.Hour)
	}
	who := u.workers[w.dice.IntN(len(u.workers))]
	w.at(planned, func(ctx context.Context) error {
		var kept group.Meeting
		err := w.update(ctx, func(tx *storage.Tx) (err error) {
			kept, err = group.Plan(ctx, tx, w.models, who.Actor, group.Meeting{Offer: o.ID, At: calendar.Local{Day: day, Clock: calendar.Clock(o.meets.Clock), Zone: zone}, Minutes: o.meets.Minutes})
			return err
		})
		if err != nil {
			return err
		}
		w.at(starts.Add(time.Duration(o.meets.Minutes+20)*time.Minute), func(ctx context.Context) error {
			cancelled := false
			err := w.update(ctx, func(tx *storage.Tx) error {
				if cancelled = w.chance(0.03); cancelled {
					return group.Cancel(ctx, tx, w.models, who.Actor, kept.ID)
				}
				return group.Count(ctx, tx, w.models, who.Actor, kept.ID, w.from(o.meets.Adults), w.from(o.meets.Children))
			})
			if err != nil || cancelled {
				return err
			}
			return w.askGathered(ctx, u, o, who)
		})
		return nil
	})
}
