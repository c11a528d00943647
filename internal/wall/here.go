package wall

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/person"
)

// HereTx is what is read where people come together whose rows name nobody.
type HereTx interface {
	Ties(ctx context.Context, of []person.ID) ([]Tie, error)
	Aparts(ctx context.Context, of []person.ID) ([]Apart, error)
	PartyGrants(ctx context.Context, of []person.ID) ([]access.Grant, error)
}

// Here answers whether a person is known to be where people come together: by a keyed mark, which tells nobody who they are.
type Here func(p person.ID) bool

// BarredFrom tells whether somebody may not work where people come together, as far as it is known who comes: they keep away from
// one of them, or serve the other party of one of them (design 4.3, decision 0061). An exception to a wall is for that client's own
// visits, so none is asked here.
func BarredFrom(ctx context.Context, tx HereTx, here Here, who access.AccountID) (bool, error) {
	aparts, err := tx.Aparts(ctx, nil)
	if err != nil {
		return false, err
	}
	for _, a := range aparts {
		if a.Account == who && who != "" && here(a.Person) {
			return true, nil
		}
	}
	ties, err := tx.Ties(ctx, nil)
	if err != nil {
		return false, err
	}
	for _, t := range ties {
		for _, pair := range [][2]person.ID{{t.A, t.B}, {t.B, t.A}} {
			if !here(pair[0]) {
				continue
			}
			if serves, err := servesOwn(ctx, tx, who, pair[1]); serves || err != nil {
				return serves, err
			}
		}
	}
	return false, nil
}

// servesOwn tells whether an account holds a grant of its own on something of the person's.
func servesOwn(ctx context.Context, tx HereTx, who access.AccountID, p person.ID) (bool, error) {
	grants, err := tx.PartyGrants(ctx, []person.ID{p})
	return slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Holder == string(who) }), err
}

// PartedHere tells whether a person may not come: somebody who must not meet them is known to be there, or works there.
func PartedHere(ctx context.Context, tx HereTx, here Here, works []access.AccountID, p person.ID) (bool, error) {
	aparts, err := tx.Aparts(ctx, []person.ID{p})
	if err != nil {
		return false, err
	}
	for _, a := range aparts {
		switch {
		case a.Account != "" && a.Person == p && slices.Contains(works, a.Account),
			a.Account == "" && a.Person == p && here(a.Other),
			a.Account == "" && a.Other == p && here(a.Person):
			return true, nil
		}
	}
	ties, err := tx.Ties(ctx, []person.ID{p})
	if err != nil {
		return false, err
	}
	for _, t := range ties {
		if here(t.Other(p)) {
			return true, nil
		}
		for _, who := range works {
			if serves, err := servesOwn(ctx, tx, who, t.Other(p)); serves || err != nil {
				return serves, err
			}
		}
	}
	return false, nil
}

// Watch is whom to look for where people come together: those who must not meet, as far as a reader may be told of it. It is read once for
// many groups and days.
type Watch struct {
	by     access.Actor
	ties   []Tie
	aparts []Apart
}

// WatchFor reads it for a colleague. Who is apart without a wall is told to whoever asks; a wall to a keeper alone (decision 0074).
func WatchFor(ctx context.Context, tx HereTx, by access.Actor) (Watch, error) {
	w := Watch{by: by}
	ties, err := tx.Ties(ctx, nil)
	if err != nil {
		return w, err
	}
	w.aparts, err = tx.Aparts(ctx, nil)
	w.aparts = slices.DeleteFunc(w.aparts, func(a Apart) bool {
		return a.Account != "" || slices.ContainsFunc(ties, func(t Tie) bool { return t.Other(a.Person) == a.Other })
	})
	if by.Has(access.Keeper) {
		w.ties = ties
	}
	return w, err
}

// Together tells whether two who must not meet have both come, as far as it is known who does. Of a wall it is told to a keeper who works
// with neither party, for it would tell anybody else where the other one goes. It reads who is here only where there is somebody to look for.
func (w Watch) Together(ctx context.Context, tx HereTx, read func() (Here, error)) (bool, error) {
	if len(w.ties)+len(w.aparts) == 0 {
		return false, nil
	}
	here, err := read()
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(w.aparts, func(a Apart) bool { return here(a.Person) && here(a.Other) }) {
		return true, nil
	}
	for _, t := range w.ties {
		if !here(t.A) || !here(t.B) {
			continue
		}
		grants, err := tx.PartyGrants(ctx, []person.ID{t.A, t.B})
		if err != nil {
			return false, err
		}
		if !slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Holder == string(w.by.Account) }) {
			return true, nil
		}
	}
	return false, nil
}
