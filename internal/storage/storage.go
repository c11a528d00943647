// Package storage keeps values in SQLite or PostgreSQL behind one type: rows to values and back, transactions,
// sealing with subjects' keys. Rules, leave and texts for people are left to others.
//
// Update is serializable and may run its function more than once, so what cannot be taken back becomes a job in the
// same transaction. It never runs inside another Update: on SQLite the inner one would wait for the outer for ever.
package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Options say where the values lie. Path and KeysPath are files, for the driver "sqlite"; URL and KeysURL are
// postgres:// addresses of two databases, for "postgres".
type Options struct {
	Driver   string
	Path     string
	KeysPath string
	URL      string
	KeysURL  string
	Keyring  *seal.Keyring
	Now      func() time.Time // time.Now unless given; the demo's can be turned
	Logger   *slog.Logger

	// List is a file for a second copy of what has ended, best on another disk; "" keeps none. ListDays is how long it
	// is told: longer than any backup is kept.
	List     string
	ListDays int

	Restoring bool // opens a house that a restore has not set free yet
}

// DB is the organisation's database and, beside it, the keys that open what is sealed in it.
type DB struct {
	engine engine
	keys   *keyStore
	ring   *seal.Keyring
	now    func() time.Time
	log    *slog.Logger
	wake   chan struct{}

	listDays int

	mu      sync.Mutex
	closing bool
	busy    sync.WaitGroup
}

// engine is what differs between the databases: how one transaction runs.
type engine interface {
	view(ctx context.Context, do func(querier) error) error
	// update runs do in a serializable transaction and returns once its outcome is durable. When do lost a race it
	// says so by returning errRace, and runs again.
	update(ctx context.Context, do func(querier) error) error
	// later and atOnce say when what rows hold each other to is asked: at the end, or at every statement as always.
	later() string
	atOnce() string
	close() error
}

// Open opens both databases, brings their schemas up to date and begins to serve. An older program declines a newer
// schema.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Keyring == nil {
		return nil, errors.New("storage: no keyring was given")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	db := &DB{ring: o.Keyring, now: o.Now, log: o.Logger, wake: make(chan struct{}, 1), listDays: cmp.Or(o.ListDays, listKept)}
	if err := db.open(ctx, o); err != nil {
		return nil, errors.Join(err, db.shut())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, o Options) (err error) {
	switch o.Driver {
	case "sqlite":
		err = db.openSQLite(ctx, o)
	case "postgres":
		err = db.openPostgres(ctx, o)
	default:
		err = fmt.Errorf("storage: no driver %q; there are sqlite and postgres", o.Driver)
	}
	if err != nil {
		return err
	}
	db.keys.file = o.listFile()
	if err := db.timesOpen(ctx); err != nil {
		return err
	}
	if !o.Restoring {
		if err := db.held(ctx); err != nil {
			return err
		}
	}
	db.keys.kept = true
	go db.keys.keep()
	return nil
}

// Now is the instant, in UTC, as finely as it is kept.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Millisecond) }

// View runs fn over one unchanging state of the database. Nothing can be written in it.
func (db *DB) View(ctx context.Context, fn func(tx *Tx) error) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.busy.Done()
	return db.engine.view(ctx, func(q querier) error { return db.begin(q, false).run(ctx, fn) })
}

// Update runs fn in a serializable transaction and returns after its outcome is durable. What fn returns, a panic or
// the end of ctx undoes it. fn may run again when it lost a race.
func (db *DB) Update(ctx context.Context, fn func(tx *Tx) error) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.busy.Done()
	var last *Tx
	err := db.engine.update(ctx, func(q querier) error {
		last = db.begin(q, true)
		return last.run(ctx, fn)
	})
	if err == nil && len(last.ended) > 0 {
		db.listed(ctx, last.ended)
	}
	if err == nil && last.leftJob {
		db.Wake()
	}
	return err
}

// Wake tells whoever waits at Jobs that something may be due.
func (db *DB) Wake() {
	select {
	case db.wake <- struct{}{}:
	default:
	}
}

// Jobs receives after a transaction has left a job.
func (db *DB) Jobs() <-chan struct{} { return db.wake }

// enter counts a transaction in, unless the database is closing.
func (db *DB) enter() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closing {
		return fault.New(fault.Unavailable, "unavailable")
	}
	db.busy.Add(1)
	return nil
}

// Close lets running transactions end, takes no new ones, and closes both databases.
func (db *DB) Close() error {
	db.mu.Lock()
	was := db.closing
	db.closing = true
	db.mu.Unlock()
	if was {
		return nil
	}
	db.busy.Wait()
	return db.shut()
}

func (db *DB) shut() error {
	var errs []error
	if db.engine != nil {
		errs = append(errs, db.engine.close())
	}
	if db.keys != nil {
		errs = append(errs, db.keys.close())
	}
	return errors.Join(errs...)
}
