package demo

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/respite"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// helper is one volunteer of the play: when they asked, how far they came, and what they do.
type helper struct {
	name, phone string
	tasks       []string
	asked       int // days before people take over
	upTo        string
	learnt      map[string]int // trainings, so many days before
	given       map[string]int
	extract     int // days before; 0 is never
	onBreak     [2]int
	stopped     int
}

// The men's unit's volunteers stand at every place of the path; the family days' two differ in one extract.
var helpers = map[string][]helper{
	"vkm": {
		{name: "Pekka M.", phone: "040 555 0121", tasks: []string{"guide-group", "answer-line"}, asked: 350, upTo: volunteer.Active, learnt: map[string]int{"induction": 310, "peer-instructor": 300, "line-basic": 280, "line-further": 40},
			given: map[string]int{"handbook": 312, "support-talk": 60, "group-start": 240}},
		{name: "Ari L.", phone: "040 555 0122", tasks: []string{"answer-line"}, asked: 320, upTo: volunteer.Active, learnt: map[string]int{"induction": 300, "line-basic": 280, "line-further": 120}, given: map[string]int{"handbook": 300}},
		{name: "Timo K.", phone: "040 555 0123", tasks: []string{"answer-line"}, asked: 340, upTo: volunteer.Active, learnt: map[string]int{"induction": 440, "line-basic": 430, "line-further": 425}, given: map[string]int{"handbook": 335, "support-talk": 100}},
		{name: "Esa R.", tasks: []string{"guide-group"}, asked: 300, upTo: volunteer.Active, learnt: map[string]int{"induction": 280, "peer-instructor": 250}, given: map[string]int{"handbook": 280, "support-talk": 90}, onBreak: [2]int{20, -40}},
		{name: "Kari J.", phone: "040 555 0125", tasks: []string{"guide-group"}, asked: 200, upTo: volunteer.Active, learnt: map[string]int{"induction": 180, "peer-instructor": 90}, given: map[string]int{"handbook": 180, "support-talk": 50}},
		{name: "Veli-Matti S.", phone: "040 555 0126", tasks: []string{"answer-line"}, asked: 40, upTo: volunteer.Induction},
		{name: "Lauri H.", phone: "040 555 0127", tasks: []string{"guide-group"}, asked: 12, upTo: volunteer.Interview},
		{name: "Jari N.", phone: "040 555 0128", tasks: []string{"answer-line"}, asked: 3, upTo: volunteer.Applied},
		{name: "Reijo P.", tasks: []string{"guide-group"}, asked: 20, upTo: volunteer.Refused},
		{name: "Seppo T.", tasks: []string{"guide-group"}, asked: 250, upTo: volunteer.Stopped, learnt: map[string]int{"induction": 230}, stopped: 30},
	},
	"turvaverkko": {
		{name: "Anna K.", phone: "040 555 0131", tasks: []string{"family-day"}, asked: 280, upTo: volunteer.Active, learnt: map[string]int{"induction": 260}, given: map[string]int{"handbook": 260, "support-talk": 80}, extract: 250},
		{name: "Tiina V.", phone: "040 555 0132", tasks: []string{"family-day"}, asked: 90, upTo: volunteer.Active, learnt: map[string]int{"induction": 70}, given: map[string]int{"handbook": 75}},
		{name: "Ulla E.", phone: "040 555 0133", tasks: []string{"family-day"}, asked: 2, upTo: volunteer.Applied},
	},
}

// volunteersYear is what their year has: so many days before (or after) people take over.
var volunteersYear = []struct {
	item, clock, place, link string
	days, minutes            int
}{
	{"regional-meeting", "12:00", "Toimisto", "", 200, 180},
	{"instructor-training", "10:00", "Toimisto", "https://kokous.example.fi/ohjaajat", 90, 360},
	{"line-further-training", "17:00", "Toimisto", "https://kokous.example.fi/linja", 40, 120},
	{"line-informal", "18:00", "Keilahalli", "", -9, 150},
	{"line-further-training", "17:00", "Toimisto", "https://kokous.example.fi/linja-syksy", -16, 120},
	{"regional-meeting", "12:00", "Toimisto", "", -30, 180},
}

// volunteers plans the unit's volunteers, where it offers something about them.
func (w *world) volunteers(u *unit) {
	at := slices.IndexFunc(u.offers, func(o offer) bool { return o.model.Volunteers() })
	if at < 0 {
		return
	}
	for i, h := range helpers[u.Slug] {
		w.plan(u, u.offers[at], h, i)
	}
	if u.Slug != "vkm" {
		return
	}
	start := w.house.Now()
	for _, g := range volunteersYear {
		day := calendar.LocalOf(w.opt.Until.AddDate(0, 0, -g.days), zone).Day
		when := local(day, g.clock)
		if !when.After(start.AddDate(0, 0, 31)) {
			continue // a short play has no room for it
		}
		w.at(when.AddDate(0, 0, -30), func(ctx context.Context) error {
			return w.arrange(ctx, u, u.offers[at], volunteer.Plan{Item: g.item, Day: day, Clock: calendar.Clock(g.clock), Minutes: g.minutes, Place: g.place, Link: g.link}, when)
		})
	}
}

// ago is an instant of working hours so many days before people take over; false where the play had not begun.
func (w *world) ago(days int) (time.Time, bool) {
	at := local(calendar.LocalOf(w.opt.Until.AddDate(0, 0, -days), zone).Day, "10:00")
	return at, at.After(w.house.Now()) && at.Before(w.opt.Until)
}

// plan is one volunteer's way, by the actions that the pages call.
func (w *world) plan(u *unit, o offer, h helper, i int) {
	asked, _ := w.ago(h.asked)
	if first := w.house.Now().Add(26*time.Hour - time.Duration(len(helpers[u.Slug]))*10*time.Minute + time.Duration(i)*time.Minute); asked.Before(first) {
		asked = first // a short play: they come in its first days, where most are first
	}
	if takes := 17 * 24 * time.Hour; h.upTo != volunteer.Applied && w.opt.Until.Sub(asked) < takes && h.asked > 17 {
		return
	}
	var of volunteer.ID
	w.at(asked, func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) error {
			code, err := volunteer.Apply(ctx, tx, w.models, volunteer.Application{Offer: o.ID, Token: id.New(), Name: h.name, Email: mailOf(h.name), Phone: h.phone,
				Lang: locale.Finnish, Tasks: h.tasks, Times: []string{"evening"}})
			if err != nil {
				return err
			}
			v, _, err := volunteer.ByCode(ctx, tx, w.models, code)
			of = v.ID
			return err
		})
	})
	if h.upTo == volunteer.Applied {
		return
	}
	w.at(asked.AddDate(0, 0, 2), func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) error { return volunteer.Meet(ctx, tx, w.models, u.coord.Actor, of) })
	})
	w.at(asked.AddDate(0, 0, 5), func(ctx context.Context) error { return w.decide(ctx, u, h, of) })
}

func mailOf(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	return strings.NewReplacer("ä", "a", "ö", "o").Replace(first) + ".vapaaehtoinen@example.fi"
}

// decide is the coordinator's answer, and what follows of it.
func (w *world) decide(ctx context.Context, u *unit, h helper, of volunteer.ID) error {
	if h.upTo == volunteer.Interview {
		return nil
	}
	if h.upTo == volunteer.Refused {
		return w.update(ctx, func(tx *storage.Tx) error { return volunteer.Refuse(ctx, tx, w.models, u.coord.Actor, of) })
	}
	by, err := w.takeOn(ctx, u, of)
	if err != nil {
		return err
	}
	w.staff = append(w.staff, colleague{Actor: by, name: h.name, role: access.Volunteer, unit: u.Slug})
	if h.upTo != volunteer.Induction {
		w.in(10*24*time.Hour, func(ctx context.Context) error { return w.settleIn(ctx, u, h, of, by) })
	}
	return nil
}

// takeOn takes somebody on, lets them sign in, and has a worker vouch for them.
func (w *world) takeOn(ctx context.Context, u *unit, of volunteer.ID) (by access.Actor, err error) {
	err = w.update(ctx, func(tx *storage.Tx) error {
		if _, err := volunteer.Accept(ctx, tx, w.models, u.coord.Actor, of); err != nil {
			return err
		}
		v, err := tx.Volunteer(ctx, of)
		if err != nil {
			return err
		}
		link, err := account.LinkFor(ctx, tx, access.System(), v.Account, account.Demo)
		if err != nil {
			return err
		}
		if _, err := account.UseLink(ctx, tx, link, "", ""); err != nil {
			return err
		}
		by = access.Actor{Account: v.Account, Roles: []access.Membership{{Unit: u.ID, Role: access.Volunteer}}}
		a, err := tx.Account(ctx, v.Account)
		if err != nil || !a.Waits() {
			return err
		}
		return account.Vouch(ctx, tx, u.workers[0].Actor, v.Account, account.Number(tx, v.Account))
	})
	return by, err
}

// settleIn notes what the volunteer has learnt and was given, and what they do now.
func (w *world) settleIn(ctx context.Context, u *unit, h helper, of volunteer.ID, by access.Actor) error {
	day := func(before int) calendar.Date { return calendar.LocalOf(w.opt.Until.AddDate(0, 0, -before), zone).Day }
	later := func(before int, do func(ctx context.Context, tx *storage.Tx) error) {
		at, _ := w.ago(before)
		if at.Before(w.house.Now()) {
			at = w.house.Now().Add(time.Minute)
		}
		w.at(at, func(ctx context.Context) error {
			return w.update(ctx, func(tx *storage.Tx) error { return do(ctx, tx) })
		})
	}
	later(h.asked, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.Begin(ctx, tx, w.models, u.coord.Actor, of)
	})
	for _, training := range slices.Sorted(maps.Keys(h.learnt)) {
		before := h.learnt[training]
		later(before, func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.Learn(ctx, tx, w.models, u.coord.Actor, of, training, day(before))
		})
	}
	for _, right := range slices.Sorted(maps.Keys(h.given)) {
		before := h.given[right]
		later(before, func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.Give(ctx, tx, w.models, u.coord.Actor, of, right, day(before))
		})
	}
	if h.extract > 0 {
		later(h.extract, func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.Shown(ctx, tx, w.models, u.coord.Actor, of, day(h.extract), true)
		})
	}
	if h.onBreak != [2]int{} {
		later(h.onBreak[0], func(ctx context.Context, tx *storage.Tx) error {
			return respite.Break(ctx, tx, w.models, by, max(day(h.onBreak[0]), w.today()), day(h.onBreak[1]))
		})
	}
	if h.stopped > 0 {
		later(h.stopped, func(ctx context.Context, tx *storage.Tx) error { return respite.Stop(ctx, tx, w.models, by) })
	}
	return nil
}

// arrange plans an event; who is here signs up, and afterwards it is marked who was there.
func (w *world) arrange(ctx context.Context, u *unit, o offer, p volunteer.Plan, when time.Time) error {
	var of volunteer.EventID
	if err := w.update(ctx, func(tx *storage.Tx) (err error) {
		of, err = volunteer.PlanEvent(ctx, tx, w.models, u.coord.Actor, o.ID, p)
		return err
	}); err != nil {
		return err
	}
	w.in(24*time.Hour, func(ctx context.Context) error { return w.signUp(ctx, u, of, p) })
	w.at(when.Add(time.Duration(p.Minutes+30)*time.Minute), func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) error {
			signed, err := tx.SignUps(ctx, of)
			var came []volunteer.ID
			for _, s := range signed {
				came = append(came, s.Volunteer)
			}
			if err != nil {
				return err
			}
			return volunteer.Attend(ctx, tx, w.models, u.coord.Actor, of, came)
		})
	})
	return nil
}

// signUp: who does what the event is about comes, every second from elsewhere where that goes.
func (w *world) signUp(ctx context.Context, u *unit, of volunteer.EventID, p volunteer.Plan) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.Volunteers(ctx, u.ID)
		if err != nil {
			return err
		}
		for i, v := range all {
			if v.State != volunteer.Active || v.Path.Pause.From != "" || i%3 == 2 {
				continue
			}
			by := access.Actor{Account: v.Account, Roles: []access.Membership{{Unit: u.ID, Role: access.Volunteer}}}
			how := volunteer.InPlace
			if p.Link != "" && i%2 == 1 {
				how = volunteer.Remotely
			}
			if err := volunteer.SignUpFor(ctx, tx, w.models, by, of, how); err != nil {
				return errors.Join(errors.New("sign up"), err)
			}
		}
		return nil
	})
}
