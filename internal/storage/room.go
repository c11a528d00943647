package storage

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Rooms of an office, and who has which when. In which room a meeting is stands in its box of times; that it is there once stands in
// room_cell, whose marks tell neither room nor time (decision 0060).

const roomColumns = "id, place_id, name, holds, position, active, out_first, out_last"

func scanRoom(r scanner) (x organization.Room, err error) {
	return x, r.Scan(&x.ID, &x.Place, &x.Name, &x.Holds, &x.Position, &x.Active, &x.First, &x.Last)
}

// Room finds a room.
func (tx *Tx) Room(ctx context.Context, id organization.RoomID) (organization.Room, error) {
	return one(ctx, tx, scanRoom, "SELECT "+roomColumns+" FROM room WHERE id = $1", id)
}

// Rooms are an office's, in their order.
func (tx *Tx) Rooms(ctx context.Context, place organization.PlaceID) ([]organization.Room, error) {
	return many(ctx, tx, scanRoom, "SELECT "+roomColumns+" FROM room WHERE place_id = $1 ORDER BY position, name, id", place)
}

var putRoom = upsert("room", "id", roomColumns)

// PutRoom keeps a room. A name that another room of the office has is fault.Conflict "room.same-name".
func (tx *Tx) PutRoom(ctx context.Context, r organization.Room) error {
	return taken(tx.exec(ctx, putRoom, r.ID, r.Place, r.Name, r.Holds, r.Position, flag(r.Active), r.First, r.Last), "room.same-name")
}

// DeleteRoom takes a room away. The caller has asked RoomBooked.
func (tx *Tx) DeleteRoom(ctx context.Context, id organization.RoomID) error {
	return tx.exec(ctx, "DELETE FROM room WHERE id = $1", id)
}

// RoomBooked tells whether a booked meeting that is not over stands in the room.
func (tx *Tx) RoomBooked(ctx context.Context, id organization.RoomID) (bool, error) {
	all, err := tx.timedOf(ctx, "FROM appointment a WHERE a.state = 'booked'")
	return slices.ContainsFunc(all, func(m timed) bool { return m.room == id && m.ends().After(tx.Now()) }), err
}

// RoomBusy is what booked meetings take of an office's rooms between two instants, by start; also of those that have no room.
func (tx *Tx) RoomBusy(ctx context.Context, place organization.PlaceID, from, to time.Time) ([]appointment.Busy, error) {
	all, err := tx.timedOf(ctx, "FROM appointment a WHERE a.state = 'booked'")
	var out []appointment.Busy
	for _, m := range only(all, func(m timed) bool { return m.kind == appointment.Office && m.place == place && m.within(from, to) }) {
		out = append(out, m.busy(m.worker))
	}
	return out, err
}

// RoomsTaken are those of the rooms of which a stretch is taken, but by the meeting that is left out. It asks the marks and opens nothing.
func (tx *Tx) RoomsTaken(ctx context.Context, rooms []organization.RoomID, starts time.Time, minutes int, but appointment.ID) ([]organization.RoomID, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return nil, err
	}
	of, all := map[string]organization.RoomID{}, []any{}
	for _, r := range rooms {
		for _, mark := range s.roomCells(r, "", times{starts: starts, minutes: minutes}) {
			of[string(mark)] = r
			all = append(all, mark)
		}
	}
	var out []organization.RoomID
	err = inParts(all, func(part []any) error {
		found, err := many(ctx, tx, scanBytes, "SELECT cell FROM room_cell WHERE cell IN ("+marks(2, len(part))+") AND (appointment_id IS NULL OR appointment_id <> $1)",
			append([]any{string(but)}, part...)...)
		for _, mark := range found {
			if r := of[string(mark)]; !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
		return err
	})
	return out, err
}

// takeRoom takes the quarters of an hour of a room for a booked meeting, or those of no room for one that has none. A quarter that
// somebody else has is fault.Conflict "room.taken". Groups may come to take rooms by the same marks: of the owner it needs its id alone.
func (tx *Tx) takeRoom(ctx context.Context, owner string, room organization.RoomID, t times) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	for _, mark := range s.roomCells(room, owner, t) {
		if err := tx.exec(ctx, "INSERT INTO room_cell (cell, appointment_id) VALUES ($1, $2)", mark, owner); err != nil {
			return taken(err, "room.taken")
		}
	}
	return nil
}

// roomCells are the marks of the quarters of an hour that somebody takes of a room. Who is in no room takes those of a room of
// their own: the same number of rows, whether people meet at an office, at home or somewhere else.
func (s *timesSeal) roomCells(room organization.RoomID, owner string, t times) (all [][]byte) {
	what := "room " + string(room)
	if room == "" {
		what = "none " + owner
	}
	for _, at := range t.quarters() {
		all = append(all, s.marks.Mark("room", what+" "+at))
	}
	return all
}
