package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/organization"
)

var _ line.Tx = (*Tx)(nil)

const eveningColumns = "id, offer_id, day, clock, zone, minutes, starts, state, contacts"

func scanEvening(r scanner) (e line.Evening, err error) {
	return e, r.Scan(&e.ID, &e.Offer, &e.At.Day, &e.At.Clock, &e.At.Zone, &e.Minutes, instant{&e.Starts}, &e.State, &e.Contacts)
}

// Evening finds an evening of a line.
func (tx *Tx) Evening(ctx context.Context, id line.EveningID) (line.Evening, error) {
	return one(ctx, tx, scanEvening, "SELECT "+eveningColumns+" FROM line_evening WHERE id = $1", id)
}

// Evenings are an offer's evenings that start from one instant up to another, by start.
func (tx *Tx) Evenings(ctx context.Context, offer organization.OfferID, from, to time.Time) ([]line.Evening, error) {
	return many(ctx, tx, scanEvening, "SELECT "+eveningColumns+" FROM line_evening "+
		"WHERE offer_id = $1 AND starts >= $2 AND starts < $3 ORDER BY starts", offer, calendar.Stamp(from), calendar.Stamp(to))
}

// EveningsOver are evenings that are still open and ended before an instant, the earliest first.
func (tx *Tx) EveningsOver(ctx context.Context, before time.Time, limit int) ([]line.Evening, error) {
	// The longest evening has eight hours: whatever began before that may not have ended, and is looked at once more.
	begun, err := many(ctx, tx, scanEvening, "SELECT "+eveningColumns+" FROM line_evening "+
		"WHERE state = 'open' AND starts < $1 ORDER BY starts LIMIT $2", calendar.Stamp(before), limit+8)
	var out []line.Evening
	for _, e := range begun {
		if e.Ends().Before(before) && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, err
}

var putEvening = upsert("line_evening", "id", eveningColumns)

// PutEvening keeps an evening. Another of the same offer at the same start is fault.Conflict "line.same-time".
func (tx *Tx) PutEvening(ctx context.Context, e line.Evening) error {
	err := tx.exec(ctx, putEvening, e.ID, e.Offer, e.At.Day, e.At.Clock, e.At.Zone, e.Minutes, calendar.Stamp(e.Starts), e.State, e.Contacts)
	return taken(err, "line.same-time")
}

func scanCount(r scanner) (n int, err error) { return n, r.Scan(&n) }

func scanAccountID(r scanner) (id access.AccountID, err error) { return id, r.Scan(&id) }

// AnsweredBy is who answer an evening, as it was published.
func (tx *Tx) AnsweredBy(ctx context.Context, id line.EveningID) ([]access.AccountID, error) {
	return many(ctx, tx, scanAccountID, "SELECT account_id FROM shift_place WHERE evening_id = $1 AND no IS NOT NULL AND published = 1 ORDER BY account_id", id)
}

// Answers tells whether somebody is among those who answer an evening.
func (tx *Tx) Answers(ctx context.Context, id line.EveningID, who access.AccountID) (bool, error) {
	n, err := one(ctx, tx, scanCount, "SELECT count(*) FROM shift_place WHERE evening_id = $1 AND account_id = $2 AND no IS NOT NULL AND published = 1", id, who)
	return n > 0, err
}

func scanLast(r scanner) (l line.Last, err error) { return l, r.Scan(&l.Form, &l.Ticks, &l.Undone) }

// LastForm is the fingerprint of the form somebody sent last on an evening; the zero Last when there is none.
func (tx *Tx) LastForm(ctx context.Context, id line.EveningID, who access.AccountID) (line.Last, error) {
	l, err := one(ctx, tx, scanLast, "SELECT form, ticks, undone FROM line_last WHERE evening_id = $1 AND account_id = $2", id, who)
	if fault.Is(err, fault.NotFound) {
		return line.Last{}, nil
	}
	return l, err
}

var putLast = upsert("line_last", "evening_id, account_id", "evening_id, account_id, form, ticks, undone")

// PutLastForm keeps the fingerprint in the place of the one before.
func (tx *Tx) PutLastForm(ctx context.Context, id line.EveningID, who access.AccountID, l line.Last) error {
	return tx.exec(ctx, putLast, id, who, l.Form, l.Ticks, flag(l.Undone))
}

// DropLastForms forgets an evening's fingerprints.
func (tx *Tx) DropLastForms(ctx context.Context, id line.EveningID) error {
	return tx.exec(ctx, "DELETE FROM line_last WHERE evening_id = $1", id)
}

// LineNumber is the number of an offer's line; "" while nobody has said it.
func (tx *Tx) LineNumber(ctx context.Context, offer organization.OfferID) (string, error) {
	s, err := one(ctx, tx, scanWord, "SELECT number FROM line_number WHERE offer_id = $1", offer)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return s, err
}

// PutLineNumber keeps the number of an offer's line.
func (tx *Tx) PutLineNumber(ctx context.Context, offer organization.OfferID, number string) error {
	return tx.exec(ctx, upsert("line_number", "offer_id", "offer_id, number"), offer, number)
}
