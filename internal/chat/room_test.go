package chat_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// room is a unit whose chat is answered by its worker.
type room struct {
	storagetest.Organisation
	t     *testing.T
	db    *storage.DB
	clock *storagetest.Clock
}

func each(t *testing.T, run func(t *testing.T, r room)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		o.Present(t, db, o.Worker, 10*time.Hour)
		run(t, room{o, t, db, clock})
	})
}

func (r room) do(do func(ctx context.Context, tx *storage.Tx) error) error {
	return r.db.Update(r.t.Context(), func(tx *storage.Tx) error { return do(r.t.Context(), tx) })
}

func (r room) must(do func(ctx context.Context, tx *storage.Tx) error) {
	r.t.Helper()
	storagetest.Update(r.t, r.db, do)
}

func (r room) start() (stay chat.Stay, err error) {
	err = r.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		stay, err = chat.Start(ctx, tx, r.Models, r.Adults.ID, "fi")
		return err
	})
	return stay, err
}

// taken is a conversation that the worker has taken.
func (r room) taken() chat.Stay {
	r.t.Helper()
	stay, err := r.start()
	if err != nil {
		r.t.Fatal(err)
	}
	r.must(func(ctx context.Context, tx *storage.Tx) error { return chat.Take(ctx, tx, r.Worker, stay.ID) })
	return stay
}

func (r room) say(token, text string) error {
	return r.do(func(ctx context.Context, tx *storage.Tx) error { _, err := chat.Say(ctx, tx, token, text); return err })
}

func (r room) answer(by access.Actor, id chat.ID, text string) error {
	return r.do(func(ctx context.Context, tx *storage.Tx) error { return chat.SayAsWorker(ctx, tx, by, id, text) })
}

func (r room) read(token string, after int) (talk chat.Talk, err error) {
	err = r.db.View(r.t.Context(), func(tx *storage.Tx) (err error) {
		talk, err = chat.Read(r.t.Context(), tx, token, after)
		return err
	})
	return talk, err
}

func (r room) readAs(by access.Actor, id chat.ID, after int) (talk chat.Talk, err error) {
	err = r.db.View(r.t.Context(), func(tx *storage.Tx) (err error) {
		talk, err = chat.ReadAsWorker(r.t.Context(), tx, by, id, after)
		return err
	})
	return talk, err
}

func words(t chat.Talk) []string {
	var out []string
	for _, m := range t.Messages {
		out = append(out, m.Sender+": "+m.Body.Reveal())
	}
	return out
}

func (r room) sum(name string) (n int) {
	r.must(func(ctx context.Context, tx *storage.Tx) error {
		sums, err := tx.Figures(ctx, r.Unit.ID, "2027-01", "2027-01")
		for _, s := range sums {
			if s.Name == name {
				n += s.N
			}
		}
		return err
	})
	return n
}

func (r room) request(by access.Actor, id chat.ID) (made intake.Made, err error) {
	err = r.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		made, err = chat.MakeRequest(ctx, tx, r.Models, by, id, intake.New{Age: -1, Referrer: "nollalinja", Times: []string{"weekend"}, Places: []string{"agreed"}})
		return err
	})
	return made, err
}

func keyOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}
