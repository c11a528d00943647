package circle

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// A group that meets at an office which lists rooms takes one for each meeting, by the same marks as clients' meetings (decision 0074).
// Unlike theirs, a group's meeting stands without one where none is free: it was told to people whom nobody can reach.

// sitting is what a meeting of the group asks of its office.
func (c Circle) sitting(m Meeting) organization.Sitting {
	return organization.Sitting{Place: c.Place, Day: m.At.Day, Starts: m.Starts, Minutes: c.Minutes, People: c.Places + max(1, len(c.Leaders)),
		Had: m.Room, Of: organization.Taker{Circle: string(c.ID), No: m.No}}
}

// putSeated keeps a meeting in the room it had, if that can be, or in the first that fits, or in none.
func putSeated(ctx context.Context, tx Tx, c Circle, m Meeting, had organization.RoomID) (err error) {
	s := c.sitting(m)
	s.Had = had
	if m.Room, err = s.SeatIfAny(ctx, tx); err != nil {
		return err
	}
	return tx.PutCircleMeeting(ctx, m)
}

// putMoved keeps meetings at new times. All leave their rooms first: one may come to where another was.
func (s Sight) putMoved(ctx context.Context, tx Tx, all []Meeting) error {
	for _, m := range all {
		m.Room = ""
		if err := tx.PutCircleMeeting(ctx, m); err != nil {
			return err
		}
	}
	for _, m := range all {
		if err := putSeated(ctx, tx, s.Circle, m, m.Room); err != nil {
			return err
		}
	}
	return nil
}

// reseat finds rooms anew for what is to come, for the group as it is now.
func (s Sight) reseat(ctx context.Context, tx Tx, now Circle) error {
	for _, m := range s.Meetings {
		if m.State != Planned || !m.Starts.After(tx.Now()) {
			continue
		}
		if err := putSeated(ctx, tx, now, m, m.Room); err != nil {
			return err
		}
	}
	return nil
}

// Rooms are those of the group's office from which one may choose; none where it lists none, and online.
func (s Sight) Rooms(ctx context.Context, tx Tx) ([]organization.Room, error) {
	if s.Place == "" {
		return nil, nil
	}
	all, err := tx.Rooms(ctx, s.Place)
	if !organization.Listed(all) {
		return nil, err
	}
	return all, err
}

// told are the names of an office's rooms, where its coordinator says that whoever meets there is told (decision 0060).
func told(ctx context.Context, tx Tx, at organization.Place) (map[organization.RoomID]string, error) {
	if !at.TellRoom {
		return nil, nil
	}
	return names(ctx, tx, at.ID)
}

func names(ctx context.Context, tx Tx, at organization.PlaceID) (map[organization.RoomID]string, error) {
	all, err := tx.Rooms(ctx, at)
	out := map[organization.RoomID]string{}
	for _, r := range all {
		out[r.ID] = r.Name
	}
	return out, err
}

// GiveRoom gives a meeting that is to come a room: the one that is chosen, or the first free one that fits, other than the one it has.
// Whoever leads the group may, and its unit's coordinators.
func GiveRoom(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int, room organization.RoomID) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	rooms, err := s.Rooms(ctx, tx)
	if err != nil {
		return err
	}
	if m.State != Planned || !m.Starts.After(tx.Now()) || len(rooms) == 0 {
		return fault.New(fault.Conflict, "room.no-meeting")
	}
	ask := s.Circle.sitting(m)
	if ask.Wish = room; room == "" {
		ask.Not = m.Room
	}
	if m.Room, err = ask.Seat(ctx, tx); err != nil {
		return err
	}
	return tx.PutCircleMeeting(ctx, m)
}

// GiveRooms gives all that is to come one room, or the first free one that fits. A meeting for which it cannot be had keeps what it has;
// where no meeting can have it, the refusal says why.
func GiveRooms(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, room organization.RoomID) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	rooms, err := s.Rooms(ctx, tx)
	if err != nil {
		return err
	}
	var refused error = fault.New(fault.Conflict, "room.no-meeting")
	given := 0
	for _, m := range s.Meetings {
		if m.State != Planned || !m.Starts.After(tx.Now()) || len(rooms) == 0 {
			continue
		}
		ask := s.Circle.sitting(m)
		ask.Wish = room
		got, err := ask.Seat(ctx, tx)
		switch {
		case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid):
			refused = err
			continue
		case err != nil:
			return err
		}
		given++
		m.Room = got
		if err := tx.PutCircleMeeting(ctx, m); err != nil {
			return err
		}
	}
	if given == 0 {
		return refused
	}
	return nil
}
