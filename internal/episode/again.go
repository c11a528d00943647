package episode

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
)

// mayAgain: more than the model's visits is a new agreement, once the old one's visits are over.
func (s State) mayAgain(m *model.Model) *fault.Fault {
	switch {
	case len(m.Again) == 0:
		return fault.New(fault.Conflict, "again.none", "model", m.Phrase("name"))
	case s.Episode.About != "":
		return fault.New(fault.Conflict, "again.none", "model", m.Phrase("name"))
	case s.Booked() > 0:
		return fault.New(fault.Conflict, "again.booked")
	case s.Episode.Stage == StageOpen && s.FreeNumber() != 0:
		return fault.New(fault.Conflict, "again.visits-left", "model", m.Phrase("name"))
	}
	return nil
}

// Again opens a new episode for the same person in the same service, with a code of its own. A coordinator does, on a
// ground from the model's list, and it is counted; the old one stays as it is. The same worker goes on.
func Again(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, ground string) (Episode, intake.Code, error) {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return Episode{}, "", err
	}
	if err := l.mayOpenAgain(ctx, tx, by, ground); err != nil {
		return Episode{}, "", err
	}
	offer, err := tx.Offer(ctx, l.Episode.Offer)
	if err != nil {
		return Episode{}, "", err
	}
	m, ok := ms.Model(offer.Model, offer.Version)
	if !ok {
		return Episode{}, "", fmt.Errorf("episode %s: model %s version %d is not loaded", id, offer.Model, offer.Version)
	}
	e, err := begin(m, l.Episode.Unit, l.Episode.Offer, model.Client)
	if err != nil {
		return Episode{}, "", err
	}
	old := l.Episode
	e.Person, e.Worker, e.Lang, e.Channel, e.Referrer, e.Age = old.Person, old.Worker, old.Lang, old.Channel, old.Referrer, old.Age
	if err := settle(ctx, tx, m, by, &e); err != nil {
		return Episode{}, "", err
	}
	if err := l.Count(ctx, tx, figure.Again, ground, 1); err != nil {
		return Episode{}, "", err
	}
	code, err := intake.NewCodeFor(ctx, tx, by, intake.Holder{Episode: string(e.ID)})
	return e, code, err
}

func (l Loaded) mayOpenAgain(ctx context.Context, tx Tx, by access.Actor, ground string) error {
	if err := l.coordinates(by); err != nil {
		return err
	}
	if err := l.May(ActAgain, tx.Now()); err != nil {
		return err
	}
	open, err := tx.OpenFor(ctx, l.Episode.Person, l.Episode.Model, l.Episode.ID)
	if err != nil {
		return err
	}
	if open {
		return fault.New(fault.Conflict, "again.open", "model", l.Model.Phrase("name"))
	}
	if !slices.Contains(l.Model.Again, ground) {
		var form fault.Form
		form.Add("ground", "form.choice")
		return form.Err()
	}
	return nil
}

// OpenNext opens an episode under a new commitment for the client of an old one, in the same unit and service. The caller has
// asked leave and looked at the terms, and moves what the client has.
func OpenNext(ctx context.Context, tx Tx, by access.Actor, m *model.Model, old Loaded, t Terms) (Episode, error) {
	if err := t.mayServe(ctx, tx, by, old.Episode.Person); err != nil {
		return Episode{}, err
	}
	e, err := begin(m, old.Episode.Unit, old.Episode.Offer, model.Client)
	if err != nil {
		return Episode{}, err
	}
	was := old.Episode
	e.Person, e.Worker, e.Lang, e.Channel, e.Referrer, e.Age, e.Limit = was.Person, t.Worker, was.Lang, was.Channel, was.Referrer, was.Age, t.Limit
	if err := settle(ctx, tx, m, by, &e); err != nil || t.Second == "" {
		return e, err
	}
	return e, tx.PutSecond(ctx, e.ID, t.Second)
}
