package organization

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Room is a room of an office in which people are met. An office that lists none is as it was before there were any: nobody asks
// for a room there (decision 0060).
type Room struct {
	ID       RoomID
	Place    PlaceID
	Name     string // at most 40 characters, as colleagues read it and clients may; it tells nothing
	Holds    int    // how many people fit
	Position int    // its place among the office's: a meeting takes the first that fits
	Active   bool   // a retired one takes no meeting any more; those that stand in it stay until they are given another
	// First and Last are the days on which it cannot be used, both included; "" where there are none.
	First, Last calendar.Date
}

// What a room's facts may be.
const (
	maxRoomName = 40
	maxHolds    = 500
	maxRooms    = 60
)

// Out tells whether the room is out of use on a day.
func (r Room) Out(day calendar.Date) bool { return r.First != "" && r.First <= day && day <= r.Last }

// Usable tells whether people can be met there on a day.
func (r Room) Usable(day calendar.Date) bool { return r.Active && !r.Out(day) }

// Listed tells whether an office has rooms at all: none, or none but retired ones, is an office without.
func Listed(rooms []Room) bool {
	return slices.ContainsFunc(rooms, func(r Room) bool { return r.Active })
}

// KeepRoom adds a room to an office of the unit, after the others, or changes its name and how many fit. Where it stands and when it
// is out of use are steps of their own.
func KeepRoom(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, r Room) (Room, error) {
	if _, err := officeOf(ctx, tx, by, unit, r.Place); err != nil {
		return r, err
	}
	all, err := tx.Rooms(ctx, r.Place)
	if err != nil {
		return r, err
	}
	kept := Room{ID: RoomID(id.New()), Place: r.Place, Active: true}
	if r.ID != "" {
		i := slices.IndexFunc(all, func(x Room) bool { return x.ID == r.ID })
		if i < 0 {
			return r, ownUnitOnly(nil)
		}
		kept = all[i]
	} else {
		if len(all) >= maxRooms {
			return r, fault.New(fault.Conflict, "room.many", "max", maxRooms)
		}
		for _, x := range all {
			kept.Position = max(kept.Position, x.Position+1)
		}
	}
	kept.Name, kept.Holds = strings.Join(strings.Fields(r.Name), " "), r.Holds
	if err := kept.check(all); err != nil {
		return r, err
	}
	return kept, tx.PutRoom(ctx, kept)
}

func (r Room) check(others []Room) error {
	var form fault.Form
	same := func(x Room) bool { return x.ID != r.ID && strings.EqualFold(x.Name, r.Name) }
	switch told := locale.Telltale(r.Name); {
	case r.Name == "" || utf8.RuneCountInString(r.Name) > maxRoomName:
		form.Add("name", "room.name", "max", maxRoomName)
	case told != "":
		form.Add("name", "room.tells", "word", told)
	case slices.ContainsFunc(others, same):
		form.Add("name", "room.same-name")
	}
	if r.Holds < 1 || r.Holds > maxHolds {
		form.Add("holds", "room.holds", "max", maxHolds)
	}
	return form.Err()
}

// officeOf is an office of a unit that the actor arranges. Another unit's is not there.
func officeOf(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, place PlaceID) (Place, error) {
	if err := arranges(by, unit); err != nil {
		return Place{}, err
	}
	p, err := tx.Place(ctx, place)
	if err == nil && p.Unit != unit {
		err = ownUnitOnly(nil)
	}
	return p, err
}

// roomOf is a room of an office of a unit that the actor arranges, with the office's others.
func roomOf(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, room RoomID) (Room, []Room, error) {
	r, err := tx.Room(ctx, room)
	if err != nil {
		return r, nil, err
	}
	if _, err := officeOf(ctx, tx, by, unit, r.Place); err != nil {
		return r, nil, err
	}
	all, err := tx.Rooms(ctx, r.Place)
	return r, all, err
}

// RaiseRoom puts a room before the one it comes after: the first that fits is taken.
func RaiseRoom(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, room RoomID) error {
	_, all, err := roomOf(ctx, tx, by, unit, room)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x Room) bool { return x.ID == room })
	if i > 0 {
		all[i-1], all[i] = all[i], all[i-1]
	}
	for n, r := range all {
		if r.Position == n {
			continue
		}
		r.Position = n
		if err := tx.PutRoom(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// CloseRoom takes a room out of use from one day to another, both included; with neither it is in use again. Meetings that stand in it
// stay: who may see them is told, and gives them another.
func CloseRoom(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, room RoomID, first, last calendar.Date) error {
	r, _, err := roomOf(ctx, tx, by, unit, room)
	if err != nil {
		return err
	}
	var form fault.Form
	switch {
	case first == "" && last == "":
	case first == "":
		form.Add("first", "calendar.date")
	case last == "":
		form.Add("last", "calendar.date")
	case last < first:
		form.Add("last", "absence.order")
	case first.Add(1000) < last:
		form.Add("last", "room.long")
	}
	if err := form.Err(); err != nil {
		return err
	}
	r.First, r.Last = first, last
	return tx.PutRoom(ctx, r)
}

// RetireRoom takes a room out of use for good, or back into it. It takes no new meeting then.
func RetireRoom(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, room RoomID, retired bool) error {
	r, _, err := roomOf(ctx, tx, by, unit, room)
	if err != nil {
		return err
	}
	r.Active = !retired
	return tx.PutRoom(ctx, r)
}

// DropRoom takes a room away in which nothing is booked.
func DropRoom(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, room RoomID) error {
	if _, _, err := roomOf(ctx, tx, by, unit, room); err != nil {
		return err
	}
	booked, err := tx.RoomBooked(ctx, room)
	if err != nil {
		return err
	}
	if booked {
		return fault.New(fault.Conflict, "room.booked")
	}
	return tx.DeleteRoom(ctx, room)
}
