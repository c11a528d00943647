package web

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// office is one office's day by room.
type office struct {
	Name  string
	Rooms []roomLane
}

// roomLane is one room's day; one more holds the meetings that have no room.
type roomLane struct {
	Name, Note string
	Events     []ui.Event
}

// readOffices finds the offices of the reader's units that list rooms; the day of each room only where it is shown.
func (s *Server) readOffices(ctx context.Context, tx *storage.Tx, q *Ask, d *daySheet, entries []appointment.Entry) error {
	for _, unit := range unitsOf(q.By) {
		places, err := tx.Places(ctx, unit)
		if err != nil {
			return err
		}
		for _, p := range places {
			rooms, err := listedRooms(ctx, tx, p.ID)
			if err != nil {
				return err
			}
			if len(rooms) == 0 {
				continue
			}
			o := office{Name: p.Name.In(q.P.Lang())}
			if d.ByRoom {
				if o.Rooms, err = s.roomLanes(ctx, tx, q, *d, p, rooms, entries); err != nil {
					return err
				}
			}
			d.Offices = append(d.Offices, o)
		}
	}
	return nil
}

func (s *Server) roomLanes(ctx context.Context, tx *storage.Tx, q *Ask, d daySheet, p organization.Place, rooms []organization.Room, entries []appointment.Entry) (out []roomLane, err error) {
	busy, err := tx.RoomBusy(ctx, p.ID, midnight(d.Day, q.zone()), midnight(d.Day.Add(1), q.zone()))
	if err != nil {
		return nil, err
	}
	workers, err := tx.Workers(ctx, p.Unit)
	if err != nil {
		return nil, err
	}
	hours := dayHours(workers, d.Day)
	here := slices.Clone(entries)
	here = slices.DeleteFunc(here, func(e appointment.Entry) bool {
		return e.PlaceKind != appointment.Office || e.PlaceID != p.ID || e.State != appointment.Booked
	})
	for _, r := range rooms {
		taken := slices.ContainsFunc(busy, func(b appointment.Busy) bool { return b.Room == r.ID })
		if !r.Active && !taken {
			continue
		}
		l := roomLane{Name: r.Name, Note: q.P.T("room.for", "n", r.Holds), Events: s.roomEvents(q, d, r.ID, here, busy)}
		switch {
		case !r.Active:
			l.Note = q.P.T("room.retired")
		case r.Out(d.Day):
			l.Note = q.P.T("room.out-until", "day", q.P.Date(r.Last))
		case d.Day >= d.Today:
			l.Events = append(l.Events, freeStretches(q, hours, d.Day, l.Events)...)
		}
		slices.SortStableFunc(l.Events, func(a, b ui.Event) int { return cmp.Compare(a.From, b.From) })
		out = append(out, l)
	}
	if events := s.roomEvents(q, d, "", here, busy); len(events) > 0 {
		out = append(out, roomLane{Name: q.P.T("room.without-lane"), Note: q.P.T("room.without-text"), Events: events})
	}
	return out, nil
}

// roomEvents are a room's meetings of the day. One that the reader may not see is taken and no more, whatever the reason: who sits
// behind the wall next door is not told by a door (decision 0060).
func (s *Server) roomEvents(q *Ask, d daySheet, room organization.RoomID, entries []appointment.Entry, busy []appointment.Busy) (out []ui.Event) {
	seen := map[string]int{}
	key := func(from, to calendar.Clock) string { return string(from + to) }
	for _, e := range entries {
		if e.Room != room {
			continue
		}
		x := s.weekEvent(q, week{Rooms: d.Rooms}, e)
		x.Note = pairName(e.WorkerName, e.SecondName)
		out = append(out, x)
		seen[key(x.From, endOf(x))]++
	}
	for _, b := range busy {
		x := ui.Event{From: clockIn(b.Starts, d.Day, q.zone(), "00:00"), To: clockIn(b.Ends, d.Day, q.zone(), "24:00"), Title: q.P.T("calendar.taken"), Tone: ui.Plain}
		if b.Room != room {
			continue
		}
		if k := key(x.From, x.To); seen[k] > 0 {
			seen[k]--
			continue
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b ui.Event) int { return cmp.Compare(a.From, b.From) })
	return out
}

// dayHours is from when until when somebody of a unit works on a day: only then is a room told to be free.
func dayHours(workers []organization.Worker, day calendar.Date) []organization.Hours {
	var all organization.Hours
	for _, w := range workers {
		for _, h := range w.Hours {
			if h.Weekday != day.Weekday() || slices.ContainsFunc(w.Absences, func(a organization.Absence) bool { return a.First <= day && day <= a.Last }) {
				continue
			}
			if all.Opens == "" || h.Opens < all.Opens {
				all.Opens = h.Opens
			}
			all.Weekday, all.Closes = h.Weekday, max(all.Closes, h.Closes)
		}
	}
	return []organization.Hours{all}
}

func freeStretches(q *Ask, hours []organization.Hours, day calendar.Date, taken []ui.Event) (out []ui.Event) {
	var stretches []appointment.Stretch
	for _, x := range taken {
		stretches = append(stretches, appointment.Stretch{From: x.From, To: endOf(x)})
	}
	for _, g := range appointment.Gaps(hours, day.Weekday(), stretches) {
		out = append(out, ui.Event{From: g.From, To: g.To, Title: q.P.T("calendar.free"), Free: true})
	}
	return out
}
