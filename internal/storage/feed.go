package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feed"
)

var _ feed.Tx = (*Tx)(nil)

const feedColumns = "account_id, hash, made"

func scanFeed(r scanner) (f feed.Feed, err error) { return f, r.Scan(&f.Account, &f.Hash, &f.Made) }

// Feed finds a feed by the hash of its address.
func (tx *Tx) Feed(ctx context.Context, hash []byte) (feed.Feed, error) {
	return one(ctx, tx, scanFeed, "SELECT "+feedColumns+" FROM feed WHERE hash = $1", hash)
}

// FeedOf is the feed of an account.
func (tx *Tx) FeedOf(ctx context.Context, who access.AccountID) (feed.Feed, error) {
	return one(ctx, tx, scanFeed, "SELECT "+feedColumns+" FROM feed WHERE account_id = $1", who)
}

// PutFeed keeps a feed in place of the account's former one, which takes all that it has told with it.
func (tx *Tx) PutFeed(ctx context.Context, f feed.Feed) error {
	if err := tx.DeleteFeed(ctx, f.Account); err != nil {
		return err
	}
	return tx.exec(ctx, "INSERT INTO feed ("+feedColumns+") VALUES ($1, $2, $3)", f.Account, f.Hash, f.Made)
}

// DeleteFeed ends the account's feed.
func (tx *Tx) DeleteFeed(ctx context.Context, who access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM feed WHERE account_id = $1", who)
}

type toldRow struct {
	feed.Entry
	when []byte
}

func scanTold(r scanner) (e toldRow, err error) {
	return e, r.Scan(&e.UID, &e.when, &e.Sequence, &e.Cancelled)
}

// toldWhen is what is sealed of a told meeting.
type toldWhen struct{ Starts, Ends time.Time }

// FeedTold is what the account's feed has told and remembers.
func (tx *Tx) FeedTold(ctx context.Context, who access.AccountID) ([]feed.Entry, error) {
	rows, err := many(ctx, tx, scanTold, "SELECT uid, happens, sequence, cancelled FROM feed_entry WHERE account_id = $1 ORDER BY uid", who)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	key, err := tx.accountKey(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make([]feed.Entry, len(rows))
	for i, r := range rows {
		var w toldWhen
		if err := tx.openJSON(ctx, key, toldAt(who, r.UID), r.when, &w); err != nil {
			return nil, err
		}
		out[i] = r.Entry
		out[i].Starts, out[i].Ends = w.Starts, w.Ends
	}
	return out, nil
}

func toldAt(who access.AccountID, uid string) string {
	return sealedAt("feed_entry.happens", string(who)+"/"+uid)
}

var putTold = upsert("feed_entry", "account_id, uid", "account_id, uid, happens, sequence, cancelled")

// PutFeedTold remembers what was told of a meeting, sealed with the account's own key.
func (tx *Tx) PutFeedTold(ctx context.Context, who access.AccountID, e feed.Entry) error {
	key, err := tx.accountKey(ctx, who)
	if err != nil {
		return err
	}
	box, err := tx.sealJSON(ctx, key, toldAt(who, e.UID), toldWhen{e.Starts.UTC(), e.Ends.UTC()})
	if err != nil {
		return err
	}
	return tx.exec(ctx, putTold, who, e.UID, box, e.Sequence, flag(e.Cancelled))
}

// DropFeedTold forgets what was told of a meeting.
func (tx *Tx) DropFeedTold(ctx context.Context, who access.AccountID, uid string) error {
	return tx.exec(ctx, "DELETE FROM feed_entry WHERE account_id = $1 AND uid = $2", who, uid)
}
