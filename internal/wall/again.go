package wall

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
)

// What a restored backup did not have yet is put up again before anybody signs in. Each tells whether there was
// anything to do.

// TieAgain ties two persons again.
func TieAgain(ctx context.Context, tx Tx, t Tie) (bool, error) {
	ties, err := tx.Ties(ctx, []person.ID{t.A})
	if err != nil || slices.ContainsFunc(ties, func(x Tie) bool { return x.A == t.A && x.B == t.B }) {
		return false, err
	}
	return true, tie(ctx, tx, change{}, t)
}

// ApartAgain keeps two apart again.
func ApartAgain(ctx context.Context, tx Tx, a Apart) (bool, error) {
	aparts, err := tx.Aparts(ctx, []person.ID{a.Person})
	if err != nil || slices.ContainsFunc(aparts, func(x Apart) bool { return x.Person == a.Person && x.Account == a.Account && x.Other == a.Other }) {
		return false, err
	}
	a.ID = id.New()
	if a.Account != "" {
		if err := settle(ctx, tx, change{apart: &a}, a.Person); err != nil {
			return false, err
		}
	}
	return true, tx.PutApart(ctx, a)
}

// EndAgain ends an exception again.
func EndAgain(ctx context.Context, tx Tx, exception string) error {
	x, err := tx.Exception(ctx, exception)
	if err != nil {
		return err
	}
	return end(ctx, tx, x)
}
