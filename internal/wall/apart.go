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
	if err := noteBoth(ctx, tx, by, one, other); err != nil {
		return err
	}
	return tx.PutApart(ctx, Apart{ID: id.New(), Other: min(a.Person, b.Person), Person: max(a.Person, b.Person)})
}

func noteBoth(ctx context.Context, tx Tx, by access.Actor, one, other Ref) error {
	for _, r := range []Ref{one, other} {
		if err := audit.Note(ctx, tx, by, audit.Changed, r.Kind, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// Pair is two who do not come together, each by something of theirs that the reader may see.
type Pair struct {
	ID         string
	One, Other Ref
}

// Pairs is the list of those who do not come together, to a coordinator: the pairs of whom they may see both. Of anybody
// else it tells nothing, and who keeps away from somebody is told to nobody.
func Pairs(ctx context.Context, tx Tx, by access.Actor) ([]Pair, error) {
	if !by.Has(access.Coordinator) {
		return nil, notFound()
	}
	all, err := tx.Aparts(ctx, nil)
	if err != nil {
		return nil, err
	}
	var out []Pair
	for _, a := range all {
		if a.Account != "" {
			continue
		}
		one, err := sight(ctx, tx, by, a.Other)
		if err != nil {
			return nil, err
		}
		other, err := sight(ctx, tx, by, a.Person)
		if err != nil {
			return nil, err
		}
		if one.ID != "" && other.ID != "" {
			out = append(out, Pair{a.ID, one, other})
		}
	}
	return out, nil
}

// sight is the latest of a person's affairs that the actor may see; the zero Ref when there is none.
func sight(ctx context.Context, tx Tx, by access.Actor, p person.ID) (Ref, error) {
	objects, err := tx.PartyObjects(ctx, []person.ID{p})
	if err != nil {
		return Ref{}, err
	}
	for _, o := range slices.Backward(objects) {
		_, err := tx.Granted(ctx, by, o.Kind, o.ID)
		if err == nil || !fault.Is(err, fault.NotFound) {
			return o.Ref, err
		}
	}
	return Ref{}, nil
}

// LetTogether takes two off the list, by a coordinator who may see both.
func LetTogether(ctx context.Context, tx Tx, by access.Actor, pair string) error {
	all, err := Pairs(ctx, tx, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(p Pair) bool { return p.ID == pair })
	if i < 0 {
		return notFound()
	}
	if err := noteBoth(ctx, tx, by, all[i].One, all[i].Other); err != nil {
		return err
	}
	return tx.DeleteApart(ctx, pair)
}
