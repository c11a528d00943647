package shift_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/rota"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// A proposal is the coordinator's own until it is published, and keeps what stands; Timo, whose training is too old, is never in it.
func TestProposeAndPublish(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.stand(0, "ari", 1)
		for _, name := range []string{"ari", "pekka"} {
			h.must(func(ctx context.Context, tx *storage.Tx) error {
				return shift.KeepWish(ctx, tx, h.men[name], shift.Wish{LineName: seal.Of(name + " M."), Most: 4, Row: true})
			})
		}
		propose := func() error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error {
				return shift.Propose(ctx, tx, h.Models, shift.Eligible(tx, h.Models), h.Coordinator, h.line.ID, 7)
			})
		}
		for range 2 {
			if err := propose(); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.places(0); !strings.HasPrefix(got, "ari, ") {
			t.Errorf("who stood there was moved: %s", got)
		}
		for n := range h.evenings {
			if strings.Contains(h.places(n), "timo") {
				t.Errorf("evening %d: %s", n, h.places(n))
			}
			if n > 0 && !strings.Contains(h.places(n), " proposed") {
				t.Errorf("evening %d is short: %s", n, h.places(n))
			}
		}
		own := func(name string) (n int) {
			h.must(func(ctx context.Context, tx *storage.Tx) error {
				all, err := shift.Evenings(ctx, tx, h.Models, shift.Eligible(tx, h.Models), h.men[name])
				n = len(all)
				return err
			})
			return n
		}
		if own("ari") != 1 || own("pekka") != 0 {
			t.Errorf("a proposal is seen before it is published: ari %d, pekka %d", own("ari"), own("pekka"))
		}
		if got := h.told(); len(got) != 0 {
			t.Errorf("told of a proposal: %v", got)
		}
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			_, err := shift.Publish(ctx, tx, h.Models, shift.Eligible(tx, h.Models), h.Coordinator, h.line.ID)
			return err
		})
		if got := h.told(); !slices.Equal(got, []string{"ari", "pekka"}) {
			t.Errorf("told %v", got)
		}
		if own("ari") < 4 || own("pekka") < 4 {
			t.Errorf("ari has %d evenings and pekka %d", own("ari"), own("pekka"))
		}
	})
}

// Placing by hand asks the very rules of the proposal. Somebody's own yes goes before their own wishes, and never before who
// may answer at all.
func TestPutAsksTheSameRules(t *testing.T) {
	db, clock := storagetest.Open(t, "sqlite", nil), storagetest.NewClock()
	h := furnish(t, db, clock)
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		return shift.KeepWish(ctx, tx, h.men["ari"], shift.Wish{Most: 2, Never: []int{2}, Away: rota.Span{First: "2027-02-01", Last: "2027-02-28"}})
	})
	put := func(n int, who access.AccountID, reserve, asked bool) error {
		return h.try(func(ctx context.Context, tx *storage.Tx) error {
			return shift.Put(ctx, tx, h.Models, shift.Eligible(tx, h.Models), h.Coordinator, h.evenings[n].ID, who, reserve, asked)
		})
	}
	ari, timo := h.men["ari"].Account, h.men["timo"].Account
	for _, c := range []struct {
		name  string
		n     int
		who   access.AccountID
		asked bool
		want  string
	}{
		{"a day he cannot", 1, ari, false, "rota.rule.weekday"},
		{"away", 6, ari, false, "rota.rule.away"},
		{"training too old", 0, timo, false, "volunteer.may-old"},
		{"training too old, and asked", 0, timo, true, "volunteer.may-old"},
		{"no volunteer", 0, h.Worker.Account, true, "rota.rule.eligible"},
		{"a day he cannot, and asked", 1, ari, true, ""},
		{"beside that evening", 2, ari, false, "rota.rule.row"},
		{"good", 4, ari, false, ""},
		{"twice", 4, ari, true, "shift.full"},
	} {
		if err := put(c.n, c.who, false, c.asked); !fault.HasKey(err, c.want) && (err != nil || c.want != "") {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if got := h.places(1) + "; " + h.places(4); got != "ari; ari proposed" {
		t.Errorf("stands %s: who was asked is told at once", got)
	}
}

// Changing evenings: yes changes both, no leaves nothing, and an asking goes with either place.
func TestSwap(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.stand(0, "ari", 1)
		h.stand(3, "pekka", 1)
		h.stand(5, "timo", 1)
		ask := func(from string, n int, to string, m int) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error {
				return shift.AskSwap(ctx, tx, h.Models, h.men[from], shift.Swap{Evening: h.evenings[n].ID, Account: h.men[from].Account, For: h.evenings[m].ID, To: h.men[to].Account})
			})
		}
		answer := func(by, from string, n int, yes bool) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error {
				return shift.AnswerSwap(ctx, tx, h.Models, shift.Eligible(tx, h.Models), h.men[by], h.evenings[n].ID, h.men[from].Account, yes)
			})
		}
		if err := ask("ari", 0, "pekka", 3); err != nil {
			t.Fatal(err)
		}
		if err := answer("timo", "ari", 0, true); !fault.HasKey(err, "shift.swap-gone") {
			t.Errorf("somebody else answered: %v", err)
		}
		if err := answer("pekka", "ari", 0, false); err != nil {
			t.Fatal(err)
		}
		if err := answer("pekka", "ari", 0, true); !fault.HasKey(err, "shift.swap-gone") {
			t.Errorf("answered after no: %v", err)
		}
		if err := ask("ari", 0, "timo", 5); err != nil {
			t.Fatal(err)
		}
		if err := answer("timo", "ari", 0, true); !fault.HasKey(err, "volunteer.may-old") {
			t.Errorf("timo may not answer another's evening: %v", err)
		}
		if err := ask("ari", 0, "pekka", 3); err != nil {
			t.Fatal(err)
		}
		if err := answer("pekka", "ari", 0, true); err != nil {
			t.Fatal(err)
		}
		if got := h.places(0) + " " + h.places(3); got != "pekka ari" {
			t.Errorf("after yes: %s", got)
		}
	})
}

// Somebody who has stopped stands on no coming evening any more.
func TestSweepForgetsWhoStopped(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.stand(0, "ari", 1)
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			if err := shift.KeepWish(ctx, tx, h.men["ari"], shift.Wish{LineName: seal.Of("Ari"), Most: 2}); err != nil {
				return err
			}
			if err := account.LeaveUnit(ctx, tx, h.men["ari"].Account, h.Unit.ID); err != nil {
				return err
			}
			if err := shift.Sweep(ctx, tx); err != nil {
				return err
			}
			w, err := tx.ShiftWish(ctx, h.men["ari"].Account)
			if !w.LineName.Empty() || w.Most != 1 {
				t.Error("the wishes stay")
			}
			return err
		})
		if got := h.places(0); got != "" {
			t.Errorf("stands %s", got)
		}
	})
}
