package episode

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
)

// States of a way on.
const (
	Offered  = "offered"
	Accepted = "accepted"
	Declined = "declined"
)

func newID() string { return id.New() }

// OfferWayOn offers what may follow, one of the model's ways. A declined one may be offered again and is counted once.
func OfferWayOn(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, kind, destination string) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.May(model.GoOn, tx.Now()); err != nil {
		return err
	}
	if !l.Model.Leads(kind, destination) {
		return fault.New(fault.Invalid, "form.choice")
	}
	ways, err := tx.WaysOn(ctx, id)
	if err != nil {
		return err
	}
	way := WayOn{ID: newID(), Episode: id, Kind: kind, Destination: destination, State: Offered}
	for _, w := range ways {
		switch {
		case w.Kind != kind || w.Destination != destination:
		case w.State == Declined:
			way.ID = w.ID
			return l.putWay(ctx, tx, by, way)
		default:
			return fault.New(fault.Conflict, "way-on.offered")
		}
	}
	if err := l.Count(ctx, tx, figure.WaysOn, destination, 1); err != nil {
		return err
	}
	return l.putWay(ctx, tx, by, way)
}

// AnswerWayOn keeps the client's answer as the worker heard it.
func AnswerWayOn(ctx context.Context, tx Tx, ms model.Set, by access.Actor, way string, accepted bool) error {
	w, err := tx.WayOn(ctx, way)
	if err != nil {
		return err
	}
	l, err := Load(ctx, tx, ms, by, w.Episode)
	if err != nil {
		return err
	}
	return l.answer(ctx, tx, by, w, accepted)
}

// AnswerWayOnByClient keeps the answer of the client with the code.
func AnswerWayOnByClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, way string, accepted bool) error {
	l, err := LoadForClient(ctx, tx, ms, holder)
	if err != nil {
		return err
	}
	w, err := tx.WayOn(ctx, way)
	if err != nil {
		return err
	}
	if w.Episode != l.Episode.ID {
		return notFound()
	}
	return l.answer(ctx, tx, access.Actor{Client: true}, w, accepted)
}

// answer lets a mind be changed: the figure follows.
func (l Loaded) answer(ctx context.Context, tx Tx, by access.Actor, w WayOn, accepted bool) error {
	if err := l.May(model.GoOn, tx.Now()); err != nil {
		return err
	}
	was := w.State
	w.State = Declined
	if accepted {
		w.State = Accepted
	}
	if was == w.State {
		return nil
	}
	n := 0
	switch Accepted {
	case w.State:
		n = 1
	case was:
		n = -1
	}
	if err := l.Count(ctx, tx, figure.WaysOnTaken, w.Destination, n); err != nil {
		return err
	}
	return l.putWay(ctx, tx, by, w)
}

func (l Loaded) putWay(ctx context.Context, tx Tx, by access.Actor, w WayOn) error {
	if err := tx.PutWayOn(ctx, w); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(l.Episode.ID))
}
