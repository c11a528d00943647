package volunteer_test

import (
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

func mark(what string, day calendar.Date) volunteer.Mark { return volunteer.Mark{What: what, Day: day} }

// who may be offered what, on the last day and the day after it.
func TestMay(t *testing.T) {
	m, _ := storagetest.Models(t).Latest("volunteering")
	line := []volunteer.Mark{mark("induction", "2026-01-01"), mark("line-basic", "2026-01-01"), mark("line-further", "2026-07-16")}
	family := []volunteer.Mark{mark("induction", "2027-01-01")}
	for name, c := range map[string]struct {
		task string
		v    volunteer.Volunteer
		on   calendar.Date
		want string
	}{
		"all there":                {"answer-line", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"answer-line"}, Trainings: line}}, "2027-07-16", ""},
		"a day too old":            {"answer-line", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"answer-line"}, Trainings: line}}, "2027-07-17", "volunteer.may-old"},
		"one missing":              {"answer-line", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"answer-line"}, Trainings: line[:2]}}, "2026-08-01", "volunteer.may-training"},
		"not chosen":               {"answer-line", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Trainings: line}}, "2026-08-01", "volunteer.may-not-chosen"},
		"induction under way":      {"answer-line", volunteer.Volunteer{State: volunteer.Induction, Path: volunteer.Path{Tasks: []string{"answer-line"}, Trainings: line}}, "2026-08-01", "volunteer.may-not-yet"},
		"stopped":                  {"answer-line", volunteer.Volunteer{State: volunteer.Stopped, Path: volunteer.Path{Tasks: []string{"answer-line"}, Trainings: line}}, "2026-08-01", "volunteer.may-stopped"},
		"the day before the break": {"family-day", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"family-day"}, Trainings: family, Extract: volunteer.Extract{Day: "2027-04-15"}, Pause: volunteer.Pause{From: "2027-06-01", Until: "2027-08-31"}}}, "2027-05-31", ""},
		"on a break":               {"family-day", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"family-day"}, Trainings: family, Extract: volunteer.Extract{Day: "2027-04-15"}, Pause: volunteer.Pause{From: "2027-06-01", Until: "2027-08-31"}}}, "2027-06-01", "volunteer.may-pause"},
		"meant to be back":         {"family-day", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"family-day"}, Trainings: family, Extract: volunteer.Extract{Day: "2027-04-15"}, Pause: volunteer.Pause{From: "2027-06-01", Until: "2027-08-31"}}}, "2027-09-01", "volunteer.may-pause"},
		"no extract":               {"family-day", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"family-day"}, Trainings: family}}, "2027-05-29", "volunteer.may-extract"},
		"the extract's last day":   {"family-day", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"family-day"}, Trainings: family, Extract: volunteer.Extract{Day: "2025-05-29"}}}, "2027-05-29", ""},
		"the extract a day older":  {"family-day", volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Tasks: []string{"family-day"}, Trainings: family, Extract: volunteer.Extract{Day: "2025-05-28"}}}, "2027-05-29", "volunteer.may-extract-old"},
		"no such task":             {"dancing", volunteer.Volunteer{State: volunteer.Active}, "2027-05-29", "not-found"},
	} {
		err := volunteer.May(m, c.v, c.task, c.on)
		got := ""
		if err != nil {
			got = fault.Of(err).Key
			for _, lang := range locale.Langs() {
				if text := locale.For(lang).Fault(err); len(text) < 20 {
					t.Errorf("%s: %s says %q", name, lang, text)
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// what is owed, by when, and when it is late. During a break nothing falls due.
func TestOwed(t *testing.T) {
	m, _ := storagetest.Models(t).Latest("volunteering")
	v := volunteer.Volunteer{State: volunteer.Active, Path: volunteer.Path{Began: "2027-01-10", Tasks: []string{"answer-line"}}}
	owed := func(right string, today calendar.Date) (volunteer.Due, bool) {
		all := volunteer.Owed(m, v, today)
		i := slices.IndexFunc(all, func(d volunteer.Due) bool { return d.Right == right })
		if i < 0 {
			return volunteer.Due{}, false
		}
		return all[i], true
	}
	for _, c := range []struct {
		name, right string
		change      func()
		today       calendar.Date
		by          calendar.Date
		late, owed  bool
	}{
		{"the induction's last day", "induction", func() {}, "2027-02-09", "2027-02-09", false, true},
		{"the day after", "induction", func() {}, "2027-02-10", "2027-02-09", true, true},
		{"on a break", "induction", func() { v.Path.Pause.From = "2027-02-01" }, "2027-02-10", "2027-02-09", false, true},
		{"given", "induction", func() { v.Path.Pause.From, v.Path.Trainings = "", []volunteer.Mark{mark("induction", "2027-02-08")} }, "2027-03-10", "", false, true},
		{"the first talk", "support-talk", func() {}, "2027-03-11", "2027-03-11", false, true},
		{"the next talk", "support-talk", func() { v.Path.Given = []volunteer.Mark{mark("support-talk", "2027-02-28")} }, "2027-08-29", "2027-08-28", true, true},
		{"supervision of a task", "supervision", func() {}, "2027-03-11", "2028-01-10", false, true},
		{"of another task", "group-start", func() {}, "2027-03-11", "", false, false},
		{"who has stopped", "support-talk", func() { v.State = volunteer.Stopped }, "2029-03-11", "", false, false},
	} {
		c.change()
		d, ok := owed(c.right, c.today)
		if ok != c.owed || d.By != c.by || d.Late != c.late {
			t.Errorf("%s: %+v, %v; want by %s, late %v, owed %v", c.name, d, ok, c.by, c.late, c.owed)
		}
	}
}

func TestLater(t *testing.T) {
	for _, c := range []struct {
		day    calendar.Date
		months int
		want   calendar.Date
	}{{"2027-01-31", 1, "2027-02-28"}, {"2028-02-29", 12, "2029-02-28"}, {"2027-11-15", 3, "2028-02-15"}, {"2027-01-10", -12, "2026-01-10"}} {
		if got := volunteer.Later(c.day, c.months); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.day, c.months, got, c.want)
		}
	}
}

// A letter waits for the end of the quiet hours, over midnight too.
func TestLoud(t *testing.T) {
	for _, c := range []struct {
		now      string
		from, to int
		want     string
	}{
		{"2027-01-12T20:59", 21, 8, "2027-01-12T20:59"}, {"2027-01-12T21:00", 21, 8, "2027-01-13T08:00"}, {"2027-01-13T07:59", 21, 8, "2027-01-13T08:00"}, {"2027-01-13T08:00", 21, 8, "2027-01-13T08:00"},
		{"2027-01-12T13:30", 13, 14, "2027-01-12T14:00"}, {"2027-01-12T03:00", 9, 9, "2027-01-12T03:00"},
		{"2027-03-28T01:00", 21, 3, "2027-03-28T02:00"}, // the clock that the spring night skips
	} {
		at := func(s string) time.Time {
			t.Helper()
			when, err := calendar.Local{Day: calendar.Date(s[:10]), Clock: calendar.Clock(s[11:]), Zone: "Europe/Helsinki"}.Instant()
			if err != nil {
				t.Fatal(err)
			}
			return when
		}
		if got := volunteer.Loud(at(c.now), "Europe/Helsinki", c.from, c.to); !got.Equal(at(c.want)) {
			t.Errorf("%s, quiet from %d to %d: %s, want %s", c.now, c.from, c.to, got, c.want)
		}
	}
}
