package kept_test

import (
	"context"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// newcomer is invited by somebody, and whoever has the link begins to use it.
func (h *house) newcomer(by access.Actor, email string, roles ...access.Membership) (member, string) {
	h.Helper()
	var link string
	var a account.Account
	h.update(func(tx *storage.Tx) (err error) {
		a, link, err = account.InviteFor(h.Context(), tx, by, "Uusi Tulija", email, locale.Finnish, roles)
		return err
	})
	return h.accept(link, a.ID, email)
}

func (h *house) vouch(by access.Actor, who access.AccountID, number string) error {
	return h.try(func(ctx context.Context, tx *storage.Tx) error {
		if number == "" {
			number = account.Number(tx, who)
		}
		return account.Vouch(ctx, tx, by, who, number)
	})
}

func (h *house) newcomersOf(by access.Actor) (n int) {
	h.update(func(tx *storage.Tx) error {
		all, err := account.Newcomers(h.Context(), tx, by)
		n = len(all)
		return err
	})
	return n
}

// Nobody makes themselves a second person: whoever invites cannot give the account its rights, and an operator who
// invites and opens the link has an account that may do nothing.
func TestNewcomersAreKnownToTwo(t *testing.T) {
	each(t, func(h *house) {
		op, coord, work := h.staff("o@example.org", operator(h.a)), h.staff("c@example.org", coordinator(h.a)), h.staff("w@example.org", worker(h.a))
		elsewhere := h.staff("e@example.org", worker(h.b), coordinator(h.b))
		for _, inviter := range []access.Actor{op, coord} {
			m, token := h.newcomer(inviter, "uusi-"+string(inviter.Account)+"@example.org", worker(h.a), coordinator(h.a))
			second := h.actor(token)
			if len(second.Roles) > 0 {
				t.Fatalf("a newcomer whom nobody knows has %v", second.Roles)
			}
			for what, by := range map[string]access.Actor{"who invited": inviter, "the newcomer": second, "another unit": elsewhere, "nobody": access.Anyone()} {
				if err := h.vouch(by, m.id, ""); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s vouches: %v", what, err)
				}
				if n := h.newcomersOf(by); n != 0 {
					t.Errorf("%s is shown %d newcomers", what, n)
				}
			}
			if n := h.newcomersOf(work); n != 1 {
				t.Errorf("a worker of the unit is shown %d, want the one", n)
			}
			if err := h.vouch(work, m.id, "000000x"); err == nil || len(fault.Of(err).Fields) != 1 {
				t.Errorf("a wrong number: %v", err)
			}
			if len(h.actor(token).Roles) > 0 {
				t.Error("a wrong number gave the rights")
			}
			if err := h.vouch(work, m.id, ""); err != nil {
				t.Fatal(err)
			}
			if by := h.actor(token); !by.Is(access.Worker, h.a) || !by.Is(access.Coordinator, h.a) {
				t.Errorf("afterwards the newcomer is %+v", by)
			}
			if got := h.actionsOn(m.id); !contains(got, audit.Vouched+" "+string(work.Account)) {
				t.Errorf("the audit has %v", got)
			}
			if err := h.vouch(op, m.id, ""); !fault.Is(err, fault.NotFound) {
				t.Errorf("twice: %v", err)
			}
		}
	})
}

// Whoever made any of a newcomer's links may have one in hand, so they do not vouch, even where the last was another's.
func TestNoMakerOfALinkVouches(t *testing.T) {
	each(t, func(h *house) {
		one, two, work := h.staff("c@example.org", coordinator(h.a)), h.staff("d@example.org", coordinator(h.a)), h.staff("w@example.org", worker(h.a))
		var a account.Account
		h.update(func(tx *storage.Tx) (err error) {
			a, _, err = account.InviteFor(h.Context(), tx, one, "Uusi Tulija", "uusi@example.org", locale.Finnish, []access.Membership{worker(h.a)})
			return err
		})
		m, _ := h.accept(h.link(two, a.ID), a.ID, "uusi@example.org")
		for _, by := range []access.Actor{one, two} {
			if err := h.vouch(by, m.id, ""); !fault.Is(err, fault.NotFound) {
				t.Errorf("one who made a link vouches: %v", err)
			}
		}
		if err := h.vouch(work, m.id, ""); err != nil {
			t.Error(err)
		}
	})
}

// An account that was made by the program and never used is not a door: a new link by one person asks for a second.
func TestNewLinkAsksForASecond(t *testing.T) {
	each(t, func(h *house) {
		coord := h.staff("c@example.org", coordinator(h.a))
		h.staff("w@example.org", worker(h.a))
		_, who, _ := h.invited("vanha@example.org", worker(h.a))
		_, token := h.accept(h.link(coord, who), who, "vanha@example.org")
		if by := h.actor(token); len(by.Roles) > 0 {
			t.Errorf("opened by who made the link: %+v", by)
		}
	})
}

// In a house where nobody else works there is nobody to ask, and where only another unit works, its coordinator is asked.
func TestWhoIsAskedWhereFewWork(t *testing.T) {
	each(t, func(h *house) {
		first := h.staff("c@example.org", coordinator(h.a), operator(h.a))
		if m, token := h.newcomer(first, "toinen@example.org", coordinator(h.b)); !h.actor(token).Is(access.Coordinator, h.b) {
			t.Errorf("the second person of a house waits: %+v", h.account(m.id))
		} else {
			second := h.actor(token)
			m, token := h.newcomer(first, "kolmas@example.org", worker(h.a))
			if len(h.actor(token).Roles) > 0 {
				t.Error("the third has rights that nobody else knows of")
			}
			if err := h.vouch(second, m.id, ""); err != nil {
				t.Errorf("another unit's coordinator, where nobody nearer is: %v", err)
			}
		}
	})
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
