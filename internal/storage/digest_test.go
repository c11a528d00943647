package storage_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// What tests compare the house by sees every write, and is the same where nobody wrote.
func TestDigestSeesAWrite(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		in := storagetest.Look(t, db)
		before := in.Digest()
		if changed := before.Changed(in.Digest()); len(changed) > 0 {
			t.Errorf("nobody wrote, and %v changed", changed)
		}
		job := func(ctx context.Context, tx *storage.Tx) job.ID {
			all, err := tx.TakeJobs(ctx, []string{"nothing"}, tx.Now(), 9)
			if err != nil || len(all) != 1 {
				t.Fatalf("%d jobs, %v", len(all), err)
			}
			return all[0].ID
		}
		for _, step := range []struct {
			what  string
			write func(context.Context, *storage.Tx) error
		}{
			{"put", func(ctx context.Context, tx *storage.Tx) error { return tx.PutJob(ctx, "nothing", "", tx.Now()) }},
			{"put off", func(ctx context.Context, tx *storage.Tx) error { return tx.PutOffJob(ctx, job(ctx, tx), tx.Now(), 5) }},
			{"replaced", func(ctx context.Context, tx *storage.Tx) error {
				return errors.Join(tx.DropJob(ctx, job(ctx, tx)), tx.PutJob(ctx, "nothing", "", tx.Now()))
			}},
			{"put beside it", func(ctx context.Context, tx *storage.Tx) error { return tx.PutJob(ctx, "another", "", tx.Now()) }},
			{"dropped", func(ctx context.Context, tx *storage.Tx) error { return tx.DropJob(ctx, job(ctx, tx)) }},
		} {
			storagetest.Update(t, db, step.write)
			after := in.Digest()
			if changed := before.Changed(after); !slices.Equal(changed, []string{"job"}) {
				t.Errorf("a job was %s, and %v changed", step.what, changed)
			}
			before = after
		}
	})
}
