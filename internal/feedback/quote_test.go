package feedback_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// said keeps words as answering does, in a month, and gives their row.
func (h house) said(model, form, words string, guardian bool) string {
	h.t.Helper()
	before := map[string]bool{}
	for _, q := range h.quotes() {
		before[q.ID] = true
	}
	storagetest.Update(h.t, h.db, func(ctx context.Context, tx *storage.Tx) error {
		return tx.AddQuote(ctx, feedback.Quote{Unit: h.Unit.ID, Model: model, Form: form, Month: "2027-01", Words: words, Guardian: guardian})
	})
	for _, q := range h.quotes() {
		if !before[q.ID] {
			return q.ID
		}
	}
	h.t.Fatal("the words are not kept")
	return ""
}

func (h house) quotes() (out []feedback.Quote) {
	h.t.Helper()
	if err := h.db.View(h.t.Context(), func(tx *storage.Tx) (err error) {
		out, err = tx.Quotes(h.t.Context())
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h house) review(by access.Actor, id string, turn int, covered ...int) (r feedback.Reading, err error) {
	err = h.db.Update(h.t.Context(), func(tx *storage.Tx) (err error) {
		r, err = feedback.Review(h.t.Context(), tx, h.Models, by, id, turn, covered)
		return err
	})
	return r, err
}

func (h house) refuse(by access.Actor, id string) error {
	return h.db.Update(h.t.Context(), func(tx *storage.Tx) error {
		_, err := feedback.Refuse(h.t.Context(), tx, h.Models, by, id)
		return err
	})
}

// nextYear is when words of 2027 may be read.
var nextYear = time.Date(2028, 1, 3, 9, 0, 0, 0, time.UTC)

// Two different people of the unit read words one after the other; the second agrees to exactly what the first left, and what is covered is gone.
func TestTwoReadWords(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := open(t, db)
		id := h.said("turvaverkko-adult", "adult", "Noora Itä-Helsingistä auttoi minua paljon", false)
		if _, err := h.review(h.Worker, id, 0); !fault.Is(err, fault.NotFound) {
			t.Errorf("words of a year that goes on are read: %v", err)
		}
		clock.Set(nextYear)
		for name, by := range map[string]access.Actor{"a stranger": h.Stranger, "a volunteer": storagetest.Hire(t, db, "vilma", access.Membership{Unit: h.Unit.ID, Role: access.Volunteer})} {
			if _, err := h.review(by, id, 0); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads: %v", name, err)
			}
			if err := h.refuse(by, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s refuses: %v", name, err)
			}
		}
		key := func() (key string) {
			in := storagetest.Look(t, db)
			in.Rows(in.House, "feedback_quote", func(row string) { key = row })
			return key
		}
		was := key()
		r, err := h.review(h.Worker, id, 0, 0, 1)
		if err != nil || r.Words != "… auttoi minua paljon" || r.State != feedback.QuoteRead || key() == was {
			t.Fatal(r.Words, r.State, err)
		}
		if _, err := h.review(h.Worker, id, 1); !fault.HasKey(err, "feedback.quote-alone") {
			t.Errorf("one person reads twice: %v", err)
		}
		if _, err := h.review(h.Colleague, id, 0); !fault.HasKey(err, "feedback.quote-changed") {
			t.Errorf("agreed to words that were others: %v", err)
		}
		if r, err = h.review(h.Colleague, id, 1, 3); err != nil || r.State != feedback.QuoteRead || r.Words != "… auttoi minua …" {
			t.Fatalf("covering more: %q %s %v", r.Words, r.State, err)
		}
		if r, err = h.review(h.Worker, id, 2); err != nil || r.State != feedback.QuoteAgreed {
			t.Fatalf("the other agrees: %s %v", r.State, err)
		}
		if _, err = h.review(h.Colleague, id, 2, 1); !fault.HasKey(err, "feedback.quote-changed") {
			t.Errorf("what is agreed is changed: %v", err)
		}
		if err := h.refuse(h.Worker, id); !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker takes back what is agreed: %v", err)
		}
		if err := h.refuse(h.Coordinator, id); err != nil || len(h.quotes()) != 0 {
			t.Errorf("a coordinator takes it back: %v", err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Audit(ctx, string(h.Unit.ID))
			if len(all) != 3 {
				t.Errorf("%d entries: one for each reader and one for the coordinator", len(all))
			}
			return err
		})
	})
}

// Either may refuse: then the words are gone. Covering everything is refusing. A child's need both a guardian's yes and the child's own.
func TestWordsAreRefused(t *testing.T) {
	clock := storagetest.NewClock()
	db := storagetest.Open(t, "sqlite", clock)
	h := open(t, db)
	first, second := h.said("turvaverkko-adult", "adult", "Hyvä", false), h.said("turvaverkko-adult", "adult", "Sain apua", false)
	child, unsure := h.said("turvaverkko-child", "child", "oli kivaa", true), h.said("turvaverkko-child", "child", "oli kivaa", false)
	clock.Set(nextYear)
	if _, err := h.review(h.Worker, first, 0, 0); !fault.HasKey(err, "feedback.quote-empty") {
		t.Errorf("nothing remains: %v", err)
	}
	if err := h.refuse(h.Worker, first); err != nil {
		t.Error(err)
	}
	if _, err := h.review(h.Worker, second, 0); err != nil {
		t.Error(err)
	}
	if err := h.refuse(h.Colleague, second); err != nil {
		t.Error(err)
	}
	if _, err := h.review(h.Worker, unsure, 0); !fault.HasKey(err, "feedback.quote-guardian") {
		t.Errorf("a child's words without a guardian: %v", err)
	}
	for _, by := range []access.Actor{h.Worker, h.Coordinator} {
		if _, err := h.review(by, child, 0); err != nil {
			t.Error(err)
		}
	}
	for _, q := range h.quotes() {
		if (q.State == feedback.QuoteAgreed) != (q.ID == child) || q.ID == first || q.ID == second {
			t.Errorf("%s %q", q.State, q.Words)
		}
	}
}

// Words whose form no model asks any more wait for nobody and block nobody; a form that only the newest version has dropped is still read.
func TestWordsOfFormsThatAreGone(t *testing.T) {
	clock := storagetest.NewClock()
	db := storagetest.Open(t, "sqlite", clock)
	h := open(t, db)
	h.said("model-that-was-here", "adult", "Hyvä", false)
	h.said("turvaverkko-adult", "form-that-was-here", "Hyvä", false)
	stays := h.said("turvaverkko-adult", "adult", "Sain apua", false)
	clock.Set(nextYear)
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		s, err := feedback.Stand(ctx, tx, h.Models, h.Worker, h.Unit.ID)
		if len(s.Waiting) != 1 || s.Waiting[0] != stays || s.Others != 0 || s.Agreed != 0 {
			t.Errorf("%+v", s)
		}
		return err
	})
	for _, q := range h.quotes() {
		if _, err := h.review(h.Worker, q.ID, 0); (err == nil) != (q.ID == stays) {
			t.Errorf("%s/%s: %v", q.Model, q.Form, err)
		}
	}
}

// What a mistake of ours could do, the schema does not let happen: words that begin as read, one reader twice, somebody of another unit, words that change when
// they are agreed or under the same key.
func TestStorageAsksForTwoReaders(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := open(t, db)
		id := h.said("turvaverkko-adult", "adult", "Sain puhua rauhassa", false)
		settle := func(state string, by access.Actor) error {
			return db.Update(t.Context(), func(tx *storage.Tx) error {
				return tx.SettleQuote(t.Context(), feedback.Quote{ID: id, State: state, Reader: by.Account})
			})
		}
		cover := func(state string, by access.Actor) error {
			return db.Update(t.Context(), func(tx *storage.Tx) error {
				return tx.CoverQuote(t.Context(), feedback.Quote{ID: id, State: state, Reader: by.Account, Model: "turvaverkko-adult", Form: "adult", Words: "…", Turn: 1})
			})
		}
		bad := func(what string, err error) {
			t.Helper()
			if err == nil || !strings.Contains(err.Error(), "check") {
				t.Errorf("%s: %v", what, err)
			}
		}
		bad("agreed at once", settle(feedback.QuoteAgreed, h.Worker))
		bad("a stranger", settle(feedback.QuoteRead, h.Stranger))
		if err := settle(feedback.QuoteRead, h.Worker); err != nil {
			t.Fatal(err)
		}
		bad("the same one agrees", settle(feedback.QuoteAgreed, h.Worker))
		bad("a stranger agrees", settle(feedback.QuoteAgreed, h.Stranger))
		bad("covered and agreed at once", cover(feedback.QuoteAgreed, h.Colleague))
		bad("unread again", settle(feedback.QuoteWaiting, h.Colleague))
		if err := settle(feedback.QuoteAgreed, h.Colleague); err != nil {
			t.Fatal(err)
		}
		bad("covered after it was agreed", cover(feedback.QuoteRead, h.Worker))
		bad("read after it was agreed", settle(feedback.QuoteRead, h.Worker))
	})
}

// Several covered words leave one mark, so that nobody counts them.
func TestLeft(t *testing.T) {
	q := feedback.Quote{Words: "Sain  puhua Kallion\ntoimistolla rauhassa"}
	for want, covered := range map[string][]int{
		"Sain puhua Kallion toimistolla rauhassa": nil, "Sain puhua … rauhassa": {2, 3}, "… puhua Kallion toimistolla …": {0, 4}, "…": {0, 1, 2, 3, 4}, "Sain puhua Kallion toimistolla …": {4, 99},
	} {
		if got := q.Left(covered); got != want {
			t.Errorf("%v: %q, want %q", covered, got, want)
		}
	}
	if got := (feedback.Quote{Words: "Sain … rauhassa"}).Left([]int{2}); got != "Sain …" {
		t.Errorf("beside what was covered: %q", got)
	}
}
