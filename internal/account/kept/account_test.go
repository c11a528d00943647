package kept_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
)

// From the invitation to the second sign-in; an invited account has no rights, the link works once, and only its hash
// is kept.
func TestFromInvitationToSignIn(t *testing.T) {
	each(t, func(h *house) {
		link, who, _ := h.invited("aino@example.org", worker(h.a))
		token := h.use(link)
		if by := h.actor(token); len(by.Roles) != 0 || by.Account != who {
			h.Errorf("an invited account acts as %+v, want no roles", by)
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := account.UseLink(ctx, tx, link, "", "")
			return err
		}); !fault.HasKey(err, "account.link-over") {
			h.Errorf("the link's second use: got %v, want account.link-over", err)
		}
		if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != 32 {
			h.Errorf("a token of %d bytes, want 32 random ones", len(raw))
		}
		if _, err := h.actorErr(token[1:]); !fault.Is(err, fault.SignIn) {
			h.Errorf("a wrong token: got %v, want to sign in", err)
		}

		m, _ := h.member("Bertta@example.org", worker(h.a))
		h.clock.Add(time.Minute)
		signed := h.signIn(" bertta@EXAMPLE.org", goodPassword, h.code(m))
		if signed.Refusal != nil {
			h.Fatalf("sign-in: %v", signed.Refusal)
		}
		if by := h.actor(signed.Token); !by.Is(access.Worker, h.a) || by.Account != m.id {
			h.Errorf("signed in as %+v, want the worker of a", by)
		}
	})
}

func TestCodeWorksOnce(t *testing.T) {
	each(t, func(h *house) {
		m, _ := h.member("aino@example.org", worker(h.a))
		if got := h.signIn(m.email, goodPassword, h.code(m)); got.Token != "" {
			h.Error("the code that set up the account signed in too")
		}
		h.clock.Add(time.Minute)
		code := h.code(m)
		if got := h.signIn(m.email, goodPassword, code[:3]+" "+code[3:]); got.Token == "" {
			h.Error("a right code with a space in it was refused")
		}
		if got := h.signIn(m.email, goodPassword, code); got.Token != "" {
			h.Error("the same code signed in twice")
		}
		h.clock.Add(2 * time.Minute)
		if got := h.signIn(m.email, goodPassword, code); got.Token != "" {
			h.Error("a code two minutes old signed in")
		}
	})
}

// Five wrong tries, then waiting that doubles up to a quarter of an hour; the right words are refused meanwhile, in
// the same words, and a right try clears the count.
func TestWrongTriesWait(t *testing.T) {
	each(t, func(h *house) {
		m, _ := h.member("aino@example.org", worker(h.a))
		h.clock.Add(time.Minute)
		for range 5 {
			h.signIn(m.email, "something quite different", h.code(m))
		}
		if got := h.signIn(m.email, goodPassword, h.code(m)); got.Token != "" {
			h.Fatal("the right password signed in during the wait")
		}
		for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			until := h.account(m.id).WaitUntil
			if got := until.Sub(h.clock.Now()); got != wait {
				h.Fatalf("the wait is %v, want %v", got, wait)
			}
			h.clock.Add(wait)
			h.signIn(m.email, goodPassword, "000000")
		}
		h.clock.Add(15 * time.Minute)
		if got := h.signIn(m.email, goodPassword, h.code(m)); got.Token == "" {
			h.Error("refused after the wait was over")
		}
		if a := h.account(m.id); a.Wrong != 0 || !a.WaitUntil.IsZero() {
			h.Errorf("after signing in: %d wrong, wait until %v", a.Wrong, a.WaitUntil)
		}
	})
}

// Guesses that were checked side by side are counted one by one: the sixth is refused though it is right.
func TestBurstOfGuesses(t *testing.T) {
	each(t, func(h *house) {
		m, _ := h.member("aino@example.org", worker(h.a))
		h.clock.Add(time.Minute)
		var proofs []*account.Proof
		for i := range 6 {
			h.update(func(tx *storage.Tx) error {
				p, err := account.Prove(h.Context(), tx, m.email)
				proofs = append(proofs, p)
				return err
			})
			password := "wrong wrong wrong wrong"
			if i == 5 {
				password = goodPassword
			}
			if err := proofs[i].Check(h.Context(), password); err != nil {
				h.Fatal(err)
			}
		}
		for i, p := range proofs {
			h.update(func(tx *storage.Tx) error {
				got, err := account.SignIn(h.Context(), tx, p, h.code(m), "")
				if got.Token != "" {
					h.Errorf("guess %d of a burst signed in", i+1)
				}
				return err
			})
		}
	})
}

func (h *house) account(who access.AccountID) (a account.Account) {
	h.Helper()
	h.update(func(tx *storage.Tx) (err error) { a, err = tx.Account(h.Context(), who); return err })
	return a
}

// Unknown address, wrong password and wrong code read the same and cost the same hashing.
func TestRefusalsAreAlike(t *testing.T) {
	each(t, func(h *house) {
		m, _ := h.member("aino@example.org", worker(h.a))
		h.clock.Add(time.Minute)
		tries := map[string][3]string{
			"unknown address": {"nobody@example.org", goodPassword, h.code(m)},
			"wrong password":  {m.email, "something quite different", h.code(m)},
			"wrong code":      {m.email, goodPassword, "12345"},
			"no address":      {"", "", ""},
			"huge password":   {m.email, strings.Repeat("a", 60_000), h.code(m)},
		}
		for what, try := range tries {
			if got := h.signIn(try[0], try[1], try[2]); got.Token != "" || got.Refusal == nil || got.Refusal.Error() != account.Refused().Error() {
				h.Errorf("%s: got %v, want the one refusal", what, got.Refusal)
			}
			h.clock.Add(time.Hour)
		}
		for what, try := range tries {
			h.likeKnown(what, try, tries["wrong password"])
		}
	})
}

// likeKnown compares until one round is alike: the machine's other work only adds, now here and now there, but a refusal
// that does not hash is quicker in every round.
func (h *house) likeKnown(what string, try, known [3]string) {
	h.Helper()
	for range 20 {
		if h.hashing(try) >= h.hashing(known)/3 {
			return
		}
	}
	h.Errorf("%s is quicker than a wrong password in twenty rounds: the difference tells who works here", what)
}

// hashing is the shortest of a few checks: the machine's other work only adds.
func (h *house) hashing(try [3]string) time.Duration {
	h.Helper()
	shortest := time.Hour
	for range 3 {
		var p *account.Proof
		h.update(func(tx *storage.Tx) (err error) { p, err = account.Prove(h.Context(), tx, try[0]); return err })
		start := time.Now()
		if err := p.Check(h.Context(), try[1]); err != nil {
			h.Fatal(err)
		}
		shortest = min(shortest, time.Since(start))
	}
	return shortest
}

// A stay ends half an hour after its last use and twelve hours after it began, whatever is done (ASVS 7.3).
func TestSessionEnds(t *testing.T) {
	each(t, func(h *house) {
		_, token := h.member("aino@example.org", worker(h.a))
		begun := h.clock.Now()
		for h.clock.Now().Sub(begun) < 12*time.Hour-20*time.Minute {
			h.clock.Add(20 * time.Minute)
			h.actor(token)
			h.touch(token)
		}
		h.clock.Set(begun.Add(12*time.Hour - time.Second))
		h.actor(token)
		h.clock.Add(time.Second)
		if _, err := h.actorErr(token); !fault.Is(err, fault.SignIn) {
			h.Errorf("after twelve hours: got %v, want to sign in", err)
		}

		_, token = h.member("bertta@example.org", worker(h.a))
		h.clock.Add(30*time.Minute - time.Second)
		h.actor(token)
		h.clock.Add(time.Second)
		if _, err := h.actorErr(token); !fault.Is(err, fault.SignIn) {
			h.Errorf("unused for half an hour: got %v, want to sign in", err)
		}
	})
}

func (h *house) touch(token string) {
	h.Helper()
	h.update(func(tx *storage.Tx) error { return account.Touch(h.Context(), tx, token) })
}

// Being seen is noted once a minute, so that reading pages does not write.
func TestStale(t *testing.T) {
	each(t, func(h *house) {
		_, token := h.member("aino@example.org", worker(h.a))
		for _, c := range []struct {
			add  time.Duration
			want bool
		}{{59 * time.Second, false}, {time.Second, true}} {
			h.clock.Add(c.add)
			h.update(func(tx *storage.Tx) error {
				_, _, stay, err := account.Come(h.Context(), tx, token)
				if got := stay.Stale(tx.Now()); got != c.want {
					h.Errorf("stale after another %v: %v, want %v", c.add, got, c.want)
				}
				return err
			})
		}
	})
}

// A demo's stay outlives a clock that is turned by months: its link is made by the program alone.
func TestDemoStays(t *testing.T) {
	each(t, func(h *house) {
		_, who, _ := h.invited("aino@example.org", worker(h.a))
		token := h.demoSession(who)
		h.clock.Add(200 * 24 * time.Hour)
		if by := h.actor(token); !by.Is(access.Worker, h.a) {
			h.Errorf("after half a year of demo: %+v, want the worker", by)
		}
		coord := h.staff("coord@example.org", coordinator(h.a))
		err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := account.LinkFor(ctx, tx, coord, who, account.Demo)
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			h.Errorf("a coordinator made a demo link: %v", err)
		}
	})
}

func TestSigningOut(t *testing.T) {
	each(t, func(h *house) {
		m, one := h.member("aino@example.org", worker(h.a))
		h.clock.Add(time.Minute)
		two := h.signIn(m.email, goodPassword, h.code(m)).Token
		h.update(func(tx *storage.Tx) error { return account.SignOut(h.Context(), tx, one) })
		h.update(func(tx *storage.Tx) error { return account.SignOut(h.Context(), tx, one) })
		if _, err := h.actorErr(one); !fault.Is(err, fault.SignIn) {
			h.Errorf("the stay that was left: %v", err)
		}
		by := h.actor(two)
		h.update(func(tx *storage.Tx) error { return account.SignOutEverywhere(h.Context(), tx, by) })
		if _, err := h.actorErr(two); !fault.Is(err, fault.SignIn) {
			h.Errorf("after signing out everywhere: %v", err)
		}
	})
}

// An invitation stands a week, a recovery a day; a new link kills the old, and a used recovery every former way.
func TestLinks(t *testing.T) {
	each(t, func(h *house) {
		link, who, _ := h.invited("aino@example.org", worker(h.a))
		h.clock.Add(7*24*time.Hour - time.Second)
		h.find(link, "")
		h.clock.Add(time.Second)
		h.find(link, "account.link-over")

		coord := h.staff("coord@example.org", coordinator(h.a))
		again := h.link(coord, who)
		h.find(again, "")
		h.find(h.link(coord, who), "")
		h.find(again, "account.link-over")

		other := h.staff("other@example.org", coordinator(h.a))
		m, token := h.member("bertta@example.org", worker(h.a))
		code, err := h.askRecovery(coord, m.id)
		if err != nil {
			h.Fatal(err)
		}
		recovery, err := h.agreeRecovery(other, m.id)
		if err != nil {
			h.Fatal(err)
		}
		h.clock.Add(24*time.Hour - time.Second)
		h.find(recovery, "")
		h.clock.Add(time.Second)
		h.find(recovery, "account.link-over")
		if recovery, err = h.agreeRecovery(other, m.id); err != nil {
			h.Fatal(err)
		}
		h.clock.Add(time.Minute)
		if got := h.signIn(m.email, goodPassword, h.code(m)); got.Token == "" {
			h.Error("an unused recovery link took the password away")
		}
		if signed, err := h.useWith(recovery, code); err != nil || signed.Token == "" {
			h.Fatalf("the recovery: %+v, %v", signed, err)
		}
		h.clock.Add(time.Minute)
		if got := h.signIn(m.email, goodPassword, h.code(m)); got.Token != "" {
			h.Error("the former password signs in after a recovery")
		}
		if _, err := h.actorErr(token); !fault.Is(err, fault.SignIn) {
			h.Errorf("a former stay lives after a recovery: %v", err)
		}
	})
}

func (h *house) find(link, want string) {
	h.Helper()
	err := h.try(func(ctx context.Context, tx *storage.Tx) error { _, err := account.FindLink(ctx, tx, link); return err })
	if (want == "" && err != nil) || (want != "" && !fault.HasKey(err, want)) {
		h.Errorf("the link: got %v, want %q", err, want)
	}
}

func (h *house) link(by access.Actor, who access.AccountID) (link string) {
	h.Helper()
	h.update(func(tx *storage.Tx) (err error) {
		link, err = account.LinkFor(h.Context(), tx, by, who, account.Invite)
		return err
	})
	return link
}
