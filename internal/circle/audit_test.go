package circle_test

import (
	"context"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// D-201, decision 0074: who opened or changed a group is kept by account and month; the unit's coordinators read it and nobody else; a day
// is kept nowhere; a refused change leaves nothing; and the entries die with the group, not before.
func TestWhoOpenedAGroup(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		g := c.group(c.Worker, 4)
		for range 2 {
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				_, err := circle.Read(ctx, tx, c.Models, c.Worker, g.ID)
				return err
			})
		}
		err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Count(ctx, tx, c.Models, c.Coordinator, g.ID, 1, 3) // it has not been yet
		})
		if !fault.HasKey(err, "circle.not-yet") {
			t.Fatal(err)
		}
		err = c.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := circle.Read(ctx, tx, c.Models, c.Stranger, g.ID)
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			t.Fatalf("a stranger: %v", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Alter(ctx, tx, c.Models, c.Coordinator, g.ID, circle.Change{Places: 6, Place: c.office})
		})
		read := func(by access.Actor, f audit.Filter) (out []string) {
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				f.Limit = 100
				all, err := audit.ReadGroups(ctx, tx, by, f)
				for _, l := range all {
					if l.Object != string(g.ID) || l.Kind != audit.Circle {
						t.Errorf("an entry of %s %s", l.Kind, l.Object)
					}
					out = append(out, string(l.Day)+" "+l.Action+" "+map[access.AccountID]string{c.Worker.Account: "worker", c.Coordinator.Account: "coordinator"}[l.Account])
				}
				return err
			})
			return out
		}
		var month, last string
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			month = tx.Now().Format("2006-01")
			all, err := tx.Audit(ctx, string(g.ID))
			for _, e := range all {
				last = string(e.Day)
				if e.Day != audit.Keeps("none", e.Day) {
					t.Errorf("an entry has the day %s", e.Day)
				}
			}
			return err
		})
		got := strings.Join(read(c.Coordinator, audit.Filter{}), "\n")
		for _, want := range []string{month + " opened worker", month + " seen worker", month + " changed coordinator"} {
			if strings.Count(got, want) != 1 {
				t.Errorf("got\n%s\nwant once %s", got, want)
			}
		}
		if strings.Count(got, "\n") != 2 {
			t.Errorf("got\n%s\nwant three lines", got)
		}
		if all := append(read(c.Worker, audit.Filter{}), read(c.Stranger, audit.Filter{})...); len(all) > 0 {
			t.Errorf("others than coordinators read %v", all)
		}
		if all := read(c.Coordinator, audit.Filter{Day: "2027-03-31"}); len(all) > 0 || last == "" {
			t.Errorf("a day has %v", all)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteCircle(ctx, g.ID) })
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Audit(ctx, string(g.ID))
			if len(all) > 0 {
				t.Errorf("%d entries outlive the group", len(all))
			}
			if err != nil {
				return err
			}
			checked, err := audit.Check(ctx, tx)
			if !checked.Whole() {
				t.Errorf("the chain is broken: %+v", checked)
			}
			return err
		})
	})
}
