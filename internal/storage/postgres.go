package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"

	"rinnalla.fi/rinnalla/internal/fault"
)

// A lost race runs again at once, then after pauses that double from firstPause to longestPause, each of random
// length so that two do not meet again.
const (
	mostTries    = 20
	firstPause   = 2 * time.Millisecond
	longestPause = 250 * time.Millisecond
)

func openServer(address string, most int) (*sql.DB, error) {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("storage: the address is no postgres:// address") // the driver's words may hold the password
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "rinnalla"
	}
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

func (db *DB) openPostgres(ctx context.Context, o Options) error {
	if o.URL == "" || o.KeysURL == "" {
		return errors.New("storage: postgres needs an address and an address for the keys")
	}
	keys, err := openServer(o.KeysURL, 4)
	if err != nil {
		return err
	}
	db.keys = newKeyStore(keys, o.Keyring, db.log)
	db.keys.wipeLater = rewriteKeys
	house, err := openServer(o.URL, max(8, 4*runtime.GOMAXPROCS(0)))
	if err != nil {
		return err
	}
	db.engine = &server{house}
	if _, err := migrate(ctx, keys, database.DialectPostgres, "keymigrations/postgres", nil); err != nil {
		return clean(err)
	}
	if err := db.keys.check(ctx); err != nil {
		return err
	}
	_, err = migrate(ctx, house, database.DialectPostgres, "migrations/postgres", db.keys.maker(ctx))
	return clean(err)
}

// server is PostgreSQL.
type server struct{ db *sql.DB }

// asked is a transaction of PostgreSQL as a querier.
type asked struct{ *sql.Tx }

func (a asked) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	return a.ExecContext(ctx, query, args...)
}

func (a asked) query(ctx context.Context, query string, args []any) (cursor, error) {
	if u, ok := ctx.(unwatched); ok {
		ctx = u.Context // a network may be slow where a file is not
	}
	found, err := a.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return found, nil
}

// view reads one snapshot. That needs no more than repeatable read, which never loses a race.
func (e *server) view(ctx context.Context, do func(querier) error) error {
	return e.once(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, do)
}

func (e *server) update(ctx context.Context, do func(querier) error) error {
	for try := 0; ; try++ {
		err := e.once(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, do)
		if !errors.Is(err, errRace) {
			return err
		}
		if try == mostTries {
			return fault.Wrap(err, fault.Unavailable, "unavailable")
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

func (e *server) once(ctx context.Context, how *sql.TxOptions, do func(querier) error) error {
	tx, err := e.db.BeginTx(ctx, how)
	if err != nil {
		return fmt.Errorf("begin: %w", clean(err))
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := do(asked{tx}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", clean(err))
	}
	return nil
}

func pause(ctx context.Context, try int) error {
	most := min(longestPause, firstPause<<try)
	wait := time.NewTimer(rand.N(most))
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *server) later() string  { return "SET CONSTRAINTS ALL DEFERRED" }
func (e *server) atOnce() string { return "SET CONSTRAINTS ALL IMMEDIATE" }

func (e *server) close() error { return e.db.Close() }

var promises = map[string]string{"23505": "unique", "23514": "check", "23503": "foreign", "23502": "null"}

// postgresRefusal reads an error of PostgreSQL. Its detail, and often its message, hold values: only names are kept.
func postgresRefusal(err error) *refusal {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var connect *pgconn.ConnectError
		var network net.Error
		if errors.As(err, &connect) || errors.As(err, &network) {
			return &refusal{code: "postgres", words: "cannot be reached", is: gone()}
		}
		return nil
	}
	r := &refusal{code: "postgres " + e.Code, broke: promises[e.Code], table: e.TableName, words: e.ConstraintName}
	if before, _, ok := strings.Cut(e.Detail, ")=("); ok && r.broke == "unique" {
		r.columns = before[strings.Index(before, "(")+1:]
	}
	switch {
	case e.Code == "40001", e.Code == "40P01":
		r.is = errRace
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "58"):
		r.is = gone()
	case strings.HasPrefix(e.Code, "42"):
		r.words = e.Message // names of the program's own statement
	}
	return r
}
