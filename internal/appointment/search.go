package appointment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/wall"
)

const (
	// step is how far apart tried times are; booking cells are as long.
	step = 15
	// leadTime keeps a worker from being sent out of the door this minute. Booking by hand may be sooner.
	leadTime = time.Hour
	// searchDays bounds one search, and defaultDays is how far it looks when nobody said.
	searchDays, defaultDays = 92, 28
)

// Wanted is what a client can take.
type Wanted struct {
	Unit      access.UnitID
	For       Target // for whom: who may not serve them is left out, and where a party is near
	Minutes   int
	Lang      locale.Lang          // "" for any
	Area      string               // "" for anywhere
	PlaceKind string               // "" is Office
	Place     organization.PlaceID // one office; "" for any
	Worker    access.AccountID     // "" for any
	Second    access.AccountID     // who must be free too, where two meet the client
	From, To  calendar.Date        // "" for today and four weeks on
	Parts     []string             // office-hours, evening, weekend; none is any
	// Participants is who takes part, for the room; "" is one client.
	Participants string
}

// Free is a time somebody has, or one that a worker typed.
type Free struct {
	Worker     access.AccountID
	WorkerName string
	Second     access.AccountID // where two meet the client
	// Participants and Alone are told where somebody else has granted who takes part: "" and false are as granted.
	Participants string
	Alone        bool // one of the pair is enough this time
	At           calendar.Local
	Minutes      int
	PlaceKind    string
	Place        organization.PlaceID
	Room         organization.RoomID // the one that somebody chose; "" for the first of the office that fits
}

// Supply is who might meet, where, and what of their time is taken.
type Supply struct {
	Zone    string
	Workers []organization.Worker
	Places  []organization.Place
	Busy    []Busy
	Near    []Busy // meetings of those to whom the client is a party
	Rooms   []organization.Room
	InRooms []Busy // what is taken of them
}

// FreeTimes finds the first free times over all suitable workers of a unit, for those who work there or may see whom
// they are for.
func FreeTimes(ctx context.Context, tx Tx, by access.Actor, w Wanted, limit int) ([]Free, error) {
	whose, err := w.may(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	unit, err := tx.Unit(ctx, w.Unit)
	if err != nil {
		return nil, err
	}
	if w, err = w.complete(calendar.LocalOf(tx.Now(), unit.Zone).Day); err != nil {
		return nil, err
	}
	supply := Supply{Zone: unit.Zone}
	if supply.Workers, err = workersFor(ctx, tx, w, whose); err != nil {
		return nil, err
	}
	if supply.Places, err = tx.Places(ctx, w.Unit); err != nil {
		return nil, err
	}
	supply.Workers = slices.DeleteFunc(supply.Workers, func(x organization.Worker) bool { return !w.suits(x) && x.Account != w.Second })
	var who []access.AccountID
	for _, x := range supply.Workers {
		who = append(who, x.Account)
	}
	if len(who) == 0 {
		return nil, nil
	}
	// A day more on both sides: zones, and travel over midnight.
	from, to := w.From.Add(-1).Midnight(), w.To.Add(2).Midnight()
	if supply.Busy, err = tx.Busy(ctx, who, from, to); err != nil {
		return nil, err
	}
	if office, ok := supply.office(w); ok && office != "" {
		if err := supply.readRooms(ctx, tx, office, from, to); err != nil {
			return nil, err
		}
	}
	supply.Near, err = near(ctx, tx, whose.Person, from, to)
	return Search(supply, w, tx.Now(), limit), err
}

// may asks leave, and tells for whom the search is.
func (w Wanted) may(ctx context.Context, tx Tx, by access.Actor) (wall.Object, error) {
	inside := by.Is(access.Worker, w.Unit) || by.Is(access.Coordinator, w.Unit) || by.System
	if w.For == (Target{}) {
		if !inside {
			return wall.Object{}, notFound()
		}
		return wall.Object{}, nil
	}
	kind, object := access.Episode, string(w.For.Episode)
	if w.For.Request != "" {
		kind, object = access.Request, string(w.For.Request)
	}
	if !by.System {
		if _, err := tx.Granted(ctx, by, kind, object); err != nil {
			return wall.Object{}, err
		}
	}
	return w.For.party(ctx, tx)
}

// workersFor are the unit's workers who may serve the client, and the client's own from wherever.
func workersFor(ctx context.Context, tx Tx, w Wanted, whose wall.Object) ([]organization.Worker, error) {
	workers, err := tx.Workers(ctx, w.Unit)
	if err != nil {
		return nil, err
	}
	for _, who := range []access.AccountID{whose.Worker, w.Second} {
		if who == "" || slices.ContainsFunc(workers, func(x organization.Worker) bool { return x.Account == who }) {
			continue
		}
		own, err := tx.Worker(ctx, who)
		if err != nil {
			return nil, err
		}
		workers = append(workers, own)
	}
	around, err := wall.Around(ctx, tx, whose.Person)
	return slices.DeleteFunc(workers, func(x organization.Worker) bool { return around.Stand(x.Account) }), err
}

func (w Wanted) complete(today calendar.Date) (Wanted, error) {
	var form fault.Form
	w.PlaceKind = cmp.Or(w.PlaceKind, Office)
	w.From = max(cmp.Or(w.From, today), today)
	w.To = cmp.Or(w.To, w.From.Add(defaultDays))
	if w.Minutes < step || w.Minutes > 480 {
		form.Add("minutes", "appointment.minutes")
	}
	if !slices.Contains([]string{Office, Home, Agreed}, w.PlaceKind) {
		form.Add("place-kind", "form.choice")
	}
	if w.To < w.From || w.To > w.From.Add(searchDays) {
		form.Add("to", "appointment.range", "max", searchDays)
	}
	return w, form.Err()
}

// Search finds the first free times. It is pure: the same supply, wish and moment give the same answer.
func Search(s Supply, w Wanted, now time.Time, limit int) []Free {
	w.PlaceKind = cmp.Or(w.PlaceKind, Office)
	office, ok := s.office(w)
	if !ok {
		return nil
	}
	busy := map[access.AccountID][]Busy{}
	for _, b := range s.Busy {
		busy[b.Worker] = append(busy[b.Worker], b)
	}
	var out []Free
	for day := w.From; day <= w.To && len(out) < limit; day = day.Add(1) {
		var today []timed
		beginnings := s.withRoom(quarters(day, s.Zone, w, now.Add(leadTime)), w, office)
		for _, x := range s.Workers {
			if len(beginnings) > 0 && w.suits(x) && !away(x, day) {
				today = append(today, s.day(x, beginnings, w, office, busy[x.Account])...)
			}
		}
		today = s.withSecond(today, w, day, beginnings, office, busy)
		slices.SortStableFunc(today, func(a, b timed) int {
			return cmp.Or(a.starts.Compare(b.starts), cmp.Compare(a.WorkerName, b.WorkerName), cmp.Compare(a.Worker, b.Worker))
		})
		for _, t := range today[:min(len(today), limit-len(out))] {
			out = append(out, t.Free)
		}
	}
	return out
}

type timed struct {
	Free
	starts time.Time
}

// office is where an office meeting would be: the wished one, else one in the area, else the first. Not ok when an
// office is wished for and there is none.
func (s Supply) office(w Wanted) (organization.PlaceID, bool) {
	if w.PlaceKind != Office {
		return "", true
	}
	var first organization.PlaceID
	for _, p := range s.Places {
		switch {
		case !p.Active || w.Place != "" && p.ID != w.Place:
		case w.Area == "" || p.Area == w.Area:
			return p.ID, true
		case first == "":
			first = p.ID
		}
	}
	return first, first != ""
}

// suits tells whether the worker serves the wish. No areas or languages of the worker's is no narrowing; a worker who
// has told no kinds of places meets people at the office.
func (w Wanted) suits(x organization.Worker) bool {
	serves := func(list []string, wish string) bool {
		return wish == "" || len(list) == 0 || slices.Contains(list, wish)
	}
	kind := cmp.Or(w.PlaceKind, Office)
	return (w.Worker == "" || x.Account == w.Worker) && serves(x.Languages, string(w.Lang)) && serves(x.Areas, w.Area) &&
		(slices.Contains(x.Places, kind) || len(x.Places) == 0 && kind == Office)
}

func away(x organization.Worker, day calendar.Date) bool {
	return slices.ContainsFunc(x.Absences, func(a organization.Absence) bool { return a.First <= day && day <= a.Last })
}

// quarter is one possible beginning of a day.
type quarter struct {
	at     calendar.Local
	starts time.Time
}

// quarters are the beginnings that a day has: none that the spring night skips, the first of those the autumn night has
// twice. They are worked out once for all workers.
func quarters(day calendar.Date, zone string, w Wanted, from time.Time) []quarter {
	var out []quarter
	for m := 0; m < 24*60; m += step {
		at := calendar.Local{Day: day, Clock: clock(m), Zone: zone}
		starts, err := at.Instant()
		if err == nil && !starts.Before(from) && (len(w.Parts) == 0 || slices.Contains(w.Parts, at.DayPart())) {
			out = append(out, quarter{at, starts})
		}
	}
	return out
}

// day lists the worker's free times of one day, within working hours as clocks show them there that day.
func (s Supply) day(x organization.Worker, day []quarter, w Wanted, office organization.PlaceID, busy []Busy) []timed {
	var out []timed
	length := time.Duration(w.Minutes) * time.Minute
	for _, h := range x.Hours {
		if h.Weekday != day[0].at.Day.Weekday() {
			continue
		}
		closes := edge(calendar.Local{Day: day[0].at.Day, Clock: h.Closes, Zone: s.Zone})
		for _, q := range day {
			f := Free{Worker: x.Account, WorkerName: x.Name, At: q.at, Minutes: w.Minutes, PlaceKind: w.PlaceKind, Place: office}
			ends := q.starts.Add(length)
			if q.at.Clock < h.Opens || q.at.Clock >= h.Closes || ends.After(closes) {
				continue
			}
			if !taken(busy, f, q.starts, ends, time.Duration(x.TravelMinutes)*time.Minute) && !tooNear(s.Near, f, q.starts, ends) {
				out = append(out, timed{f, q.starts})
			}
		}
	}
	return out
}

// taken tells whether a meeting is too near another. Between two there must be time to travel, unless both are at the
// same office.
func taken(busy []Busy, f Free, starts, ends time.Time, travel time.Duration) bool {
	for _, b := range busy {
		gap := travel
		if f.PlaceKind == Office && b.PlaceKind == Office && (f.Place == b.PlaceID || f.Place == "" || b.PlaceID == "") {
			gap = 0
		}
		if starts.Before(b.Ends.Add(gap)) && b.Starts.Before(ends.Add(gap)) {
			return true
		}
	}
	return false
}

func clock(minutes int) calendar.Clock {
	return calendar.Clock(time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04"))
}

// edge is when working hours end, also where the spring night skips that clock time: then at the moment of the leap.
func edge(l calendar.Local) time.Time {
	for range 24 * 60 / step {
		if t, err := l.Instant(); err == nil {
			return t
		}
		m := l.Clock.Minutes()/step*step + step
		if m >= 24*60 {
			l.Day, m = l.Day.Add(1), 0
		}
		l.Clock = clock(m)
	}
	return time.Time{}
}
