package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
)

var _ organization.Tx = (*Tx)(nil)

// Setting is the value kept under a name, "" when none ever was.
func (tx *Tx) Setting(ctx context.Context, name string) (string, error) {
	v, err := one(ctx, tx, scanWord, "SELECT value FROM setting WHERE name = $1", name)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return v, err
}

var putSetting = upsert("setting", "name", "name, value")

// PutSetting keeps a value under a name.
func (tx *Tx) PutSetting(ctx context.Context, name, value string) error {
	return tx.exec(ctx, putSetting, name, value)
}

const unitColumns = "id, slug, name_fi, name_sv, name_en, phone, email, address, area, grant_object, zone"

func scanUnit(r scanner) (u organization.Unit, err error) {
	var fi, sv, en string
	err = r.Scan(&u.ID, &u.Slug, &fi, &sv, &en, &u.Phone, &u.Email, &u.Address, &u.Area, &u.GrantObject, &u.Zone)
	u.Name = names(fi, sv, en)
	return u, err
}

func names(fi, sv, en string) organization.Names {
	return organization.Names{locale.Finnish: fi, locale.Swedish: sv, locale.English: en}
}

// Unit finds a unit.
func (tx *Tx) Unit(ctx context.Context, id access.UnitID) (organization.Unit, error) {
	return one(ctx, tx, scanUnit, "SELECT "+unitColumns+" FROM unit WHERE id = $1", id)
}

// Units are all the organisation's units.
func (tx *Tx) Units(ctx context.Context) ([]organization.Unit, error) {
	return many(ctx, tx, scanUnit, "SELECT "+unitColumns+" FROM unit ORDER BY name_fi, id")
}

var putUnit = upsert("unit", "id", unitColumns)

// PutUnit keeps a unit. A slug that another unit has is fault.Conflict "unit.slug-taken".
func (tx *Tx) PutUnit(ctx context.Context, u organization.Unit) error {
	n := u.Name
	err := tx.exec(ctx, putUnit, u.ID, u.Slug, n[locale.Finnish], n[locale.Swedish], n[locale.English],
		u.Phone, u.Email, u.Address, u.Area, u.GrantObject, u.Zone)
	return taken(err, "unit.slug-taken")
}

const openingColumns = "id, unit_id, channel, weekday, opens, closes"

func scanOpening(r scanner) (o organization.Opening, err error) {
	return o, r.Scan(&o.ID, &o.Unit, &o.Channel, &o.Weekday, &o.Opens, &o.Closes)
}

// Openings are a unit's weekly stretches, by weekday and hour.
func (tx *Tx) Openings(ctx context.Context, unit access.UnitID) ([]organization.Opening, error) {
	return many(ctx, tx, scanOpening,
		"SELECT "+openingColumns+" FROM opening WHERE unit_id = $1 ORDER BY weekday, opens, channel, id", unit)
}

var putOpening = upsert("opening", "id", openingColumns)

// PutOpening keeps one weekly stretch.
func (tx *Tx) PutOpening(ctx context.Context, o organization.Opening) error {
	return tx.exec(ctx, putOpening, o.ID, o.Unit, o.Channel, o.Weekday, o.Opens, o.Closes)
}

// DeleteOpening drops one weekly stretch of the unit.
func (tx *Tx) DeleteOpening(ctx context.Context, unit access.UnitID, id string) error {
	return tx.exec(ctx, "DELETE FROM opening WHERE unit_id = $1 AND id = $2", unit, id)
}

const offerColumns = "id, unit_id, model, version, slug, position, open"

func scanOffer(r scanner) (o organization.Offer, err error) {
	return o, r.Scan(&o.ID, &o.Unit, &o.Model, &o.Version, &o.Slug, &o.Position, &o.Open)
}

// Offer finds an offer.
func (tx *Tx) Offer(ctx context.Context, id organization.OfferID) (organization.Offer, error) {
	return one(ctx, tx, scanOffer, "SELECT "+offerColumns+" FROM offer WHERE id = $1", id)
}

// OfferBySlug finds an offer by the word in its address.
func (tx *Tx) OfferBySlug(ctx context.Context, slug string) (organization.Offer, error) {
	return one(ctx, tx, scanOffer, "SELECT "+offerColumns+" FROM offer WHERE slug = $1", slug)
}

// Offers are a unit's offers in their order; every unit's when unit is "".
func (tx *Tx) Offers(ctx context.Context, unit access.UnitID) ([]organization.Offer, error) {
	return many(ctx, tx, scanOffer,
		"SELECT "+offerColumns+" FROM offer WHERE $1 = '' OR unit_id = $1 ORDER BY position, slug", unit)
}

var putOffer = upsert("offer", "id", offerColumns)

// PutOffer keeps an offer. A slug that another offer has is fault.Conflict "unit.slug-taken".
func (tx *Tx) PutOffer(ctx context.Context, o organization.Offer) error {
	err := tx.exec(ctx, putOffer, o.ID, o.Unit, o.Model, o.Version, o.Slug, o.Position, flag(o.Open))
	return taken(err, "unit.slug-taken")
}

const placeColumns = "id, unit_id, name_fi, name_sv, name_en, address, area, active, tell_room"

func scanPlace(r scanner) (p organization.Place, err error) {
	var fi, sv, en string
	err = r.Scan(&p.ID, &p.Unit, &fi, &sv, &en, &p.Address, &p.Area, &p.Active, &p.TellRoom)
	p.Name = names(fi, sv, en)
	return p, err
}

// Place finds an office.
func (tx *Tx) Place(ctx context.Context, id organization.PlaceID) (organization.Place, error) {
	return one(ctx, tx, scanPlace, "SELECT "+placeColumns+" FROM place WHERE id = $1", id)
}

// Places are a unit's offices; every unit's when unit is "".
func (tx *Tx) Places(ctx context.Context, unit access.UnitID) ([]organization.Place, error) {
	return many(ctx, tx, scanPlace,
		"SELECT "+placeColumns+" FROM place WHERE $1 = '' OR unit_id = $1 ORDER BY name_fi, id", unit)
}

var putPlace = upsert("place", "id", placeColumns)

// PutPlace keeps an office.
func (tx *Tx) PutPlace(ctx context.Context, p organization.Place) error {
	n := p.Name
	return tx.exec(ctx, putPlace, p.ID, p.Unit, n[locale.Finnish], n[locale.Swedish], n[locale.English],
		p.Address, p.Area, flag(p.Active), flag(p.TellRoom))
}
