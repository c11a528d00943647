package backup_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Walls that were put up after a backup stand again before anybody signs in, and what was excepted from one is not; a
// wall that was taken away before the backup stays away.
func TestWallsStandAgain(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		aino, saga, noora, meri := o.used.Request.Person, o.renewed.Request.Person, o.kept.Request.Person, o.erased.Request.Person
		storagetest.Hire(t, o.db, "outi", access.Membership{Unit: o.Unit.ID, Role: access.Worker})
		keeper := storagetest.Hire(t, o.db, "leena", access.Membership{Unit: o.Unit.ID, Role: access.Keeper}, access.Membership{Unit: o.Unit.ID, Role: access.Coordinator})
		o.tie(aino, saga)
		old := o.tie(noora, meri)
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			ties, err := tx.Ties(ctx, []person.ID{aino})
			if err == nil {
				err = tx.DeleteTie(ctx, ties[0].ID) // it was a mistake
			}
			if err != nil {
				return err
			}
			return wall.Settle(ctx, tx, aino, saga)
		})
		exempt := wall.Exception{ID: id.New(), Tie: old, Account: o.Worker.Account, StaysWith: noora, State: wall.Approved, AskedBy: keeper.Account,
			ApprovedBy: o.Coordinator.Account, Month: "2027-01", LastDay: "2027-03-01"}
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			if err := tx.PutException(ctx, exempt); err != nil {
				return err
			}
			return wall.Settle(ctx, tx, noora, meri)
		})
		o.clock.Add(24 * time.Hour)
		made := o.backUp()
		o.must(func(ctx context.Context, tx *storage.Tx) error { return wall.End(ctx, tx, keeper, exempt.ID) })
		o.tie(aino, noora)
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			return wall.Recuse(ctx, tx, o.Colleague, wall.Ref{Kind: access.Request, ID: string(o.renewed.Request.ID)})
		})

		to := o.elsewhere()
		r, err := backup.Restore(t.Context(), o.from(made, to))
		if err != nil || r.Held || r.Walls != (backup.Walls{Ties: 1, Aparts: 1, Exceptions: 1}) {
			t.Fatalf("got %+v, %v", r, err)
		}
		o.db = o.start(to)
		o.walled([][2]person.ID{{aino, noora}, {noora, meri}})
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			barred, err := tx.Barred(ctx, saga)
			if err != nil || !slices.Contains(barred, wall.Bar{Account: o.Colleague.Account}) {
				t.Errorf("who kept away from somebody is barred by %v, %v", barred, err)
			}
			if _, err := tx.Granted(ctx, o.Colleague, access.Request, string(o.renewed.Request.ID)); err == nil {
				t.Error("who kept away from somebody sees them again")
			}
			live, err := tx.Exceptions(ctx, wall.Wanted{Live: true})
			if err != nil || len(live) != 0 {
				t.Errorf("exceptions %v, %v", live, err)
			}
			return nil
		})

		from := o.from(made, o.elsewhere())
		from.List = ""
		if r, err := backup.Restore(t.Context(), from); err != nil || !r.Held || r.Walls.Ties != 0 {
			t.Errorf("without the list: %+v, %v, want a house that is held", r, err)
		}
	})
}

func (o *organisation) tie(a, b person.ID) wall.TieID {
	o.t.Helper()
	x := wall.Between(a, b, wall.ByWorker)
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		_, err := wall.TieAgain(ctx, tx, x)
		return err
	})
	return x.ID
}

// walled wants these ties and no others, and nobody on both sides of one.
func (o *organisation) walled(want [][2]person.ID) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		ties, err := tx.Ties(ctx, nil)
		if err != nil || len(ties) != len(want) {
			o.t.Errorf("got %d ties, %v, want %d", len(ties), err, len(want))
		}
		for _, pair := range want {
			if !slices.ContainsFunc(ties, func(t wall.Tie) bool { return t.Other(pair[0]) == pair[1] }) {
				o.t.Errorf("a wall does not stand")
			}
			holders := map[string]bool{}
			for i, p := range pair {
				grants, err := tx.PartyGrants(ctx, []person.ID{p})
				if err != nil {
					return err
				}
				for _, g := range grants {
					if i == 1 && holders[g.Holder] {
						o.t.Errorf("%s has both sides", g.Holder)
					}
					holders[g.Holder] = holders[g.Holder] || i == 0
				}
			}
			if len(holders) == 0 {
				o.t.Error("nobody serves either side")
			}
		}
		return nil
	})
}
