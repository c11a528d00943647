package rights

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

// toldFor is how many days it is told which two carried an erasure out.
const toldFor = 90

// Erasure is an erasure that touches an episode with somebody else in it. One person approves it and another carries
// it out, within the law's month. Once it is done the row names nobody but these two.
type Erasure struct {
	ID         string
	Person     person.ID // "" once it is done
	Unit       access.UnitID
	Asked      calendar.Date
	Due        calendar.Date
	ApprovedBy access.AccountID
	DoneBy     access.AccountID
	Done       calendar.Date
}

// EraseByClient erases all that belongs to whoever holds the code: at once when it is theirs alone. Otherwise it gives
// the erasure that two people carry out (issue 3.5). Asking twice is asking once.
func EraseByClient(ctx context.Context, tx Tx, ms model.Set, h intake.Holder) (Erasure, error) {
	if h.Request != "" {
		return Erasure{}, intake.End(ctx, tx, ms, access.System(), h.Request, "gone")
	}
	if err := ownOnly(ctx, tx, h); err != nil {
		return Erasure{}, err
	}
	l, err := episode.LoadForClient(ctx, tx, ms, h)
	if err != nil {
		return Erasure{}, err
	}
	shared, err := isShared(ctx, tx, l.Episode)
	if err != nil {
		return Erasure{}, err
	}
	if !shared {
		return Erasure{}, tx.ErasePerson(ctx, l.Episode.Person)
	}
	return ask(ctx, tx, ms, l)
}

// EraseFor asks for an erasure on behalf of a client who has asked staff for it. Two people carry it out, always: the
// one who was asked may have misheard who it was.
func EraseFor(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID) (Erasure, error) {
	l, err := loadOwn(ctx, tx, ms, by, id)
	if err != nil {
		return Erasure{}, err
	}
	return ask(ctx, tx, ms, l)
}

// Shared tells whether what the code opens is part of somebody else's way too. A wall between two is no such thing:
// each has a way of their own, and neither may learn of the other. Visits that somebody else pays for are the payer's
// affair too: the coordinator passes the wish on, and takes out what is still to be billed, before anything goes (D-036).
func Shared(ctx context.Context, tx Tx, h intake.Holder) (bool, error) {
	if h.Episode == "" {
		return false, nil
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	if err != nil {
		return false, err
	}
	return isShared(ctx, tx, e)
}

func isShared(ctx context.Context, tx Tx, e episode.Episode) (bool, error) {
	if e.About != "" || e.Regime == string(model.Joint) || e.Regime == string(model.Buyer) {
		return true, nil
	}
	talks, err := tx.About(ctx, e.ID)
	if err != nil || len(talks) > 0 {
		return len(talks) > 0, err
	}
	joints, err := tx.JointsOf(ctx, e.Person) // also by another service than this one
	return len(joints) > 0, err
}

// Asked is the open erasure of whoever holds the code; false when there is none.
func Asked(ctx context.Context, tx Tx, h intake.Holder) (Erasure, bool, error) {
	if h.Episode == "" {
		return Erasure{}, false, nil
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	if err != nil {
		return Erasure{}, false, err
	}
	return asked(ctx, tx, e.Person)
}

func asked(ctx context.Context, tx Tx, p person.ID) (Erasure, bool, error) {
	x, err := tx.ErasureOf(ctx, p)
	if fault.Is(err, fault.NotFound) {
		return Erasure{}, false, nil
	}
	return x, err == nil, err
}

func ask(ctx context.Context, tx Tx, ms model.Set, l episode.Loaded) (Erasure, error) {
	x, there, err := asked(ctx, tx, l.Episode.Person)
	if err != nil || there {
		return x, err
	}
	if err := withdraw(ctx, tx, ms, l.Episode.Person); err != nil {
		return x, err
	}
	today := l.Today(tx.Now())
	x = Erasure{ID: id.New(), Person: l.Episode.Person, Unit: l.Unit.ID, Asked: today, Due: monthAfter(today)}
	return x, tx.PutErasure(ctx, x)
}

// monthAfter is the law's month (D-073): the same day of the next month, or its last.
func monthAfter(d calendar.Date) calendar.Date {
	t := d.Midnight()
	first := time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return calendar.DateOf(first.AddDate(0, 0, min(t.Day(), last)-1), time.UTC)
}

// Approve says that the erasure is to be carried out. A coordinator of its unit does, whom the episode's grants let see it.
func Approve(ctx context.Context, tx Tx, by access.Actor, id string) error {
	x, err := tx.Erasure(ctx, by, id)
	if err != nil {
		return err
	}
	may, err := coordinates(ctx, tx, by, x)
	if err != nil {
		return err
	}
	if !may {
		return fault.New(fault.Conflict, "erasure.coordinator")
	}
	if x.ApprovedBy != "" {
		return nil // pressed twice, or a colleague was first
	}
	x.ApprovedBy = by.Account
	return tx.PutErasure(ctx, x)
}

// coordinates tells whether the actor coordinates the person's affairs: in the unit, or from another one where a wall has
// left the unit nobody (decision 0040).
func coordinates(ctx context.Context, tx Tx, by access.Actor, x Erasure) (bool, error) {
	if by.Is(access.Coordinator, x.Unit) || !by.Has(access.Coordinator) {
		return by.Is(access.Coordinator, x.Unit), nil
	}
	objects, err := tx.PartyObjects(ctx, []person.ID{x.Person})
	for _, o := range objects {
		relation, err := tx.Granted(ctx, by, o.Kind, o.ID)
		if err == nil && relation == access.ByCoordinator {
			return true, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return false, err
		}
	}
	return false, err
}

// CarryOut erases the person. Somebody else than the one who approved it does. What has been agreed since it was asked, for
// the person and another together, goes on hold as it did then.
func CarryOut(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id string) error {
	x, err := tx.Erasure(ctx, by, id)
	switch {
	case err != nil:
		return err
	case x.ApprovedBy == "":
		return fault.New(fault.Conflict, "erasure.not-approved")
	case x.ApprovedBy == by.Account:
		return fault.New(fault.Conflict, "erasure.same-person")
	}
	who := x.Person
	u, err := tx.Unit(ctx, x.Unit)
	if err != nil {
		return err
	}
	x.Person, x.DoneBy, x.Done = "", by.Account, calendar.LocalOf(tx.Now(), u.Zone).Day
	if err := tx.PutErasure(ctx, x); err != nil {
		return err
	}
	if err := withdraw(ctx, tx, ms, who); err != nil {
		return err
	}
	return tx.ErasePerson(ctx, who)
}

// Open are the erasures that wait and that the actor may see, most overdue first; Done those carried out lately in the
// units the actor coordinates.
func Open(ctx context.Context, tx Tx, by access.Actor) (open, done []Erasure, err error) {
	if open, err = tx.Erasures(ctx, by); err != nil {
		return nil, nil, err
	}
	var units []access.UnitID
	for _, m := range by.Roles {
		if m.Role == access.Coordinator {
			units = append(units, m.Unit)
		}
	}
	done, err = tx.ErasuresDone(ctx, units, calendar.DateOf(tx.Now(), time.UTC).Add(-toldFor))
	return open, done, err
}
