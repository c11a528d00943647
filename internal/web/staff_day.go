package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// daySheet is one day: whose meetings, what is still free of their hours, and the ways in between.
type daySheet struct {
	Day   calendar.Date
	Today calendar.Date
	Mine  bool
	// ByRoom lays the day out by room. Whoever reads sees everybody's then, as far as they may.
	ByRoom  bool
	Rooms   map[organization.PlaceID][]organization.Room
	Lanes   []lane
	Offices []office
}

// lane is one worker's day.
type lane struct {
	Worker organization.Worker
	Away   bool
	Events []ui.Event
}

func (s *Server) showDay(w http.ResponseWriter, q *Ask) error {
	today := calendar.LocalOf(q.Now, q.zone()).Day
	d := daySheet{Day: today, Today: today, Mine: q.By.Has(access.Worker) && q.URL.Query().Get("all") == "", ByRoom: q.URL.Query().Get("by") == "room"}
	if day, err := calendar.ParseDate(q.URL.Query().Get("day")); err == nil {
		d.Day = day
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.readDay(q.Context(), tx, q, &d) })
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.dayPage(q, d))
}

func (s *Server) readDay(ctx context.Context, tx *storage.Tx, q *Ask, d *daySheet) error {
	from, to := midnight(d.Day, q.zone()), midnight(d.Day.Add(1), q.zone())
	entries, err := tx.Calendar(ctx, q.By, from, to, "")
	if err != nil {
		return err
	}
	if d.Rooms, err = officeRooms(ctx, tx, entries); err != nil {
		return err
	}
	if err := s.readOffices(ctx, tx, q, d, entries); err != nil || d.ByRoom {
		return err
	}
	workers, err := dayWorkers(ctx, tx, q, d.Mine)
	if err != nil {
		return err
	}
	var who []access.AccountID
	for _, w := range workers {
		who = append(who, w.Account)
	}
	busy, err := tx.Busy(ctx, who, from, to)
	if err != nil {
		return err
	}
	for _, w := range workers {
		d.Lanes = append(d.Lanes, s.lane(q, *d, w, entries, busy))
	}
	return nil
}

// dayWorkers are the reader alone, or all who work in the reader's units, each once.
func dayWorkers(ctx context.Context, tx *storage.Tx, q *Ask, mine bool) (out []organization.Worker, err error) {
	if mine {
		own, err := tx.Worker(ctx, q.By.Account)
		return []organization.Worker{own}, err
	}
	for _, unit := range unitsOf(q.By) {
		all, err := tx.Workers(ctx, unit)
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			if !slices.ContainsFunc(out, func(x organization.Worker) bool { return x.Account == w.Account }) {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// lane lays one worker's day out. A meeting that the reader may not see is time that is taken and no more: a wall and a full
// calendar look alike (decision 0049).
func (s *Server) lane(q *Ask, d daySheet, w organization.Worker, entries []appointment.Entry, busy []appointment.Busy) lane {
	l := lane{Worker: w, Away: slices.ContainsFunc(w.Absences, func(a organization.Absence) bool { return a.First <= d.Day && d.Day <= a.Last })}
	var taken []appointment.Stretch
	seen := map[time.Time]bool{}
	for _, e := range entries {
		if !slices.Contains(e.Workers(), w.Account) {
			continue
		}
		seen[e.Starts] = true
		x := s.weekEvent(q, week{Mine: true, Rooms: d.Rooms}, e)
		if l.Away {
			x.Tag, x.Tone = q.P.T("calendar.worker-away"), ui.Late
		}
		l.Events = append(l.Events, x)
		taken = append(taken, appointment.Stretch{From: x.From, To: endOf(x)})
		if e.PlaceKind != appointment.Office && w.TravelMinutes > 0 {
			for _, t := range s.travel(q, e, w.TravelMinutes) {
				l.Events = append(l.Events, t)
				taken = append(taken, appointment.Stretch{From: t.From, To: endOf(t)})
			}
		}
	}
	for _, b := range busy {
		if b.Worker != w.Account || seen[b.Starts] {
			continue
		}
		x := ui.Event{From: clockIn(b.Starts, d.Day, q.zone(), "00:00"), To: clockIn(b.Ends, d.Day, q.zone(), "24:00"), Title: q.P.T("calendar.taken"), Tone: ui.Plain}
		l.Events = append(l.Events, x)
		taken = append(taken, appointment.Stretch{From: x.From, To: x.To})
	}
	if !l.Away && d.Day >= d.Today {
		for _, g := range appointment.Gaps(w.Hours, d.Day.Weekday(), taken) {
			l.Events = append(l.Events, ui.Event{From: g.From, To: g.To, Title: q.P.T("calendar.free"), Free: true})
		}
	}
	slices.SortStableFunc(l.Events, func(a, b ui.Event) int { return cmp.Compare(a.From, b.From) })
	return l
}

// travel is the way there and back, kept free around a meeting outside the office.
func (s *Server) travel(q *Ask, e appointment.Entry, minutes int) (out []ui.Event) {
	way := time.Duration(minutes) * time.Minute
	for _, t := range [][2]time.Time{{e.Starts.Add(-way), e.Starts}, {e.Ends, e.Ends.Add(way)}} {
		out = append(out, ui.Event{From: clockIn(t[0], e.At.Day, e.At.Zone, "00:00"), To: clockIn(t[1], e.At.Day, e.At.Zone, "24:00"), Title: q.P.T("calendar.travel"), Tone: ui.Plain})
	}
	return out
}

// clockIn is a moment's clock on a day, or the day's edge when it lies on another.
func clockIn(t time.Time, day calendar.Date, zone string, edge calendar.Clock) calendar.Clock {
	at := calendar.LocalOf(t, zone)
	if at.Day != day {
		return edge
	}
	return at.Clock
}

// endOf is where an event ends on its day.
func endOf(e ui.Event) calendar.Clock {
	if e.To == "" || e.To < e.From {
		return "24:00"
	}
	return e.To
}

// hoursOf tells a worker's hours of the day, or that they are away.
func (l lane) hoursOf(q *Ask, day calendar.Date) string {
	if l.Away {
		return q.P.T("calendar.away")
	}
	out := ""
	for _, h := range l.Worker.Hours {
		if h.Weekday == day.Weekday() {
			if out != "" {
				out += ", "
			}
			out += q.P.Hours(h.Opens, h.Closes)
		}
	}
	if out == "" {
		return q.P.T("calendar.no-hours")
	}
	return out
}

// dayURL is another day's address.
func (d daySheet) url(day calendar.Date) string {
	u := "/calendar/day?day=" + string(day)
	if d.ByRoom {
		return u + "&by=room"
	}
	if !d.Mine {
		u += "&all=1"
	}
	return u
}

func (d daySheet) weekURL() string {
	u := "/calendar?week=" + string(d.Day)
	if !d.Mine || d.ByRoom {
		u += "&all=1"
	}
	return u
}
