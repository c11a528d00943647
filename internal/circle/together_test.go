package circle_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
)

// A-08, design 4.3, decision 0074: a wall that is put up when both have joined is told to keepers who work with neither party, and to
// nobody else; neither of the two reads anything of it; two who do not come together are told to any coordinator.
func TestWallPutUpLater(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		var keepers []access.Actor
		for _, name := range []string{"eka", "toka", "kolmas"} {
			keepers = append(keepers, storagetest.Hire(t, db, name, access.Membership{Unit: c.Unit.ID, Role: access.Coordinator}, access.Membership{Unit: c.Unit.ID, Role: access.Keeper}))
		}
		a, b, d := c.client().Request, c.client().Request, c.client().Request
		neutral := storagetest.Hire(t, db, "sijainen", access.Membership{Unit: c.Unit.ID, Role: access.Worker})
		g := c.group(neutral, 8)
		var own []circle.Joined
		for _, p := range []person.ID{a.Person, b.Person} {
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				in, err := circle.JoinByWay(ctx, tx, c.Models, p, "sakki", g.ID, "Make")
				own = append(own, in)
				return err
			})
		}
		pages := func() (out []circle.OwnView) {
			for _, in := range own {
				c.do(func(ctx context.Context, tx *storage.Tx) error {
					v, err := circle.Enter(ctx, tx, c.Models, in.Code)
					if err != nil {
						return err
					}
					o, err := v.View(ctx, tx)
					out = append(out, o)
					return err
				})
			}
			return out
		}
		told := func(by access.Actor) (told bool) {
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				w, err := wall.WatchFor(ctx, tx, by)
				if err != nil {
					return err
				}
				told, err = circle.Together(ctx, tx, w, g)
				return err
			})
			return told
		}
		everybody := append(slices.Clone(keepers), c.Coordinator)
		for _, by := range everybody {
			if told(by) {
				t.Fatal("told of a wall that does not stand")
			}
		}
		before := pages()
		c.do(func(ctx context.Context, tx *storage.Tx) error { return wall.Couple(ctx, tx, a.Person, b.Person) })
		// The unit's coordinators have been divided; this one has had nothing to do with either.
		keepers = append(keepers, storagetest.Hire(t, db, "uusi", access.Membership{Unit: c.Unit.ID, Role: access.Coordinator}, access.Membership{Unit: c.Unit.ID, Role: access.Keeper}))
		serves := map[access.AccountID]bool{}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			grants, err := tx.PartyGrants(ctx, []person.ID{a.Person, b.Person})
			for _, x := range grants {
				serves[access.AccountID(x.Holder)] = true
			}
			return err
		})
		hears := 0
		for _, by := range keepers {
			if got := told(by); got == serves[by.Account] {
				t.Errorf("a keeper who works with one of them: %v, is told: %v", serves[by.Account], got)
			} else if got {
				hears++
			}
		}
		if hears == 0 || hears == len(keepers) {
			t.Fatalf("%d of %d keepers hear: the test proves nothing", hears, len(keepers))
		}
		if told(c.Coordinator) {
			t.Error("a coordinator who keeps no walls is told")
		}
		if after := pages(); !reflect.DeepEqual(before, after) {
			t.Error("the wall changes what they read themselves")
		}
		if err := c.come(d.Person, g); err != nil {
			t.Fatal(err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Other: min(a.Person, d.Person), Person: max(a.Person, d.Person)})
		})
		if !told(c.Coordinator) {
			t.Error("a pair that does not come together is not told")
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.End(ctx, tx, c.Models, keepers[0], g.ID)
		})
		c.do(func(ctx context.Context, tx *storage.Tx) (err error) { g, err = tx.Circle(ctx, g.ID); return err })
		if told(c.Coordinator) {
			t.Error("a group that has ended is told")
		}
	})
}
