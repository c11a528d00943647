package storage

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ appointment.Tx = (*Tx)(nil)

const appointmentColumns = "id, episode_id, visit_limit, regime, visit_no, state, counted, cancelled_by, worker_id, " +
	"second_id, participants, place_kind, place, times, day_part, sequence"

// appointmentRow is an appointment with the agreed place and the times still sealed.
type appointmentRow struct {
	appointment.Appointment
	place, times []byte
}

func appointmentInto(a *appointmentRow) []any {
	return []any{&a.ID, &a.Episode, &a.Limit, &a.Regime, number{&a.No, 0}, &a.State, &a.Counted, &a.CancelledBy,
		textOf(&a.Worker), textOf(&a.Second), &a.Participants, &a.PlaceKind, &a.place, &a.times, &a.DayPart, &a.Sequence}
}

func (tx *Tx) scanAppointment(r scanner) (a appointmentRow, err error) {
	if err := r.Scan(appointmentInto(&a)...); err != nil {
		return a, err
	}
	return a, tx.openTimes(&a)
}

// openTimes puts in place when and where a meeting is. What is kept in the open of one that is over stands already.
func (tx *Tx) openTimes(a *appointmentRow) error {
	if len(a.times) == 0 {
		return nil
	}
	t, err := tx.openBox(sealedAt("appointment.times", a.ID), a.times)
	if err != nil {
		return err
	}
	a.At, a.Minutes, a.Starts, a.Ends, a.PlaceID, a.Room = t.at, t.minutes, t.starts, t.ends(), t.place, t.room
	if a.PlaceKind == "" {
		a.PlaceKind, a.DayPart = t.kind, t.at.DayPart()
	}
	return nil
}

// timesOf is what is to be sealed of a meeting's times.
func timesOf(a appointment.Appointment) times {
	return times{at: a.At, minutes: a.Minutes, starts: a.Starts, kind: a.PlaceKind, place: a.PlaceID, room: a.Room}
}

// Appointment finds an appointment and opens its agreed place.
func (tx *Tx) Appointment(ctx context.Context, id appointment.ID) (appointment.Appointment, error) {
	a, err := one(ctx, tx, tx.scanAppointment, "SELECT "+appointmentColumns+" FROM appointment WHERE id = $1", id)
	if err != nil {
		return appointment.Appointment{}, err
	}
	return tx.withPlace(ctx, a)
}

// Appointments are an episode's, the numbered first by number, then by start.
func (tx *Tx) Appointments(ctx context.Context, ep episode.ID) ([]appointment.Appointment, error) {
	rows, err := many(ctx, tx, tx.scanAppointment, "SELECT "+appointmentColumns+" FROM appointment WHERE episode_id = $1", ep)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b appointmentRow) int {
		return cmp.Or(numbered(a.No)-numbered(b.No), a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID))
	})
	out := make([]appointment.Appointment, len(rows))
	for i, a := range rows {
		if out[i], err = tx.withPlace(ctx, a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// numbered puts what has no number last.
func numbered(no int) int {
	if no == 0 {
		return math.MaxInt32
	}
	return no
}

// withPlace opens the agreed place, which the client's own key seals.
func (tx *Tx) withPlace(ctx context.Context, a appointmentRow) (appointment.Appointment, error) {
	if len(a.place) == 0 {
		return a.Appointment, nil
	}
	key, err := tx.episodeKey(ctx, a.Episode)
	if err != nil {
		return appointment.Appointment{}, err
	}
	a.Place, err = tx.open(ctx, key, sealedAt("appointment.place", a.ID), a.place)
	return a.Appointment, err
}

// episodeKey is the key of the episode's client.
func (tx *Tx) episodeKey(ctx context.Context, ep episode.ID) (string, error) {
	return one(ctx, tx, scanWord, "SELECT p.key_id FROM episode e JOIN person p ON p.id = e.person_id WHERE e.id = $1", ep)
}

var putAppointment = upsert("appointment", "id", appointmentColumns+", month")

// PutAppointment keeps an appointment and, while it is booked, the quarters of an hour it occupies, of its workers and of its
// room. A quarter that a worker has given already is fault.Conflict "appointment.slot-taken", one of the room "room.taken"; a
// visit number that is used or above the episode's limit is fault.Conflict "visit.limit". What a service without records may
// not keep of a meeting that is over is refused as it is, not cleaned: whoever sends it has a fault to mend.
func (tx *Tx) PutAppointment(ctx context.Context, a appointment.Appointment) error {
	place, err := tx.sealPlace(ctx, a)
	if err != nil {
		return err
	}
	for _, cells := range []string{"booking_cell", "room_cell"} {
		if err := tx.exec(ctx, "DELETE FROM "+cells+" WHERE appointment_id = $1", a.ID); err != nil {
			return err
		}
	}
	box, month, err := tx.sealTimes(ctx, &a)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, putAppointment, a.ID, a.Episode, a.Limit, a.Regime, nullInt(a.No, 0), a.State, flag(a.Counted),
		a.CancelledBy, null(a.Worker), null(a.Second), a.Participants, a.PlaceKind, nullBytes(place), nullBytes(box), a.DayPart, a.Sequence,
		nullBytes(month))
	if overLimit(err) {
		return fault.Wrap(err, fault.Conflict, "visit.limit", "max", a.Limit)
	}
	if err != nil || a.State != appointment.Booked {
		return walled(err)
	}
	if err := tx.putCells(ctx, a); err != nil {
		return err
	}
	return tx.takeRoom(ctx, organization.Taker{Meeting: string(a.ID)}, a.Room, timesOf(a))
}

// overLimit tells whether the schema refused a visit's number, as one that is used or one too many.
func overLimit(err error) bool {
	var r *refusal
	return errors.As(err, &r) && (r.broke == "unique" && r.columns == "episode_id, visit_no" ||
		r.broke == "check" && strings.Contains(r.words, "visit_limit"))
}

func (tx *Tx) sealPlace(ctx context.Context, a appointment.Appointment) ([]byte, error) {
	if a.Place.Empty() {
		return nil, nil
	}
	key, err := tx.episodeKey(ctx, a.Episode)
	if err != nil {
		return nil, err
	}
	return tx.seal(ctx, key, sealedAt("appointment.place", a.ID), a.Place)
}

// sealTimes seals when and where a meeting is. While it is to come, its part of the day and kind of place stand in the box
// alone; once it is over they stay in the open, for the sums, and where its time is kept the mark of its month finds it.
func (tx *Tx) sealTimes(ctx context.Context, a *appointment.Appointment) (box, month []byte, err error) {
	coming := a.State == appointment.Booked || a.State == appointment.OnHold
	s, err := tx.timesSeal()
	if err != nil {
		return nil, nil, err
	}
	if !a.Starts.IsZero() {
		box = s.seal(sealedAt("appointment.times", a.ID), timesOf(*a))
	}
	if coming {
		a.PlaceKind, a.DayPart = "", ""
	}
	if coming || box == nil {
		return box, nil, nil
	}
	unit, err := one(ctx, tx, scanWord, "SELECT unit_id FROM episode WHERE id = $1", a.Episode)
	return box, s.month(unit, a.At.Day), err
}

func (tx *Tx) putCells(ctx context.Context, a appointment.Appointment) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	for _, w := range a.Workers() {
		for _, mark := range s.cells(w, timesOf(a)) {
			err := tx.exec(ctx, "INSERT INTO booking_cell (worker_id, cell, appointment_id) VALUES ($1, $2, $3)", w, mark, a.ID)
			if err != nil {
				return taken(err, "appointment.slot-taken")
			}
		}
	}
	return nil
}

// busy is what a meeting takes of a worker's time.
func (m timed) busy(who access.AccountID) appointment.Busy {
	return appointment.Busy{Worker: who, Starts: m.starts, Ends: m.ends(), PlaceKind: m.kind, PlaceID: m.place, Room: m.room}
}

// Busy is when the workers are taken between two instants, by worker and start.
func (tx *Tx) Busy(ctx context.Context, workers []access.AccountID, from, to time.Time) ([]appointment.Busy, error) {
	var all []appointment.Busy
	for _, column := range []string{"worker_id", "second_id"} {
		err := inParts(anys(workers), func(ids []any) error {
			found, err := tx.timedOf(ctx, "FROM appointment a WHERE a.state = 'booked' AND a."+column+" IN ("+marks(1, len(ids))+")", ids...)
			for _, m := range found {
				if m.within(from, to) {
					all = append(all, m.busy(map[string]access.AccountID{"worker_id": m.worker, "second_id": m.second}[column]))
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b appointment.Busy) int {
		return cmp.Or(cmp.Compare(a.Worker, b.Worker), a.Starts.Compare(b.Starts))
	})
	return all, nil
}

// Near are the booked meetings, between two instants and at an office, of those to whom the person is a party.
func (tx *Tx) Near(ctx context.Context, p person.ID, from, to time.Time) ([]appointment.Busy, error) {
	all, err := tx.timedOf(ctx, `FROM (SELECT person_b AS other FROM tie WHERE person_a = $1 UNION SELECT person_a FROM tie WHERE person_b = $1) t
		JOIN episode e ON e.person_id = t.other JOIN appointment a ON a.episode_id = e.id
		WHERE e.regime <> 'joint' AND a.state = 'booked'`, p)
	var out []appointment.Busy
	for _, m := range only(all, func(m timed) bool { return m.kind == appointment.Office && m.within(from, to) }) {
		out = append(out, m.busy(m.worker))
	}
	return out, err
}
