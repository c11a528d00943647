package kept_test

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Signing in, right and wrong, and signing out are told by day: all to the owner, what was refused to who keeps the
// account, nothing to others; and not for longer than ninety days.
func TestSignInsAreTold(t *testing.T) {
	each(t, func(h *house) {
		coord, work := h.staff("c@example.org", coordinator(h.a)), h.staff("w@example.org", worker(h.a))
		m, _ := h.member("aino@example.org", worker(h.a)) // came by the link
		h.clock.Add(time.Minute)
		for range 2 {
			h.signIn(m.email, "väärä salasana", "000000")
		}
		token := h.signIn(m.email, goodPassword, h.code(m)).Token
		owner := h.actor(token)
		h.update(func(tx *storage.Tx) error { return account.SignOut(h.Context(), tx, token) })
		h.update(func(tx *storage.Tx) error { return account.SignOut(h.Context(), tx, token) })
		read := func(f func(tx *storage.Tx) ([]account.Day, error)) (out []account.Day) {
			h.update(func(tx *storage.Tx) (err error) { out, err = f(tx); return err })
			return out
		}
		own := func(tx *storage.Tx) ([]account.Day, error) { return account.OwnDays(h.Context(), tx, owner) }
		if got := read(own); len(got) != 1 || got[0].Came != 2 || got[0].Refused != 2 || got[0].Gone != 1 {
			t.Errorf("the owner reads %+v, want came 2, refused 2, gone 1", got)
		}
		kept := read(func(tx *storage.Tx) ([]account.Day, error) { return account.RefusedDays(h.Context(), tx, coord, m.id) })
		if len(kept) != 1 || kept[0].Refused != 2 || kept[0].Came != 0 || kept[0].Gone != 0 {
			t.Errorf("the coordinator reads %+v, want the refused ones alone", kept)
		}
		err := h.db.View(h.Context(), func(tx *storage.Tx) error { _, err := account.RefusedDays(h.Context(), tx, work, m.id); return err })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker reads a colleague's: %v", err)
		}
		if err := h.db.View(h.Context(), func(tx *storage.Tx) error { _, err := account.OwnDays(h.Context(), tx, access.Anyone()); return err }); err == nil {
			t.Error("a visitor reads somebody's")
		}
		h.clock.Add(90 * 24 * time.Hour)
		h.update(func(tx *storage.Tx) error { _, err := account.Forget(h.Context(), tx); return err })
		if got := read(own); len(got) != 1 {
			t.Errorf("after ninety days: %+v", got)
		}
		h.clock.Add(24 * time.Hour)
		h.update(func(tx *storage.Tx) error { _, err := account.Forget(h.Context(), tx); return err })
		if got := read(own); len(got) != 0 {
			t.Errorf("after ninety-one days: %+v", got)
		}
	})
}
