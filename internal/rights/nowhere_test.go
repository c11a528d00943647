package rights_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// gone is a house from which an adult erases themselves by the code and two people erase a child.
type gone struct {
	*family
	options storage.Options
	plan    backup.Plan
	one     *age.X25519Identity
	adult   intake.Made
	traces  map[string][]byte // what is looked for
	words   []string          // what was never to be in the clear
}

// Whoever is erased, by the code alone or by two people, is afterwards in no row, no file and no new backup; what an old
// backup has sealed of them does not open by the keys that are left, and where it is restored, keys and all, with the
// list, they are in no row either.
func TestErasedAreNowhere(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			g := begun(t, driver)
			in := storagetest.Look(t, g.db)
			if n := g.inRows(in, "", false); n < len(g.traces) {
				t.Fatalf("only %d of %d traces are in the rows before: this test cannot see", n, len(g.traces))
			}
			before, opened := g.backUp()
			if n := g.inText("", opened, false); n < len(g.traces) {
				t.Fatalf("only %d of %d traces are in the backup before", n, len(g.traces))
			}
			g.erase()
			g.inRows(in, "afterwards", true)
			after, opened := g.backUp()
			g.inText("a new backup", opened, true)
			g.oldBackup(before, after)
			g.files()
		})
	}
}

func begun(t *testing.T, driver string) *gone {
	t.Helper()
	clock := storagetest.NewClock()
	o := storagetest.Options(t, driver)
	o.Now, o.List = clock.Now, filepath.Join(t.TempDir(), "erased.list")
	db := storagetest.OpenWith(t, o)
	g := &gone{family: &family{Organisation: storagetest.Furnish(t, db), t: t, db: db, clock: clock}, options: o, traces: map[string][]byte{},
		words: []string{"0405550100", "koulun aula", "Meritähti Testinen", "0405559872", "tuulenpesä", "Kirjaston kahvio"}}
	g.must(g.begin)
	var err error
	if g.one, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	whom := []age.Recipient{g.one.Recipient()}
	g.plan = backup.Plan{Stores: o, Program: "test", For: whom, KeysFor: whom, Days: 1, KeyDays: 1}
	g.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		contact := person.SafeContact{Channel: person.SMS, Address: seal.Of("0405559872"), CodeWord: seal.Of("tuulenpesä"), HourFrom: 9, HourTo: 12}
		if g.adult, err = intake.Make(ctx, tx, g.Models, g.Worker, intake.New{Offer: g.Adults.ID, Channel: intake.Telephone, Name: "Meritähti Testinen", Age: -1, Contact: contact}); err != nil {
			return err
		}
		a, err := appointment.Book(ctx, tx, g.Models, g.Worker, appointment.Target{Request: g.adult.Request.ID}, g.at("2027-01-15"), "Kirjaston kahvio")
		if err != nil {
			return err
		}
		e, err := tx.Episode(ctx, a.Episode)
		for name, of := range map[string]episode.Episode{"adult": e, "child": g.child} {
			p, wrong := tx.Person(ctx, of.Person)
			if wrong != nil {
				return wrong
			}
			g.traces[name+"'s id"], g.traces[name+"'s key"], g.traces[name+"'s episode"] = []byte(p.ID), []byte(p.Key), []byte(of.ID)
		}
		return err
	})
	g.boxes()
	return g
}

// boxes adds what is sealed of the two, and their wrapped keys, as bytes.
func (g *gone) boxes() {
	in := storagetest.Look(g.t, g.db)
	for name, query := range map[string]string{
		"adult's sealed name":   "SELECT name FROM person WHERE id = '" + string(g.traces["adult's id"]) + "'",
		"adult's sealed number": "SELECT address FROM safe_contact WHERE person_id = '" + string(g.traces["adult's id"]) + "'",
		"child's sealed name":   "SELECT name FROM person WHERE id = '" + string(g.traces["child's id"]) + "'",
	} {
		g.traces[name] = []byte(in.Word(query))
	}
	for _, name := range []string{"adult", "child"} {
		var box []byte
		err := in.Keys.QueryRow("SELECT wrapped FROM subject_key WHERE id = '" + string(g.traces[name+"'s key"]) + "'").Scan(&box)
		if err != nil {
			g.t.Fatal(err)
		}
		g.traces[name+"'s wrapped key"] = box
	}
}

// erase has the adult erase themselves by the code, and two people the child.
func (g *gone) erase() {
	g.t.Helper()
	g.must(func(ctx context.Context, tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, g.adult.Code)
		if err != nil {
			return err
		}
		if _, err := rights.EraseByClient(ctx, tx, g.Models, stay.Holder); err != nil {
			return err
		}
		asked, err := rights.EraseByClient(ctx, tx, g.Models, g.childHolder)
		if err != nil {
			return err
		}
		if err := rights.Approve(ctx, tx, g.Coordinator, asked.ID); err != nil {
			return err
		}
		return rights.CarryOut(ctx, tx, g.Models, g.Worker, asked.ID)
	})
	g.jobs(g.db)
}

func (g *gone) jobs(db *storage.DB) {
	g.t.Helper()
	r := runner.New(db, slog.New(slog.DiscardHandler))
	r.Handle("notify-desk", func(context.Context, *storage.DB, job.Job) error { return nil })
	if err := r.RunDue(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
}

// inRows counts the traces that are in a row of either store, and tells of each when there may be none.
func (g *gone) inRows(in *storagetest.Inside, when string, none bool) int {
	g.t.Helper()
	var all strings.Builder
	for _, table := range in.Tables(in.House) {
		in.Rows(in.House, table, func(row string) { all.WriteString(row + "\n") })
	}
	for _, table := range in.Tables(in.Keys) {
		in.Rows(in.Keys, table, func(row string) { all.WriteString(row + "\n") })
	}
	return g.inText("the rows "+when, all.String(), none)
}

func (g *gone) inText(where, text string, none bool) (n int) {
	g.t.Helper()
	for name, trace := range g.traces {
		if strings.Contains(text, string(trace)) || strings.Contains(text, hex.EncodeToString(trace)) || strings.Contains(text, base64.StdEncoding.EncodeToString(trace)) {
			n++
			if none {
				g.t.Errorf("%s: there is the %s", where, name)
			}
		}
	}
	for _, word := range g.words {
		if strings.Contains(text, word) {
			g.t.Errorf("%s: %q is in the clear", where, word)
		}
	}
	return n
}

// backUp makes a backup and opens both files.
func (g *gone) backUp() (made backup.Made, opened string) {
	g.t.Helper()
	g.plan.Dir = g.t.TempDir()
	g.plan.KeysDir = g.plan.Dir
	made, err := backup.Make(g.t.Context(), g.plan, g.clock.Now())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, name := range []string{made.House, made.Keys} {
		f, err := os.ReadFile(name)
		if err != nil {
			g.t.Fatal(err)
		}
		box, err := age.Decrypt(bytes.NewReader(f), g.one)
		if err != nil {
			g.t.Fatal(err)
		}
		small, err := gzip.NewReader(box)
		if err != nil {
			g.t.Fatal(err)
		}
		text, err := io.ReadAll(small)
		if err != nil {
			g.t.Fatal(err)
		}
		opened += string(text)
	}
	return made, opened
}

// oldBackup tries a backup from before: by the keys that are left, and restored with its own keys and the list.
func (g *gone) oldBackup(before, after backup.Made) {
	t, ids := g.t, []age.Identity{g.one}
	t.Helper()
	whole, err := backup.Verify(t.Context(), before.House, before.Keys, ids, g.options.Keyring)
	if err != nil {
		t.Fatal(err)
	}
	left, err := backup.Verify(t.Context(), before.House, after.Keys, ids, g.options.Keyring)
	if err != nil || whole.Sealed.Gone != 0 || left.Sealed.Gone < 7 || left.Sealed.Open+left.Sealed.Gone != whole.Sealed.Open {
		t.Errorf("of what an old backup holds %+v opened, and by the keys that are left %+v: %v", whole.Sealed, left.Sealed, err)
	}
	to := storagetest.Options(t, g.options.Driver)
	to.Keyring, to.Now, to.List = g.options.Keyring, g.clock.Now, filepath.Join(t.TempDir(), "erased.list")
	r, err := backup.Restore(t.Context(), backup.From{Stores: to, House: before.House, KeysFile: before.Keys, List: g.options.List, Identities: ids,
		Sweep: func(context.Context, *storage.DB) error { return nil }})
	if err != nil || !r.Known || r.Again.Persons < 2 {
		t.Fatalf("restored %+v, %v", r, err)
	}
	g.inRows(storagetest.Look(t, storagetest.OpenWith(t, to)), "of the restored house", true)
}

// files wants nothing in SQLite's files, neither sealed nor by id. The keys' log is empty by itself; the house's is folded
// into its file by SQLite every now and then, and here at once.
func (g *gone) files() {
	g.t.Helper()
	if g.options.Driver != "sqlite" {
		return
	}
	var busy, pages, moved int
	if err := storagetest.Look(g.t, g.db).House.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil || busy != 0 {
		g.t.Fatal(busy, err)
	}
	for _, path := range []string{g.options.Path, g.options.Path + "-wal", g.options.KeysPath, g.options.KeysPath + "-wal"} {
		text, err := os.ReadFile(path)
		if err != nil {
			g.t.Fatal(err)
		}
		g.inText("the file "+filepath.Base(path), string(text), true)
	}
}
