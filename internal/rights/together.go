package rights

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

// ownOnly refuses what belongs to one person alone to a code of joint meetings: whoever is made to show that code shows
// nothing of their own (decision 0053).
func ownOnly(ctx context.Context, tx Tx, h intake.Holder) error {
	seated, err := appointment.Seated(ctx, tx, h)
	if err == nil && seated {
		return fault.New(fault.Conflict, "rights.own-code")
	}
	return err
}

// loadOwn loads an episode for staff who help with what is somebody's own. A joint process is two persons' and neither's:
// each asks by their own visits, so here there is nothing.
func loadOwn(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID) (episode.Loaded, error) {
	l, err := episode.Load(ctx, tx, ms, by, id)
	if err == nil && l.Episode.Regime == string(model.Joint) {
		err = notFound()
	}
	return l, err
}

// withdraw puts the joint meetings of somebody who asks to be erased on hold, as any other cause does.
func withdraw(ctx context.Context, tx Tx, ms model.Set, p person.ID) error {
	joints, err := tx.JointsOf(ctx, p)
	if err != nil {
		return err
	}
	for _, id := range joints {
		if err := appointment.WaitAll(ctx, tx, ms, id); err != nil {
			return err
		}
	}
	return nil
}
