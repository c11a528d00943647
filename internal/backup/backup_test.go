package backup_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

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
