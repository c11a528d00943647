package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// aboutBox is where an event of the volunteers' year is, as it stands in its box.
type aboutBox struct{ Place, Link string }

const eventColumns = "id, unit_id, offer_id, item, remote, state, came, times, about"

type eventRow struct {
	volunteer.Event
	times, about []byte
}

func scanEvent(r scanner) (e eventRow, err error) {
	return e, r.Scan(&e.ID, &e.Unit, &e.Offer, &e.Item, &e.Remote, &e.State, &e.Came, &e.times, &e.about)
}

func (tx *Tx) openEvent(e eventRow) (volunteer.Event, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return e.Event, err
	}
	t, err := s.open(sealedAt("volunteer_event.times", e.ID), e.times)
	if err != nil {
		return e.Event, err
	}
	e.At, e.Minutes, e.Starts = t.at, t.minutes, t.starts
	plain, err := s.key.Open(sealedAt("volunteer_event.about", e.ID), e.about)
	if err != nil {
		return e.Event, fmt.Errorf("open where an event is: %w", err)
	}
	var about aboutBox
	err = json.Unmarshal(plain, &about)
	e.Place, e.Link = about.Place, about.Link
	return e.Event, err
}

// Event finds one thing of the volunteers' year.
func (tx *Tx) Event(ctx context.Context, id volunteer.EventID) (volunteer.Event, error) {
	e, err := one(ctx, tx, scanEvent, "SELECT "+eventColumns+" FROM volunteer_event WHERE id = $1", id)
	if err != nil {
		return volunteer.Event{}, err
	}
	return tx.openEvent(e)
}

// Events are all of a unit's, by start; every unit's when unit is "". Their times are sealed, so all are opened: a few dozen.
func (tx *Tx) Events(ctx context.Context, unit access.UnitID) ([]volunteer.Event, error) {
	rows, err := many(ctx, tx, scanEvent, "SELECT "+eventColumns+" FROM volunteer_event WHERE $1 = '' OR unit_id = $1 ORDER BY id", unit)
	out := make([]volunteer.Event, len(rows))
	for i, r := range rows {
		if out[i], err = tx.openEvent(r); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b volunteer.Event) int { return a.Starts.Compare(b.Starts) })
	return out, err
}

var putEvent = upsert("volunteer_event", "id", eventColumns)

// PutEvent keeps one thing of the year; when and where it is, sealed.
func (tx *Tx) PutEvent(ctx context.Context, e volunteer.Event) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	about, err := padded(aboutBox{e.Place, e.Link})
	if err != nil {
		return err
	}
	return tx.exec(ctx, putEvent, e.ID, e.Unit, e.Offer, e.Item, flag(e.Remote), e.State, e.Came,
		s.seal(sealedAt("volunteer_event.times", e.ID), times{at: e.At, minutes: e.Minutes, starts: e.Starts, kind: "event"}),
		s.key.Seal(sealedAt("volunteer_event.about", e.ID), about))
}

// DeleteEvent drops one thing of the year and who had signed up.
func (tx *Tx) DeleteEvent(ctx context.Context, id volunteer.EventID) error {
	return tx.exec(ctx, "DELETE FROM volunteer_event WHERE id = $1", id)
}

const signUpColumns = "event_id, volunteer_id, how, came"

func scanSignUp(r scanner) (s volunteer.SignUp, err error) {
	return s, r.Scan(&s.Event, &s.Volunteer, &s.How, &s.Came)
}

// SignUps are who comes to an event.
func (tx *Tx) SignUps(ctx context.Context, event volunteer.EventID) ([]volunteer.SignUp, error) {
	return many(ctx, tx, scanSignUp, "SELECT "+signUpColumns+" FROM volunteer_signup WHERE event_id = $1 ORDER BY volunteer_id", event)
}

// SignUpsOf are the events a volunteer comes to.
func (tx *Tx) SignUpsOf(ctx context.Context, who volunteer.ID) ([]volunteer.SignUp, error) {
	return many(ctx, tx, scanSignUp, "SELECT "+signUpColumns+" FROM volunteer_signup WHERE volunteer_id = $1 ORDER BY event_id", who)
}

// PutSignUp keeps that somebody comes. Remotely where the event does not allow it is refused by the schema.
func (tx *Tx) PutSignUp(ctx context.Context, s volunteer.SignUp) error {
	return tx.exec(ctx, "INSERT INTO volunteer_signup (event_id, volunteer_id, how, came, remote) "+
		"SELECT $1, $2, $3, $4, remote FROM volunteer_event WHERE id = $1 "+
		"ON CONFLICT (event_id, volunteer_id) DO UPDATE SET how = excluded.how, came = excluded.came", s.Event, s.Volunteer, s.How, flag(s.Came))
}

// DeleteSignUp takes it back; nothing is left of it.
func (tx *Tx) DeleteSignUp(ctx context.Context, event volunteer.EventID, who volunteer.ID) error {
	return tx.exec(ctx, "DELETE FROM volunteer_signup WHERE event_id = $1 AND volunteer_id = $2", event, who)
}

const callColumns = "id, volunteer_id, unit_id, kind, seen_by, times"

func (tx *Tx) scanCall(r scanner) (c volunteer.Call, err error) {
	var box []byte
	if err := r.Scan(&c.ID, &c.Volunteer, &c.Unit, &c.Kind, textOf(&c.By), &box); err != nil {
		return c, err
	}
	w, err := tx.openWords(sealedAt("volunteer_call.times", c.ID), box, 2)
	if err != nil {
		return c, err
	}
	if c.Asked, err = calendar.ParseStamp(w[0]); err != nil {
		return c, err
	}
	c.Seen, err = calendar.ParseStamp(w[1])
	return c, err
}

// Call finds a call for a worker.
func (tx *Tx) Call(ctx context.Context, id volunteer.CallID) (volunteer.Call, error) {
	return one(ctx, tx, tx.scanCall, "SELECT "+callColumns+" FROM volunteer_call WHERE id = $1", id)
}

// Calls are a unit's, the longest waiting first.
func (tx *Tx) Calls(ctx context.Context, unit access.UnitID) ([]volunteer.Call, error) {
	return tx.calls(ctx, "unit_id", unit)
}

// CallsOf are a volunteer's.
func (tx *Tx) CallsOf(ctx context.Context, who volunteer.ID) ([]volunteer.Call, error) {
	return tx.calls(ctx, "volunteer_id", who)
}

func (tx *Tx) calls(ctx context.Context, column string, value any) ([]volunteer.Call, error) {
	out, err := many(ctx, tx, tx.scanCall, "SELECT "+callColumns+" FROM volunteer_call WHERE "+column+" = $1 ORDER BY id", value)
	slices.SortStableFunc(out, func(a, b volunteer.Call) int { return a.Asked.Compare(b.Asked) })
	return out, err
}

var putCall = upsert("volunteer_call", "id", callColumns)

// PutCall keeps a call. Two of a kind by one volunteer are the same call: fault.Conflict "volunteer.called".
func (tx *Tx) PutCall(ctx context.Context, c volunteer.Call) error {
	box, err := tx.sealWords(sealedAt("volunteer_call.times", c.ID), calendar.Stamp(c.Asked), calendar.Stamp(c.Seen))
	if err != nil {
		return err
	}
	return taken(tx.exec(ctx, putCall, c.ID, c.Volunteer, c.Unit, c.Kind, null(c.By), box), "volunteer.called")
}

// DeleteCall drops a call that was answered.
func (tx *Tx) DeleteCall(ctx context.Context, id volunteer.CallID) error {
	if err := tx.exec(ctx, "DELETE FROM volunteer_call WHERE id = $1", id); err != nil {
		return err
	}
	return tx.forget(ctx, string(id))
}
