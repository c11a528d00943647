package storage_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

func newKey(t *testing.T, db *storage.DB) (key string) {
	t.Helper()
	update(t, db, func(tx *storage.Tx) (err error) { key, err = tx.NewKey(); return err })
	return key
}

func wrapped(t *testing.T, db *storage.DB, key string) (box []byte) {
	t.Helper()
	if err := db.KeysDB().QueryRow("SELECT wrapped FROM subject_key WHERE id = $1", key).Scan(&box); err != nil {
		t.Fatal(err)
	}
	return box
}

// Nobody shares a key, however many ask at once; each is durable before it is used.
func TestKeysAreOnesOwn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		seen := map[string]bool{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				for range 15 {
					k := newKey(t, db)
					mu.Lock()
					if seen[k] {
						t.Errorf("key %s was given twice", k)
					}
					seen[k] = true
					mu.Unlock()
				}
			})
		}
		all.Wait()
		db.ForgetKeys()
		for k := range seen {
			if has, err := db.HasKey(t.Context(), k); err != nil || !has {
				t.Fatalf("a given key is not in its store: %v", err)
			}
		}
	})
}

// A key that an undone transaction took is given to the next.
func TestUndoneTransactionsLeaveTheirKeys(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	db.FilledKeys()
	before := db.ReadyKeys()
	undone := errors.New("undone")
	for range 10 {
		db.Update(t.Context(), func(tx *storage.Tx) error {
			if _, err := tx.NewKey(); err != nil {
				return err
			}
			return undone
		})
	}
	if now := db.ReadyKeys(); now < before {
		t.Errorf("got %d keys ahead after undone work, want %d", now, before)
	}
}

// A destroyed key's bytes are in none of the files, nor in the memory of keys (dependencies 7).
func TestDestroyedKeyLeavesTheDisk(t *testing.T) {
	o := storagetest.Options(t, "sqlite")
	db := storagetest.OpenWith(t, o)
	key, other := newKey(t, db), newKey(t, db)
	box := wrapped(t, db, key)
	if !inFiles(t, filepath.Dir(o.KeysPath), box) {
		t.Fatal("the key is not in the files before it is destroyed: this test cannot see")
	}
	if err := db.DestroyKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, filepath.Dir(o.KeysPath), box) {
		t.Error("the destroyed key is still in a file")
	}
	if has, err := db.HasKey(t.Context(), other); err != nil || !has {
		t.Errorf("another key went with it: %v", err)
	}
}

// On PostgreSQL the table's file is written anew without it.
func TestDestroyedKeyLeavesTheTable(t *testing.T) {
	db := storagetest.Open(t, "postgres", nil)
	db.FilledKeys()
	var key string // the one written last: what lies before it on its page would be written over by a plain vacuum too
	if err := db.KeysDB().QueryRow("SELECT id FROM subject_key ORDER BY ctid DESC LIMIT 1").Scan(&key); err != nil {
		t.Fatal(err)
	}
	box := wrapped(t, db, key)
	inTable := func() bool {
		t.Helper()
		if _, err := db.KeysDB().Exec("CHECKPOINT"); err != nil {
			t.Fatal(err)
		}
		var file []byte
		err := db.KeysDB().QueryRow("SELECT pg_read_binary_file(pg_relation_filepath('subject_key'))").Scan(&file)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(file, box)
	}
	if !inTable() {
		t.Fatal("the key is not in the table's file before it is destroyed: this test cannot see")
	}
	if err := db.DestroyKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if err := db.SweepKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if inTable() {
		t.Error("the destroyed key is still in the table's file")
	}
}

func inFiles(t *testing.T, dir string, what []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, what) {
			return true
		}
	}
	return false
}

// Whoever takes the files learns no sealed value, and finds no open key.
func TestFilesHoldNoSealedText(t *testing.T) {
	o := storagetest.Options(t, "sqlite")
	db := storagetest.OpenWith(t, o)
	ctx := t.Context()
	const marker = "Maija-Meikalainen-0401234567"
	update(t, db, func(tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		box, err := tx.Seal(ctx, key, "person/1/name", seal.Of(marker))
		if err != nil {
			return err
		}
		if err := tx.Exec(ctx, "INSERT INTO person (id, key_id, kind, name) VALUES ('1', $1, 'adult', $2)", key, box); err != nil {
			return err
		}
		return tx.Exec(ctx, put, "plain", "a word in the clear")
	})
	dir := filepath.Dir(o.Path)
	if !inFiles(t, dir, []byte("a word in the clear")) {
		t.Fatal("the row is in no file: this test cannot see")
	}
	for _, part := range []string{marker, "Maija", "0401234567"} {
		if inFiles(t, dir, []byte(part)) {
			t.Errorf("%q is in a file", part)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got mode %v, %v, want 0600", filepath.Base(f), info.Mode(), err)
		}
	}
}

// A box opens in its own place alone, so that rows cannot be swapped.
func TestBoxOpensInItsPlace(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	ctx := t.Context()
	update(t, db, func(tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		box, err := tx.Seal(ctx, key, "person/1/name", seal.Of("Maija"))
		if err != nil {
			return err
		}
		if got, err := tx.Unseal(ctx, key, "person/2/name", box); !errors.Is(err, seal.ErrOpen) || !got.Empty() {
			t.Errorf("in another place: got %q, %v, want a refusal", got.Reveal(), err)
		}
		return nil
	})
}

// The sweep takes the keys of undone work two days later, and never one in use or one just made.
func TestSweepKeys(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		used, unused, fresh := newKey(t, db), newKey(t, db), newKey(t, db)
		update(t, db, func(tx *storage.Tx) error {
			return tx.Exec(ctx, "INSERT INTO person (id, key_id, kind) VALUES ('1', $1, 'adult')", used)
		})
		for _, k := range []string{used, unused} {
			if _, err := db.KeysDB().Exec("UPDATE subject_key SET made = '2026-01-01' WHERE id = $1", k); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.SweepKeys(ctx); err != nil {
			t.Fatal(err)
		}
		db.ForgetKeys()
		for k, want := range map[string]bool{used: true, unused: false, fresh: true} {
			if has, err := db.HasKey(ctx, k); err != nil || has != want {
				t.Errorf("got %v, %v, want %v", has, err, want)
			}
		}
		var made string
		if err := db.KeysDB().QueryRow("SELECT made FROM subject_key WHERE id = $1", used).Scan(&made); err != nil || made != "" {
			t.Errorf("the day a used key was made is still told: %q, %v", made, err)
		}
	})
}

// A closed store leaves no key that nobody uses.
func TestCloseLeavesNoKeysAhead(t *testing.T) {
	o := storagetest.Options(t, "sqlite")
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t, db)
	db.FilledKeys()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := sql.Open("sqlite", o.KeysPath)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var left string
	if err := file.QueryRow("SELECT group_concat(id) FROM subject_key").Scan(&left); err != nil || left != key {
		t.Errorf("got the keys %q, %v, want the one in use alone", left, err)
	}
}

// A wrong master key is told at the start, not at the first name.
func TestWrongMasterKey(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			db, err := storage.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			newKey(t, db)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			other, err := seal.NewKeyring(seal.NewMaster())
			if err != nil {
				t.Fatal(err)
			}
			o.Keyring = other
			if db, err := storage.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "master key") {
				t.Errorf("got %v, want a word about the master key", err)
				if err == nil {
					db.Close()
				}
			}
		})
	}
}
