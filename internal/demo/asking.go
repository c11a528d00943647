package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// asking is one client before anybody has heard of them.
type asking struct {
	unit    *unit
	offer   offer
	kind    person.Kind
	channel string
	new     intake.New
	asked   time.Time
	silent  bool // nobody answers this one before the play ends
	// guardianOf is the child whose guardian this is; nil for clients of their own.
	guardianOf *journey
}

var (
	askChannels = []string{"form", "telephone", "chat", "email", "partner"}
	askWeights  = []int{38, 27, 17, 8, 10}
)

// newAsking throws the dice for one client: how they ask, what they wish, how they may be reached.
func (w *world) newAsking(u *unit, kind person.Kind) *asking {
	a := &asking{unit: u, kind: kind, channel: w.weighted(askChannels, askWeights)}
	for _, o := range u.offers {
		if !o.model.ByHeads() && !o.model.Volunteers() && !o.model.Calls() && o.model.Clients[0] == kind {
			a.offer = o
		}
	}
	a.new = intake.New{Offer: a.offer.ID, Channel: intake.Channel(a.channel), Referrer: w.referrer(a), Lang: w.language(), Age: -1}
	if kind == person.Child {
		a.new.Age = 5 + w.dice.IntN(12)
	}
	if w.chance(0.35) {
		a.new.Times = []string{w.weighted([]string{"office-hours", "evening", "weekend"}, []int{4, 5, 3})}
	}
	a.new.Places = []string{w.weighted([]string{"office", "home", "agreed"}, []int{6, 2, 4})}
	a.new.Contact = w.contact(a.channel)
	if a.new.Contact.Channel != person.None && w.chance(0.7) {
		a.new.Name = chosenNames[w.dice.IntN(len(chosenNames))]
	}
	return a
}

var chosenNames = []string{"Aamu", "Meri", "Tuuli", "Kaisla", "Sade", "Lumi", "Pilvi", "Kuu", "Halla", "Otso", "Ilves", "Routa", "Havu", "Kivi", "Usva"}

func (w *world) referrer(a *asking) string {
	list := a.offer.model.Referrers
	if a.channel != "partner" && w.chance(0.55) {
		return "self"
	}
	for {
		if r := list[w.dice.IntN(len(list))]; a.channel != "partner" || r != "self" {
			return r
		}
	}
}

func (w *world) language() locale.Lang {
	return locale.Lang(w.weighted([]string{"fi", "sv", "en"}, []int{88, 5, 7}))
}

// contact is what the client allows: most forms come without any, whoever telephones may be called back.
func (w *world) contact(channel string) person.SafeContact {
	none := 0.6
	if channel == "telephone" || channel == "email" {
		none = 0.25
	}
	if w.chance(none) {
		return person.SafeContact{Channel: person.None}
	}
	c := person.SafeContact{Channel: person.SMS, Address: seal.Of(fmt.Sprintf("040555%04d", 200+w.dice.IntN(700))), HourFrom: 10, HourTo: 14,
		LastDay: calendar.LocalOf(w.house.Now(), zone).Day.Add(400)}
	if channel == "telephone" || w.chance(0.4) {
		c.Channel, c.HourFrom, c.HourTo = person.Call, 9, 17
	}
	last := c.Address.Reveal()[9]
	c.Reminders, c.Others = last < '5' && c.Channel == person.SMS, []person.Others{person.OthersUnknown, person.OthersYes, person.OthersNo}[last%3]
	return c
}

// ask makes the contact by the channel's own action.
func (w *world) ask(ctx context.Context, a *asking) error {
	in := a.new
	a.asked = w.house.Now()
	in.Contact.LastDay = calendar.LocalOf(w.house.Now(), zone).Day.Add(60)
	by := access.Anyone()
	switch a.channel {
	case "chat":
		return w.askByChat(ctx, a, in)
	case "telephone", "email":
		by = w.hearer(a).Actor
	case "partner":
		in.Present = true
	}
	if by.Account == "" {
		in.Token = fmt.Sprintf("demo-form-%016x%016x", w.dice.Uint64(), w.dice.Uint64())
	}
	var made intake.Made
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, w.models, by, in)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", a.channel, err)
	}
	w.heard(a, made.Request.ID, made.Code)
	return nil
}

// hearer is the worker who takes the contact in.
func (w *world) hearer(a *asking) colleague {
	return a.unit.workers[w.dice.IntN(len(a.unit.workers))]
}

// askByChat begins a conversation, a worker answers, and it ends with a contact or with the talk alone.
func (w *world) askByChat(ctx context.Context, a *asking, in intake.New) error {
	var stay chat.Stay
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		if stay, err = chat.Start(ctx, tx, w.models, a.offer.ID, in.Lang); err == nil {
			_, err = chat.Say(ctx, tx, stay.Token, "Hei")
		}
		return err
	})
	if fault.HasKey(err, "chat.closed") {
		in.Channel, a.channel = intake.Form, "form" // the page offers the form
		return w.ask(ctx, a)
	}
	if err != nil {
		return err
	}
	if a.silent {
		return nil
	}
	who := w.hearer(a)
	w.in(w.between(time.Minute, 4*time.Minute), func(ctx context.Context) error { return w.talk(ctx, a, in, stay, who) })
	return nil
}

// talk is a short conversation. What is said in the demo says nothing.
func (w *world) talk(ctx context.Context, a *asking, in intake.New, stay chat.Stay, who colleague) error {
	var made intake.Made
	asks := w.chance(0.65)
	err := w.update(ctx, func(tx *storage.Tx) (err error) {
		if err = chat.Take(ctx, tx, who.Actor, stay.ID); err != nil {
			return err
		}
		if err = chat.SayAsWorker(ctx, tx, who.Actor, stay.ID, "Hei. Olen tässä."); err != nil || !asks {
			return err
		}
		made, err = chat.MakeRequest(ctx, tx, w.models, who.Actor, stay.ID, in)
		return err
	})
	if err != nil {
		return err
	}
	w.in(w.between(5*time.Minute, 20*time.Minute), func(ctx context.Context) error {
		return w.update(ctx, func(tx *storage.Tx) error { return chat.EndByClient(ctx, tx, stay.Token) })
	})
	if asks {
		w.heard(a, made.Request.ID, w.codeOf(ctx, stay))
	}
	return nil
}

// codeOf reads the code where the visitor reads it.
func (w *world) codeOf(ctx context.Context, stay chat.Stay) intake.Code {
	code := intake.Code("")
	w.update(ctx, func(tx *storage.Tx) error {
		talk, err := chat.Read(ctx, tx, stay.Token, 0)
		for _, m := range talk.Messages {
			if m.Sender == chat.FromCode {
				code, _ = intake.ParseCode(m.Body.Reveal())
			}
		}
		return err
	})
	return code
}

// heard has a worker answer at the next fitting moment, most within a day and a half.
func (w *world) heard(a *asking, id intake.RequestID, code intake.Code) {
	if a.silent {
		return
	}
	wait := w.between(20*time.Minute, 9*time.Hour)
	if a.channel == "telephone" {
		wait = w.between(time.Minute, 5*time.Minute) // while the call goes on
	}
	if w.chance(0.04) {
		wait += 30 * time.Hour // some wait too long, as they do
	}
	at := awake(w.house.Now().Add(wait))
	w.at(at, func(ctx context.Context) error { return w.answer(ctx, a, id, code) })
}

// awake moves an instant out of the night.
func awake(t time.Time) time.Time {
	l := calendar.LocalOf(t, zone)
	switch {
	case l.Clock < "09:00":
		return local(l.Day, "09:10")
	case l.Clock > "20:00":
		return local(l.Day.Add(1), "09:10")
	}
	return t
}

// answer books on the telephone at once, or offers times that wait for the code.
func (w *world) answer(ctx context.Context, a *asking, id intake.RequestID, code intake.Code) error {
	who := w.hearer(a)
	day := calendar.LocalOf(w.house.Now(), zone).Day
	if a.channel != "telephone" {
		day = day.Add(1) // the client needs the evening to come back with the code
	}
	free, err := w.freeTimes(ctx, a, who, "", day, 4)
	if err == nil {
		free, err = w.promised(ctx, a, who, free)
	}
	if err != nil || len(free) == 0 {
		return err
	}
	target := appointment.Target{Request: id}
	if a.channel == "telephone" {
		return w.book(ctx, a, who, target, free[0], code)
	}
	if len(free) > 3 {
		free = free[:3]
	}
	if err := w.update(ctx, func(tx *storage.Tx) error {
		return appointment.Offer(ctx, tx, w.models, who.Actor, target, free)
	}); err != nil {
		return missing(err)
	}
	if w.chance(0.08) {
		return nil // the code is never used, and the request vanishes by itself
	}
	w.in(w.between(30*time.Minute, 12*time.Hour), func(ctx context.Context) error { return w.pick(ctx, a, id, code) })
	return nil
}

// promised are times within the model's promise: where what was wished for comes later, most take what there is sooner.
func (w *world) promised(ctx context.Context, a *asking, who colleague, wished []appointment.Free) ([]appointment.Free, error) {
	due, soon := a.asked.Add(a.offer.model.FirstVisit), w.house.Now().Add(5*time.Hour)
	if a.channel == "telephone" {
		soon = w.house.Now().Add(time.Hour)
	}
	if a.offer.model.FirstVisit == 0 || (len(wished) > 0 && starts(wished[0]).Before(due)) || w.chance(0.04) {
		return wished, nil
	}
	any := *a
	any.new.Times, any.new.Places = nil, []string{appointment.Office}
	free, err := w.freeTimes(ctx, &any, who, "", calendar.LocalOf(soon, zone).Day, 40)
	free = slices.DeleteFunc(free, func(f appointment.Free) bool { return starts(f).Before(soon) })
	if err != nil || len(free) == 0 {
		return wished, err
	}
	return free[:min(len(free), 4)], nil
}

func starts(f appointment.Free) time.Time {
	at, _ := f.At.Instant() // a free time exists
	return at
}

// freeTimes asks for the first free times as the pages do: over all suitable workers, or one.
func (w *world) freeTimes(ctx context.Context, a *asking, who colleague, only access.AccountID, from calendar.Date, limit int) ([]appointment.Free, error) {
	part, _ := a.offer.model.PartOf("client")
	wanted := appointment.Wanted{Unit: a.unit.ID, Minutes: part.Minutes, Lang: a.new.Lang, PlaceKind: a.new.Places[0], Worker: only, From: from, To: from.Add(21), Parts: a.new.Times}
	if wanted.PlaceKind == appointment.Office {
		wanted.Place = a.unit.office
	}
	var free []appointment.Free
	err := w.db.View(ctx, func(tx *storage.Tx) (err error) {
		free, err = appointment.FreeTimes(ctx, tx, who.Actor, wanted, limit)
		return err
	})
	if err == nil && len(free) == 0 && len(a.new.Times) > 0 {
		a.new.Times = nil // nothing fits the wish: any time will do
		return w.freeTimes(ctx, a, who, only, from, limit)
	}
	return free, err
}

// missing forgives that what somebody meant to act on has already gone: life goes on, as on a real desk.
func missing(err error) error {
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// rank is where somebody stands among the staff.
func (w *world) rank(who access.AccountID) int {
	return slices.IndexFunc(w.staff, func(c colleague) bool { return c.Account == who })
}

// pick is the client coming back with the code.
func (w *world) pick(ctx context.Context, a *asking, id intake.RequestID, code intake.Code) error {
	var booked appointment.Appointment
	err := w.update(ctx, func(tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, code)
		if err != nil {
			return err
		}
		view, err := appointment.ForClient(ctx, tx, w.models, stay.Holder)
		if err != nil || len(view.Slots) == 0 {
			return err
		}
		slices.SortStableFunc(view.Slots, func(a, b appointment.Slot) int { // of two at the same time, ids would decide
			return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(w.rank(a.Worker), w.rank(b.Worker)))
		})
		booked, err = appointment.Pick(ctx, tx, w.models, stay.Holder, view.Slots[w.dice.IntN(len(view.Slots))].ID)
		return err
	})
	if err != nil && !fault.Is(err, fault.Conflict) {
		return missing(err)
	}
	if booked.ID == "" { // others were quicker, or the times passed: the worker offers new ones
		w.in(w.between(time.Hour, 5*time.Hour), func(ctx context.Context) error { return w.answer(ctx, a, id, code) })
		return nil
	}
	w.follow(w.journeyOf(a, booked, code), booked)
	return nil
}
