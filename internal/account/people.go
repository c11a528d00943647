package account

import (
	"context"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Colleagues are the staff of the units the actor coordinates, by name; of all units for an operator. Roles in other
// units are left out.
func Colleagues(ctx context.Context, tx Tx, by access.Actor) ([]Colleague, error) {
	units := []access.UnitID{""}
	if !by.System && !by.Has(access.Operator) {
		units = coordinated(by)
	}
	at := map[access.AccountID]int{}
	var out []Colleague
	for _, u := range units {
		cs, err := tx.Colleagues(ctx, u)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			if c.State == Closed {
				continue
			}
			i, again := at[c.ID]
			if !again {
				i = len(out)
				at[c.ID], out = i, append(out, Colleague{Account: c.Account})
			}
			out[i].Roles = joined(out[i].Roles, shown(by, c.Roles))
		}
	}
	locale.Sort(locale.Finnish, out, func(c Colleague) string { return c.Name.Reveal() })
	return out, nil
}

func coordinated(by access.Actor) []access.UnitID {
	var out []access.UnitID
	for _, m := range by.Roles {
		if m.Role == access.Coordinator {
			out = append(out, m.Unit)
		}
	}
	return out
}

func joined(a, b []access.Membership) []access.Membership {
	for _, m := range b {
		if !slices.Contains(a, m) {
			a = append(a, m)
		}
	}
	return a
}

func shown(by access.Actor, ms []access.Membership) []access.Membership {
	return slices.DeleteFunc(ms, func(m access.Membership) bool { return !Sees(by, []access.Membership{m}) })
}

// One is one colleague as the list has them, and whether the actor may keep the whole account.
func One(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (Colleague, bool, error) {
	a, ms, err := colleague(ctx, tx, by, who)
	if err != nil {
		return Colleague{}, false, err
	}
	keeps := Keeps(by, ms) && by.Account != who
	return Colleague{Account: a, Roles: shown(by, ms)}, keeps, nil
}

// colleague loads an account the actor may know of, with all its memberships. Closed ones are gone for everybody. What
// may be known is asked before anything is opened, so that a stranger takes no longer than nobody.
func colleague(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (Account, []access.Membership, error) {
	ms, err := tx.Memberships(ctx, who)
	if err != nil {
		return Account{}, nil, err
	}
	if !Sees(by, ms) {
		return Account{}, nil, hidden()
	}
	a, err := tx.Account(ctx, who)
	if err == nil && a.State == Closed {
		err = hidden()
	}
	return a, ms, err
}

// SetRoles says what a colleague is in one unit. The rights hold from the next page view on.
func SetRoles(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, unit access.UnitID, roles []access.Role) error {
	_, ms, err := colleague(ctx, tx, by, who)
	if err != nil {
		return err
	}
	if !Gives(by, access.Membership{Unit: unit, Role: access.Worker}) {
		return hidden()
	}
	after, err := rolesAfter(by, who, ms, unit, roles)
	if err != nil {
		return err
	}
	if err := someoneCoordinates(ctx, tx, by, who, ms, after); err != nil {
		return err
	}
	if err := putMemberships(ctx, tx, who, after); err != nil {
		return err
	}
	return note(ctx, tx, by, audit.Roles, who)
}

// putMemberships keeps the roles and sees to it that behind walls everybody is on one side still.
func putMemberships(ctx context.Context, tx Tx, who access.AccountID, ms []access.Membership) error {
	if err := tx.PutMemberships(ctx, who, ms); err != nil {
		return err
	}
	return wall.SettleAll(ctx, tx)
}

// someoneCoordinates keeps a unit from losing its last coordinator, unless an operator does it knowingly.
func someoneCoordinates(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, before, after []access.Membership) error {
	if by.System || by.Has(access.Operator) {
		return nil
	}
	for _, m := range before {
		if m.Role != access.Coordinator || slices.Contains(after, m) {
			continue
		}
		cs, err := tx.Colleagues(ctx, m.Unit)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(cs, func(c Colleague) bool { return c.ID != who && c.Works() && slices.Contains(c.Roles, m) }) {
			return fault.New(fault.Conflict, "account.last-coordinator")
		}
	}
	return nil
}

// Close ends an account: stays, links, ways of signing in and rights go in the same instant. The name stays beside the
// work that was done; the address is free for a new invitation.
func Close(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	a, ms, err := colleague(ctx, tx, by, who)
	if err != nil {
		return err
	}
	switch {
	case by.Account == who:
		return fault.New(fault.Invalid, "account.own-close")
	case !Keeps(by, ms):
		return fault.New(fault.Invalid, "account.other-units")
	}
	if err := someoneCoordinates(ctx, tx, by, who, ms, nil); err != nil {
		return err
	}
	if err := forget(ctx, tx, &a); err != nil {
		return err
	}
	r, err := tx.RecoveryOf(ctx, who)
	if err == nil || fault.Is(err, fault.NotFound) {
		err = end(ctx, tx, Asked{ID: r.ID, Account: who})
	}
	if err != nil {
		return err
	}
	a.State, a.Email = Closed, seal.Of("-")
	if err := tx.PutAccount(ctx, a, tx.Index("account.closed", string(a.ID))); err != nil {
		return err
	}
	if err := putMemberships(ctx, tx, who, nil); err != nil {
		return err
	}
	return note(ctx, tx, by, audit.Closed, who)
}

// LeaveUnit takes a volunteer's role in a unit away. An account that is left without any is closed, and its name goes too: a
// volunteer's work is not told beside their name.
func LeaveUnit(ctx context.Context, tx Tx, who access.AccountID, unit access.UnitID) error {
	ms, err := tx.Memberships(ctx, who)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(ms, func(m access.Membership) bool { return m.Unit == unit && m.Role == access.Volunteer })
	if err := putMemberships(ctx, tx, who, left); err != nil || len(left) > 0 {
		return err
	}
	a, err := tx.Account(ctx, who)
	if err != nil || a.State == Closed {
		return err
	}
	if err := forget(ctx, tx, &a); err != nil {
		return err
	}
	r, err := tx.RecoveryOf(ctx, who)
	if err == nil || fault.Is(err, fault.NotFound) {
		err = end(ctx, tx, Asked{ID: r.ID, Account: who})
	}
	if err != nil {
		return err
	}
	a.State, a.Email, a.Name = Closed, seal.Of("-"), seal.Of("-")
	return tx.PutAccount(ctx, a, tx.Index("account.closed", string(a.ID)))
}

// Rename keeps the own name and language.
func Rename(ctx context.Context, tx Tx, by access.Actor, name string, lang locale.Lang) error {
	name = strings.TrimSpace(name)
	var form fault.Form
	checkName(&form, name)
	if _, ok := locale.Parse(string(lang)); !ok {
		form.Add("lang", "form.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	if !by.Staff() {
		return signInFirst()
	}
	a, err := tx.Account(ctx, by.Account)
	if err != nil {
		return err
	}
	a.Name, a.Lang = seal.Of(name), lang
	return keep(ctx, tx, a)
}
