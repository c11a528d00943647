package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ outgoing.Tx = (*Tx)(nil)

const outgoingColumns = "id, person_id, request_id, episode_id, appointment_id, kind, channel, state, why, run_at, until, day, attempt"

func scanOutgoing(r scanner) (m outgoing.Message, err error) {
	return m, r.Scan(&m.ID, &m.Person, textOf(&m.Request), textOf(&m.Episode), textOf(&m.Meeting), &m.Kind, &m.Channel, &m.State, &m.Why,
		instant{&m.RunAt}, instant{&m.Until}, &m.Day, &m.Attempt)
}

// Outgoing finds a message.
func (tx *Tx) Outgoing(ctx context.Context, id outgoing.ID) (outgoing.Message, error) {
	return one(ctx, tx, scanOutgoing, "SELECT "+outgoingColumns+" FROM outgoing WHERE id = $1", id)
}

// OutgoingTo are the messages to a person: the queued ones by time, then those that failed and those that were sent.
func (tx *Tx) OutgoingTo(ctx context.Context, p person.ID) ([]outgoing.Message, error) {
	return many(ctx, tx, scanOutgoing, "SELECT "+outgoingColumns+` FROM outgoing WHERE person_id = $1
		ORDER BY CASE state WHEN 'queued' THEN 1 WHEN 'failed' THEN 2 ELSE 3 END, run_at, day, id`, p)
}

// NextOutgoing is the message that has been due the longest.
func (tx *Tx) NextOutgoing(ctx context.Context, now time.Time) (outgoing.Message, bool, error) {
	found, err := many(ctx, tx, scanOutgoing, "SELECT "+outgoingColumns+` FROM outgoing WHERE state = 'queued' AND run_at <= $1
		ORDER BY run_at, id LIMIT 1`, calendar.Stamp(now))
	if err != nil || len(found) == 0 {
		return outgoing.Message{}, false, err
	}
	return found[0], true, nil
}

var putOutgoing = upsert("outgoing", "id", outgoingColumns)

// PutOutgoing keeps a message.
func (tx *Tx) PutOutgoing(ctx context.Context, m outgoing.Message) error {
	return tx.exec(ctx, putOutgoing, m.ID, m.Person, null(m.Request), null(m.Episode), null(m.Meeting), m.Kind, m.Channel, m.State, m.Why,
		calendar.Stamp(m.RunAt), calendar.Stamp(m.Until), m.Day, m.Attempt)
}

// DeleteOutgoing drops a message.
func (tx *Tx) DeleteOutgoing(ctx context.Context, id outgoing.ID) error {
	return tx.exec(ctx, "DELETE FROM outgoing WHERE id = $1", id)
}

// DeleteOutgoingOver drops the messages that have not left and would come too late, and tells how many.
func (tx *Tx) DeleteOutgoingOver(ctx context.Context, now time.Time) (int, error) {
	return tx.affect(ctx, "DELETE FROM outgoing WHERE until <> '' AND until <= $1", calendar.Stamp(now))
}

func scanComing(r scanner) (m outgoing.Meeting, err error) {
	var state string
	err = r.Scan(&m.ID, &m.Episode, &state, textOf(&m.At.Day), textOf(&m.At.Clock), textOf(&m.At.Zone), instant{&m.Starts})
	m.Booked = state == appointment.Booked
	return m, err
}

const comingColumns = "a.id, a.episode_id, a.state, a.day, a.clock, a.zone, a.starts"

// MeetingAt is when an appointment is, as far as that is kept.
func (tx *Tx) MeetingAt(ctx context.Context, id string) (outgoing.Meeting, error) {
	return one(ctx, tx, scanComing, "SELECT "+comingColumns+" FROM appointment a WHERE a.id = $1", id)
}

// MeetingsTo are a person's booked meetings that are still to come.
func (tx *Tx) MeetingsTo(ctx context.Context, p person.ID) ([]outgoing.Meeting, error) {
	return many(ctx, tx, scanComing, "SELECT "+comingColumns+` FROM episode e JOIN appointment a ON a.episode_id = e.id
		WHERE e.person_id = $1 AND a.state = 'booked' AND a.starts > $2 ORDER BY a.starts, a.id`, p, calendar.Stamp(tx.Now()))
}

// LastSlot is when the last time begins that is offered to a request or an episode; zero for none.
func (tx *Tx) LastSlot(ctx context.Context, t outgoing.Target) (time.Time, error) {
	slots, err := tx.Slots(ctx, t.Request, t.Episode)
	if err != nil || len(slots) == 0 {
		return time.Time{}, err
	}
	return slots[len(slots)-1].Starts, nil
}

// PersonsAt are those whose number for text messages it is.
func (tx *Tx) PersonsAt(ctx context.Context, number string) ([]person.ID, error) {
	return many(ctx, tx, scanAs[person.ID], "SELECT person_id FROM safe_contact WHERE address_index = $1 ORDER BY person_id",
		tx.numberIndex(number))
}

// EndedContacts are those whose permission's last day is before today, while its address is still kept.
func (tx *Tx) EndedContacts(ctx context.Context, today calendar.Date, limit int) ([]person.ID, error) {
	return many(ctx, tx, scanAs[person.ID], `SELECT person_id FROM safe_contact WHERE address IS NOT NULL AND last_day < $1
		ORDER BY last_day, person_id LIMIT 0 + $2`, today, limit)
}

func scanNotice(r scanner) (n outgoing.Notice, err error) {
	return n, r.Scan(&n.Kind, &n.Object, &n.Reply, &n.Message, &n.Why)
}

// Notices are replies that nobody has seen and messages that could not leave, of what the actor may see. Both are few:
// CROSS JOIN keeps SQLite from going through every episode to find them.
func (tx *Tx) Notices(ctx context.Context, by access.Actor, limit int) ([]outgoing.Notice, error) {
	return many(ctx, tx, scanNotice, `SELECT n.kind, n.object, n.reply, n.message, n.why FROM (
			SELECT 'episode' AS kind, e.id AS object, c.replied AS reply, '' AS message, '' AS why
				FROM safe_contact c CROSS JOIN episode e WHERE c.replied <> '' AND e.person_id = c.person_id AND e.state <> 'closed'
			UNION ALL SELECT 'request', r.id, c.replied, '', ''
				FROM safe_contact c CROSS JOIN request r WHERE c.replied <> '' AND r.person_id = c.person_id
			UNION ALL SELECT CASE WHEN o.episode_id IS NULL THEN 'request' ELSE 'episode' END, coalesce(o.episode_id, o.request_id), '', o.kind, o.why
				FROM outgoing o WHERE o.state = 'failed' AND o.until > $2) n
		WHERE EXISTS (SELECT 1 FROM holding h JOIN access_grant g ON g.holder = h.holder
			WHERE h.account_id = $1 AND g.kind = n.kind AND g.object_id = n.object AND (g.until = '' OR g.until > $2))
		ORDER BY n.reply, n.why, n.object LIMIT 0 + $3`, by.Account, calendar.Stamp(tx.Now()), limit)
}
