package wall

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/person"
)

// What a side may need.
const (
	NeedsWorker      = "worker"
	NeedsCoordinator = "coordinator"
)

// Need is an affair behind a wall that has nobody, by number.
type Need struct {
	Ref
	Number string
	What   string
}

// Needs are the affairs for which somebody from elsewhere is to be found, to keepers. A missing coordinator is found by
// giving somebody the role or an exception; a worker is named.
func Needs(ctx context.Context, tx Tx, by access.Actor) ([]Need, error) {
	if !by.Has(access.Keeper) {
		return nil, notFound()
	}
	return needs(ctx, tx)
}

func needs(ctx context.Context, tx Tx) ([]Need, error) {
	all, err := walledPersons(ctx, tx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	objects, err := tx.PartyObjects(ctx, all)
	if err != nil {
		return nil, err
	}
	grants, err := tx.PartyGrants(ctx, all)
	if err != nil {
		return nil, err
	}
	var out []Need
	for _, o := range objects {
		if o.Closed {
			continue
		}
		if o.Kind == access.Episode && o.Worker == "" {
			out = append(out, Need{o.Ref, Number(tx, o.ID), NeedsWorker})
		}
		if !slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Object == o.ID && g.Relation != access.ByWorker }) {
			out = append(out, Need{o.Ref, Number(tx, o.ID), NeedsCoordinator})
		}
	}
	return out, nil
}

// MayName tells whose an episode is for which the actor may name a worker, without seeing the episode: a keeper, where
// the need is.
func MayName(ctx context.Context, tx Tx, by access.Actor, r Ref) (person.ID, error) {
	if !by.Has(access.Keeper) {
		return "", notFound()
	}
	all, err := needs(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, n := range all {
		if n.Ref == r && n.What == NeedsWorker {
			o, err := tx.PartyOf(ctx, r)
			return o.Person, err
		}
	}
	return "", notFound()
}
