package kept_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
)

func (h *house) askRecovery(by access.Actor, who access.AccountID) (code string, err error) {
	err = h.try(func(ctx context.Context, tx *storage.Tx) (err error) {
		code, err = account.AskRecovery(ctx, tx, by, who)
		return err
	})
	return code, err
}

func (h *house) agreeRecovery(by access.Actor, who access.AccountID) (link string, err error) {
	err = h.try(func(ctx context.Context, tx *storage.Tx) (err error) {
		link, err = account.AgreeRecovery(ctx, tx, by, who)
		return err
	})
	return link, err
}

func (h *house) useWith(link, code string) (signed account.Signed, err error) {
	err = h.try(func(ctx context.Context, tx *storage.Tx) (err error) {
		signed, err = account.UseLink(ctx, tx, link, code, "")
		return err
	})
	return signed, err
}

// recover goes the whole way of a recovery by two.
func (h *house) recover(one, two access.Actor, who access.AccountID) string {
	h.Helper()
	code, err := h.askRecovery(one, who)
	if err != nil {
		h.Fatal(err)
	}
	link, err := h.agreeRecovery(two, who)
	if err != nil {
		h.Fatal(err)
	}
	signed, err := h.useWith(link, code)
	if err != nil || signed.Refusal != nil {
		h.Fatal(err, signed.Refusal)
	}
	return signed.Token
}

func (h *house) actionsOn(who access.AccountID) (out []string) {
	h.update(func(tx *storage.Tx) error {
		all, err := tx.Audit(h.Context(), string(who))
		out = nil
		for _, e := range all {
			out = append(out, e.Action+" "+string(e.Account))
		}
		return err
	})
	return out
}

// No single person takes over another's account: the link is one's and the code is another's, and neither is the owner.
func TestRecoveryTakesTwo(t *testing.T) {
	each(t, func(h *house) {
		one, two := h.staff("c@example.org", coordinator(h.a)), h.staff("d@example.org", coordinator(h.a))
		elsewhere, work := h.staff("e@example.org", coordinator(h.b)), h.staff("f@example.org", worker(h.a))
		m, session := h.member("w@example.org", worker(h.a), coordinator(h.a))
		owner := h.actor(session)
		for what, c := range map[string]struct {
			by  access.Actor
			key string
		}{"the owner": {owner, "account.own-link"}, "another unit's coordinator": {elsewhere, "not-found"}, "a worker": {work, "not-found"}} {
			if _, err := h.askRecovery(c.by, m.id); !fault.HasKey(err, c.key) {
				t.Errorf("%s asks: %v, want %s", what, err, c.key)
			}
		}
		code, err := h.askRecovery(one, m.id)
		if err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			by  access.Actor
			key string
		}{"who asked": {one, "account.recovery-second"}, "the owner": {owner, "account.own-link"}, "another unit's coordinator": {elsewhere, "not-found"},
			"a worker": {work, "not-found"}} {
			if _, err := h.agreeRecovery(c.by, m.id); !fault.HasKey(err, c.key) {
				t.Errorf("%s agrees: %v, want %s", what, err, c.key)
			}
		}
		h.clock.Add(4 * 24 * time.Hour) // waiting makes no second person of the first
		if _, err := h.agreeRecovery(one, m.id); !fault.HasKey(err, "account.recovery-second") {
			t.Errorf("after four days alone: %v", err)
		}
		if _, err := h.askRecovery(two, m.id); !fault.HasKey(err, "account.recovery-asked") {
			t.Errorf("a second one asks: %v, want to be told that it was asked for", err)
		}
		link, err := h.agreeRecovery(two, m.id)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", "00000000", code[:4], code + "1"} {
			if signed, err := h.useWith(link, wrong); err != nil || signed.Token != "" || signed.Refusal == nil {
				t.Errorf("the link with the code %q: %+v, %v", wrong, signed, err)
			}
		}
		signed, err := h.useWith(link, code)
		if err != nil || signed.Token == "" {
			t.Fatalf("the link with its code: %+v, %v", signed, err)
		}
		h.find(link, "account.link-over")
		if by := h.actor(signed.Token); len(by.Roles) > 0 {
			t.Errorf("before a new way is chosen there are rights: %v", by.Roles)
		}
		got := map[string]bool{}
		for _, a := range h.actionsOn(m.id) {
			got[a] = true
		}
		if !got[audit.Asked+" "+string(one.Account)] || !got[audit.Approved+" "+string(two.Account)] {
			t.Errorf("the audit has %v, want who asked and who agreed", got)
		}
	})
}

// Both databases refuse what the code above would never keep.
func TestRecoverySchema(t *testing.T) {
	each(t, func(h *house) {
		one, two := h.staff("c@example.org", coordinator(h.a)), h.staff("d@example.org", coordinator(h.a))
		m, _ := h.member("w@example.org", worker(h.a))
		for what, r := range map[string]account.Asked{"asked by its owner": {AskedBy: m.id}, "agreed by its owner": {AskedBy: one.Account, AgreedBy: m.id},
			"agreed by who asked": {AskedBy: one.Account, AgreedBy: one.Account}} {
			r.ID, r.Account, r.At, r.Expires, r.Code = "11111111-1111-4111-8111-111111111111", m.id, h.clock.Now(), h.clock.Now().Add(time.Hour), []byte{1}
			if err := h.try(func(ctx context.Context, tx *storage.Tx) error { return tx.PutRecovery(ctx, r) }); err == nil {
				t.Errorf("%s: taken", what)
			}
		}
		for what, put := range map[string]func(a *account.Account){
			"invited by oneself":     func(a *account.Account) { a.InvitedBy = a.ID },
			"vouched for by oneself": func(a *account.Account) { a.InvitedBy, a.VouchedBy = one.Account, a.ID },
			"vouched for by inviter": func(a *account.Account) { a.InvitedBy, a.VouchedBy = one.Account, one.Account },
			"":                       func(a *account.Account) { a.InvitedBy, a.VouchedBy = one.Account, two.Account },
		} {
			a := h.account(m.id)
			put(&a)
			err := h.try(func(ctx context.Context, tx *storage.Tx) error { return tx.PutAccount(ctx, a, []byte("x")) })
			if (err == nil) != (what == "") {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// Where nobody could agree, it takes three days, and the owner may stop it with one word; nothing of theirs changes.
func TestRecoveryAlone(t *testing.T) {
	each(t, func(h *house) {
		one := h.staff("c@example.org", coordinator(h.a))
		m, _ := h.member("w@example.org", worker(h.a))
		ask := func() string {
			code, err := h.askRecovery(one, m.id)
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		ask()
		if got := h.jobs(account.TellRecovery); len(got) != 1 {
			t.Fatalf("%d letters to the owner, want one at once", len(got))
		}
		if _, err := h.agreeRecovery(one, m.id); !fault.HasKey(err, "account.recovery-wait") {
			t.Errorf("at once: %v", err)
		}
		h.clock.Add(account.AloneAfter - time.Second)
		code := ask() // lost the first: the days go on, and no second letter
		if _, err := h.agreeRecovery(one, m.id); !fault.HasKey(err, "account.recovery-wait") {
			t.Errorf("a second before the end: %v", err)
		}
		h.clock.Add(time.Second)
		link, err := h.agreeRecovery(one, m.id)
		if err != nil {
			t.Fatal(err)
		}
		h.stopByWord(m.id, "")
		h.find(link, "account.link-over")
		if signed, err := h.useWith(link, code); err == nil || signed.Token != "" {
			t.Error("the link opens after the owner stopped it")
		}
		h.clock.Add(time.Minute)
		if got := h.signIn(m.email, goodPassword, h.code(m)); got.Token == "" {
			t.Error("stopping a recovery took the password away")
		}
		if _, err := h.agreeRecovery(one, m.id); !fault.HasKey(err, "account.recovery-none") {
			t.Errorf("after it was stopped: %v", err)
		}
	})
}

// A stay that is open goes on when its owner stops a recovery.
func TestStoppingSignsNobodyOut(t *testing.T) {
	each(t, func(h *house) {
		one, two := h.staff("c@example.org", coordinator(h.a)), h.staff("d@example.org", coordinator(h.a))
		m, session := h.member("w@example.org", worker(h.a))
		if _, err := h.askRecovery(one, m.id); err != nil {
			t.Fatal(err)
		}
		h.stopByWord(m.id, "x")
		h.stopByWord(m.id, "")
		if by := h.actor(session); !by.Is(access.Worker, h.a) {
			t.Errorf("after stopping: %+v", by)
		}
		for _, by := range []access.Actor{h.actor(session), one, two} { // the owner signed in, who asked, another
			if _, err := h.askRecovery(one, m.id); err != nil {
				t.Fatal(err)
			}
			link, err := h.agreeRecovery(two, m.id)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.try(func(ctx context.Context, tx *storage.Tx) error { return account.StopRecovery(ctx, tx, by, m.id) }); err != nil {
				t.Fatal(err)
			}
			h.find(link, "account.link-over")
		}
		work := h.staff("f@example.org", worker(h.a))
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error { return account.StopRecovery(ctx, tx, work, m.id) }); !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker stops a colleague's: %v", err)
		}
	})
}

// Five wrong codes end a recovery, and a week does.
func TestRecoveryEnds(t *testing.T) {
	each(t, func(h *house) {
		one, two := h.staff("c@example.org", coordinator(h.a)), h.staff("d@example.org", coordinator(h.a))
		m, _ := h.member("w@example.org", worker(h.a))
		code, _ := h.askRecovery(one, m.id)
		link, err := h.agreeRecovery(two, m.id)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			h.useWith(link, "12")
		}
		if signed, _ := h.useWith(link, code); signed.Token != "" {
			t.Error("the right code opens after five wrong ones")
		}
		if _, err := h.askRecovery(one, m.id); err != nil {
			t.Fatal(err)
		}
		h.clock.Add(7 * 24 * time.Hour)
		if _, err := h.agreeRecovery(two, m.id); !fault.HasKey(err, "account.recovery-none") {
			t.Errorf("after a week: %v", err)
		}
		h.update(func(tx *storage.Tx) error { _, err := account.Forget(h.Context(), tx); return err })
		h.update(func(tx *storage.Tx) error {
			if _, err := tx.RecoveryOf(h.Context(), m.id); !fault.Is(err, fault.NotFound) {
				t.Errorf("what is over is still kept: %v", err)
			}
			return nil
		})
	})
}

// stopByWord stops the account's recovery as its owner's letter would; what is added to the word spoils it.
func (h *house) stopByWord(who access.AccountID, spoil string) {
	h.Helper()
	err := h.try(func(ctx context.Context, tx *storage.Tx) error {
		r, err := tx.RecoveryOf(ctx, who)
		if err != nil {
			return err
		}
		word := account.Word(tx, r.ID)
		if spoil != "" {
			word = spoil + word[1:]
		}
		if err := account.FindRecovery(ctx, tx, word); err != nil && spoil == "" {
			h.Errorf("the letter's address leads nowhere: %v", err)
		}
		return account.StopByWord(ctx, tx, word)
	})
	if (err == nil) != (spoil == "") {
		h.Errorf("stopping with a spoilt %q: %v", spoil, err)
	}
}
