// Package job is something to be done after a transaction, because it cannot be taken back or takes long: a letter, a
// key to destroy, the sweep of a night. A job names its kind and one object by id, and never holds anything else: what
// it needs it reads when it runs.
package job

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// ID names a job.
type ID string

// Job is one thing to be done.
type Job struct {
	ID      ID
	Kind    string
	Object  string
	RunAt   time.Time
	Attempt int // 1 when it runs for the first time
}

// The jobs that storage leaves to the runner: taking a subject's key away, whose id is the object, and looking for
// keys that nobody uses.
const (
	DestroyKey = "destroy-key"
	SweepKeys  = "sweep-keys"
)

// A failed job comes again after a pause that doubles, and is given up after a day or so.
const (
	MostAttempts = 12
	firstPause   = 15 * time.Second
	longestPause = 6 * time.Hour
)

// Again is when a job comes again that failed at now for the attempt-th time. The pause is of random length between
// half and whole, so that jobs that failed together do not come together.
func Again(attempt int, now time.Time) time.Time {
	most := min(longestPause, firstPause<<min(max(attempt-1, 0), 20))
	return now.Add(most/2 + rand.N(most/2+1))
}

// Sort puts the job due first before the others.
func Sort(all []Job) {
	slices.SortFunc(all, func(a, b Job) int {
		return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID))
	})
}

// Tx is the part of a storage transaction that jobs need.
type Tx interface {
	Now() time.Time
	PutJob(ctx context.Context, kind, object string, at time.Time) error
	KeepJob(ctx context.Context, kind string) error // a repeated job: one of its kind, due at once
	TakeJobs(ctx context.Context, kinds []string, until time.Time, limit int) ([]Job, error)
	DropJob(ctx context.Context, id ID) error
	PutOffJob(ctx context.Context, id ID, at time.Time, attempt int) error
	NextJob(ctx context.Context, kinds []string) (time.Time, error)
}
