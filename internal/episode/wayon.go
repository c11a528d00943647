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
	Made     = "made" // the two made the contact together
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
			return l.turn(ctx, tx, by, w, Offered)
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

// answer lets a mind be changed, until the contact has been made together.
func (l Loaded) answer(ctx context.Context, tx Tx, by access.Actor, w WayOn, accepted bool) error {
	if err := l.May(model.GoOn, tx.Now()); err != nil {
		return err
	}
	to := Declined
	if accepted {
		to = Accepted
	}
	if w.State == Made && !by.Staff() && !by.System {
		return fault.New(fault.Conflict, "way-on.made")
	}
	return l.turn(ctx, tx, by, w, to)
}

// MakeWayOn marks that the worker and the client made the contact together. It is made with the client beside and in no
// other way.
func MakeWayOn(ctx context.Context, tx Tx, ms model.Set, by access.Actor, way string, present bool) error {
	w, err := tx.WayOn(ctx, way)
	if err != nil {
		return err
	}
	l, err := Load(ctx, tx, ms, by, w.Episode)
	if err != nil {
		return err
	}
	if err := l.works(by); err != nil {
		return err
	}
	if err := l.May(model.GoOn, tx.Now()); err != nil {
		return err
	}
	if !present {
		var form fault.Form
		form.Add("present", "way-on.present")
		return form.Err()
	}
	if w.State == Declined {
		return fault.New(fault.Conflict, "way-on.declined")
	}
	return l.turn(ctx, tx, by, w, Made)
}

// wayFigures are what a state of a way on counts as.
var wayFigures = map[string][]string{
	Accepted: {figure.WaysOnTaken}, Declined: {figure.WaysOnDeclined}, Made: {figure.WaysOnTaken, figure.WaysOnMade},
}

// turn brings a way on to another state, and the figures with it.
func (l Loaded) turn(ctx context.Context, tx Tx, by access.Actor, w WayOn, to string) error {
	if w.State == to {
		return nil
	}
	steps := map[string]int{}
	for _, name := range wayFigures[w.State] {
		steps[name]--
	}
	for _, name := range wayFigures[to] {
		steps[name]++
	}
	for _, name := range []string{figure.WaysOnTaken, figure.WaysOnDeclined, figure.WaysOnMade} {
		if err := l.Count(ctx, tx, name, w.Destination, steps[name]); err != nil {
			return err
		}
	}
	w.State = to
	return l.putWay(ctx, tx, by, w)
}

func (l Loaded) putWay(ctx context.Context, tx Tx, by access.Actor, w WayOn) error {
	if err := tx.PutWayOn(ctx, w); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(l.Episode.ID))
}
