package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// Every key is wrapped anew in one transaction: what was sealed opens, fingerprints are the same, the former master key
// opens nothing, and the former wrappings are not on the disk. Until then, and whatever goes wrong, nothing is changed.
func TestChangeMaster(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			former := o.Keyring
			next, err := former.Next(seal.NewMaster())
			if err != nil {
				t.Fatal(err)
			}
			db := opened(t, o)
			who, key := named(t, db)
			manyKeys(t, db, former, 1500)
			box, print := wrapped(t, db, key), former.Index("code", "x")
			if _, err := storage.ChangeMaster(t.Context(), o, next); !errors.Is(err, storage.ErrInUse) {
				t.Errorf("while the house serves: got %v", err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			nothing := func(what string, err error) {
				t.Helper()
				if err == nil {
					t.Errorf("%s was let through", what)
				}
				if was := readName(t, o, who, key, nil); !bytes.Equal(was, box) {
					t.Errorf("%s changed a key", what)
				}
			}
			unrelated, _ := seal.NewKeyring(seal.NewMaster())
			_, err = storage.ChangeMaster(t.Context(), o, unrelated)
			nothing("a new key of somewhere else", err)
			wrong := o
			wrong.Keyring, _ = former.Next(seal.NewMaster())
			_, err = storage.ChangeMaster(t.Context(), wrong, next)
			nothing("a wrong old key", err)
			stopped, stop := context.WithCancel(t.Context())
			stop()
			_, err = storage.ChangeMaster(stopped, o, next)
			nothing("a stop", err)

			n, err := storage.ChangeMaster(t.Context(), o, next)
			if err != nil || n != 1501 {
				t.Fatalf("wrapped %d keys: %v", n, err)
			}
			if driver == "sqlite" && inFiles(t, filepath.Dir(o.KeysPath), box) {
				t.Error("the former wrapping is still on the disk")
			}
			if again, err := storage.ChangeMaster(t.Context(), o, next); err != nil || again != 0 {
				t.Errorf("a second time: %d, %v", again, err)
			}
			if _, err := storage.Open(t.Context(), o); !errors.Is(err, storage.ErrWrongMaster) {
				t.Errorf("the former master key: got %v", err)
			}
			o.Keyring = next
			readName(t, o, who, key, func(db *storage.DB) {
				if driver == "postgres" && inKeysTable(t, db, box) {
					t.Error("the former wrapping is still in the table's file")
				}
			})
			if !bytes.Equal(next.Index("code", "x"), print) || !bytes.Equal(next.Derive("a", "b"), former.Derive("a", "b")) {
				t.Error("fingerprints or derived secrets are others now: codes would be lost")
			}
		})
	}
}

func opened(t *testing.T, o storage.Options) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// named puts somebody there with a name and gives them and their key.
func named(t *testing.T, db *storage.DB) (who person.ID, key string) {
	t.Helper()
	who = person.ID(id.New())
	update(t, db, func(tx *storage.Tx) (err error) {
		if key, err = tx.NewKey(); err != nil {
			return err
		}
		return tx.PutPerson(t.Context(), person.Person{ID: who, Key: key, Kind: person.Adult, Name: seal.Of("Meri")})
	})
	return who, key
}

// manyKeys puts more keys there than are read at a time.
func manyKeys(t *testing.T, db *storage.DB, ring *seal.Keyring, n int) {
	t.Helper()
	rows, args := make([]string, n), []any{}
	for i := range rows {
		key := id.New()
		rows[i] = fmt.Sprintf("($%d, $%d, '')", 2*i+1, 2*i+2)
		args = append(args, key, ring.Wrap(key, seal.NewKey()))
	}
	if _, err := db.KeysDB().Exec("INSERT INTO subject_key (id, wrapped, made) VALUES "+strings.Join(rows, ", "), args...); err != nil {
		t.Fatal(err)
	}
}

// readName opens the house, finds the name, and gives the key as it is wrapped.
func readName(t *testing.T, o storage.Options, who person.ID, key string, also func(*storage.DB)) []byte {
	t.Helper()
	db := opened(t, o)
	defer db.Close()
	update(t, db, func(tx *storage.Tx) error {
		p, err := tx.Person(t.Context(), who)
		if err == nil && p.Name.Reveal() != "Meri" {
			t.Errorf("the name reads %q", p.Name.Reveal())
		}
		return err
	})
	if also != nil {
		also(db)
	}
	return wrapped(t, db, key)
}

func inKeysTable(t *testing.T, db *storage.DB, what []byte) bool {
	t.Helper()
	if _, err := db.KeysDB().Exec("CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	var file []byte
	if err := db.KeysDB().QueryRow("SELECT pg_read_binary_file(pg_relation_filepath('subject_key'))").Scan(&file); err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(file, what)
}
