package outgoing

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

const helsinki = "Europe/Helsinki"

// phone is A-24's: text messages from ten to fourteen, somebody else may read, until the end of March.
func phone() person.SafeContact {
	return person.SafeContact{Person: "p", Channel: person.SMS, Address: seal.Of("040 555 0200"), HourFrom: 10, HourTo: 14,
		Others: person.OthersYes, LastDay: "2027-03-31"}
}

func at(t *testing.T, day, clock string) time.Time {
	t.Helper()
	i, err := calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: helsinki}.Instant()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestGate(t *testing.T) {
	for name, c := range map[string]struct {
		change     func(*person.SafeContact)
		kind       Kind
		day, clock string
		never      Why
		to, at     string // when it may leave
	}{
		"within the hours: now":             {kind: Moved, day: "2027-03-08", clock: "11:20", to: "2027-03-08", at: "11:20"},
		"the first minute":                  {kind: Moved, day: "2027-03-08", clock: "10:00", to: "2027-03-08", at: "10:00"},
		"before them: the same day at ten":  {kind: Moved, day: "2027-03-08", clock: "06:31", to: "2027-03-08", at: "10:00"},
		"after them: tomorrow at ten":       {kind: Moved, day: "2027-03-07", clock: "20:05", to: "2027-03-08", at: "10:00"},
		"at their end: tomorrow":            {kind: Moved, day: "2027-03-07", clock: "14:00", to: "2027-03-08", at: "10:00"},
		"the last day":                      {kind: Moved, day: "2027-03-31", clock: "13:59", to: "2027-03-31", at: "13:59"},
		"the last day's hours are over":     {kind: Moved, day: "2027-03-31", clock: "14:00", never: Ended},
		"1.4.":                              {kind: Moved, day: "2027-04-01", clock: "10:30", never: Ended},
		"nobody may be reached by default":  {change: func(c *person.SafeContact) { *c = person.SafeContact{} }, kind: Moved, day: "2027-03-08", clock: "11:00", never: NoContact},
		"do not contact me":                 {change: func(c *person.SafeContact) { c.Channel = person.None }, kind: Moved, day: "2027-03-08", clock: "11:00", never: NoContact},
		"calls are for people":              {change: func(c *person.SafeContact) { c.Channel = person.Call }, kind: Moved, day: "2027-03-08", clock: "11:00", never: NoContact},
		"e-mail":                            {change: func(c *person.SafeContact) { c.Channel = person.Email }, kind: Moved, day: "2027-03-08", clock: "11:00", to: "2027-03-08", at: "11:00"},
		"reminders unless asked for: never": {kind: Reminder, day: "2027-03-08", clock: "11:00", never: Unwanted},
		"reminders that were asked for":     {change: func(c *person.SafeContact) { c.Reminders = true }, kind: Reminder, day: "2027-03-08", clock: "11:00", to: "2027-03-08", at: "11:00"},
		"ask again: the first":              {change: func(c *person.SafeContact) { c.AskAgain = true }, kind: Moved, day: "2027-03-08", clock: "11:00", to: "2027-03-08", at: "11:00"},
		"ask again: no second":              {change: func(c *person.SafeContact) { c.AskAgain, c.Spent = true, "m" }, kind: Moved, day: "2027-03-08", clock: "11:00", never: Spent},
		"an address that was forgotten":     {change: func(c *person.SafeContact) { c.Address = seal.Text{} }, kind: Moved, day: "2027-03-08", clock: "11:00", never: Ended},
		"until midnight":                    {change: func(c *person.SafeContact) { c.HourFrom, c.HourTo = 22, 24 }, kind: Moved, day: "2027-03-08", clock: "23:59", to: "2027-03-08", at: "23:59"},
		// 28.3.2027 the clock goes from three to four, 31.10.2027 from four back to three.
		"the hour that the spring night skips": {change: func(c *person.SafeContact) { c.HourFrom, c.HourTo = 3, 4 }, kind: Moved, day: "2027-03-27", clock: "04:10", to: "2027-03-29", at: "03:00"},
		"hours that begin in the skipped one":  {change: func(c *person.SafeContact) { c.HourFrom, c.HourTo = 3, 6 }, kind: Moved, day: "2027-03-28", clock: "01:00", to: "2027-03-28", at: "04:00"},
		"the night before clocks change":       {kind: Moved, day: "2027-03-27", clock: "20:00", to: "2027-03-28", at: "10:00"},
		"the autumn night":                     {change: func(c *person.SafeContact) { c.LastDay = "2027-12-31" }, kind: Moved, day: "2027-10-30", clock: "20:00", to: "2027-10-31", at: "10:00"},
	} {
		permission := phone()
		if c.change != nil {
			c.change(&permission)
		}
		v := Gate(permission, helsinki, c.kind, at(t, c.day, c.clock))
		want := Verdict{Never: c.never}
		if c.never == "" {
			want.At = at(t, c.to, c.at)
		}
		if v != want {
			t.Errorf("%s: got %+v, want %+v", name, v, want)
		}
	}
	if v := Gate(phone(), "Nowhere/Never", Moved, at(t, "2027-03-08", "11:00")); v.Never != Ended {
		t.Errorf("where no clock can be read: got %+v", v)
	}
}

// Whatever a permission says and wherever the unit is: what leaves, leaves within its hours and days, never before it
// was left, and as soon as the permission allows. Clock changes of the northern, the southern and the half-hour kind.
func TestGateHolds(t *testing.T) {
	dice := rand.New(rand.NewPCG(24, 188))
	zones := []string{helsinki, "Europe/Mariehamn", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/GMT+12"}
	channels := []person.Channel{person.None, person.Call, person.SMS, person.Email}
	begin := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 5000 {
		from := dice.IntN(24)
		c := person.SafeContact{Channel: channels[dice.IntN(4)], Address: seal.Of("a"), HourFrom: from, HourTo: from + 1 + dice.IntN(24-from),
			LastDay: calendar.DateOf(begin, time.UTC).Add(dice.IntN(420)), Reminders: dice.IntN(2) == 0, AskAgain: dice.IntN(2) == 0}
		if dice.IntN(3) == 0 {
			c.Spent = "m"
		}
		kind := []Kind{Offered, Moved, Reminder, Cancelled}[dice.IntN(4)]
		zone := zones[dice.IntN(len(zones))]
		now := begin.Add(time.Duration(dice.IntN(365*24*60)) * time.Minute)
		if err := holds(c, zone, kind, now, Gate(c, zone, kind, now)); err != nil {
			t.Fatalf("%v (hours %d–%d until %s, %s, %s at %s)", err, c.HourFrom, c.HourTo, c.LastDay, kind, zone, now)
		}
	}
}

// open tells of one instant alone, without looking ahead.
func open(c person.SafeContact, zone string, i time.Time) bool {
	l := calendar.LocalOf(i, zone)
	return l.Day <= c.LastDay && l.Clock.Minutes() >= c.HourFrom*60 && l.Clock.Minutes() < c.HourTo*60
}

func holds(c person.SafeContact, zone string, k Kind, now time.Time, v Verdict) error {
	silent := c.Channel == person.None || c.Channel == person.Call || k == Reminder && !c.Reminders || c.AskAgain && c.Spent != ""
	switch {
	case silent && v.Never == "":
		return fmt.Errorf("a message without leave: %+v", v)
	case silent:
		return nil
	case v.Never == "" && (v.At.Before(now) || !open(c, zone, v.At)):
		return fmt.Errorf("leaves at %s", calendar.LocalOf(v.At, zone))
	case v.Never != "" && v.Never != Ended:
		return fmt.Errorf("refused for %s", v.Never)
	}
	end := v.At // nothing was open before it; and where nothing is, for longer than any night
	if v.Never != "" {
		end = now.Add(80 * time.Hour)
	}
	for i := now; i.Before(end); i = i.Add(5 * time.Minute) {
		if open(c, zone, i) {
			return fmt.Errorf("waits past %s", calendar.LocalOf(i, zone))
		}
	}
	return nil
}

func TestEveningBefore(t *testing.T) {
	meeting := calendar.Local{Day: "2027-03-09", Clock: "17:15", Zone: helsinki}
	for name, c := range map[string]struct {
		from, to int
		now      string
		want     string
	}{
		"the usual hour":            {8, 20, "08:00", "17:00"},
		"the last hour allowed":     {10, 14, "08:00", "13:00"},
		"the first hour allowed":    {18, 22, "08:00", "18:00"},
		"the evening has begun":     {8, 20, "17:00", ""},
		"until midnight":            {23, 24, "08:00", "23:00"},
		"no hour is too early, too": {0, 1, "08:00", ""},
	} {
		p := phone()
		p.HourFrom, p.HourTo = c.from, c.to
		got, want := EveningBefore(p, meeting, usualHour, at(t, "2027-03-08", c.now)), time.Time{}
		if c.want != "" {
			want = at(t, "2027-03-08", c.want)
		}
		if !got.Equal(want) {
			t.Errorf("%s: got %s, want %q", name, got, c.want)
		}
	}
	p := phone()
	p.HourFrom, p.HourTo = 3, 4
	if got := EveningBefore(p, calendar.Local{Day: "2027-03-29", Clock: "12:00", Zone: helsinki}, usualHour, at(t, "2027-03-27", "12:00")); !got.Equal(at(t, "2027-03-28", "04:00")) {
		t.Errorf("on the day whose third hour is skipped: %s", got)
	}
}
