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

type namedSum struct {
	name string
	n    int
}

func scanNamedSum(r scanner) (s namedSum, err error) { return s, r.Scan(&s.name, &s.n) }

// FigureSums are the sums of a few figures over units, from one month to another, both included.
func (tx *Tx) FigureSums(ctx context.Context, units []access.UnitID, from, to string, names ...string) (map[string]int, error) {
	out := map[string]int{}
	if len(units) == 0 || len(names) == 0 {
		return out, nil
	}
	args := append(append([]any{from, to}, anys(units)...), anys(names)...)
	sums, err := many(ctx, tx, scanNamedSum, "SELECT name, CAST(sum(n) AS BIGINT) FROM figure WHERE month >= $1 AND month <= $2 AND unit_id IN ("+
		marks(3, len(units))+") AND name IN ("+marks(3+len(units), len(names))+") GROUP BY name", args...)
	for _, s := range sums {
		out[s.name] = s.n
	}
	return out, err
}
