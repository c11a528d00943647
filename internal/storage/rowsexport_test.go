package storage

import (
	"context"
	"database/sql"
	"slices"
	"strings"
)

// Columns runs a query for two words a row.
func Columns[T any](ctx context.Context, tx *Tx, query string, of func(table, name string) T) ([]T, error) {
	return many(ctx, tx, func(r scanner) (v T, err error) {
		var table, name string
		err = r.Scan(&table, &name)
		return of(table, name), err
	}, query)
}

// Asked is a statement as it was sent.
type Asked struct {
	Query string
	Args  []any
}

// listener hears what a transaction asks.
type listener struct {
	querier
	heard *[]Asked
}

func (l listener) query(ctx context.Context, query string, args []any) (cursor, error) {
	*l.heard = append(*l.heard, Asked{query, args})
	return l.querier.query(ctx, query, args)
}

func (l listener) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	*l.heard = append(*l.heard, Asked{query, args})
	return l.querier.exec(ctx, query, args)
}

// Listen gives what the transaction asks while fn runs.
func (tx *Tx) Listen(fn func()) (heard []Asked) {
	was := tx.on
	tx.on = listener{was, &heard}
	fn()
	tx.on = was
	return heard
}

// Plan is how SQLite would answer a statement.
func (tx *Tx) Plan(ctx context.Context, a Asked) ([]string, error) {
	steps, err := many(ctx, tx, func(r scanner) (step string, err error) {
		var id, parent, unused int
		return step, r.Scan(&id, &parent, &unused, &step)
	}, "EXPLAIN QUERY PLAN "+a.Query, a.Args...)
	return slices.DeleteFunc(steps, func(s string) bool { return strings.TrimSpace(s) == "" }), err
}
