package storage_test

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// A connection that dies in the middle undoes that update, says that it is not possible now, and the next one works.
func TestConnectionDies(t *testing.T) {
	db := storagetest.Open(t, "postgres", nil)
	ctx := t.Context()
	err := db.Update(ctx, func(tx *storage.Tx) error {
		if err := tx.Exec(ctx, put, "a", "1"); err != nil {
			return err
		}
		var pid int
		if err := tx.Row(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		if _, err := db.KeysDB().Exec("SELECT pg_terminate_backend($1)", pid); err != nil {
			return err
		}
		return tx.Exec(ctx, put, "b", "1")
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, put, "c", "1") })
	if n := count(t, db); n != 1 {
		t.Errorf("got %d rows, want the last alone", n)
	}
}

// A server that is not there is told without the password of its address.
func TestServerNotThere(t *testing.T) {
	o := storagetest.Options(t, "sqlite")
	o.Driver = "postgres"
	o.URL, o.KeysURL = "postgres://u:hunter2@127.0.0.1:1/house", "postgres://u:hunter2@127.0.0.1:1/keys"
	db, err := storage.Open(t.Context(), o)
	if err == nil {
		db.Close()
		t.Fatal("opened a server that is not there")
	}
	if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v, want unavailable and no password", err)
	}
	o.URL = "postgres://u:hunter2@127.0.0.1:port/house"
	if db, err := storage.Open(t.Context(), o); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v, want a word about the address without the password", err)
		if err == nil {
			db.Close()
		}
	}
}
