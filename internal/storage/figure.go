package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/figure"
)

var _ figure.Tx = (*Tx)(nil)

const figureColumns = "month, unit_id, model, name, value, n"

func scanFigure(r scanner) (s figure.Sum, err error) {
	return s, r.Scan(&s.Month, &s.Unit, &s.Model, &s.Name, &s.Value, &s.N)
}

// AddFigure adds to a sum.
func (tx *Tx) AddFigure(ctx context.Context, s figure.Sum) error {
	return tx.exec(ctx, "INSERT INTO figure ("+figureColumns+") VALUES ($1, $2, $3, $4, $5, $6) "+
		"ON CONFLICT (month, unit_id, model, name, value) DO UPDATE SET n = figure.n + excluded.n",
		s.Month, s.Unit, s.Model, s.Name, s.Value, s.N)
}

// Figures are the sums of a unit from one month to another, both included; every unit's when unit is "".
func (tx *Tx) Figures(ctx context.Context, unit access.UnitID, from, to string) ([]figure.Sum, error) {
	return many(ctx, tx, scanFigure, "SELECT "+figureColumns+" FROM figure "+
		"WHERE month >= $1 AND month <= $2 AND ($3 = '' OR unit_id = $3) ORDER BY month, unit_id, model, name, value",
		from, to, unit)
}
