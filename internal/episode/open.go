package episode

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Open turns a request into an episode, when its first meeting is booked: the code moves over, and the
// request is gone with the desk's sight of it. The caller has asked leave.
func Open(ctx context.Context, tx Tx, ms model.Set, by access.Actor, from intake.Request, worker access.AccountID) (Episode, error) {
	return open(ctx, tx, ms, by, from, worker, func(*Episode) {})
}

func open(ctx context.Context, tx Tx, ms model.Set, by access.Actor, from intake.Request, worker access.AccountID, under func(*Episode)) (Episode, error) {
	offer, err := tx.Offer(ctx, from.Offer)
	if err != nil {
		return Episode{}, err
	}
	m, ok := ms.Model(offer.Model, offer.Version)
	if !ok {
		return Episode{}, fmt.Errorf("open request %s: model %s version %d is not loaded", from.ID, offer.Model, offer.Version)
	}
	e, err := begin(m, from.Unit, from.Offer, model.Client)
	if err != nil {
		return Episode{}, err
	}
	e.Person, e.Request, e.Worker, e.Lang = from.Person, from.ID, worker, from.Lang
	e.Channel, e.Referrer, e.Age, e.Contacted = from.Channel, from.Referrer, from.Age, from.Created
	under(&e)
	if err := settle(ctx, tx, m, by, &e); err != nil {
		return Episode{}, err
	}
	if err := tx.MoveCode(ctx, from.ID, string(e.ID)); err != nil {
		return Episode{}, err
	}
	return e, tx.DeleteRequest(ctx, from.ID)
}

// begin is a new episode of a model's part, before it knows whose it is.
func begin(m *model.Model, unit access.UnitID, offer organization.OfferID, who model.Who) (Episode, error) {
	part, ok := m.PartOf(who)
	if !ok {
		return Episode{}, fmt.Errorf("model %s has no part for %s", m.ID, who)
	}
	return Episode{
		ID: ID(id.New()), Unit: unit, Offer: offer, Model: m.ID, Version: m.Version, Part: part.ID, Regime: string(m.Regime),
		Limit: part.Max, Goals: part.Goals, Stage: StageOpen, Age: -1, Wait: -1, Guardians: Agree,
	}, nil
}

// settle keeps a new episode, lets its people see it, and counts it.
func settle(ctx context.Context, tx Tx, m *model.Model, by access.Actor, e *Episode) error {
	unit, err := tx.Unit(ctx, e.Unit)
	if err != nil {
		return err
	}
	e.Opened = calendar.LocalOf(tx.Now(), unit.Zone).Day
	if err := tx.PutEpisode(ctx, *e); err != nil {
		return err
	}
	if err := grant(ctx, tx, *e); err != nil {
		return err
	}
	l := Loaded{Episode: *e, Model: m, Unit: unit}
	if err := l.Count(ctx, tx, figure.Started, e.Part, 1); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "opened", access.Episode, string(e.ID))
}

// grant lets the worker and the unit's coordinators see the episode, and nobody else; behind a wall those of them who
// are on the client's side.
func grant(ctx context.Context, tx Tx, e Episode) error {
	return wall.Grant(ctx, tx, e.Person,
		access.Grant{Holder: string(e.Worker), Kind: access.Episode, Object: string(e.ID), Relation: access.ByWorker},
		access.Grant{Holder: access.Coordinators(e.Unit), Kind: access.Episode, Object: string(e.ID), Relation: access.ByCoordinator})
}

// Assign gives the episode to another worker of the unit. Where meetings are booked, package appointment hands those
// over too; here they stand in the way.
func Assign(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, worker access.AccountID, ground string) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if l.State.Booked() > 0 {
		return fault.New(fault.Conflict, "episode.assign-booked")
	}
	return l.Assign(ctx, tx, by, worker, ground, false)
}

// Assign is the rule and the keeping of Assign, for an episode that is loaded and whose meetings are seen to: taken when
// the worker is met by somebody else then. Where the model says that one worker carries it through, another needs a
// ground from its list; the ground is counted and not kept.
func (l Loaded) Assign(ctx context.Context, tx Tx, by access.Actor, worker access.AccountID, ground string, taken bool) error {
	if err := l.coordinates(by); err != nil {
		return err
	}
	if err := l.May(ActAssign, tx.Now()); err != nil {
		return err
	}
	if err := WorksIn(ctx, tx, l.Unit.ID, worker); err != nil {
		return err
	}
	if err := l.grounded(worker, ground); err != nil {
		return err
	}
	was := l.Episode.Worker
	if err := l.HandOver(ctx, tx, by, worker, taken); err != nil || was == worker || ground == "" {
		return err
	}
	return l.Count(ctx, tx, figure.WorkerChanges, ground, 1)
}

// grounded: a change of worker is somebody's decision, on a ground that the model knows.
func (l Loaded) grounded(worker access.AccountID, ground string) error {
	if len(l.Model.Unless) == 0 && ground == "" || worker == l.Episode.Worker || slices.Contains(l.Model.Unless, ground) {
		return nil
	}
	var form fault.Form
	form.Add("ground", "episode.ground")
	return form.Err()
}

// HandOver is the keeping of Assign alone. A worker who may not serve the client is refused as one who is not free, from
// the same place after the same questions.
func (l Loaded) HandOver(ctx context.Context, tx Tx, by access.Actor, worker access.AccountID, taken bool) error {
	around, err := wall.Around(ctx, tx, l.Single())
	if err != nil {
		return err
	}
	if around.Stand(worker) {
		return around.Refusal(by, worker, "appointment.not-free")
	}
	if taken {
		return fault.New(fault.Conflict, "appointment.not-free")
	}
	second, err := tx.Second(ctx, l.Episode.ID)
	if err != nil {
		return err
	}
	if second == worker { // one of a pair goes; the other carries on alone until there are two again
		second = ""
	}
	l.Episode.Worker = worker
	if err := l.keep(ctx, tx, by, "changed"); err != nil {
		return err
	}
	if err := tx.DeleteGrants(ctx, string(l.Episode.ID)); err != nil {
		return err
	}
	if err := grant(ctx, tx, l.Episode); err != nil {
		return err
	}
	return tx.PutSecond(ctx, l.Episode.ID, second)
}

// WorksIn is nil when the account is a worker of the unit.
func WorksIn(ctx context.Context, tx Tx, unit access.UnitID, worker access.AccountID) error {
	workers, err := tx.Workers(ctx, unit)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(workers, func(w organization.Worker) bool { return w.Account == worker }) {
		return fault.New(fault.Invalid, "appointment.no-such-worker")
	}
	return nil
}

// NewCode gives the client a new return code; the old one opens nothing any more. There is no other way back for
// somebody who lost theirs (design 4.4), so the worker says it face to face or on a line that is known to be safe.
func NewCode(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) (intake.Code, error) {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return "", err
	}
	if l.Episode.Regime == string(model.Joint) { // it is opened by a code of each party's own (package joint)
		return "", notFound()
	}
	if err := l.May(ActNewCode, tx.Now()); err != nil {
		return "", err
	}
	return intake.NewCodeFor(ctx, tx, by, intake.Holder{Episode: string(id)})
}
