package appointment

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// A meeting at an office that lists rooms takes one of them: the one somebody chose, or the first that fits and is free. An offered
// time takes none, as it takes no worker's time either. Where no room is free the time cannot be had (decision 0060).

// comers are how many of a client's side a meeting has at the least, where it is more than one.
var comers = map[string]int{WithCouple: 2, WithFamily: 3, WithNetwork: 4}

// People is how many a room must hold: who takes part, and one worker or two.
func People(participants string, workers int) int {
	return max(1, comers[participants]) + max(1, workers)
}

func (c checked) sitting() organization.Sitting {
	return organization.Sitting{Place: c.Place, Day: c.At.Day, Starts: c.starts, Minutes: c.Minutes, People: People(c.Participants, len(c.workers())), Wish: c.Room}
}

func (a Appointment) sitting() organization.Sitting {
	return organization.Sitting{Place: a.PlaceID, Day: a.At.Day, Starts: a.Starts, Minutes: a.Minutes, People: People(a.Participants, len(a.Workers())),
		Of: organization.Taker{Meeting: string(a.ID)}}
}

// refusal tells whether an error is the answer to whoever asked, and no fault of ours.
func refusal(err error) bool { return fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) }

// reseat gives a meeting that has become larger a room that holds it. One whose room is large enough stays, whatever has come of
// the room since.
func reseat(ctx context.Context, tx Tx, a *Appointment) error {
	if a.Room == "" {
		return nil
	}
	is, err := tx.Room(ctx, a.Room)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	s := a.sitting()
	if err == nil && is.Holds >= s.People {
		return nil
	}
	a.Room, err = s.Seat(ctx, tx)
	return err
}

// GiveRoom gives a coming meeting at an office a room: the one that is chosen, or the first free one that fits, other than the
// one it has. Whoever may see the episode may; the client is told nothing, for day, time and address stay.
func GiveRoom(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, room organization.RoomID) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if m.at.State != Booked || m.at.PlaceKind != Office || !tx.Now().Before(m.at.Ends) {
		return fault.New(fault.Conflict, "room.no-meeting")
	}
	rooms, err := tx.Rooms(ctx, m.at.PlaceID)
	if err != nil {
		return err
	}
	if !organization.Listed(rooms) {
		return fault.New(fault.Conflict, "room.no-meeting")
	}
	s := m.at.sitting()
	s.Wish = room
	if room == "" {
		s.Not = m.at.Room
	}
	a := m.at
	if a.Room, err = s.Seat(ctx, tx); err != nil {
		return err
	}
	a.Sequence++
	return m.keep(ctx, tx, by, Outcome{Appointment: a, Episode: m.Episode})
}

// aRoom tells whether a room of the office would hold so many people between two instants of a day.
func (s Supply) aRoom(office organization.PlaceID, day calendar.Date, starts, ends time.Time, people int) bool {
	return slices.ContainsFunc(s.Rooms, func(r organization.Room) bool {
		return r.Place == office && r.Usable(day) && r.Holds >= people && !slices.ContainsFunc(s.InRooms, func(b Busy) bool {
			return b.Room == r.ID && starts.Before(b.Ends) && b.Starts.Before(ends)
		})
	})
}

// withRoom leaves the beginnings at which a room is free, where the office lists rooms.
func (s Supply) withRoom(all []quarter, w Wanted, office organization.PlaceID) []quarter {
	if w.PlaceKind != Office || !organization.Listed(s.Rooms) {
		return all
	}
	length := time.Duration(w.Minutes) * time.Minute
	return slices.DeleteFunc(all, func(q quarter) bool { return !s.aRoom(office, q.at.Day, q.starts, q.starts.Add(length), w.people()) })
}

func (w Wanted) people() int {
	return People(w.Participants, len(Free{Worker: "x", Second: w.Second}.workers()))
}

// readRooms fills in the rooms of an office and what is taken of them; an office that lists none needs no more.
func (s *Supply) readRooms(ctx context.Context, tx Tx, office organization.PlaceID, from, to time.Time) error {
	rooms, err := tx.Rooms(ctx, office)
	if err != nil || !organization.Listed(rooms) {
		return err
	}
	taken, err := tx.RoomBusy(ctx, office, from, to)
	s.Rooms, s.InRooms = append(s.Rooms, rooms...), append(s.InRooms, taken...)
	return err
}

// roomless are those of the offered times for which their office has no room any more.
func roomless(ctx context.Context, tx Tx, t Target, slots []Slot, from, to time.Time) (map[SlotID]bool, error) {
	var s Supply
	asked, listed := map[organization.PlaceID]bool{}, map[organization.PlaceID]bool{}
	for _, x := range slots {
		if x.PlaceKind != Office || asked[x.Place] {
			continue
		}
		asked[x.Place] = true
		n := len(s.Rooms)
		if err := s.readRooms(ctx, tx, x.Place, from, to); err != nil {
			return nil, err
		}
		listed[x.Place] = len(s.Rooms) > n
	}
	if len(s.Rooms) == 0 {
		return nil, nil
	}
	who := ""
	if t.Episode != "" {
		state, err := tx.EpisodeState(ctx, t.Episode)
		if err != nil {
			return nil, err
		}
		who = ParticipantsOf(state.Work.Kind)
	}
	out := map[SlotID]bool{}
	for _, x := range slots {
		ends := x.Starts.Add(time.Duration(x.Minutes) * time.Minute)
		out[x.ID] = listed[x.Place] && !s.aRoom(x.Place, x.At.Day, x.Starts, ends, People(who, len(x.workers())))
	}
	return out, nil
}
