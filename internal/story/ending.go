package story

import (
	"context"
	"fmt"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// talks begins a guardian's talks: they are a client with a code of their own.
func talks(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		e, code, err := episode.AddGuardianTalk(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].episode, a["new"])
		w.clients[a["new"]] = &client{person: e.Person, code: code, episode: e.ID}
		return err
	})
}

func guardians(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.MarkGuardians(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].episode, a["agreement"] == episode.Disagree)
	})
}

func decide(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.Decide(ctx, tx, w.set, w.staff[a["coordinator"]], w.clients[a["client"]].episode, a["choice"], a["ground"])
	})
}

func ending(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.Ending(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].episode)
	})
}

func closing(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.Close(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].episode)
	})
}

func way(w *world, ctx context.Context, a args) error {
	kind := model.Elsewhere
	if _, ok := w.set.Latest(a["way"]); ok {
		kind = model.Service
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.OfferWayOn(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].episode, kind, a["way"])
	})
}

func accept(w *world, ctx context.Context, a args) error  { return w.answerWay(ctx, a, true) }
func decline(w *world, ctx context.Context, a args) error { return w.answerWay(ctx, a, false) }

func (w *world) answerWay(ctx context.Context, a args, accepted bool) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		found, err := findWay(ctx, tx, c, a["way"])
		if err != nil {
			return err
		}
		return episode.AnswerWayOnByClient(ctx, tx, w.set, h, found.ID, accepted)
	})
}

func findWay(ctx context.Context, tx *storage.Tx, c *client, destination string) (episode.WayOn, error) {
	ways, err := tx.WaysOn(ctx, c.episode)
	for _, x := range ways {
		if x.Destination == destination {
			return x, nil
		}
	}
	if err == nil {
		err = untrue{fmt.Errorf("the way on to %s was not offered", destination)}
	}
	return episode.WayOn{}, err
}
