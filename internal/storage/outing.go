package storage

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/outing"
	"rinnalla.fi/rinnalla/internal/seal"
)

var _ outing.Tx = (*Tx)(nil)

const outingColumns = "account_id, unit_id, about, told, seen_by, meeting"

type outingRow struct {
	outing.Outing
	about, meeting []byte
}

func scanOuting(r scanner) (o outingRow, err error) {
	return o, r.Scan(&o.Account, &o.Unit, &o.about, &o.Told, textOf(&o.Seen), &o.meeting)
}

// outingAbout is what is sealed of an outing.
type outingAbout struct {
	Due       time.Time
	At        calendar.Local
	PlaceKind string
	Place     string
}

// Outings are all workers who are out, by account.
func (tx *Tx) Outings(ctx context.Context) ([]outing.Outing, error) {
	rows, err := many(ctx, tx, scanOuting, "SELECT "+outingColumns+" FROM outing ORDER BY account_id")
	if err != nil {
		return nil, err
	}
	out := make([]outing.Outing, len(rows))
	for i, r := range rows {
		if out[i], err = tx.openOuting(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OutingOf is where a worker is out.
func (tx *Tx) OutingOf(ctx context.Context, who access.AccountID) (outing.Outing, error) {
	r, err := one(ctx, tx, scanOuting, "SELECT "+outingColumns+" FROM outing WHERE account_id = $1", who)
	if err != nil {
		return outing.Outing{}, err
	}
	return tx.openOuting(ctx, r)
}

func (tx *Tx) openOuting(ctx context.Context, r outingRow) (outing.Outing, error) {
	w, err := tx.openWords(sealedAt("outing.meeting", r.Account), r.meeting, 1)
	if err != nil {
		return outing.Outing{}, err
	}
	r.Appointment = appointment.ID(w[0])
	key, err := tx.accountKey(ctx, r.Account)
	if err != nil {
		return outing.Outing{}, err
	}
	var a outingAbout
	err = tx.openJSON(ctx, key, sealedAt("outing.about", r.Account), r.about, &a)
	r.Due, r.At, r.PlaceKind, r.Place = a.Due, a.At, a.PlaceKind, seal.Of(a.Place)
	return r.Outing, err
}

var putOuting = upsert("outing", "account_id", outingColumns)

// PutOuting keeps a worker's outing, sealed with the worker's own key; at which meeting, with the house's key of times.
func (tx *Tx) PutOuting(ctx context.Context, o outing.Outing) error {
	key, err := tx.accountKey(ctx, o.Account)
	if err != nil {
		return err
	}
	box, err := tx.sealJSON(ctx, key, sealedAt("outing.about", o.Account), outingAbout{o.Due.UTC(), o.At, o.PlaceKind, o.Place.Reveal()})
	if err != nil {
		return err
	}
	meeting, err := tx.sealWords(sealedAt("outing.meeting", o.Account), string(o.Appointment))
	if err != nil {
		return err
	}
	return tx.exec(ctx, putOuting, o.Account, o.Unit, box, o.Told, null(o.Seen), meeting)
}

// DeleteOuting ends a worker's outing.
func (tx *Tx) DeleteOuting(ctx context.Context, who access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM outing WHERE account_id = $1", who)
}

// endOutings ends the outings to meetings that go. No reference does: it would tell who is out at which meeting.
func (tx *Tx) endOutings(ctx context.Context, meetings []string) error {
	out, err := many(ctx, tx, scanBox, "SELECT account_id, meeting FROM outing")
	for _, o := range out {
		if err != nil {
			break
		}
		var at []string
		if at, err = tx.openWords(sealedAt("outing.meeting", o.id), o.box, 1); err == nil && slices.Contains(meetings, at[0]) {
			err = tx.DeleteOuting(ctx, access.AccountID(o.id))
		}
	}
	return err
}
