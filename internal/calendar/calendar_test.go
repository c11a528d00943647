package calendar

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
)

func TestLocalInstant(t *testing.T) {
	cases := []struct{ day, clock, want, key string }{
		{"2027-01-19", "17:15", "2027-01-19T15:15:00.000Z", ""},
		{"2027-07-19", "17:15", "2027-07-19T14:15:00.000Z", ""},
		{"2027-03-28", "03:30", "", "calendar.skipped"},         // the night the clock goes forward
		{"2027-10-31", "03:30", "2027-10-31T00:30:00.000Z", ""}, // twice that night: the first
		{"2027-10-31", "04:00", "2027-10-31T02:00:00.000Z", ""},
		{"2027-02-30", "10:00", "", "calendar.date"},
	}
	for _, c := range cases {
		got, err := Local{Date(c.day), Clock(c.clock), "Europe/Helsinki"}.Instant()
		if c.key != "" {
			if !fault.HasKey(err, c.key) {
				t.Errorf("%s %s: got %v, %v, want fault %s", c.day, c.clock, got, err, c.key)
			}
			continue
		}
		if err != nil || Stamp(got) != c.want {
			t.Errorf("%s %s: got %s, %v, want %s", c.day, c.clock, Stamp(got), err, c.want)
		}
	}
}

func TestDayPart(t *testing.T) {
	for _, c := range []struct{ day, clock, want string }{
		{"2027-03-05", "16:59", "office-hours"}, {"2027-03-05", "17:00", "evening"}, {"2027-03-05", "07:45", "evening"},
		{"2027-03-06", "12:00", "weekend"}, {"2027-03-07", "16:00", "weekend"},
	} {
		if got := (Local{Date(c.day), Clock(c.clock), "Europe/Helsinki"}).DayPart(); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.day, c.clock, got, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	if d, err := ParseDate("19.1.2027"); err != nil || d != "2027-01-19" || d.Weekday() != 2 || d.Month() != "2027-01" || d.Add(14) != "2027-02-02" {
		t.Errorf("ParseDate: %v %v", d, err)
	}
	for _, s := range []string{"", "31.2.2027", "2027-13-01", "0001-01-01", "<script>"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %s, want a fault", s, d)
		}
	}
	for in, want := range map[string]Clock{"17:15": "17:15", "17.15": "17:15", "9": "09:00"} {
		if c, err := ParseClock(in); err != nil || c != want {
			t.Errorf("ParseClock(%q) = %s, %v, want %s", in, c, err, want)
		}
	}
	if c, err := ParseClock("24:00"); err == nil {
		t.Errorf("ParseClock(24:00) = %s, want a fault", c)
	}
	if _, err := Zone("../../etc/passwd"); err == nil {
		t.Error("Zone accepted a path")
	}
}

func TestStampRoundTrip(t *testing.T) {
	at := time.Date(2027, 1, 12, 21, 40, 0, 123e6, time.UTC)
	if back, err := ParseStamp(Stamp(at)); err != nil || !back.Equal(at) {
		t.Errorf("got %v, %v, want %v", back, err, at)
	}
	if Stamp(time.Time{}) != "" {
		t.Error("the zero time has no stamp")
	}
}
