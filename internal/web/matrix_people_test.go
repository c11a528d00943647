package web_test

import (
	"context"
	"fmt"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// The furnished house's newcomers and recoveries.

func (m *matrixHouse) furnishNewcomers(t *testing.T) {
	t.Helper()
	hireIn(t, m.House, "kutsuja", locale.Finnish, m.Unit, access.Coordinator)
	m.SignIn("kutsuja")
	m.put("newcomer", "own", nil, m.newcomer("kutsuja").values)
	m.put("newcomer", "outside", nil, m.newcomer("vera").values)
	m.put("word", "own", m.word().path, nil)
	ended := m.word()
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		return account.StopByWord(ctx, tx, ended.path["word"])
	})
	m.put("word", "ended", ended.path, nil)
}

// newcomer is somebody whom a colleague has invited, who uses the account, and whom nobody else knows yet.
func (m *matrixHouse) newcomer(inviter string) thing {
	x := thing{nil, map[string]string{}}
	m.n++
	key := fmt.Sprintf("tulija-%d", m.n)
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		by := m.Staff[inviter]
		a, _, err := account.InviteFor(ctx, tx, by, key, key+"@example.org", locale.Finnish, []access.Membership{{Unit: by.Roles[0].Unit, Role: access.Worker}})
		if err != nil {
			return err
		}
		link, err := account.LinkFor(ctx, tx, access.System(), a.ID, account.Demo)
		if err != nil {
			return err
		}
		x.values["who"], x.values["digits"] = string(a.ID), account.Number(tx, a.ID)
		_, err = account.UseLink(ctx, tx, link, "", "")
		return err
	})
	return x
}

// word is what the owner of an account has been sent when a colleague asked for its recovery.
func (m *matrixHouse) word() (x thing) {
	m.invite("noora")
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		who := m.Staff["uusi"].Account
		link, err := account.LinkFor(ctx, tx, access.System(), who, account.Demo)
		if err != nil {
			return err
		}
		if _, err := account.UseLink(ctx, tx, link, "", ""); err != nil {
			return err
		}
		if _, err := account.AskRecovery(ctx, tx, m.Staff["kutsuja"], who); err != nil {
			return err
		}
		r, err := tx.RecoveryOf(ctx, who)
		x = thing{map[string]string{"word": account.Word(tx, r.ID)}, nil}
		return err
	})
	return x
}
