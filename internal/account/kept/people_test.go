package kept_test

import (
	"context"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Who may invite whom. Nobody gives what they could not hold the keys of; a worker gives nothing.
func TestWhoInvites(t *testing.T) {
	each(t, func(h *house) {
		coord, op, work := h.staff("c@example.org", coordinator(h.a)), h.staff("o@example.org", operator(h.a)), h.staff("w@example.org", worker(h.a))
		for i, c := range []struct {
			what string
			by   access.Actor
			ms   []access.Membership
			want fault.Kind
			ok   bool
		}{
			{"a coordinator, own unit", coord, []access.Membership{worker(h.a), coordinator(h.a)}, 0, true},
			{"a coordinator, another unit", coord, []access.Membership{worker(h.b)}, fault.NotFound, false},
			{"a coordinator, both", coord, []access.Membership{worker(h.a), worker(h.b)}, fault.NotFound, false},
			{"a coordinator makes an operator", coord, []access.Membership{operator(h.a)}, fault.NotFound, false},
			{"an operator, anywhere", op, []access.Membership{worker(h.b), operator(h.b)}, 0, true},
			{"an operator, an unknown role", op, []access.Membership{{Unit: h.b, Role: "chief"}}, fault.NotFound, false},
			{"a worker", work, []access.Membership{worker(h.a)}, fault.NotFound, false},
			{"a visitor", access.Anyone(), []access.Membership{worker(h.a)}, fault.NotFound, false},
			{"nothing to do", coord, nil, fault.Invalid, false},
		} {
			err := h.try(func(ctx context.Context, tx *storage.Tx) error {
				_, _, err := account.InviteFor(ctx, tx, c.by, "Uusi", "new"+string(rune('a'+i))+"@example.org", locale.Finnish, c.ms)
				return err
			})
			if (err == nil) != c.ok || (err != nil && !fault.Is(err, c.want)) {
				h.Errorf("%s: got %v, want ok=%v kind %v", c.what, err, c.ok, c.want)
			}
		}
		err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			_, _, err := account.InviteFor(ctx, tx, coord, "", "not an address", "xx", []access.Membership{worker(h.a)})
			return err
		})
		if got := len(fault.Of(err).Fields); got != 3 {
			h.Errorf("an empty form has %d mistakes, want 3: %v", got, err)
		}
		err = h.try(func(ctx context.Context, tx *storage.Tx) error {
			_, _, err := account.InviteFor(ctx, tx, coord, "Toinen", "W@EXAMPLE.org", locale.Finnish, []access.Membership{worker(h.a)})
			return err
		})
		if !fault.HasKey(err, "account.email-taken") {
			h.Errorf("the same address twice: got %v, want account.email-taken", err)
		}
	})
}

// Rights change at once and nobody lifts the own ones.
func TestRoles(t *testing.T) {
	each(t, func(h *house) {
		_, who, _ := h.invited("w@example.org", worker(h.a))
		token := h.demoSession(who)
		coord, other := h.staff("c@example.org", coordinator(h.a)), h.staff("d@example.org", coordinator(h.b))
		op := h.staff("o@example.org", operator(h.a), worker(h.a))
		set := func(by access.Actor, who access.AccountID, unit access.UnitID, roles ...access.Role) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error {
				return account.SetRoles(ctx, tx, by, who, unit, roles)
			})
		}
		if err := set(coord, who, h.a, access.Worker, access.Editor); err != nil {
			h.Fatal(err)
		}
		if by := h.actor(token); !by.Is(access.Editor, h.a) {
			h.Error("the new right does not hold at the next look")
		}
		for what, c := range map[string]struct {
			err error
			key string
		}{
			"by a coordinator elsewhere":      {set(other, who, h.b, access.Worker), "not-found"},
			"in another unit":                 {set(coord, who, h.b, access.Worker), "not-found"},
			"by a worker":                     {set(h.actor(token), who, h.a, access.Coordinator), "not-found"},
			"operator by a coordinator":       {set(coord, who, h.a, access.Operator), "form.choice"},
			"own, more":                       {set(coord, coord.Account, h.a, access.Coordinator, access.Worker), "account.own-rights"},
			"own as operator, more":           {set(op, op.Account, h.b, access.Worker), "account.own-rights"},
			"the last coordinator steps down": {set(coord, coord.Account, h.a), "account.no-roles"},
			"nothing left":                    {set(coord, who, h.a), "account.no-roles"},
		} {
			if !fault.HasKey(c.err, c.key) {
				h.Errorf("%s: got %v, want %s", what, c.err, c.key)
			}
		}
		if err := set(coord, op.Account, h.a, access.Editor); err != nil {
			h.Fatal(err)
		}
		if by := h.reload(op); !by.Is(access.Operator, h.a) || by.Is(access.Worker, h.a) {
			h.Errorf("a coordinator changed an operator to %+v, want operator and editor", by.Roles)
		}
	})
}

func (h *house) reload(a access.Actor) access.Actor { return h.actor(h.demoSession(a.Account)) }

func TestLastCoordinator(t *testing.T) {
	each(t, func(h *house) {
		coord := h.staff("c@example.org", coordinator(h.a), worker(h.a))
		drop := func(by access.Actor) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error {
				return account.SetRoles(ctx, tx, by, coord.Account, h.a, []access.Role{access.Worker})
			})
		}
		if err := drop(coord); !fault.HasKey(err, "account.last-coordinator") {
			h.Errorf("the only coordinator stepped down: got %v", err)
		}
		h.staff("d@example.org", coordinator(h.a))
		if err := drop(coord); err != nil {
			h.Errorf("with another there: %v", err)
		}
	})
}

// A coordinator lists the own unit alone, with the roles there; what belongs elsewhere is not told.
func TestColleagues(t *testing.T) {
	each(t, func(h *house) {
		_, both, _ := h.invited("both@example.org", worker(h.a), coordinator(h.b))
		_, elsewhere, _ := h.invited("b@example.org", worker(h.b))
		coord, op := h.staff("c@example.org", coordinator(h.a)), h.staff("o@example.org", operator(h.b))
		list := func(by access.Actor) (out []account.Colleague) {
			h.update(func(tx *storage.Tx) (err error) { out, err = account.Colleagues(h.Context(), tx, by); return err })
			return out
		}
		got := list(coord)
		if len(got) != 2 {
			h.Fatalf("a coordinator sees %d, want the two of the own unit", len(got))
		}
		for _, c := range got {
			for _, m := range c.Roles {
				if m.Unit != h.a {
					h.Errorf("a coordinator of a reads the role %v", m)
				}
			}
		}
		if got := list(op); len(got) != 4 {
			h.Errorf("an operator sees %d, want 4", len(got))
		}
		if got := list(access.Actor{Account: "x", Roles: []access.Membership{worker(h.a)}}); len(got) != 0 {
			h.Errorf("a worker sees %d, want none", len(got))
		}
		for who, want := range map[access.AccountID]bool{elsewhere: false, both: true} {
			err := h.try(func(ctx context.Context, tx *storage.Tx) error {
				_, _, err := account.One(ctx, tx, coord, who)
				return err
			})
			if (err == nil) != want {
				h.Errorf("one colleague: got %v, want seen=%v", err, want)
			}
		}
		// A link or a closing reaches the whole account, so it is not for who coordinates a part of it: otherwise the
		// coordinator of a could sign in as the coordinator of b.
		for what, f := range map[string]func(ctx context.Context, tx *storage.Tx) error{
			"link": func(ctx context.Context, tx *storage.Tx) error {
				_, err := account.LinkFor(ctx, tx, coord, both, account.Invite)
				return err
			},
			"recovery": func(ctx context.Context, tx *storage.Tx) error {
				_, err := account.AskRecovery(ctx, tx, coord, both)
				return err
			},
			"close": func(ctx context.Context, tx *storage.Tx) error { return account.Close(ctx, tx, coord, both) },
		} {
			if err := h.try(f); !fault.HasKey(err, "account.other-units") {
				h.Errorf("%s over units: got %v, want account.other-units", what, err)
			}
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := account.AskRecovery(ctx, tx, coord, op.Account)
			return err
		}); !fault.Is(err, fault.NotFound) {
			h.Errorf("a link for an operator by a coordinator: %v", err)
		}
	})
}

// Closing ends everything in one instant and frees the address.
func TestClose(t *testing.T) {
	each(t, func(h *house) {
		coord := h.staff("c@example.org", coordinator(h.a))
		m, token := h.member("w@example.org", worker(h.a))
		closeIt := func(by access.Actor, who access.AccountID) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error { return account.Close(ctx, tx, by, who) })
		}
		if err := closeIt(coord, coord.Account); !fault.HasKey(err, "account.own-close") {
			h.Errorf("closing the own account: %v", err)
		}
		other := h.staff("d@example.org", coordinator(h.a))
		if _, err := h.askRecovery(coord, m.id); err != nil {
			h.Fatal(err)
		}
		link, err := h.agreeRecovery(other, m.id)
		if err != nil {
			h.Fatal(err)
		}
		if err := closeIt(coord, m.id); err != nil {
			h.Fatal(err)
		}
		if _, err := h.actorErr(token); !fault.Is(err, fault.SignIn) {
			h.Errorf("the closed account's stay: %v", err)
		}
		h.find(link, "account.link-over")
		a := h.account(m.id)
		if a.State != account.Closed || a.Password != "" || !a.TOTP.Empty() || a.Name.Reveal() != "Aino Esimerkki" {
			h.Errorf("a closed account keeps %+v", a)
		}
		if err := closeIt(coord, m.id); !fault.Is(err, fault.NotFound) {
			h.Errorf("closing twice: %v", err)
		}
		h.invited("w@example.org", worker(h.a))
	})
}
