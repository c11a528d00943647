package circle

import (
	"context"
	"encoding/hex"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/person"
)

// mark is what is kept of the person who came by a way on: a keyed fingerprint of this group and them. Who holds the rows reads
// nobody out of it; the program can ask "is this one here?" and nothing else. It goes with the list.
func mark(tx Tx, of ID, p person.ID) []byte {
	return tx.Index("circle-person", string(of)+" "+string(p))
}

// known answers whether a person is among those who came by a way on.
type known map[string]bool

func knownIn(ctx context.Context, tx Tx, c Circle) (known, error) {
	all, err := tx.Participants(ctx, c)
	k := known{}
	for _, p := range all {
		if len(p.Mark) > 0 {
			k[hex.EncodeToString(p.Mark)] = true
		}
	}
	return k, err
}

func (k known) has(tx Tx, of ID, p person.ID) bool {
	return p != "" && k[hex.EncodeToString(mark(tx, of, p))]
}

// barred tells whether somebody may not lead the group, as far as it is known who comes: they keep away from one of them, or
// serve the other party of one of them (design 4.3, decision 0061). An exception to a wall is for that client's own visits, so
// none is asked here.
func barred(ctx context.Context, tx Tx, c Circle, who access.AccountID) (bool, error) {
	here, err := knownIn(ctx, tx, c)
	if err != nil || len(here) == 0 {
		return false, err
	}
	aparts, err := tx.Aparts(ctx, nil)
	if err != nil {
		return false, err
	}
	for _, a := range aparts {
		if a.Account == who && who != "" && here.has(tx, c.ID, a.Person) {
			return true, nil
		}
	}
	ties, err := tx.Ties(ctx, nil)
	if err != nil {
		return false, err
	}
	for _, t := range ties {
		for _, pair := range [][2]person.ID{{t.A, t.B}, {t.B, t.A}} {
			if !here.has(tx, c.ID, pair[0]) {
				continue
			}
			if serves, err := serves(ctx, tx, who, pair[1]); serves || err != nil {
				return serves, err
			}
		}
	}
	return false, nil
}

// serves tells whether an account holds a grant of its own on something of the person's.
func serves(ctx context.Context, tx Tx, who access.AccountID, p person.ID) (bool, error) {
	grants, err := tx.PartyGrants(ctx, []person.ID{p})
	return slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Holder == string(who) }), err
}

// parted tells whether a person may not come to a group: somebody who must not meet them is known to be there, or leads it or
// one of its coming meetings.
func parted(ctx context.Context, tx Tx, c Circle, all []Meeting, p person.ID) (bool, error) {
	here, err := knownIn(ctx, tx, c)
	if err != nil {
		return false, err
	}
	leads := slices.Clone(c.Leaders)
	for _, m := range all {
		if m.Substitute != "" && m.State == Planned {
			leads = append(leads, m.Substitute)
		}
	}
	aparts, err := tx.Aparts(ctx, []person.ID{p})
	if err != nil {
		return false, err
	}
	for _, a := range aparts {
		switch {
		case a.Account != "" && a.Person == p && slices.Contains(leads, a.Account),
			a.Account == "" && a.Person == p && here.has(tx, c.ID, a.Other),
			a.Account == "" && a.Other == p && here.has(tx, c.ID, a.Person):
			return true, nil
		}
	}
	ties, err := tx.Ties(ctx, []person.ID{p})
	if err != nil {
		return false, err
	}
	for _, t := range ties {
		if here.has(tx, c.ID, t.Other(p)) {
			return true, nil
		}
		for _, who := range leads {
			if serves, err := serves(ctx, tx, who, t.Other(p)); serves || err != nil {
				return serves, err
			}
		}
	}
	return false, nil
}
