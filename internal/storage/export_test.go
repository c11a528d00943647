package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/seal"
)

// The tests of the engine speak SQL: the nouns' rows have tests of their own.

func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	return tx.exec(ctx, query, args...)
}

func (tx *Tx) Row(ctx context.Context, query string, args ...any) interface{ Scan(...any) error } {
	return tx.row(ctx, query, args...)
}

func (tx *Tx) Seal(ctx context.Context, key, place string, text seal.Text) ([]byte, error) {
	return tx.seal(ctx, key, place, text)
}

func (tx *Tx) Unseal(ctx context.Context, key, place string, box []byte) (seal.Text, error) {
	return tx.open(ctx, key, place, box)
}

var Conflict = conflict
