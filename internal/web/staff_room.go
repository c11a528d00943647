package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// roomRoutes are the rooms of an office, as its coordinator keeps them.
func (s *Server) roomRoutes(add adder) {
	const at, one = "/unit/{unit}/places/{place}/rooms", "/unit/{unit}/places/{place}/rooms/{room}"
	add("GET "+at, access.Coordinate, s.showRooms)
	add("POST "+at, access.Coordinate, s.addRoom, "name", "holds")
	add("GET "+one, access.Coordinate, s.showRoom)
	add("POST "+one, access.Coordinate, s.keepRoom, "name", "holds")
	add("POST "+one+"/earlier", access.Coordinate, s.raiseRoom)
	add("POST "+one+"/closed", access.Coordinate, s.closeRoom, "first", "last")
	add("POST "+one+"/opened", access.Coordinate, s.openRoom)
	add("POST "+one+"/retired", access.Coordinate, s.retireRoom, "retired")
	add("POST "+one+"/drop", access.Coordinate, s.dropRoom)
}

// roomForm is a room's facts as they were typed.
type roomForm struct{ Name, Holds, First, Last string }

// roomsPage is an office's rooms, and the coming meetings that need another.
type roomsPage struct {
	Frame    ui.StaffPage
	Place    organization.Place
	Rooms    []organization.Room
	Meetings []appointment.Entry // that need a room, of those the reader may see
	Groups   []groupSeat         // groups' meetings and days that do
	Today    calendar.Date
	Form     roomForm
	Done     string
	Mistakes ui.Mistakes
}

func (v roomsPage) url() string { return roomsURL(v.Place.Unit, v.Place.ID) }

func roomsURL(unit access.UnitID, place organization.PlaceID) string {
	return "/unit/" + string(unit) + "/places/" + string(place) + "/rooms"
}

// roomsAhead is how far ahead meetings without a usable room are looked for.
const roomsAhead = 366

// ownPlace is the office in the address, of a unit that the reader coordinates.
func (q *Ask) ownPlace(ctx context.Context, tx *storage.Tx) (organization.Place, error) {
	unit, err := q.ownUnit()
	if err != nil {
		return organization.Place{}, err
	}
	p, err := tx.Place(ctx, organization.PlaceID(q.PathValue("place")))
	if err == nil && p.Unit != unit {
		err = notFound()
	}
	return p, err
}

// ownRoom is the room in the address, of the office in it. The room is asked for first: one of elsewhere takes the time of none.
func (q *Ask) ownRoom(ctx context.Context, tx *storage.Tx) (p organization.Place, r organization.Room, err error) {
	if _, err := q.ownUnit(); err != nil {
		return p, r, err
	}
	r, err = tx.Room(ctx, organization.RoomID(q.PathValue("room")))
	if err == nil && string(r.Place) != q.PathValue("place") {
		err = notFound()
	}
	if err == nil {
		p, err = q.ownPlace(ctx, tx)
	}
	return p, r, err
}

func (s *Server) showRooms(w http.ResponseWriter, q *Ask) error {
	return s.answerRooms(w, q, roomForm{}, nil)
}

func (s *Server) answerRooms(w http.ResponseWriter, q *Ask, typed roomForm, wrong error) error {
	v := roomsPage{Frame: s.staffPage(q, q.P.T("room.title"), "unit"), Form: typed, Today: calendar.LocalOf(q.Now, q.zone()).Day,
		Done: q.done("room.done.", "added", "kept", "moved", "closed", "opened", "retired", "restored", "dropped", "given")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if v.Place, err = q.ownPlace(q.Context(), tx); err != nil {
			return err
		}
		if v.Rooms, err = tx.Rooms(q.Context(), v.Place.ID); err != nil {
			return err
		}
		if organization.Listed(v.Rooms) {
			if v.Groups, err = s.groupsMisplaced(q.Context(), tx, q, v.Place, v.Rooms); err != nil {
				return err
			}
			v.Meetings, err = misplaced(q.Context(), tx, q, map[organization.PlaceID][]organization.Room{v.Place.ID: v.Rooms}, roomsAhead)
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Frame.Wrong, v.Mistakes = wrong != nil, ui.MistakesOf(q.P, wrong)
	return s.show(w, q, statusOf(wrong), s.roomsView(q, v))
}

// misplaced are the coming meetings of some offices, so many days ahead, without a room or in one that cannot be used on their day. They
// are those that the reader may see: how many others there are is told nowhere, and their own workers read it at the meeting.
func misplaced(ctx context.Context, tx *storage.Tx, q *Ask, offices map[organization.PlaceID][]organization.Room, ahead int) (out []appointment.Entry, err error) {
	today := calendar.LocalOf(q.Now, q.zone()).Day
	all, err := tx.Calendar(ctx, q.By, midnight(today, q.zone()), midnight(today.Add(ahead), q.zone()), "")
	for _, e := range all {
		if e.PlaceKind == appointment.Office && roomTag(q, offices[e.PlaceID], e.Appointment) != "" {
			out = append(out, e)
		}
	}
	return out, err
}

// misplacedSoon are those of the reader's units in the days that the desk looks ahead. No meeting is opened for it while every room
// can be used.
func misplacedSoon(ctx context.Context, tx *storage.Tx, q *Ask) ([]appointment.Entry, map[organization.PlaceID][]organization.Room, error) {
	today := calendar.LocalOf(q.Now, q.zone()).Day
	offices := map[organization.PlaceID][]organization.Room{}
	for _, unit := range unitsOf(q.By) {
		places, err := tx.Places(ctx, unit)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range places {
			rooms, err := listedRooms(ctx, tx, p.ID)
			if err != nil {
				return nil, nil, err
			}
			if slices.ContainsFunc(rooms, func(r organization.Room) bool { return today <= r.Last && r.First < today.Add(aheadDays) }) {
				offices[p.ID] = rooms
			}
		}
	}
	if len(offices) == 0 {
		return nil, nil, nil
	}
	all, err := misplaced(ctx, tx, q, offices, aheadDays)
	return all, offices, err
}

// roomStep does one thing to the office's rooms, or to the one in the address; what is refused goes back by answer.
func (s *Server) roomStep(w http.ResponseWriter, q *Ask, done string, wrong error, answer func(error) error, do func(ctx context.Context, tx *storage.Tx, p organization.Place, r organization.Room) error) error {
	var place organization.Place
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		var room organization.Room
		if q.PathValue("room") == "" {
			place, err = q.ownPlace(q.Context(), tx)
		} else {
			place, room, err = q.ownRoom(q.Context(), tx)
		}
		if err == nil && wrong == nil {
			err = do(q.Context(), tx, place, room)
		}
		return err
	})
	if err == nil {
		err = wrong
	}
	if shown(err) {
		return answer(err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, roomsURL(place.Unit, place.ID)+"?done="+done)
}

func readRoom(q *Ask) roomForm {
	v := q.PostFormValue
	return roomForm{v("name"), strings.TrimSpace(v("holds")), v("first"), v("last")}
}

// room is the form as values; what is no number is none, which the action refuses at its field.
func (f roomForm) room() organization.Room {
	n, _ := strconv.Atoi(f.Holds)
	return organization.Room{Name: f.Name, Holds: n}
}

func (s *Server) addRoom(w http.ResponseWriter, q *Ask) error {
	f := readRoom(q)
	answer := func(err error) error { return s.answerRooms(w, q, f, err) }
	return s.roomStep(w, q, "added", nil, answer, func(ctx context.Context, tx *storage.Tx, p organization.Place, _ organization.Room) error {
		r := f.room()
		r.Place = p.ID
		_, err := organization.KeepRoom(ctx, tx, q.By, p.Unit, r)
		return err
	})
}

// roomPage is one room: its facts, the days on which it is out of use, and taking it away.
type roomPage struct {
	Frame    ui.StaffPage
	Place    organization.Place
	Room     organization.Room
	Today    calendar.Date
	Form     roomForm
	Mistakes ui.Mistakes
}

func (v roomPage) url(step string) string {
	return roomsURL(v.Place.Unit, v.Place.ID) + "/" + string(v.Room.ID) + step
}

func (s *Server) showRoom(w http.ResponseWriter, q *Ask) error { return s.answerRoom(w, q, nil) }

// answerRoom shows the room as it is kept, with what was typed over it after a refusal.
func (s *Server) answerRoom(w http.ResponseWriter, q *Ask, wrong error) error {
	v := roomPage{Today: calendar.LocalOf(q.Now, q.zone()).Day}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Place, v.Room, err = q.ownRoom(q.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	v.Form = roomForm{v.Room.Name, strconv.Itoa(v.Room.Holds), string(v.Room.First), string(v.Room.Last)}
	if typed := readRoom(q); wrong != nil && q.PostForm.Has("name") {
		v.Form.Name, v.Form.Holds = typed.Name, typed.Holds
	} else if wrong != nil && q.PostForm.Has("first") {
		v.Form.First, v.Form.Last = typed.First, typed.Last
	}
	v.Frame, v.Mistakes = s.staffPage(q, q.P.T("room.one"), "unit"), ui.MistakesOf(q.P, wrong)
	v.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), roomView(q, v))
}

// oneRoomStep is roomStep about the room in the address.
func (s *Server) oneRoomStep(w http.ResponseWriter, q *Ask, done string, wrong error, do func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error) error {
	answer := func(err error) error { return s.answerRoom(w, q, err) }
	return s.roomStep(w, q, done, wrong, answer, func(ctx context.Context, tx *storage.Tx, p organization.Place, r organization.Room) error {
		return do(ctx, tx, p.Unit, r)
	})
}

func (s *Server) keepRoom(w http.ResponseWriter, q *Ask) error {
	f := readRoom(q)
	return s.oneRoomStep(w, q, "kept", nil, func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error {
		now := f.room()
		now.ID, now.Place = r.ID, r.Place
		_, err := organization.KeepRoom(ctx, tx, q.By, unit, now)
		return err
	})
}

func (s *Server) raiseRoom(w http.ResponseWriter, q *Ask) error {
	return s.oneRoomStep(w, q, "moved", nil, func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error {
		return organization.RaiseRoom(ctx, tx, q.By, unit, r.ID)
	})
}

// closeRoom takes the room out of use for some days. Meetings that stand in it are told on the page of all rooms.
func (s *Server) closeRoom(w http.ResponseWriter, q *Ask) error {
	first, last, wrong := typedDays(q)
	return s.oneRoomStep(w, q, "closed", wrong, func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error {
		return organization.CloseRoom(ctx, tx, q.By, unit, r.ID, first, last)
	})
}

// typedDays are the days of a form, both of which must be days.
func typedDays(q *Ask) (first, last calendar.Date, wrong error) {
	var form fault.Form
	read := func(name string) calendar.Date {
		d, err := calendar.ParseDate(q.PostFormValue(name))
		if err != nil {
			form.Add(name, "calendar.date")
		}
		return d
	}
	first, last = read("first"), read("last")
	return first, last, form.Err()
}

func (s *Server) openRoom(w http.ResponseWriter, q *Ask) error {
	return s.oneRoomStep(w, q, "opened", nil, func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error {
		return organization.CloseRoom(ctx, tx, q.By, unit, r.ID, "", "")
	})
}

func (s *Server) retireRoom(w http.ResponseWriter, q *Ask) error {
	retired, done := q.PostFormValue("retired") == "yes", "restored"
	if retired {
		done = "retired"
	}
	return s.oneRoomStep(w, q, done, nil, func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error {
		return organization.RetireRoom(ctx, tx, q.By, unit, r.ID, retired)
	})
}

func (s *Server) dropRoom(w http.ResponseWriter, q *Ask) error {
	return s.oneRoomStep(w, q, "dropped", nil, func(ctx context.Context, tx *storage.Tx, unit access.UnitID, r organization.Room) error {
		return organization.DropRoom(ctx, tx, q.By, unit, r.ID)
	})
}
