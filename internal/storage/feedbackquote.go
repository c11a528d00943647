package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/id"
)

// quoteBox is what is sealed of a quote, under a key of its own. Left is what remains when somebody has covered words.
type quoteBox struct {
	Model, Form, Words, Left string
}

// AddQuote keeps words that somebody allowed to be quoted.
func (tx *Tx) AddQuote(ctx context.Context, q feedback.Quote) error {
	key, err := tx.NewKey()
	if err != nil {
		return err
	}
	row := id.New()
	box, err := tx.sealJSON(ctx, key, sealedAt("feedback_quote.words", row), quoteBox{q.Model, q.Form, q.Words, q.Words})
	if err != nil {
		return err
	}
	return tx.exec(ctx, insert("feedback_quote", "id, unit_id, key_id, month, state, words"), row, q.Unit, key, q.Month, "waiting", box)
}

type quoteRow struct {
	feedback.Quote
	key string
	box []byte
}

func scanQuote(r scanner) (q quoteRow, err error) {
	return q, r.Scan(&q.ID, &q.Unit, &q.key, &q.Month, &q.box)
}

// Quotes are all words that somebody allowed to be quoted.
func (tx *Tx) Quotes(ctx context.Context) ([]feedback.Quote, error) {
	rows, err := many(ctx, tx, scanQuote, "SELECT id, unit_id, key_id, month, words FROM feedback_quote ORDER BY id")
	var out []feedback.Quote
	for _, q := range rows {
		var b quoteBox
		if err := tx.openJSON(ctx, q.key, sealedAt("feedback_quote.words", q.ID), q.box, &b); err != nil {
			return nil, err
		}
		q.Model, q.Form, q.Words = b.Model, b.Form, b.Words
		out = append(out, q.Quote)
	}
	return out, err
}

// DropQuote lets words go, with their key.
func (tx *Tx) DropQuote(ctx context.Context, id string) error {
	key, err := one(ctx, tx, scanWord, "DELETE FROM feedback_quote WHERE id = $1 RETURNING key_id", id)
	if err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}
