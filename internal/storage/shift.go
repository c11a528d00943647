package storage

import (
	"context"
	"slices"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
)

var _ shift.Tx = (*Tx)(nil)

const shiftColumns = "evening_id, account_id, no, published"

func scanShift(r scanner) (p shift.Place, err error) {
	return p, r.Scan(&p.Evening, &p.Account, number{&p.No, 0}, &p.Published)
}

// ShiftPlaces are who stands on an offer's evenings that start from one instant up to another.
func (tx *Tx) ShiftPlaces(ctx context.Context, offer organization.OfferID, from, to time.Time) ([]shift.Place, error) {
	return many(ctx, tx, scanShift, "SELECT "+of("p", shiftColumns)+" FROM shift_place p JOIN line_evening e ON e.id = p.evening_id "+
		"WHERE e.offer_id = $1 AND e.starts >= $2 AND e.starts < $3 ORDER BY e.starts, p.no, p.account_id", offer, calendar.Stamp(from), calendar.Stamp(to))
}

// ShiftPlacesOf are who stands on one evening.
func (tx *Tx) ShiftPlacesOf(ctx context.Context, evening line.EveningID) ([]shift.Place, error) {
	return many(ctx, tx, scanShift, "SELECT "+shiftColumns+" FROM shift_place WHERE evening_id = $1 ORDER BY no, account_id", evening)
}

// ShiftPlacesBy are somebody's places on evenings that start from an instant on.
func (tx *Tx) ShiftPlacesBy(ctx context.Context, who access.AccountID, from time.Time) ([]shift.Place, error) {
	return many(ctx, tx, scanShift, "SELECT "+of("p", shiftColumns)+" FROM shift_place p JOIN line_evening e ON e.id = p.evening_id "+
		"WHERE p.account_id = $1 AND e.starts >= $2 ORDER BY e.starts", who, calendar.Stamp(from))
}

var putShift = upsert("shift_place", "evening_id, account_id", shiftColumns)

// PutShiftPlace keeps a place. One that somebody else has is fault.Conflict "shift.taken".
func (tx *Tx) PutShiftPlace(ctx context.Context, p shift.Place) error {
	err := tx.exec(ctx, putShift, p.Evening, p.Account, nullInt(p.No, 0), flag(p.Published))
	return taken(err, "shift.taken")
}

// DeleteShiftPlace takes a place away, and every asking to change it with it.
func (tx *Tx) DeleteShiftPlace(ctx context.Context, evening line.EveningID, who access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM shift_place WHERE evening_id = $1 AND account_id = $2", evening, who)
}

// DropShiftPlaces forgets who stood on evenings that started before an instant, when they have been settled.
func (tx *Tx) DropShiftPlaces(ctx context.Context, before time.Time) error {
	return tx.exec(ctx, "DELETE FROM shift_place WHERE evening_id IN (SELECT id FROM line_evening WHERE starts < $1 AND state <> 'open')", calendar.Stamp(before))
}

// DropSwaps forgets askings to change an evening that started before an instant.
func (tx *Tx) DropSwaps(ctx context.Context, before time.Time) error {
	begun := "IN (SELECT id FROM line_evening WHERE starts < $1)"
	return tx.exec(ctx, "DELETE FROM shift_swap WHERE evening_id "+begun+" OR for_id "+begun, calendar.Stamp(before))
}

// DropShiftsOfGone forgets the wishes of those who have no role any more, and their places on evenings from an instant on.
func (tx *Tx) DropShiftsOfGone(ctx context.Context, from time.Time) error {
	gone := "account_id NOT IN (SELECT account_id FROM membership)"
	if err := tx.exec(ctx, "DELETE FROM shift_wish WHERE "+gone); err != nil {
		return err
	}
	return tx.exec(ctx, "DELETE FROM shift_place WHERE "+gone+" AND evening_id IN (SELECT id FROM line_evening WHERE starts >= $1)", calendar.Stamp(from))
}

const wishColumns = "account_id, line_name, most, wished, never, in_a_row, away_first, away_last"

type wishRow struct {
	shift.Wish
	name          []byte
	wished, never []string
}

func scanWish(r scanner) (w wishRow, err error) {
	return w, r.Scan(&w.Account, &w.name, &w.Most, list{&w.wished}, list{&w.never}, &w.Row, &w.Away.First, &w.Away.Last)
}

// ShiftWish is what somebody has said of themselves; what is usual where they have said nothing.
func (tx *Tx) ShiftWish(ctx context.Context, who access.AccountID) (shift.Wish, error) {
	r, err := one(ctx, tx, scanWish, "SELECT "+wishColumns+" FROM shift_wish WHERE account_id = $1", who)
	if fault.Is(err, fault.NotFound) {
		return shift.Usual(who), nil
	}
	if err != nil {
		return shift.Wish{}, err
	}
	return tx.openWish(ctx, r)
}

// ShiftWishes are what the members of a unit have said of themselves.
func (tx *Tx) ShiftWishes(ctx context.Context, unit access.UnitID) ([]shift.Wish, error) {
	rows, err := many(ctx, tx, scanWish, "SELECT "+wishColumns+" FROM shift_wish WHERE account_id IN "+
		"(SELECT account_id FROM membership WHERE unit_id = $1) ORDER BY account_id", unit)
	out := make([]shift.Wish, len(rows))
	for i, r := range rows {
		if out[i], err = tx.openWish(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, err
}

func (tx *Tx) openWish(ctx context.Context, r wishRow) (shift.Wish, error) {
	key, err := tx.accountKey(ctx, r.Account)
	if err == nil {
		r.LineName, err = tx.open(ctx, key, sealedAt("shift_wish.line_name", r.Account), r.name)
	}
	r.Wished, r.Never = numbers(r.wished), numbers(r.never)
	return r.Wish, err
}

var putWish = upsert("shift_wish", "account_id", wishColumns)

// PutShiftWish keeps what somebody has said of themselves, the line name sealed with their own key.
func (tx *Tx) PutShiftWish(ctx context.Context, w shift.Wish) error {
	key, err := tx.accountKey(ctx, w.Account)
	if err != nil {
		return err
	}
	name, err := tx.seal(ctx, key, sealedAt("shift_wish.line_name", w.Account), seal.Of(w.LineName.Reveal()))
	if err != nil {
		return err
	}
	return tx.exec(ctx, putWish, w.Account, nullBytes(name), w.Most, words(wordsOf(w.Wished)), words(wordsOf(w.Never)), flag(w.Row), w.Away.First, w.Away.Last)
}

func numbers(words []string) (out []int) {
	for _, w := range words {
		n, _ := strconv.Atoi(w) // wordsOf wrote it
		out = append(out, n)
	}
	return out
}

func wordsOf(numbers []int) (out []string) {
	for _, n := range slices.Sorted(slices.Values(numbers)) {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

func scanSwap(r scanner) (s shift.Swap, err error) {
	return s, r.Scan(&s.Evening, &s.Account, &s.For, &s.To)
}

// Swaps are the askings to change evenings that somebody made or was asked.
func (tx *Tx) Swaps(ctx context.Context, who access.AccountID) ([]shift.Swap, error) {
	return many(ctx, tx, scanSwap, "SELECT evening_id, account_id, for_id, to_id FROM shift_swap WHERE account_id = $1 OR to_id = $1 ORDER BY evening_id", who)
}

// PutSwap keeps an asking, in the place of an earlier one for the same evening.
func (tx *Tx) PutSwap(ctx context.Context, s shift.Swap) error {
	return tx.exec(ctx, upsert("shift_swap", "evening_id, account_id", "evening_id, account_id, for_id, to_id"), s.Evening, s.Account, s.For, s.To)
}

// DeleteSwap takes an asking away.
func (tx *Tx) DeleteSwap(ctx context.Context, evening line.EveningID, who access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM shift_swap WHERE evening_id = $1 AND account_id = $2", evening, who)
}
