package kept_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/models"
)

const (
	unit     = access.UnitID("unit")
	other    = access.UnitID("other")
	adults   = organization.OfferID("adults")
	children = organization.OfferID("children")
	office   = organization.PlaceID("office")
	helsinki = "Europe/Helsinki"
)

// Noora and Elina are workers and Marja coordinates; Outi works in another unit.
var (
	noora = access.Actor{Account: "noora", Roles: []access.Membership{{Unit: unit, Role: access.Worker}}}
	elina = access.Actor{Account: "elina", Roles: []access.Membership{{Unit: unit, Role: access.Worker}}}
	marja = access.Actor{Account: "marja", Roles: []access.Membership{{Unit: unit, Role: access.Coordinator}}}
	outi  = access.Actor{Account: "outi", Roles: []access.Membership{{Unit: other, Role: access.Worker}, {Unit: other, Role: access.Coordinator}}}
)

// house is a database with staff in it, and hands to act with.
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
	for _, u := range []access.UnitID{unit, other} {
		if err := tx.PutUnit(h.ctx, organization.Unit{ID: u, Slug: string(u), Name: organization.Names{locale.Finnish: string(u)}, Zone: helsinki}); err != nil {
			return err
		}
	}
	for id, m := range map[organization.OfferID]string{adults: "turvaverkko-adult", children: "turvaverkko-child"} {
		if err := tx.PutOffer(h.ctx, organization.Offer{ID: id, Unit: unit, Model: m, Version: 1, Slug: string(id), Open: true}); err != nil {
			return err
		}
	}
	if err := tx.PutPlace(h.ctx, organization.Place{ID: office, Unit: unit, Name: organization.Names{}, Address: "Hämeentie 1", Active: true}); err != nil {
		return err
	}
	for _, a := range []access.Actor{noora, elina, marja, outi} {
		if err := h.staff(tx, a); err != nil {
			return err
		}
	}
	return nil
}

func (h house) staff(tx *storage.Tx, a access.Actor) error {
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
	w := organization.Worker{Account: a.Account, Languages: []string{"fi"}, Places: []string{"office", "home", "agreed"}, TravelMinutes: 30}
	if err := tx.PutWorker(h.ctx, w); err != nil {
		return err
	}
	for day := 1; day <= 7; day++ {
		hours := organization.Hours{ID: fmt.Sprint(a.Account, day), Weekday: day, Opens: "08:00", Closes: "20:00"}
		if err := tx.PutHours(h.ctx, a.Account, hours); err != nil {
			return err
		}
	}
	return nil
}

// try acts in one transaction and gives the refusal.
func (h house) try(act func(tx *storage.Tx) error) error {
	return h.db.Update(h.ctx, act)
}

// do acts, and a refusal ends the test.
func (h house) do(act func(tx *storage.Tx) error) {
	h.t.Helper()
	if err := h.try(act); err != nil {
		h.t.Fatal(err)
	}
}

// refused acts and wants the refusal with the key.
func (h house) refused(key string, act func(tx *storage.Tx) error) {
	h.t.Helper()
	err := h.try(act)
	if !fault.HasKey(err, key) {
		h.t.Errorf("got %v, want %s", err, key)
		return
	}
	for _, lang := range locale.Langs() {
		if text := locale.For(lang).Fault(err); len(text) < 10 {
			h.t.Errorf("%s in %s: %q", key, lang, text)
		}
	}
}

// contact is somebody's wish for contact through the form.
func (h house) contact(offer organization.OfferID) intake.Made {
	h.t.Helper()
	var made intake.Made
	h.do(func(tx *storage.Tx) (err error) {
		made, err = intake.Make(h.ctx, tx, h.ms, access.Anyone(), intake.New{
			Offer: offer, Channel: intake.Form, Referrer: "self", Lang: locale.Finnish, Age: -1, Contact: person.SafeContact{Channel: person.None}})
		return err
	})
	return made
}

// holder is what the code opens just now.
func (h house) holder(code intake.Code) intake.Holder {
	h.t.Helper()
	var stay intake.Stay
	h.do(func(tx *storage.Tx) (err error) { stay, err = intake.Enter(h.ctx, tx, code); return err })
	return stay.Holder
}

func (h house) client(code intake.Code) appointment.ClientView {
	h.t.Helper()
	holder := h.holder(code)
	var v appointment.ClientView
	h.do(func(tx *storage.Tx) (err error) { v, err = appointment.ForClient(h.ctx, tx, h.ms, holder); return err })
	return v
}

// at is a time at the office with Noora, this long from now.
func (h house) at(in time.Duration) appointment.Free {
	return appointment.Free{Worker: "noora", At: calendar.LocalOf(h.clock.Now().Add(in), helsinki), Minutes: 60, PlaceKind: appointment.Office, Place: office}
}

func (h house) book(t appointment.Target, at appointment.Free) appointment.Appointment {
	h.t.Helper()
	var a appointment.Appointment
	h.do(func(tx *storage.Tx) (err error) {
		a, err = appointment.Book(h.ctx, tx, h.ms, noora, t, at, "")
		return err
	})
	return a
}

// opened is a contact whose first meeting is booked in two hours, and its code.
func (h house) opened(offer organization.OfferID) (episode.ID, appointment.Appointment, intake.Code) {
	h.t.Helper()
	made := h.contact(offer)
	a := h.book(appointment.Target{Request: made.Request.ID}, h.at(2*time.Hour))
	return a.Episode, a, made.Code
}

// hold turns the clock to the meeting and marks it held.
func (h house) hold(a appointment.Appointment) {
	h.t.Helper()
	h.clock.Set(a.Starts)
	h.do(func(tx *storage.Tx) error { return appointment.Hold(h.ctx, tx, h.ms, noora, a.ID) })
}

// bookAndHold books and holds n more meetings.
func (h house) bookAndHold(ep episode.ID, n int) {
	h.t.Helper()
	for range n {
		h.hold(h.book(appointment.Target{Episode: ep}, h.at(2*time.Hour)))
	}
}

func (h house) appointments(ep episode.ID) (all []appointment.Appointment) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) { all, err = tx.Appointments(h.ctx, ep); return err })
	return all
}

func (h house) figures() map[string]int {
	h.t.Helper()
	sums := map[string]int{}
	h.do(func(tx *storage.Tx) error {
		clear(sums)
		all, err := tx.Figures(h.ctx, unit, "2026-01", "2028-12")
		for _, s := range all {
			sums[s.Name+"/"+s.Value] += s.N
		}
		return err
	})
	return sums
}

func (h house) view(by access.Actor, ep episode.ID) episode.View {
	h.t.Helper()
	var v episode.View
	h.do(func(tx *storage.Tx) (err error) { v, err = episode.One(h.ctx, tx, h.ms, by, ep); return err })
	return v
}
