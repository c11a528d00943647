package appointment

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Book books a time for a client, as a worker does on the telephone. The first booking of a request opens its episode;
// what else was offered is withdrawn.
func Book(ctx context.Context, tx Tx, ms model.Set, by access.Actor, t Target, at Free, place string) (Appointment, error) {
	booked, err := book(ctx, tx, ms, by, t, at, place)
	return booked, asNotFree(err)
}

func book(ctx context.Context, tx Tx, ms model.Set, by access.Actor, t Target, at Free, place string) (Appointment, error) {
	a, err := t.load(ctx, tx, ms, by)
	if err != nil {
		return Appointment{}, err
	}
	if err := a.May(model.Book, tx.Now()); err != nil {
		return Appointment{}, err
	}
	if err := a.sameWorker(at.Worker); err != nil {
		return Appointment{}, err
	}
	c, err := check(ctx, tx, a.Loaded, at)
	if err != nil {
		return Appointment{}, err
	}
	if c, err = a.available(ctx, tx, by, c, notFree); err != nil {
		return Appointment{}, err
	}
	text, err := placeText(at.PlaceKind, place)
	if err != nil {
		return Appointment{}, err
	}
	return a.book(ctx, tx, ms, by, c, text)
}

// book opens the episode where there is none yet and keeps the booking. The engine has allowed it.
func (a aim) book(ctx context.Context, tx Tx, ms model.Set, by access.Actor, c checked, place seal.Text) (Appointment, error) {
	if a.target.Request != "" {
		e, err := episode.Open(ctx, tx, ms, by, a.request, c.Worker)
		if err != nil {
			return Appointment{}, err
		}
		a.Episode, a.State.Episode = e, e
	}
	booking := newBooking(ID(id.New()), a.State, c, place)
	if err := put(ctx, tx, a.Loaded, booking); err != nil {
		return Appointment{}, err
	}
	if err := tx.DeleteSlots(ctx, "", a.Episode.ID); err != nil {
		return Appointment{}, err
	}
	if err := said(ctx, tx, a.Loaded, booking, outgoing.MeetingBooked); err != nil {
		return Appointment{}, err
	}
	return booking, audit.Note(ctx, tx, by, "changed", access.Episode, string(a.Episode.ID))
}

// put keeps a booking. Where storage holds a number that the rules saw free, another hand was quicker: with the last
// number gone that is the limit, and otherwise a moment's race.
func put(ctx context.Context, tx Tx, l episode.Loaded, a Appointment) error {
	err := tx.PutAppointment(ctx, a)
	if !fault.HasKey(err, "visit.limit") {
		return err
	}
	if l.State.Used()+l.State.Booked()+1 >= l.State.Max() {
		return l.State.LimitReached(l.Model)
	}
	return fault.Wrap(err, fault.Conflict, "visit.raced")
}

// Pick books an offered time for the client with the code. Of two who pick one time exactly one has it; the other is
// told so, and what is left is still there.
func Pick(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, slot SlotID) (Appointment, error) {
	a, err := heldBy(ctx, tx, ms, holder)
	if err != nil {
		return Appointment{}, err
	}
	s, err := tx.Slot(ctx, slot)
	if fault.Is(err, fault.NotFound) || err == nil && (s.Request != a.target.Request || s.Episode != a.target.Episode) {
		return Appointment{}, a.gone(tx)
	}
	if err != nil {
		return Appointment{}, err
	}
	if !s.Starts.After(tx.Now()) {
		return Appointment{}, fault.New(fault.Conflict, "appointment.slot-passed")
	}
	if err := a.forClient(a.May(model.Book, tx.Now())); err != nil {
		return Appointment{}, err
	}
	c, err := check(ctx, tx, a.Loaded, s.free())
	if err == nil {
		err = a.sameWorker(c.Worker)
	}
	if err == nil {
		c, err = a.available(ctx, tx, access.Actor{Client: true}, c, "appointment.slot-taken")
	}
	if refusal(err) { // a worker, an office or its last room that has gone since
		return Appointment{}, fault.Wrap(err, fault.Conflict, "appointment.slot-taken")
	}
	if err != nil {
		return Appointment{}, err
	}
	return a.book(ctx, tx, ms, access.Actor{Client: true}, c, seal.Text{})
}

// heldBy loads what a return code opens.
func heldBy(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder) (aim, error) {
	if holder.Request != "" {
		return Target{Request: holder.Request}.loadRequest(ctx, tx, ms)
	}
	l, err := episode.LoadForClient(ctx, tx, ms, holder)
	return aim{Loaded: l, target: Target{Episode: l.Episode.ID}}, err
}

// gone is what a client hears of an offered time that is not there: often it is their own, picked a moment ago in
// another tab or by pressing twice.
func (a aim) gone(tx Tx) error {
	coming := func(k episode.Mark) bool { return k.State == Booked && k.Starts.After(tx.Now()) }
	if slices.ContainsFunc(a.State.Marks, coming) {
		return fault.New(fault.Conflict, "appointment.have-one")
	}
	return fault.New(fault.Conflict, "appointment.slot-taken")
}

// forClient says a refusal in words that tell a client nothing of guardians, decisions or the other side; the limit
// is theirs to know.
func (a aim) forClient(err error) error {
	if err == nil || fault.HasKey(err, "visit.limit") || fault.Is(err, fault.Internal) {
		return err
	}
	return fault.Wrap(err, fault.Conflict, "appointment.not-now")
}
