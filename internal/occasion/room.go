package occasion

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// A day that is held in an office which lists rooms takes one, by the same marks as clients' meetings (decision 0074). It stands without
// one where none is free.

// sitting is what the day asks of its office.
func (d Day) sitting() organization.Sitting {
	return organization.Sitting{Place: d.Office, Day: d.At.Day, Starts: d.Starts, Minutes: d.Minutes, People: d.Places + d.Volunteers + 1, Had: d.Room,
		Of: organization.Taker{Occasion: string(d.ID)}}
}

// putSeated keeps a day in the room it had, if that can be, or in the first that fits, or in none.
func putSeated(ctx context.Context, tx Tx, d Day) (_ Day, err error) {
	if d.Room, err = d.sitting().SeatIfAny(ctx, tx); err != nil {
		return d, err
	}
	return d, tx.PutOccasion(ctx, d)
}

// Rooms are those of the day's office from which one may choose; none where it lists none, and elsewhere.
func (d Day) Rooms(ctx context.Context, tx Tx) ([]organization.Room, error) {
	if d.Office == "" {
		return nil, nil
	}
	all, err := tx.Rooms(ctx, d.Office)
	if !organization.Listed(all) {
		return nil, err
	}
	return all, err
}

// Whereabouts is the office in which a day is held, and the name of its room.
type Whereabouts struct {
	Office organization.Place // the zero Place elsewhere
	Room   string             // "" where there is none, or it is not told
}

// whereabouts reads it. Those who work on the day read the room; those who come only where the office tells rooms (decision 0060).
func (d Day) whereabouts(ctx context.Context, tx Tx, works bool) (w Whereabouts, err error) {
	if d.Office == "" {
		return w, nil
	}
	if w.Office, err = tx.Place(ctx, d.Office); err != nil || d.Room == "" || !works && !w.Office.TellRoom {
		return w, err
	}
	r, err := tx.Room(ctx, d.Room)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	w.Room = r.Name
	return w, err
}

// GiveRoom gives a day that is to come a room: the one that is chosen, or the first free one that fits, other than the one it has.
func GiveRoom(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, room organization.RoomID) error {
	s, err := see(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	rooms, err := s.Day.Rooms(ctx, tx)
	if err != nil {
		return err
	}
	if s.State != Planned || s.Gone() || !s.Coming(tx.Now()) || len(rooms) == 0 {
		return fault.New(fault.Conflict, "room.no-meeting")
	}
	d := s.Day
	ask := d.sitting()
	if ask.Wish = room; room == "" {
		ask.Not = d.Room
	}
	if d.Room, err = ask.Seat(ctx, tx); err != nil {
		return err
	}
	return tx.PutOccasion(ctx, d)
}

// checkOffice takes an office of the unit that is in use, or none.
func checkOffice(ctx context.Context, tx Tx, unit access.UnitID, office organization.PlaceID, form *fault.Form) error {
	if office == "" {
		return nil
	}
	all, err := tx.Places(ctx, unit)
	if !slices.ContainsFunc(all, func(p organization.Place) bool { return p.ID == office && p.Active }) {
		form.Add("office", "circle.place")
	}
	return err
}
