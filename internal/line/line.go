package line

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// mostEvenings is the most that are planned at once: seven a week for half a year.
const mostEvenings = 190

// Series is evenings to plan: from a day on, on some weekdays, at one time of day.
type Series struct {
	Offer    organization.OfferID
	First    calendar.Date
	Weekdays []int // 1 is Monday
	Clock    calendar.Clock
	Minutes  int
	N        int
}

// At is where an evening of an offer belongs, whoever asks.
func At(ctx context.Context, tx Tx, ms model.Set, offer organization.OfferID) (Hall, error) {
	o, err := tx.Offer(ctx, offer)
	if err != nil {
		return Hall{}, err
	}
	m, ok := ms.Model(o.Model, o.Version)
	if !ok || m.Line == nil {
		return Hall{}, hidden()
	}
	u, err := tx.Unit(ctx, o.Unit)
	return Hall{u, o, m}, err
}

func hidden() error { return fault.New(fault.NotFound, "not-found") }

// arranged asks leave: a line is arranged by the unit's coordinators.
func arranged(ctx context.Context, tx Tx, ms model.Set, by access.Actor, offer organization.OfferID) (Hall, error) {
	h, err := At(ctx, tx, ms, offer)
	if err == nil && !by.Is(access.Coordinator, h.Unit.ID) {
		err = hidden()
	}
	return h, err
}

// Plan plans evenings. How many there are in a week is the model's to say; on which weekdays and when, the unit's.
func Plan(ctx context.Context, tx Tx, ms model.Set, by access.Actor, s Series) ([]Evening, error) {
	h, err := arranged(ctx, tx, ms, by, s.Offer)
	if err != nil {
		return nil, err
	}
	if err := s.check(h.Model.Line); err != nil {
		return nil, err
	}
	var out []Evening
	for day := s.First; len(out) < s.N; day = day.Add(1) {
		if !slices.Contains(s.Weekdays, day.Weekday()) {
			continue
		}
		e := Evening{ID: EveningID(id.New()), Offer: s.Offer, At: calendar.Local{Day: day, Clock: s.Clock, Zone: h.Unit.Zone}, Minutes: s.Minutes, State: Open}
		if e.Starts, err = e.At.Instant(); err != nil {
			return nil, err
		}
		if !e.Starts.After(tx.Now()) {
			return nil, fault.New(fault.Invalid, "line.past")
		}
		if err := tx.PutEvening(ctx, e); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (s Series) check(l *model.Line) error {
	var form fault.Form
	if _, err := calendar.ParseDate(string(s.First)); err != nil {
		form.Add("day", "calendar.date")
	}
	if _, err := calendar.ParseClock(string(s.Clock)); err != nil {
		form.Add("clock", "calendar.clock")
	}
	if s.Minutes < 30 || s.Minutes > 480 {
		form.Add("minutes", "line.minutes")
	}
	if s.N < 1 || s.N > mostEvenings {
		form.Add("n", "line.n", "most", mostEvenings)
	}
	days := slices.Compact(slices.Sorted(slices.Values(s.Weekdays)))
	if n := len(days); n != len(s.Weekdays) || n < l.Min || n > l.Max || days[0] < 1 || days[n-1] > 7 {
		key := "line.weekdays"
		if l.Min == l.Max {
			key = "line.weekdays-exactly"
		}
		form.Add("weekdays", key, "n", l.Min, "min", l.Min, "max", l.Max)
	}
	return form.Err()
}

// Close closes an evening that is not over: the public page says so at once. Open takes it back.
func Close(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id EveningID) error {
	return turn(ctx, tx, ms, by, id, Closed)
}

// Reopen takes closing back while the evening is not over.
func Reopen(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id EveningID) error {
	return turn(ctx, tx, ms, by, id, Open)
}

func turn(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id EveningID, to string) error {
	e, err := tx.Evening(ctx, id)
	if err != nil {
		return err
	}
	if _, err := arranged(ctx, tx, ms, by, e.Offer); err != nil {
		return err
	}
	if e.State != Open && e.State != Closed || !tx.Now().Before(e.Ends()) {
		return fault.New(fault.Conflict, "line.over")
	}
	e.State = to
	return tx.PutEvening(ctx, e)
}

// KeepNumber says which number is called. It is public.
func KeepNumber(ctx context.Context, tx Tx, ms model.Set, by access.Actor, offer organization.OfferID, number string) error {
	if _, err := arranged(ctx, tx, ms, by, offer); err != nil {
		return err
	}
	if !isNumber(number) {
		var form fault.Form
		form.Add("number", "line.number")
		return form.Err()
	}
	return tx.PutLineNumber(ctx, offer, number)
}

func isNumber(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == ' ' || r == '+' && i == 0:
		default:
			return false
		}
	}
	return digits >= 5 && len(s) <= 24
}

// Sweep settles evenings that are over: whether anybody answered, with the figures of the evening and of the hours given.
// It tells whether there is more.
func Sweep(ctx context.Context, tx Tx, ms model.Set) (more bool, err error) {
	const some = 20
	over, err := tx.EveningsOver(ctx, tx.Now().Add(-late), some)
	if err != nil {
		return false, err
	}
	for _, e := range over {
		if err := settle(ctx, tx, ms, e); err != nil {
			return false, err
		}
	}
	return len(over) == some, nil
}

// late is how long after an evening's end its calls can still be marked, and its answers settled.
const late = 12 * time.Hour

func settle(ctx context.Context, tx Tx, ms model.Set, e Evening) error {
	h, err := At(ctx, tx, ms, e.Offer)
	if err != nil {
		return err
	}
	by, err := tx.AnsweredBy(ctx, e.ID)
	if err != nil {
		return err
	}
	if err := tx.DropLastForms(ctx, e.ID); err != nil {
		return err
	}
	if e.State == Open {
		e.State = Unheld
		if len(by) > 0 || e.Contacts > 0 {
			e.State = Held
		}
	}
	if e.State == Held {
		sums := []figure.Sum{h.sum(e, figure.LineEvenings, "", 1), h.sum(e, figure.LineMinutes, "", max(1, len(by))*e.Minutes)}
		if err := add(ctx, tx, h, sums); err != nil {
			return err
		}
		for _, who := range by {
			if err := volunteer.Gave(ctx, tx, ms, who, e.At.Day, e.Minutes); err != nil {
				return err
			}
		}
	}
	return tx.PutEvening(ctx, e)
}

// add keeps those sums that the model counts.
func add(ctx context.Context, tx Tx, h Hall, sums []figure.Sum) error {
	sums = slices.DeleteFunc(sums, func(s figure.Sum) bool { return !h.Model.Counts(s.Name) })
	if len(sums) == 0 {
		return nil
	}
	return tx.AddFigure(ctx, sums...)
}

// Next is the first evening that is open and not over; false when none is planned.
func Next(all []Evening, now time.Time) (Evening, bool) {
	for _, e := range all {
		if e.State == Open && now.Before(e.Ends()) {
			return e, true
		}
	}
	return Evening{}, false
}
