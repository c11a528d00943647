package backup_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/retention"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// organisation is a furnished house with people in it, and what is needed to copy it away and put it back.
type organisation struct {
	storagetest.Organisation
	t       *testing.T
	driver  string
	options storage.Options
	clock   *storagetest.Clock
	db      *storage.DB
	plan    backup.Plan
	open    []age.Identity

	erased, used, renewed, kept, old intake.Made
	served                           episode.ID
	token                            string // of a signed-in stay
	passkey                          string
	keys                             map[string]string // whose key is which
	tookBack                         bool              // Noora does not want to be reached any more
}

func each(t *testing.T, run func(o *organisation)) {
	t.Helper()
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) { run(live(t, driver)) })
	}
}

// live makes a house where people have come: one who will be erased, one who will use their code, one who will get a
// new one, one who has used hers, one who never will, and an episode with a meeting.
func live(t *testing.T, driver string) *organisation {
	t.Helper()
	o := &organisation{t: t, driver: driver, options: storagetest.Options(t, driver), clock: storagetest.NewClock(), keys: map[string]string{}}
	o.options.Now, o.options.List = o.clock.Now, filepath.Join(t.TempDir(), "erased.list")
	o.db = o.start(o.options)
	o.Organisation = storagetest.Furnish(t, o.db)
	dir := t.TempDir()
	house, keys := identity(t), identity(t)
	o.open = []age.Identity{house, keys}
	o.plan = backup.Plan{Stores: o.options, Program: "test", Dir: filepath.Join(dir, "house"), KeysDir: filepath.Join(dir, "keys"),
		For: []age.Recipient{house.Recipient()}, KeysFor: []age.Recipient{keys.Recipient()}, Days: 35, KeyDays: 14}
	o.old = o.ask("Vanha")
	o.clock.Add(2 * 24 * time.Hour)
	o.erased, o.used, o.renewed, o.kept = o.ask("Meri"), o.ask("Aino"), o.ask("Saga"), o.ask("Noora")
	o.must(o.serve)
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		_, err := intake.Enter(ctx, tx, o.kept.Code)
		return err
	})
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		o.token, o.passkey = "stay of a colleague", "credential-1"
		err := tx.PutPasskey(ctx, account.Passkey{ID: o.passkey, Account: o.Worker.Account, Credential: seal.Of("half"), Created: tx.Now()})
		if err != nil {
			return err
		}
		return tx.PutSession(ctx, account.Session{Hash: tx.Index("session", o.token), Account: o.Worker.Account, Created: tx.Now(), Seen: tx.Now(), Expires: tx.Now().Add(8 * time.Hour)})
	})
	return o
}

func identity(t *testing.T) *age.X25519Identity {
	t.Helper()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// start opens a database that the test closes itself or leaves to its end.
func (o *organisation) start(options storage.Options) *storage.DB {
	o.t.Helper()
	db, err := storage.Open(o.t.Context(), options)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { db.Close() })
	return db
}

func (o *organisation) must(do func(ctx context.Context, tx *storage.Tx) error) {
	o.t.Helper()
	storagetest.Update(o.t, o.db, do)
}

func (o *organisation) ask(name string) (made intake.Made) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, o.Models, o.Worker, intake.New{Offer: o.Adults.ID, Channel: intake.Telephone, Name: name, Age: -1,
			Contact: person.SafeContact{Channel: person.SMS, Address: seal.Of("0405550200"), HourFrom: 9, HourTo: 12}})
		if err == nil {
			var p person.Person
			p, err = tx.Person(ctx, made.Request.Person)
			o.keys[name] = p.Key
		}
		return err
	})
	return made
}

// serve gives somebody an episode with a meeting.
func (o *organisation) serve(ctx context.Context, tx *storage.Tx) error {
	made, err := intake.Make(ctx, tx, o.Models, o.Worker, intake.New{Offer: o.Adults.ID, Channel: intake.Telephone, Name: "Salla", Age: -1})
	if err != nil {
		return err
	}
	at := appointment.Free{Worker: o.Worker.Account, At: calendar.Local{Day: "2027-01-20", Clock: "12:00", Zone: o.Unit.Zone}, Minutes: 60, PlaceKind: "agreed"}
	a, err := appointment.Book(ctx, tx, o.Models, o.Worker, appointment.Target{Request: made.Request.ID}, at, "kirjaston aula")
	o.served = a.Episode
	return err
}

func (o *organisation) backUp() backup.Made {
	o.t.Helper()
	made, err := backup.Make(o.t.Context(), o.plan, o.clock.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	return made
}

// end ends what is to stay ended: a person, a code, another's code that came into use, an account, a role, a stay.
func (o *organisation) end() {
	o.t.Helper()
	o.tookBack = true
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		if err := intake.End(ctx, tx, o.Models, o.Worker, o.erased.Request.ID, "gone"); err != nil {
			return err
		}
		if _, err := intake.Enter(ctx, tx, o.used.Code); err != nil {
			return err
		}
		// Noora takes back the number she had called safe.
		if err := tx.PutSafeContact(ctx, person.SafeContact{Person: o.kept.Request.Person, Channel: person.None, Asked: tx.Now()}); err != nil {
			return err
		}
		_, err := intake.NewCodeFor(ctx, tx, o.Worker, intake.Holder{Request: o.renewed.Request.ID})
		return err
	})
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		operator := access.Actor{Account: "operator", Roles: []access.Membership{{Unit: o.Unit.ID, Role: access.Operator}}}
		if err := account.Close(ctx, tx, operator, o.Colleague.Account); err != nil {
			return err
		}
		if err := tx.PutMemberships(ctx, o.Worker.Account, []access.Membership{{Unit: o.Unit.ID, Role: access.Editor}}); err != nil {
			return err
		}
		if err := tx.DeletePasskey(ctx, o.Worker.Account, o.passkey); err != nil {
			return err
		}
		return tx.DeleteSession(ctx, tx.Index("session", o.token))
	})
	o.jobs(o.db)
}

func (o *organisation) jobs(db *storage.DB) {
	o.t.Helper()
	r := runner.New(db, slog.New(slog.DiscardHandler))
	r.Handle("notify-desk", func(context.Context, *storage.DB, job.Job) error { return nil })
	if err := r.RunDue(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// elsewhere is an empty place with the same master key.
func (o *organisation) elsewhere() storage.Options {
	o.t.Helper()
	at := storagetest.Options(o.t, o.driver)
	at.Keyring, at.Now, at.List = o.options.Keyring, o.clock.Now, filepath.Join(o.t.TempDir(), "erased.list")
	return at
}

func (o *organisation) from(made backup.Made, to storage.Options) backup.From {
	return backup.From{Stores: to, House: made.House, KeysFile: made.Keys, List: o.options.List, Identities: o.open,
		Sweep: func(ctx context.Context, db *storage.DB) error {
			return db.Update(ctx, func(tx *storage.Tx) error {
				_, err := retention.Sweep(ctx, tx, o.Models)
				return err
			})
		}}
}

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
		if a := r.Again; a.Persons != 1 || a.Codes != 1 || a.Used != 2 || a.Contacts != 1 || a.Accounts != 1 || a.Keys != 1 || a.Passkeys != 1 || a.Roles != 1 || a.Stays != 2 {
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

// Verify tells what is whole, and what is not.
func TestVerify(t *testing.T) {
	each(t, func(o *organisation) {
		t, ctx := o.t, o.t.Context()
		made := o.backUp()
		v, err := backup.Verify(ctx, made.House, made.Keys, o.open, o.options.Keyring)
		if err != nil || v.Rows != made.Rows || v.Keys == 0 || v.Sealed.Open < 14 || v.Sealed.Gone != 0 {
			t.Fatalf("got %+v, %v", v, err)
		}
		other, _ := seal.NewKeyring(seal.NewMaster())
		whole, err := os.ReadFile(made.House)
		if err != nil {
			t.Fatal(err)
		}
		cut := o.write("cut.age", whole[:len(whole)-70])
		changed := bytes.Clone(whole)
		changed[len(changed)/2] ^= 1
		for what, err := range map[string]error{
			"another master key":  second(backup.Verify(ctx, made.House, made.Keys, o.open, other)),
			"no identity":         second(backup.Verify(ctx, made.House, made.Keys, o.open[:1], o.options.Keyring)),
			"a cut file":          second(backup.Verify(ctx, cut, made.Keys, o.open, o.options.Keyring)),
			"a changed byte":      second(backup.Verify(ctx, o.write("changed.age", changed), made.Keys, o.open, o.options.Keyring)),
			"the other's file":    second(backup.Verify(ctx, made.Keys, made.Keys, o.open, o.options.Keyring)),
			"a file that is none": second(backup.Verify(ctx, o.write("none.age", []byte("hello")), made.Keys, o.open, o.options.Keyring)),
		} {
			if err == nil {
				t.Errorf("%s: verified", what)
			}
		}
	})
}

func second(_ backup.Verified, err error) error { return err }

func (o *organisation) write(name string, text []byte) string {
	o.t.Helper()
	path := filepath.Join(o.t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// Files are their owner's alone, hold nothing in the clear, and the two cannot be opened with one key.
func TestFilesTellNothing(t *testing.T) {
	o := live(t, "sqlite")
	made := o.backUp()
	for name, other := range map[string]age.Identity{made.House: o.open[1], made.Keys: o.open[0]} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Meri", "0405550200", string(o.erased.Request.ID), o.keys["Meri"], "person"} {
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%s holds %q", name, word)
			}
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := age.Decrypt(f, other); err == nil {
			t.Errorf("%s opens with the other's key", name)
		}
	}
	list, err := os.ReadFile(o.options.List)
	if err != nil || bytes.Contains(list, []byte(o.keys["Meri"])) {
		t.Errorf("the list: %v", err)
	}
}

// Old ones go by their own days, and what was left half done goes too.
func TestPrune(t *testing.T) {
	o := live(t, "sqlite")
	made := o.backUp()
	half := filepath.Join(o.plan.Dir, "."+filepath.Base(made.House)+".part")
	strange := filepath.Join(o.plan.Dir, "notes.txt")
	for _, name := range []string{half, strange} {
		if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		after time.Duration
		gone  int
		left  []string
	}{
		{23 * time.Hour, 0, []string{made.House, made.Keys, half, strange}},
		{2 * 24 * time.Hour, 0, []string{made.House, made.Keys, strange}},
		{14 * 24 * time.Hour, 1, []string{made.House, strange}},
		{35 * 24 * time.Hour, 1, []string{strange}},
	} {
		gone, err := backup.Prune(o.plan, made.At.Add(step.after))
		if err != nil || gone != step.gone {
			t.Errorf("after %v: got %d gone, %v, want %d", step.after, gone, err, step.gone)
		}
		n := 0
		for _, name := range []string{made.House, made.Keys, half, strange} {
			if _, err := os.Stat(name); err == nil {
				n++
			}
		}
		if n != len(step.left) {
			t.Errorf("after %v: %d files are left, want %v", step.after, n, step.left)
		}
	}
}

// A copy of one database opens on the other: the lines are the same.
func TestCopiesAreAlike(t *testing.T) {
	o := live(t, "sqlite")
	made := o.backUp()
	drivers := storagetest.Drivers(t)
	o.driver = drivers[len(drivers)-1]
	to := o.elsewhere()
	if _, err := backup.Restore(t.Context(), o.from(made, to)); err != nil {
		t.Fatal(err)
	}
	o.db = o.start(to)
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		_, err := intake.Enter(ctx, tx, o.used.Code)
		return err
	})
	o.there()
}
