package chat_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// open within hours and while somebody is there; otherwise it says which of them is missing, and when next.
func TestStatus(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		look := func() (s chat.Status) {
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
				s, err = chat.StatusOf(ctx, tx, o.Unit.ID)
				return err
			})
			return s
		}
		if s := look(); s.Open || !s.Hours || s.Answering || s.Closes != "20:00" {
			t.Errorf("within hours, nobody there: %+v", s)
		}
		o.Present(t, db, o.Worker, time.Hour)
		if s := look(); !s.Open || !s.Answering {
			t.Errorf("within hours, somebody there: %+v", s)
		}
		clock.Add(time.Hour)
		if s := look(); s.Open || s.Answering {
			t.Errorf("forgot to leave: %+v", s)
		}
		clock.Set(time.Date(2027, 1, 12, 18, 0, 0, 0, time.UTC)) // 20.00 in Helsinki
		o.Present(t, db, o.Worker, time.Hour)
		if s := look(); s.Open || s.Hours || !s.Answering || s.Next.Opens != "08:00" || s.NextDay != "2027-01-13" {
			t.Errorf("after hours: %+v", s)
		}
		r := room{o, t, db, clock}
		if _, err := r.start(); !fault.HasKey(err, "chat.closed") {
			t.Errorf("began after hours: %v", err)
		}
	})
}

// Two write to each other; each reads on from where they were, and nobody else reads anything.
func TestTalk(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		stay, err := r.start()
		if err != nil {
			t.Fatal(err)
		}
		if err := r.say(stay.Token, " Hei\r\n\x07siellä  "); err != nil {
			t.Fatal(err)
		}
		if talk, err := r.readAs(r.Worker, stay.ID, 0); err != nil || len(talk.Messages) != 0 || talk.State != chat.Waiting {
			t.Errorf("read before it was taken: %+v, %v", talk, err)
		}
		if err := r.answer(r.Worker, stay.ID, "Hei"); !fault.HasKey(err, "chat.take-first") {
			t.Errorf("answered before it was taken: %v", err)
		}
		r.must(func(ctx context.Context, tx *storage.Tx) error { return chat.Take(ctx, tx, r.Worker, stay.ID) })
		r.must(func(ctx context.Context, tx *storage.Tx) error { return chat.Take(ctx, tx, r.Worker, stay.ID) })
		if err := r.answer(r.Worker, stay.ID, "Hei, olen tässä."); err != nil {
			t.Fatal(err)
		}
		want := []string{"client: Hei\nsiellä", "worker: Hei, olen tässä."}
		for name, read := range map[string]func() (chat.Talk, error){
			"visitor": func() (chat.Talk, error) { return r.read(stay.Token, 0) },
			"worker":  func() (chat.Talk, error) { return r.readAs(r.Worker, stay.ID, 0) },
		} {
			if talk, err := read(); err != nil || !slices.Equal(words(talk), want) || talk.Last != 2 || talk.State != chat.Open {
				t.Errorf("the %s reads %q, %v", name, words(talk), err)
			}
		}
		if talk, err := r.read(stay.Token, 1); err != nil || !slices.Equal(words(talk), want[1:]) || talk.Exit != stay.Exit {
			t.Errorf("reading on: %q, %v", words(talk), err)
		}
		if talk, err := r.read(stay.Token, 2); err != nil || len(talk.Messages) != 0 || talk.Last != 2 {
			t.Errorf("nothing new: %q, last %d, %v", words(talk), talk.Last, err)
		}
		for name, by := range map[string]access.Actor{"a colleague": r.Colleague, "a coordinator": r.Coordinator, "a stranger": r.Stranger} {
			if talk, err := r.readAs(by, stay.ID, 0); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads %q, %v", name, words(talk), err)
			}
			if err := r.answer(by, stay.ID, "x"); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s answers: %v", name, err)
			}
			if err := r.do(func(ctx context.Context, tx *storage.Tx) error { return chat.Take(ctx, tx, by, stay.ID) }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s takes: %v", name, err)
			}
			if err := r.do(func(ctx context.Context, tx *storage.Tx) error { return chat.End(ctx, tx, by, stay.ID) }); err != nil {
				t.Errorf("%s ends: %v", name, err)
			}
		}
		if _, err := r.read(stay.Token, 0); err != nil {
			t.Errorf("somebody else ended it: %v", err)
		}
	})
}

// Who takes first has it.
func TestTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		stay, err := r.start()
		if err != nil {
			t.Fatal(err)
		}
		got := make([]error, 2)
		var wg sync.WaitGroup
		for i, by := range []access.Actor{r.Worker, r.Colleague} {
			wg.Go(func() {
				got[i] = r.do(func(ctx context.Context, tx *storage.Tx) error { return chat.Take(ctx, tx, by, stay.ID) })
			})
		}
		wg.Wait()
		if (got[0] == nil) == (got[1] == nil) {
			t.Errorf("took it: %v and %v", got[0], got[1])
		}
		if n := r.sum(figure.ChatsTaken); n != 1 {
			t.Errorf("counted %d", n)
		}
	})
}

// What is written is bounded: a message, a conversation, its silence, its length, and how many there are.
func TestBounds(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		stay := r.taken()
		for name, c := range map[string]struct{ text, want string }{
			"nothing":         {"", "form.mistakes"},
			"spaces":          {" \n\t ", "form.mistakes"},
			"control":         {"\x00\x1b\x07", "form.mistakes"},
			"too long":        {strings.Repeat("å", 1001), "form.mistakes"},
			"the longest":     {strings.Repeat("𝄞", 1000), ""},
			"bytes no letter": {"a\xff\xfeb", ""},
		} {
			if err := r.say(stay.Token, c.text); keyOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		r.clock.Add(29 * time.Minute)
		if err := r.answer(r.Worker, stay.ID, "vielä"); err != nil {
			t.Errorf("after 29 minutes: %v", err)
		}
		r.clock.Add(30 * time.Minute)
		if err := r.say(stay.Token, "x"); !fault.HasKey(err, "chat.over") {
			t.Errorf("after 30 silent minutes: %v", err)
		}
		if _, err := r.read(stay.Token, 0); !fault.HasKey(err, "chat.over") {
			t.Errorf("read after 30 silent minutes: %v", err)
		}
		stay = r.taken()
		for range 8 {
			r.clock.Add(20 * time.Minute)
			if err := r.say(stay.Token, "x"); err != nil {
				t.Fatal(err)
			}
		}
		r.clock.Add(20 * time.Minute) // three hours in all
		if err := r.say(stay.Token, "x"); !fault.HasKey(err, "chat.over") {
			t.Errorf("after three hours: %v", err)
		}
		r.must(func(ctx context.Context, tx *storage.Tx) error { _, err := chat.Expire(ctx, tx); return err })
		for i := range 20 {
			if _, err := r.start(); err != nil {
				t.Fatalf("conversation %d: %v", i+1, err)
			}
		}
		if _, err := r.start(); !fault.HasKey(err, "chat.full") {
			t.Errorf("the twenty-first: %v", err)
		}
	})
}

// The last message is kept for a code: however long the two have talked, a request can still be made.
func TestLastMessageIsForTheCode(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		stay := r.taken()
		r.must(func(ctx context.Context, tx *storage.Tx) error {
			for i := range chat.MaxMessages - 1 {
				if _, err := chat.Say(ctx, tx, stay.Token, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err := r.say(stay.Token, "x"); !fault.HasKey(err, "chat.long") {
			t.Errorf("the visitor's four hundredth: %v", err)
		}
		if err := r.answer(r.Worker, stay.ID, "x"); !fault.HasKey(err, "chat.long") {
			t.Errorf("the worker's four hundredth: %v", err)
		}
		if _, err := r.request(r.Worker, stay.ID); err != nil {
			t.Errorf("the code: %v", err)
		}
	})
}

// a request made in the talk counts from the talk's beginning; its code is the visitor's alone; of the talk
// nothing stays.
func TestRequestFromTalk(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		stay := r.taken()
		began := r.clock.Now()
		r.clock.Add(12 * time.Minute)
		if _, err := r.request(r.Colleague, stay.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague made it: %v", err)
		}
		made, err := r.request(r.Worker, stay.ID)
		if err != nil {
			t.Fatal(err)
		}
		if q := made.Request; made.Code != "" || q.Channel != intake.Chat || q.Referrer != "nollalinja" || !q.Created.Equal(began) || q.Offer != r.Adults.ID {
			t.Errorf("made %+v", made)
		}
		if _, err := r.request(r.Worker, stay.ID); !fault.HasKey(err, "chat.request-made") {
			t.Errorf("made twice: %v", err)
		}
		talk, err := r.read(stay.Token, 0)
		if err != nil || len(talk.Messages) != 1 || talk.Messages[0].Sender != chat.FromCode {
			t.Fatalf("the visitor reads %q, %v", words(talk), err)
		}
		code, err := intake.ParseCode(talk.Messages[0].Body.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		if talk, _ := r.readAs(r.Worker, stay.ID, 0); !slices.Equal(words(talk), []string{"code: "}) {
			t.Errorf("the worker reads %q", words(talk))
		}
		r.must(func(ctx context.Context, tx *storage.Tx) error { return chat.EndByClient(ctx, tx, stay.Token) })
		r.must(func(ctx context.Context, tx *storage.Tx) error {
			stay, err := intake.Enter(ctx, tx, code)
			if stay.Holder.Request != made.Request.ID {
				t.Errorf("the code opens %+v", stay.Holder)
			}
			return err
		})
	})
}

// However it ends, it is gone at once, and ending it again is fine.
func TestEnding(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		for name, end := range map[string]func(ctx context.Context, tx *storage.Tx, s chat.Stay) error{
			"by the visitor": func(ctx context.Context, tx *storage.Tx, s chat.Stay) error {
				return chat.EndByClient(ctx, tx, s.Token)
			},
			"by the worker": func(ctx context.Context, tx *storage.Tx, s chat.Stay) error {
				return chat.End(ctx, tx, r.Worker, s.ID)
			},
			"by leaving": func(ctx context.Context, tx *storage.Tx, s chat.Stay) error { return chat.Leave(ctx, tx, s.Exit) },
		} {
			stay := r.taken()
			if err := r.say(stay.Token, "Hei"); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				r.must(func(ctx context.Context, tx *storage.Tx) error { return end(ctx, tx, stay) })
			}
			if _, err := r.read(stay.Token, 0); !fault.HasKey(err, "chat.over") {
				t.Errorf("%s: the visitor reads: %v", name, err)
			}
			if _, err := r.readAs(r.Worker, stay.ID, 0); !fault.HasKey(err, "chat.gone") {
				t.Errorf("%s: the worker reads: %v", name, err)
			}
			r.must(func(ctx context.Context, tx *storage.Tx) error {
				if n, _ := tx.CountConversations(ctx, r.Unit.ID); n != 0 {
					t.Errorf("%s: %d conversations stay", name, n)
				}
				return nil
			})
		}
		if n := r.sum(figure.ChatsStarted); n != 3 {
			t.Errorf("counted %d", n)
		}
		stay := r.taken()
		if err := r.do(func(ctx context.Context, tx *storage.Tx) error { return chat.Leave(ctx, tx, stay.Token) }); err != nil {
			t.Error(err)
		}
		if _, err := r.read(stay.Exit, 0); !fault.HasKey(err, "chat.over") {
			t.Errorf("the exit reads: %v", err)
		}
		if _, err := r.read(stay.Token, 0); err != nil {
			t.Errorf("the token is no exit: %v", err)
		}
	})
}

// Both write at the same instant: each message has its place, none is lost.
func TestWritingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		stay := r.taken()
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				if err := r.say(stay.Token, fmt.Sprint("a", i)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if err := r.answer(r.Worker, stay.ID, fmt.Sprint("b", i)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		talk, err := r.read(stay.Token, 0)
		if err != nil || len(talk.Messages) != 20 || talk.Last != 20 {
			t.Errorf("%d messages to %d, %v", len(talk.Messages), talk.Last, err)
		}
	})
}
