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

// Holders are who sees a request or an episode by grants that name it: a desk together, or single accounts.
func Holders(ctx context.Context, tx Tx, r Ref) (desk bool, alone []access.AccountID, err error) {
	o, err := tx.PartyOf(ctx, r)
	if err != nil {
		return false, nil, err
	}
	grants, err := tx.PartyGrants(ctx, []person.ID{o.Person})
	for _, g := range grants {
		switch {
		case g.Object != r.ID:
		case g.Holder == access.Desk(o.Unit) || g.Holder == access.Coordinators(o.Unit):
			desk = true
		case !slices.Contains(alone, access.AccountID(g.Holder)):
			alone = append(alone, access.AccountID(g.Holder))
		}
	}
	return desk, alone, err
}
