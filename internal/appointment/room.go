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

// sitting is what a meeting asks of a room.
type sitting struct {
	place  organization.PlaceID
	day    calendar.Date
	starts time.Time
	length int // minutes
	people int
	wish   organization.RoomID // the one that somebody chose; "" for any
	had    organization.RoomID // kept where it can be
	not    organization.RoomID // left, for any other
	of     ID                  // whose own quarters are no hindrance
}

func (c checked) sitting() sitting {
	return sitting{place: c.Place, day: c.At.Day, starts: c.starts, length: c.Minutes, people: People(c.Participants, len(c.workers())), wish: c.Room}
}

func (a Appointment) sitting() sitting {
	return sitting{place: a.PlaceID, day: a.At.Day, starts: a.Starts, length: a.Minutes, people: People(a.Participants, len(a.Workers())), of: a.ID}
}

// room finds the room; "" where the meeting is elsewhere or the office lists none. Why there is none is a Conflict.
func (s sitting) room(ctx context.Context, tx Tx) (organization.RoomID, error) {
	if s.place == "" {
		return "", s.nowhere()
	}
	rooms, err := tx.Rooms(ctx, s.place)
	if err != nil {
		return "", err
	}
	if !organization.Listed(rooms) {
		return "", s.nowhere()
	}
	var all []organization.RoomID
	for _, r := range rooms {
		all = append(all, r.ID)
	}
	taken, err := tx.RoomsTaken(ctx, all, s.starts, s.length, s.of)
	if err != nil {
		return "", err
	}
	return s.choose(rooms, taken)
}

// nowhere refuses a room that was chosen where there is none to choose.
func (s sitting) nowhere() error {
	var form fault.Form
	if s.wish != "" {
		form.Add("room", "form.choice")
	}
	return form.Err()
}

// choose is pure: the same rooms and what is taken of them give the same answer.
func (s sitting) choose(rooms []organization.Room, taken []organization.RoomID) (organization.RoomID, error) {
	if s.wish != "" {
		return s.wished(rooms, taken)
	}
	var first organization.RoomID
	fits := false
	for _, r := range rooms {
		if !r.Active || r.Holds < s.people || r.ID == s.not {
			continue
		}
		fits = true
		if !r.Usable(s.day) || slices.Contains(taken, r.ID) {
			continue
		}
		if r.ID == s.had {
			return r.ID, nil
		}
		if first == "" {
			first = r.ID
		}
	}
	switch {
	case first != "":
		return first, nil
	case fits || s.not != "":
		return "", fault.New(fault.Conflict, "room.none")
	}
	return "", fault.New(fault.Conflict, "room.none-holds", "n", s.people)
}

// wished is the room that was chosen, or why it cannot be had.
func (s sitting) wished(rooms []organization.Room, taken []organization.RoomID) (organization.RoomID, error) {
	i := slices.IndexFunc(rooms, func(r organization.Room) bool { return r.ID == s.wish && (r.Active || r.ID == s.had) })
	var form fault.Form
	if i < 0 {
		form.Add("room", "form.choice")
		return "", form.Err()
	}
	switch r := rooms[i]; {
	case r.Out(s.day):
		form.Add("room", "room.out")
	case r.Holds < s.people:
		form.Add("room", "room.small", "n", s.people)
	case slices.Contains(taken, r.ID):
		form.Add("room", "room.taken")
	default:
		return r.ID, nil
	}
	return "", form.Err()
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
	if err == nil && is.Holds >= s.people {
		return nil
	}
	a.Room, err = s.room(ctx, tx)
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
	s.wish = room
	if room == "" {
		s.not = m.at.Room
	}
	a := m.at
	if a.Room, err = s.room(ctx, tx); err != nil {
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
