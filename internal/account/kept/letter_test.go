package kept_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/storage"
)

// letters takes the letters to be written and tells whose accounts they are about.
func (h *house) letters() (out []access.AccountID) {
	h.Helper()
	for _, object := range h.jobs(account.TellOwner) {
		out = append(out, access.AccountID(object))
	}
	return out
}

// jobs takes the jobs of a kind and tells what they are about.
func (h *house) jobs(kind string) []string {
	h.Helper()
	var out []string
	h.update(func(tx *storage.Tx) error {
		out = nil
		jobs, err := tx.TakeJobs(h.Context(), []string{kind}, tx.Now().Add(time.Minute), 50)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			out = append(out, j.Object)
			if err := tx.DropJob(h.Context(), j.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// Whoever owns an account hears of every change in how one signs in to it, also of one made by somebody else.
func TestOwnerHearsOfNewWays(t *testing.T) {
	each(t, func(h *house) {
		m, _ := h.member("anna@example.org", access.Membership{Unit: h.a, Role: access.Worker})
		if got := h.letters(); len(got) != 1 || got[0] != m.id {
			t.Errorf("after the first password: %v", got)
		}
		boss := h.staff("pomo@example.org", access.Membership{Unit: h.a, Role: access.Coordinator})
		h.letters()
		other := h.staff("toinen@example.org", access.Membership{Unit: h.a, Role: access.Coordinator})
		h.letters()
		h.recover(boss, other, m.id)
		if got := h.letters(); len(got) != 1 || got[0] != m.id {
			t.Errorf("after a recovery: %v", got)
		}
		if signed := h.signIn("anna@example.org", "wrong", "000000"); signed.Refusal == nil {
			t.Error("signed in")
		}
		by := h.actor(h.demoSession(m.id))
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error { return account.Rename(ctx, tx, by, "Anna", "sv") }); err != nil || len(h.letters()) != 0 {
			t.Errorf("a name is no way of signing in: %v", err)
		}
	})
}
