package backup_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/feed"
	"rinnalla.fi/rinnalla/internal/id"
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
	feed                             string            // a worker's calendar's address
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
func live(t *testing.T, driver string) *organisation { return liveWith(t, driver, nil) }

// liveWith is live with a keyring of its own; nil is a new one.
func liveWith(t *testing.T, driver string, ring *seal.Keyring) *organisation {
	t.Helper()
	o := &organisation{t: t, driver: driver, options: storagetest.Options(t, driver), clock: storagetest.NewClock(), keys: map[string]string{}}
	if ring != nil {
		o.options.Keyring = ring
	}
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
	o.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		o.token, o.passkey = "stay of a colleague", "credential-1"
		err = tx.PutPasskey(ctx, account.Passkey{ID: o.passkey, Account: o.Worker.Account, Credential: seal.Of("half"), Created: tx.Now()})
		if err != nil {
			return err
		}
		recovery := account.Asked{ID: id.New(), Account: o.Worker.Account, AskedBy: o.Coordinator.Account, At: tx.Now(), Expires: tx.Now().Add(7 * 24 * time.Hour), Code: []byte("x")}
		if err := tx.PutRecovery(ctx, recovery); err != nil {
			return err
		}
		if o.feed, err = feed.Make(ctx, tx, o.Worker); err != nil {
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
