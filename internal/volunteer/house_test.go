package volunteer_test

import (
	"context"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// house is a unit that takes volunteers on, with somebody who has been.
type house struct {
	storagetest.Organisation
	t     *testing.T
	db    *storage.DB
	clock *storagetest.Clock
	offer organization.OfferID
	model *model.Model
	who   volunteer.ID
	by    access.Actor // the volunteer
}

// each is a house on both databases. The clock stands at Tuesday 12.1.2027, eleven o'clock.
func each(t *testing.T, run func(t *testing.T, h *house)) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := &house{Organisation: storagetest.Furnish(t, db), t: t, db: db, clock: clock}
		h.model, _ = h.Models.Latest("volunteering")
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: h.Unit.ID, Model: h.model.ID, Version: h.model.Version, Slug: "mukaan", Position: 9, Open: true})
			h.offer = o.ID
			return err
		})
		h.who, h.by = h.taken("Pekka", "guide-group")
		run(t, h)
	})
}

// try does something in a transaction; do fails the test when it is refused.
func (h *house) try(do func(ctx context.Context, tx *storage.Tx) error) error {
	return h.db.Update(h.t.Context(), func(tx *storage.Tx) error { return do(h.t.Context(), tx) })
}

func (h *house) do(do func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	if err := h.try(do); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) apply(name string, tasks ...string) (code intake.Code, err error) {
	err = h.try(func(ctx context.Context, tx *storage.Tx) (err error) {
		code, err = volunteer.Apply(ctx, tx, h.Models, volunteer.Application{Offer: h.offer, Token: id.New(), Name: name, Email: strings.ToLower(name) + "@example.org", Lang: locale.Finnish, Tasks: tasks})
		return err
	})
	return code, err
}

// taken is somebody who has applied, was taken on and has had their induction.
func (h *house) taken(name string, tasks ...string) (of volunteer.ID, by access.Actor) {
	h.t.Helper()
	code, err := h.apply(name, tasks...)
	if err != nil {
		h.t.Fatal(err)
	}
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		v, _, err := volunteer.ByCode(ctx, tx, h.Models, code)
		if err != nil {
			return err
		}
		of = v.ID
		if _, err := volunteer.Accept(ctx, tx, h.Models, h.Coordinator, of); err != nil {
			return err
		}
		if err := volunteer.Begin(ctx, tx, h.Models, h.Coordinator, of); err != nil {
			return err
		}
		if err := volunteer.Learn(ctx, tx, h.Models, h.Coordinator, of, "induction", "2027-01-12"); err != nil {
			return err
		}
		v, err = tx.Volunteer(ctx, of)
		by = access.Actor{Account: v.Account, Roles: []access.Membership{{Unit: h.Unit.ID, Role: access.Volunteer}}}
		return err
	})
	return of, by
}

func (h *house) volunteer() (v volunteer.Volunteer) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		v, err = tx.Volunteer(ctx, h.who)
		return err
	})
	return v
}

func (h *house) event(item string) (of volunteer.EventID) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		of, err = volunteer.PlanEvent(ctx, tx, h.Models, h.Coordinator, h.offer, volunteer.Plan{Item: item, Day: "2027-02-10", Clock: "17:00", Minutes: 120, Place: "Toimisto", Link: linkOf(h.model, item)})
		return err
	})
	return of
}

func linkOf(m *model.Model, item string) string {
	if x, _ := m.Volunteer.Item(item); x.Remote {
		return "https://meet.example.org/a"
	}
	return ""
}
