package backup_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// keepRelease names a folder under testdata for a backup of this very program to be kept in (CONTRIBUTING.md).
var keepRelease = flag.String("keep-release", "", "keep a backup of this program under testdata, for later ones to restore")

// release is what its folder's release.json tells of a kept backup: who is in it, and what has ended after it. All of
// them are invented.
type release struct {
	Schema    int64              // of the backup
	Now       time.Time          // when it is restored
	People    map[string]someone // Meri is erased, Aino comes back, Saga gets another code, Noora takes her number back, Vanha never comes
	Keys      map[string]string  // whose key is which
	Served    episode.ID         // with a meeting
	Worker    access.AccountID   // whose role and passkey went
	Colleague access.AccountID   // whose account was closed
	Token     string             // of the worker's stay
	Passkey   string             //
	Tied      [][2]person.ID     // since the backup
	Walls     backup.Walls       //
	Again     map[string]int     // what is to be ended again
}

type someone struct {
	Request intake.RequestID
	Person  person.ID
	Code    intake.Code
}

// The files of a kept release.
const (
	toldIn   = "release.json"
	houseIn  = "house.age"
	keysIn   = "keys.age"
	listIn   = "erased.list"
	masterIn = "master.key"
)

var identitiesIn = []string{"house.identity", "keys.identity"}

// Every release that is kept here is restored by this program on both databases: its schema is brought forward, and what
// has ended since is ended again while nobody can sign in.
func TestRestoreReleases(t *testing.T) {
	if *keepRelease != "" {
		keep(t, filepath.Join("testdata", *keepRelease))
	}
	kept, err := filepath.Glob(filepath.Join("testdata", "*", toldIn))
	if err != nil || len(kept) == 0 {
		t.Fatalf("no release is kept: %v", err)
	}
	for _, told := range kept {
		for _, driver := range storagetest.Drivers(t) {
			t.Run(filepath.Base(filepath.Dir(told))+"/"+driver, func(t *testing.T) { restoreRelease(t, filepath.Dir(told), driver) })
		}
	}
}

func restoreRelease(t *testing.T, dir, driver string) {
	var r release
	if err := json.Unmarshal(bytesOf(t, dir, toldIn), &r); err != nil {
		t.Fatal(err)
	}
	o := r.organisation(t, dir, driver)
	made := backup.Made{House: filepath.Join(dir, houseIn), Keys: filepath.Join(dir, keysIn)}
	v, err := backup.Verify(t.Context(), made.House, made.Keys, o.open, o.options.Keyring)
	if err != nil || v.Schema != r.Schema || v.Sealed.Open == 0 {
		t.Fatalf("verify: %+v, %v", v, err)
	}
	from := o.from(made, o.nowhere())
	sweep, closed := from.Sweep, 0
	from.Sweep = func(ctx context.Context, db *storage.DB) error {
		if early, err := storage.Open(ctx, from.Stores); err == nil {
			t.Error("the house opens before everything has ended again")
			return early.Close()
		}
		closed++
		return sweep(ctx, db)
	}
	got, err := backup.Restore(t.Context(), from)
	if err != nil || !got.Known || got.Held || closed != 1 || got.Walls != r.Walls {
		t.Fatalf("got %+v, %v", got, err)
	}
	a := got.Again
	for name, n := range map[string]int{"persons": a.Persons, "codes": a.Codes, "used": a.Used, "contacts": a.Contacts, "accounts": a.Accounts, "passkeys": a.Passkeys, "roles": a.Roles} {
		if n != r.Again[name] {
			t.Errorf("%d %s were ended again, want %d", n, name, r.Again[name])
		}
	}
	o.db = o.start(from.Stores)
	o.restored()
	o.walled(r.Tied)

	lost := o.from(made, o.nowhere())
	lost.List = ""
	if got, err := backup.Restore(t.Context(), lost); err != nil || got.Known || !got.Held {
		t.Errorf("without the list: got %+v, %v, want a house that is held", got, err)
	}
}

func bytesOf(t *testing.T, dir, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// organisation is the kept one, with nothing yet to look into.
func (r release) organisation(t *testing.T, dir, driver string) *organisation {
	t.Helper()
	o := &organisation{t: t, driver: driver, clock: storagetest.NewClock(), keys: r.Keys, served: r.Served, token: r.Token, passkey: r.Passkey, tookBack: true}
	o.clock.Set(r.Now)
	o.Models = storagetest.Models(t)
	o.Worker, o.Colleague = access.Actor{Account: r.Worker}, access.Actor{Account: r.Colleague}
	for name, into := range map[string]*intake.Made{"Meri": &o.erased, "Aino": &o.used, "Saga": &o.renewed, "Noora": &o.kept, "Vanha": &o.old} {
		into.Request.ID, into.Request.Person, into.Code = r.People[name].Request, r.People[name].Person, r.People[name].Code
	}
	for _, name := range identitiesIn {
		all, err := age.ParseIdentities(strings.NewReader(string(bytesOf(t, dir, name))))
		if err != nil {
			t.Fatal(err)
		}
		o.open = append(o.open, all...)
	}
	master := o.write(masterIn, bytesOf(t, dir, masterIn)) // where others cannot read it
	var err error
	if o.options.Keyring, err = seal.OpenMasterFile(master); err != nil {
		t.Fatal(err)
	}
	o.options.List = o.write(listIn, bytesOf(t, dir, listIn))
	return o
}

// keep makes a house, backs it up, ends what is to stay ended, and keeps all that a restore needs.
func keep(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ring, err := seal.CreateMasterFile(filepath.Join(dir, masterIn))
	if err != nil {
		t.Fatal(err)
	}
	o := liveWith(t, "sqlite", ring)
	made := o.backUp()
	aino, noora := o.used.Request.Person, o.kept.Request.Person
	o.tie(aino, noora)
	o.end()
	o.clock.Add(15 * 24 * time.Hour) // codes run out that were not used
	v, err := backup.Verify(t.Context(), made.House, made.Keys, o.open, ring)
	if err != nil {
		t.Fatal(err)
	}
	r := release{Schema: v.Schema, Now: o.clock.Now(), Keys: o.keys, Served: o.served, Worker: o.Worker.Account, Colleague: o.Colleague.Account, Token: o.token,
		Passkey: o.passkey, Tied: [][2]person.ID{{aino, noora}}, Walls: backup.Walls{Ties: 1}, People: map[string]someone{},
		Again: map[string]int{"persons": 1, "codes": 1, "used": 2, "contacts": 1, "accounts": 1, "passkeys": 1, "roles": 1}}
	for name, m := range map[string]intake.Made{"Meri": o.erased, "Aino": o.used, "Saga": o.renewed, "Noora": o.kept, "Vanha": o.old} {
		r.People[name] = someone{m.Request.ID, m.Request.Person, m.Code}
	}
	told, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{toldIn: append(told, '\n'), houseIn: bytesOf(t, "", made.House), keysIn: bytesOf(t, "", made.Keys), listIn: bytesOf(t, "", o.options.List)}
	for i, name := range identitiesIn {
		files[name] = []byte("# made for a test: it opens invented people alone\n" + o.open[i].(*age.X25519Identity).String() + "\n")
	}
	for name, text := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), text, 0o644))
	}
	if err = errors.Join(err, os.Chmod(filepath.Join(dir, masterIn), 0o644)); err != nil {
		t.Fatal(err)
	}
}
