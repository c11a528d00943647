package circle

import (
	"cmp"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

// Dates are the days of a group's meetings: one every so many weeks, on one weekday. The clock stays over summer time.
func Dates(first calendar.Date, weeks, number int) []calendar.Date {
	out := make([]calendar.Date, number)
	for i := range out {
		out[i] = first.Add(7 * weeks * i)
	}
	return out
}

// Schedule is a group's meetings as data that others may read: iCalendar's recurrence as HSDS names it (A-22, D-160). It
// has no link, no leader and nobody who takes part.
type Schedule struct {
	Freq      string        // WEEKLY
	Interval  int           // weeks
	Count     int           // meetings, as set beforehand
	Day       string        // ByDay of iCalendar: MO … SU
	Start     calendar.Date // DTSTART
	ValidFrom calendar.Date
	ValidTo   calendar.Date // the last meeting as things stand
	Opens     calendar.Clock
	Closes    calendar.Clock
	Zone      string // IANA name
}

var weekdays = [...]string{1: "MO", 2: "TU", 3: "WE", 4: "TH", 5: "FR", 6: "SA", 7: "SU"}

// ScheduleOf is a group's schedule. Meetings that were moved change its last day alone.
func ScheduleOf(c Circle) Schedule {
	end := (c.First.Clock.Minutes() + c.Minutes) % (24 * 60)
	return Schedule{Freq: "WEEKLY", Interval: c.Weeks, Count: c.Number, Day: weekdays[c.First.Day.Weekday()], Start: c.First.Day, ValidFrom: c.First.Day,
		ValidTo: c.Last, Opens: c.First.Clock, Closes: clock(end), Zone: c.First.Zone}
}

func clock(minutes int) calendar.Clock {
	return calendar.Clock(time.Date(1, 1, 1, minutes/60, minutes%60, 0, 0, time.UTC).Format("15:04"))
}

// Split is who takes part and who waits, in the order in which they came: a place that becomes free is the next one's, and
// nobody decides it.
func Split(all []Participant, places int) (in, waiting []Participant) {
	n := min(len(all), places)
	return all[:n], all[n:]
}

// Next is the first meeting that is still to come and not called off.
func Next(all []Meeting, now time.Time) (Meeting, bool) {
	i := slices.IndexFunc(all, func(m Meeting) bool { return m.State == Planned && m.Starts.After(now) })
	if i < 0 {
		return Meeting{}, false
	}
	return all[i], true
}

// lastDay is the last day on which any of the meetings stands.
func lastDay(all []Meeting) (day calendar.Date) {
	for _, m := range all {
		day = max(day, m.At.Day)
	}
	return day
}

// Chosen are the topics of the meetings by their numbers: of each the one with the most votes for it, and of those that
// have as many the one that was proposed first. A topic that was talked about is not chosen again. Nobody else has a say.
func Chosen(topics []Topic, tallies []Tally, upTo int) map[int]TopicID {
	order := map[TopicID]int{}
	for i, t := range topics {
		order[t.ID] = i
	}
	out, used := map[int]TopicID{}, map[TopicID]bool{}
	for no := 1; no <= upTo; no++ {
		best := Tally{}
		for _, t := range tallies {
			_, there := order[t.Topic]
			if t.No != no || t.Votes == 0 || used[t.Topic] || !there {
				continue
			}
			if best.Votes == 0 || cmp.Or(cmp.Compare(t.Votes, best.Votes), cmp.Compare(order[best.Topic], order[t.Topic])) > 0 {
				best = t
			}
		}
		if best.Votes > 0 {
			out[no], used[best.Topic] = best.Topic, true
		}
	}
	return out
}

// around holds a meeting's new time against its neighbours': numbers and days go together.
func around(all []Meeting, no int, starts time.Time) error {
	for _, m := range all {
		if m.State == Cancelled || m.No == no {
			continue
		}
		if m.No < no && !m.Starts.Before(starts) || m.No > no && !m.Starts.After(starts) {
			return fault.New(fault.Invalid, "circle.order")
		}
	}
	return nil
}

// Leads tells whether somebody leads the group or one of its meetings that is not yet counted.
func Leads(c Circle, all []Meeting, who access.AccountID) bool {
	if who == "" {
		return false
	}
	return slices.Contains(c.Leaders, who) || slices.ContainsFunc(all, func(m Meeting) bool { return m.Substitute == who && m.State == Planned })
}
