package outgoing

import (
	"context"
	"encoding/hex"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Leaving is a message on its way out, with its words and where it goes. Only Take makes one, so nothing else can be
// carried to a client. It prints as nothing.
type Leaving struct {
	id      ID
	key     string
	channel person.Channel
	to      seal.Text
	subject seal.Text
	text    seal.Text
}

// Key is the same whenever the same message is carried again, so that a gateway can tell it from another. It is a keyed
// fingerprint: the gateway's list of numbers and a stolen database have no word in common.
func (l Leaving) Key() string { return l.key }

// ID names the message for Done and Failed.
func (l Leaving) ID() ID { return l.id }

// Channel is the way it travels.
func (l Leaving) Channel() person.Channel { return l.channel }

// To is the number, with its country, or the address.
func (l Leaving) To() string {
	if l.channel == person.SMS {
		return person.International(l.to.Reveal())
	}
	return l.to.Reveal()
}

// Subject and Text are its words; a text message has no subject.
func (l Leaving) Subject() string { return l.subject.Reveal() }

// Text is what it says.
func (l Leaving) Text() string { return l.text.Reveal() }

const (
	// claim is how long a message that was taken belongs to whoever carries it. If they are never heard of again, it
	// leaves once more: at most one is repeated each time the machine dies, and its Key is the same.
	claim = 3 * time.Minute
	// looks bounds one transaction.
	looks = 50
)

// Take gives the next message that may leave now, as the permission stands this very moment. What may not leave is put
// off, failed or dropped on the way. ok is false when nothing is left to carry; more tells that it stopped early.
func Take(ctx context.Context, tx Tx, can func(person.Channel) bool) (l Leaving, ok, more bool, err error) {
	for range looks {
		m, found, err := tx.NextOutgoing(ctx, tx.Now())
		if err != nil || !found {
			return Leaving{}, false, false, err
		}
		if l, ok, err = decide(ctx, tx, m, can); ok || err != nil {
			return l, ok, true, err
		}
	}
	return Leaving{}, false, true, nil
}

// subject is what a message is about, for its words and its sum.
type subject struct {
	reader
	lang   locale.Lang
	names  organization.Names
	where  figure.Where
	regime model.Regime
}

func (m Message) target() Target { return Target{Request: m.Request, Episode: m.Episode} }

func about(ctx context.Context, tx Tx, m Message) (s subject, err error) {
	if s.reader, err = m.target().person(ctx, tx); err != nil {
		return s, err
	}
	unit, err := tx.Unit(ctx, s.unit)
	if err != nil {
		return s, err
	}
	s.names, s.where = unit.Name, figure.Where{Unit: unit.ID, Zone: unit.Zone}
	if m.Episode != "" {
		e, err := tx.Episode(ctx, m.Episode)
		s.lang, s.regime, s.where.Model = e.Lang, model.Regime(e.Regime), e.Model
		return s, err
	}
	r, err := tx.Request(ctx, m.Request)
	if err != nil {
		return s, err
	}
	o, err := tx.Offer(ctx, r.Offer)
	s.lang, s.where.Model = r.Lang, o.Model
	return s, err
}

// decide asks the gate again, and makes the words of what may leave.
func decide(ctx context.Context, tx Tx, m Message, can func(person.Channel) bool) (Leaving, bool, error) {
	s, err := about(ctx, tx, m)
	if err != nil {
		return Leaving{}, false, err
	}
	c := s.contact
	unwanted, err := s.unreminded(ctx, tx, m)
	if err != nil {
		return Leaving{}, false, err
	}
	if c.Channel != m.Channel || unwanted {
		return Leaving{}, false, tx.DeleteOutgoing(ctx, m.ID)
	}
	again := c.Spent == string(m.ID) // taken before, and perhaps never carried
	if again {
		c.Spent = ""
	}
	v := Gate(c, s.zone, m.Kind, tx.Now())
	switch {
	case v.Never != "":
		return Leaving{}, false, fail(ctx, tx, m, v.Never)
	case !v.At.Before(m.Until):
		return Leaving{}, false, fail(ctx, tx, m, Late)
	case v.At.After(tx.Now()):
		return Leaving{}, false, queue(ctx, tx, m, v.At)
	case !can(c.Channel):
		return Leaving{}, false, fail(ctx, tx, m, NoSender)
	}
	w, ok, err := s.words(ctx, tx, m)
	if err != nil {
		return Leaving{}, false, err
	}
	if !ok {
		return Leaving{}, false, tx.DeleteOutgoing(ctx, m.ID)
	}
	if c.AskAgain {
		c.Spent = string(m.ID)
		if err := tx.PutSafeContact(ctx, c); err != nil {
			return Leaving{}, false, err
		}
	}
	m.Attempt, m.RunAt = m.Attempt+1, tx.Now().Add(claim)
	l := Leaving{id: m.ID, key: hex.EncodeToString(tx.Index("outgoing.key", string(m.ID))[:16]), channel: c.Channel, to: c.Address, subject: seal.Of(w.subject()), text: seal.Of(w.text())}
	return l, true, tx.PutOutgoing(ctx, m)
}

// unreminded tells of a reminder that was planned before its unit chose to send none.
func (r reader) unreminded(ctx context.Context, tx Tx, m Message) (bool, error) {
	if m.Kind != Reminder {
		return false, nil
	}
	hour, err := ReminderHour(ctx, tx, r.unit)
	return hour < 0, err
}

// words is what the message says now; not ok when there is nothing left to tell.
func (s subject) words(ctx context.Context, tx Tx, m Message) (wording, bool, error) {
	w := wording{lang: s.lang, kind: m.Kind, today: s.today(tx.Now()), name: nameFor(s.contact, s.names.In(s.lang))}
	switch m.Kind {
	case Offered:
		last, err := tx.LastSlot(ctx, m.target())
		return w, err == nil && last.After(tx.Now()), err
	case Cancelled:
		return w, true, nil
	}
	meeting, err := tx.MeetingAt(ctx, m.Meeting)
	if fault.Is(err, fault.NotFound) {
		return w, false, nil
	}
	w.meeting = meeting.At
	return w, meeting.Booked && meeting.Starts.After(tx.Now()), err
}

// Done keeps that a message has left: a sum, and where meetings are recorded its day. A reminder that would tell the
// same within a day is not needed any more.
func Done(ctx context.Context, tx Tx, id ID) error {
	m, err := tx.Outgoing(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil // whom it was for is gone meanwhile
	}
	if err != nil {
		return err
	}
	s, err := about(ctx, tx, m)
	if err != nil {
		return err
	}
	if err := figure.Add(ctx, tx, s.where, figure.Messages, string(m.Channel), 1); err != nil {
		return err
	}
	if m.Kind == Moved {
		soon := tx.Now().Add(24 * time.Hour)
		err := drop(ctx, tx, m.Person, func(x Message) bool {
			return x.Kind == Reminder && x.Meeting == m.Meeting && x.RunAt.Before(soon)
		})
		if err != nil {
			return err
		}
	}
	if !keeps(s.regime) {
		return tx.DeleteOutgoing(ctx, id)
	}
	m.State, m.Day, m.RunAt, m.Until = Sent, s.today(tx.Now()), time.Time{}, time.Time{}
	return tx.PutOutgoing(ctx, m)
}

// keeps tells whether the regime keeps that a message was sent.
func keeps(r model.Regime) bool { return r == model.Goals || r == model.Joint || r == model.Buyer }

// NotDone keeps that a message was not taken: for good, or it is tried again after a pause, as long as it is of use.
func NotDone(ctx context.Context, tx Tx, id ID, forGood bool) error {
	m, err := tx.Outgoing(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if forGood || m.Attempt >= job.MostAttempts {
		if err := unspend(ctx, tx, m); err != nil {
			return err
		}
		return fail(ctx, tx, m, Refused)
	}
	return queue(ctx, tx, m, job.Again(m.Attempt, tx.Now()))
}

// unspend gives back the one message that "ask again each time" allows, because none has left.
func unspend(ctx context.Context, tx Tx, m Message) error {
	c, err := tx.SafeContact(ctx, m.Person)
	if err != nil || c.Spent != string(m.ID) {
		return err
	}
	c.Spent = ""
	return tx.PutSafeContact(ctx, c)
}
