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

var (
	putRequest = upsert("request", "id", requestColumns)
	addRequest = insert("request", requestColumns)
	addGrant   = insert("access_grant", "holder, kind, object_id, relation, until, rank, person_id")
	addCode    = insert("return_code", "code_index, request_id, used")
)

// PutRequest keeps a request and its place in the desks' lists. A form's token that another request carries is
// fault.Conflict "request.sent".
func (tx *Tx) PutRequest(ctx context.Context, r intake.Request) error {
	if err := tx.exec(ctx, putRequest, requestValues(r)...); err != nil {
		return taken(err, "request.sent")
	}
	return tx.setRank(ctx, string(r.ID), requestRank(r))
}

func requestValues(r intake.Request) []any {
	return []any{string(r.ID), string(r.Unit), string(r.Offer), string(r.Person), string(r.Channel), r.Referrer, string(r.Lang), nullInt(r.Age, -1),
		words(r.Times), words(r.Places), r.Area, string(r.State), nullBytes(r.Token),
		calendar.Stamp(r.Created), calendar.Stamp(r.Due), calendar.Stamp(r.Expires)}
}

// requestRank is what standingQueries would find of the request.
func requestRank(r intake.Request) string {
	if r.State == intake.Waiting {
		return "1 " + calendar.Stamp(r.Due)
	}
	return "2 " + calendar.Stamp(r.Due)
}

// AddRequest keeps a new request with its code and its desk's grant: nothing of them can be there yet, so nothing is
// looked for. A form's token that another request carries is fault.Conflict "request.sent".
func (tx *Tx) AddRequest(ctx context.Context, r intake.Request, code []byte, desk string) error {
	if err := tx.exec(ctx, addRequest, requestValues(r)...); err != nil {
		return taken(err, "request.sent")
	}
	if err := tx.exec(ctx, addCode, code, string(r.ID), 0); err != nil {
		return taken(err, "request.sent")
	}
	if desk == "" {
		return nil
	}
	return walled(tx.exec(ctx, addGrant, desk, string(access.Request), string(r.ID), string(access.ByIntake), "", requestRank(r), string(r.Person)))
}

// Sent tells whether a form's token or its code is known already.
func (tx *Tx) Sent(ctx context.Context, form, code []byte) (bool, error) {
	n, err := one(ctx, tx, scanInt, "SELECT (SELECT count(*) FROM request WHERE token_hash = $1) + (SELECT count(*) FROM return_code WHERE code_index = $2)", form, code)
	return n > 0, err
}

type expired struct {
	id   intake.RequestID
	used bool // somebody has come back with its code
}

func scanExpired(r scanner) (e expired, err error) { return e, r.Scan(&e.id, &e.used) }

// ExpiredRequests are requests past their last moment, oldest first: those with whose code nobody has come back, and
// those whose offered times have all passed without a choice. Who came back and was never answered stays on the desk.
func (tx *Tx) ExpiredRequests(ctx context.Context, now time.Time, limit int) ([]intake.RequestID, error) {
	past, err := many(ctx, tx, scanExpired, `SELECT r.id, CASE WHEN EXISTS (SELECT 1 FROM return_code c WHERE c.request_id = r.id AND c.used = 1)
			THEN 1 ELSE 0 END AS used FROM request r WHERE r.expires <= $1 AND (r.state = 'offered' OR NOT EXISTS
			(SELECT 1 FROM return_code c WHERE c.request_id = r.id AND c.used = 1)) ORDER BY r.expires, r.id`, calendar.Stamp(now))
	if err != nil {
		return nil, err
	}
	var offered []any
	for _, e := range past {
		if e.used {
			offered = append(offered, e.id)
		}
	}
	open, err := tx.openSlots(ctx, offered)
	var out []intake.RequestID
	for _, e := range past {
		if (!e.used || open[e.id] == 0) && len(out) < limit {
			out = append(out, e.id)
		}
	}
	return out, err
}

var itemColumns = listingOf("r.id", "r.offer_id", "r.channel", "r.referrer", "r.age", "r.wish_times", "r.wish_places",
	"r.created", "r.due", "p.kind", "coalesce(c.channel, 'none')",
	"CASE r.state WHEN 'offered' THEN 1 ELSE 0 END", "r.area")

func scanItem(r scanner) (it intake.Item, err error) {
	return it, r.Scan(&it.ID, &it.Offer, &it.Channel, &it.Referrer, number{&it.Age, -1}, list{&it.Times}, list{&it.Places},
		instant{&it.Created}, instant{&it.Due}, &it.Kind, &it.Contact, &it.Slots, &it.Area)
}

// Waiting are the requests the actor may see: those nobody has offered anything first, the most overdue at the top.
func (tx *Tx) Waiting(ctx context.Context, by access.Actor, limit int) ([]intake.Item, error) {
	seen, err := tx.seen(ctx, by, stretch{kind: access.Request, below: "9", limit: limit})
	if err != nil {
		return nil, err
	}
	found := map[string]intake.Item{}
	err = inParts(objects(seen), func(ids []any) error {
		items, err := listed(ctx, tx, scanItem, itemColumns, `FROM request r JOIN person p ON p.id = r.person_id
			LEFT JOIN safe_contact c ON c.person_id = p.id WHERE r.id IN (`+marks(1, len(ids))+")", ids...)
		if err != nil {
			return err
		}
		return tx.withSlots(ctx, items, found)
	})
	return inOrder(seen, found), err
}

// withSlots counts the times that are still offered, of those to whom any was.
func (tx *Tx) withSlots(ctx context.Context, items []intake.Item, found map[string]intake.Item) error {
	var offered []any
	for _, it := range items {
		if it.Slots > 0 {
			offered = append(offered, it.ID)
		}
	}
	open, err := tx.openSlots(ctx, offered)
	for _, it := range items {
		it.Slots = open[it.ID]
		found[string(it.ID)] = it
	}
	return err
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
