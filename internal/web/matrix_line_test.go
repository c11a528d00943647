package web_test

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
)

// furnishLines gives each unit a line with evenings: one that is going on, whose calls are marked, and some to come, on which
// people answer.
func (m *matrixHouse) furnishLines() {
	for unit, values := range map[access.UnitID]map[string]string{m.Unit: m.here, m.other: m.there} {
		relation := "own"
		if unit == m.other {
			relation = "outside"
		}
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			found, _ := m.Models.Latest("miesluuri")
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: found.ID, Version: found.Version, Slug: "linja-" + relation, Position: 9, Open: true})
			if err != nil {
				return err
			}
			values["line"] = string(o.ID)
			on, err := m.evening(ctx, tx, o.ID, calendar.LocalOf(tx.Now(), "Europe/Helsinki").Day, "09:00")
			if err != nil {
				return err
			}
			m.put("call", relation, map[string]string{"id": string(on)}, nil)
			coming, err := m.evening(ctx, tx, o.ID, "2027-03-02", "18:00")
			m.put("evening", relation, map[string]string{"id": string(coming)}, nil)
			return err
		})
	}
	for relation, who := range map[string]string{"colleague": "elina", "outside": "vieras"} {
		m.put("shift", relation, m.shift(who).path, nil)
	}
	for role := range m.roles {
		if m.own[role] == nil {
			m.own[role] = map[string]thing{}
		}
		m.own[role]["shift"] = m.shift(m.roles[role])
	}
}

// evening is one more evening of a line.
func (m *matrixHouse) evening(ctx context.Context, tx *storage.Tx, of organization.OfferID, day calendar.Date, clock calendar.Clock) (line.EveningID, error) {
	e := line.Evening{ID: line.EveningID(id.New()), Offer: of, At: calendar.Local{Day: day, Clock: clock, Zone: "Europe/Helsinki"}, Minutes: 240, State: line.Open}
	var err error
	if e.Starts, err = e.At.Instant(); err != nil {
		return e.ID, err
	}
	return e.ID, tx.PutEvening(ctx, e)
}

// shift is an evening that somebody answers.
func (m *matrixHouse) shift(who string) (x thing) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		offer := m.here["line"]
		if who == "vieras" {
			offer = m.there["line"]
		}
		m.n++
		e, err := m.evening(ctx, tx, organization.OfferID(offer), calendar.Date("2027-04-01").Add(m.n), "18:00")
		if err != nil {
			return err
		}
		x = thing{map[string]string{"id": string(e)}, nil}
		return tx.PutShiftPlace(ctx, shift.Place{Evening: e, Account: m.Staff[who].Account, No: 1, Published: true})
	})
	return x
}
