package storage_test

import (
	"context"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// R-237, design 4.7: a backup of before their day brings a volunteer back, and the list takes them away again, with the name
// and the address of their account.
func TestReplayEndsVolunteers(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		by := storagetest.Hire(t, db, "Pekka", access.Membership{Unit: o.Unit.ID, Role: access.Volunteer})
		v := volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: o.Unit.ID, Offer: o.Group.ID, Account: by.Account, State: volunteer.Active,
			Own: volunteer.Own{Name: seal.Of("Pekka"), Email: seal.Of("pekka@example.org")}}
		put := func(ctx context.Context, tx *storage.Tx) error { return tx.PutVolunteer(ctx, v) }
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
			if v.Key, err = tx.NewKey(); err != nil {
				return err
			}
			return put(ctx, tx)
		})
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteVolunteer(ctx, v.ID) })
		storagetest.Update(t, db, put) // as the backup has it
		list, err := db.Ended(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := db.Replay(t.Context(), list); err != nil {
				t.Fatal(err)
			}
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			a, err := tx.Account(ctx, by.Account)
			if a.State != account.Closed || a.Name.Reveal() != "-" || a.Email.Reveal() != "-" {
				t.Errorf("the account is %s, %q, %q", a.State, a.Name.Reveal(), a.Email.Reveal())
			}
			if _, err := tx.Account(ctx, o.Worker.Account); err != nil {
				t.Errorf("a colleague: %v", err)
			}
			return err
		})
		err = db.View(t.Context(), func(tx *storage.Tx) error { _, err := tx.Volunteer(t.Context(), v.ID); return err })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("the volunteer is there: %v", err)
		}
	})
}
