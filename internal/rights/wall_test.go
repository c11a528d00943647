package rights_test

import (
	"context"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Where a wall has left a unit no coordinator for a party, another unit's one stands in, and approves the party's erasure;
// the unit's own, on the other side, does not see it.
func TestApprovedFromElsewhere(t *testing.T) {
	each(t, func(f *family) {
		ida := storagetest.Hire(t, f.db, "ida", access.Membership{Unit: f.Stranger.Roles[0].Unit, Role: access.Coordinator})
		mother, father := wall.Ref{Kind: access.Episode, ID: string(f.mother.ID)}, wall.Ref{Kind: access.Episode, ID: string(f.father.ID)}
		asked := map[wall.Ref]string{}
		f.must(func(ctx context.Context, tx *storage.Tx) error {
			for _, id := range []wall.Ref{mother, father} {
				x, err := rights.EraseFor(ctx, tx, f.Models, f.Worker, episode.ID(id.ID))
				if err != nil {
					return err
				}
				asked[id] = x.ID
			}
			return wall.Link(ctx, tx, f.Worker, mother, father, mother)
		})
		f.must(func(ctx context.Context, tx *storage.Tx) error {
			for _, side := range []wall.Ref{mother, father} {
				mine, theirs := f.Coordinator, ida
				if _, err := tx.Granted(ctx, mine, side.Kind, side.ID); fault.Is(err, fault.NotFound) {
					mine, theirs = theirs, mine
				}
				f.is("the other side's coordinator", rights.Approve(ctx, tx, theirs, asked[side]), "not-found")
				if err := rights.Approve(ctx, tx, mine, asked[side]); err != nil {
					t.Errorf("the coordinator who sees the party: %v", err)
				}
			}
			return nil
		})
	})
}
