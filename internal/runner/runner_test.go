package runner_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

var quiet = slog.New(slog.DiscardHandler)

func leave(t *testing.T, db *storage.DB, kind, object string, at time.Time) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *storage.Tx) error { return tx.PutJob(t.Context(), kind, object, at) })
	if err != nil {
		t.Fatal(err)
	}
}

func runDue(t *testing.T, r *runner.Runner) {
	t.Helper()
	if err := r.RunDue(t.Context()); err != nil {
		t.Fatalf("run due: %v", err)
	}
}

func next(t *testing.T, db *storage.DB, kinds ...string) (at time.Time) {
	t.Helper()
	err := db.View(t.Context(), func(tx *storage.Tx) (err error) {
		at, err = tx.NextJob(t.Context(), kinds)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Jobs run when they are due, in order, once; what they leave that is due runs too.
func TestRunDue(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		r := runner.New(db, quiet)
		var did []string
		r.Handle("letter", func(ctx context.Context, db *storage.DB, j job.Job) error {
			did = append(did, j.Object)
			if j.Object == "first" {
				leave(t, db, "letter", "left", db.Now())
			}
			return nil
		})
		leave(t, db, "letter", "second", clock.Now().Add(-time.Minute))
		leave(t, db, "letter", "first", clock.Now().Add(-time.Hour))
		leave(t, db, "letter", "later", clock.Now().Add(time.Hour))
		leave(t, db, "unknown", "x", clock.Now())
		runDue(t, r)
		runDue(t, r)
		if got := strings.Join(did, " "); got != "first second left" {
			t.Errorf("got %q, want first second left", got)
		}
		clock.Add(time.Hour)
		runDue(t, r)
		if got := strings.Join(did, " "); got != "first second left later" {
			t.Errorf("an hour later: got %q", got)
		}
		if at := next(t, db, "letter"); !at.IsZero() {
			t.Errorf("a done job is still there, at %v", at)
		}
		if at := next(t, db, "unknown"); at.IsZero() {
			t.Error("a job of another program's kind was taken away")
		}
	})
}

// A failing job comes again later and later, is given up at last, and the log names its kind alone.
func TestFailingJob(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		var log bytes.Buffer
		r := runner.New(db, slog.New(slog.NewTextHandler(&log, nil)))
		var tries int
		r.Handle("letter", func(_ context.Context, _ *storage.DB, j job.Job) error {
			if tries++; tries%2 == 0 {
				panic("to maija@example.fi")
			}
			return errors.New("cannot send to maija@example.fi")
		})
		leave(t, db, "letter", "o-1", clock.Now())
		var pause time.Duration
		for range job.MostAttempts {
			if err := r.RunDue(t.Context()); err == nil {
				t.Fatal("a failure was not told")
			}
			at := next(t, db, "letter")
			if at.IsZero() {
				break
			}
			pause = at.Sub(clock.Now())
			clock.Set(at)
		}
		if tries != job.MostAttempts || !next(t, db, "letter").IsZero() {
			t.Errorf("got %d tries and a job at %v, want %d and none", tries, next(t, db, "letter"), job.MostAttempts)
		}
		if pause < 2*time.Hour {
			t.Errorf("the last pause was %v, want hours", pause)
		}
		if got := log.String(); !strings.Contains(got, "given up") || strings.Contains(got, "maija") || strings.Contains(got, "o-1") {
			t.Errorf("got the log %s, want the kind alone", got)
		}
	})
}

// A promise is never given up.
func TestPromise(t *testing.T) {
	clock := storagetest.NewClock()
	db := storagetest.Open(t, "sqlite", clock)
	r := runner.New(db, quiet)
	tries := 0
	r.Promise("erase", func(context.Context, *storage.DB, job.Job) error {
		if tries++; tries <= job.MostAttempts+3 {
			return errors.New("not yet")
		}
		return nil
	})
	leave(t, db, "erase", "o", clock.Now())
	for range job.MostAttempts + 4 {
		r.RunDue(t.Context())
		clock.Add(7 * time.Hour)
	}
	if tries != job.MostAttempts+4 {
		t.Errorf("got %d tries, want it kept until it is done", tries)
	}
}

// A repeated job runs at once and then after its interval, one of its kind however many programs run.
func TestEvery(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		var ran int
		fail := false
		start := func() *runner.Runner {
			r := runner.New(db, quiet)
			r.Every("sweep", 24*time.Hour)
			r.Handle("sweep", func(context.Context, *storage.DB, job.Job) error {
				ran++
				if fail {
					return errors.New("no")
				}
				return nil
			})
			return r
		}
		a, b := start(), start()
		runDue(t, a)
		runDue(t, b)
		clock.Add(23 * time.Hour)
		runDue(t, a)
		if ran != 1 {
			t.Fatalf("got %d runs within the day, want 1", ran)
		}
		fail = true
		clock.Add(time.Hour)
		a.RunDue(t.Context())
		fail = false
		clock.Add(time.Minute)
		runDue(t, b)
		clock.Add(24 * time.Hour)
		runDue(t, a)
		if ran != 4 {
			t.Errorf("got %d runs, want 4: at once, a failure after a day, again soon, and a day later", ran)
		}
	})
}

// A job whose program stopped in the middle is done by the next, after its lease.
func TestStoppedInTheMiddle(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		leave(t, db, "letter", "o", clock.Now())
		err := db.Update(t.Context(), func(tx *storage.Tx) error { // taken by a program that was killed
			_, err := tx.TakeJobs(t.Context(), []string{"letter"}, clock.Now().Add(10*time.Minute), 16)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r := runner.New(db, quiet)
		ran := 0
		r.Handle("letter", func(context.Context, *storage.DB, job.Job) error { ran++; return nil })
		runDue(t, r)
		if ran != 0 {
			t.Fatal("done while another has it")
		}
		clock.Add(11 * time.Minute)
		runDue(t, r)
		if ran != 1 {
			t.Errorf("done %d times after the lease, want once", ran)
		}
	})
}

// Two programs over one database do each job once.
func TestTwoRunners(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		var ran atomic.Int32
		for range 60 {
			leave(t, db, "letter", "o", clock.Now())
		}
		done := make(chan error)
		for range 2 {
			r := runner.New(db, quiet)
			r.Handle("letter", func(context.Context, *storage.DB, job.Job) error { ran.Add(1); return nil })
			go func() { done <- r.RunDue(t.Context()) }()
		}
		if err := errors.Join(<-done, <-done); err != nil || ran.Load() != 60 {
			t.Errorf("got %d runs, %v, want 60", ran.Load(), err)
		}
	})
}

// Run hears of a job at once, and ends with its context.
func TestRunWakes(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	r := runner.New(db, quiet)
	ran := make(chan time.Time, 1)
	r.Handle("letter", func(context.Context, *storage.DB, job.Job) error { ran <- time.Now(); return nil })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Run(ctx) }()
	time.Sleep(50 * time.Millisecond) // let it fall asleep
	leave(t, db, "letter", "o", db.Now())
	select {
	case <-ran:
	case <-time.After(3 * time.Second):
		t.Error("the job waited for the next look")
	}
	cancel()
	select {
	case <-ended:
	case <-time.After(3 * time.Second):
		t.Error("it runs on after its context has ended")
	}
}

// A destroyed key is gone once the job has run, and only when the transaction was kept.
func TestDestroyKeyJob(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		r := runner.New(db, quiet)
		var key string
		if err := db.Update(ctx, func(tx *storage.Tx) (err error) { key, err = tx.NewKey(); return err }); err != nil {
			t.Fatal(err)
		}
		undone := errors.New("undone")
		db.Update(ctx, func(tx *storage.Tx) error { return errors.Join(tx.DestroyKey(ctx, key), undone) })
		runDue(t, r)
		if has, err := db.HasKey(ctx, key); err != nil || !has {
			t.Fatalf("got %v, %v: an undone erasure took the key", has, err)
		}
		if err := db.Update(ctx, func(tx *storage.Tx) error { return tx.DestroyKey(ctx, key) }); err != nil {
			t.Fatal(err)
		}
		runDue(t, r)
		if has, err := db.HasKey(ctx, key); err != nil || has {
			t.Errorf("got %v, %v: the key outlived its erasure", has, err)
		}
	})
}
