package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

var _ occasion.Tx = (*Tx)(nil)

const occasionColumns = "id, offer_id, key_id, state, places, minutes, volunteers, about, area, place, families, adults, children, mark, times"

type occasionRow struct {
	occasion.Day
	place []byte
}

func (tx *Tx) scanOccasion(r scanner) (d occasionRow, err error) {
	var mark, box []byte
	if err := r.Scan(&d.ID, &d.Offer, textOf(&d.Key), &d.State, &d.Places, &d.Minutes, &d.Volunteers, &d.About, &d.Area, &d.place,
		number{&d.Families, -1}, number{&d.Adults, -1}, number{&d.Children, -1}, &mark, &box); err != nil {
		return d, err
	}
	w, err := tx.openWords(sealedAt("occasion.times", d.ID), box, 8, 6) // six before days could be at an office (decision 0074)
	if err != nil {
		return d, err
	}
	if len(w) > 6 {
		d.Office, d.Room = organization.PlaceID(w[6]), organization.RoomID(w[7])
	}
	d.At = calendar.Local{Day: calendar.Date(w[0]), Clock: calendar.Clock(w[1]), Zone: w[2]}
	d.Closes = calendar.Date(w[3])
	if w[4] != "" {
		d.Was = calendar.Local{Day: calendar.Date(w[4]), Clock: calendar.Clock(w[5]), Zone: w[2]}
	}
	if d.Starts, err = d.At.Instant(); err != nil {
		err = errors.New("storage: a day cannot be read") // never the word itself
	}
	return d, err
}

// occasions reads days with the places for those who signed up, by day.
func (tx *Tx) occasions(ctx context.Context, where string, args ...any) ([]occasion.Day, error) {
	rows, err := many(ctx, tx, tx.scanOccasion, "SELECT "+occasionColumns+" FROM occasion WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	var out []occasion.Day
	for _, d := range rows {
		if len(d.place) > 0 {
			text, err := tx.openFilled(ctx, d.Key, sealedAt("occasion.place", d.ID), d.place)
			if err != nil {
				return nil, err
			}
			d.Place = seal.Of(text)
		}
		out = append(out, d.Day)
	}
	slices.SortFunc(out, func(a, b occasion.Day) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// SeesOccasion is no fault for the workers and coordinators of the unit whose day it is, and for whoever is confirmed to help.
func (tx *Tx) SeesOccasion(ctx context.Context, by access.Actor, id occasion.ID) error {
	_, err := one(ctx, tx, scanWord, `SELECT d.id FROM occasion d WHERE d.id = $1 AND (
		EXISTS (SELECT 1 FROM offer o JOIN membership m ON m.unit_id = o.unit_id WHERE o.id = d.offer_id AND m.account_id = $2 AND m.role IN ('worker', 'coordinator')) OR
		EXISTS (SELECT 1 FROM occasion_helper h WHERE h.occasion_id = d.id AND h.account_id = $2 AND h.state = 'confirmed'))`, id, by.Account)
	return err
}

// HelpsOccasion is no fault for whoever works on a day.
func (tx *Tx) HelpsOccasion(ctx context.Context, by access.Actor, id occasion.ID) error {
	_, err := one(ctx, tx, scanWord, "SELECT occasion_id FROM occasion_helper WHERE occasion_id = $1 AND account_id = $2 AND state = 'confirmed'", id, by.Account)
	return err
}

// Occasion finds a day.
func (tx *Tx) Occasion(ctx context.Context, id occasion.ID) (occasion.Day, error) {
	all, err := tx.occasions(ctx, "id = $1", id)
	if err == nil && len(all) == 0 {
		_, err = one(ctx, tx, scanWord, "SELECT id FROM occasion WHERE id = $1", id) // in the words of what is not there
	}
	if err != nil {
		return occasion.Day{}, err
	}
	return all[0], nil
}

// Occasions are the days of offers, nil being all, by day.
func (tx *Tx) Occasions(ctx context.Context, offers []organization.OfferID) ([]occasion.Day, error) {
	if offers == nil {
		return tx.occasions(ctx, "1 = 1")
	}
	if len(offers) == 0 {
		return nil, nil
	}
	return tx.occasions(ctx, "offer_id IN ("+marks(1, len(offers))+")", anys(offers)...)
}

// placeSize is the box of a place: rows do not tell how long its words are.
const placeSize = 4 * occasion.MaxPlace

var putOccasion = upsert("occasion", "id", occasionColumns)

// PutOccasion keeps a day and the quarters of its room. Another of the same offer at the same time is fault.Conflict
// "occasion.same-time", a room that somebody else has then "room.taken". Only a day that is to come has a room.
func (tx *Tx) PutOccasion(ctx context.Context, d occasion.Day) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	if d.State != occasion.Planned || d.Gone() {
		d.Room = ""
	}
	if d.Gone() {
		d.Office = ""
	}
	of := organization.Taker{Occasion: string(d.ID)}
	if err := tx.leaveRoom(ctx, of); err != nil {
		return err
	}
	box, err := tx.sealWords(sealedAt("occasion.times", d.ID), string(d.At.Day), string(d.At.Clock), d.At.Zone, string(d.Closes), string(d.Was.Day), string(d.Was.Clock),
		string(d.Office), string(d.Room))
	if err != nil {
		return err
	}
	var place []byte
	if d.Key != "" && !d.Place.Empty() {
		if place, err = tx.sealFilled(ctx, d.Key, sealedAt("occasion.place", d.ID), d.Place.Reveal(), placeSize); err != nil {
			return err
		}
	}
	mark := s.marks.Mark("occasion", string(d.Offer)+" "+calendar.Stamp(d.Starts))
	err = taken(tx.exec(ctx, putOccasion, d.ID, d.Offer, null(d.Key), d.State, d.Places, d.Minutes, d.Volunteers, d.About, d.Area, nullBytes(place),
		nullInt(d.Families, -1), nullInt(d.Adults, -1), nullInt(d.Children, -1), mark, box), "occasion.same-time")
	if err != nil || d.Room == "" {
		return err
	}
	return tx.takeRoom(ctx, of, d.Room, times{starts: d.Starts, minutes: d.Minutes})
}

// ClearOccasion lets a day's list go, who worked on it, where it was, and its key. Its numbers stay.
func (tx *Tx) ClearOccasion(ctx context.Context, d occasion.Day) error {
	is, err := one(ctx, tx, tx.scanOccasion, "SELECT "+occasionColumns+" FROM occasion WHERE id = $1", d.ID) // unopened: after a restore its key has gone
	if err != nil {
		return err
	}
	for _, table := range []string{"occasion_family", "occasion_helper"} {
		if err := tx.exec(ctx, "DELETE FROM "+table+" WHERE occasion_id = $1", d.ID); err != nil {
			return err
		}
	}
	is.Key = ""
	if err := tx.PutOccasion(ctx, is.Day); err != nil {
		return err
	}
	if err := tx.forgetAudit(ctx, string(d.ID)); err != nil || d.Key == "" { // who read names goes with the names
		return err
	}
	return tx.DestroyKey(ctx, d.Key)
}

const familyColumns = "id, occasion_id, code_index, mark, adults, children, words"

type familyRow struct {
	occasion.Family
	box []byte
}

func scanFamily(r scanner) (f familyRow, err error) {
	return f, r.Scan(&f.ID, &f.Day, &f.Code, &f.Mark, &f.Adults, &f.Children, &f.box)
}

func (tx *Tx) openFamily(ctx context.Context, key string, r familyRow) (f occasion.Family, err error) {
	f = r.Family
	f.Name, f.Came, err = tx.openStamped(ctx, key, sealedAt("occasion_family.words", f.ID), r.box)
	return f, err
}

// Families are those who have signed up to a day, in the order in which they came.
func (tx *Tx) Families(ctx context.Context, d occasion.Day) ([]occasion.Family, error) {
	rows, err := many(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM occasion_family WHERE occasion_id = $1", d.ID)
	if err != nil {
		return nil, err
	}
	var out []occasion.Family
	for _, r := range rows {
		f, err := tx.openFamily(ctx, d.Key, r)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b occasion.Family) int { return cmp.Or(a.Came.Compare(b.Came), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

func (tx *Tx) family(ctx context.Context, column string, value any) (occasion.Family, occasion.Day, error) {
	r, err := one(ctx, tx, scanFamily, "SELECT "+familyColumns+" FROM occasion_family WHERE "+column+" = $1", value)
	if err != nil {
		return occasion.Family{}, occasion.Day{}, err
	}
	d, err := tx.Occasion(ctx, r.Day)
	if err != nil {
		return occasion.Family{}, d, err
	}
	f, err := tx.openFamily(ctx, d.Key, r)
	return f, d, err
}

// Family finds a family that has signed up.
func (tx *Tx) Family(ctx context.Context, id occasion.FamilyID) (occasion.Family, occasion.Day, error) {
	return tx.family(ctx, "id", id)
}

// FamilyByCode finds whose a day's code is.
func (tx *Tx) FamilyByCode(ctx context.Context, index []byte) (occasion.Family, occasion.Day, error) {
	return tx.family(ctx, "code_index", index)
}

var putFamily = upsert("occasion_family", "id", familyColumns)

// PutFamily keeps a family. The same client of a worker's a second time is fault.Conflict "occasion.twice".
func (tx *Tx) PutFamily(ctx context.Context, d occasion.Day, f occasion.Family) error {
	box, err := tx.sealFilled(ctx, d.Key, sealedAt("occasion_family.words", f.ID), calendar.Stamp(f.Came)+" "+f.Name.Reveal(), nameSize)
	if err != nil {
		return err
	}
	return taken(tx.exec(ctx, putFamily, f.ID, f.Day, f.Code, nullBytes(f.Mark), f.Adults, f.Children, box), "occasion.twice")
}

// DeleteFamily takes a family off the list, with their code and stay.
func (tx *Tx) DeleteFamily(ctx context.Context, id occasion.FamilyID) error {
	if err := tx.end(ctx, endFamily, string(id)); err != nil {
		return err
	}
	return tx.exec(ctx, "DELETE FROM occasion_family WHERE id = $1", id)
}

func scanOccasionStay(r scanner) (s occasion.Stay, err error) {
	return s, r.Scan(&s.Hash, &s.ExitHash, &s.Family, instant{&s.Expires})
}

// OccasionStay finds a family's stay.
func (tx *Tx) OccasionStay(ctx context.Context, hash []byte) (occasion.Stay, error) {
	return one(ctx, tx, scanOccasionStay, "SELECT hash, exit_hash, family_id, expires FROM occasion_stay WHERE hash = $1", hash)
}

// PutOccasionStay keeps a family's stay.
func (tx *Tx) PutOccasionStay(ctx context.Context, s occasion.Stay) error {
	return tx.exec(ctx, upsert("occasion_stay", "hash", "hash, exit_hash, family_id, expires"), s.Hash, s.ExitHash, s.Family, calendar.Stamp(s.Expires))
}

// DeleteOccasionStay ends the stay that an exit capability belongs to.
func (tx *Tx) DeleteOccasionStay(ctx context.Context, exitHash []byte) error {
	return tx.exec(ctx, "DELETE FROM occasion_stay WHERE exit_hash = $1", exitHash)
}

// DeleteOccasionStaysOver ends the stays whose time has run out, and tells how many.
func (tx *Tx) DeleteOccasionStaysOver(ctx context.Context, now time.Time) (int, error) {
	return tx.affect(ctx, "DELETE FROM occasion_stay WHERE expires <= $1", calendar.Stamp(now))
}

const helperColumns = "occasion_id, account_id, volunteer, state, cleared"

func scanHelper(r scanner) (h occasion.Helper, err error) {
	return h, r.Scan(&h.Day, &h.Account, &h.Volunteer, &h.State, &h.Cleared)
}

// Helpers are those who work on a day or were asked to, the unit's own first.
func (tx *Tx) Helpers(ctx context.Context, of occasion.ID) ([]occasion.Helper, error) {
	return many(ctx, tx, scanHelper, "SELECT "+helperColumns+" FROM occasion_helper WHERE occasion_id = $1 ORDER BY volunteer, account_id", of)
}

// HelpsOn are the days on which somebody works or was asked to.
func (tx *Tx) HelpsOn(ctx context.Context, who access.AccountID) ([]occasion.Helper, error) {
	return many(ctx, tx, scanHelper, "SELECT "+helperColumns+" FROM occasion_helper WHERE account_id = $1 ORDER BY occasion_id", who)
}

var putHelper = upsert("occasion_helper", "occasion_id, account_id", helperColumns)

// PutHelper keeps who works on a day. The schema refuses a volunteer who is confirmed without the mark of the rule.
func (tx *Tx) PutHelper(ctx context.Context, h occasion.Helper) error {
	return tx.exec(ctx, putHelper, h.Day, h.Account, flag(h.Volunteer), h.State, nullBytes(h.Cleared))
}

// DeleteHelper forgets that somebody works on a day, or was asked to.
func (tx *Tx) DeleteHelper(ctx context.Context, of occasion.ID, who access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM occasion_helper WHERE occasion_id = $1 AND account_id = $2", of, who)
}

// DropHelpersOfGone forgets those who have no role any more.
func (tx *Tx) DropHelpersOfGone(ctx context.Context) error {
	return tx.exec(ctx, "DELETE FROM occasion_helper WHERE account_id NOT IN (SELECT account_id FROM membership)")
}

// replayOccasions lets lists and families go again that had gone since the rows were copied.
func (tx *Tx) replayOccasions(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	all, err := many(ctx, tx, scanPair, "SELECT id, key_id FROM occasion WHERE key_id IS NOT NULL")
	if err != nil {
		return err
	}
	for _, x := range all {
		if !is(endKey, x.key) {
			continue
		}
		r.Occasions++
		if err := tx.ClearOccasion(ctx, occasion.Day{ID: occasion.ID(x.id), Key: x.key}); err != nil {
			return err
		}
	}
	families, err := many(ctx, tx, scanWord, "SELECT id FROM occasion_family")
	if err != nil {
		return err
	}
	for _, f := range families {
		if !is(endFamily, f) {
			continue
		}
		r.Occasions++
		if err := tx.DeleteFamily(ctx, occasion.FamilyID(f)); err != nil {
			return err
		}
	}
	return nil
}
