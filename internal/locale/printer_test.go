package locale

import (
	"slices"
	"testing"
	"time"

	"golang.org/x/text/language"
	xmessage "golang.org/x/text/message"
	"golang.org/x/text/number"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

func each(t *testing.T, what string, say func(*Printer) string, want ...string) {
	t.Helper()
	for i, l := range Langs() {
		if got := say(For(l)); got != want[i] {
			t.Errorf("%s in %s: got %q, want %q", what, l, got, want[i])
		}
	}
}

func TestDays(t *testing.T) {
	d := calendar.Date("2027-01-19")
	l := calendar.Local{Day: d, Clock: "17:15", Zone: "Europe/Helsinki"}
	each(t, "Day", func(p *Printer) string { return p.Day(d) }, "ti 19.1.", "ti 19.1", "Tue 19 Jan")
	each(t, "DayLong", func(p *Printer) string { return p.DayLong(d) }, "tiistai 19.1.2027", "tisdag 19.1.2027", "Tuesday 19 January 2027")
	each(t, "Moment", func(p *Printer) string { return p.Moment(l) }, "19.1.2027 klo 17.15", "19.1.2027 kl. 17.15", "19 January 2027 at 17:15")
	each(t, "When", func(p *Printer) string { return p.When(l) }, "ti 19.1. klo 17.15", "ti 19.1 kl. 17.15", "Tue 19 Jan at 17:15")
	each(t, "Month", func(p *Printer) string { return p.Month("2027-03") }, "maaliskuu 2027", "mars 2027", "March 2027")
	each(t, "no day", func(p *Printer) string { return p.Day("") + p.DayLong("") + p.Date("") + p.Month("") }, "", "", "")
	each(t, "Sunday", func(p *Printer) string { return p.DayLong("2027-03-07") }, "sunnuntai 7.3.2027", "söndag 7.3.2027", "Sunday 7 March 2027")
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d                time.Duration
		fi, sv, en, long string
	}{
		{30 * time.Second, "alle 1 min", "under 1 min", "under 1 min", "alle minuutti"},
		{12 * time.Minute, "12 min", "12 min", "12 min", "12 minuuttia"},
		{61 * time.Minute, "1 h 1 min", "1 h 1 min", "1 h 1 min", "1 tunti 1 minuutti"},
		{5*time.Hour + 40*time.Minute, "5 h", "5 h", "5 h", "5 tuntia"},
		{51*time.Hour + 59*time.Minute, "2 pv 3 h", "2 d 3 h", "2 d 3 h", "2 päivää 3 tuntia"},
		{24 * time.Hour, "1 pv", "1 d", "1 d", "1 päivä"},
		{200 * time.Hour, "8 pv", "8 d", "8 d", "8 päivää"},
		{-5 * time.Hour, "5 h", "5 h", "5 h", "5 tuntia"},
	} {
		each(t, c.d.String(), func(p *Printer) string { return p.Duration(c.d) }, c.fi, c.sv, c.en)
		if got := For(Finnish).DurationLong(c.d); got != c.long {
			t.Errorf("DurationLong(%s) = %q, want %q", c.d, got, c.long)
		}
	}
	each(t, "A-13's wait", func(p *Printer) string { return p.HoursMinutes(25*time.Hour + 40*time.Minute) }, "25 h 40 min", "25 h 40 min", "25 h 40 min")
}

// Numbers are written as CLDR has them, which x/text knows but does slowly.
func TestN(t *testing.T) {
	tags := []language.Tag{language.Finnish, language.Swedish, language.English}
	for i, l := range Langs() {
		cldr := xmessage.NewPrinter(tags[i])
		for _, n := range []int{0, 7, 999, 1000, 12345, 1234567, -5, -1000} {
			if n > -1000 && n < 0 {
				continue // a small negative keeps its plain hyphen; nobody sees one
			}
			want := cldr.Sprint(number.Decimal(n))
			if n < 0 && l == English {
				want = "\u2212" + want[1:] // a real minus everywhere
			}
			if got := For(l).N(n); got != want {
				t.Errorf("N(%d) in %s: got %q, want %q", n, l, got, want)
			}
		}
	}
}

func TestFault(t *testing.T) {
	each(t, "fault", func(p *Printer) string { return p.Fault(fault.New(fault.NotFound, "sign-in")) },
		"Kirjaudu ensin sisään.", "Logga in först.", "Sign in first.")
	each(t, "phrase", func(p *Printer) string {
		return p.Fault(fault.New(fault.Conflict, "model.refused", "model", "M", "why", inThree{"a", "b", "c"}))
	},
		"M: a", "M: b", "M: c")
}

type inThree [3]string

func (x inThree) In(l Lang) string { return x[l.index()] }

func TestSort(t *testing.T) {
	names := func() []string {
		return []string{"Öhman", "Zimmer", "Åberg", "Aalto", "Ärling", "aho", "Virtanen", "Wiik", "Vuori"}
	}
	for l, want := range map[Lang][]string{
		Finnish: {"Aalto", "aho", "Virtanen", "Vuori", "Wiik", "Zimmer", "Åberg", "Ärling", "Öhman"},
		English: {"Aalto", "Åberg", "aho", "Ärling", "Öhman", "Virtanen", "Vuori", "Wiik", "Zimmer"},
	} {
		got := names()
		Sort(l, got, func(s string) string { return s })
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", l, got, want)
		}
	}
}

func BenchmarkDay(b *testing.B) {
	p := For(Finnish)
	b.ReportAllocs()
	for b.Loop() {
		p.Day("2027-01-19")
	}
}
