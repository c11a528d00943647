package volunteer

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
)

// TellCall is the job that writes to those who can help that a volunteer asks for a worker; the object is the account written to.
const TellCall = "tell-volunteer-call"

// callStands is how long a call that nobody answers stays on the desk.
const callStands = 30 * 24 * time.Hour

// CallFor asks for a worker, at once or for a talk. Why is not asked. Asking twice is asking once.
func CallFor(ctx context.Context, tx Tx, ms model.Set, by access.Actor, kind string) error {
	v, p, err := Mine(ctx, tx, ms, by)
	switch {
	case err != nil:
		return err
	case kind != Now && kind != Talk:
		return wrong("kind", "form.choice")
	case v.State != Induction && v.State != Active:
		return moved()
	}
	open, err := tx.CallsOf(ctx, v.ID)
	if err != nil {
		return err
	}
	for _, c := range open {
		if c.Kind == kind {
			return nil
		}
	}
	if err := tx.PutCall(ctx, Call{ID: CallID(id.New()), Volunteer: v.ID, Unit: v.Unit, Kind: kind, Asked: tx.Now()}); err != nil {
		return err
	}
	who, err := Answering(ctx, tx, v.Unit)
	if err != nil {
		return err
	}
	step := time.Duration(0)
	if kind == Now {
		step = next(p)
	}
	for i, c := range who {
		if err := tx.PutJob(ctx, TellCall, string(c.ID), tx.Now().Add(time.Duration(i)*step)); err != nil {
			return err
		}
	}
	return nil
}

// next is after how long the next one is asked.
func next(p Place) time.Duration {
	return time.Duration(p.Model.Volunteer.NextAsked) * time.Minute
}

// Asking is one of those who are asked for help at once, and when they are or will be.
type Asking struct {
	account.Colleague
	At time.Time
}

// Chain is whom a call asks, in order: whoever is on call first, and after the model's minutes the next. It follows from when
// the call was made alone, so that no row tells who did not answer. A letter to somebody is not written when the call has been seen before.
func Chain(ctx context.Context, tx Tx, p Place, c Call) ([]Asking, error) {
	who, err := Answering(ctx, tx, p.Unit.ID)
	var out []Asking
	for i, x := range who {
		out = append(out, Asking{x, c.Asked.Add(time.Duration(i) * next(p))})
	}
	return out, err
}

// onCall is the setting that says who of a unit is asked first.
func onCall(unit access.UnitID) string { return "on-call." + string(unit) }

// OnCall tells who of a unit is asked first; "" where nobody has been chosen.
func OnCall(ctx context.Context, tx Tx, unit access.UnitID) (access.AccountID, error) {
	who, err := tx.Setting(ctx, onCall(unit))
	return access.AccountID(who), err
}

// SetOnCall says who is asked first when a volunteer needs a worker at once, by a coordinator of the unit; "" is nobody in particular.
func SetOnCall(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, who access.AccountID) error {
	if err := arranges(by, unit); err != nil {
		return err
	}
	all, err := Answering(ctx, tx, unit)
	if err != nil {
		return err
	}
	if who != "" && !slices.ContainsFunc(all, func(c account.Colleague) bool { return c.ID == who }) {
		return wrong("who", "form.choice")
	}
	return tx.PutSetting(ctx, onCall(unit), string(who))
}

// Answering are those who answer a unit's volunteers: its coordinators and workers who can sign in, whoever is on call first, then
// coordinators.
func Answering(ctx context.Context, tx Tx, unit access.UnitID) (out []account.Colleague, err error) {
	all, err := tx.Colleagues(ctx, unit)
	for _, role := range []access.Role{access.Coordinator, access.Worker} {
		for _, c := range all {
			if c.WorksAs(role, unit) && (role == access.Coordinator || !c.WorksAs(access.Coordinator, unit)) {
				out = append(out, c)
			}
		}
	}
	if err != nil {
		return nil, err
	}
	first, err := OnCall(ctx, tx, unit)
	if i := slices.IndexFunc(out, func(c account.Colleague) bool { return c.ID == first }); i > 0 {
		c := out[i]
		out = slices.Insert(slices.Delete(out, i, i+1), 0, c)
	}
	return out, err
}

// TakeBack takes one's own call back.
func TakeBack(ctx context.Context, tx Tx, ms model.Set, by access.Actor, kind string) error {
	v, _, err := Mine(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	open, err := tx.CallsOf(ctx, v.ID)
	if err != nil {
		return err
	}
	for _, c := range open {
		if c.Kind == kind {
			return tx.DeleteCall(ctx, c.ID)
		}
	}
	return nil
}

// answers finds a call for whoever may answer it: workers and coordinators of the unit.
func answers(ctx context.Context, tx Tx, by access.Actor, of CallID) (Call, error) {
	unit, err := tx.CallUnit(ctx, of)
	if err == nil && !by.Is(access.Worker, unit) && !by.Is(access.Coordinator, unit) {
		err = hidden()
	}
	if err != nil {
		return Call{}, err
	}
	return tx.Call(ctx, of)
}

// See says that one takes care of it: the volunteer's page shows who has seen it. The first one is told.
func See(ctx context.Context, tx Tx, by access.Actor, of CallID) error {
	c, err := answers(ctx, tx, by, of)
	switch {
	case err != nil:
		return err
	case c.By == by.Account:
		return nil
	case c.By != "":
		return fault.New(fault.Conflict, "volunteer.seen")
	}
	c.By, c.Seen = by.Account, tx.Now()
	return tx.PutCall(ctx, c)
}

// Answer says that the volunteer was reached; a support talk that was held is a right that was met this day. Nothing else is left.
func Answer(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of CallID) error {
	c, err := answers(ctx, tx, by, of)
	if err != nil {
		return err
	}
	if c.Kind == Talk {
		if err := talked(ctx, tx, ms, c.Volunteer); err != nil {
			return err
		}
	}
	return tx.DeleteCall(ctx, c.ID)
}

// talked marks the rights of the model that a talk fulfils.
func talked(ctx context.Context, tx Tx, ms model.Set, who ID) error {
	v, err := tx.Volunteer(ctx, who)
	if err != nil {
		return err
	}
	p, err := FindPlace(ctx, tx, ms, v.Offer)
	if err != nil {
		return err
	}
	today := p.Day(tx.Now())
	for _, r := range p.Model.Volunteer.Owed {
		if !r.Talk || v.Path.Met(r.ID) >= today {
			continue
		}
		v.Path.Given = marked(v.Path.Given, r.ID, today)
		if err := p.count(ctx, tx, figure.SupportTalks, r.ID, 1); err != nil {
			return err
		}
	}
	return tx.PutVolunteer(ctx, v)
}

// Waiting are the calls of the units in which the actor works or coordinates.
func Waiting(ctx context.Context, tx Tx, by access.Actor) (out []Call, err error) {
	seen := map[access.UnitID]bool{}
	for _, m := range by.Roles {
		if (m.Role != access.Worker && m.Role != access.Coordinator) || seen[m.Unit] {
			continue
		}
		seen[m.Unit] = true
		calls, err := tx.Calls(ctx, m.Unit)
		if err != nil {
			return nil, err
		}
		out = append(out, calls...)
	}
	return out, nil
}

// Tell leaves a letter to a volunteer for the first moment at which they want any: never in their quiet hours, and none where
// they want none.
func Tell(ctx context.Context, tx Tx, p Place, v Volunteer) error {
	return TellIn(ctx, tx, p.Unit.Zone, v)
}

// Post is the part of a transaction that leaves a letter.
type Post interface {
	Now() time.Time
	PutJob(ctx context.Context, kind, object string, at time.Time) error
}

// TellIn is Tell for whoever knows the zone alone: groups and days of the unit.
func TellIn(ctx context.Context, tx Post, zone string, v Volunteer) error {
	if v.Account == "" || v.Own.Letters == None {
		return nil
	}
	return tx.PutJob(ctx, TellVolunteer, string(v.ID), Loud(tx.Now(), zone, v.Own.QuietFrom, v.Own.QuietTo))
}

// Loud is the first instant from now on that is not in the quiet hours.
func Loud(now time.Time, zone string, from, to int) time.Time {
	at := calendar.LocalOf(now, zone)
	hour := at.Clock.Minutes() / 60
	quiet := from < to && hour >= from && hour < to || from > to && (hour >= from || hour < to)
	if !quiet {
		return now
	}
	at.Clock = calendar.ClockAt(to)
	if from > to && hour >= from {
		at.Day = at.Day.Add(1)
	}
	if then, err := at.Instant(); err == nil {
		return then
	}
	return now.Add(time.Hour) // the hour that the spring night skips
}
