package organization

import (
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
)

func TestOpenings(t *testing.T) {
	week := []Opening{
		{Channel: "chat", Weekday: 6, Opens: "16:00", Closes: "20:00"},
		{Channel: "chat", Weekday: 6, Opens: "12:00", Closes: "15:00"},
		{Channel: "chat", Weekday: 2, Opens: "18:00", Closes: "20:00"},
		{Channel: "telephone", Weekday: 7, Opens: "10:00", Closes: "11:00"},
	}
	for _, c := range []struct {
		day     calendar.Date
		clock   calendar.Clock
		open    bool
		nextDay calendar.Date
		next    calendar.Clock
	}{
		{"2027-03-06", "11:59", false, "2027-03-06", "12:00"}, // Saturday
		{"2027-03-06", "12:00", true, "2027-03-06", "16:00"},
		{"2027-03-06", "15:00", false, "2027-03-06", "16:00"},
		{"2027-03-06", "19:59", true, "2027-03-09", "18:00"},
		{"2027-03-09", "18:00", true, "2027-03-13", "12:00"},
		{"2027-03-13", "20:00", false, "2027-03-16", "18:00"},
	} {
		at := calendar.Local{Day: c.day, Clock: c.clock, Zone: "Europe/Helsinki"}
		if _, open := OpenAt(week, "chat", at); open != c.open {
			t.Errorf("%s %s: open = %v, want %v", c.day, c.clock, open, c.open)
		}
		if o, day, ok := NextOpening(week, "chat", at); !ok || day != c.nextDay || o.Opens != c.next {
			t.Errorf("%s %s: next = %s %s %v, want %s %s", c.day, c.clock, day, o.Opens, ok, c.nextDay, c.next)
		}
	}
}

// One stretch a week: just after it has begun, the next is a week ahead.
func TestNextOpeningIsAWeekAhead(t *testing.T) {
	week := []Opening{{Channel: "chat", Weekday: 6, Opens: "12:00", Closes: "15:00"}}
	_, day, ok := NextOpening(week, "chat", calendar.Local{Day: "2027-03-06", Clock: "12:00"})
	if !ok || day != "2027-03-13" {
		t.Errorf("got %s %v, want the Saturday after", day, ok)
	}
	if _, _, ok := NextOpening(week, "telephone", calendar.Local{Day: "2027-03-06", Clock: "12:00"}); ok {
		t.Error("a channel that is never answered has no next opening")
	}
}
