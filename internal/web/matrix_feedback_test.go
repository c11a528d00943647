package web_test

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// furnishFeedback gives each unit a form that goes to people, one that its staff answer, and a device in a room that is open.
func (m *matrixHouse) furnishFeedback() {
	for unit, values := range map[access.UnitID]map[string]string{m.Unit: m.here, m.other: m.there} {
		relation := "own"
		if unit == m.other {
			relation = "outside"
		}
		values["handed"], values["answered"], values["asked"] = values["offer"]+"/child", values["offer"]+"/worker", m.adults(unit)+"/partner"
		m.put("form", relation, nil, map[string]string{"form": values["answered"]})
		m.put("quote", relation, map[string]string{"id": m.quote(unit, nil)}, nil)
		m.put("device", relation, nil, map[string]string{"id": m.device(unit)})
	}
	for role := range m.roles {
		if m.own[role] == nil {
			m.own[role] = map[string]thing{}
		}
		m.own[role]["quote"] = thing{map[string]string{"id": m.quote(m.Unit, nil)}, nil}
		m.own[role]["device"] = thing{nil, map[string]string{"id": m.device(m.Unit)}}
	}
}

// adults is a unit's offer for adults, whose partners are asked.
func (m *matrixHouse) adults(unit access.UnitID) (id string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		offers, err := tx.Offers(ctx, unit)
		for _, o := range offers {
			if o.Model == "turvaverkko-adult" {
				id = string(o.ID)
			}
		}
		return err
	})
	return id
}

// device is a device in a room on which somebody answers.
func (m *matrixHouse) device(unit access.UnitID) (id string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		had, err := tx.Ways(ctx)
		if err != nil {
			return err
		}
		w := feedback.Way{Kind: feedback.Room, Unit: unit, Model: "turvaverkko-child", Version: 1, Form: "child", Last: "2028-01-01", Left: 9}
		if err := tx.AddWays(ctx, w, []intake.Code{intake.NewCode()}); err != nil {
			return err
		}
		all, err := tx.Ways(ctx)
		for _, w := range all {
			fresh := true
			for _, h := range had {
				fresh = fresh && h.ID != w.ID
			}
			if fresh {
				id = w.ID
			}
		}
		return err
	})
	return id
}

// quote is words of last year, read by some.
func (m *matrixHouse) quote(unit access.UnitID, readers []access.Actor) (id string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		had, err := tx.QuotesOf(ctx, unit)
		if err != nil {
			return err
		}
		if err := tx.AddQuote(ctx, feedback.Quote{Unit: unit, Model: "turvaverkko-adult", Form: "adult", Month: "2026-03", Words: "Sain puhua rauhassa."}); err != nil {
			return err
		}
		all, err := tx.QuotesOf(ctx, unit)
		for _, q := range all {
			if !slices.ContainsFunc(had, func(h feedback.Quote) bool { return h.ID == q.ID }) {
				id = q.ID
			}
		}
		for _, by := range readers {
			if _, err := feedback.Review(ctx, tx, m.Models, by, id, 0, nil); err != nil {
				return err
			}
		}
		return err
	})
	return id
}
