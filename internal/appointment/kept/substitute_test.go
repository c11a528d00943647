package kept_test

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

func (h house) substitute(by access.Actor, a appointment.ID, who access.AccountID) func(tx *storage.Tx) error {
	return func(tx *storage.Tx) error { return appointment.Substitute(h.ctx, tx, h.ms, by, a, who) }
}

// sees tells whether somebody may see an episode.
func (h house) sees(who access.Actor, ep episode.ID) bool {
	h.t.Helper()
	return h.try(func(tx *storage.Tx) error { _, err := episode.Load(h.ctx, tx, h.ms, who, ep); return err }) == nil
}

// One holds a meeting in another's place, sees the client for so long and no longer, and the own worker goes on.
func TestSubstitute(t *testing.T) {
	each(t, func(h house) {
		ep, a, code := h.opened(adults)
		h.refused("not-found", h.substitute(elina, a.ID, "elina")) // who is not asked does not know of it
		h.refused("appointment.same-worker", h.substitute(marja, a.ID, "noora"))
		if h.try(h.substitute(marja, a.ID, "outi")) == nil {
			t.Error("somebody from another unit stands in")
		}
		h.do(h.substitute(marja, a.ID, "elina"))
		if v := h.client(code); len(v.Coming) != 1 || v.Workers[v.Coming[0].Worker] != "elina" {
			t.Errorf("the client does not read who comes: %+v", v.Coming)
		}
		got := h.appointments(ep)[0]
		if got.Worker != "elina" || got.Sequence <= a.Sequence {
			t.Errorf("%+v", got)
		}
		h.do(func(tx *storage.Tx) error {
			busy, err := tx.Busy(h.ctx, []access.AccountID{"noora", "elina"}, a.Starts, a.Ends)
			if len(busy) != 1 || busy[0].Worker != "elina" {
				t.Errorf("whose time is taken: %+v", busy)
			}
			return err
		})
		h.clock.Set(a.Starts)
		h.do(func(tx *storage.Tx) error { return appointment.Hold(h.ctx, tx, h.ms, elina, a.ID) })
		if !h.sees(elina, ep) {
			t.Error("the substitute cannot put a mark right on the same day")
		}
		h.clock.Set(a.Ends.Add(25 * time.Hour))
		if h.sees(elina, ep) {
			t.Error("the substitute sees the client a day after")
		}
		h.do(func(tx *storage.Tx) error {
			e, err := tx.Episode(h.ctx, ep)
			if e.Worker != "noora" {
				t.Errorf("the episode went to %s", e.Worker)
			}
			return err
		})
	})
}

// Taken back, the substitute sees nothing at once; who is busy then is not asked twice.
func TestSubstituteTakenBack(t *testing.T) {
	each(t, func(h house) {
		ep, a, _ := h.opened(adults)
		h.do(h.substitute(noora, a.ID, "elina"))
		h.do(h.substitute(elina, a.ID, "noora"))
		if h.sees(elina, ep) {
			t.Error("who holds nothing still sees the client")
		}
		busy := h.contact(adults)
		h.do(func(tx *storage.Tx) error {
			at := h.at(2 * time.Hour)
			at.Worker = "elina"
			_, err := appointment.Book(h.ctx, tx, h.ms, elina, appointment.Target{Request: busy.Request.ID}, at, "")
			return err
		})
		h.refused("appointment.not-free", h.substitute(marja, a.ID, "elina"))
		if h.sees(elina, ep) {
			t.Error("a refusal left sight of the client")
		}
	})
}

// Whoever is on the other side of a wall is somebody who is not free, in the same words as a full calendar.
func TestSubstituteAtAWall(t *testing.T) {
	each(t, func(h house) {
		ep, a, _ := h.opened(adults)
		h.do(func(tx *storage.Tx) error {
			e, err := tx.Episode(h.ctx, ep)
			if err != nil {
				return err
			}
			return tx.PutApart(h.ctx, wall.Apart{ID: "apart", Account: "elina", Person: e.Person})
		})
		h.refused("appointment.not-free", h.substitute(noora, a.ID, "elina"))
	})
}
