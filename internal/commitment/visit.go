package commitment

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
)

// visit is one appointment with its episode and what pays for it.
type visit struct {
	episode.Loaded
	c  Commitment
	at appointment.Appointment
}

func find(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id appointment.ID) (visit, error) {
	a, err := tx.Appointment(ctx, id)
	if err != nil {
		return visit{}, err
	}
	l, c, err := load(ctx, tx, ms, by, a.Episode)
	return visit{l, c, a}, err
}

func (v visit) may(a model.Action, tx Tx) error {
	if f := episode.CanTouch(v.Model, v.State, a, string(v.at.ID), tx.Now()); f != nil {
		return f
	}
	return nil
}

// MarkEntry keeps that a held visit was entered in the payer's own system, and on which day. There is nothing else to
// say of it here. A wrong day is put right by marking again.
func MarkEntry(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id appointment.ID, day calendar.Date) error {
	v, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := v.may(episode.ActEntry, tx); err != nil {
		return err
	}
	var form fault.Form
	switch {
	case day == "":
		form.Add("day", "calendar.date")
	case day > v.Today(tx.Now()):
		form.Add("day", "commitment.entry-later")
	case day < v.at.At.Day:
		form.Add("day", "commitment.entry-before", "day", v.at.At.Day)
	}
	if err := form.Err(); err != nil {
		return err
	}
	was, err := tx.Entry(ctx, id)
	if err != nil {
		return err
	}
	if err := v.Count(ctx, tx, figure.EntriesLate, "", v.late(day)-v.late(was)); err != nil {
		return err
	}
	if err := tx.PutEntry(ctx, v.at, day); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Episode, string(v.Episode.ID))
}

// late is 1 of an entry that came after its days.
func (v visit) late(day calendar.Date) int {
	if day > v.at.At.Day.Add(v.Model.Commitment.EntryDays) {
		return 1
	}
	return 0
}

// EndWith makes a booked visit that nobody pays for the one that ends the work well: the organisation pays it itself, and
// it is held outside what was granted.
func EndWith(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id appointment.ID) error {
	v, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := v.may(episode.ActEndVisit, tx); err != nil {
		return err
	}
	if err := tx.PutEndVisit(ctx, v.at); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Episode, string(v.Episode.ID))
}

// NotEnd takes it back, as long as the visit has not been held.
func NotEnd(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id appointment.ID) error {
	v, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if !v.State.IsEnd(string(id)) || v.at.State != appointment.Booked {
		return fault.New(fault.Conflict, "commitment.no-end-visit")
	}
	if err := tx.DeleteEndVisit(ctx, id); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Episode, string(v.Episode.ID))
}
