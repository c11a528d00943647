package storage_test

import (
	"context"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// A coordinator cannot take another unit's offer or office over by naming it.
func TestArrangeOwnUnitOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		names := organization.Names{locale.Finnish: "A", locale.Swedish: "A", locale.English: "A"}
		err := db.Update(t.Context(), func(tx *storage.Tx) error {
			return arrangeTwoUnits(t, t.Context(), tx, names)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func arrangeTwoUnits(t *testing.T, ctx context.Context, tx *storage.Tx, names organization.Names) error {
	t.Helper()
	sys := access.System()
	ours, err := organization.KeepUnit(ctx, tx, sys, organization.Unit{Slug: "ours", Name: names, Zone: "Europe/Helsinki"})
	if err != nil {
		return err
	}
	theirs, err := organization.KeepUnit(ctx, tx, sys, organization.Unit{Slug: "theirs", Name: names, Zone: "Europe/Helsinki"})
	if err != nil {
		return err
	}
	offer, err := organization.KeepOffer(ctx, tx, sys, organization.Offer{Unit: theirs.ID, Model: "m", Version: 1, Slug: "s", Open: true})
	if err != nil {
		return err
	}
	place, err := organization.KeepPlace(ctx, tx, sys, organization.Place{Unit: theirs.ID, Name: names, Active: true})
	if err != nil {
		return err
	}
	by := access.Actor{Account: "c", Roles: []access.Membership{{Unit: ours.ID, Role: access.Coordinator}}}
	offer.Unit, place.Unit = ours.ID, ours.ID
	if _, err := organization.KeepOffer(ctx, tx, by, offer); !fault.Is(err, fault.NotFound) {
		t.Errorf("taking over an offer: %v, want not found", err)
	}
	if _, err := organization.KeepPlace(ctx, tx, by, place); !fault.Is(err, fault.NotFound) {
		t.Errorf("taking over an office: %v, want not found", err)
	}
	return nil
}
