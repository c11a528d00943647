package storage

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
)

// Meetings that are booked are few, whatever the years bring: a house's are read, opened and put in order here, because no
// database can order what it does not know (decision 0050). Those that are over are found by the mark of their month.

// timed is a meeting with nothing but its times.
type timed struct {
	id             appointment.ID
	worker, second access.AccountID
	times
}

const timedColumns = "a.id, a.worker_id, a.second_id, a.times"

// timedOf reads the meetings of a query that goes on after its columns, in which appointment is a.
func (tx *Tx) timedOf(ctx context.Context, from string, args ...any) ([]timed, error) {
	if _, lite := tx.on.(*session); lite {
		return tx.timedLite(ctx, from, args)
	}
	return many(ctx, tx, func(r scanner) (m timed, err error) {
		var box []byte
		if err := r.Scan(&m.id, textOf(&m.worker), textOf(&m.second), &box); err != nil {
			return m, err
		}
		m.times, err = tx.openBox(sealedAt("appointment.times", m.id), box)
		return m, err
	}, "SELECT "+timedColumns+" "+from, args...)
}

// timedLite has SQLite hand them over as one text: its driver takes as long for a row as a box takes to open.
func (tx *Tx) timedLite(ctx context.Context, from string, args []any) ([]timed, error) {
	const row = "SELECT coalesce(group_concat(a.id || '" + parting + "' || coalesce(a.worker_id, '') || '" + parting +
		"' || coalesce(a.second_id, '') || '" + parting + "' || hex(a.times), ' '), '') "
	all, err := one(ctx, tx, scanWord, row+from, args...)
	if err != nil || all == "" {
		return nil, err
	}
	out := make([]timed, 0, strings.Count(all, " ")+1)
	box := make([]byte, 0, 256)
	for word := range strings.SplitSeq(all, " ") {
		p := strings.Split(word, parting)
		if len(p) != 4 {
			return nil, fmt.Errorf("a meeting came as %d words", len(p))
		}
		if box, err = hex.AppendDecode(box[:0], []byte(p[3])); err != nil {
			return nil, errors.New("a box came otherwise than it was asked for")
		}
		m := timed{id: appointment.ID(p[0]), worker: access.AccountID(p[1]), second: access.AccountID(p[2])}
		if m.times, err = tx.openBox(sealedAt("appointment.times", m.id), box); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// byStart puts meetings in the order in which they begin.
func byStart(a, b timed) int { return cmp.Or(a.starts.Compare(b.starts), cmp.Compare(a.id, b.id)) }

// only keeps those that are wanted, by start.
func only(all []timed, wanted func(timed) bool) []timed {
	all = slices.DeleteFunc(all, func(m timed) bool { return !wanted(m) })
	slices.SortFunc(all, byStart)
	return all
}

// bookedOver are the booked meetings that ended before an instant or at it, oldest first.
func (tx *Tx) bookedOver(ctx context.Context, before time.Time, and string) ([]timed, error) {
	all, err := tx.timedOf(ctx, "FROM appointment a WHERE a.state = 'booked'"+and)
	return only(all, func(m timed) bool { return !m.ends().After(before) }), err
}

// few is how many grants are looked through one by one; of whoever has more, all booked meetings are.
const few = 400

// granted is the way from an account's grants to the meetings they open: $1 is the account.
const granted = "FROM holding h CROSS JOIN access_grant g CROSS JOIN appointment a " +
	"WHERE h.account_id = $1 AND g.holder = h.holder AND g.kind = 'episode' AND a.episode_id = g.object_id AND "

// hasFew tells whether the actor may see so little that it is looked through by itself.
func (tx *Tx) hasFew(ctx context.Context, by access.Actor) (bool, error) {
	n, err := one(ctx, tx, scanInt, "SELECT count(*) FROM (SELECT 1 FROM holding h CROSS JOIN access_grant g "+
		"WHERE h.account_id = $1 AND g.holder = h.holder AND g.kind = 'episode' LIMIT 0 + $2) AS first", by.Account, few+1)
	return n <= few, err
}

// once drops what was found twice: an account may see a meeting for two reasons.
func once(all []timed, err error) ([]timed, error) {
	seen := make(map[appointment.ID]bool, len(all))
	return slices.DeleteFunc(all, func(m timed) bool {
		twice := seen[m.id]
		seen[m.id] = true
		return twice
	}), err
}

// seenOver is bookedOver for whoever may see some of them.
func (tx *Tx) seenOver(ctx context.Context, by access.Actor, before time.Time) ([]timed, error) {
	if mine, err := tx.hasFew(ctx, by); err != nil || !mine {
		return tx.bookedOver(ctx, before, "")
	}
	all, err := once(tx.timedOf(ctx, granted+"a.state = 'booked'", by.Account))
	return only(all, func(m timed) bool { return !m.ends().After(before) }), err
}

// between are the meetings that begin between two instants and whose time is kept, by start: all that the actor may see,
// and it may be more.
func (tx *Tx) between(ctx context.Context, by access.Actor, from, to time.Time) ([]timed, error) {
	months, err := tx.months(ctx, from, to)
	if err != nil {
		return nil, err
	}
	mine, err := tx.hasFew(ctx, by)
	if err != nil {
		return nil, err
	}
	begin, args, held := "FROM appointment a WHERE ", []any{}, "a.state = 'on-hold'"
	if mine {
		begin, args, held = granted, []any{by.Account}, "a.state IN ('booked', 'on-hold')"
	}
	all, err := tx.timedOf(ctx, begin+held, args...)
	if err == nil && !mine {
		var booked []timed
		booked, err = tx.timedOf(ctx, begin+"a.state = 'booked'")
		all = append(all, booked...)
	}
	if err != nil {
		return nil, err
	}
	err = inParts(months, func(part []any) error {
		over, err := tx.timedOf(ctx, begin+"a.month IN ("+marks(len(args)+1, len(part))+")", append(slices.Clone(args), part...)...)
		all = append(all, over...)
		return err
	})
	all, err = once(all, err)
	return only(all, func(m timed) bool { return !m.starts.Before(from) && m.starts.Before(to) }), err
}

// months are the marks of every unit's months that a stretch of time touches, in whatever zone.
func (tx *Tx) months(ctx context.Context, from, to time.Time) (all []any, err error) {
	s, err := tx.timesSeal()
	if err != nil {
		return nil, err
	}
	units, err := many(ctx, tx, scanWord, "SELECT id FROM unit")
	if err != nil {
		return nil, err
	}
	first, last := calendar.DateOf(from, time.UTC).Add(-1), calendar.DateOf(to, time.UTC).Add(1)
	for month := first; month[:7] <= last[:7]; month = nextMonth(month) {
		for _, u := range units {
			all = append(all, s.month(u, month))
		}
	}
	return all, nil
}

// nextMonth is the first of the next month.
func nextMonth(day calendar.Date) calendar.Date {
	d := day.Midnight()
	return calendar.DateOf(d.AddDate(0, 1, 1-d.Day()), time.UTC)
}

// seenOf are those of the meetings that the actor may see, with the reason, in their order; a unit's, or every unit's
// when it is "".
func (tx *Tx) seenOf(ctx context.Context, by access.Actor, unit access.UnitID, meetings []timed) ([]seen, error) {
	why := map[string]seen{}
	err := inParts(meetings, func(part []timed) error {
		args := []any{by.Account, calendar.Stamp(tx.Now()), unit}
		for _, m := range part {
			args = append(args, m.id)
		}
		found, err := many(ctx, tx, scanSeen, "SELECT place, id, why FROM (SELECT '' AS place, a.id AS id, "+whyOf+`
			FROM appointment a JOIN episode e ON e.id = a.episode_id
			WHERE a.id IN (`+marks(4, len(part))+`) AND ($3 = '' OR e.unit_id = $3)) s WHERE why IS NOT NULL`, args...)
		for _, s := range found {
			why[s.object] = s
		}
		return err
	})
	out := make([]seen, 0, len(why))
	for _, m := range meetings {
		if s, ok := why[string(m.id)]; ok {
			out = append(out, s)
		}
	}
	return out, err
}
