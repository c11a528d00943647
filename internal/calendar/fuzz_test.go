package calendar

import (
	"testing"
	"time"
)

// What is read as a date, a clock time or an instant is one, and is read again as the same.
func FuzzTyped(f *testing.F) {
	for _, s := range []string{"", "2027-03-28", "28.3.2027", "1.1.", "2027-02-30", "17:15", "17.15", "24:00", "9", "02:30", "2027-01-12T09:00:00.000Z", "2027-01-12T09:00:00Z", "-1", "٣:٠٠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil {
			if again, err := ParseDate(string(d)); err != nil || again != d {
				t.Errorf("%q is the day %q and then %q: %v", s, d, again, err)
			}
			if d.Add(1) <= d {
				t.Errorf("the day after %q is %q", d, d.Add(1))
			}
		}
		if c, err := ParseClock(s); err == nil {
			if n := c.Minutes(); n < 0 || n >= 24*60 || len(c) != 5 {
				t.Errorf("%q is the clock time %q, %d minutes", s, c, n)
			}
			for _, day := range []Date{"2027-03-28", "2027-10-31", "2027-06-01"} {
				at, err := Local{Day: day, Clock: c, Zone: "Europe/Helsinki"}.Instant()
				if err == nil && LocalOf(at, "Europe/Helsinki").Clock != c {
					t.Errorf("%s %s is the instant %s", day, c, at)
				}
			}
		}
		if at, err := ParseStamp(s); err == nil {
			if again, err := ParseStamp(Stamp(at)); err != nil || !again.Equal(at.Truncate(time.Millisecond)) {
				t.Errorf("%q is %v and then %v: %v", s, at, again, err)
			}
		}
	})
}
