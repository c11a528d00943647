package respite_test

import (
	"context"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/respite"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// house is a unit with a line, a group and a day, and Timo who has said yes to all of it.
type house struct {
	storagetest.Organisation
	t        *testing.T
	db       *storage.DB
	timo     access.Actor
	group    circle.Circle
	day      occasion.Day
	evenings []line.Evening
}

func (h *house) do(fn func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	storagetest.Update(h.t, h.db, fn)
}

func furnish(t *testing.T, db *storage.DB) *house {
	t.Helper()
	h := &house{Organisation: storagetest.Furnish(t, db), t: t, db: db}
	h.timo = storagetest.Hire(t, db, "Timo", access.Membership{Unit: h.Unit.ID, Role: access.Volunteer})
	offers := map[string]organization.OfferID{}
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		for i, of := range []string{"sakki", "family-day", "miesluuri", "volunteering"} {
			m, _ := h.Models.Latest(of)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: h.Unit.ID, Model: of, Version: m.Version, Slug: m.Slug, Position: 10 + i, Open: true})
			if err != nil {
				return err
			}
			offers[of] = o.ID
		}
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		var learnt []volunteer.Mark
		for _, x := range []string{"induction", "peer-instructor", "line-basic", "line-further"} {
			learnt = append(learnt, volunteer.Mark{What: x, Day: "2026-09-01"})
		}
		return tx.PutVolunteer(ctx, volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: h.Unit.ID, Offer: offers["volunteering"], Account: h.timo.Account, Key: key, State: volunteer.Active,
			Own: volunteer.Own{Name: seal.Of("Timo"), Email: seal.Of("timo@example.org"), Lang: "fi"},
			Path: volunteer.Path{Began: "2026-06-01", Inducted: true, Tasks: []string{"guide-group", "answer-line", "family-day"}, Trainings: learnt,
				Extract: volunteer.Extract{Day: "2026-12-01", By: h.Coordinator.Account}}})
	})
	h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		may := shift.Eligible(tx, h.Models)
		place, err := organization.KeepPlace(ctx, tx, access.System(), organization.Place{Unit: h.Unit.ID, Name: h.Unit.Name, Active: true})
		if err != nil {
			return err
		}
		if h.evenings, err = line.Plan(ctx, tx, h.Models, h.Coordinator, line.Series{Offer: offers["miesluuri"], First: "2027-02-02", Weekdays: []int{2, 4}, Clock: "18:00", Minutes: 120, N: 12}); err != nil {
			return err
		}
		for _, n := range []int{0, 11} { // the first lies in the break, the last after it
			if err := tx.PutShiftPlace(ctx, shift.Place{Evening: h.evenings[n].ID, Account: h.timo.Account, No: 1, Published: true}); err != nil {
				return err
			}
		}
		if h.group, err = circle.Plan(ctx, tx, h.Models, nil, h.Coordinator, circle.New{Offer: offers["sakki"], Kind: "talk", Day: "2027-02-03", Clock: "18:00", Minutes: 90, Weeks: 2, Number: 4,
			Places: 8, Place: place.ID}); err != nil {
			return err
		}
		if err := circle.Ask(ctx, tx, h.Models, circle.Ready(may), h.Coordinator, h.group.ID, 0, h.timo.Account); err != nil {
			return err
		}
		if err := circle.Yes(ctx, tx, h.Models, circle.Ready(may), h.timo, h.group.ID, 0); err != nil {
			return err
		}
		if h.day, err = occasion.Plan(ctx, tx, h.Models, h.Coordinator, occasion.New{Offer: offers["family-day"], Day: "2027-02-20", Clock: "11:00", Minutes: 240, Places: 30, Volunteers: 1,
			About: "Retki", Area: "Espoo", Place: "Portti", Workers: []access.AccountID{h.Worker.Account}}); err != nil {
			return err
		}
		if err := occasion.Offer(ctx, tx, h.Models, occasion.May(may), h.Coordinator, h.day.ID, h.timo.Account); err != nil {
			return err
		}
		return occasion.Yes(ctx, tx, h.Models, occasion.May(may), h.timo, h.day.ID)
	})
	return h
}

// has is what Timo still is to do: evenings, days, and meetings that want nobody else.
func (h *house) has() (evenings, days, meetings int, leads bool) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		places, err := tx.ShiftPlacesBy(ctx, h.timo.Account, tx.Now())
		if err != nil {
			return err
		}
		helps, err := tx.HelpsOn(ctx, h.timo.Account)
		if err != nil {
			return err
		}
		all, err := tx.CircleMeetings(ctx, []circle.ID{h.group.ID})
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.Lead == "" {
				meetings++
			}
		}
		c, err := tx.Circle(ctx, h.group.ID)
		evenings, days, leads = len(places), len(helps), len(c.Leaders) > 0
		return err
	})
	return evenings, days, meetings, leads
}

// who takes a break is off what lies in it at once, and the coordinator hears that something waits; who stops is off
// everything.
func TestOffAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := furnish(t, db)
		if e, d, m, leads := h.has(); e != 2 || d != 1 || m != 4 || !leads {
			t.Fatalf("before: %d evenings, %d days, %d meetings, leads %v", e, d, m, leads)
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return respite.Break(ctx, tx, h.Models, h.timo, "2027-02-01", "2027-02-28")
		})
		if e, d, m, leads := h.has(); e != 1 || d != 0 || m != 2 || !leads { // meetings on 3. and 17.2. want somebody, 3. and 17.3. do not
			t.Errorf("during a break: %d evenings, %d days, %d meetings, leads %v", e, d, m, leads)
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			at, err := tx.NextJob(ctx, []string{appointment.TellWorker})
			if at.IsZero() {
				t.Error("the coordinator is not told")
			}
			return err
		})
		h.do(func(ctx context.Context, tx *storage.Tx) error { return respite.Stop(ctx, tx, h.Models, h.timo) })
		if e, d, m, leads := h.has(); e != 0 || d != 0 || m != 0 || leads {
			t.Errorf("after stopping: %d evenings, %d days, %d meetings, leads %v", e, d, m, leads)
		}
	})
}
