package app

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Once a week the house looks whether the audit still holds, and complains when somebody has written past it.
func TestAuditIsCheckedByItself(t *testing.T) {
	dir := t.TempDir()
	s := Settings{Data: dir}
	s.complete()
	var log outs
	h, err := open(t.Context(), IO{&log, &log, func(string) string { return "" }}, s)
	if err != nil {
		t.Fatal(err)
	}
	defer h.db.Close()
	if err := h.firstCoordinator(t.Context(), IO{Out: &log}); err != nil {
		t.Fatal(err)
	}
	err = h.db.Update(t.Context(), func(tx *storage.Tx) error {
		all, err := tx.Colleagues(t.Context(), "")
		if err != nil {
			return err
		}
		by := access.Actor{Account: all[0].ID, Roles: all[0].Roles}
		_, _, err = account.InviteFor(t.Context(), tx, by, "Uusi Työtoveri", "uusi@example.org", locale.Finnish, all[0].Roles[:1])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	complains := func() bool {
		t.Helper()
		if err := h.checkAudit(t.Context(), h.db, job.Job{}); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(log.String(), "the audit does not hold")
	}
	if complains() {
		t.Fatalf("it complains of an audit that holds:\n%s", log.String())
	}
	forge(t, filepath.Join(dir, "rinnalla.db"))
	if !complains() {
		t.Error("nobody is told of a forged entry")
	}
}

// forge writes into the file as a thief would.
func forge(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.Exec("INSERT INTO audit (id, account_id, action, kind, object_id, seq, link, times, mark, month) " +
		"SELECT 'forged', account_id, 'seen', kind, object_id, seq + 1, x'00', times, randomblob(16), month FROM audit LIMIT 1")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("forged %d entries, %v", n, err)
	}
}
