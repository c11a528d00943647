package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/intake"
)

var _ intake.Tx = (*Tx)(nil)

const requestColumns = "id, unit_id, offer_id, person_id, channel, referrer, lang, age, wish_times, wish_places, area, " +
	"state, token_hash, created, due, expires"

func requestInto(r *intake.Request) []any {
	return []any{&r.ID, &r.Unit, &r.Offer, &r.Person, &r.Channel, &r.Referrer, &r.Lang, number{&r.Age, -1},
		list{&r.Times}, list{&r.Places}, &r.Area, &r.State, &r.Token,
		instant{&r.Created}, instant{&r.Due}, instant{&r.Expires}}
}

func scanRequest(s scanner) (r intake.Request, err error) { return r, s.Scan(requestInto(&r)...) }

// Request finds a request.
func (tx *Tx) Request(ctx context.Context, id intake.RequestID) (intake.Request, error) {
	return one(ctx, tx, scanRequest, "SELECT "+requestColumns+" FROM request WHERE id = $1", id)
}

// RequestByToken finds the request that a form has already made.
func (tx *Tx) RequestByToken(ctx context.Context, hash []byte) (intake.Request, error) {
	return one(ctx, tx, scanRequest, "SELECT "+requestColumns+" FROM request WHERE token_hash = $1", hash)
}

var putRequest = upsert("request", "id", requestColumns)

// PutRequest keeps a request and its place in the desks' lists. A form's token that another request carries is
// fault.Conflict "request.sent".
func (tx *Tx) PutRequest(ctx context.Context, r intake.Request) error {
	err := tx.exec(ctx, putRequest, r.ID, r.Unit, r.Offer, r.Person, r.Channel, r.Referrer, r.Lang, nullInt(r.Age, -1),
		words(r.Times), words(r.Places), r.Area, r.State, nullBytes(r.Token),
		calendar.Stamp(r.Created), calendar.Stamp(r.Due), calendar.Stamp(r.Expires))
	if err != nil {
		return taken(err, "request.sent")
	}
	return tx.putRank(ctx, access.Request, string(r.ID))
}

// ExpiredRequests are requests past their last moment, oldest first: those with whose code nobody has come back, and
// those whose offered times have all passed without a choice. Who came back and was never answered stays on the desk.
func (tx *Tx) ExpiredRequests(ctx context.Context, now time.Time, limit int) ([]intake.RequestID, error) {
	return many(ctx, tx, scanAs[intake.RequestID], `SELECT r.id FROM request r WHERE r.expires <= $1
		AND (NOT EXISTS (SELECT 1 FROM return_code c WHERE c.request_id = r.id AND c.used = 1)
			OR (r.state = 'offered' AND NOT EXISTS (SELECT 1 FROM slot s WHERE s.request_id = r.id AND s.starts > $1)))
		ORDER BY r.expires, r.id LIMIT 0 + $2`, calendar.Stamp(now), limit)
}

func scanItem(r scanner) (it intake.Item, err error) {
	return it, r.Scan(append(requestInto(&it.Request), &it.Kind, &it.Contact, &it.Slots)...)
}

// Waiting are the requests the actor may see: those nobody has offered anything first, the most overdue at the top.
func (tx *Tx) Waiting(ctx context.Context, by access.Actor, limit int) ([]intake.Item, error) {
	seen, err := tx.seen(ctx, by, stretch{kind: access.Request, below: "9", limit: limit})
	if err != nil {
		return nil, err
	}
	found := map[string]intake.Item{}
	err = inParts(objects(seen), func(ids []any) error {
		items, err := many(ctx, tx, scanItem, "SELECT "+of("r", requestColumns)+`, p.kind, coalesce(c.channel, 'none'),
			(SELECT count(*) FROM slot s WHERE s.request_id = r.id AND s.starts > $1)
			FROM request r JOIN person p ON p.id = r.person_id LEFT JOIN safe_contact c ON c.person_id = p.id
			WHERE r.id IN (`+marks(2, len(ids))+")", append([]any{calendar.Stamp(tx.Now())}, ids...)...)
		for _, it := range items {
			found[string(it.ID)] = it
		}
		return err
	})
	return inOrder(seen, found), err
}

// inOrder puts what was found in the order in which it was seen.
func inOrder[T any](seen []seen, found map[string]T) []T {
	out := make([]T, 0, len(seen))
	for _, s := range seen {
		if v, ok := found[s.object]; ok {
			out = append(out, v)
		}
	}
	return out
}
