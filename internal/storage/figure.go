package storage

import (
	"context"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/figure"
)

var _ figure.Tx = (*Tx)(nil)

const figureColumns = "month, unit_id, model, name, value, n"

func scanFigure(r scanner) (s figure.Sum, err error) {
	return s, r.Scan(&s.Month, &s.Unit, &s.Model, &s.Name, &s.Value, &s.N)
}

// AddFigure adds to sums.
func (tx *Tx) AddFigure(ctx context.Context, sums ...figure.Sum) error {
	var args []any
	var rows []string
	for _, s := range sums {
		rows = append(rows, "("+marks(len(args)+1, 6)+")")
		args = append(args, s.Month, string(s.Unit), s.Model, s.Name, s.Value, s.N)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.exec(ctx, "INSERT INTO figure ("+figureColumns+") VALUES "+strings.Join(rows, ", ")+
		" ON CONFLICT (month, unit_id, model, name, value) DO UPDATE SET n = figure.n + excluded.n", args...)
}

// Figures are the sums of a unit from one month to another, both included; every unit's when unit is "".
func (tx *Tx) Figures(ctx context.Context, unit access.UnitID, from, to string) ([]figure.Sum, error) {
	return many(ctx, tx, scanFigure, "SELECT "+figureColumns+" FROM figure "+
		"WHERE month >= $1 AND month <= $2 AND ($3 = '' OR unit_id = $3) ORDER BY month, unit_id, model, name, value",
		from, to, unit)
}
