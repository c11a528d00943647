package storage_test

import (
	"context"
	"errors"
	"testing"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

const put = "INSERT INTO setting (name, value) VALUES ($1, $2)"

func update(t *testing.T, db *storage.DB, fn func(tx *storage.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

func count(t *testing.T, db *storage.DB) (n int) {
	t.Helper()
	err := db.View(t.Context(), func(tx *storage.Tx) error {
		return tx.Row(t.Context(), "SELECT count(*) FROM setting").Scan(&n)
	})
	if err != nil {
		t.Fatalf("count: %v", err)
	}
	return n
}

func TestUpdateKeepsAndUndoes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, put, "a", "1") })
		oops := errors.New("oops")
		err := db.Update(ctx, func(tx *storage.Tx) error {
			if err := tx.Exec(ctx, put, "b", "1"); err != nil {
				return err
			}
			return oops
		})
		if !errors.Is(err, oops) || count(t, db) != 1 {
			t.Errorf("got %v and %d rows, want oops and one row", err, count(t, db))
		}
	})
}

func TestViewWritesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		err := db.View(t.Context(), func(tx *storage.Tx) error { return tx.Exec(t.Context(), put, "a", "1") })
		if err == nil || count(t, db) != 0 {
			t.Errorf("got %v and %d rows, want a refusal and none", err, count(t, db))
		}
	})
}

// A statement that failed ends the transaction, on SQLite as on PostgreSQL, also when the error is swallowed.
func TestFailedStatementEndsTheTransaction(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		err := db.Update(ctx, func(tx *storage.Tx) error {
			tx.Exec(ctx, put, "a", "1")
			tx.Exec(ctx, put, "a", "2")
			tx.Exec(ctx, put, "b", "1")
			return nil
		})
		if err == nil || count(t, db) != 0 {
			t.Errorf("got %v and %d rows, want the failure and none", err, count(t, db))
		}
	})
}

func TestConflictHasTheStatementsKey(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		err := db.Update(ctx, func(tx *storage.Tx) error {
			if err := tx.Exec(ctx, put, "a", "secret"); err != nil {
				return err
			}
			return storage.Conflict(tx.Exec(ctx, put, "a", "secret"), map[string]string{"setting(name)": "visit.limit"})
		})
		if !fault.Is(err, fault.Conflict) || !fault.HasKey(err, "visit.limit") {
			t.Errorf("got %v, want the conflict visit.limit", err)
		}
	})
}

func TestKeysSealAndAreDestroyed(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		var key string
		var box []byte
		update(t, db, func(tx *storage.Tx) (err error) {
			if key, err = tx.NewKey(); err != nil {
				return err
			}
			box, err = tx.Seal(ctx, key, "person/1/name", seal.Of("Maija"))
			return err
		})
		open := func() (got seal.Text, err error) {
			err = db.View(ctx, func(tx *storage.Tx) error {
				got, err = tx.Unseal(ctx, key, "person/1/name", box)
				return err
			})
			return got, err
		}
		if got, err := open(); err != nil || got.Reveal() != "Maija" {
			t.Fatalf("got %q, %v, want the name", got.Reveal(), err)
		}
		if err := db.DestroyKey(context.Background(), key); err != nil {
			t.Fatal(err)
		}
		if got, err := open(); !fault.Is(err, fault.NotFound) || !got.Empty() {
			t.Errorf("after the key was destroyed: got %q, %v, want not found", got.Reveal(), err)
		}
	})
}
