package appointment

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

const (
	// maxPlace is how long the place of a meeting may be: an address, not a story.
	maxPlace = 80
	// maxSlots bounds the open offers to one client: more than a person in crisis can choose from.
	maxSlots = 12
	// farDays is how far ahead a meeting may be.
	farDays = 366
)

// checked is a time that may be offered or booked, with its instants.
type checked struct {
	Free
	starts, ends time.Time
	room         organization.RoomID // the one it takes; "" where none is listed
}

// check looks at a time as it was chosen or typed. Working hours do not bind whoever arranges by hand: meetings
// follow the client's need. Double booking does, and storage sees to that.
func check(ctx context.Context, tx Tx, l episode.Loaded, f Free) (checked, error) {
	var form fault.Form
	m, unit := l.Model, l.Unit
	if key := f.arrange(l); key != "" {
		form.Add("participants", key)
	}
	if f.At.Zone == "" {
		f.At.Zone = unit.Zone
	}
	c := checked{Free: f}
	var err error
	c.starts, err = f.At.Instant()
	switch {
	case err != nil:
		form.Add("at", fault.Of(err).Key)
	case f.At.Zone != unit.Zone:
		form.Add("at", "calendar.zone")
	case !c.starts.After(tx.Now()):
		form.Add("at", "appointment.passed")
	case c.starts.After(tx.Now().AddDate(0, 0, farDays)):
		form.Add("at", "appointment.far")
	case f.At.Clock.Minutes()%step != 0:
		form.Add("at", "appointment.quarter")
	}
	if f.Minutes < step || f.Minutes > 480 {
		form.Add("minutes", "appointment.minutes")
	}
	c.ends = c.starts.Add(time.Duration(f.Minutes) * time.Minute)
	if key, err := wrongPlace(ctx, tx, m, unit, f); err != nil {
		return c, err
	} else if key != "" {
		form.Add("place-kind", key)
	}
	if err := form.Err(); err != nil {
		return c, err
	}
	if f.Worker != "" && f.Worker == l.Episode.Worker { // who may have been named from another unit
		return c, episode.WorksIn(ctx, tx, "", f.Worker)
	}
	return c, episode.WorksIn(ctx, tx, unit.ID, f.Worker)
}

// wrongPlace is the mistake in where the meeting would be, or "".
func wrongPlace(ctx context.Context, tx Tx, m *model.Model, unit organization.Unit, f Free) (string, error) {
	if len(m.Places) > 0 && !slices.Contains(m.Places, f.PlaceKind) {
		return "form.choice", nil
	}
	switch f.PlaceKind {
	case Home, Agreed:
		if f.Place != "" {
			return "form.choice", nil
		}
		return "", nil
	case Office:
		places, err := tx.Places(ctx, unit.ID)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(places, func(p organization.Place) bool { return p.ID == f.Place && p.Active }) {
			return "appointment.office", nil
		}
		return "", nil
	}
	return "form.choice", nil
}

// placeText is the place as a person wrote it: one line for a meeting at home or at an agreed place, nothing else.
func placeText(kind, s string) (seal.Text, error) {
	line, ok := episode.Line(s, maxPlace)
	var form fault.Form
	switch {
	case !ok:
		form.Add("place", "appointment.place", "max", maxPlace)
	case line != "" && kind == Office:
		form.Add("place", "appointment.place-office")
	}
	return seal.Of(line), form.Err()
}

// newBooking is a booking of a checked time, with the lowest free number. The engine has allowed it.
func newBooking(id ID, s episode.State, c checked, place seal.Text) Appointment {
	a := Appointment{
		ID: id, Episode: s.Episode.ID, Limit: s.Episode.Limit, Regime: s.Episode.Regime, No: s.FreeNumber(), State: Booked, Place: place,
	}
	a.put(c)
	return a
}

// put sets when, where and with whom.
func (a *Appointment) put(c checked) {
	a.Second, a.Participants = c.Second, c.Participants
	a.Worker, a.At, a.Minutes, a.Starts, a.Ends = c.Worker, c.At, c.Minutes, c.starts, c.ends
	a.PlaceKind, a.PlaceID, a.Room, a.DayPart = c.PlaceKind, c.Place, c.room, c.At.DayPart()
}

func overlaps(busy []Busy, f Slot) bool {
	ends := f.Starts.Add(time.Duration(f.Minutes) * time.Minute)
	return slices.ContainsFunc(busy, func(b Busy) bool {
		return (b.Worker == f.Worker || b.Worker == f.Second) && f.Starts.Before(b.Ends) && b.Starts.Before(ends)
	})
}
