package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// truncateLog folds SQLite's log into the file and empties it. With secure_delete the file holds zeros where a key
// was; without this the log would still hold the key.
func truncateLog(ctx context.Context, db *sql.DB) error {
	for {
		var busy, pages, moved int
		if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
			return err
		}
		if busy == 0 {
			return nil
		}
		select { // somebody is reading a key just now
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("the log of the keys is still being read")
		}
	}
}

// rewriteKeys makes PostgreSQL write the table anew. A plain vacuum frees the place of a deleted row and leaves its
// bytes; a full one copies the row along while somebody's older snapshot could still see it, so those end first.
func rewriteKeys(ctx context.Context, db *sql.DB) error {
	var now string
	if err := db.QueryRowContext(ctx, "SELECT pg_current_xact_id()::text").Scan(&now); err != nil {
		return err
	}
	for {
		var older bool
		if err := db.QueryRowContext(ctx, olderSnapshots, now).Scan(&older); err != nil {
			return err
		}
		if !older {
			break
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return errors.New("older transactions are still running")
		}
	}
	_, err := db.ExecContext(ctx, "VACUUM (FULL) subject_key")
	return err
}

// olderSnapshots tells whether somebody may still see what was deleted before a transaction: a transaction of the
// whole server, because the vacuum's own snapshot waits for those, or a reader of this database.
const olderSnapshots = `SELECT pg_snapshot_xmin(pg_current_snapshot()) <= $1::text::xid8 OR EXISTS (SELECT 1 FROM pg_stat_activity
	WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) > age($1::text::xid8::xid))`

// wipe makes the keys that were destroyed since the last time leave the disk, where that is not done at once.
func (s *keyStore) wipe(ctx context.Context) error {
	if s.wipeLater == nil || !s.unwiped.Swap(false) {
		return nil
	}
	if err := s.wipeLater(ctx, s.db); err != nil {
		s.unwiped.Store(true)
		return fmt.Errorf("wipe destroyed keys: %w", clean(err))
	}
	return nil
}

// keyUsers are the columns that name a key in use; the test of the catalogue finds a forgotten one.
var keyUsers = []string{"account", "person", "conversation", "volunteer", "circle", "circle_idea", "feedback_quote", "feedback_suggestion", "occasion"}

// SweepKeys brings the list of what has ended up to date, and looks at the keys whose user was not known when they were made. One in use is marked as such and never
// looked at again; one that nobody uses since two days is left of a transaction that was undone, and goes.
func (db *DB) SweepKeys(ctx context.Context) error {
	return errors.Join(db.SweepEnded(ctx), db.sweepUnused(ctx), db.keys.wipe(ctx))
}

func (db *DB) sweepUnused(ctx context.Context) error {
	last := calendar.DateOf(time.Now(), time.UTC).Add(-sweptAfter)
	old, err := column(ctx, db.keys.db, "SELECT id FROM subject_key WHERE made <> '' AND made <= $1", last)
	if err != nil || len(old) == 0 {
		return err
	}
	used := map[string]bool{}
	if err := db.View(ctx, func(tx *Tx) error { return tx.usedKeys(ctx, old, used) }); err != nil {
		return err
	}
	var unused, known []string
	for _, k := range old {
		if used[k] {
			known = append(known, k)
		} else {
			unused = append(unused, k)
		}
	}
	for part := range chunks(known, 400) {
		if _, err := db.keys.db.ExecContext(ctx, "UPDATE subject_key SET made = '' WHERE id IN ("+places(len(part))+")", part...); err != nil {
			return clean(err)
		}
	}
	return db.keys.destroy(ctx, unused...)
}

func (tx *Tx) usedKeys(ctx context.Context, keys []string, used map[string]bool) error {
	used[TimesKey] = true // the house itself uses it
	for part := range chunks(keys, 400) {
		for _, table := range keyUsers {
			found, err := tx.rows(ctx, "SELECT key_id FROM "+table+" WHERE key_id IN ("+places(len(part))+")", part...)
			if err != nil {
				return err
			}
			for found.Next() {
				var k string
				if err := found.Scan(&k); err != nil {
					return errors.Join(err, found.Close())
				}
				used[k] = true
			}
			if err := errors.Join(found.Err(), found.Close()); err != nil {
				return err
			}
		}
	}
	return nil
}

func column(ctx context.Context, db *sql.DB, query string, args ...any) ([]string, error) {
	found, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, clean(err)
	}
	defer found.Close()
	var out []string
	for found.Next() {
		var s string
		if err := found.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, clean(found.Err())
}
