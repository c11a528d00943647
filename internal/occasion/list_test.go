package occasion_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// What one may read of a day: the unit's own no names, whoever works there the names, other units nothing; and after a week nobody.
func TestWhoReadsTheList(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		y := build(t, db)
		d := y.day(30, y.Worker)
		in, err := y.bring(d, y.Colleague, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := y.names(d, y.Worker); !fault.HasKey(err, "occasion.list-not-now") {
			t.Errorf("weeks before: %v", err)
		}
		clock.Set(d.Starts.Add(-2 * time.Hour))
		if err := y.names(d, y.Worker); err != nil {
			t.Error(err)
		}
		for name, by := range map[string]access.Actor{"a colleague": y.Colleague, "the coordinator": y.Coordinator, "another unit's": y.Stranger} {
			if err := y.names(d, by); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads the list: %v", name, err)
			}
		}
		clock.Set(d.Starts.AddDate(0, 0, 8))
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			_, err := occasion.Forget(ctx, tx, y.Models, 100)
			return err
		})
		if err := y.names(d, y.Worker); !fault.Is(err, fault.NotFound) {
			t.Errorf("after a week: %v", err)
		}
		err = y.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := occasion.Enter(ctx, tx, y.Models, in.Code)
			return err
		})
		if !fault.HasKey(err, "code.wrong") {
			t.Errorf("the code after a week: %v", err)
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			d, err := tx.Occasion(ctx, d.ID)
			if !d.Gone() || !d.Place.Empty() || d.About == "" {
				t.Errorf("what stays of the day is %+v", d)
			}
			return err
		})
		defer func() {
			y.do(func(ctx context.Context, tx *storage.Tx) error { // counting afterwards is noted nowhere: nothing would end it
				all, err := tx.Audit(ctx, string(d.ID))
				if len(all) > 0 {
					t.Errorf("%d entries outlive the list", len(all))
				}
				return err
			})
		}()
		if err := y.try(func(ctx context.Context, tx *storage.Tx) error {
			return occasion.Count(ctx, tx, y.Models, y.Colleague, d.ID, 1, 1, 2)
		}); err != nil {
			t.Errorf("counting late: %v", err)
		}
	})
}

// What a family may type is a first name on one line and numbers that fit; a form that is sent twice signs up once.
func TestSigningUp(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		y := build(t, db)
		d := y.day(10, y.Worker)
		for name, c := range map[string]struct {
			n     occasion.Numbers
			field string
			key   string
		}{
			"nobody":            {occasion.Numbers{Name: "Sini"}, "adults", "occasion.nobody"},
			"children alone":    {occasion.Numbers{Children: 2, Name: "Sini"}, "adults", "occasion.adult"},
			"too many":          {occasion.Numbers{Adults: 2, Children: 11, Name: "Sini"}, "adults", "occasion.family"},
			"no number":         {occasion.Numbers{Adults: -1, Name: "Sini"}, "adults", "form.number"},
			"no name":           {occasion.Numbers{Adults: 1, Name: " "}, "name", "occasion.empty"},
			"two lines":         {occasion.Numbers{Adults: 1, Name: "Sini\npuh. 040"}, "name", "occasion.line"},
			"a number to call":  {occasion.Numbers{Adults: 1, Name: "Sini 040 555 0000"}, "name", "occasion.name"},
			"an address":        {occasion.Numbers{Adults: 1, Name: "sini@example.org"}, "name", "occasion.name"},
			"a name of a story": {occasion.Numbers{Adults: 1, Name: "Sini, jolle soitetaan numeroon 0"}, "name", "occasion.line"},
		} {
			err := y.try(func(ctx context.Context, tx *storage.Tx) error {
				_, err := occasion.SignUp(ctx, tx, y.Models, d.ID, c.n, id.New())
				return err
			})
			if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Key != c.key {
				t.Errorf("%s: got %+v", name, f.Fields)
			}
		}
		token := id.New()
		var twice [2]occasion.Signed
		for i := range twice {
			y.do(func(ctx context.Context, tx *storage.Tx) (err error) {
				twice[i], err = occasion.SignUp(ctx, tx, y.Models, d.ID, occasion.Numbers{Adults: 1, Children: 1, Name: "Sini"}, token)
				return err
			})
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Families(ctx, d)
			if len(all) != 1 || twice[0] != twice[1] {
				t.Errorf("sent twice: %d families", len(all))
			}
			return err
		})
	})
}

// A backup that is older than a cancelling or a list's end does not bring the names back (decision 0042).
func TestReplayLetsGoAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		y := build(t, db)
		over, goes := y.dayOf("2027-03-20"), y.dayOf("2027-03-21")
		var families []occasion.Family
		for _, d := range []occasion.Day{over, goes, goes} {
			if _, err := y.bring(d, y.Worker, ""); err != nil {
				t.Fatal(err)
			}
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			for _, d := range []occasion.Day{over, goes} {
				all, err := tx.Families(ctx, d)
				if err != nil {
					return err
				}
				families = append(families, all...)
			}
			return nil
		})
		y.do(func(ctx context.Context, tx *storage.Tx) error { return tx.ClearOccasion(ctx, over) })
		y.do(func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteFamily(ctx, families[1].ID) })
		y.do(func(ctx context.Context, tx *storage.Tx) error { // as the backup has it
			if err := tx.PutOccasion(ctx, over); err != nil {
				return err
			}
			if err := tx.PutFamily(ctx, over, families[0]); err != nil {
				return err
			}
			return tx.PutFamily(ctx, goes, families[1])
		})
		list, err := db.Ended(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []int{2, 0} {
			r, err := db.Replay(t.Context(), list)
			if err != nil || r.Occasions != want {
				t.Errorf("time %d: %d let go again, %v", i+1, r.Occasions, err)
			}
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			d, err := tx.Occasion(ctx, over.ID)
			if err != nil || !d.Gone() {
				t.Errorf("the list that was over is there: %v", err)
			}
			left, err := tx.Families(ctx, goes)
			if len(left) != 1 || left[0].ID != families[2].ID {
				t.Errorf("%d families are left of the day that goes on", len(left))
			}
			return err
		})
	})
}
