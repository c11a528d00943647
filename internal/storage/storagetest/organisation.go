package storagetest

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/models"
)

// Organisation is a small organisation to act in: one unit that offers the shipped services, two workers and a
// coordinator of it, and a worker of another unit.
type Organisation struct {
	Models      model.Set
	Unit        organization.Unit
	Adults      organization.Offer // individual, for adults
	Children    organization.Offer // individual, for children
	Group       organization.Offer // counted by heads
	Worker      access.Actor
	Colleague   access.Actor
	Coordinator access.Actor
	Stranger    access.Actor // a worker of another unit
}

// Furnish makes the organisation. Its chat is open every day from 8 to 20.
func Furnish(t *testing.T, db *storage.DB) Organisation {
	t.Helper()
	o := Organisation{Models: Models(t)}
	Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		o.Unit = keepUnit(t, ctx, tx, "unit")
		other := keepUnit(t, ctx, tx, "other")
		o.Adults = keepOffer(t, ctx, tx, o, "turvaverkko-adult")
		o.Children = keepOffer(t, ctx, tx, o, "turvaverkko-child")
		o.Group = keepOffer(t, ctx, tx, o, "open-peer-group")
		o.Worker = putStaff(t, ctx, tx, "worker", o.Unit.ID, access.Worker)
		o.Colleague = putStaff(t, ctx, tx, "colleague", o.Unit.ID, access.Worker)
		o.Coordinator = putStaff(t, ctx, tx, "coordinator", o.Unit.ID, access.Coordinator)
		o.Stranger = putStaff(t, ctx, tx, "stranger", other.ID, access.Worker)
		for day := 1; day <= 7; day++ {
			opening := organization.Opening{Unit: o.Unit.ID, Channel: "chat", Weekday: day, Opens: "08:00", Closes: "20:00"}
			if err := organization.KeepOpening(ctx, tx, access.System(), opening); err != nil {
				t.Fatal(err)
			}
		}
		return nil
	})
	return o
}

// Offer lets the unit offer one service more.
func (o Organisation) Offer(t *testing.T, db *storage.DB, of string) (x organization.Offer) {
	t.Helper()
	Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		x = keepOffer(t, ctx, tx, o, of)
		return nil
	})
	return x
}

// Models are those that ship.
func Models(t *testing.T) model.Set {
	t.Helper()
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Hire adds somebody to the staff.
func Hire(t *testing.T, db *storage.DB, name string, roles ...access.Membership) access.Actor {
	t.Helper()
	var who access.Actor
	Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		who = putStaff(t, ctx, tx, name, roles[0].Unit, roles[0].Role)
		who.Roles = roles
		return tx.PutMemberships(ctx, who.Account, roles)
	})
	return who
}

// Present makes the actor answer the unit's chat for a while.
func (o Organisation) Present(t *testing.T, db *storage.DB, by access.Actor, d time.Duration) {
	t.Helper()
	Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		return tx.PutPresence(ctx, organization.Presence{Account: by.Account, Unit: o.Unit.ID, Channel: "chat", Until: tx.Now().Add(d)})
	})
}

// Update runs do in a transaction that must succeed.
func Update(t *testing.T, db *storage.DB, do func(ctx context.Context, tx *storage.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *storage.Tx) error { return do(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func keepUnit(t *testing.T, ctx context.Context, tx *storage.Tx, slug string) organization.Unit {
	t.Helper()
	names := organization.Names{}
	for _, l := range locale.Langs() {
		names[l] = slug
	}
	u, err := organization.KeepUnit(ctx, tx, access.System(), organization.Unit{Slug: slug, Name: names, Area: "Itä-Helsinki, Vantaa", Zone: "Europe/Helsinki"})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func keepOffer(t *testing.T, ctx context.Context, tx *storage.Tx, o Organisation, of string) organization.Offer {
	t.Helper()
	m, ok := o.Models.Latest(of)
	if !ok {
		t.Fatalf("there is no model %s", of)
	}
	offer, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: o.Unit.ID, Model: m.ID, Version: m.Version, Slug: m.Slug, Open: true})
	if err != nil {
		t.Fatal(err)
	}
	return offer
}

func putStaff(t *testing.T, ctx context.Context, tx *storage.Tx, name string, unit access.UnitID, role access.Role) access.Actor {
	t.Helper()
	key, err := tx.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	who := access.AccountID(id.New())
	a := account.Account{ID: who, Key: key, Name: seal.Of(name), Email: seal.Of(name + "@example.fi"), State: account.Active, Lang: locale.Finnish, Created: tx.Now()}
	if err := tx.PutAccount(ctx, a, tx.Index("account.email", name+"@example.fi")); err != nil {
		t.Fatal(err)
	}
	roles := []access.Membership{{Unit: unit, Role: role}}
	if err := tx.PutMemberships(ctx, who, roles); err != nil {
		t.Fatal(err)
	}
	if role == access.Worker {
		if err := tx.PutWorker(ctx, organization.Worker{Account: who, Languages: []string{"fi"}, Places: []string{"office", "home", "agreed"}}); err != nil {
			t.Fatal(err)
		}
	}
	return access.Actor{Account: who, Roles: roles}
}

// Today is the day the clock shows in Helsinki.
func (c *Clock) Today() calendar.Date { return calendar.LocalOf(c.Now(), "Europe/Helsinki").Day }
