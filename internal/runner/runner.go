// Package runner does the jobs that are due: each at least once, and again later when it failed. What a job does is
// its handler's; when it is done, put off or given up is decided here. Pages are left to others.
package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/storage"
)

const (
	together = 16
	// Taken jobs are started for a minute, may take two each, and nobody else takes them for ten.
	starting = time.Minute
	working  = 2 * time.Minute
	lease    = 10 * time.Minute
	// A turned clock or another machine may make a job due without a word to us.
	poll = 5 * time.Second
)

// Handler does one job. It may be called again for a job it has done, when the machine stopped in between.
type Handler func(ctx context.Context, db *storage.DB, j job.Job) error

// Runner knows which handler does which kind.
type Runner struct {
	db    *storage.DB
	log   *slog.Logger
	kinds map[string]work
	due   sync.Mutex // one sweep through the due jobs at a time
	kept  bool       // the repeated jobs are there
}

type work struct {
	do      Handler
	every   time.Duration // repeated, when above zero
	forever bool          // never given up
}

// New makes a runner that destroys and sweeps keys, which storage leaves to it. Handlers are added before it runs.
func New(db *storage.DB, log *slog.Logger) *Runner {
	r := &Runner{db: db, log: log, kinds: map[string]work{}}
	r.Promise(job.DestroyKey, func(ctx context.Context, db *storage.DB, j job.Job) error {
		return db.DestroyKey(ctx, j.Object)
	})
	r.Every(job.SweepKeys, time.Hour)
	r.Handle(job.SweepKeys, func(ctx context.Context, db *storage.DB, _ job.Job) error { return db.SweepKeys(ctx) })
	return r
}

// Handle has jobs of the kind done by the handler. One that keeps failing is given up after job.MostAttempts.
func (r *Runner) Handle(kind string, do Handler) {
	w := r.kinds[kind]
	w.do = do
	r.kinds[kind] = w
}

// Promise is Handle for what must not be given up, such as an erasure.
func (r *Runner) Promise(kind string, do Handler) {
	r.Handle(kind, do)
	w := r.kinds[kind]
	w.forever = true
	r.kinds[kind] = w
}

// Every has a job of the kind done at once, and again when so much time has passed since it was done. It is never
// given up.
func (r *Runner) Every(kind string, interval time.Duration) {
	w := r.kinds[kind]
	w.every, w.forever = interval, true
	r.kinds[kind] = w
}

// Run does due jobs until ctx ends. It looks when a transaction has left a job, when the next is due, and every few
// seconds.
func (r *Runner) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := poll
		if err := r.RunDue(ctx); ctx.Err() == nil && err == nil {
			wait = r.untilNext(ctx)
		}
		select {
		case <-time.After(wait):
		case <-r.db.Jobs():
		case <-ctx.Done():
		}
	}
}

func (r *Runner) untilNext(ctx context.Context) time.Duration {
	wait := poll
	err := r.db.View(ctx, func(tx *storage.Tx) error {
		next, err := tx.NextJob(ctx, r.handled())
		if err == nil && !next.IsZero() {
			wait = min(poll, max(next.Sub(tx.Now()), 20*time.Millisecond))
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		r.log.Error("jobs cannot be looked at", "cause", fault.Of(err).Key)
	}
	return wait
}

// RunDue does jobs until none is due. Its error tells what failed; what failed comes again later by itself.
func (r *Runner) RunDue(ctx context.Context) error {
	r.due.Lock()
	defer r.due.Unlock()
	if err := r.keepRepeated(ctx); err != nil {
		return err
	}
	var failed []error
	for {
		jobs, err := r.take(ctx)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		if len(jobs) == 0 {
			return errors.Join(failed...)
		}
		if err := r.do(ctx, jobs); err != nil {
			failed = append(failed, err)
		}
	}
}

// handled are the kinds there is a handler for. Others wait: a newer program may have left them.
func (r *Runner) handled() []string {
	var all []string
	for kind, w := range r.kinds {
		if w.do != nil {
			all = append(all, kind)
		}
	}
	slices.Sort(all)
	return all
}

func (r *Runner) keepRepeated(ctx context.Context) error {
	if r.kept {
		return nil
	}
	err := r.db.Update(ctx, func(tx *storage.Tx) error {
		for _, kind := range r.handled() {
			if r.kinds[kind].every > 0 {
				if err := tx.KeepJob(ctx, kind); err != nil {
					return err
				}
			}
		}
		return nil
	})
	r.kept = err == nil
	return err
}

func (r *Runner) take(ctx context.Context) (jobs []job.Job, err error) {
	kinds := r.handled()
	err = r.db.View(ctx, func(tx *storage.Tx) error { // most often nothing is due, and looking costs no sync
		next, err := tx.NextJob(ctx, kinds)
		if err == nil && !next.IsZero() && !next.After(tx.Now()) {
			jobs = make([]job.Job, 1)
		}
		return err
	})
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	err = r.db.Update(ctx, func(tx *storage.Tx) (err error) {
		jobs, err = tx.TakeJobs(ctx, kinds, tx.Now().Add(lease), together)
		return err
	})
	return jobs, err
}

// do runs taken jobs one after the other. Those it has no time for go back as they were.
func (r *Runner) do(ctx context.Context, jobs []job.Job) error {
	begun := time.Now()
	var failed []error
	for _, j := range jobs {
		var err error
		if ctx.Err() != nil || time.Since(begun) > starting {
			err = r.putOff(ctx, j, j.RunAt, j.Attempt-1)
		} else {
			err = r.one(ctx, j)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("job %s: %w", j.Kind, err))
		}
	}
	return errors.Join(failed...)
}

func (r *Runner) one(ctx context.Context, j job.Job) error {
	w := r.kinds[j.Kind]
	err := r.guarded(ctx, w.do, j)
	now := r.db.Now()
	switch {
	case err == nil && w.every > 0:
		return r.putOff(ctx, j, now.Add(w.every), 0)
	case err == nil:
		return r.drop(ctx, j)
	case ctx.Err() != nil: // stopped, not failed
		return errors.Join(err, r.putOff(ctx, j, j.RunAt, j.Attempt-1))
	case j.Attempt >= job.MostAttempts && !w.forever:
		r.log.Error("job given up", "kind", j.Kind, "attempts", j.Attempt, "cause", fault.Of(err).Key)
		return errors.Join(err, r.drop(ctx, j))
	default:
		r.log.Warn("job failed and comes again", "kind", j.Kind, "attempt", j.Attempt, "cause", fault.Of(err).Key)
		return errors.Join(err, r.putOff(ctx, j, job.Again(j.Attempt, now), j.Attempt))
	}
}

// guarded turns a handler's panic into a failure. What it panicked with stays untold: it may be about a person.
func (r *Runner) guarded(ctx context.Context, do Handler, j job.Job) (err error) {
	ctx, cancel := context.WithTimeout(ctx, working)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("job panicked", "kind", j.Kind, "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			err = fmt.Errorf("panicked with %T", p)
		}
	}()
	return do(ctx, r.db, j)
}

func (r *Runner) drop(ctx context.Context, j job.Job) error {
	ctx = context.WithoutCancel(ctx)
	return r.db.Update(ctx, func(tx *storage.Tx) error { return tx.DropJob(ctx, j.ID) })
}

func (r *Runner) putOff(ctx context.Context, j job.Job, at time.Time, attempt int) error {
	ctx = context.WithoutCancel(ctx)
	return r.db.Update(ctx, func(tx *storage.Tx) error { return tx.PutOffJob(ctx, j.ID, at, attempt) })
}
