package web_test

import (
	"context"

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
		m.put("device", relation, nil, map[string]string{"id": m.device(unit)})
	}
	for role := range m.roles {
		if m.own[role] == nil {
			m.own[role] = map[string]thing{}
		}
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
