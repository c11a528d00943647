package commitment_test

import (
	"context"
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/models"
)

const (
	oulu, kemi   = access.UnitID("oulu"), access.UnitID("kemi")
	paid         = organization.OfferID("paid")
	free         = organization.OfferID("free")
	office       = organization.PlaceID("office")
	helsinki     = "Europe/Helsinki"
	north        = commitment.PayerID("north")
	worker, boss = access.Worker, access.Coordinator
)

func is(who string, unit access.UnitID, roles ...access.Role) access.Actor {
	a := access.Actor{Account: access.AccountID(who)}
	for _, r := range roles {
		a.Roles = append(a.Roles, access.Membership{Unit: unit, Role: r})
	}
	return a
}

// Hanna, Mikko and Outi work in Oulu, where Leena and Lauri coordinate; Kalle coordinates elsewhere.
var (
	hanna, mikko, outi  = is("hanna", oulu, worker), is("mikko", oulu, worker), is("outi", oulu, worker)
	leena, lauri, kalle = is("leena", oulu, boss), is("lauri", oulu, boss), is("kalle", kemi, boss, worker)
)

// house is a database with the staff in it, and hands to act with.
type house struct {
	t     *testing.T
	ctx   context.Context
	db    *storage.DB
	clock *storagetest.Clock
	ms    model.Set
}

func each(t *testing.T, run func(h house)) {
	t.Helper()
	ms, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := house{t, t.Context(), db, clock, ms}
		h.do(h.furnish)
		run(h)
	})
}

func (h house) furnish(tx *storage.Tx) error {
	sys := access.System()
	for _, u := range []access.UnitID{oulu, kemi} {
		if err := tx.PutUnit(h.ctx, organization.Unit{ID: u, Slug: string(u), Name: organization.Names{locale.Finnish: string(u)}, Zone: helsinki}); err != nil {
			return err
		}
	}
	for o, m := range map[organization.OfferID]string{paid: "payment-commitment", free: "turvaverkko-adult"} {
		if err := tx.PutOffer(h.ctx, organization.Offer{ID: o, Unit: oulu, Model: m, Version: 1, Slug: string(o), Open: true}); err != nil {
			return err
		}
	}
	if err := tx.PutPlace(h.ctx, organization.Place{ID: office, Unit: oulu, Address: "Isokatu 4", Active: true}); err != nil {
		return err
	}
	if err := tx.PutPayer(h.ctx, commitment.Payer{ID: north, Name: "County", Controller: "County", Privacy: "x", Active: true}); err != nil {
		return err
	}
	for _, a := range []access.Actor{hanna, mikko, outi, leena, lauri, kalle} {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		who := account.Account{ID: a.Account, Key: key, Name: seal.Of(string(a.Account)), Email: seal.Of(string(a.Account)), State: account.Active, Lang: locale.Finnish, Created: tx.Now()}
		if err := tx.PutAccount(h.ctx, who, tx.Index("email", string(a.Account))); err != nil {
			return err
		}
		if err := tx.PutMemberships(h.ctx, a.Account, a.Roles); err != nil {
			return err
		}
		if err := organization.KeepWorker(h.ctx, tx, sys, organization.Worker{Account: a.Account, Places: []string{"office"}}); err != nil {
			return err
		}
		for day := 1; day <= 5; day++ {
			if err := organization.KeepHours(h.ctx, tx, sys, a.Account, organization.Hours{Weekday: day, Opens: "09:00", Closes: "12:00"}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h house) try(act func(tx *storage.Tx) error) error { return h.db.Update(h.ctx, act) }

func (h house) do(act func(tx *storage.Tx) error) {
	h.t.Helper()
	if err := h.try(act); err != nil {
		h.t.Fatal(err)
	}
}

func (h house) refused(key string, act func(tx *storage.Tx) error) {
	h.t.Helper()
	err := h.try(act)
	if f := fault.Of(err); err == nil || f.Key != key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == key }) {
		h.t.Errorf("got %v, want %s", err, key)
	}
}

// couple is what A-10 records.
func couple() commitment.New {
	return commitment.New{Payer: north, Number: "PPHVA-2027-0142", Kind: "couple", Granted: 15, Workers: 2, Worker: hanna.Account, Second: mikko.Account,
		First: "2027-01-12", Last: "2027-06-30", Route: "a", ChildWelfare: "no", Contact: commitment.Contact{Offer: paid, Channel: intake.Telephone, Name: "Anna ja Pekka", Age: -1}}
}

func (h house) recorded(n commitment.New) episode.ID {
	h.t.Helper()
	var kept commitment.Recorded
	h.do(func(tx *storage.Tx) (err error) {
		kept, err = commitment.Record(h.ctx, tx, h.ms, leena, n)
		return err
	})
	return kept.Episode
}

func at(day, clock string) appointment.Free {
	return appointment.Free{Worker: hanna.Account, At: calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: helsinki}, Minutes: 90, PlaceKind: appointment.Office, Place: office}
}

func (h house) booked(by access.Actor, ep episode.ID, f appointment.Free) (a appointment.Appointment) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) {
		a, err = appointment.Book(h.ctx, tx, h.ms, by, appointment.Target{Episode: ep}, f, "")
		return err
	})
	return a
}
