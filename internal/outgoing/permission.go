package outgoing

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// View is what may be done now to reach a client, and what will leave by itself.
type View struct {
	Contact  person.SafeContact // without address and code word when it has ended
	Ended    bool
	Now      Verdict   // about a message that would be left now
	Messages []Message // queued by time, then those that failed or were sent
}

// Read is the permission and the messages of a client, for whoever may see how the client is reached.
func Read(ctx context.Context, tx Tx, by access.Actor, t Target) (View, error) {
	r, err := t.mine(ctx, tx, by)
	if err != nil {
		return View{}, err
	}
	return r.view(ctx, tx)
}

// ReadForClient is the same for the client with the code, who is shown no address at all: somebody else may be looking.
func ReadForClient(ctx context.Context, tx Tx, holder intake.Holder) (View, error) {
	r, err := own(ctx, tx, holder)
	if err != nil {
		return View{}, err
	}
	v, err := r.view(ctx, tx)
	v.Contact = v.Contact.Shown("9999-12-31")
	return v, err
}

// own is the reader who holds a code. By a code into joint meetings nobody is reached: how one is belongs to one alone
// (decision 0053).
func own(ctx context.Context, tx Tx, h intake.Holder) (reader, error) {
	t := Target{Request: h.Request, Episode: episode.ID(h.Episode)}
	if t.Episode != "" {
		e, err := tx.Episode(ctx, t.Episode)
		if err == nil && e.Regime == string(model.Joint) {
			err = fault.New(fault.NotFound, "not-found")
		}
		if err != nil {
			return reader{}, err
		}
	}
	return t.person(ctx, tx)
}

func (r reader) view(ctx context.Context, tx Tx) (View, error) {
	today := r.today(tx.Now())
	v := View{Contact: r.contact.Shown(today), Ended: r.contact.Ended(today), Now: Gate(r.contact, r.zone, Moved, tx.Now())}
	var err error
	v.Messages, err = tx.OutgoingTo(ctx, r.person)
	return v, err
}

// mine loads the reader of a target for a staff member: a request's desk, an episode's worker. To everybody else how a
// client is reached is not there.
func (t Target) mine(ctx context.Context, tx Tx, by access.Actor) (reader, error) {
	relation, err := t.granted(ctx, tx, by)
	if err != nil {
		return reader{}, err
	}
	if t.Episode != "" && relation != access.ByWorker {
		return reader{}, fault.New(fault.NotFound, "not-found")
	}
	if t.Episode != "" { // how each of two who meet together is reached stands on their own visits alone
		if e, err := tx.Episode(ctx, t.Episode); err != nil || e.Regime == string(model.Joint) {
			return reader{}, orNotFound(err)
		}
	}
	return t.person(ctx, tx)
}

func orNotFound(err error) error {
	if err == nil {
		return fault.New(fault.NotFound, "not-found")
	}
	return err
}

func (t Target) granted(ctx context.Context, tx Tx, by access.Actor) (access.Relation, error) {
	if (t.Request == "") == (t.Episode == "") {
		return "", fault.New(fault.NotFound, "not-found")
	}
	kind, object := t.object()
	return tx.Granted(ctx, by, kind, object)
}

func (t Target) object() (access.Kind, string) {
	if t.Episode != "" {
		return access.Episode, string(t.Episode)
	}
	return access.Request, string(t.Request)
}

func (t Target) note(ctx context.Context, tx Tx, by access.Actor) error {
	kind, object := t.object()
	return audit.Note(ctx, tx, by, "changed", kind, object)
}

// Renew asks the permission anew: every field of it, for what was safe then may not be now (D-185). What was queued
// under the old one dies; reminders are planned under the new one.
func Renew(ctx context.Context, tx Tx, by access.Actor, t Target, c person.SafeContact) error {
	r, err := t.mine(ctx, tx, by)
	if err != nil {
		return err
	}
	if err := r.renew(ctx, tx, c); err != nil {
		return err
	}
	return t.note(ctx, tx, by)
}

// RenewByClient is the same by the client with the code: change it or take it back at any time.
func RenewByClient(ctx context.Context, tx Tx, holder intake.Holder, c person.SafeContact) error {
	r, err := own(ctx, tx, holder)
	if err != nil {
		return err
	}
	return r.renew(ctx, tx, c)
}

func (r reader) renew(ctx context.Context, tx Tx, c person.SafeContact) error {
	var form fault.Form
	c = person.Check(c, r.today(tx.Now()), &form)
	if err := form.Err(); err != nil {
		return err
	}
	c.Person, c.Asked, c.Spent, c.Replied = r.person, tx.Now(), "", r.contact.Replied
	if c.Channel == person.None {
		c.Replied = ""
	}
	if err := tx.PutSafeContact(ctx, c); err != nil {
		return err
	}
	if _, err := wall.Renew(ctx, tx, c); err != nil { // the other party is noticed by the new way too
		return err
	}
	if err := drop(ctx, tx, r.person, func(Message) bool { return true }); err != nil {
		return err
	}
	r.contact = c
	coming, err := tx.MeetingsTo(ctx, r.person)
	if err != nil {
		return err
	}
	for _, m := range coming {
		if err := r.remind(ctx, tx, m); err != nil {
			return err
		}
		if m.Waits.IsZero() {
			continue
		}
		if err := r.waits(ctx, tx, m, m.Waits); err != nil {
			return err
		}
	}
	return nil
}

// Stop keeps a queued message from leaving.
func Stop(ctx context.Context, tx Tx, by access.Actor, t Target, id ID) error {
	r, err := t.mine(ctx, tx, by)
	if err != nil {
		return err
	}
	if err := drop(ctx, tx, r.person, func(m Message) bool { return m.ID == id && m.State == Queued }); err != nil {
		return err
	}
	return t.note(ctx, tx, by)
}

// Seen takes a client's notices off the desks: the reply, and the messages that could not leave.
func Seen(ctx context.Context, tx Tx, by access.Actor, t Target) error {
	if _, err := t.granted(ctx, tx, by); err != nil {
		return err
	}
	r, err := t.person(ctx, tx)
	if err != nil {
		return err
	}
	if err := t.seenOfTwo(ctx, tx); err != nil {
		return err
	}
	if r.contact.Replied != "" {
		r.contact.Replied = ""
		if err := tx.PutSafeContact(ctx, r.contact); err != nil {
			return err
		}
	}
	if err := drop(ctx, tx, r.person, func(m Message) bool { return m.State == Failed }); err != nil {
		return err
	}
	return t.note(ctx, tx, by)
}

// seenOfTwo takes the messages to two who meet together off the desks of their workers.
func (t Target) seenOfTwo(ctx context.Context, tx Tx) error {
	if t.Episode == "" {
		return nil
	}
	parties, err := tx.Parties(ctx, t.Episode)
	if err != nil {
		return err
	}
	for _, p := range parties {
		seat, err := tx.Episode(ctx, p.Seat)
		if err == nil {
			err = drop(ctx, tx, seat.Person, func(m Message) bool { return m.State == Failed && m.Episode == p.Seat })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Replied marks that something came from a number: the day, and nothing of what it said (D-187). An unknown number
// leaves nothing. Nothing is ever answered.
func Replied(ctx context.Context, tx Tx, number string) error {
	who, err := tx.PersonsAt(ctx, number)
	if err != nil {
		return err
	}
	for _, p := range who {
		c, err := tx.SafeContact(ctx, p)
		if err != nil {
			return err
		}
		c.Replied = calendar.LocalOf(tx.Now(), homeZone).Day
		if err := tx.PutSafeContact(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// homeZone is where a reply's day is told: whose it is may have no unit by then.
const homeZone = "Europe/Helsinki"

// batch bounds one sweep's transaction.
const batch = 50

// Forget lets go of the address and the code word of permissions that have ended, wherever on earth the unit is, and of
// messages that would come too late. The retention sweep calls it until it has nothing left.
func Forget(ctx context.Context, tx Tx) (int, error) {
	over, err := tx.DeleteOutgoingOver(ctx, tx.Now())
	if err != nil {
		return 0, err
	}
	// No zone is more than twelve hours behind UTC.
	who, err := tx.EndedContacts(ctx, calendar.LocalOf(tx.Now(), "Etc/GMT+12").Day, batch)
	if err != nil {
		return 0, err
	}
	for _, p := range who {
		c, err := tx.SafeContact(ctx, p)
		if err != nil {
			return 0, err
		}
		if err := tx.PutSafeContact(ctx, c.Shown("9999-12-31")); err != nil {
			return 0, err
		}
	}
	return over + len(who), nil
}
