package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// suggestionStep is what a box of suggestions is filled up to, and a larger one to the next step: four dozen lines fit into the first.
const suggestionStep = 16384

type heapRow struct {
	feedback.Heap
	key string
	box []byte
}

const heapColumns = "id, offer_id, key_id, words"

func scanHeap(r scanner) (h heapRow, err error) {
	return h, r.Scan(&h.ID, &h.Offer, &h.key, &h.box)
}

// heaps are what waits, opened.
func (tx *Tx) heaps(ctx context.Context, where string, args ...any) ([]heapRow, error) {
	rows, err := many(ctx, tx, scanHeap, "SELECT "+heapColumns+" FROM feedback_suggestion WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	for i, h := range rows {
		if err := tx.openJSON(ctx, h.key, sealedAt("feedback_suggestion.words", h.ID), h.box, &rows[i].Said); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// AllSuggested is what waits of every offer.
func (tx *Tx) AllSuggested(ctx context.Context) (out []feedback.Heap, err error) {
	rows, err := tx.heaps(ctx, "1 = 1")
	for _, h := range rows {
		out = append(out, h.Heap)
	}
	return out, err
}

// Suggest adds to what waits of an offer and writes the box anew, in the order of the letters; lines without any are none. Without a
// heap and without anything said there will be none. Where too many wait already, one more is a mistake at the field "suggestion".
func (tx *Tx) Suggest(ctx context.Context, offer organization.OfferID, said ...feedback.Said) error {
	rows, err := tx.heaps(ctx, "offer_id = $1", offer)
	if err != nil {
		return err
	}
	var h heapRow
	switch {
	case len(rows) == 1:
		h = rows[0]
	case len(said) == 0:
		return nil
	default:
		h.ID, h.Offer = id.New(), offer
		if h.key, err = tx.NewKey(); err != nil {
			return err
		}
	}
	had := len(h.Said)
	h.Said = slices.DeleteFunc(slices.Concat(h.Said, said), func(s feedback.Said) bool { return s.Text == "" })
	if len(h.Said) > feedback.MostSuggested && len(h.Said) > had {
		var form fault.Form
		form.Add("suggestion", "feedback.suggested-full")
		return form.Err()
	}
	slices.SortFunc(h.Said, feedback.ByText)
	text, err := json.Marshal(h.Said)
	if err != nil {
		return err
	}
	full := (len(text)/suggestionStep + 1) * suggestionStep
	h.box, err = tx.seal(ctx, h.key, sealedAt("feedback_suggestion.words", h.ID), seal.Of(string(text)+strings.Repeat(" ", full-len(text))))
	if err != nil {
		return err
	}
	return tx.exec(ctx, upsert("feedback_suggestion", "id", heapColumns), h.ID, h.Offer, h.key, h.box)
}

// DropSuggested lets what waits go, with its key: whoever has an old copy of the box reads it no more.
func (tx *Tx) DropSuggested(ctx context.Context, id string) error {
	key, err := one(ctx, tx, scanWord, "DELETE FROM feedback_suggestion WHERE id = $1 RETURNING key_id", id)
	if err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}

// replaySuggestions lets what was read since the rows were copied go again: its key is no more.
func (tx *Tx) replaySuggestions(ctx context.Context, is func(kind, what string) bool) error {
	rows, err := many(ctx, tx, scanPair, "SELECT id, key_id FROM feedback_suggestion")
	if err != nil {
		return err
	}
	for _, h := range rows {
		if is(endKey, h.key) {
			if err := tx.exec(ctx, "DELETE FROM feedback_suggestion WHERE id = $1", h.id); err != nil {
				return err
			}
		}
	}
	return nil
}
