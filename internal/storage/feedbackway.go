package storage

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Ways to answer: codes as keyed marks with a box each, all boxes of one size, and tickets that no row knows (decision 0066).

const ticketPlace = "feedback/ticket"

type wayRow struct {
	id        string
	mark, box []byte
}

func scanWay(r scanner) (w wayRow, err error) { return w, r.Scan(&w.id, &w.mark, &w.box) }

func wayWords(w feedback.Way, more ...string) []string {
	return append([]string{w.Kind, string(w.Unit), w.Model, strconv.Itoa(w.Version), w.Form, string(w.Last), strconv.Itoa(w.Left), strconv.FormatBool(w.Quoting)}, more...)
}

var errWay = errors.New("open a way to answer: a word is missing")

func wayOf(words []string) (w feedback.Way, more []string, err error) {
	if len(words) < 8 {
		return w, nil, errWay
	}
	w = feedback.Way{Kind: words[0], Unit: access.UnitID(words[1]), Model: words[2], Form: words[4], Last: calendar.Date(words[5]), Quoting: words[7] == "true"}
	if w.Version, err = strconv.Atoi(words[3]); err == nil {
		w.Left, err = strconv.Atoi(words[6])
	}
	if err != nil {
		return w, nil, errWay // never the word itself
	}
	return w, words[8:], nil
}

func (s *timesSeal) openWay(r wayRow) (feedback.Way, error) {
	words, err := s.words(sealedAt("feedback_code.about", r.id), r.box)
	if err != nil {
		return feedback.Way{}, err
	}
	w, _, err := wayOf(words)
	w.ID = r.id
	return w, err
}

func (s *timesSeal) codeMark(code intake.Code) []byte {
	return s.marks.Mark("feedback-code", string(code))
}

// AddWays keeps the same way once for each code, in an order that tells nothing.
func (tx *Tx) AddWays(ctx context.Context, w feedback.Way, codes []intake.Code) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	ids := make([]string, len(codes))
	for i := range ids {
		ids[i] = id.New()
	}
	slices.Sort(ids)
	for i, code := range codes {
		box := s.box(sealedAt("feedback_code.about", ids[i]), wayWords(w)...)
		if err := tx.exec(ctx, insert("feedback_code", "id, mark, about"), ids[i], s.codeMark(code), box); err != nil {
			return err
		}
	}
	return nil
}

// WayOf finds what a code opens: fault.NotFound when there is nothing, also when a restored backup has brought it back.
func (tx *Tx) WayOf(ctx context.Context, code intake.Code) (feedback.Way, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return feedback.Way{}, err
	}
	row, err := one(ctx, tx, scanWay, "SELECT id, mark, about FROM feedback_code WHERE mark = $1", s.codeMark(code))
	if err != nil {
		return feedback.Way{}, err
	}
	return s.openWay(row)
}

// Ways are all codes that stand.
func (tx *Tx) Ways(ctx context.Context) ([]feedback.Way, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, tx, scanWay, "SELECT id, mark, about FROM feedback_code")
	out := make([]feedback.Way, 0, len(rows))
	for _, r := range rows {
		w, err := s.openWay(r)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, err
}

// LessenWay takes one answer from a way. With the last the row goes, and its fingerprint stands in the list of what has ended, so that
// no restored backup lets it in again.
func (tx *Tx) LessenWay(ctx context.Context, w feedback.Way, code intake.Code) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	if w.Left--; w.Left > 0 {
		return tx.exec(ctx, "UPDATE feedback_code SET about = $2 WHERE id = $1", w.ID, s.box(sealedAt("feedback_code.about", w.ID), wayWords(w)...))
	}
	if err := tx.DropWay(ctx, w.ID); err != nil {
		return err
	}
	return tx.endBy(ctx, endFeedback, hex.EncodeToString(s.codeMark(code)), lastOfMonth(tx))
}

// lastOfMonth is the day that a used code is listed under: which day of the month it was is kept nowhere.
func lastOfMonth(tx *Tx) calendar.Date {
	return feedback.LastOf(calendar.DateOf(tx.Now(), time.UTC).Month())
}

// DropWay takes a code away.
func (tx *Tx) DropWay(ctx context.Context, id string) error {
	return tx.exec(ctx, "DELETE FROM feedback_code WHERE id = $1", id)
}

// MakeTicket seals a way with a random word of its own, for the page that somebody was given. It is kept nowhere.
func (tx *Tx) MakeTicket(w feedback.Way) (string, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(s.box(ticketPlace, wayWords(w, rand.Text()[:16])...)), nil
}

// OpenTicket gives back what MakeTicket sealed, and its random word. Anything else is fault.NotFound.
func (tx *Tx) OpenTicket(text string) (feedback.Way, string, error) {
	none := fault.New(fault.NotFound, "not-found")
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(text) > 400 {
		return feedback.Way{}, "", none
	}
	s, err := tx.timesSeal()
	if err != nil {
		return feedback.Way{}, "", err
	}
	words, err := s.words(ticketPlace, box)
	if errors.Is(err, seal.ErrOpen) {
		return feedback.Way{}, "", none
	}
	if err != nil {
		return feedback.Way{}, "", err
	}
	w, more, err := wayOf(words)
	if err == nil && len(more) != 1 {
		err = errWay
	}
	if err != nil {
		return w, "", err
	}
	return w, more[0], nil
}

// SpendTicket lists a ticket's fingerprint as ended: once, and never again after a restore either. It is looked for in the house first and
// then in the list beside the keys, to which the sweep carries it.
func (tx *Tx) SpendTicket(ctx context.Context, word string, _ feedback.Way) error {
	hash := tx.db.endedAs(endFeedback, "ticket/"+word)
	spent := fault.New(fault.NotFound, "feedback.gone")
	if n, err := one(ctx, tx, scanCount, "SELECT count(*) FROM ended WHERE hash = $1", hash[:]); err != nil || n > 0 {
		if err == nil {
			err = spent
		}
		return err
	}
	var n int
	if err := tx.db.keys.db.QueryRowContext(ctx, "SELECT count(*) FROM ended WHERE hash = $1", hash[:]).Scan(&n); err != nil {
		return clean(err)
	}
	if n > 0 {
		return spent
	}
	return tx.endBy(ctx, endFeedback, "ticket/"+word, lastOfMonth(tx))
}

func (s *timesSeal) drawnMark(who string) []byte { return s.marks.Mark("feedback-drawn", who) }

// Drawn tells whether somebody was given a form.
func (tx *Tx) Drawn(ctx context.Context, who string) (bool, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return false, err
	}
	n, err := one(ctx, tx, scanCount, "SELECT count(*) FROM feedback_drawn WHERE mark = $1", s.drawnMark(who))
	return n > 0, err
}

// PutDrawn notes that somebody was given a form; twice is fault.Conflict "feedback.drawn".
func (tx *Tx) PutDrawn(ctx context.Context, who, month string) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	return taken(tx.exec(ctx, insert("feedback_drawn", "mark, month"), s.drawnMark(who), month), "feedback.drawn")
}

// DropDrawn forgets what was given, of months before one, and tells how many there were.
func (tx *Tx) DropDrawn(ctx context.Context, before string) (int, error) {
	return tx.affect(ctx, "DELETE FROM feedback_drawn WHERE month < $1", before)
}

// replayFeedback takes away codes that were used, and words that have gone, since the rows were copied.
func (tx *Tx) replayFeedback(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	rows, err := many(ctx, tx, scanWay, "SELECT id, mark, about FROM feedback_code")
	if err != nil {
		return err
	}
	for _, w := range rows {
		if is(endFeedback, hex.EncodeToString(w.mark)) {
			r.Codes++
			if err := tx.DropWay(ctx, w.id); err != nil {
				return err
			}
		}
	}
	quotes, err := many(ctx, tx, scanPair, "SELECT id, key_id FROM feedback_quote")
	if err != nil {
		return err
	}
	for _, q := range quotes {
		if is(endKey, q.key) {
			if err := tx.exec(ctx, "DELETE FROM feedback_quote WHERE id = $1", q.id); err != nil {
				return err
			}
		}
	}
	return tx.replaySuggestions(ctx, is)
}
