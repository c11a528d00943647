package kept_test

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
)

// A proof holds for ten minutes and no second longer.
func TestFresh(t *testing.T) {
	now := time.Date(2027, 1, 12, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		way  string
		ago  time.Duration
		want bool
	}{
		{account.ByPassword, 0, true},
		{account.ByPassword, 10 * time.Minute, true},
		{account.ByPassword, 10*time.Minute + time.Second, false},
		{account.ByPasskey, 11 * time.Minute, false},
		{account.ByOrganisation, 11 * time.Minute, false},
		{account.ByLink, time.Hour, true}, // a first way of signing in takes its time
		{account.ByLink, time.Hour + time.Second, false},
	} {
		s := account.Session{Proved: now.Add(-c.ago), Created: now.Add(-c.ago), Expires: now.Add(time.Hour), Way: c.way}
		if got := account.Fresh(s, now); got != c.want {
			t.Errorf("%s %v ago: fresh %v, want %v", c.way, c.ago, got, c.want)
		}
	}
	if account.Fresh(account.Session{}, now) {
		t.Error("nobody's stay is fresh")
	}
}

// Signing in again makes the stay fresh under a new token; the old token is dead, and the absolute end stays.
func TestSignInAgain(t *testing.T) {
	each(t, func(h *house) {
		m, token := h.member("aino@example.org", worker(h.a))
		before := h.session(token)
		h.clock.Add(11 * time.Minute)
		if account.Fresh(h.session(token), h.clock.Now()) {
			t.Fatal("fresh after eleven minutes")
		}
		if got := h.signInAgain(m, token, "something quite different", h.code(m)); got.Refusal == nil || h.account(m.id).Wrong != 1 {
			t.Errorf("a wrong password: %v, %d wrong tries counted", got.Refusal, h.account(m.id).Wrong)
		}
		signed := h.signInAgain(m, token, goodPassword, h.code(m))
		if signed.Refusal != nil {
			t.Fatal(signed.Refusal)
		}
		if _, err := h.actorErr(token); !fault.Is(err, fault.SignIn) {
			t.Errorf("the former token: %v, want to sign in", err)
		}
		after := h.session(signed.Token)
		if !account.Fresh(after, h.clock.Now()) || after.ID != before.ID || !after.Expires.Equal(before.Expires) || !after.Created.Equal(before.Created) {
			t.Errorf("the stay is %+v, was %+v: want it fresh, and else the same", after, before)
		}
	})
}

// Somebody else's password, right as it is, makes nobody's stay fresh.
func TestSignInAgainByAnother(t *testing.T) {
	each(t, func(h *house) {
		_, token := h.member("aino@example.org", worker(h.a))
		other, theirs := h.member("bertta@example.org", worker(h.a))
		h.clock.Add(11 * time.Minute)
		by := h.actor(token)
		var p *account.Proof
		h.update(func(tx *storage.Tx) (err error) {
			p, err = account.ProveAgain(h.Context(), tx, h.actor(theirs))
			return err
		})
		if err := p.Check(h.Context(), goodPassword); err != nil {
			t.Fatal(err)
		}
		h.update(func(tx *storage.Tx) error {
			got, err := account.SignInAgain(h.Context(), tx, by, token, p, h.code(other))
			if got.Refusal == nil {
				t.Error("another's password was taken")
			}
			return err
		})
		if account.Fresh(h.session(token), h.clock.Now()) {
			t.Error("the stay is fresh by another's password")
		}
	})
}

func (h *house) session(token string) (s account.Session) {
	h.Helper()
	h.update(func(tx *storage.Tx) (err error) { _, _, s, err = account.Come(h.Context(), tx, token); return err })
	return s
}

func (h *house) signInAgain(m member, token, password, code string) (signed account.Signed) {
	h.Helper()
	by := h.actor(token)
	var p *account.Proof
	h.update(func(tx *storage.Tx) (err error) { p, err = account.ProveAgain(h.Context(), tx, by); return err })
	if err := p.Check(h.Context(), password); err != nil {
		h.Fatal(err)
	}
	h.update(func(tx *storage.Tx) (err error) {
		signed, err = account.SignInAgain(h.Context(), tx, by, token, p, code)
		return err
	})
	return signed
}
