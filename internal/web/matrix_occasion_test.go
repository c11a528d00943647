package web_test

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// offerDays lets a unit offer days to which families sign up.
func offerDays(h *webtest.House, unit access.UnitID, slug string) (o organization.Offer) {
	h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		m, _ := h.Models.Latest("family-day")
		o, err = organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: m.ID, Version: m.Version, Slug: slug, Position: 21, Open: true})
		return err
	})
	return o
}

// furnishDays gives both units days with a family, a list that is open, a volunteer who was asked, and a family's own page.
func (m *matrixHouse) furnishDays() {
	m.here["days"] = string(offerDays(m.House, m.Unit, "paiva").ID)
	m.there["days"] = string(offerDays(m.House, m.other, "toinen-paiva").ID)
	m.here["helper"], m.there["helper"] = string(m.Staff["vilma"].Account), string(m.Staff["viljo"].Account)
	for relation, who := range map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"} {
		x := m.day(who)
		m.put("occasion", relation, x.path, x.values)
		x = m.day(who)
		m.put("daylist", relation, x.path, x.values)
	}
	m.here["open-day"] = m.things["occasion"]["own"].path["id"]
	m.put("asked", "own", m.asked("marja", "vilma").path, nil)
	m.put("asked", "outside", m.asked("vera", "viljo").path, nil)
	over, _ := m.guest()
	left, exit := m.guest()
	mine, _ := m.guest()
	m.things["guest"] = map[string]thing{"own": mine, "expired": over, "ended": left}
	var hash []byte
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		hash = tx.Index("occasion-stay", over.values["stay"])
		return occasion.Away(ctx, tx, exit)
	})
	m.in.Exec("UPDATE occasion_stay SET expires = $1 WHERE hash = $2", calendar.Stamp(m.Clock.Now().Add(-time.Minute)), hash)
}

// tomorrow is a day of the unit's whose list is open, at an hour that no other has.
func (m *matrixHouse) tomorrow(who string) (n occasion.New, by access.Actor) {
	m.n++
	at := calendar.LocalOf(m.Clock.Now(), "Europe/Helsinki")
	clock := calendar.LocalOf(m.Clock.Now().Add(time.Duration(m.n)*time.Minute), "Europe/Helsinki").Clock
	n = occasion.New{Offer: organization.OfferID(m.valuesOf(who)["days"]), Day: at.Day.Add(1), Clock: clock, Minutes: 240, Closes: at.Day.Add(1), Places: 30, Volunteers: 2,
		About: "Retki", Area: "Espoo", Place: "Portti"}
	if m.valuesOf(who)["days"] == m.there["days"] {
		return n, m.Staff["vera"]
	}
	return n, m.Staff["marja"]
}

// day is a day on which somebody works, with a family that has signed up.
func (m *matrixHouse) day(who string) (x thing) {
	n, by := m.tomorrow(who)
	n.Workers = []access.AccountID{m.Staff[who].Account}
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		d, err := occasion.Plan(ctx, tx, m.Models, by, n)
		if err != nil {
			return err
		}
		if _, err := occasion.Bring(ctx, tx, m.Models, by, d.ID, "", occasion.Numbers{Adults: 1, Children: 2, Name: "Sini"}); err != nil {
			return err
		}
		all, err := tx.Families(ctx, d)
		if err != nil {
			return err
		}
		x = thing{map[string]string{"id": string(d.ID)}, map[string]string{"family": string(all[0].ID)}}
		return nil
	})
	return x
}

// asked is a day to which a volunteer was asked and comes.
func (m *matrixHouse) asked(boss, who string) (x thing) {
	n, by := m.tomorrow(boss)
	n.Workers = []access.AccountID{m.Staff[map[string]string{"marja": "noora", "vera": "vieras"}[boss]].Account}
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		d, err := occasion.Plan(ctx, tx, m.Models, by, n)
		if err != nil {
			return err
		}
		if err := occasion.Offer(ctx, tx, m.Models, mayAny, by, d.ID, m.Staff[who].Account); err != nil {
			return err
		}
		x = thing{map[string]string{"id": string(d.ID)}, nil}
		return occasion.Confirm(ctx, tx, m.Models, mayAny, by, d.ID, m.Staff[who].Account)
	})
	return x
}

// mayAny is the rule of volunteers where it is not what is tried.
func mayAny(context.Context, access.AccountID, string, calendar.Date) error { return nil }

// guest is a stay by the code of a family that has signed up.
func (m *matrixHouse) guest() (x thing, exit string) {
	n, by := m.tomorrow("noora")
	n.Workers = []access.AccountID{m.Staff["noora"].Account}
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		d, err := occasion.Plan(ctx, tx, m.Models, by, n)
		if err != nil {
			return err
		}
		in, err := occasion.SignUp(ctx, tx, m.Models, d.ID, occasion.Numbers{Adults: 1, Children: 1, Name: "Sini"}, id.New())
		if err != nil {
			return err
		}
		v, err := occasion.Enter(ctx, tx, m.Models, in.Code)
		x, exit = thing{map[string]string{}, map[string]string{"stay": v.Token}}, v.Exit
		return err
	})
	return x, exit
}
