// Package calendar holds days, clock times and local times as people agree on them. The past is an instant in
// UTC; the future is a day, a clock and a zone, because offsets change. All arithmetic is left to package time.
package calendar

import (
	"sync"
	"time"
	_ "time/tzdata" // the zones travel with the binary

	"rinnalla.fi/rinnalla/internal/fault"
)

// Instant is the fixed-width UTC text in which instants are stored and compared.
const Instant = "2006-01-02T15:04:05.000Z"

// Stamp writes an instant as fixed-width UTC text; the zero time is "".
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(Instant)
}

// ParseStamp reads what Stamp wrote.
func ParseStamp(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, ok := readStamp(s); ok {
		return t, nil
	}
	return time.Parse(Instant, s) // which tells what is wrong with it
}

// readStamp reads a stamp by its places: a list of fifty rows holds hundreds of them.
func readStamp(s string) (time.Time, bool) {
	if len(s) != len(Instant) {
		return time.Time{}, false
	}
	for i := range len(s) {
		if digit := Instant[i] >= '0' && Instant[i] <= '9'; digit && (s[i] < '0' || s[i] > '9') || !digit && s[i] != Instant[i] {
			return time.Time{}, false
		}
	}
	at := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day, hour, minute, second := at(0, 4), at(5, 7), at(8, 10), at(11, 13), at(14, 16), at(17, 19)
	t := time.Date(year, time.Month(month), day, hour, minute, second, at(20, 23)*int(time.Millisecond), time.UTC)
	return t, t.Day() == day && int(t.Month()) == month && hour < 24 && minute < 60 && second < 60
}

// Date is a day without a zone, as "2006-01-02". The zero Date is "".
type Date string

// DateOf is the day an instant falls on in a zone.
func DateOf(t time.Time, zone *time.Location) Date { return Date(t.In(zone).Format("2006-01-02")) }

// ParseDate reads "2027-01-19" or the Finnish "19.1.2027".
func ParseDate(s string) (Date, error) {
	for _, layout := range []string{"2006-01-02", "2.1.2006"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return Date(t.Format("2006-01-02")), nil
		}
	}
	return "", fault.New(fault.Invalid, "calendar.date")
}

// Midnight is the day at 00.00 UTC, for arithmetic and formatting only.
func (d Date) Midnight() time.Time {
	t, _ := time.Parse("2006-01-02", string(d))
	return t
}

// Add is the day n days later.
func (d Date) Add(n int) Date { return Date(d.Midnight().AddDate(0, 0, n).Format("2006-01-02")) }

// Month is "2006-01", the grain in which figures are kept.
func (d Date) Month() string {
	if len(d) < 7 {
		return ""
	}
	return string(d[:7])
}

// Weekday is 1 for Monday to 7 for Sunday (ISO 8601).
func (d Date) Weekday() int {
	w := int(d.Midnight().Weekday())
	if w == 0 {
		return 7
	}
	return w
}

// Clock is a time of day as "15:04".
type Clock string

// ParseClock reads "17:15", "17.15" or "17".
func ParseClock(s string) (Clock, error) {
	for _, layout := range []string{"15:04", "15.04", "15"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Clock(t.Format("15:04")), nil
		}
	}
	return "", fault.New(fault.Invalid, "calendar.clock")
}

// Minutes is the clock as minutes after midnight.
func (c Clock) Minutes() int {
	t, err := time.Parse("15:04", string(c))
	if err != nil {
		return 0
	}
	return t.Hour()*60 + t.Minute()
}

// Local is a coming moment as people agree on it.
type Local struct {
	Day   Date
	Clock Clock
	Zone  string // IANA name
}

// Zone finds a zone by its IANA name; an unknown one is a fault.
func Zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fault.New(fault.Invalid, "calendar.zone")
	}
	zones.Store(name, z)
	return z, nil
}

// zones are those that were read: reading one takes as long as a thousand calculations with it, and a search for free
// times makes thousands. Only real names come in, so it cannot grow without end.
var zones sync.Map

// Instant is the moment on the time line. A clock time that the spring night skips is refused with
// "calendar.skipped"; one that the autumn night has twice means the first.
func (l Local) Instant() (time.Time, error) {
	z, err := Zone(l.Zone)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", string(l.Day)+" "+string(l.Clock), z)
	if err != nil {
		return time.Time{}, fault.New(fault.Invalid, "calendar.date")
	}
	if t.Format("15:04") != string(l.Clock) {
		return time.Time{}, fault.New(fault.Invalid, "calendar.skipped")
	}
	// The first of two equal clock times: one hour earlier reads the same where the clock goes back.
	if earlier := t.Add(-time.Hour); earlier.Format("2006-01-02 15:04") == string(l.Day)+" "+string(l.Clock) {
		return earlier.UTC(), nil
	}
	return t.UTC(), nil
}

// LocalOf is an instant as people in the zone read it.
func LocalOf(t time.Time, zone string) Local {
	z, err := Zone(zone)
	if err != nil {
		z = time.UTC
	}
	in := t.In(z)
	return Local{Day: Date(in.Format("2006-01-02")), Clock: Clock(in.Format("15:04")), Zone: zone}
}

// DayPart is when a meeting is, coarse enough to keep: office hours are Monday to Friday 8–17.
func (l Local) DayPart() string {
	switch m := l.Clock.Minutes(); {
	case l.Day.Weekday() >= 6:
		return "weekend"
	case m < 8*60 || m >= 17*60:
		return "evening"
	default:
		return "office-hours"
	}
}

// ClockAt is a full hour's clock: "09:00" of 9. Midnight at a day's end is its last minute.
func ClockAt(hour int) Clock {
	if hour > 23 {
		return "23:59"
	}
	return Clock([]byte{'0' + byte(hour/10), '0' + byte(hour%10), ':', '0', '0'})
}
