package rights

import (
	"context"

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
	if h.Episode == "" {
		return nil
	}
	_, err := tx.PartyIn(ctx, episode.ID(h.Episode))
	switch {
	case err == nil:
		return fault.New(fault.Conflict, "rights.own-code")
	case fault.Is(err, fault.NotFound):
		return nil
	}
	return err
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
