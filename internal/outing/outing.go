// Package outing looks after a worker who meets a client somewhere else than at the office: they say that they go and by
// when they are back, and when they do not say so, colleagues are told (R-129, decision 0055). It is about the worker. Of
// the client it holds nothing but the place, sealed with the worker's own key, and it is gone with the word "back".
package outing

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Jobs: Watch looks for who is late, Tell is a letter to one account.
const (
	Watch = "watch-outings"
	Tell  = "tell-outing"
)

// Margins are the minutes after the meeting's end that one may choose to be back in. The first is suggested.
var Margins = []int{30, 60, 90}

// before is how long before a meeting one may set out to it.
const before = 3 * time.Hour

// stages are how long after the promised return who is told: the worker, who may have forgotten to say so; everybody in
// the unit; every coordinator of the house.
var stages = []time.Duration{0, 10 * time.Minute, 30 * time.Minute}

// Outing is one worker on the way.
type Outing struct {
	Appointment appointment.ID
	Account     access.AccountID
	Unit        access.UnitID
	Due         time.Time // back by then
	At          calendar.Local
	PlaceKind   string
	Place       seal.Text
	Told        int              // how many stages have been told
	Seen        access.AccountID // the colleague who sees to it; "" while nobody does
}

// Missing tells that colleagues have to see to it.
func (o Outing) Missing(now time.Time) bool { return !now.Before(o.Due.Add(stages[1])) }

// Late tells that the promised time is over.
func (o Outing) Late(now time.Time) bool { return !now.Before(o.Due) }

// Tx is the part of a storage transaction that outings need.
type Tx interface {
	appointment.Tx
	Account(ctx context.Context, id access.AccountID) (account.Account, error)
	Colleagues(ctx context.Context, unit access.UnitID) ([]account.Colleague, error)
	PutJob(ctx context.Context, kind, object string, at time.Time) error
	Outings(ctx context.Context) ([]Outing, error) // few at any time, by account
	OutingOf(ctx context.Context, who access.AccountID) (Outing, error)
	PutOuting(ctx context.Context, o Outing) error // the one of its worker
	DeleteOuting(ctx context.Context, who access.AccountID) error
}

func hidden() error { return fault.New(fault.NotFound, "not-found") }

// CanLeave tells whether the worker may set out to a meeting now: their own, somewhere else, soon or going on.
func CanLeave(a appointment.Appointment, who access.AccountID, now time.Time) bool {
	return (a.Worker == who || a.Second == who) && a.State == appointment.Booked && a.PlaceKind != appointment.Office &&
		!now.Before(a.Starts.Add(-before)) && now.Before(a.Ends)
}

// Leave says that the actor goes to a meeting and is back so many minutes after its end. One is out once at a time.
func Leave(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id appointment.ID, margin int) error {
	a, err := tx.Appointment(ctx, id)
	if err != nil {
		return err
	}
	l, err := episode.Load(ctx, tx, ms, by, a.Episode)
	if err != nil {
		return err
	}
	if l.Relation != access.ByWorker {
		return hidden()
	}
	if !CanLeave(a, by.Account, tx.Now()) {
		return fault.New(fault.Conflict, "outing.not-now")
	}
	if !slices.Contains(Margins, margin) {
		var form fault.Form
		form.Add("margin", "form.choice")
		return form.Err()
	}
	if _, err := tx.OutingOf(ctx, by.Account); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = fault.New(fault.Conflict, "outing.out")
		}
		return err
	}
	return tx.PutOuting(ctx, Outing{Appointment: id, Account: by.Account, Unit: l.Unit.ID, Due: a.Ends.Add(time.Duration(margin) * time.Minute),
		At: a.At, PlaceKind: a.PlaceKind, Place: a.Place})
}

// Longer gives the actor more time, from now or from the promised time, whichever is later. Whatever alarm there was is over.
func Longer(ctx context.Context, tx Tx, by access.Actor, margin int) error {
	o, err := own(ctx, tx, by)
	if err != nil {
		return err
	}
	if !slices.Contains(Margins, margin) {
		var form fault.Form
		form.Add("margin", "form.choice")
		return form.Err()
	}
	from := o.Due
	if now := tx.Now(); now.After(from) {
		from = now.Truncate(time.Minute)
	}
	o.Due, o.Told, o.Seen = from.Add(time.Duration(margin)*time.Minute), 0, ""
	return tx.PutOuting(ctx, o)
}

// Back says that the actor is back. Nothing is left of the outing. Saying it twice is no mistake.
func Back(ctx context.Context, tx Tx, by access.Actor) error {
	return tx.DeleteOuting(ctx, by.Account)
}

// Own is where the actor is out; the zero Outing when they are not.
func Own(ctx context.Context, tx Tx, by access.Actor) (Outing, error) {
	o, err := tx.OutingOf(ctx, by.Account)
	if fault.Is(err, fault.NotFound) {
		return Outing{}, nil
	}
	return o, err
}

func own(ctx context.Context, tx Tx, by access.Actor) (Outing, error) {
	o, err := tx.OutingOf(ctx, by.Account)
	if fault.Is(err, fault.NotFound) {
		return o, fault.New(fault.Conflict, "outing.back")
	}
	return o, err
}

// Alarm is a colleague who has not come back, as the unit is told: who, and since when. Never whom they met or where.
type Alarm struct {
	Account access.AccountID
	Name    string
	Due     time.Time
	SeenBy  string // who of the colleagues sees to it
	Where   bool   // the reader may see where the colleague is
}

// Alarms are the missing whom the actor is told of, the longest first.
func Alarms(ctx context.Context, tx Tx, by access.Actor) ([]Alarm, error) {
	all, err := tx.Outings(ctx)
	if err != nil {
		return nil, err
	}
	var out []Alarm
	for _, o := range all {
		if !o.Missing(tx.Now()) || !told(o, by) {
			continue
		}
		a := Alarm{Account: o.Account, Due: o.Due}
		if a.Name, err = nameOf(ctx, tx, o.Account); err != nil {
			return nil, err
		}
		if o.Seen != "" {
			if a.SeenBy, err = nameOf(ctx, tx, o.Seen); err != nil {
				return nil, err
			}
		}
		if a.Where, err = mayKnowWhere(ctx, tx, by, o); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b Alarm) int { return a.Due.Compare(b.Due) })
	return out, nil
}

// told tells whether the actor hears of a missing colleague: who works in the unit, and who coordinates anywhere.
func told(o Outing, by access.Actor) bool {
	if o.Account == by.Account {
		return false
	}
	return by.Is(access.Worker, o.Unit) || by.Has(access.Coordinator)
}

func nameOf(ctx context.Context, tx Tx, who access.AccountID) (string, error) {
	a, err := tx.Account(ctx, who)
	return a.Name.Reveal(), err
}

// mayKnowWhere asks the same rows as every look at the client's episode, so that a wall stands here too.
func mayKnowWhere(ctx context.Context, tx Tx, by access.Actor, o Outing) (bool, error) {
	if !by.Has(access.Coordinator) {
		return false, nil
	}
	a, err := tx.Appointment(ctx, o.Appointment)
	if err == nil {
		_, err = tx.Granted(ctx, by, access.Episode, string(a.Episode))
	}
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// missing is the alarm about a colleague that the actor is told of, or not found.
func missing(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (Outing, error) {
	o, err := tx.OutingOf(ctx, who)
	if err != nil {
		return o, err
	}
	if !o.Missing(tx.Now()) || !told(o, by) {
		return o, hidden()
	}
	return o, nil
}

// See says that the actor sees to a missing colleague; no more letters go out.
func See(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	o, err := missing(ctx, tx, by, who)
	if err != nil {
		return err
	}
	o.Seen = by.Account
	return tx.PutOuting(ctx, o)
}

// Reached says that the colleague is well; the outing is over.
func Reached(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	if _, err := missing(ctx, tx, by, who); err != nil {
		return err
	}
	return tx.DeleteOuting(ctx, who)
}

// Where is where a missing colleague went. A coordinator who may see the client's episode reads it, and the look stands
// in the audit as one made in an emergency.
func Where(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (Outing, error) {
	o, err := missing(ctx, tx, by, who)
	if err != nil {
		return Outing{}, err
	}
	may, err := mayKnowWhere(ctx, tx, by, o)
	if err != nil {
		return Outing{}, err
	}
	if !may {
		return Outing{}, hidden()
	}
	a, err := tx.Appointment(ctx, o.Appointment)
	if err != nil {
		return Outing{}, err
	}
	return o, audit.Note(ctx, tx, by, audit.Emergency, access.Episode, string(a.Episode))
}

// Look tells whoever has to be told by now: each stage once, also when the clock has jumped over several. Nobody is told
// while a colleague sees to it.
func Look(ctx context.Context, tx Tx) error {
	all, err := tx.Outings(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		due := Stage(o, tx.Now())
		if due <= o.Told || o.Seen != "" {
			continue
		}
		to, err := whom(ctx, tx, o, due)
		if err != nil {
			return err
		}
		for _, id := range to {
			if err := tx.PutJob(ctx, Tell, string(id), tx.Now()); err != nil {
				return err
			}
		}
		o.Told = due
		if err := tx.PutOuting(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// Stage is how many stages of an outing have come.
func Stage(o Outing, now time.Time) (n int) {
	for n < len(stages) && !now.Before(o.Due.Add(stages[n])) {
		n++
	}
	return n
}

// whom are those told at a stage: of stages that were jumped over, the widest.
func whom(ctx context.Context, tx Tx, o Outing, stage int) ([]access.AccountID, error) {
	if stage == 1 {
		return []access.AccountID{o.Account}, nil
	}
	unit := o.Unit
	if stage == len(stages) {
		unit = ""
	}
	all, err := tx.Colleagues(ctx, unit)
	var out []access.AccountID
	for _, c := range all {
		by := access.Actor{Account: c.ID, Roles: c.Roles}
		if c.Works() && (c.ID == o.Account || told(o, by)) {
			out = append(out, c.ID)
		}
	}
	return out, err
}
