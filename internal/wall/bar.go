package wall

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
)

// Bars are who may not serve a person.
type Bars []Bar

// Around are the accounts that may not serve the person.
func Around(ctx context.Context, tx Tx, p person.ID) (Bars, error) {
	if p == "" {
		return nil, nil
	}
	return tx.Barred(ctx, p)
}

// Stand tells whether the account may not serve the person.
func (b Bars) Stand(who access.AccountID) bool {
	return slices.ContainsFunc(b, func(x Bar) bool { return x.Account == who })
}

// Refusal is what the actor hears of a worker who may not serve the person: a keeper that there is a conflict of
// parties, everybody else what they would hear of a taken time, in the same words.
func (b Bars) Refusal(by access.Actor, who access.AccountID, taken string) error {
	if by.Has(access.Keeper) && slices.Contains(b, Bar{who, true}) {
		return fault.New(fault.Conflict, "appointment.parties")
	}
	return fault.New(fault.Conflict, taken)
}
