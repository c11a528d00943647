package organization

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

// Taker is whose the quarters of a room are: a client's meeting, one meeting of a group, or a day. One of them is given.
type Taker struct {
	Meeting  string
	Circle   string
	No       int // of the group's meeting
	Occasion string
}

// Sitting is what a meeting asks of the rooms of an office, whoever meets there (decisions 0060, 0074).
type Sitting struct {
	Place   PlaceID
	Day     calendar.Date
	Starts  time.Time
	Minutes int
	People  int
	Wish    RoomID // the one that somebody chose; "" for any
	Had     RoomID // kept where it can be
	Not     RoomID // left, for any other
	Of      Taker  // whose own quarters are no hindrance
}

// Seat finds the room; "" where the meeting is elsewhere or the office lists none. Why there is none is a Conflict.
func (s Sitting) Seat(ctx context.Context, tx Tx) (RoomID, error) {
	if s.Place == "" {
		return "", s.nowhere()
	}
	rooms, err := tx.Rooms(ctx, s.Place)
	if err != nil {
		return "", err
	}
	if !Listed(rooms) {
		return "", s.nowhere()
	}
	var all []RoomID
	for _, r := range rooms {
		all = append(all, r.ID)
	}
	taken, err := tx.RoomsTaken(ctx, all, s.Starts, s.Minutes, s.Of)
	if err != nil {
		return "", err
	}
	return s.Choose(rooms, taken)
}

// SeatIfAny is Seat, where having no room refuses nothing: a group meets although it has none yet.
func (s Sitting) SeatIfAny(ctx context.Context, tx Tx) (RoomID, error) {
	room, err := s.Seat(ctx, tx)
	if fault.Is(err, fault.Conflict) {
		return "", nil
	}
	return room, err
}

// nowhere refuses a room that was chosen where there is none to choose.
func (s Sitting) nowhere() error {
	var form fault.Form
	if s.Wish != "" {
		form.Add("room", "form.choice")
	}
	return form.Err()
}

// Choose is pure: the same rooms and what is taken of them give the same answer.
func (s Sitting) Choose(rooms []Room, taken []RoomID) (RoomID, error) {
	if s.Wish != "" {
		return s.wished(rooms, taken)
	}
	var first RoomID
	fits := false
	for _, r := range rooms {
		if !r.Active || r.Holds < s.People || r.ID == s.Not {
			continue
		}
		fits = true
		if !r.Usable(s.Day) || slices.Contains(taken, r.ID) {
			continue
		}
		if r.ID == s.Had {
			return r.ID, nil
		}
		if first == "" {
			first = r.ID
		}
	}
	switch {
	case first != "":
		return first, nil
	case fits || s.Not != "":
		return "", fault.New(fault.Conflict, "room.none")
	}
	return "", fault.New(fault.Conflict, "room.none-holds", "n", s.People)
}

// wished is the room that was chosen, or why it cannot be had.
func (s Sitting) wished(rooms []Room, taken []RoomID) (RoomID, error) {
	i := slices.IndexFunc(rooms, func(r Room) bool { return r.ID == s.Wish && (r.Active || r.ID == s.Had) })
	var form fault.Form
	if i < 0 {
		form.Add("room", "form.choice")
		return "", form.Err()
	}
	switch r := rooms[i]; {
	case r.Out(s.Day):
		form.Add("room", "room.out")
	case r.Holds < s.People:
		form.Add("room", "room.small", "n", s.People)
	case slices.Contains(taken, r.ID):
		form.Add("room", "room.taken")
	default:
		return r.ID, nil
	}
	return "", form.Err()
}
