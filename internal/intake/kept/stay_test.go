package kept_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

func resume(t *testing.T, db *storage.DB, token string) (stay intake.Stay, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
		stay, err = intake.Resume(t.Context(), tx, token)
		return err
	})
	return stay, err
}

// A stay lasts ten minutes from its last use, and ends at once when its exit is used.
func TestStay(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		made, err := ask(t, db, o, access.Anyone(), wish(o))
		if err != nil {
			t.Fatal(err)
		}
		stay, err := enter(t, db, made.Code)
		if err != nil || stay.Holder.Request != made.Request.ID {
			t.Fatalf("entered %+v, %v", stay, err)
		}
		for range 3 {
			clock.Add(9 * time.Minute)
			again, err := resume(t, db, stay.Token)
			if err != nil || again.Exit != stay.Exit || again.Holder.Request != made.Request.ID {
				t.Fatalf("resumed %+v, %v", again, err)
			}
		}
		clock.Add(10 * time.Minute)
		if _, err := resume(t, db, stay.Token); !fault.HasKey(err, "stay.over") {
			t.Errorf("after ten idle minutes: %v", err)
		}
		stay, _ = enter(t, db, made.Code)
		if _, err := resume(t, db, stay.Exit); !fault.HasKey(err, "stay.over") {
			t.Errorf("the exit opened the stay: %v", err)
		}
		for range 2 { // the second time there is nothing
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error { return intake.Leave(ctx, tx, stay.Exit) })
		}
		if _, err := resume(t, db, stay.Token); !fault.HasKey(err, "stay.over") {
			t.Errorf("after leaving: %v", err)
		}
	})
}

// unknown, unreadable and dead codes are told in one way.
func TestWrongCodesSoundAlike(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		made, err := ask(t, db, o, access.Anyone(), wish(o))
		if err != nil {
			t.Fatal(err)
		}
		var fresh intake.Code
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
			if _, err := intake.NewCodeFor(ctx, tx, o.Stranger, intake.Holder{Request: made.Request.ID}); !fault.Is(err, fault.NotFound) {
				t.Errorf("a stranger gave a code: %v", err)
			}
			fresh, err = intake.NewCodeFor(ctx, tx, o.Worker, intake.Holder{Request: made.Request.ID})
			return err
		})
		if _, err := enter(t, db, fresh); err != nil {
			t.Errorf("the new code: %v", err)
		}
		_, unread := intake.ParseCode("?")
		_, unknown := enter(t, db, intake.NewCode())
		_, dead := enter(t, db, made.Code)
		expiring, err := ask(t, db, o, access.Anyone(), wish(o))
		if err != nil {
			t.Fatal(err)
		}
		clock.Add(14 * 24 * time.Hour)
		_, expired := enter(t, db, expiring.Code)
		for name, err := range map[string]error{"unreadable": unread, "unknown": unknown, "replaced": dead, "expired": expired} {
			if f := fault.Of(err); f.Key != "code.wrong" || f.Kind != fault.NotFound || len(f.Args) > 0 {
				t.Errorf("%s: %+v", name, f)
			}
		}
	})
}

// The desk reads the safe contact and the name; ending takes all of it and leaves a sum.
func TestDesk(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		in.Name = " Meri "
		in.Contact = person.SafeContact{Channel: person.Call, Address: seal.Of("040 555 0200"), HourFrom: 9, HourTo: 12, CodeWord: seal.Of("kuusi")}
		made, err := ask(t, db, o, o.Worker, in)
		if err != nil {
			t.Fatal(err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			v, err := intake.One(ctx, tx, o.Models, o.Colleague, made.Request.ID)
			if err != nil || v.Person.Name.Reveal() != "Meri" || v.Contact.Address.Reveal() != "040 555 0200" || v.Contact.LastDay != "2027-04-12" || v.Model.ID != o.Adults.Model {
				t.Errorf("read %+v, %v", v, err)
			}
			notes, err := tx.Audit(ctx, string(made.Request.ID))
			if len(notes) != 2 {
				t.Errorf("noted %+v, want opened and seen", notes)
			}
			return err
		})
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			if _, err := intake.One(ctx, tx, o.Models, o.Stranger, made.Request.ID); !fault.HasKey(err, "not-found") {
				t.Errorf("a stranger read it: %v", err)
			}
			if err := intake.End(ctx, tx, o.Models, o.Stranger, made.Request.ID, "gone"); !fault.HasKey(err, "not-found") {
				t.Errorf("a stranger ended it: %v", err)
			}
			if err := intake.End(ctx, tx, o.Models, o.Worker, made.Request.ID, "bored"); !fault.HasKey(err, "form.choice") {
				t.Errorf("ended for no reason of the list: %v", err)
			}
			return nil
		})
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			if err := intake.End(ctx, tx, o.Models, o.Worker, made.Request.ID, "helped"); err != nil {
				return err
			}
			if _, err := tx.Person(ctx, made.Request.Person); !fault.Is(err, fault.NotFound) {
				t.Errorf("the person stayed: %v", err)
			}
			sums, err := tx.Figures(ctx, o.Unit.ID, "2027-01", "2027-01")
			got := map[string]int{}
			for _, s := range sums {
				got[s.Name+" "+s.Value] = s.N
			}
			if got[figure.Contacts+" form"] != 1 || got[figure.Referrers+" self"] != 1 || got[figure.Ended+" helped"] != 1 || len(sums) != 3 {
				t.Errorf("sums %+v", sums)
			}
			return err
		})
	})
}

func TestAreas(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	o := storagetest.Furnish(t, db)
	if got, want := intake.Areas(o.Unit, nil), []string{"Itä-Helsinki", "Vantaa"}; !slices.Equal(got, want) {
		t.Errorf("areas %q, want %q", got, want)
	}
}
