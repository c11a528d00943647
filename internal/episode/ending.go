package episode

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
)

// Ending says that visits are over, or will be after the one that is booked: nothing new is booked, and ways on are
// offered.
func Ending(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.May(ActEnd, tx.Now()); err != nil {
		return err
	}
	l.Episode.Stage = StageEnding
	return l.keep(ctx, tx, by, "changed")
}

// Reopen takes back an ending or a closing that came too early, as long as the episode is still there.
func Reopen(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.May(ActReopen, tx.Now()); err != nil {
		return err
	}
	if l.Episode.Stage == StageClosed {
		if err := l.uncount(ctx, tx); err != nil {
			return err
		}
	}
	if l, err = l.unanswer(ctx, tx); err != nil { // how it went is asked anew when it is over
		return err
	}
	l.Episode.Stage, l.Episode.Closed, l.Episode.EraseOn = StageOpen, "", ""
	return l.keep(ctx, tx, by, "opened")
}

// uncount takes a closing out of the figures. A guardian's talks cannot outlive the child's episode they are about,
// for they go when it goes.
func (l Loaded) uncount(ctx context.Context, tx Tx) error {
	if l.Episode.About != "" {
		child, err := tx.Episode(ctx, l.Episode.About)
		if err != nil {
			return err
		}
		if child.Stage == StageClosed {
			return fault.New(fault.Conflict, "episode.child-closed")
		}
	}
	return l.Count(ctx, tx, figure.Closed, l.Episode.Part, -1)
}

// Close ends the episode. It is erased, and the person's key with it, when the model's days have passed; sums stay.
func Close(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.May(model.Close, tx.Now()); err != nil {
		return err
	}
	today := l.Today(tx.Now())
	l.Episode.Stage, l.Episode.Closed, l.Episode.EraseOn = StageClosed, today, today.Add(l.Model.EraseAfterDays())
	if err := l.Count(ctx, tx, figure.Closed, l.Episode.Part, 1); err != nil {
		return err
	}
	return l.keep(ctx, tx, by, "closed")
}
