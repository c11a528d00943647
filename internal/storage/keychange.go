package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"rinnalla.fi/rinnalla/internal/seal"
)

// ErrInUse says that a program has the keys open.
var ErrInUse = errors.New("the house is serving, or somebody else has its databases open: stop it first")

// ErrWrongMaster says that the master key is not the one that wrapped the keys.
var ErrWrongMaster = errors.New("this master key does not open the keys of this database: give the file that was made with it")

// ChangeMaster wraps every subject's key anew, all in one transaction or none, and has the former wrappings leave the
// disk. o.Keyring opens them as they are. Keys that next opens already are left alone, so it may be done again after a
// stop. It tells how many it has wrapped. No house may be serving: it would go on wrapping with the former key.
func ChangeMaster(ctx context.Context, o Options, next *seal.Keyring) (n int, err error) {
	if !o.Keyring.Related(next) {
		return 0, errors.New("the new master key was not made of this house's: every code and fingerprint would be lost")
	}
	db, err := openAlone(ctx, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, clean(db.Close())) }()
	if n, err = wrapAll(ctx, db, o, next); err != nil {
		return 0, err
	}
	if o.Driver == "sqlite" {
		return n, clean(truncateLog(ctx, db))
	}
	// Where older transactions of the server keep it from rewriting now, the house does it within its first hour.
	patient, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := rewriteKeys(patient, db); err != nil && patient.Err() == nil {
		return n, clean(err)
	}
	return n, nil
}

// openAlone opens the keys' store. On SQLite exclusive locking refuses to as long as another connection is open.
func openAlone(ctx context.Context, o Options) (*sql.DB, error) {
	if o.Driver == "postgres" {
		return openServer(o.KeysURL, 1)
	}
	if _, err := os.Stat(o.KeysPath); err != nil {
		return nil, fmt.Errorf("there are no keys at %s", o.KeysPath)
	}
	db, err := openFile(o.KeysPath, []string{"busy_timeout(500)", "locking_mode(exclusive)", "synchronous(2)", "secure_delete(1)", "temp_store(2)"}, 1)
	if err != nil {
		return nil, err
	}
	if _, err = db.ExecContext(ctx, "BEGIN EXCLUSIVE; COMMIT"); err != nil {
		return nil, errors.Join(ErrInUse, db.Close())
	}
	return db, nil
}

// standAside asks for others who have this database of PostgreSQL's open.
const standAside = `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
	AND backend_type = 'client backend')`

// lockKeys keeps everybody from the keys on PostgreSQL, and asks after that whether a house has either database open:
// one that comes later waits at the lock, and then finds that its master key opens nothing.
func lockKeys(ctx context.Context, tx *sql.Tx, o Options) error {
	if _, err := tx.ExecContext(ctx, "SET LOCAL lock_timeout = '5s'"); err != nil {
		return clean(err)
	}
	if _, err := tx.ExecContext(ctx, "LOCK TABLE subject_key IN ACCESS EXCLUSIVE MODE"); err != nil {
		return errors.Join(ErrInUse, clean(err))
	}
	house, err := openServer(o.URL, 1)
	if err != nil {
		return err
	}
	defer house.Close()
	if err := alone(ctx, tx); err != nil {
		return err
	}
	return alone(ctx, house)
}

// alone waits a moment, because a connection that was closed just now is still there on the server.
func alone(ctx context.Context, on interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) error {
	for range 20 {
		var others bool
		var nothing string
		// Within a transaction PostgreSQL goes on telling what it told first, and somebody who is just leaving would never be gone.
		if err := on.QueryRowContext(ctx, "SELECT pg_stat_clear_snapshot()::text").Scan(&nothing); err != nil {
			return clean(err)
		}
		if err := on.QueryRowContext(ctx, standAside).Scan(&others); err != nil {
			return clean(err)
		}
		if !others {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return ErrInUse
}

// wrapAll is the one transaction.
func wrapAll(ctx context.Context, db *sql.DB, o Options, next *seal.Keyring) (n int, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, clean(err)
	}
	defer tx.Rollback() // after a commit there is nothing to undo
	if o.Driver == "postgres" {
		if err := lockKeys(ctx, tx, o); err != nil {
			return 0, err
		}
	}
	last := ""
	for {
		page, err := wrappedAfter(ctx, tx, last)
		if err != nil {
			return 0, err
		}
		if len(page) == 0 {
			return n, clean(tx.Commit())
		}
		done, err := wrapPage(ctx, tx, page, o.Keyring, next)
		if err != nil {
			return 0, err
		}
		n, last = n+done, page[len(page)-1].id
	}
}

func wrapPage(ctx context.Context, tx *sql.Tx, page []wrappedKey, old, next *seal.Keyring) (n int, err error) {
	for _, k := range page {
		box, err := wrapAnew(k, old, next)
		if err != nil {
			return 0, err
		}
		if box == nil {
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE subject_key SET wrapped = $1 WHERE id = $2", box, k.id); err != nil {
			return 0, clean(err)
		}
		n++
	}
	return n, nil
}

type wrappedKey struct {
	id  string
	box []byte
}

func wrappedAfter(ctx context.Context, tx *sql.Tx, last string) (page []wrappedKey, err error) {
	found, err := tx.QueryContext(ctx, "SELECT id, wrapped FROM subject_key WHERE id > $1 ORDER BY id LIMIT 1000", last)
	if err != nil {
		return nil, clean(err)
	}
	defer found.Close()
	for found.Next() {
		var k wrappedKey
		if err := found.Scan(&k.id, &k.box); err != nil {
			return nil, err
		}
		page = append(page, k)
	}
	return page, clean(found.Err())
}

// wrapAnew gives a key in its new wrapping; nil for one that has it already.
func wrapAnew(k wrappedKey, old, next *seal.Keyring) ([]byte, error) {
	key, err := old.Unwrap(k.id, k.box)
	if err == nil {
		return next.Wrap(k.id, key), nil
	}
	if _, err := next.Unwrap(k.id, k.box); err == nil {
		return nil, nil
	}
	return nil, ErrWrongMaster
}
