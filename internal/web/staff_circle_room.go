package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// Rooms of groups' meetings and of days (decision 0074). A group's page has one press for all that is to come, a meeting's page one for
// that meeting, a day's page one for the day.

func (s *Server) giveCircleRooms(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "rooms", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		err := circle.GiveRooms(ctx, tx, s.Models, q.By, of, organization.RoomID(typed(q, "into")))
		return atInto(err)
	})
}

func (s *Server) giveCircleRoom(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "rooms", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		err := circle.GiveRoom(ctx, tx, s.Models, q.By, of, number(q.PathValue("no"), 0), organization.RoomID(typed(q, "into")))
		return atInto(err)
	})
}

func (s *Server) giveDayRoom(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "room", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return atInto(occasion.GiveRoom(ctx, tx, s.Models, q.By, of, organization.RoomID(typed(q, "into"))))
	})
}

// atInto says a refusal of the room at the field of the form.
func atInto(err error) error {
	if err == nil {
		return nil
	}
	return atField(err, "room", "into")
}

// seated is what a meeting of a group, or a day, has of a room: its name and, where it needs one, a word about it.
type seated struct {
	Name string
	Tag  string
}

// circleSeat is that of one of the group's meetings. Nothing is said of what is over.
func circleSeat(q *Ask, rooms []organization.Room, m circle.Meeting) seated {
	return seat(q, rooms, m.Room, m.At.Day, m.State == circle.Planned && m.Starts.After(q.Now))
}

// intoChoice is the room that is given; what was chosen comes back after a refusal.
func intoChoice(q *Ask, rooms []organization.Room, empty string, m ui.Mistakes) ui.Choice {
	return roomChoice(q, rooms, ui.Choice{Name: "into", Value: typed(q, "into"), Error: m.Of("into"), Empty: empty})
}

// officesRead are the rooms of offices that have been read already: many groups meet at few offices.
type officesRead map[organization.PlaceID][]organization.Room

// of are the office's rooms; none where it lists none, and online or elsewhere.
func (r officesRead) of(ctx context.Context, tx *storage.Tx, place organization.PlaceID) ([]organization.Room, error) {
	if all, ok := r[place]; ok {
		return all, nil
	}
	all, err := listedRooms(ctx, tx, place)
	r[place] = all
	return all, err
}

// lacksRoom is what the desk tells of a group whose meetings in the next days have no room they can be in: once, of the first of them. One
// alone is mended at the meeting, several by one press on the group's page.
func (r circleRow) lacksRoom(q *Ask, rooms []organization.Room) []deskCircle {
	until := calendar.LocalOf(q.Now, r.offered.unit.Zone).Day.Add(aheadDays)
	var all []circle.Meeting
	lack := ""
	for _, m := range r.meetings {
		if tag := circleSeat(q, rooms, m).Tag; tag != "" && m.At.Day <= until {
			all = append(all, m)
			lack = cmp.Or(lack, tag)
		}
	}
	if len(all) == 0 {
		return nil
	}
	x := deskCircle{Name: r.name(q), When: q.P.When(all[0].At), What: lack, To: "/circles/" + string(r.ID), Tone: ui.Late}
	if len(all) == 1 {
		x.To += "/" + strconv.Itoa(all[0].No)
	}
	return []deskCircle{x}
}

// groupSeat is a group's meeting, or a day, that needs a room.
type groupSeat struct {
	When, Name, To string
	Seat           seated
}

// groupsMisplaced are the coming meetings of groups at an office, and days held there, without a room that can be used then.
func (s *Server) groupsMisplaced(ctx context.Context, tx *storage.Tx, q *Ask, at organization.Place, rooms []organization.Room) (out []groupSeat, err error) {
	groups, err := s.gathers(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	days, err := s.occasionOffers(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	for _, o := range groups {
		all, err := tx.Circles(ctx, []organization.OfferID{o.ID})
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if c.Place != at.ID || c.State != circle.Open {
				continue
			}
			meetings, err := tx.CircleMeetings(ctx, []circle.ID{c.ID})
			if err != nil {
				return nil, err
			}
			for _, m := range meetings {
				if x := circleSeat(q, rooms, m); x.Tag != "" {
					out = append(out, groupSeat{q.P.When(m.At), circleName(q, o.model, c.Kind), "/circles/" + string(c.ID) + "/" + strconv.Itoa(m.No), x})
				}
			}
		}
	}
	for _, o := range days {
		all, err := tx.Occasions(ctx, []organization.OfferID{o.ID})
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if x := seat(q, rooms, d.Room, d.At.Day, d.State == occasion.Planned && d.Coming(q.Now)); d.Office == at.ID && x.Tag != "" {
				out = append(out, groupSeat{q.P.When(d.At), d.About, "/days/" + string(d.ID), x})
			}
		}
	}
	return out, nil
}

func groupSeatTable(q *Ask, all []groupSeat) ui.Grid {
	t := ui.Grid{Caption: q.P.T("room.groups"), Hide: true, Cols: []ui.Col{{Head: q.P.T("groups.col.when")}, {Head: q.P.T("room.group")}, {Head: q.P.T("room.one")}, {Head: q.P.T("unit.do"), Quiet: true}}}
	for _, x := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Words(x.When), ui.Words(x.Name), seatWord(x.Seat),
			ui.LinkButton(ui.Action{Text: q.P.T("desk.open"), URL: x.To, Kind: ui.Secondary, Small: true, About: x.When})}})
	}
	return t
}
