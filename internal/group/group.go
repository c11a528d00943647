package group

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

// The longest series, and how many weeks may lie between two of its meetings.
const (
	mostMeetings = 53
	mostWeeks    = 4
)

// mostHeads is more than any room holds; the schema says it too.
const mostHeads = 500

// Plan plans one gathering: offer, time and length are given.
func Plan(ctx context.Context, tx Tx, ms model.Set, by access.Actor, m Meeting) (Meeting, error) {
	all, err := PlanSeries(ctx, tx, ms, by, m, 1, 1)
	if err != nil {
		return Meeting{}, err
	}
	return all[0], nil
}

// PlanSeries plans a gathering every so many weeks, on one weekday at one time of day.
func PlanSeries(ctx context.Context, tx Tx, ms model.Set, by access.Actor, first Meeting, weeks, times int) ([]Meeting, error) {
	at, err := find(ctx, tx, ms, by, first.Offer)
	if err != nil {
		return nil, err
	}
	if err := checkSeries(first, weeks, times); err != nil {
		return nil, err
	}
	if _, err := calendar.ParseDate(string(first.At.Day)); err != nil {
		return nil, err
	}
	if at.model.SignsUp() {
		return nil, fault.New(fault.NotFound, "not-found") // families sign up to its days: package occasion plans them
	}
	var all []Meeting
	for i := range times {
		m := Meeting{ID: MeetingID(id.New()), Offer: first.Offer, At: first.At, Minutes: first.Minutes, State: Planned}
		m.At.Day, m.At.Zone = first.At.Day.Add(7*weeks*i), at.unit.Zone
		if m.Starts, err = m.At.Instant(); err != nil {
			return nil, err
		}
		if !m.Starts.After(tx.Now()) {
			return nil, fault.New(fault.Invalid, "group.past")
		}
		if err := tx.PutMeeting(ctx, m); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func checkSeries(m Meeting, weeks, times int) error {
	var form fault.Form
	if m.Minutes < 15 || m.Minutes > 960 {
		form.Add("minutes", "group.minutes")
	}
	if weeks < 1 || weeks > mostWeeks {
		form.Add("weeks", "group.weeks", "most", mostWeeks)
	}
	if times < 1 || times > mostMeetings {
		form.Add("times", "group.times", "most", mostMeetings)
	}
	return form.Err()
}

// hall is where a gathering belongs.
type hall struct {
	unit  organization.Unit
	model *model.Model
}

func (h hall) where() figure.Where {
	return figure.Where{Unit: h.unit.ID, Zone: h.unit.Zone, Model: h.model.ID}
}

// find asks leave: gatherings are public, and arranging and counting them is the unit's workers' and coordinators'.
func find(ctx context.Context, tx Tx, ms model.Set, by access.Actor, offer organization.OfferID) (hall, error) {
	o, err := tx.Offer(ctx, offer)
	if err != nil {
		return hall{}, err
	}
	m, ok := ms.Model(o.Model, o.Version)
	if !ok || !m.ByHeads() || m.Circles() || !by.Is(access.Worker, o.Unit) && !by.Is(access.Coordinator, o.Unit) {
		return hall{}, fault.New(fault.NotFound, "not-found")
	}
	u, err := tx.Unit(ctx, o.Unit)
	return hall{u, m}, err
}

// Count says how many came, or corrects what was said. Who came is not asked, and how often nobody counts: there is
// no limit.
func Count(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id MeetingID, adults, children int) error {
	m, at, err := one(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := checkHeads(at, adults, children); err != nil {
		return err
	}
	switch {
	case m.State == Cancelled:
		return fault.New(fault.Conflict, "group.cancelled")
	case tx.Now().Before(m.Starts):
		return fault.New(fault.Conflict, "group.not-yet")
	}
	if err := sums(ctx, tx, at, m, adults, children); err != nil {
		return err
	}
	m.State, m.Adults, m.Children = Held, adults, children
	return tx.PutMeeting(ctx, m)
}

func one(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id MeetingID) (Meeting, hall, error) {
	m, err := tx.Meeting(ctx, id)
	if err != nil {
		return m, hall{}, err
	}
	at, err := find(ctx, tx, ms, by, m.Offer)
	return m, at, err
}

func checkHeads(at hall, adults, children int) error {
	var form fault.Form
	if adults < 0 || adults > mostHeads {
		form.Add("adults", "group.heads", "most", mostHeads)
	}
	if children < 0 || children > mostHeads {
		form.Add("children", "group.heads", "most", mostHeads)
	}
	if children > 0 && !slices.Contains(at.model.Clients, person.Child) {
		form.Add("children", "group.no-children")
	}
	return form.Err()
}

// sums adds what is new to the figures of the meeting's own month; a correction adds or takes the difference there.
func sums(ctx context.Context, tx Tx, at hall, m Meeting, adults, children int) error {
	held := 0
	if m.State == Planned {
		held = 1
	}
	for _, s := range []struct {
		name string
		n    int
	}{{figure.Meetings, held}, {figure.Adults, adults - m.Adults}, {figure.Children, children - m.Children}} {
		if s.n == 0 || !at.model.Counts(s.name) {
			continue
		}
		w := at.where()
		if err := tx.AddFigure(ctx, figure.Sum{Month: m.At.Day.Month(), Unit: w.Unit, Model: w.Model, Name: s.name, N: s.n}); err != nil {
			return err
		}
	}
	return nil
}

// Cancel calls a planned gathering off. One that was held stays held; its heads can be corrected.
func Cancel(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id MeetingID) error {
	m, _, err := one(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if m.State == Held {
		return fault.New(fault.Conflict, "group.held")
	}
	m.State = Cancelled
	return tx.PutMeeting(ctx, m)
}
