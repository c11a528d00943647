package shift

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

func hidden() error { return fault.New(fault.NotFound, "not-found") }

// evening is an evening with where it belongs and who stands there.
type evening struct {
	line.Evening
	line.Hall
	places []Place
}

func load(ctx context.Context, tx Tx, ms model.Set, id line.EveningID) (e evening, err error) {
	if e.Evening, err = tx.Evening(ctx, id); err != nil {
		return e, err
	}
	if e.Hall, err = line.At(ctx, tx, ms, e.Evening.Offer); err != nil {
		return e, err
	}
	e.places, err = tx.ShiftPlacesOf(ctx, id)
	return e, err
}

// of is somebody's own published place. To anybody else the evening's places are not there.
func (e evening) of(who access.AccountID) (Place, error) {
	for _, p := range e.places {
		if p.Account == who && p.Published {
			return p, nil
		}
	}
	return Place{}, hidden()
}

// free is the first place of who answers that nobody has; 0 when all are taken. What is only proposed takes none.
func (e evening) free() int {
	for no := 1; no <= e.Model.Line.Answerers; no++ {
		if !slices.ContainsFunc(e.places, func(p Place) bool { return p.No == no && p.Published }) {
			return no
		}
	}
	return 0
}

func (e evening) coming(tx Tx) error {
	if e.State != line.Open || !tx.Now().Before(e.Ends()) {
		return fault.New(fault.Conflict, "shift.over")
	}
	return nil
}

// Decline says that the actor cannot come, as who answers or as a reserve. No reason is asked, and nothing stays of it: the
// place is gone as if it had never been. Where an answerer is missing then, the coordinators and the reserves who may
// answer are told at once.
func Decline(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, id line.EveningID) error {
	e, err := load(ctx, tx, ms, id)
	if err != nil {
		return err
	}
	p, err := e.of(by.Account)
	if err != nil {
		return err
	}
	if err := e.coming(tx); err != nil {
		return err
	}
	if err := tx.DeleteShiftPlace(ctx, id, by.Account); err != nil {
		return err
	}
	if p.Reserve() {
		return nil
	}
	return e.call(ctx, tx, may, by.Account)
}

// call tells the coordinators, and the reserves who may answer that day, that the evening needs somebody.
func (e evening) call(ctx context.Context, tx Tx, may May, but access.AccountID) error {
	all, err := tx.Colleagues(ctx, e.Unit.ID)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.WorksAs(access.Coordinator, e.Unit.ID) && c.ID != but {
			if err := tx.PutJob(ctx, Tell, string(c.ID), tx.Now()); err != nil {
				return err
			}
		}
	}
	for _, p := range e.places {
		if !p.Reserve() || !p.Published || p.Account == but {
			continue
		}
		err := may(ctx, p.Account, e.Model.Line.Task, e.At.Day)
		if err == nil {
			err = write(ctx, tx, p.Account)
		}
		if err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

// Take says yes: a reserve, or a coordinator of the unit herself. The first yes has it; whoever comes after reads that it is
// taken, also when both pressed at once.
func Take(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, id line.EveningID) error {
	e, err := load(ctx, tx, ms, id)
	if err != nil {
		return err
	}
	own, err := e.of(by.Account)
	leads := by.Is(access.Coordinator, e.Unit.ID)
	if err != nil && !leads {
		return err
	}
	if err := e.coming(tx); err != nil {
		return err
	}
	if own.No > 0 {
		return nil // they have it already: pressing twice is no mistake
	}
	no := e.free()
	if no == 0 {
		return fault.New(fault.Conflict, "shift.taken")
	}
	if !leads {
		if err := may(ctx, by.Account, e.Model.Line.Task, e.At.Day); err != nil {
			return err
		}
	}
	if err := e.unpropose(ctx, tx, no); err != nil {
		return err
	}
	return tx.PutShiftPlace(ctx, Place{Evening: id, Account: by.Account, No: no, Published: true})
}

// unpropose drops a mere proposal for a place that somebody takes.
func (e evening) unpropose(ctx context.Context, tx Tx, no int) error {
	for _, p := range e.places {
		if p.No == no && !p.Published {
			return tx.DeleteShiftPlace(ctx, p.Evening, p.Account)
		}
	}
	return nil
}

// Need is an evening that is short of somebody, as a coordinator's desk tells it.
type Need struct {
	line.Evening
	Hall    line.Hall
	Missing int
	Asked   int  // reserves who are asked just now
	Late    bool // it begins so soon that a coordinator decides: take it herself, or close it
}

// needDays is how far ahead the desk tells of evenings without anybody.
const needDays = 14

// Needs are the coming evenings that are short, in the units the actor coordinates, by start.
func Needs(ctx context.Context, tx Tx, ms model.Set, by access.Actor) ([]Need, error) {
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []Need
	for _, o := range offers {
		m, ok := ms.Model(o.Model, o.Version)
		if !ok || m.Line == nil || !by.Is(access.Coordinator, o.Unit) {
			continue
		}
		h, err := line.At(ctx, tx, ms, o.ID)
		if err != nil {
			return nil, err
		}
		found, err := needsOf(ctx, tx, h)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Need) int { return a.Starts.Compare(b.Starts) })
	return out, nil
}

func needsOf(ctx context.Context, tx Tx, h line.Hall) ([]Need, error) {
	now := tx.Now()
	all, err := tx.Evenings(ctx, h.Offer.ID, now.Add(-longest), now.AddDate(0, 0, needDays))
	if err != nil {
		return nil, err
	}
	places, err := tx.ShiftPlaces(ctx, h.Offer.ID, now.Add(-longest), now.AddDate(0, 0, needDays))
	if err != nil {
		return nil, err
	}
	var out []Need
	for _, e := range all {
		if e.State != line.Open || !now.Before(e.Ends()) {
			continue
		}
		n := Need{Evening: e, Hall: h, Missing: h.Model.Line.Answerers, Late: Late(h.Model, e, now)}
		for _, p := range places {
			switch {
			case p.Evening != e.ID || !p.Published:
			case p.Reserve():
				n.Asked++
			default:
				n.Missing--
			}
		}
		if n.Missing > 0 {
			out = append(out, n)
		}
	}
	return out, nil
}

// Late tells that an evening begins so soon that it cannot wait for a reserve.
func Late(m *model.Model, e line.Evening, now time.Time) bool {
	return !now.Before(e.Starts.Add(-time.Duration(m.Line.LateMins) * time.Minute))
}

// write leaves a letter to somebody that something waits among their evenings: to a volunteer at the first moment at which they want any,
// and none where they want none. A coordinator is written to at once.
func write(ctx context.Context, tx Tx, who access.AccountID) error {
	v, err := tx.VolunteerOf(ctx, who)
	if fault.Is(err, fault.NotFound) {
		return tx.PutJob(ctx, Tell, string(who), tx.Now())
	}
	if err != nil || v.Own.Letters == volunteer.None {
		return err
	}
	u, err := tx.Unit(ctx, v.Unit)
	if err != nil {
		return err
	}
	return tx.PutJob(ctx, Tell, string(who), volunteer.Loud(tx.Now(), u.Zone, v.Own.QuietFrom, v.Own.QuietTo))
}
