package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// listedRooms are the rooms of an office from which one is chosen; none where it lists none.
func listedRooms(ctx context.Context, tx *storage.Tx, place organization.PlaceID) ([]organization.Room, error) {
	if place == "" {
		return nil, nil
	}
	all, err := tx.Rooms(ctx, place)
	if !organization.Listed(all) {
		return nil, err
	}
	return all, err
}

// roomChoice completes a choice of one of an office's rooms, or the first that fits. Retired ones cannot be chosen.
func roomChoice(q *Ask, rooms []organization.Room, c ui.Choice) ui.Choice {
	c.Label, c.Empty = q.P.T("room.one"), or(c.Empty, q.P.T("room.first"))
	for _, r := range rooms {
		if r.Active {
			c.Options = append(c.Options, ui.Option{Value: string(r.ID), Label: roomWord(q, r)})
		}
	}
	return c
}

// giveRoom gives a meeting a room, or another one. Who came from the list of those that need one goes back to it.
func (s *Server) giveRoom(w http.ResponseWriter, q *Ask) error {
	to := ""
	do := func(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
		id := meetingID(q)
		if err := appointment.GiveRoom(ctx, tx, s.Models, q.By, id, organization.RoomID(q.PostFormValue("into"))); err != nil {
			return atField(err, "room", intoField(id))
		}
		a, err := tx.Appointment(ctx, id)
		if err != nil || q.PostFormValue("list") == "" {
			return err
		}
		p, err := tx.Place(ctx, a.PlaceID)
		if err == nil && q.By.Is(access.Coordinator, p.Unit) {
			to = roomsURL(p.Unit, p.ID) + "?done=given"
		}
		return err
	}
	return s.stepTo(do, func(_ *Ask, id episode.ID) string { return or(to, "/episodes/"+string(id)) })(w, q)
}

// intoField is the field of the room that a meeting is given; there may be several meetings on a page.
func intoField(id appointment.ID) string { return "into-" + string(id) }

// atField says a refusal of one field at another, which stands for it on the page.
func atField(err error, field, there string) error {
	f := *fault.Of(err)
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		if f.Fields[i].Name == field {
			f.Fields[i].Name = there
		}
	}
	if len(f.Fields) == 0 {
		return err
	}
	return &f
}

// roomIn finds a meeting's room among its office's.
func roomIn(rooms []organization.Room, id organization.RoomID) (organization.Room, bool) {
	for _, r := range rooms {
		if r.ID == id {
			return r, true
		}
	}
	return organization.Room{}, false
}

// roomName is the name of a meeting's room, where it has one.
func roomName(rooms map[organization.PlaceID][]organization.Room, e appointment.Entry) string {
	r, _ := roomIn(rooms[e.PlaceID], e.Room)
	return r.Name
}

// roomTag tells what a meeting at an office lacks: a room, or one that can be used on its day. "" is nothing.
func roomTag(q *Ask, rooms []organization.Room, a appointment.Appointment) string {
	return seat(q, rooms, a.Room, a.At.Day, a.State == appointment.Booked && a.Ends.After(q.Now)).Tag
}

// seat is the room of something that is to come on a day, and what it lacks. What is over, or elsewhere, lacks nothing.
func seat(q *Ask, rooms []organization.Room, id organization.RoomID, day calendar.Date, coming bool) (s seated) {
	if len(rooms) == 0 || !coming {
		return s
	}
	r, ok := roomIn(rooms, id)
	switch s.Name = r.Name; {
	case !ok:
		s.Tag = q.P.T("room.without")
	case !r.Usable(day):
		s.Tag = q.P.T("room.unusable")
	}
	return s
}

// tellRoom adds the room to a step of the path, or that there is none.
func (p episodePage) tellRoom(q *Ask, m appointment.Shown, s *ui.Step) {
	rooms := p.Rooms[m.PlaceID]
	if r, ok := roomIn(rooms, m.Room); ok {
		s.Note += " · " + r.Name
	}
	if tag := roomTag(q, rooms, m.Appointment); tag != "" {
		s.Tag, s.Tone = tag, ui.Soon
	}
}

// officeRooms are the rooms of the offices at which some meetings are.
func officeRooms(ctx context.Context, tx *storage.Tx, entries []appointment.Entry) (map[organization.PlaceID][]organization.Room, error) {
	out := map[organization.PlaceID][]organization.Room{}
	for _, e := range entries {
		if _, asked := out[e.PlaceID]; asked || e.PlaceKind != appointment.Office {
			continue
		}
		rooms, err := listedRooms(ctx, tx, e.PlaceID)
		if err != nil {
			return nil, err
		}
		out[e.PlaceID] = rooms
	}
	return out, nil
}

// where is when and where the visit of the page is, with its room, while it is booked.
func (p visitPage) where(ctx context.Context, tx *storage.Tx, q *Ask) (string, error) {
	all, err := tx.Appointments(ctx, p.Episode.ID)
	i := slices.IndexFunc(all, func(a appointment.Appointment) bool { return a.State == appointment.Booked && a.No == p.number(q) })
	if err != nil || i < 0 {
		return "", err
	}
	a := all[i]
	text := q.P.When(a.At) + " · " + q.P.T("place."+a.PlaceKind)
	if a.PlaceKind != appointment.Office {
		return text, nil
	}
	place, err := tx.Place(ctx, a.PlaceID)
	if err != nil {
		return "", err
	}
	rooms, err := listedRooms(ctx, tx, a.PlaceID)
	text = q.P.When(a.At) + " · " + place.Name.In(q.P.Lang())
	if r, ok := roomIn(rooms, a.Room); ok {
		text += " · " + r.Name
	}
	return text, err
}

// listsRooms tells whether an office of the reader's units lists rooms.
func listsRooms(ctx context.Context, tx *storage.Tx, q *Ask) (bool, error) {
	for _, unit := range unitsOf(q.By) {
		places, err := tx.Places(ctx, unit)
		if err != nil {
			return false, err
		}
		for _, p := range places {
			if rooms, err := listedRooms(ctx, tx, p.ID); err != nil || len(rooms) > 0 {
				return len(rooms) > 0, err
			}
		}
	}
	return false, nil
}
