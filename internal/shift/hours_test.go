package shift_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// path is where one of the men stands.
func (h *house) path(name string) (p volunteer.Path) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		v, err := tx.VolunteerOf(ctx, h.men[name].Account)
		p = v.Path
		return err
	})
	return p
}

// Hours are counted once, when an evening is over, for who answered it: not for a reserve, and one who said no stands as one who was never
// asked (R-238, decision 0073). Who answered is let go two days later; the sums stay.
func TestHoursOfEvenings(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.join("said-no", "")
		h.join("never-asked", "")
		h.stand(0, "ari", 1)
		h.stand(0, "pekka", 0)
		h.stand(1, "said-no", 1)
		h.stand(1, "pekka", 0)
		if err := h.decline(1, "said-no"); err != nil {
			t.Fatal(err)
		}
		if err := h.take(1, h.men["pekka"]); err != nil {
			t.Fatal(err)
		}
		h.told()
		sweep := func(at time.Time) {
			clock.Set(at)
			h.must(func(ctx context.Context, tx *storage.Tx) error {
				if _, err := line.Sweep(ctx, tx, h.Models); err != nil {
					return err
				}
				return shift.Sweep(ctx, tx)
			})
		}
		sweep(h.evenings[0].Ends().Add(13 * time.Hour))
		if got := h.path("ari").Minutes; got != 120 || h.path("pekka").Minutes != 0 {
			t.Errorf("after the first evening ari gave %d minutes and the reserve %d, want 120 and 0", got, h.path("pekka").Minutes)
		}
		sweep(h.evenings[1].Ends().Add(13 * time.Hour))
		sweep(h.evenings[1].Ends().Add(14 * time.Hour))
		for name, want := range map[string]int{"ari": 120, "pekka": 120, "said-no": 0} {
			if got := h.path(name).Minutes; got != want {
				t.Errorf("%s gave %d minutes, want %d", name, got, want)
			}
		}
		if no, never := h.path("said-no"), h.path("never-asked"); !reflect.DeepEqual(no, never) {
			t.Errorf("who said no stands at %+v, who was never asked at %+v", no, never)
		}
		if h.places(0) != "" {
			t.Errorf("it is still known who answered an evening that is long settled: %s", h.places(0))
		}
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			sums, err := tx.Figures(ctx, h.Unit.ID, "2027-01", "2027-01")
			got := 0
			for _, x := range sums {
				if x.Name == figure.VolunteerMinutes {
					got += x.N
				}
			}
			if got != 240 {
				t.Errorf("the month's sum is %d minutes, want 240", got)
			}
			return err
		})
	})
}

// An evening that nobody has settled yet, as after a long stop, keeps who answered it until its hours are counted.
func TestPlacesWaitForSettling(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.stand(0, "ari", 1)
		clock.Set(h.evenings[0].Ends().AddDate(0, 0, 30))
		h.must(func(ctx context.Context, tx *storage.Tx) error { return shift.Sweep(ctx, tx) })
		if got := h.places(0); got != "ari" {
			t.Errorf("on the evening: %q, want ari", got)
		}
	})
}
