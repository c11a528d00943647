package commitment

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
)

// Controllers are those who pay for the visits of whoever holds the code, and so are controllers of the documents: what is
// asked of those is passed on to them (D-030, D-036, A-12).
func Controllers(ctx context.Context, tx Tx, h intake.Holder) ([]Payer, error) {
	if h.Episode == "" {
		return nil, nil // nothing is paid for before there is an episode
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	if err != nil {
		return nil, err
	}
	return tx.PayerOf(ctx, e.Person)
}

// ControllersOf is the same for a worker who prints the client's copy.
func ControllersOf(ctx context.Context, tx Tx, by access.Actor, id episode.ID) ([]Payer, error) {
	if _, err := tx.Granted(ctx, by, access.Episode, string(id)); err != nil {
		return nil, err
	}
	e, err := tx.Episode(ctx, id)
	if err != nil {
		return nil, err
	}
	return tx.PayerOf(ctx, e.Person)
}
