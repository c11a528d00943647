package storage_test

import (
	"context"
	"slices"
	"testing"

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
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error { return tx.PutJob(ctx, "nothing", "", tx.Now()) })
		if changed := before.Changed(in.Digest()); !slices.Equal(changed, []string{"job"}) {
			t.Errorf("a job was put, and %v changed", changed)
		}
	})
}
