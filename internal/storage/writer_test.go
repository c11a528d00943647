package storage_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// together runs updates so that all of them surely wait at once, and gives each one's error.
func together(t *testing.T, db *storage.DB, fns ...func(tx *storage.Tx) error) []error {
	t.Helper()
	hold, held := make(chan struct{}), make(chan struct{})
	go db.Update(t.Context(), func(*storage.Tx) error { close(held); <-hold; return nil })
	<-held
	errs := make([]error, len(fns))
	var all sync.WaitGroup
	for i, fn := range fns {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			errs[i] = errors.New("never came back")
			errs[i] = db.Update(t.Context(), fn)
		})
		for db.Waiting() < i+1 {
			time.Sleep(50 * time.Microsecond)
		}
	}
	close(hold)
	all.Wait()
	return errs
}

func putting(t *testing.T, name string, then func() error) func(tx *storage.Tx) error {
	return func(tx *storage.Tx) error {
		if err := tx.Exec(t.Context(), put, name, "x"); err != nil {
			return err
		}
		return then()
	}
}

func fine() error { return nil }

func names(t *testing.T, db *storage.DB) string {
	t.Helper()
	var all string
	err := db.View(t.Context(), func(tx *storage.Tx) error {
		return tx.Row(t.Context(), "SELECT coalesce(group_concat(name, ' ' ORDER BY name), '') FROM setting").Scan(&all)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Updates that wait together cost one commit (design 6).
func TestWaitingUpdatesShareACommit(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	var fns []func(*storage.Tx) error
	for i := range 100 {
		fns = append(fns, putting(t, fmt.Sprint("n", i), fine))
	}
	before := db.Commits()
	for i, err := range together(t, db, fns...) {
		if err != nil {
			t.Errorf("update %d: %v", i, err)
		}
	}
	// A batch may end early when it has lasted too long on a busy machine, so the bound is not one.
	if n := db.Commits() - before; n > 20 || count(t, db) != 100 {
		t.Errorf("got %d commits for %d rows, want far fewer than rows", n, count(t, db))
	}
}

// One update's fault, panic, Goexit or swallowed failure undoes itself and nobody else.
func TestUpdatesDoNotUndoEachOther(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	errs := together(t, db,
		putting(t, "a", fine),
		putting(t, "b", func() error { return fault.New(fault.Conflict, "appointment.slot-taken") }),
		putting(t, "c", func() error { panic("boom") }),
		putting(t, "d", func() error { runtime.Goexit(); return nil }),
		func(tx *storage.Tx) error {
			tx.Exec(t.Context(), put, "e", "x")
			tx.Exec(t.Context(), "nonsense")
			return nil
		},
		func(tx *storage.Tx) error { return tx.Exec(t.Context(), put, "a", "again") },
		putting(t, "z", fine),
	)
	if got := names(t, db); got != "a z" {
		t.Errorf("kept %q, want a z", got)
	}
	for i, want := range []string{"", "appointment.slot-taken", "panic: boom", "never came back", "nonsense", "setting(name)", ""} {
		if got := fmt.Sprint(errs[i]); want == "" && errs[i] != nil || !strings.Contains(got, want) {
			t.Errorf("update %d: got %v, want %q", i, got, want)
		}
	}
}

// Someone who goes away undoes their own update and nobody else's, waiting or running.
func TestContextEnds(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Update(ctx, putting(t, "a", func() error { cancel(); return nil }))
		if !errors.Is(err, context.Canceled) || count(t, db) != 0 {
			t.Errorf("ended while it ran: got %v and %d rows, want it undone", err, count(t, db))
		}
		err = db.Update(ctx, putting(t, "b", fine))
		if !errors.Is(err, context.Canceled) || count(t, db) != 0 {
			t.Errorf("ended before: got %v and %d rows, want it not run", err, count(t, db))
		}
		update(t, db, putting(t, "c", fine))
	})
}

func TestContextEndsWhileWaiting(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	hold, held := make(chan struct{}), make(chan struct{})
	first := make(chan error)
	go func() {
		first <- db.Update(t.Context(), putting(t, "a", func() error { close(held); <-hold; return nil }))
	}()
	<-held
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := db.Update(ctx, putting(t, "b", fine))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	close(hold)
	if err := <-first; err != nil || names(t, db) != "a" {
		t.Errorf("got %v and %q, want a alone", err, names(t, db))
	}
}

// When the commit fails, everybody in it hears so and nothing of it is kept; the next one works.
func TestCommitFails(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	errs := together(t, db,
		putting(t, "a", fine),
		func(tx *storage.Tx) error { // this promise of the schema is looked at only at the commit
			ctx := t.Context()
			return errors.Join(tx.Exec(ctx, "PRAGMA defer_foreign_keys = ON"),
				tx.Exec(ctx, "INSERT INTO membership (account_id, unit_id, role) VALUES ('x', 'y', 'worker')"))
		},
		putting(t, "b", fine),
	)
	for i, err := range errs {
		if err == nil {
			t.Errorf("update %d was told all is well", i)
		}
	}
	if count(t, db) != 0 {
		t.Errorf("kept %q of a failed commit", names(t, db))
	}
	update(t, db, putting(t, "c", fine))
}

// On a full disk whoever was told "kept" is kept, the others hear that it is not possible now, and when there is room
// again all goes on.
func TestDiskFull(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	update(t, db, putting(t, "before", fine))
	db.FilledKeys()
	if err := db.Pragma("PRAGMA max_page_count = 1"); err != nil { // no lower than what is used
		t.Fatal(err)
	}
	big := func(name string) func(tx *storage.Tx) error {
		return func(tx *storage.Tx) error { return tx.Exec(t.Context(), put, name, strings.Repeat("x", 1<<20)) }
	}
	errs := together(t, db, putting(t, "small", fine), big("big"), putting(t, "small2", fine))
	told := map[string]error{"small": errs[0], "big": errs[1], "small2": errs[2]}
	if errs[1] == nil || !fault.Is(errs[1], fault.Unavailable) {
		t.Errorf("got %v, want unavailable", errs[1])
	}
	got := " " + names(t, db) + " "
	for name, err := range told {
		if kept := strings.Contains(got, " "+name+" "); kept != (err == nil) {
			t.Errorf("%s: kept %v, told %v", name, kept, err)
		}
	}
	if err := db.Pragma("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	update(t, db, big("big"))
}
