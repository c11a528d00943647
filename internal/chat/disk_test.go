package chat_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// the words of a talk are never on the disk in the clear, not while it goes on and not after it has ended, when
// its rows are gone.
func TestWordsAreNotOnTheDisk(t *testing.T) {
	options := storagetest.Options(t, "sqlite")
	clock := storagetest.NewClock()
	options.Now = clock.Now
	db := storagetest.OpenWith(t, options)
	o := storagetest.Furnish(t, db)
	o.Present(t, db, o.Worker, time.Hour)
	r := room{o, t, db, clock}
	stay := r.taken()
	marker := "tuohikontti"
	if err := r.say(stay.Token, "Sana on "+marker); err != nil {
		t.Fatal(err)
	}
	if n := rows(t, options.Path, "message"); n != 1 {
		t.Errorf("%d messages lie in the file", n)
	}
	look(t, filepath.Dir(options.Path), marker, stay.Token)
	r.must(func(ctx context.Context, tx *storage.Tx) error { return chat.EndByClient(ctx, tx, stay.Token) })
	look(t, filepath.Dir(options.Path), marker, stay.Token)
	for _, table := range []string{"message", "conversation"} {
		if n := rows(t, options.Path, table); n != 0 {
			t.Errorf("%d rows stay in %s", n, table)
		}
	}
}

// rows counts what lies in a table, past the program.
func rows(t *testing.T, path, table string) (n int) {
	t.Helper()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := raw.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// look searches every file of the folder for what must not be in any.
func look(t *testing.T, dir string, never ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in the folder: %v", err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range never {
			if bytes.Contains(data, []byte(s)) {
				t.Errorf("%s holds %q", filepath.Base(f), s)
			}
		}
	}
}
