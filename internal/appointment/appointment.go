// Package appointment is times: offered, picked, booked, moved, held, missed, cancelled. What may happen is asked of
// package episode; what is kept of a meeting that is over is decided here, and the schema refuses more.
// Nothing about what was said has a place anywhere.
package appointment

import (
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Who cancelled.
const (
	ByClient = "client"
	ByWorker = "worker"
)

// Count is one step of a figure.
type Count struct {
	Name, Value string
	N           int
	Month       string // "" is the month in which it is kept
}

// Outcome is what a mark leaves behind: the meeting, the episode, and steps of figures. Rules make it, actions keep it.
type Outcome struct {
	Appointment Appointment
	Episode     episode.Episode
	Counts      []Count
}

func (o *Outcome) count(name, value string, n int) {
	o.Counts = append(o.Counts, Count{Name: name, Value: value, N: n})
}

// countFirst counts a first meeting, or takes back exactly what was counted, out of its own month.
func (o *Outcome) countFirst(minutes, n int) {
	f := o.Episode.First
	for _, x := range f.Sums() {
		o.Counts = append(o.Counts, Count{x.Name, x.Value, n, f.Month})
	}
	o.Counts = append(o.Counts, Count{figure.WaitMinutes, "", n * minutes, f.Month})
}

// Case is a meeting with what its rules need.
type Case struct {
	Model       *model.Model
	State       episode.State
	Appointment Appointment
}

// part is what the model says of such a visit. One that nobody pays for uses none of what was granted.
func (c Case) part() model.Part {
	p, _ := c.Model.Part(c.State.Episode.Part)
	if !c.State.Paid(c.Model, string(c.Appointment.ID)) {
		p.MissedCounts = false
	}
	return p
}

func (c Case) outcome() Outcome {
	return Outcome{Appointment: c.Appointment, Episode: c.State.Episode}
}

// may asks the engine about this one meeting.
func (c Case) may(a model.Action, now time.Time) error {
	if f := episode.CanTouch(c.Model, c.State, a, string(c.Appointment.ID), now); f != nil {
		return f
	}
	return nil
}

// Held marks that the meeting was held.
func (c Case) Held(now time.Time) (Outcome, error) {
	if err := c.may(model.Hold, now); err != nil {
		return Outcome{}, err
	}
	o := c.outcome()
	c.hold(&o, now)
	o.settle()
	return o, nil
}

// Missed marks that the client did not come and had not said so. It uses a visit where the model says so.
func (c Case) Missed(now time.Time) (Outcome, error) {
	if err := c.may(model.Miss, now); err != nil {
		return Outcome{}, err
	}
	o := c.outcome()
	o.miss(c.part())
	o.settle()
	return o, nil
}

// Cancelled marks that the meeting is called off, by the client or the worker. A client's late word uses a visit
// where the model counts a missed one and says what is late; the worker's never does.
func (c Case) Cancelled(who string, now time.Time) (Outcome, error) {
	if err := c.may(model.Cancel, now); err != nil {
		return Outcome{}, err
	}
	o, part := c.outcome(), c.part()
	late := c.Appointment.Starts.Sub(now) < time.Duration(part.LateCancelHours)*time.Hour
	o.cancel(who, who == ByClient && part.MissedCounts && part.LateCancelHours > 0 && late)
	o.settle()
	return o, nil
}

func (o *Outcome) hold(p model.Part, promise time.Duration, now time.Time) {
	a := &o.Appointment
	a.State, a.Counted = Held, true
	o.count(figure.Held, p.ID, 1)
	o.count(figure.DayParts, a.DayPart, 1)
	o.count(figure.PlaceKinds, a.PlaceKind, 1)
	o.firstWait(promise, now)
}

// firstWait measures from the first contact to the first meeting held and forgets the contact's instant. Where
// the meeting's own time is gone, the wait stays unknown: nothing is made up.
func (o *Outcome) firstWait(promise time.Duration, now time.Time) {
	e, a := &o.Episode, o.Appointment
	if e.Contacted.IsZero() {
		return
	}
	if !a.Starts.IsZero() {
		wait := max(0, a.Starts.Sub(e.Contacted))
		e.Wait = int(wait / time.Minute)
		e.First = figure.First{Month: calendar.LocalOf(now, a.At.Zone).Day.Month(), DayPart: a.DayPart, Place: a.PlaceKind,
			Band: figure.WaitBand(wait), Promise: figure.PromiseOf(wait, promise)}
		o.countFirst(e.Wait, 1)
	}
	e.Contacted = time.Time{}
}

func (o *Outcome) miss(p model.Part) {
	o.Appointment.State, o.Appointment.Counted = Missed, p.MissedCounts
	o.count(figure.Missed, p.ID, 1)
}

func (o *Outcome) cancel(who string, counted bool) {
	o.Appointment.State, o.Appointment.CancelledBy, o.Appointment.Counted = Cancelled, who, counted
	o.count(figure.Cancelled, who, 1)
}

// settle gives back a number that is not used and forgets what may not be kept of a meeting that is over.
func (o *Outcome) settle() {
	a := &o.Appointment
	if !a.Counted {
		a.No = 0
	}
	a.Sequence++
	a.Place, a.Room = seal.Text{}, ""
	if !keepsTimes(a.Regime) {
		*a = Appointment{
			ID: a.ID, Episode: a.Episode, Limit: a.Limit, Regime: a.Regime, No: a.No, State: a.State, Counted: a.Counted,
			CancelledBy: a.CancelledBy, PlaceKind: a.PlaceKind, DayPart: a.DayPart, Sequence: a.Sequence,
		}
	}
}

// keepsTimes tells whether the regime keeps when and where a meeting was (design 3).
func keepsTimes(regime string) bool {
	switch model.Regime(regime) {
	case model.Goals, model.Joint, model.Buyer:
		return true
	}
	return false
}

// PlaceFor is the place's text if this reader may know it: the worker and the client, until the meeting is over.
func (a Appointment) PlaceFor(why access.Relation, client bool, now time.Time) seal.Text {
	if (why == access.ByWorker || client) && a.State == Booked && now.Before(a.Ends) {
		return a.Place
	}
	return seal.Text{}
}

// Workers are those who meet the client: one, or two.
func (a Appointment) Workers() []access.AccountID {
	switch {
	case a.Worker == "":
		return nil
	case a.Second == "":
		return []access.AccountID{a.Worker}
	}
	return []access.AccountID{a.Worker, a.Second}
}

// told is the meeting as messages tell it.
func (a Appointment) told() outgoing.Meeting {
	return outgoing.Meeting{ID: string(a.ID), Episode: a.Episode, At: a.At, Starts: a.Starts, Booked: a.State == Booked}
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }
