package storage

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/circle"
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

// roomUses are the coming meetings of groups and the days that have a room. There are few of them, and they are opened one by one: no
// SQL knows when they are.
func (tx *Tx) roomUses(ctx context.Context) ([]times, error) {
	all, err := many(ctx, tx, tx.scanCircleUse, `SELECT m.circle_id, m.no, m.times, c.minutes, c.place_id
		FROM (SELECT DISTINCT circle_id, circle_no FROM room_cell WHERE circle_id IS NOT NULL) r
		JOIN circle_meeting m ON m.circle_id = r.circle_id AND m.no = r.circle_no JOIN circle c ON c.id = m.circle_id`)
	if err != nil {
		return nil, err
	}
	days, err := many(ctx, tx, tx.scanOccasion, "SELECT "+occasionColumns+` FROM occasion
		WHERE id IN (SELECT occasion_id FROM room_cell WHERE occasion_id IS NOT NULL)`)
	for _, d := range days {
		all = append(all, times{at: d.At, starts: d.Starts, minutes: d.Minutes, kind: appointment.Office, place: d.Office, room: d.Room})
	}
	return all, err
}

func (tx *Tx) scanCircleUse(r scanner) (t times, err error) {
	var m circle.Meeting
	var box []byte
	var minutes int
	var place organization.PlaceID
	if err := r.Scan(&m.Circle, &m.No, &box, &minutes, &place); err != nil {
		return t, err
	}
	t, err = tx.openBox(circleMeetingAt(m), box)
	t.minutes, t.kind, t.place = minutes, appointment.Office, place
	return t, err
}

// RoomBooked tells whether a meeting that is not over stands in the room: a client's, a group's or a day.
func (tx *Tx) RoomBooked(ctx context.Context, id organization.RoomID) (bool, error) {
	all, err := tx.timedOf(ctx, "FROM appointment a WHERE a.state = 'booked'")
	if err != nil {
		return false, err
	}
	uses, err := tx.roomUses(ctx)
	stands := func(t times) bool { return t.room == id && t.ends().After(tx.Now()) }
	return slices.ContainsFunc(all, func(m timed) bool { return stands(m.times) }) || slices.ContainsFunc(uses, stands), err
}

// RoomBusy is what meetings take of an office's rooms between two instants, by start: booked ones of clients, also of those that have
// no room, and those of groups and days that have one. Nothing tells them apart.
func (tx *Tx) RoomBusy(ctx context.Context, place organization.PlaceID, from, to time.Time) ([]appointment.Busy, error) {
	all, err := tx.timedOf(ctx, "FROM appointment a WHERE a.state = 'booked'")
	if err != nil {
		return nil, err
	}
	uses, err := tx.roomUses(ctx)
	for _, t := range uses {
		all = append(all, timed{times: t})
	}
	var out []appointment.Busy
	for _, m := range only(all, func(m timed) bool { return m.kind == appointment.Office && m.place == place && m.within(from, to) }) {
		out = append(out, m.busy(m.worker))
	}
	return out, err
}

type roomCell struct {
	mark []byte
	of   organization.Taker
}

func scanRoomCell(r scanner) (c roomCell, err error) {
	return c, r.Scan(&c.mark, textOf(&c.of.Meeting), textOf(&c.of.Circle), number{&c.of.No, 0}, textOf(&c.of.Occasion))
}

// RoomsTaken are those of the rooms of which a stretch is taken, but by whom is left out. It asks the marks and opens nothing.
func (tx *Tx) RoomsTaken(ctx context.Context, rooms []organization.RoomID, starts time.Time, minutes int, but organization.Taker) ([]organization.RoomID, error) {
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
		found, err := many(ctx, tx, scanRoomCell, "SELECT cell, appointment_id, circle_id, circle_no, occasion_id FROM room_cell WHERE cell IN ("+marks(1, len(part))+")", part...)
		for _, c := range found {
			if r := of[string(c.mark)]; c.of != but && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
		return err
	})
	return out, err
}

// leaveRoom gives back the quarters that somebody has.
func (tx *Tx) leaveRoom(ctx context.Context, of organization.Taker) error {
	switch {
	case of.Circle != "":
		return tx.exec(ctx, "DELETE FROM room_cell WHERE circle_id = $1 AND circle_no = $2", of.Circle, of.No)
	case of.Occasion != "":
		return tx.exec(ctx, "DELETE FROM room_cell WHERE occasion_id = $1", of.Occasion)
	}
	return tx.exec(ctx, "DELETE FROM room_cell WHERE appointment_id = $1", of.Meeting)
}

// takeRoom takes the quarters of an hour of a room; a client's meeting that has none takes those of no room. A quarter that somebody
// else has, whoever they are, is fault.Conflict "room.taken".
func (tx *Tx) takeRoom(ctx context.Context, of organization.Taker, room organization.RoomID, t times) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	for _, mark := range s.roomCells(room, of.Meeting, t) {
		if err := tx.exec(ctx, "INSERT INTO room_cell (cell, appointment_id, circle_id, circle_no, occasion_id) VALUES ($1, $2, $3, $4, $5)",
			mark, null(of.Meeting), null(of.Circle), nullInt(of.No, 0), null(of.Occasion)); err != nil {
			return taken(err, "room.taken")
		}
	}
	return nil
}

// roomCells are the marks of the quarters of an hour that somebody takes of a room. Whoever meets a client in no room takes those of a
// room of their own: the same number of rows, whether people meet at an office, at home or somewhere else.
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
