package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// week is seven days of the reader's own meetings, or of everybody's whom the reader may see.
type week struct {
	Monday  calendar.Date
	Mine    bool
	Entries []appointment.Entry
	Own     organization.Worker // for absences; zero for those who do not meet clients
	Rooms   map[organization.PlaceID][]organization.Room
	ByRoom  bool // a day can be seen by room
}

func (s *Server) showCalendar(w http.ResponseWriter, q *Ask) error {
	k := week{Monday: mondayOf(calendar.LocalOf(q.Now, q.zone()).Day), Mine: q.By.Has(access.Worker) && q.URL.Query().Get("all") == ""}
	if day, err := calendar.ParseDate(q.URL.Query().Get("week")); err == nil {
		k.Monday = mondayOf(day)
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return k.read(q.Context(), tx, q) })
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.calendarPage(q, k))
}

func mondayOf(d calendar.Date) calendar.Date { return d.Add(1 - d.Weekday()) }

func (k *week) read(ctx context.Context, tx *storage.Tx, q *Ask) (err error) {
	k.Entries, err = tx.Calendar(ctx, q.By, midnight(k.Monday, q.zone()), midnight(k.Monday.Add(7), q.zone()), "")
	if err != nil {
		return err
	}
	if k.Mine {
		k.Entries = slices.DeleteFunc(k.Entries, func(e appointment.Entry) bool { return !slices.Contains(e.Workers(), q.By.Account) })
	}
	if k.Rooms, err = officeRooms(ctx, tx, k.Entries); err != nil {
		return err
	}
	if k.ByRoom, err = listsRooms(ctx, tx, q); err != nil {
		return err
	}
	if q.By.Has(access.Worker) {
		k.Own, err = tx.Worker(ctx, q.By.Account)
	}
	return err
}

// view lays the week out. Names and places are the worker's own alone, as storage gives them.
func (s *Server) week(q *Ask, k week) ui.Week {
	all := ""
	if !k.Mine {
		all = "&all=1"
	}
	today := calendar.LocalOf(q.Now, q.zone()).Day
	v := ui.Week{Title: q.P.T("calendar.week", "n", weekNumber(k.Monday)), Prev: "/calendar?week=" + string(k.Monday.Add(-7)) + all,
		This: "/calendar?week=" + string(today) + all, Next: "/calendar?week=" + string(k.Monday.Add(7)) + all}
	for i := range 7 {
		day := ui.WeekDay{Date: k.Monday.Add(i)}
		day.Today = day.Date == today
		day.URL = daySheet{Day: day.Date, Mine: k.Mine}.url(day.Date)
		if k.away(day.Date) {
			day.Note = q.P.T("calendar.away")
		}
		for _, e := range k.Entries {
			if e.At.Day == day.Date {
				day.Events = append(day.Events, s.weekEvent(q, k, e))
			}
		}
		v.Days = append(v.Days, day)
	}
	return v
}

func weekNumber(d calendar.Date) int {
	_, n := d.Midnight().ISOWeek()
	return n
}

func (k week) away(d calendar.Date) bool {
	return slices.ContainsFunc(k.Own.Absences, func(a organization.Absence) bool { return a.First <= d && d <= a.Last })
}

func (s *Server) weekEvent(q *Ask, k week, e appointment.Entry) ui.Event {
	out := ui.Event{From: e.At.Clock, To: calendar.LocalOf(e.Ends, e.At.Zone).Clock, Title: s.meetingName(q, e), Note: q.P.T("place." + e.PlaceKind),
		URL: "/episodes/" + string(e.Episode), Tone: ui.Info}
	if r, ok := roomIn(k.Rooms[e.PlaceID], e.Room); ok {
		out.Note += " · " + r.Name
	}
	if tag := roomTag(q, k.Rooms[e.PlaceID], e.Appointment); tag != "" {
		out.Tag, out.Tone = tag, ui.Soon
	}
	if e.Name != "" {
		out.Title = e.Name + " · " + out.Title
	}
	if !k.Mine {
		out.Note = pairName(e.WorkerName, e.SecondName) + " · " + out.Note
	}
	if e.State == appointment.Booked && !e.Ends.After(q.Now) {
		out.Tag, out.Tone = q.P.T("calendar.unmarked"), ui.Soon
	}
	return out
}
