package account

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
)

// note keeps in the audit what was done to an account.
func note(ctx context.Context, tx Tx, by access.Actor, action string, who access.AccountID) error {
	return audit.Note(ctx, tx, by, action, audit.Account, string(who))
}

func hidden() error { return fault.New(fault.NotFound, "not-found") }

// given are the roles a coordinator may give in the own unit. Operators are made by operators.
var given = []access.Role{access.Worker, access.Coordinator, access.Keeper, access.Editor, access.Volunteer}

// Gives tells whether the actor may give the role in the unit.
func Gives(by access.Actor, m access.Membership) bool {
	if by.System || by.Has(access.Operator) {
		return m.Unit != "" && (m.Role == access.Operator || slices.Contains(given, m.Role))
	}
	return by.Is(access.Coordinator, m.Unit) && slices.Contains(given, m.Role)
}

// Sees tells whether the actor knows of a colleague with these memberships.
func Sees(by access.Actor, ms []access.Membership) bool {
	return by.System || by.Has(access.Operator) || slices.ContainsFunc(ms, func(m access.Membership) bool { return by.Is(access.Coordinator, m.Unit) })
}

// Keeps tells whether the actor may give the whole account a new link or close it: a coordinator only where every
// right of the account is one the coordinator could have given. Otherwise a link would lift its maker's own rights.
func Keeps(by access.Actor, ms []access.Membership) bool {
	if by.System || by.Has(access.Operator) {
		return true
	}
	return len(ms) > 0 && !slices.ContainsFunc(ms, func(m access.Membership) bool { return !Gives(by, m) })
}

// rolesAfter is what an account holds once its roles in the unit are these. A coordinator does not touch an operator's
// role. Nobody lifts the own rights.
func rolesAfter(by access.Actor, who access.AccountID, now []access.Membership, unit access.UnitID, roles []access.Role) ([]access.Membership, error) {
	var after []access.Membership
	for _, m := range now {
		if m.Unit != unit || !Gives(by, m) || m.Role == access.Volunteer { // that one comes and goes with the volunteer
			after = append(after, m)
		}
	}
	for _, r := range roles {
		m := access.Membership{Unit: unit, Role: r}
		if !Gives(by, m) || r == access.Volunteer {
			return nil, fault.New(fault.Invalid, "form.choice")
		}
		if !slices.Contains(after, m) {
			after = append(after, m)
		}
	}
	if by.Account == who && slices.ContainsFunc(after, func(m access.Membership) bool { return !slices.Contains(now, m) }) {
		return nil, fault.New(fault.Invalid, "account.own-rights")
	}
	if len(after) == 0 {
		return nil, fault.New(fault.Invalid, "account.no-roles")
	}
	return after, nil
}
