package web_test

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
)

// furnishReports gives each unit a grant object of its own, with a finished report and a figure of the coordinator's own.
func (m *matrixHouse) furnishReports() {
	for relation, boss := range map[string]string{"own": "marja", "outside": "vera"} {
		by := m.Staff[boss]
		unit := by.Roles[0].Unit
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			u, err := tx.Unit(ctx, unit)
			if err != nil {
				return err
			}
			u.GrantObject = "AK of " + boss
			if err := tx.PutUnit(ctx, u); err != nil {
				return err
			}
			made, err := report.Finish(ctx, tx, m.Models, by, unit, 2026)
			m.put("report", relation, map[string]string{"id": made.ID}, nil)
			return err
		})
		m.Do(func(ctx context.Context, tx *storage.Tx) error { return m.extra(ctx, tx, by, unit, relation) })
		worker := "noora"
		if relation == "outside" {
			worker = "vieras"
		}
		m.Do(func(ctx context.Context, tx *storage.Tx) error { // so many answered that one may be quoted
			sum := feedback.Sum{Unit: unit, Model: "turvaverkko-adult", Form: "adult", Month: "2026-03", N: report.QuoteOf, Answers: map[string][]int{"situation": {0, 0, 0, report.QuoteOf, 0}}}
			return tx.AddFeedback(ctx, unit, "turvaverkko-adult", "adult", "2026-03", sum)
		})
		m.put("citation", relation, nil, map[string]string{"quote": m.quote(unit, []access.Actor{m.Staff[worker], by})})
	}
}

func (m *matrixHouse) extra(ctx context.Context, tx *storage.Tx, by access.Actor, unit access.UnitID, relation string) error {
	if err := report.Add(ctx, tx, by, unit, 2026, report.Extra{Name: "Luentoja", Basis: report.Estimate, Number: 3}); err != nil {
		return err
	}
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return err
	}
	d, err := tx.Draft(ctx, u.GrantObject, 2026)
	m.put("extra", relation, nil, map[string]string{"extra": d.Extras[len(d.Extras)-1].ID})
	return err
}
