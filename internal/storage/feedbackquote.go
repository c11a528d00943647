package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/id"
)

// quoteBox is what is sealed of a quote, under a key of its own. Words that were covered are in no box any more.
type quoteBox struct {
	Model, Form, Words string
	Guardian           bool
	Turn               int
}

func (tx *Tx) sealQuote(ctx context.Context, q feedback.Quote) (key string, box []byte, err error) {
	if key, err = tx.NewKey(); err != nil {
		return "", nil, err
	}
	box, err = tx.sealJSON(ctx, key, sealedAt("feedback_quote.words", q.ID), quoteBox{q.Model, q.Form, q.Words, q.Guardian, q.Turn})
	return key, box, err
}

// AddQuote keeps words that somebody allowed to be quoted.
func (tx *Tx) AddQuote(ctx context.Context, q feedback.Quote) error {
	q.ID = id.New()
	key, box, err := tx.sealQuote(ctx, q)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insert("feedback_quote", "id, unit_id, key_id, month, state, words"), q.ID, q.Unit, key, q.Month, feedback.QuoteWaiting, box)
}

const quoteColumns = "id, unit_id, key_id, month, state, COALESCE(reader_id, ''), words"

type quoteRow struct {
	feedback.Quote
	key string
	box []byte
}

func scanQuote(r scanner) (q quoteRow, err error) {
	return q, r.Scan(&q.ID, &q.Unit, &q.key, &q.Month, &q.State, &q.Reader, &q.box)
}

func (tx *Tx) openQuote(ctx context.Context, q quoteRow) (feedback.Quote, error) {
	var b quoteBox
	err := tx.openJSON(ctx, q.key, sealedAt("feedback_quote.words", q.ID), q.box, &b)
	q.Model, q.Form, q.Words, q.Guardian, q.Turn = b.Model, b.Form, b.Words, b.Guardian, b.Turn
	return q.Quote, err
}

func (tx *Tx) quotes(ctx context.Context, rest string, args ...any) (out []feedback.Quote, err error) {
	rows, err := many(ctx, tx, scanQuote, "SELECT "+quoteColumns+" FROM feedback_quote "+rest+" ORDER BY id", args...)
	for _, r := range rows {
		q, err := tx.openQuote(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, err
}

// Quotes are all words that somebody allowed to be quoted.
func (tx *Tx) Quotes(ctx context.Context) ([]feedback.Quote, error) { return tx.quotes(ctx, "") }

// QuotesOf are those of a unit.
func (tx *Tx) QuotesOf(ctx context.Context, unit access.UnitID) ([]feedback.Quote, error) {
	return tx.quotes(ctx, "WHERE unit_id = $1", unit)
}

// QuoteRows are a unit's words as their rows tell them: how far each has come and who read last. Nothing is opened.
func (tx *Tx) QuoteRows(ctx context.Context, unit access.UnitID) (out []feedback.Quote, err error) {
	rows, err := many(ctx, tx, scanQuote, "SELECT "+quoteColumns+" FROM feedback_quote WHERE unit_id = $1 ORDER BY id", unit)
	for _, r := range rows {
		out = append(out, r.Quote)
	}
	return out, err
}

// SeesQuote is the unit of words, for who works there with clients; fault.NotFound for others. It opens nothing.
func (tx *Tx) SeesQuote(ctx context.Context, by access.Actor, id string) (access.UnitID, error) {
	return one(ctx, tx, scanAs[access.UnitID], "SELECT q.unit_id FROM feedback_quote q WHERE q.id = $1 AND EXISTS (SELECT 1 FROM membership m "+
		"WHERE m.account_id = $2 AND m.unit_id = q.unit_id AND m.role IN ('worker', 'coordinator'))", id, by.Account)
}

// Quote finds words by their row.
func (tx *Tx) Quote(ctx context.Context, id string) (feedback.Quote, error) {
	q, err := one(ctx, tx, scanQuote, "SELECT "+quoteColumns+" FROM feedback_quote WHERE id = $1", id)
	if err != nil {
		return q.Quote, err
	}
	return tx.openQuote(ctx, q)
}

// SettleQuote keeps who has read words last, and whether they are agreed. The schema asks for two people of the unit.
func (tx *Tx) SettleQuote(ctx context.Context, q feedback.Quote) error {
	return tx.quoteChanged(ctx, "UPDATE feedback_quote SET state = $2, reader_id = $3 WHERE id = $1", q.ID, q.State, q.Reader)
}

// CoverQuote keeps fewer words, under a new key. The old key goes, and with it what copies of the row still have.
func (tx *Tx) CoverQuote(ctx context.Context, q feedback.Quote) error {
	was, err := one(ctx, tx, scanWord, "SELECT key_id FROM feedback_quote WHERE id = $1", q.ID)
	if err != nil {
		return err
	}
	key, box, err := tx.sealQuote(ctx, q)
	if err != nil {
		return err
	}
	if err := tx.quoteChanged(ctx, "UPDATE feedback_quote SET state = $2, reader_id = $3, key_id = $4, words = $5 WHERE id = $1", q.ID, q.State, q.Reader, key, box); err != nil {
		return err
	}
	return tx.DestroyKey(ctx, was)
}

func (tx *Tx) quoteChanged(ctx context.Context, query string, args ...any) error {
	n, err := tx.affect(ctx, query, args...)
	if err == nil && n != 1 {
		err = fault.New(fault.NotFound, "not-found")
	}
	return err
}

// DropQuote lets words go, with their key.
func (tx *Tx) DropQuote(ctx context.Context, id string) error {
	key, err := one(ctx, tx, scanWord, "DELETE FROM feedback_quote WHERE id = $1 RETURNING key_id", id)
	if err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}
