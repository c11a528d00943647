package wall

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/person"
)

// longest is how many days an exception may last before it is asked anew.
const longest = 92

// Ask asks that an account may serve the person a keeper's page is about, beside the other party whom it serves
// already, until a day. Nothing changes before a second person has approved it.
func Ask(ctx context.Context, tx Tx, by access.Actor, r Ref, who access.AccountID, last calendar.Date) error {
	o, err := granted(ctx, tx, by, r)
	if err != nil {
		return err
	}
	if !by.Has(access.Keeper) {
		return notFound()
	}
	today := today(tx)
	var form fault.Form
	if last < today || last > today.Add(longest) {
		form.Add("last-day", "wall.last-day", "latest", today.Add(longest))
	}
	if err := form.Err(); err != nil {
		return err
	}
	asked := 0
	ties, err := tx.Ties(ctx, []person.ID{o.Person})
	if err != nil {
		return err
	}
	for _, t := range ties {
		n, err := ask(ctx, tx, by, o, t, who, last)
		if err != nil {
			return err
		}
		asked += n
	}
	if asked == 0 {
		form.Add("who", "wall.no-need")
		return form.Err()
	}
	return audit.Note(ctx, tx, by, "changed", r.Kind, r.ID)
}

// ask asks for one tie, where the account serves the other party and has not been asked for.
func ask(ctx context.Context, tx Tx, by access.Actor, o Object, t Tie, who access.AccountID, last calendar.Date) (int, error) {
	other := t.Other(o.Person)
	serves, err := serves(ctx, tx, who, other)
	if err != nil || !serves {
		return 0, err
	}
	live, err := tx.Exceptions(ctx, Wanted{Ties: []TieID{t.ID}, Live: true})
	if err != nil || slices.ContainsFunc(live, func(x Exception) bool { return x.Account == who }) {
		return 0, err
	}
	return 1, tx.PutException(ctx, Exception{ID: id.New(), Tie: t.ID, Account: who, StaysWith: other, State: Asked, AskedBy: by.Account,
		Month: today(tx).Month(), LastDay: last})
}

// serves tells whether an account holds a grant of its own on something of the person's: behind a wall there are no others.
func serves(ctx context.Context, tx Tx, who access.AccountID, p person.ID) (bool, error) {
	grants, err := tx.PartyGrants(ctx, []person.ID{p})
	return slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Holder == string(who) }), err
}

func today(tx interface{ Now() time.Time }) calendar.Date { return calendar.DateOf(tx.Now(), time.UTC) }

// mayAnswer tells whether the actor may answer the exception: a second person, and never whoever has the good of it.
func mayAnswer(by access.Actor, x Exception) bool {
	return (by.Has(access.Keeper) || by.Has(access.Coordinator)) && by.Account != x.AskedBy && by.Account != x.Account
}

// Approve is the second person's yes. It is counted, by number.
func Approve(ctx context.Context, tx Tx, by access.Actor, exception string) error {
	x, err := asked(ctx, tx, by, exception)
	if err != nil {
		return err
	}
	if x.LastDay < today(tx) {
		return fault.New(fault.Conflict, "wall.over")
	}
	x.State, x.ApprovedBy = Approved, by.Account
	if err := tx.PutException(ctx, x); err != nil {
		return err
	}
	t, err := tieOf(ctx, tx, x)
	if err != nil {
		return err
	}
	if err := count(ctx, tx, t.Other(x.StaysWith)); err != nil {
		return err
	}
	return Settle(ctx, tx, t.A, t.B)
}

// Decline is the second person's no.
func Decline(ctx context.Context, tx Tx, by access.Actor, exception string) error {
	x, err := asked(ctx, tx, by, exception)
	if err != nil {
		return err
	}
	x.State = Declined
	return tx.PutException(ctx, x)
}

// asked finds an exception that waits for an answer the actor may give.
func asked(ctx context.Context, tx Tx, by access.Actor, exception string) (Exception, error) {
	x, err := tx.Exception(ctx, exception)
	switch {
	case err != nil:
		return x, err
	case !by.Has(access.Keeper) && !by.Has(access.Coordinator):
		return x, notFound()
	case x.State != Asked:
		return x, fault.New(fault.Conflict, "wall.answered")
	case !mayAnswer(by, x):
		return x, fault.New(fault.Conflict, "wall.second-person")
	}
	return x, nil
}

func tieOf(ctx context.Context, tx Tx, x Exception) (Tie, error) {
	ties, err := tx.Ties(ctx, []person.ID{x.StaysWith})
	for _, t := range ties {
		if t.ID == x.Tie {
			return t, nil
		}
	}
	if err == nil {
		err = notFound()
	}
	return Tie{}, err
}

// count adds the exception to the month of the unit where the account now serves.
func count(ctx context.Context, tx Tx, p person.ID) error {
	objects, err := tx.PartyObjects(ctx, []person.ID{p})
	if err != nil || len(objects) == 0 {
		return err
	}
	u, err := tx.Unit(ctx, objects[0].Unit)
	if err != nil {
		return err
	}
	return figure.Add(ctx, tx, figure.Where{Unit: u.ID, Zone: u.Zone}, figure.WallExceptions, "", 1)
}

// End ends an exception before its day. The account stays with the side it had, and loses the other at once.
func End(ctx context.Context, tx Tx, by access.Actor, exception string) error {
	if !by.Has(access.Keeper) && !by.Has(access.Coordinator) {
		return notFound()
	}
	x, err := tx.Exception(ctx, exception)
	if err != nil {
		return err
	}
	return end(ctx, tx, x)
}

func end(ctx context.Context, tx Tx, x Exception) error {
	if x.State != Asked && x.State != Approved {
		return fault.New(fault.Conflict, "wall.over")
	}
	if x.State == Approved {
		if err := settle(ctx, tx, change{ended: x.ID, prefer: Work{x.Account, x.StaysWith}}, x.StaysWith); err != nil {
			return err
		}
	}
	x.State = Ended
	return tx.PutException(ctx, x)
}

// EndJob is the kind of job that ends exceptions whose last day has passed. Nobody sees by them in the meantime: their
// grants hold until that day's end.
const EndJob = "wall-end"

// EndOver ends the exceptions whose last day has passed.
func EndOver(ctx context.Context, tx Tx) error {
	live, err := tx.Exceptions(ctx, Wanted{Live: true})
	if err != nil {
		return err
	}
	for _, x := range live {
		if x.LastDay < today(tx) {
			if err := end(ctx, tx, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// Line is an exception as the month's list tells it: by number, without a name.
type Line struct {
	ID        string
	Number    string
	State     string
	LastDay   calendar.Date
	MayAnswer bool
}

// List is the month's exceptions, for those who keep walls or coordinate.
func List(ctx context.Context, tx Tx, by access.Actor, month string) ([]Line, error) {
	if !by.Has(access.Keeper) && !by.Has(access.Coordinator) {
		return nil, notFound()
	}
	all, err := tx.Exceptions(ctx, Wanted{Month: month})
	var out []Line
	for _, x := range all {
		out = append(out, Line{x.ID, Number(tx, x.ID), x.State, x.LastDay, x.State == Asked && mayAnswer(by, x)})
	}
	return out, err
}
