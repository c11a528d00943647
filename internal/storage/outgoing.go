package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ outgoing.Tx = (*Tx)(nil)

const outgoingColumns = "id, person_id, request_id, episode_id, appointment_id, kind, channel, state, why, attempt, times"

// A message's hour tells the meeting's: a reminder leaves on the evening before. So its times are sealed as the meeting's are.
func (tx *Tx) scanOutgoing(r scanner) (m outgoing.Message, err error) {
	var box []byte
	if err := r.Scan(&m.ID, &m.Person, textOf(&m.Request), textOf(&m.Episode), textOf(&m.Meeting), &m.Kind, &m.Channel, &m.State, &m.Why,
		&m.Attempt, &box); err != nil {
		return m, err
	}
	return m, tx.openMessage(&m, box)
}

// openMessage puts in place when a message may leave, from when on it is too late, and the day it left.
func (tx *Tx) openMessage(m *outgoing.Message, box []byte) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	t, err := openMessage(s, sealedAt("outgoing.times", m.ID), box)
	m.RunAt, m.Until, m.Day = t.RunAt, t.Until, t.Day
	return err
}

// openMessage opens a message's box into its times.
func openMessage(s *timesSeal, place string, box []byte) (m outgoing.Message, err error) {
	w, err := s.words(place, box)
	if err == nil && len(w) != 3 {
		err = errors.New("open times: a message has three")
	}
	if err != nil {
		return m, err
	}
	m.Day = calendar.Date(unmarked(w[2]))
	if m.RunAt, err = calendar.ParseStamp(unmarked(w[0])); err == nil {
		m.Until, err = calendar.ParseStamp(unmarked(w[1]))
	}
	return m, err
}

func sealMessage(s *timesSeal, m outgoing.Message) []byte {
	return s.box(sealedAt("outgoing.times", m.ID), marked([]string{calendar.Stamp(m.RunAt), calendar.Stamp(m.Until), string(m.Day)})...)
}

// Outgoing finds a message.
func (tx *Tx) Outgoing(ctx context.Context, id outgoing.ID) (outgoing.Message, error) {
	return one(ctx, tx, tx.scanOutgoing, "SELECT "+outgoingColumns+" FROM outgoing WHERE id = $1", id)
}

// OutgoingTo are the messages to a person: the queued ones by time, then those that failed and those that were sent.
func (tx *Tx) OutgoingTo(ctx context.Context, p person.ID) ([]outgoing.Message, error) {
	all, err := many(ctx, tx, tx.scanOutgoing, "SELECT "+outgoingColumns+" FROM outgoing WHERE person_id = $1", p)
	place := []outgoing.State{outgoing.Queued, outgoing.Failed, outgoing.Sent}
	slices.SortFunc(all, func(a, b outgoing.Message) int {
		return cmp.Or(slices.Index(place, a.State)-slices.Index(place, b.State), a.RunAt.Compare(b.RunAt), cmp.Compare(a.Day, b.Day), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// NextOutgoing is the message that has been due the longest.
func (tx *Tx) NextOutgoing(ctx context.Context, now time.Time) (outgoing.Message, bool, error) {
	next, err := tx.nextQueued(ctx)
	return next, err == nil && next.ID != "" && !next.RunAt.After(now), err
}

// NextMessage is when the next message may leave; the zero time when none waits.
func (tx *Tx) NextMessage(ctx context.Context) (time.Time, error) {
	next, err := tx.nextQueued(ctx)
	return next.RunAt, err
}

// nextQueued is the message that may leave first. Those that wait are few, and opened to be put in order.
func (tx *Tx) nextQueued(ctx context.Context) (next outgoing.Message, err error) {
	all, err := many(ctx, tx, tx.scanOutgoing, "SELECT "+outgoingColumns+" FROM outgoing WHERE state = 'queued'")
	for _, m := range all {
		if next.ID == "" || cmp.Or(m.RunAt.Compare(next.RunAt), cmp.Compare(m.ID, next.ID)) < 0 {
			next = m
		}
	}
	return next, err
}

var putOutgoing = upsert("outgoing", "id", outgoingColumns)

// PutOutgoing keeps a message.
func (tx *Tx) PutOutgoing(ctx context.Context, m outgoing.Message) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	return tx.exec(ctx, putOutgoing, m.ID, m.Person, null(m.Request), null(m.Episode), null(m.Meeting), m.Kind, m.Channel, m.State, m.Why,
		m.Attempt, sealMessage(s, m))
}

// DeleteOutgoing drops a message.
func (tx *Tx) DeleteOutgoing(ctx context.Context, id outgoing.ID) error {
	return tx.exec(ctx, "DELETE FROM outgoing WHERE id = $1", id)
}

// DeleteOutgoingOver drops the messages that have not left and would come too late, and tells how many.
func (tx *Tx) DeleteOutgoingOver(ctx context.Context, now time.Time) (int, error) {
	all, err := many(ctx, tx, tx.scanOutgoing, "SELECT "+outgoingColumns+" FROM outgoing WHERE state IN ('queued', 'failed')")
	if err != nil {
		return 0, err
	}
	over := 0
	for _, m := range all {
		if m.Until.IsZero() || m.Until.After(now) {
			continue
		}
		over++
		if err := tx.DeleteOutgoing(ctx, m.ID); err != nil {
			return over, err
		}
	}
	return over, nil
}

func (tx *Tx) scanComing(r scanner) (m outgoing.Meeting, err error) {
	var state string
	var box []byte
	if err := r.Scan(&m.ID, &m.Episode, &state, &box); err != nil {
		return m, err
	}
	t, err := tx.openBox(sealedAt("appointment.times", m.ID), box)
	m.At, m.Starts, m.Booked = t.at, t.starts, state == appointment.Booked
	return m, err
}

const comingColumns = "a.id, a.episode_id, a.state, a.times"

// MeetingAt is when an appointment is, as far as that is kept.
func (tx *Tx) MeetingAt(ctx context.Context, id string) (outgoing.Meeting, error) {
	m, err := one(ctx, tx, tx.scanComing, "SELECT "+comingColumns+" FROM appointment a WHERE a.id = $1", id)
	if err != nil || m.Booked {
		return m, err
	}
	return tx.untilTold(ctx, m)
}

// untilTold looks at a meeting that waits for a new time: until that is to be told it is as it was.
func (tx *Tx) untilTold(ctx context.Context, m outgoing.Meeting) (outgoing.Meeting, error) {
	shows, err := tx.Shows(ctx, appointment.ID(m.ID))
	if err == nil && tx.Now().Before(shows) {
		m.Booked, m.Waits = true, shows
	}
	return m, err
}

// MeetingsTo are a person's booked meetings that are still to come, and with another together those by their own way in.
func (tx *Tx) MeetingsTo(ctx context.Context, p person.ID) ([]outgoing.Meeting, error) {
	all, err := many(ctx, tx, tx.scanComing, "SELECT "+comingColumns+` FROM episode e JOIN appointment a ON a.episode_id = e.id
		WHERE e.person_id = $1 AND a.state = 'booked'
		UNION ALL SELECT a.id, e.id, a.state, a.times FROM episode e JOIN joint_party j ON j.seat_id = e.id JOIN appointment a ON a.episode_id = j.joint_id
		WHERE e.person_id = $1 AND a.state IN ('booked', 'on-hold')`, p)
	for i := range all {
		if err == nil && !all[i].Booked {
			all[i], err = tx.untilTold(ctx, all[i])
		}
	}
	all = slices.DeleteFunc(all, func(m outgoing.Meeting) bool { return !m.Booked || !m.Starts.After(tx.Now()) })
	slices.SortFunc(all, func(a, b outgoing.Meeting) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) })
	return all, err
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
	var over []person.SafeContact
	_, err := many(ctx, tx, func(r scanner) (c person.SafeContact, err error) {
		var box []byte
		if err := r.Scan(&c.Person, &box); err != nil {
			return c, err
		}
		if err = tx.openContact(&c, box); err == nil && c.LastDay < today {
			over = append(over, c)
		}
		return c, err
	}, "SELECT person_id, times FROM safe_contact WHERE address IS NOT NULL")
	slices.SortFunc(over, func(a, b person.SafeContact) int {
		return cmp.Or(cmp.Compare(a.LastDay, b.LastDay), cmp.Compare(a.Person, b.Person))
	})
	var out []person.ID
	for _, c := range over[:min(limit, len(over))] {
		out = append(out, c.Person)
	}
	return out, err
}

type noticeRow struct {
	outgoing.Notice
	message outgoing.Message // that could not leave
	person  person.ID        // who has replied
}

func (tx *Tx) scanNotice(r scanner) (n noticeRow, err error) {
	var box []byte
	if err := r.Scan(&n.Kind, &n.Object, &n.person, &n.Message, &n.Why, &n.message.ID, &box, &n.Joint); err != nil {
		return n, err
	}
	if n.person != "" {
		c := person.SafeContact{Person: n.person}
		err = tx.openContact(&c, box)
		n.Reply = c.Replied
		return n, err
	}
	return n, tx.openMessage(&n.message, box)
}

// Notices are replies that nobody has seen and messages that could not leave, of what the actor may see. Both are few:
// CROSS JOIN keeps SQLite from going through every episode to find them. One to either of two who meet together stands at their
// joint process, once, and tells neither whose it is nor why.
func (tx *Tx) Notices(ctx context.Context, by access.Actor, limit int) ([]outgoing.Notice, error) {
	found, err := many(ctx, tx, tx.scanNotice, `SELECT n.kind, n.object, n.person, n.message, n.why, n.id, n.times, n.joint FROM (
			SELECT 'episode' AS kind, e.id AS object, c.person_id AS person, '' AS message, '' AS why, '' AS id, c.times AS times, 0 AS joint
				FROM safe_contact c CROSS JOIN episode e WHERE c.reply = 1 AND e.person_id = c.person_id AND e.state <> 'closed'
			UNION ALL SELECT 'request', r.id, c.person_id, '', '', '', c.times, 0
				FROM safe_contact c CROSS JOIN request r WHERE c.reply = 1 AND r.person_id = c.person_id
			UNION ALL SELECT CASE WHEN o.episode_id IS NULL THEN 'request' ELSE 'episode' END, coalesce(p.joint_id, o.episode_id, o.request_id), '',
				CASE WHEN p.joint_id IS NULL THEN o.kind ELSE '' END, CASE WHEN p.joint_id IS NULL THEN o.why ELSE '' END, o.id, o.times,
				CASE WHEN p.joint_id IS NULL THEN 0 ELSE 1 END
				FROM outgoing o LEFT JOIN joint_party p ON p.seat_id = o.episode_id WHERE o.state = 'failed') n
		WHERE EXISTS (SELECT 1 FROM holding h JOIN access_grant g ON g.holder = h.holder
			WHERE h.account_id = $1 AND g.kind = n.kind AND g.object_id = n.object AND (g.until = '' OR g.until > $2))
		ORDER BY n.why, n.object`, by.Account, calendar.Stamp(tx.Now()))
	slices.SortStableFunc(found, func(a, b noticeRow) int { return cmp.Compare(a.Reply, b.Reply) })
	var out []outgoing.Notice
	for _, n := range found {
		if n.Joint && slices.Contains(out, n.Notice) {
			continue // the message to the other of the two
		}
		if (n.message.ID == "" || n.message.Until.After(tx.Now())) && len(out) < limit {
			out = append(out, n.Notice)
		}
	}
	return out, err
}
