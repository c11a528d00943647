package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
)

// What is done on days to which families sign up, and by which names families come. None is anybody's.
var (
	pastimes = []struct{ about, area, place string }{
		{"Retki, nuotio ja makkaraa", "Espoo", "Parkkipaikan opastaulu"},
		{"Kotieläinpiha ja eväät", "Vantaa", "Pihan portti"},
		{"Pulkkamäki ja mehua", "Helsinki", "Mäen alla, sininen katos"},
		{"Lautapelejä ja leivontaa", "Helsinki", "Hämeentie 1, 2. krs"},
	}
	familyNames = []string{"Kerttu", "Sini", "Outi", "Milla", "Eija", "Raisa", "Pia", "Kati", "Nelli", "Hilma", "Janne", "Oona"}
)

// comingDay plans one more day that is soon, so that there is something to sign up for: the Saturday after next.
func (w *world) comingDay(u *unit) {
	for _, o := range u.offers {
		if o.meets == nil || !o.model.SignsUp() {
			continue
		}
		day := calendar.LocalOf(w.opt.Until, zone).Day.Add(8)
		for day.Weekday() != 6 || o.meets.on(day) {
			day = day.Add(1)
		}
		w.together(u, o, day, u.workers[0])
	}
}

// together is a day to which families sign up: planned five weeks ahead, or at once when it is nearer; volunteers are asked, families
// come, and it is counted when it is over.
func (w *world) together(u *unit, o offer, day calendar.Date, who colleague) {
	starts := local(day, o.meets.Clock)
	planned := starts.AddDate(0, 0, -35)
	if soonest := w.house.Now().Add(time.Hour); planned.Before(soonest) {
		planned = soonest
	}
	dice := rand.New(rand.NewPCG(w.opt.Seed, uint64(starts.Unix()))) // its own: what others do does not hang on it
	what, families := pastimes[dice.IntN(len(pastimes))], 5+dice.IntN(4)
	var kept occasion.Day
	w.at(planned, func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) (err error) {
			n := occasion.New{Offer: o.ID, Day: day, Clock: calendar.Clock(o.meets.Clock), Minutes: o.meets.Minutes, Closes: day.Add(-1), Places: 30, Volunteers: 2,
				About: what.about, Area: what.area, Place: what.place}
			for _, x := range u.workers[:min(2, len(u.workers))] {
				n.Workers = append(n.Workers, x.Account)
			}
			kept, err = occasion.Plan(ctx, tx, w.models, u.coord.Actor, n)
			return err
		})
	})
	for i := range families {
		w.at(planned.Add(time.Duration(i+1)*23*time.Hour), func(ctx context.Context) error { return w.familyComes(ctx, dice, kept.ID, familyNames[i]) })
	}
	asked := w.opt.Until.AddDate(0, 0, -2)
	if starts.Before(asked) {
		asked = starts.AddDate(0, 0, -6)
	}
	if asked.After(planned) {
		w.at(asked, func(ctx context.Context) error { return w.askHelpers(ctx, u, kept.ID) })
	}
	w.at(starts.Add(time.Duration(o.meets.Minutes+20)*time.Minute), func(ctx context.Context) error {
		err := w.update(ctx, func(tx *storage.Tx) error {
			all, err := tx.Families(ctx, kept)
			if err != nil {
				return err
			}
			if w.chance(0.03) {
				return nil // nobody counted it
			}
			in, _ := occasion.Split(all, kept.Places)
			adults, children := occasion.Heads(in) // not all who signed up come
			adults, children = max(len(in), min(adults, w.from(o.meets.Adults))), min(children, w.from(o.meets.Children))
			return occasion.Count(ctx, tx, w.models, who.Actor, kept.ID, len(in), adults, children)
		})
		if err != nil {
			return err
		}
		return w.askGathered(ctx, u, o, who)
	})
}

func (w *world) familyComes(ctx context.Context, dice *rand.Rand, of occasion.ID, name string) error {
	err := w.update(ctx, func(tx *storage.Tx) error {
		_, err := occasion.SignUp(ctx, tx, w.models, of, occasion.Numbers{Adults: 1 + dice.IntN(2), Children: 1 + dice.IntN(3), Name: name}, id.New())
		return err
	})
	if fault.HasKey(err, "occasion.closed") {
		return nil // they thought of it too late
	}
	return err
}

// askHelpers asks all who may be asked; each says yes, and whoever has what the task takes is confirmed by it.
func (w *world) askHelpers(ctx context.Context, u *unit, of occasion.ID) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		may := occasion.May(shift.Eligible(tx, w.models))
		at, err := occasion.See(ctx, tx, w.models, u.coord.Actor, of)
		if err != nil {
			return err
		}
		found, err := occasion.Candidates(ctx, tx, may, at)
		if err != nil {
			return err
		}
		for _, c := range found {
			if err := occasion.Offer(ctx, tx, w.models, may, u.coord.Actor, of, c.Account); err != nil {
				return err
			}
			by := access.Actor{Account: c.Account, Roles: []access.Membership{{Unit: u.ID, Role: access.Volunteer}}}
			if err := occasion.Yes(ctx, tx, w.models, may, by, of); err != nil {
				return err
			}
		}
		return nil
	})
}
