package outgoing

import (
	"context"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
)

// What package appointment does leaves messages here, in the same transaction. Each says what has happened; whether
// anything leaves is the gate's to say, now and again when its time has come.

// TimesOffered: times were offered that the client can pick from.
func TimesOffered(ctx context.Context, tx Tx, t Target) error {
	to, err := t.person(ctx, tx)
	if err != nil {
		return err
	}
	until, err := tx.LastSlot(ctx, t)
	if err != nil {
		return err
	}
	if err := dropOffered(ctx, tx, to.person, t); err != nil || until.IsZero() {
		return err
	}
	return to.leave(ctx, tx, Message{Kind: Offered, Request: t.Request, Episode: t.Episode, Until: until}, tx.Now())
}

// TimesWithdrawn: an offered time was taken back. When none is left, there is nothing to tell.
func TimesWithdrawn(ctx context.Context, tx Tx, t Target) error {
	left, err := tx.LastSlot(ctx, t)
	if err != nil || !left.IsZero() {
		return err
	}
	to, err := t.person(ctx, tx)
	if err != nil {
		return err
	}
	return dropOffered(ctx, tx, to.person, t)
}

// MeetingBooked: a meeting is agreed. The client knows of it; a reminder is planned for whoever asked for them.
func MeetingBooked(ctx context.Context, tx Tx, m Meeting) error {
	to, err := Target{Episode: m.Episode}.person(ctx, tx)
	if err != nil {
		return err
	}
	if err := dropOffered(ctx, tx, to.person, Target{Episode: m.Episode}); err != nil {
		return err
	}
	return to.remind(ctx, tx, m)
}

// MeetingMoved: a worker moved a meeting, and the client does not know yet.
func MeetingMoved(ctx context.Context, tx Tx, m Meeting) error {
	to, err := Target{Episode: m.Episode}.person(ctx, tx)
	if err != nil {
		return err
	}
	if err := drop(ctx, tx, to.person, func(x Message) bool { return x.Meeting == m.ID }); err != nil {
		return err
	}
	if err := to.leave(ctx, tx, Message{Kind: Moved, Episode: m.Episode, Meeting: m.ID, Until: m.Starts}, tx.Now()); err != nil {
		return err
	}
	return to.remind(ctx, tx, m)
}

// MeetingCancelled: a worker called a meeting off, and the client does not know yet.
func MeetingCancelled(ctx context.Context, tx Tx, m Meeting) error {
	to, err := Target{Episode: m.Episode}.person(ctx, tx)
	if err != nil {
		return err
	}
	if err := drop(ctx, tx, to.person, func(x Message) bool { return x.Meeting == m.ID }); err != nil || !m.Starts.After(tx.Now()) {
		return err
	}
	return to.leave(ctx, tx, Message{Kind: Cancelled, Episode: m.Episode, Meeting: m.ID, Until: m.Starts}, tx.Now())
}

// MeetingWaits: a meeting waits for a new time. The client is told from an instant on, and not before: until then a
// reminder leaves as it would have (decision 0058).
func MeetingWaits(ctx context.Context, tx Tx, m Meeting, from time.Time) error {
	to, err := Target{Episode: m.Episode}.person(ctx, tx)
	if err != nil {
		return err
	}
	over := func(x Message) bool { return x.Meeting == m.ID && (x.State != Queued || !x.RunAt.Before(from)) }
	if err := drop(ctx, tx, to.person, over); err != nil {
		return err
	}
	return to.waits(ctx, tx, m, from)
}

// waits leaves the word that a meeting waits for a new time.
func (r reader) waits(ctx context.Context, tx Tx, m Meeting, from time.Time) error {
	return r.leave(ctx, tx, Message{Kind: Cancelled, Episode: m.Episode, Meeting: m.ID, Until: m.Starts}, from)
}

// MeetingOver: there is nothing more to tell of a meeting: it was held or missed, or the client called it off.
func MeetingOver(ctx context.Context, tx Tx, m Meeting) error {
	to, err := Target{Episode: m.Episode}.person(ctx, tx)
	if err != nil {
		return err
	}
	return drop(ctx, tx, to.person, func(x Message) bool { return x.Meeting == m.ID && x.State != Sent })
}

// reader is who a message would be for.
type reader struct {
	person  person.ID
	contact person.SafeContact
	zone    string
	unit    access.UnitID
}

// person finds whose target it is. The caller has asked leave.
func (t Target) person(ctx context.Context, tx Tx) (r reader, err error) {
	if t.Episode != "" {
		e, err := tx.Episode(ctx, t.Episode)
		if err != nil {
			return r, err
		}
		r.person, r.unit = e.Person, e.Unit
	} else {
		q, err := tx.Request(ctx, t.Request)
		if err != nil {
			return r, err
		}
		r.person, r.unit = q.Person, q.Unit
	}
	unit, err := tx.Unit(ctx, r.unit)
	if err != nil {
		return r, err
	}
	r.zone = unit.Zone
	r.contact, err = tx.SafeContact(ctx, r.person)
	return r, err
}

// leave queues a message for the first instant from then on at which it may leave. What cannot leave before it would
// come too late fails at once, so that staff know in time.
func (r reader) leave(ctx context.Context, tx Tx, m Message, from time.Time) error {
	m.ID, m.Person, m.Channel, m.State = ID(id.New()), r.person, r.contact.Channel, Queued
	v := Gate(r.contact, r.zone, m.Kind, from)
	switch {
	case v.Never == NoContact || v.Never == Unwanted:
		return nil
	case v.Never != "":
		return fail(ctx, tx, m, v.Never)
	case !v.At.Before(m.Until):
		return fail(ctx, tx, m, Late)
	}
	return queue(ctx, tx, m, v.At)
}

// queue puts a message, and a job when it may leave at once. A job at a later hour would tell that somebody is met on the day
// after (decision 0050): Look finds what has become due.
func queue(ctx context.Context, tx Tx, m Message, at time.Time) error {
	m.RunAt = at
	if err := tx.PutOutgoing(ctx, m); err != nil || at.After(tx.Now()) {
		return err
	}
	return tx.PutJob(ctx, Due, "", tx.Now())
}

// fail keeps that a message could not leave, for staff to see. A reminder that does not come leaves nobody untold.
func fail(ctx context.Context, tx Tx, m Message, why Why) error {
	if m.Kind == Reminder || !m.Until.After(tx.Now()) {
		return tx.DeleteOutgoing(ctx, m.ID)
	}
	m.State, m.Why, m.RunAt = Failed, why, time.Time{}
	return tx.PutOutgoing(ctx, m)
}

// remind plans the reminder of a meeting.
func (r reader) remind(ctx context.Context, tx Tx, m Meeting) error {
	err := drop(ctx, tx, r.person, func(x Message) bool { return x.Kind == Reminder && x.Meeting == m.ID })
	if err != nil || !r.contact.Reminders {
		return err
	}
	hour, err := ReminderHour(ctx, tx, r.unit)
	if err != nil || hour < 0 {
		return err
	}
	at := EveningBefore(r.contact, m.At, hour, tx.Now())
	if at.IsZero() || !m.Waits.IsZero() && !at.Before(m.Waits) {
		return nil
	}
	return r.leave(ctx, tx, Message{Kind: Reminder, Episode: m.Episode, Meeting: m.ID, Until: m.Starts}, at)
}

// usualHour is when reminders leave where a unit has not said otherwise.
const usualHour = 17

func reminderSetting(u access.UnitID) string { return "reminder-hour/" + string(u) }

// ReminderHour is the hour at which the unit's reminders leave on the day before; -1 when it sends none.
func ReminderHour(ctx context.Context, tx Tx, u access.UnitID) (int, error) {
	said, err := tx.Setting(ctx, reminderSetting(u))
	if err != nil || said == "" {
		return usualHour, err
	}
	return strconv.Atoi(said)
}

// drop takes away messages to a person that are not yet sent, or that have failed.
func drop(ctx context.Context, tx Tx, p person.ID, which func(Message) bool) error {
	all, err := tx.OutgoingTo(ctx, p)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State != Sent && which(m) {
			if err := tx.DeleteOutgoing(ctx, m.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func dropOffered(ctx context.Context, tx Tx, p person.ID, t Target) error {
	return drop(ctx, tx, p, func(m Message) bool { return m.Kind == Offered && m.Request == t.Request && m.Episode == t.Episode })
}

// today is the day in the reader's zone.
func (r reader) today(now time.Time) calendar.Date { return calendar.LocalOf(now, r.zone).Day }

// KeepReminderHour sets the hour of the unit's reminders; -1 is none. Its coordinators may.
func KeepReminderHour(ctx context.Context, tx Tx, by access.Actor, u access.UnitID, hour int) error {
	if !by.System && !by.Is(access.Coordinator, u) {
		return fault.New(fault.NotFound, "not-found")
	}
	if hour < -1 || hour > 23 {
		return fault.New(fault.Invalid, "form.choice")
	}
	return tx.PutSetting(ctx, reminderSetting(u), strconv.Itoa(hour))
}
