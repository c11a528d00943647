package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
)

// Tx is one transaction. It answers one goroutine, and nobody after its function has returned.
type Tx struct {
	db      *DB
	on      querier
	now     time.Time
	write   bool
	failed  error // the first failure: as in PostgreSQL, nothing more is done in the transaction after it
	taken   []readyKey
	leftJob bool
	held    map[access.AccountID][]string // holders that were read in a View, where they cannot change
	ended   []endedRow                    // to be listed before the caller is answered
}

// querier is a connection inside a transaction.
type querier interface {
	exec(ctx context.Context, query string, args []any) (sql.Result, error)
	query(ctx context.Context, query string, args []any) (cursor, error)
}

// cursor goes through the rows of an answer.
type cursor interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close() error
}

var errEnded = errors.New("storage: the transaction has ended")

func (db *DB) begin(q querier, write bool) *Tx {
	return &Tx{db: db, on: q, now: db.Now(), write: write}
}

// run calls fn and settles whether its work is to be kept. Keys taken by work that is surely undone go back.
func (tx *Tx) run(ctx context.Context, fn func(*Tx) error) (err error) {
	kept := false
	defer func() {
		if !kept {
			tx.db.keys.giveBack(tx.taken)
		}
		tx.failed = errEnded
	}()
	err = fn(tx)
	if tx.failed != nil && (err == nil || errors.Is(tx.failed, errRace)) {
		err = tx.failed
	}
	if err == nil {
		err = ctx.Err()
	}
	kept = err == nil
	return err
}

// Now is one instant for the whole transaction.
func (tx *Tx) Now() time.Time { return tx.now }

// exec runs a statement that answers no rows.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.affect(ctx, query, args...)
	return err
}

// affect runs a statement and tells how many rows it touched.
func (tx *Tx) affect(ctx context.Context, query string, args ...any) (int, error) {
	if err := tx.ready(ctx); err != nil {
		return 0, err
	}
	res, err := tx.on.exec(ctx, query, args)
	if err != nil {
		return 0, tx.fail(err)
	}
	n, err := res.RowsAffected()
	return int(n), tx.fail(err)
}

// rows runs a query. The caller closes what it gets, before asking anything else.
func (tx *Tx) rows(ctx context.Context, query string, args ...any) (*rows, error) {
	if err := tx.ready(ctx); err != nil {
		return nil, err
	}
	found, err := tx.on.query(ctx, query, args)
	if err != nil {
		return nil, tx.fail(err)
	}
	return &rows{tx: tx, all: found}, nil
}

// row runs a query for its first row. Scan answers sql.ErrNoRows when there is none.
func (tx *Tx) row(ctx context.Context, query string, args ...any) *row {
	found, err := tx.rows(ctx, query, args...)
	return &row{rows: found, err: err}
}

func (tx *Tx) ready(ctx context.Context) error {
	if tx.failed != nil {
		return tx.failed
	}
	return tx.fail(ctx.Err())
}

func (tx *Tx) fail(err error) error {
	if err == nil {
		return nil
	}
	err = clean(err)
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

// rows is the answer of a query, under the cursor.
type rows struct {
	tx  *Tx
	all cursor
}

func (r *rows) Next() bool { return r.all.Next() }

func (r *rows) Scan(into ...any) error { return cleanScan(r.all.Scan(into...)) }

func (r *rows) Err() error { return r.tx.fail(r.all.Err()) }

func (r *rows) Close() error { return r.tx.fail(r.all.Close()) }

// row is the first row of an answer.
type row struct {
	rows *rows
	err  error
}

// Scan reads the row and ends the query.
func (r *row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(into...); err != nil {
		return err
	}
	return r.rows.Close()
}
