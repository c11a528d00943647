package web_test

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

// furnishPaid gives both units a service that somebody else pays for, one payer, and a commitment of each worker's.
func (m *matrixHouse) furnishPaid() {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		model, _ := m.Models.Latest("payment-commitment")
		for unit, values := range map[access.UnitID]map[string]string{m.Unit: m.here, m.other: m.there} {
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: model.ID, Version: model.Version, Slug: "m" + id.New()[:8], Position: 9, Open: true})
			if err != nil {
				return err
			}
			values["paid"] = string(o.ID)
		}
		p, err := commitment.KeepPayer(ctx, tx, access.System(), commitment.Payer{Name: "Maakunta", Controller: "Maakunta", Privacy: "kirjaamo@example.org", Active: true})
		m.here["payer"], m.there["payer"] = string(p.ID), string(p.ID)
		return err
	})
	m.put("payer", "own", map[string]string{"id": m.here["payer"]}, nil)
	for relation, worker := range map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"} {
		x := m.commitment(worker)
		m.put("paid", relation, x.path, x.values)
		if relation != "colleague" { // a contact that waits is the desk's
			m.put("applicant", relation, m.applicant(worker).path, nil)
		}
	}
}

// applicant is a contact in a unit's paid service, for whom a commitment was applied for.
func (m *matrixHouse) applicant(worker string) thing {
	by, boss, values := m.Staff[worker], m.Staff["marja"], m.here
	if by.Roles[0].Unit == m.other {
		boss, values = m.Staff["vera"], m.there
	}
	var x thing
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, m.Models, by, intake.New{Offer: organization.OfferID(values["paid"]), Channel: intake.Telephone, Age: -1})
		if err != nil {
			return err
		}
		x.path = map[string]string{"id": string(made.Request.ID)}
		return commitment.Apply(ctx, tx, m.Models, boss, made.Request.ID, commitment.PayerID(values["payer"]), "2027-01-04")
	})
	return x
}

// commitment is one that a worker's coordinator has recorded, with a visit booked.
func (m *matrixHouse) commitment(worker string) (x thing) {
	by, boss, values := m.Staff[worker], m.Staff["marja"], m.here
	if by.Roles[0].Unit == m.other {
		boss, values = m.Staff["vera"], m.there
	}
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		kept, err := commitment.Record(ctx, tx, m.Models, boss, commitment.New{Payer: commitment.PayerID(values["payer"]), Number: id.New(), Kind: "individual", Granted: 10,
			Workers: 1, Worker: by.Account, First: "2027-01-01", Last: "2027-12-31", Route: "a", ChildWelfare: "no",
			Contact: commitment.Contact{Offer: organization.OfferID(values["paid"]), Channel: intake.Telephone, Age: -1}})
		if err != nil {
			return err
		}
		m.n++
		booked, err := appointment.Book(ctx, tx, m.Models, by, appointment.Target{Episode: kept.Episode}, m.time(by, 1), "")
		x = thing{map[string]string{"id": string(kept.Episode)}, map[string]string{"meeting": string(booked.ID)}}
		return err
	})
	return x
}
