package circle_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// R-171, decision 0070: a leader takes a topic away that names somebody; nothing tells who proposed it, its votes are gone, and another that
// had votes for the same meeting does not stand there as if it had been talked about.
func TestDropTopic(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		g := c.group(c.Worker, 8)
		make, repa := c.join(g, "Make"), c.join(g, "Repa")
		var topics []circle.Talk
		talks := func() []circle.Talk {
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				all, err := tx.CircleMeetings(ctx, []circle.ID{g.ID})
				if err != nil {
					return err
				}
				topics, err = circle.Talks(ctx, tx, g, all)
				return err
			})
			return topics
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			for code, text := range map[circle.Joined]string{make: "Naapurin Seppo", repa: "Uni"} {
				v, err := circle.Enter(ctx, tx, c.Models, code.Code)
				if err != nil {
					return err
				}
				if err := v.Propose(ctx, tx, text); err != nil {
					return err
				}
				all, err := tx.Topics(ctx, g)
				if err != nil {
					return err
				}
				for _, x := range all {
					if x.Text.Reveal() == text {
						if err := v.Vote(ctx, tx, x.ID); err != nil {
							return err
						}
					}
				}
			}
			return nil
		})
		clock.Set(time.Date(2027, 3, 16, 18, 0, 0, 0, time.UTC))
		var about circle.Talk
		for _, x := range talks() {
			if x.No == 1 {
				about = x
			}
		}
		if about.ID == "" {
			t.Fatal("no topic was talked about")
		}
		drop := func(by access.Actor) error {
			return c.try(func(ctx context.Context, tx *storage.Tx) error {
				return circle.DropTopic(ctx, tx, c.Models, by, g.ID, about.ID)
			})
		}
		if err := drop(c.Stranger); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody of another unit: %v", err)
		}
		for range 2 { // pressing twice is no mistake
			if err := drop(c.Worker); err != nil {
				t.Fatal(err)
			}
		}
		if left := talks(); len(left) != 1 || left[0].No != 0 {
			t.Errorf("left: %+v", left)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Tallies(ctx, g.ID)
			if len(all) != 0 {
				t.Errorf("votes are left: %v", all)
			}
			return err
		})
	})
}

// a volunteer proposes a group signed in, reads what becomes of it, and is asked to lead it when it does; what was taken back
// leaves nothing, and somebody else's proposals are not theirs.
func TestProposeSignedIn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo, ari := c.trained(o, "Timo"), c.trained(o, "Ari")
		think := func(by access.Actor, title string) error {
			return c.try(func(ctx context.Context, tx *storage.Tx) error {
				return circle.ThinkMine(ctx, tx, c.Models, by, circle.NewIdea{Offer: c.sakki, Kind: "talk", Title: title, Helps: true, Token: id.New()})
			})
		}
		mine := func(by access.Actor) (out []circle.Proposal) {
			c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
				out, err = circle.Proposals(ctx, tx, c.Models, by)
				return err
			})
			return out
		}
		if err := think(c.Stranger, "Shakki"); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody who is no volunteer here: %v", err)
		}
		for _, title := range []string{"Juttusakki", "Toinen"} {
			if err := think(timo, title); err != nil {
				t.Fatal(err)
			}
		}
		first := mine(timo)
		if len(first) != 2 || len(mine(ari)) != 0 {
			t.Fatalf("%d proposals of one, %d of another", len(first), len(mine(ari)))
		}
		back := func(by access.Actor, of circle.IdeaID) error {
			return c.try(func(ctx context.Context, tx *storage.Tx) error { return circle.Rethink(ctx, tx, c.Models, by, of) })
		}
		if err := back(ari, first[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else takes it back: %v", err)
		}
		if err := back(timo, first[1].ID); err != nil {
			t.Fatal(err)
		}
		var g circle.Circle
		c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			if err := circle.Look(ctx, tx, c.Models, c.Coordinator, first[0].ID); err != nil {
				return err
			}
			g, err = circle.Plan(ctx, tx, c.Models, anybody, c.Coordinator, circle.New{Offer: c.sakki, Kind: "talk", Day: "2027-03-16", Clock: "18:00", Minutes: 90, Weeks: 2, Number: 8,
				Places: 8, Place: c.office, Idea: first[0].ID})
			return err
		})
		if got := mine(timo); len(got) != 1 || got[0].State != circle.Taken {
			t.Errorf("the proposer reads %+v", got)
		}
		if err := c.yes(g, 0, timo); err != nil {
			t.Fatalf("the proposer was not asked: %v", err)
		}
		if own := c.mine(timo); len(own) != 1 || !own[0].Leads {
			t.Errorf("who proposed it leads %+v", own)
		}
	})
}
