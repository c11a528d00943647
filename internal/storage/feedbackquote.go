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
