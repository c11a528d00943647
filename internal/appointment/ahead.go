package appointment

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Week is how full a coming week is, of all workers of a unit together.
type Week struct {
	First  calendar.Date  // a Monday, or today
	Last   calendar.Date  // a Sunday
	Booked int            // times of workers that are taken
	Free   int            // meetings that still fit, one after the other
	Parts  map[string]int // those by part of day
}

// LeastWorkers is of how many workers a load is told: of fewer it would be somebody's own.
const LeastWorkers = 2

// Ahead counts the coming weeks of a unit, for whoever coordinates it: times that are taken and times that are left, of meetings this long at its first office. It names
// no worker; workers is how many have hours at all.
func Ahead(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, minutes, weeks int) (out []Week, workers int, err error) {
	if !by.System && !by.Is(access.Coordinator, unit) {
		return nil, 0, notFound()
	}
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return nil, 0, err
	}
	w := Wanted{Unit: unit, Minutes: minutes, From: calendar.LocalOf(tx.Now(), u.Zone).Day}
	w.To = w.From.Add(7*weeks - w.From.Weekday()) // up to a Sunday
	if w, err = w.complete(w.From); err != nil {
		return nil, 0, err
	}
	s := Supply{Zone: u.Zone}
	if s.Workers, err = tx.Workers(ctx, unit); err != nil {
		return nil, 0, err
	}
	if s.Places, err = tx.Places(ctx, unit); err != nil {
		return nil, 0, err
	}
	s.Workers = slices.DeleteFunc(s.Workers, func(x organization.Worker) bool { return len(x.Hours) == 0 })
	var who []access.AccountID
	for _, x := range s.Workers {
		who = append(who, x.Account)
	}
	if len(who) == 0 {
		return nil, 0, nil
	}
	from, to := w.From.Midnight(), w.To.Add(2).Midnight()
	if s.Busy, err = tx.Busy(ctx, who, from.AddDate(0, 0, -1), to); err != nil {
		return nil, 0, err
	}
	if office, ok := s.office(w); ok && office != "" {
		if err := s.readRooms(ctx, tx, office, from, to); err != nil {
			return nil, 0, err
		}
	}
	return s.ahead(w, tx.Now()), len(who), nil
}

// ahead puts taken and free times into their weeks. Free ones that overlap are one: the first of each worker, and then the next that does not.
func (s Supply) ahead(w Wanted, now time.Time) (out []Week) {
	for day := w.From; day <= w.To; day = day.Add(8 - day.Weekday()) {
		out = append(out, Week{First: day, Last: day.Add(7 - day.Weekday()), Parts: map[string]int{}})
	}
	week := func(day calendar.Date) *Week {
		i, _ := slices.BinarySearchFunc(out, day, func(x Week, d calendar.Date) int { return cmp.Compare(x.First, d) })
		if i == len(out) || out[i].First > day {
			i--
		}
		if i < 0 || day > w.To {
			return nil
		}
		return &out[i]
	}
	for _, b := range s.Busy {
		if x := week(calendar.LocalOf(b.Starts, s.Zone).Day); x != nil && b.Starts.After(now) {
			x.Booked++
		}
	}
	ends := map[access.AccountID]time.Time{}
	for _, f := range Search(s, w, now, 1<<20) {
		starts, err := f.At.Instant()
		if x := week(f.At.Day); err == nil && x != nil && !starts.Before(ends[f.Worker]) {
			x.Free++
			x.Parts[f.At.DayPart()]++
			ends[f.Worker] = starts.Add(time.Duration(w.Minutes) * time.Minute)
		}
	}
	return out
}
