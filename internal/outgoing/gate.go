package outgoing

import (
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/person"
)

// Why is why a message may never leave.
type Why string

// The reasons. Some are the client's wish and tell nobody anything; those that leave a client untold are told to staff.
const (
	NoContact Why = "none"      // no message was ever allowed
	Unwanted  Why = "unwanted"  // reminders were not asked for
	Ended     Why = "ended"     // the last day is over, or no allowed hour comes before it is
	Spent     Why = "spent"     // one has left; it is to be asked again first
	Late      Why = "late"      // no allowed hour comes before the meeting
	Refused   Why = "refused"   // the number or address does not take it
	NoSender  Why = "no-sender" // this house sends nothing that way
)

// Verdict is the gate's answer: never, or not before an instant. Now is an instant that is not in the future.
type Verdict struct {
	Never Why
	At    time.Time
}

// Gate decides about one message of one kind to whoever gave the permission: now, wait until an instant, or never.
// Whatever was not said is not allowed (D-188).
func Gate(c person.SafeContact, zone string, k Kind, now time.Time) Verdict {
	switch {
	case c.Channel != person.SMS && c.Channel != person.Email:
		return Verdict{Never: NoContact}
	case k == Reminder && !c.Reminders:
		return Verdict{Never: Unwanted}
	case c.AskAgain && c.Spent != "":
		return Verdict{Never: Spent}
	}
	at, ok := allowed(c, zone, now)
	if !ok || c.Address.Empty() {
		return Verdict{Never: Ended}
	}
	return Verdict{At: at}
}

// step is the grain in which clocks of the world differ: no hour begins between two steps.
const step = 15 * time.Minute

// allowed is the first instant from now on that lies within the permission's hours and days, as clocks in the zone
// show them: the hour that the spring night skips never comes, and the one that the autumn night has twice comes twice.
func allowed(c person.SafeContact, zone string, now time.Time) (time.Time, bool) {
	z, err := calendar.Zone(zone)
	if err != nil {
		return time.Time{}, false // whose clock is unknown is not written to
	}
	// Three days hold every clock time at least once, whatever one night skips.
	for at := now; at.Before(now.Add(72 * time.Hour)); at = at.Truncate(step).Add(step) {
		local := at.In(z)
		if calendar.DateOf(at, z) > c.LastDay {
			return time.Time{}, false
		}
		if local.Hour() >= c.HourFrom && local.Hour() < c.HourTo {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// EveningBefore is when a reminder of a meeting is to leave: the day before at the given hour, or at the allowed hour
// that is nearest to it. Zero when that has passed.
func EveningBefore(c person.SafeContact, meeting calendar.Local, hour int, now time.Time) time.Time {
	hour = max(c.HourFrom, min(hour, c.HourTo-1))
	day := calendar.Local{Day: meeting.Day.Add(-1), Clock: calendar.ClockAt(hour), Zone: meeting.Zone}
	at, err := day.Instant()
	if err != nil { // the hour that the spring night skips
		day.Clock = calendar.ClockAt(min(hour+1, 23))
		at, err = day.Instant()
	}
	if err != nil || !at.After(now) {
		return time.Time{}
	}
	return at
}
