package demo

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// quietDays are the last days, in which nobody asks by chance: whoever tries the demo finds a desk on which a few
// people wait, one of them longer than was promised.
const quietDays = 3

// lastDays plans those who wait when the play stops, for units that meet clients at all.
func (w *world) lastDays(u *unit) {
	if u.plan.Arrivals.Adults == 0 {
		return
	}
	for _, x := range []struct {
		before   time.Duration
		kind     person.Kind
		channel  string
		referrer string
		contact  person.SafeContact
		times    []string
		places   []string
		age      int
	}{
		{51 * time.Hour, person.Adult, "form", "nollalinja", person.SafeContact{Channel: person.None}, []string{"evening"}, []string{"agreed"}, -1},
		{26 * time.Hour, person.Child, "telephone", "self", person.SafeContact{Channel: person.Call, Address: seal.Of("0405550310"), HourFrom: 9, HourTo: 16}, []string{"office-hours"}, []string{"office"}, 9},
		{5 * time.Hour, person.Adult, "form", "shelter", person.SafeContact{Channel: person.SMS, Address: seal.Of("0405550322"), HourFrom: 10, HourTo: 14}, []string{"weekend"}, []string{"office", "agreed"}, -1},
		{95 * time.Minute, person.Adult, "email", "self", person.SafeContact{Channel: person.None}, nil, []string{"home"}, -1},
	} {
		a := w.newAsking(u, x.kind)
		a.channel, a.silent = x.channel, true
		a.new = intake.New{Offer: a.offer.ID, Channel: intake.Channel(x.channel), Referrer: x.referrer, Lang: "fi", Age: x.age, Times: x.times, Places: x.places, Contact: x.contact}
		w.at(w.opt.Until.Add(-x.before), func(ctx context.Context) error { return w.ask(ctx, a) })
	}
}
