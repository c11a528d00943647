package backup_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feed"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// The whole rehearsal: an old backup and the newest list give back everything but what has ended since (design 4.7).
func TestRestoreEndsAgainWhatHasEnded(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		made := o.backUp()
		o.end()
		if err := o.db.Close(); err != nil {
			t.Fatal(err)
		}
		o.clock.Add(15 * 24 * time.Hour) // codes run out that were not used, and one was used since the backup
		to := o.elsewhere()
		r, err := backup.Restore(t.Context(), o.from(made, to))
		if err != nil {
			t.Fatal(err)
		}
		if !r.Known || r.Held {
			t.Errorf("got known %t, held %t, want a house that is open: the list went on until the loss", r.Known, r.Held)
		}
		if a := r.Again; a.Persons != 1 || a.Codes != 1 || a.Used != 2 || a.Contacts != 1 || a.Accounts != 1 || a.Keys != 1 || a.Passkeys != 1 || a.Roles != 1 || a.Stays != 4 {
			t.Errorf("ended again: %+v", a)
		}
		o.db = o.start(to)
		o.restored()
	})
}

// restored asks the restored house what is there and what is not.
func (o *organisation) restored() {
	t := o.t
	gone := func(what string, err error) {
		t.Helper()
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want not found", what, err)
		}
	}
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Request(ctx, o.erased.Request.ID)
		gone("the erased one's request", err)
		_, err = tx.Person(ctx, o.erased.Request.Person)
		gone("the erased one", err)
		_, err = tx.Request(ctx, o.old.Request.ID)
		gone("a request whose days are over", err)
		_, err = intake.Enter(ctx, tx, o.erased.Code)
		gone("the erased one's code", err)
		_, err = intake.Enter(ctx, tx, o.renewed.Code)
		gone("the code that was replaced", err)
		_, err = tx.Session(ctx, tx.Index("session", o.token))
		gone("the session", err)
		_, err = tx.RecoveryOf(ctx, o.Worker.Account)
		gone("a recovery that was asked for then", err)
		_, err = feed.Read(ctx, tx, o.feed)
		gone("the address of a worker's calendar", err)
		_, err = tx.Passkey(ctx, o.passkey)
		gone("the passkey", err)
		a, err := tx.Account(ctx, o.Colleague.Account)
		if err != nil || a.State != account.Closed {
			t.Errorf("the closed account is %s, %v", a.State, err)
		}
		for _, who := range []access.AccountID{o.Colleague.Account, o.Worker.Account} {
			if ms, err := tx.Memberships(ctx, who); err != nil || len(ms) != 0 {
				t.Errorf("roles that were taken away are back: %v, %v", ms, err)
			}
		}
		return nil
	})
	o.there()
	for name, want := range map[string]bool{"Meri": false, "Vanha": false, "Aino": true, "Noora": true} {
		if has, err := o.db.HasKey(t.Context(), o.keys[name]); has != want || err != nil {
			t.Errorf("the key of %s is there: %t, %v, want %t", name, has, err, want)
		}
	}
}

// there asks for what must have come back, opened.
func (o *organisation) there() {
	t := o.t
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		for name, made := range map[string]intake.Made{"Aino": o.used, "Saga": o.renewed, "Noora": o.kept} {
			r, err := tx.Request(ctx, made.Request.ID)
			if err != nil {
				if name != "Saga" { // whose new code nobody used, so its days are over
					t.Errorf("the request of %s: %v", name, err)
				}
				continue
			}
			p, err := tx.Person(ctx, r.Person)
			if err != nil || p.Name.Reveal() != name {
				t.Errorf("got a name of %d letters, %v, want %s", len(p.Name.Reveal()), err, name)
			}
			c, err := tx.SafeContact(ctx, r.Person)
			if want := map[bool]string{false: "0405550200"}[name == "Noora" && o.tookBack]; err != nil || c.Address.Reveal() != want {
				t.Errorf("the contact of %s: %v", name, err)
			}
		}
		e, err := tx.Episode(ctx, o.served)
		if err != nil || e.Worker != o.Worker.Account {
			t.Errorf("the episode: %v", err)
		}
		as, err := tx.Appointments(ctx, o.served)
		if err != nil || len(as) != 1 {
			t.Errorf("got %d meetings, %v, want one", len(as), err)
		}
		if _, err := intake.Enter(ctx, tx, o.used.Code); err != nil {
			t.Errorf("the code in use: %v", err)
		}
		return nil
	})
}

// Without the list nobody may sign in until an operator has said that what ended since may be back.
func TestWithoutTheListTheHouseIsHeld(t *testing.T) {
	each(t, func(o *organisation) {
		t, ctx := o.t, o.t.Context()
		made := o.backUp()
		o.end()
		to := o.elsewhere()
		from := o.from(made, to)
		from.List = ""
		r, err := backup.Restore(ctx, from)
		if err != nil || r.Known || !r.Held {
			t.Fatalf("got %+v, %v, want a held house", r, err)
		}
		if db, err := storage.Open(ctx, to); err == nil {
			db.Close()
			t.Fatal("a held house opened")
		} else if !strings.Contains(err.Error(), "--accept-gaps") {
			t.Errorf("got %q, want what to do", err)
		}
		if _, err := backup.Restore(ctx, from); err == nil || !strings.Contains(err.Error(), "never writes over") {
			t.Errorf("a second restore: got %v, want a refusal", err)
		}
		if err := backup.AcceptGaps(ctx, to); err != nil {
			t.Fatal(err)
		}
		o.db = o.start(to)
		if err := backup.AcceptGaps(ctx, to); err == nil {
			t.Error("accepted twice")
		}
	})
}

// A list of before the backup cannot tell what ended after it.
func TestAnOldListIsNotTheNewest(t *testing.T) {
	o := live(t, "sqlite")
	old := filepath.Join(t.TempDir(), "old.list")
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		return intake.End(ctx, tx, o.Models, o.Worker, o.kept.Request.ID, "gone")
	})
	text, err := os.ReadFile(o.options.List)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, text, 0o600); err != nil {
		t.Fatal(err)
	}
	from := o.from(o.backUp(), o.elsewhere())
	from.List = old
	if r, err := backup.Restore(t.Context(), from); err != nil || r.Known || !r.Held {
		t.Errorf("got %+v, %v, want a held house", r, err)
	}
}

// The house alone was lost: the keys as they are tell what has ended, and open what is left.
func TestKeysThatWereNotLost(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		made := o.backUp()
		o.end()
		if err := o.db.Close(); err != nil {
			t.Fatal(err)
		}
		to := o.elsewhere()
		to.KeysPath, to.KeysURL = o.options.KeysPath, o.options.KeysURL
		from := o.from(made, to)
		from.KeysFile, from.List = "", ""
		r, err := backup.Restore(t.Context(), from)
		if err != nil || !r.Known || r.Held || r.Again.Persons != 1 {
			t.Fatalf("got %+v, %v, want an open house with one person erased again", r, err)
		}
		o.db = o.start(to)
		o.there()
	})
}
