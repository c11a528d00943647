package appointment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Target is whose time it is: a request's or an episode's, one of the two.
type Target struct {
	Request intake.RequestID
	Episode episode.ID
}

// aim is a target with what its rules need. For a request the state is that of the episode it would become.
type aim struct {
	episode.Loaded
	target  Target
	request intake.Request // zero for an episode
}

// load reads the target for a staff member who may see it.
func (t Target) load(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (aim, error) {
	if (t.Request == "") == (t.Episode == "") {
		return aim{}, notFound()
	}
	if t.Episode != "" {
		l, err := episode.Load(ctx, tx, ms, by, t.Episode)
		return aim{Loaded: l, target: t}, err
	}
	relation, err := tx.Granted(ctx, by, access.Request, string(t.Request))
	if err != nil {
		return aim{}, err
	}
	a, err := t.loadRequest(ctx, tx, ms)
	a.Relation = relation
	return a, err
}

func (t Target) loadRequest(ctx context.Context, tx Tx, ms model.Set) (a aim, err error) {
	a.target = t
	if a.request, err = tx.Request(ctx, t.Request); err != nil {
		return a, err
	}
	offer, err := tx.Offer(ctx, a.request.Offer)
	if err != nil {
		return a, err
	}
	var ok bool
	if a.Model, ok = ms.Model(offer.Model, offer.Version); !ok {
		return a, fmt.Errorf("request %s: model %s version %d is not loaded", t.Request, offer.Model, offer.Version)
	}
	part, _ := a.Model.PartOf(model.Client)
	a.Episode = episode.Episode{Part: part.ID, Limit: part.Max, Stage: episode.StageOpen, Guardians: episode.Agree, Age: a.request.Age, Wait: -1}
	a.State = episode.State{Episode: a.Episode, Age: a.request.Age, Ways: episode.Ways(ms, a.Model)}
	a.Unit, err = tx.Unit(ctx, a.request.Unit)
	return a, err
}

// Offer offers times to a client. They hold nobody: whoever picks first has the time.
func Offer(ctx context.Context, tx Tx, ms model.Set, by access.Actor, t Target, times []Free) error {
	a, err := t.load(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	if err := a.May(model.Offer, tx.Now()); err != nil {
		return err
	}
	open, err := tx.Slots(ctx, t.Request, t.Episode)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(s Slot) bool { return !s.Starts.After(tx.Now()) })
	if len(times) == 0 {
		return fault.New(fault.Invalid, "appointment.none-chosen")
	}
	for _, f := range times {
		s, err := a.slot(ctx, tx, by, f)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(open, func(o Slot) bool { return o.Worker == s.Worker && o.Starts.Equal(s.Starts) }) {
			continue // pressed twice
		}
		if open = append(open, s); len(open) > maxSlots {
			return fault.New(fault.Invalid, "appointment.many-slots", "max", maxSlots)
		}
		if err := tx.PutSlot(ctx, s); err != nil {
			return err
		}
	}
	if err := outgoing.TimesOffered(ctx, tx, t.told()); err != nil {
		return err
	}
	return a.offered(ctx, tx, by)
}

// told is the target as messages know it.
func (t Target) told() outgoing.Target { return outgoing.Target(t) }

// slot is a checked time that the worker still has.
func (a aim) slot(ctx context.Context, tx Tx, by access.Actor, f Free) (Slot, error) {
	if err := a.sameWorker(f.Worker); err != nil {
		return Slot{}, err
	}
	c, err := check(ctx, tx, a.Loaded, f)
	if err != nil {
		return Slot{}, err
	}
	if c, err = a.available(ctx, tx, by, c, notFree); err != nil {
		return Slot{}, err
	}
	return Slot{ID: SlotID(id.New()), Request: a.target.Request, Episode: a.target.Episode, Worker: c.Worker, Second: c.Second, PlaceKind: c.PlaceKind,
		Place: c.Place, At: c.At, Minutes: c.Minutes, Starts: c.starts}, nil
}

// sameWorker: an episode has one worker, who sees it. Another is first given it by the coordinator.
func (a aim) sameWorker(w access.AccountID) error {
	if a.target.Episode != "" && w != a.Episode.Worker {
		return fault.New(fault.Conflict, "appointment.other-worker")
	}
	return nil
}

func (a aim) offered(ctx context.Context, tx Tx, by access.Actor) error {
	if a.target.Request == "" {
		return audit.Note(ctx, tx, by, "changed", access.Episode, string(a.target.Episode))
	}
	a.request.State = intake.Offered
	if err := tx.PutRequest(ctx, a.request); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", access.Request, string(a.target.Request))
}

// Withdraw takes an offered time back. A request without offers waits again.
func Withdraw(ctx context.Context, tx Tx, by access.Actor, slot SlotID) error {
	s, err := tx.Slot(ctx, slot)
	if err != nil {
		return err
	}
	kind, object := access.Episode, string(s.Episode)
	if s.Request != "" {
		kind, object = access.Request, string(s.Request)
	}
	if _, err := tx.Granted(ctx, by, kind, object); err != nil {
		return err
	}
	if err := tx.DeleteSlot(ctx, slot); err != nil {
		return err
	}
	if err := outgoing.TimesWithdrawn(ctx, tx, outgoing.Target{Request: s.Request, Episode: s.Episode}); err != nil {
		return err
	}
	if s.Request != "" {
		if err := waitAgain(ctx, tx, s.Request); err != nil {
			return err
		}
	}
	return audit.Note(ctx, tx, by, "changed", kind, object)
}

func waitAgain(ctx context.Context, tx Tx, request intake.RequestID) error {
	left, err := tx.Slots(ctx, request, "")
	if err != nil || len(left) > 0 {
		return err
	}
	r, err := tx.Request(ctx, request)
	if err != nil {
		return err
	}
	r.State = intake.Waiting
	return tx.PutRequest(ctx, r)
}

// OpenSlots are the offered times that can still be picked, for whoever may see the request or the episode.
func OpenSlots(ctx context.Context, tx Tx, by access.Actor, t Target) ([]Slot, error) {
	kind, object := access.Episode, string(t.Episode)
	if t.Request != "" {
		kind, object = access.Request, string(t.Request)
	}
	if _, err := tx.Granted(ctx, by, kind, object); err != nil {
		return nil, err
	}
	return pickable(ctx, tx, t)
}

// pickable leaves out what has begun, what somebody else has taken, what a wall has come between, and that for which no room is left.
func pickable(ctx context.Context, tx Tx, t Target) ([]Slot, error) {
	slots, err := tx.Slots(ctx, t.Request, t.Episode)
	if err != nil {
		return nil, err
	}
	slots = slices.DeleteFunc(slots, func(s Slot) bool { return !s.Starts.After(tx.Now()) })
	if len(slots) == 0 {
		return nil, nil
	}
	var who []access.AccountID
	from, to := slots[0].Starts, slots[0].Starts
	for _, s := range slots {
		for _, w := range s.workers() {
			if !slices.Contains(who, w) {
				who = append(who, w)
			}
		}
		if s.Starts.Before(from) {
			from = s.Starts
		}
		if ends := s.Starts.Add(time.Duration(s.Minutes) * time.Minute); ends.After(to) {
			to = ends
		}
	}
	busy, err := tx.Busy(ctx, who, from, to)
	if err != nil {
		return nil, err
	}
	whose, err := t.party(ctx, tx)
	if err != nil {
		return nil, err
	}
	around, err := wall.Around(ctx, tx, whose.Person)
	if err != nil {
		return nil, err
	}
	full, err := roomless(ctx, tx, t, slots, from, to)
	if err != nil {
		return nil, err
	}
	parties, err := near(ctx, tx, whose.Person, from, to)
	return slices.DeleteFunc(slots, func(s Slot) bool {
		return full[s.ID] || overlaps(busy, s) || slices.ContainsFunc(s.workers(), around.Stand) || tooNear(parties, s.free(), s.Starts, s.Starts.Add(time.Duration(s.Minutes)*time.Minute))
	}), err
}

// free is the slot as a time.
func (s Slot) free() Free {
	return Free{Worker: s.Worker, Second: s.Second, At: s.At, Minutes: s.Minutes, PlaceKind: s.PlaceKind, Place: s.Place}
}
