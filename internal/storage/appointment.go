package storage

import (
	"context"
	"errors"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ appointment.Tx = (*Tx)(nil)

const appointmentColumns = "id, episode_id, visit_limit, regime, visit_no, state, counted, cancelled_by, worker_id, " +
	"place_kind, place_id, place, day, clock, zone, minutes, starts, ends, day_part, sequence"

// appointmentRow is an appointment with the agreed place still sealed.
type appointmentRow struct {
	appointment.Appointment
	place []byte
}

func appointmentInto(a *appointmentRow) []any {
	return []any{&a.ID, &a.Episode, &a.Limit, &a.Regime, number{&a.No, 0}, &a.State, &a.Counted, &a.CancelledBy,
		textOf(&a.Worker), &a.PlaceKind, textOf(&a.PlaceID), &a.place, textOf(&a.At.Day), textOf(&a.At.Clock),
		textOf(&a.At.Zone), number{&a.Minutes, 0}, instant{&a.Starts}, instant{&a.Ends}, &a.DayPart, &a.Sequence}
}

func scanAppointment(r scanner) (a appointmentRow, err error) {
	return a, r.Scan(appointmentInto(&a)...)
}

// Appointment finds an appointment and opens its agreed place.
func (tx *Tx) Appointment(ctx context.Context, id appointment.ID) (appointment.Appointment, error) {
	a, err := one(ctx, tx, scanAppointment, "SELECT "+appointmentColumns+" FROM appointment WHERE id = $1", id)
	if err != nil {
		return appointment.Appointment{}, err
	}
	return tx.withPlace(ctx, a)
}

// Appointments are an episode's, the numbered first by number, then by start.
func (tx *Tx) Appointments(ctx context.Context, ep episode.ID) ([]appointment.Appointment, error) {
	rows, err := many(ctx, tx, scanAppointment, "SELECT "+appointmentColumns+" FROM appointment WHERE episode_id = $1 "+
		"ORDER BY visit_no IS NULL, visit_no, starts, id", ep)
	if err != nil {
		return nil, err
	}
	out := make([]appointment.Appointment, len(rows))
	for i, a := range rows {
		if out[i], err = tx.withPlace(ctx, a); err != nil {
			return nil, err
		}
	}
	return out, nil
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

var putAppointment = upsert("appointment", "id", appointmentColumns)

// PutAppointment keeps an appointment and, while it is booked, the quarters of an hour it occupies. A quarter that
// the worker has given already is fault.Conflict "appointment.slot-taken"; a visit number that is used or above the
// episode's limit is fault.Conflict "visit.limit". What a service without records may not keep of a meeting that is
// over is refused as it is, not cleaned: whoever sends it has a fault to mend.
func (tx *Tx) PutAppointment(ctx context.Context, a appointment.Appointment) error {
	place, err := tx.sealPlace(ctx, a)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM booking_cell WHERE appointment_id = $1", a.ID); err != nil {
		return err
	}
	err = tx.exec(ctx, putAppointment, a.ID, a.Episode, a.Limit, a.Regime, nullInt(a.No, 0), a.State, flag(a.Counted),
		a.CancelledBy, null(a.Worker), a.PlaceKind, null(a.PlaceID), nullBytes(place), null(a.At.Day), null(a.At.Clock),
		null(a.At.Zone), nullInt(a.Minutes, 0), null(calendar.Stamp(a.Starts)), null(calendar.Stamp(a.Ends)), a.DayPart, a.Sequence)
	if overLimit(err) {
		return fault.Wrap(err, fault.Conflict, "visit.limit", "max", a.Limit)
	}
	if err != nil || a.State != appointment.Booked {
		return walled(err)
	}
	return tx.putCells(ctx, a)
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

// cell is the grain in which a worker's time is given.
const cell = 15 * time.Minute

func (tx *Tx) putCells(ctx context.Context, a appointment.Appointment) error {
	for at := a.Starts.UTC().Truncate(cell); at.Before(a.Ends); at = at.Add(cell) {
		err := tx.exec(ctx, "INSERT INTO booking_cell (worker_id, cell, appointment_id) VALUES ($1, $2, $3)",
			a.Worker, calendar.Stamp(at), a.ID)
		if err != nil {
			return taken(err, "appointment.slot-taken")
		}
	}
	return nil
}

func scanBusy(r scanner) (b appointment.Busy, err error) {
	return b, r.Scan(&b.Worker, instant{&b.Starts}, instant{&b.Ends}, &b.PlaceKind, textOf(&b.PlaceID))
}

// longest is the length of the longest appointment, as the schema has it: how far back one may start that still goes on.
const longest = 480 * time.Minute

// Busy is when the workers are taken between two instants, by worker and start.
func (tx *Tx) Busy(ctx context.Context, workers []access.AccountID, from, to time.Time) ([]appointment.Busy, error) {
	var all []appointment.Busy
	err := inParts(anys(workers), func(ids []any) error {
		part, err := many(ctx, tx, scanBusy, "SELECT worker_id, starts, ends, place_kind, place_id FROM appointment "+
			"WHERE state = $1 AND starts > $2 AND starts < $3 AND ends > $4 AND worker_id IN ("+marks(5, len(ids))+") "+
			"ORDER BY worker_id, starts", append([]any{appointment.Booked, calendar.Stamp(from.Add(-longest)),
			calendar.Stamp(to), calendar.Stamp(from)}, ids...)...)
		all = append(all, part...)
		return err
	})
	return all, err
}

// Near are the booked meetings, between two instants and at an office, of those to whom the person is a party.
func (tx *Tx) Near(ctx context.Context, p person.ID, from, to time.Time) ([]appointment.Busy, error) {
	return many(ctx, tx, scanBusy, `SELECT a.worker_id, a.starts, a.ends, a.place_kind, a.place_id FROM (
			SELECT person_b AS other FROM tie WHERE person_a = $1 UNION SELECT person_a FROM tie WHERE person_b = $1) t
		JOIN episode e ON e.person_id = t.other JOIN appointment a ON a.episode_id = e.id
		WHERE e.regime <> 'joint' AND a.state = 'booked' AND a.place_kind = 'office' AND a.starts < $2 AND a.ends > $3 ORDER BY a.starts, a.id`,
		p, calendar.Stamp(to), calendar.Stamp(from))
}
