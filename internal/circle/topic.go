package circle

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/model"
)

// DropTopic takes a topic off the list that names somebody, by who leads the group. Nothing is left of it: not the words, not who proposed
// it, no vote for it; it can be proposed anew, and not be had back (R-171, decision 0070).
func DropTopic(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, topic TopicID) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	return s.dropTopic(ctx, tx, topic)
}

// DropMine is DropTopic for a volunteer who leads.
func DropMine(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, topic TopicID) error {
	s, err := leading(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	return s.dropTopic(ctx, tx, topic)
}

// dropTopic lets the votes of a meeting that was about the topic go too: otherwise the next most voted would stand there as if it had been
// talked about, and could not be chosen any more.
func (s Sight) dropTopic(ctx context.Context, tx Tx, topic TopicID) error {
	all, err := Talks(ctx, tx, s.Circle, s.Meetings)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t Talk) bool { return t.ID == topic })
	if i < 0 {
		return nil // somebody was quicker
	}
	if no := all[i].No; no > 0 {
		if err := tx.DeleteVotes(ctx, s.ID, no); err != nil {
			return err
		}
	}
	return tx.DeleteTopic(ctx, topic)
}
