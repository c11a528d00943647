package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// Arguments are bound by their number, as often as they are named: drivers for SQLite differ in this (dependencies 2).
func TestArgumentsByNumber(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		err := db.View(ctx, func(tx *storage.Tx) error {
			var a, b, c, d string
			err := tx.Row(ctx, "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($3 AS TEXT), CAST($2 AS TEXT)", "x", "y", "z").Scan(&a, &b, &c, &d)
			if got := a + b + c + d; err == nil && got != "yxzy" {
				t.Errorf("got %q, want yxzy", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Each promise of the schema has the same name on both databases, and no error tells what stood in the row.
func TestBrokenPromises(t *testing.T) {
	const secret = "Maija-Meikalainen"
	must := []string{
		"INSERT INTO unit (id, slug, name_fi, name_sv, name_en) VALUES ('u', $1, '', '', '')",
		"INSERT INTO offer (id, unit_id, model, version, slug, position, open) VALUES ('o', 'u', $1, 1, $1, 1, 1)",
		"INSERT INTO figure (month, unit_id, model, name, value, n) VALUES ('m', 'u', 'm', $1, 'v', 1)",
	}
	cases := []struct{ name, key, query string }{
		{"unique", "unit(slug)", "INSERT INTO unit (id, slug, name_fi, name_sv, name_en) VALUES ('v', $1, '', '', '')"},
		{"primary key", "unit(id)", "INSERT INTO unit (id, slug, name_fi, name_sv, name_en) VALUES ('u', $1 || 'x', '', '', '')"},
		{"several columns", "figure(month, unit_id, model, name, value)", "INSERT INTO figure (month, unit_id, model, name, value, n) VALUES ('m', 'u', 'm', $1, 'v', 2)"},
		{"any of the table", "unit", "INSERT INTO unit (id, slug, name_fi, name_sv, name_en) VALUES ('v', $1, '', '', '')"},
		{"check", "check", "INSERT INTO opening (id, unit_id, channel, weekday, opens, closes) VALUES ('x', 'u', $1, 1, 'a', 'b')"},
		{"foreign key", "foreign", "INSERT INTO membership (account_id, unit_id, role) VALUES ($1, 'u', 'worker')"},
	}
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		update(t, db, func(tx *storage.Tx) error {
			for _, q := range must {
				if err := tx.Exec(ctx, q, secret); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range cases {
			err := db.Update(ctx, func(tx *storage.Tx) error {
				return storage.Conflict(tx.Exec(ctx, c.query, secret), map[string]string{c.key: "found"})
			})
			if !fault.Is(err, fault.Conflict) || !fault.HasKey(err, "found") {
				t.Errorf("%s: got %v, want %s broken", c.name, err, c.key)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error tells the value: %v", c.name, err)
			}
		}
	})
}

// What a driver refuses to write or to read is not quoted either.
func TestErrorsTellNoValue(t *testing.T) {
	const secret = "Maija-Meikalainen"
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, put, "n", secret) })
		for what, do := range map[string]func(tx *storage.Tx) error{
			"a word for a number": func(tx *storage.Tx) error {
				return tx.Exec(ctx, "INSERT INTO job (id, kind, object_id, run_at, lease_until, attempt) VALUES ('j', '', '', '', '', $1)", secret)
			},
			"read as a number": func(tx *storage.Tx) error {
				var n int
				return tx.Row(ctx, "SELECT value FROM setting").Scan(&n)
			},
			"an odd argument": func(tx *storage.Tx) error {
				return tx.Exec(ctx, put, "x", struct{ name string }{secret})
			},
		} {
			err := db.Update(ctx, do)
			if err == nil || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "Maija") {
				t.Errorf("%s: got %v, want a refusal without the value", what, err)
			}
		}
	})
}

// Closing lets what runs end, and takes nothing new.
func TestCloseIsGraceful(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			db, err := storage.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			ctx := context.Background()
			runs, ended := make(chan struct{}), make(chan error)
			go func() {
				ended <- db.Update(ctx, func(tx *storage.Tx) error {
					close(runs)
					time.Sleep(30 * time.Millisecond) // the closing begins meanwhile
					return tx.Exec(ctx, put, "a", "1")
				})
			}()
			<-runs
			closed := make(chan error)
			go func() { closed <- db.Close() }()
			if err := errors.Join(<-ended, <-closed); err != nil {
				t.Errorf("got %v, want the update kept and the database closed", err)
			}
			for what, err := range map[string]error{
				"update": db.Update(ctx, func(*storage.Tx) error { return nil }),
				"view":   db.View(ctx, func(*storage.Tx) error { return nil }),
			} {
				if !fault.Is(err, fault.Unavailable) {
					t.Errorf("%s after closing: got %v, want unavailable", what, err)
				}
			}
			if n := count(t, storagetest.OpenWith(t, o)); n != 1 {
				t.Errorf("got %d rows, want what ran while it closed", n)
			}
		})
	}
}

// An older program declines a newer database, and touches nothing.
func TestNewerSchemaIsDeclined(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			db, err := storage.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.KeysDB().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1 = 1)"); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { // the server's database is used again
				if driver == "postgres" {
					keys, err := sql.Open("pgx", o.KeysURL)
					if err == nil {
						_, err = keys.Exec("DELETE FROM goose_db_version WHERE version_id = 999")
						err = errors.Join(err, keys.Close())
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
			if db, err := storage.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "newer program") {
				t.Errorf("got %v, want a word about the newer program", err)
				if err == nil {
					db.Close()
				}
			}
		})
	}
}

// A transaction answers nobody after its function has returned.
func TestEndedTransaction(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		var kept *storage.Tx
		update(t, db, func(tx *storage.Tx) error { kept = tx; return nil })
		if err := kept.Exec(t.Context(), put, "late", "x"); err == nil || count(t, db) != 0 {
			t.Errorf("got %v and %d rows, want a refusal", err, count(t, db))
		}
	})
}

// One instant holds for a whole transaction, as finely as it is kept.
func TestNow(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		clock.Set(time.Date(2027, 3, 1, 12, 0, 0, 123456789, time.FixedZone("x", 7200)))
		update(t, db, func(tx *storage.Tx) error {
			first := tx.Now()
			clock.Add(time.Hour)
			if want := time.Date(2027, 3, 1, 10, 0, 0, 123000000, time.UTC); first != want || tx.Now() != want {
				t.Errorf("got %v and then %v, want %v both times", first, tx.Now(), want)
			}
			return nil
		})
	})
}
