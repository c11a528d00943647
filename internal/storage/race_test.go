package storage_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

func number(t *testing.T, tx *storage.Tx, name string) (int, error) {
	var s string
	if err := tx.Row(t.Context(), "SELECT value FROM setting WHERE name = $1", name).Scan(&s); err != nil {
		return 0, err
	}
	return strconv.Atoi(s)
}

// Reading and then writing loses no count, however many do it at once: updates are serializable and run again.
func TestRacesLoseNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, put, "n", "0") })
		var all sync.WaitGroup
		var ran atomic.Int32
		for range 6 {
			all.Go(func() {
				for range 10 {
					err := db.Update(ctx, func(tx *storage.Tx) error {
						ran.Add(1)
						n, err := number(t, tx, "n")
						if err != nil {
							return err
						}
						return tx.Exec(ctx, "UPDATE setting SET value = $1 WHERE name = 'n'", strconv.Itoa(n+1))
					})
					if err != nil {
						t.Errorf("update: %v", err)
					}
				}
			})
		}
		all.Wait()
		var n int
		err := db.View(ctx, func(tx *storage.Tx) (err error) { n, err = number(t, tx, "n"); return err })
		if err != nil || n != 60 {
			t.Errorf("got %d, %v after %d runs, want 60", n, err, ran.Load())
		}
	})
}

// Two who each see that nobody has it yet do not both take it (write skew).
func TestOnlyOneTakes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		taken := errors.New("taken")
		for range 10 {
			update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, "DELETE FROM setting") })
			var all sync.WaitGroup
			var got atomic.Int32
			for _, who := range []string{"a", "b"} {
				all.Go(func() {
					err := db.Update(ctx, func(tx *storage.Tx) error {
						var n int
						if err := tx.Row(ctx, "SELECT count(*) FROM setting").Scan(&n); err != nil {
							return err
						}
						if n > 0 {
							return taken
						}
						return tx.Exec(ctx, put, who, "mine")
					})
					switch {
					case err == nil:
						got.Add(1)
					case !errors.Is(err, taken):
						t.Errorf("%s: %v", who, err)
					}
				})
			}
			all.Wait()
			if got.Load() != 1 || count(t, db) != 1 {
				t.Fatalf("%d were told they have it and %d rows say so, want one", got.Load(), count(t, db))
			}
		}
	})
}

// A View sees one state, whatever is written meanwhile.
func TestViewIsOneState(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, put, "n", "1") })
		err := db.View(ctx, func(tx *storage.Tx) error {
			if n, err := number(t, tx, "n"); err != nil || n != 1 {
				t.Errorf("got %d, %v, want 1", n, err)
			}
			update(t, db, func(tx *storage.Tx) error { return tx.Exec(ctx, "UPDATE setting SET value = '2'") })
			if n, err := number(t, tx, "n"); err != nil || n != 1 {
				t.Errorf("within the same view: got %d, %v, want 1 still", n, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A reader whose context ends in the middle leaves its connection as good as before.
func TestViewContextEnds(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		slow := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n"
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			err := db.View(ctx, func(tx *storage.Tx) error {
				var n int
				return tx.Row(ctx, slow).Scan(&n)
			})
			cancel()
			if err == nil {
				t.Fatal("a query that takes minutes was answered at once")
			}
		}
		for range 5 {
			count(t, db)
		}
	})
}
