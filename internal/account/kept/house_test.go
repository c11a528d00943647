package kept_test

import (
	"context"
	"testing"

	"github.com/pquerna/otp/totp"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

const goodPassword = "villasukka kuivuu narulla"

// house is a database with two units and the helpers that a case reads well by.
type house struct {
	*testing.T
	db    *storage.DB
	clock *storagetest.Clock
	a, b  access.UnitID
}

func each(t *testing.T, run func(h *house)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := &house{T: t, db: db, clock: clock, a: access.UnitID(id.New()), b: access.UnitID(id.New())}
		h.update(func(tx *storage.Tx) error {
			for i, u := range []access.UnitID{h.a, h.b} {
				err := tx.PutUnit(t.Context(), organization.Unit{ID: u, Slug: []string{"a", "b"}[i], Zone: "Europe/Helsinki",
					Name: organization.Names{locale.Finnish: "A", locale.Swedish: "A", locale.English: "A"}})
				if err != nil {
					return err
				}
			}
			return nil
		})
		run(h)
	})
}

func (h *house) update(f func(tx *storage.Tx) error) {
	h.Helper()
	if err := h.db.Update(h.Context(), f); err != nil {
		h.Fatal(err)
	}
}

// try gives back what the action refused with.
func (h *house) try(f func(ctx context.Context, tx *storage.Tx) error) error {
	return h.db.Update(h.Context(), func(tx *storage.Tx) error { return f(h.Context(), tx) })
}

// staff makes an account with one role, signed in by a link, as its actor.
func (h *house) staff(email string, roles ...access.Membership) access.Actor {
	h.Helper()
	_, who, _ := h.invited(email, roles...)
	return h.actor(h.demoSession(who))
}

func (h *house) invited(email string, roles ...access.Membership) (link string, who access.AccountID, a account.Account) {
	h.Helper()
	h.update(func(tx *storage.Tx) (err error) {
		a, link, err = account.InviteFor(h.Context(), tx, access.System(), "Aino Esimerkki", email, locale.Finnish, roles)
		return err
	})
	return link, a.ID, a
}

func (h *house) demoSession(who access.AccountID) (token string) {
	h.Helper()
	h.update(func(tx *storage.Tx) error {
		link, err := account.LinkFor(h.Context(), tx, access.System(), who, account.Demo)
		if err != nil {
			return err
		}
		signed, err := account.UseLink(h.Context(), tx, link, "", "")
		token = signed.Token
		return err
	})
	return token
}

func (h *house) actor(token string) access.Actor {
	h.Helper()
	by, err := h.actorErr(token)
	if err != nil {
		h.Fatal(err)
	}
	return by
}

func (h *house) actorErr(token string) (by access.Actor, err error) {
	err = h.db.View(h.Context(), func(tx *storage.Tx) (err error) {
		by, _, err = account.Actor(h.Context(), tx, token)
		return err
	})
	return by, err
}

// member is an account that signs in with a password and codes from the secret.
type member struct {
	id     access.AccountID
	email  string
	secret string
}

// member goes the whole way from the invitation to a password with codes.
func (h *house) member(email string, roles ...access.Membership) (member, string) {
	h.Helper()
	link, who, _ := h.invited(email, roles...)
	return h.accept(link, who, email)
}

// accept begins to use an account by its link.
func (h *house) accept(link string, who access.AccountID, email string) (member, string) {
	h.Helper()
	token := h.use(link)
	by := h.actor(token)
	m := member{id: who, email: email}
	var a account.Account
	h.update(func(tx *storage.Tx) error {
		secret, err := account.Offered(h.Context(), tx, by, token)
		if err != nil {
			return err
		}
		m.secret = secret.Text
		a, err = tx.Account(h.Context(), who)
		return err
	})
	w, err := account.Want(h.Context(), a, "", goodPassword, goodPassword, nil)
	if err != nil {
		h.Fatal(err)
	}
	h.update(func(tx *storage.Tx) error {
		signed, err := account.KeepPassword(h.Context(), tx, by, token, w, h.code(m))
		if err == nil && signed.Refusal != nil {
			err = signed.Refusal
		}
		token = signed.Token
		return err
	})
	return m, token
}

func (h *house) use(link string) string {
	h.Helper()
	var signed account.Signed
	h.update(func(tx *storage.Tx) (err error) {
		signed, err = account.UseLink(h.Context(), tx, link, "", "")
		return err
	})
	return signed.Token
}

func (h *house) code(m member) string {
	h.Helper()
	code, err := totp.GenerateCode(m.secret, h.clock.Now())
	if err != nil {
		h.Fatal(err)
	}
	return code
}

func (h *house) signIn(email, password, code string) account.Signed {
	h.Helper()
	var p *account.Proof
	var signed account.Signed
	h.update(func(tx *storage.Tx) (err error) { p, err = account.Prove(h.Context(), tx, email); return err })
	if err := p.Check(h.Context(), password); err != nil {
		h.Fatal(err)
	}
	h.update(func(tx *storage.Tx) (err error) {
		signed, err = account.SignIn(h.Context(), tx, p, code, "")
		return err
	})
	return signed
}

func worker(u access.UnitID) access.Membership {
	return access.Membership{Unit: u, Role: access.Worker}
}
func coordinator(u access.UnitID) access.Membership {
	return access.Membership{Unit: u, Role: access.Coordinator}
}
func operator(u access.UnitID) access.Membership {
	return access.Membership{Unit: u, Role: access.Operator}
}
