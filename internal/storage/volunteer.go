package storage

import (
	"bytes"
	"context"
	"encoding/json"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

var _ volunteer.Tx = (*Tx)(nil)

// ownBox is what a volunteer has told of themselves, as it stands in its box.
type ownBox struct {
	Name, Email, Phone string
	Lang               locale.Lang
	Tasks, Times       []string
	Letters            string
	QuietFrom, QuietTo int
}

const (
	volunteerColumns = "id, unit_id, offer_id, account_id, key_id, state, code_index, own, path"
	boxGrain         = 1024 // a box tells by its size in nothing finer than this what is in it
)

type volunteerRow struct {
	volunteer.Volunteer
	own, path []byte
}

func scanVolunteer(r scanner) (v volunteerRow, err error) {
	return v, r.Scan(&v.ID, &v.Unit, &v.Offer, textOf(&v.Account), &v.Key, &v.State, &v.Code, &v.own, &v.path)
}

func (tx *Tx) openVolunteer(ctx context.Context, v volunteerRow) (volunteer.Volunteer, error) {
	var own ownBox
	if err := tx.openJSON(ctx, v.Key, sealedAt("volunteer.own", v.ID), v.own, &own); err != nil {
		return volunteer.Volunteer{}, err
	}
	v.Own = volunteer.Own{Name: seal.Of(own.Name), Email: seal.Of(own.Email), Phone: seal.Of(own.Phone), Lang: own.Lang, Tasks: own.Tasks, Times: own.Times,
		Letters: own.Letters, QuietFrom: own.QuietFrom, QuietTo: own.QuietTo}
	return v.Volunteer, tx.openJSON(ctx, v.Key, sealedAt("volunteer.path", v.ID), v.path, &v.Path)
}

// VolunteerUnit tells whose volunteer it is, without opening anything.
func (tx *Tx) VolunteerUnit(ctx context.Context, id volunteer.ID) (access.UnitID, error) {
	return one(ctx, tx, scanAs[access.UnitID], "SELECT unit_id FROM volunteer WHERE id = $1", id)
}

// EventUnit tells whose event it is, without opening anything.
func (tx *Tx) EventUnit(ctx context.Context, id volunteer.EventID) (access.UnitID, error) {
	return one(ctx, tx, scanAs[access.UnitID], "SELECT unit_id FROM volunteer_event WHERE id = $1", id)
}

// CallUnit tells whose call it is, without opening anything.
func (tx *Tx) CallUnit(ctx context.Context, id volunteer.CallID) (access.UnitID, error) {
	return one(ctx, tx, scanAs[access.UnitID], "SELECT unit_id FROM volunteer_call WHERE id = $1", id)
}

func (tx *Tx) volunteer(ctx context.Context, column string, value any) (volunteer.Volunteer, error) {
	v, err := one(ctx, tx, scanVolunteer, "SELECT "+volunteerColumns+" FROM volunteer WHERE "+column+" = $1", value)
	if err != nil {
		return volunteer.Volunteer{}, err
	}
	return tx.openVolunteer(ctx, v)
}

// Volunteer finds a volunteer.
func (tx *Tx) Volunteer(ctx context.Context, id volunteer.ID) (volunteer.Volunteer, error) {
	return tx.volunteer(ctx, "id", id)
}

// VolunteerOf finds the volunteer who signs in to an account.
func (tx *Tx) VolunteerOf(ctx context.Context, who access.AccountID) (volunteer.Volunteer, error) {
	return tx.volunteer(ctx, "account_id", who)
}

// VolunteerByCode finds an application by the fingerprint of its code.
func (tx *Tx) VolunteerByCode(ctx context.Context, index []byte) (volunteer.Volunteer, error) {
	return tx.volunteer(ctx, "code_index", index)
}

// Volunteers are a unit's in every state, by name; every unit's when unit is "".
func (tx *Tx) Volunteers(ctx context.Context, unit access.UnitID) ([]volunteer.Volunteer, error) {
	rows, err := many(ctx, tx, scanVolunteer, "SELECT "+volunteerColumns+" FROM volunteer WHERE $1 = '' OR unit_id = $1 ORDER BY id", unit)
	out := make([]volunteer.Volunteer, len(rows))
	for i, r := range rows {
		if out[i], err = tx.openVolunteer(ctx, r); err != nil {
			return nil, err
		}
	}
	locale.Sort(locale.Finnish, out, func(v volunteer.Volunteer) string { return v.Own.Name.Reveal() })
	return out, err
}

var putVolunteer = upsert("volunteer", "id", volunteerColumns)

// PutVolunteer keeps a volunteer; what is theirs is sealed with their own key.
func (tx *Tx) PutVolunteer(ctx context.Context, v volunteer.Volunteer) error {
	o := v.Own
	own, err := tx.sealPadded(ctx, v.Key, sealedAt("volunteer.own", v.ID), ownBox{o.Name.Reveal(), o.Email.Reveal(), o.Phone.Reveal(), o.Lang, o.Tasks, o.Times, o.Letters, o.QuietFrom, o.QuietTo})
	if err != nil {
		return err
	}
	path, err := tx.sealPadded(ctx, v.Key, sealedAt("volunteer.path", v.ID), v.Path)
	if err != nil {
		return err
	}
	return tx.exec(ctx, putVolunteer, v.ID, v.Unit, v.Offer, null(v.Account), v.Key, v.State, nullBytes(v.Code), own, path)
}

// DeleteVolunteer drops a volunteer with all that is theirs, and leaves their key to be destroyed.
func (tx *Tx) DeleteVolunteer(ctx context.Context, id volunteer.ID) error {
	key, err := one(ctx, tx, scanWord, "SELECT key_id FROM volunteer WHERE id = $1", id)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM volunteer WHERE id = $1", id); err != nil {
		return err
	}
	if err := tx.forget(ctx, string(id)); err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}

// padded is a value as JSON, filled up with blanks.
func padded(values any) ([]byte, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	return append(text, bytes.Repeat([]byte{' '}, boxGrain-len(text)%boxGrain)...), nil
}

func (tx *Tx) sealPadded(ctx context.Context, key, place string, values any) ([]byte, error) {
	text, err := padded(values)
	if err != nil {
		return nil, err
	}
	return tx.seal(ctx, key, place, seal.Of(string(text)))
}
