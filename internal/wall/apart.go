package wall

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
)

// Parted is the rule of the list of those who do not come together: of these persons and the staff with them, whether
// some are apart. Groups and volunteers ask it.
func Parted(list []Apart, persons []person.ID, staff []access.AccountID) bool {
	return slices.ContainsFunc(list, func(a Apart) bool {
		other := slices.Contains(staff, a.Account)
		if a.Account == "" {
			other = slices.Contains(persons, a.Other)
		}
		return other && slices.Contains(persons, a.Person)
	})
}

// Recuse is a staff member's "not me with this one", without a reason. It holds at once; what they had goes to others.
func Recuse(ctx context.Context, tx Tx, by access.Actor, r Ref) error {
	o, err := granted(ctx, tx, by, r)
	if err != nil {
		return err
	}
	if o.Person == "" {
		return notFound()
	}
	if err := audit.Note(ctx, tx, by, "changed", r.Kind, r.ID); err != nil {
		return err
	}
	a := Apart{ID: id.New(), Account: by.Account, Person: o.Person}
	if err := settle(ctx, tx, change{apart: &a}, o.Person); err != nil {
		return err
	}
	return tx.PutApart(ctx, a)
}

// KeepApart keeps two persons from coming together in a group, without a reason, by a coordinator who may see both.
func KeepApart(ctx context.Context, tx Tx, by access.Actor, one, other Ref) error {
	if !by.Has(access.Coordinator) {
		return notFound()
	}
	a, err := granted(ctx, tx, by, one)
	if err != nil {
		return err
	}
	b, err := granted(ctx, tx, by, other)
	if err != nil {
		return err
	}
	if a.Person == b.Person || a.Person == "" || b.Person == "" {
		return fault.New(fault.Invalid, "wall.same")
	}
	return tx.PutApart(ctx, Apart{ID: id.New(), Other: min(a.Person, b.Person), Person: max(a.Person, b.Person)})
}
