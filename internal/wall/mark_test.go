package wall

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// One number is one mark, however it is grouped and from wherever it is dialled.
func TestPhone(t *testing.T) {
	for _, s := range []string{"040 555 0200", "0405550200", "+358 40 555 0200", "+358 (0)40 555 0200", "00358 40-555-0200", "358405550200", "+3580405550200", "(040) 5550200"} {
		if got, ok := Phone(s); got != "+358405550200" || !ok {
			t.Errorf("%q: got %q, %v", s, got, ok)
		}
	}
	if got, ok := Phone("+46 70 123 45 67"); got != "+46701234567" || !ok {
		t.Errorf("a number of another country: got %q, %v", got, ok)
	}
	for _, s := range []string{"", "ei ole", "112", "0405550200 tai 0505550200", "+", "00", "040555020004055502000"} {
		if got, ok := Phone(s); ok {
			t.Errorf("%q: got %q, want none", s, got)
		}
	}
}

func TestEmailAndName(t *testing.T) {
	a, ok := Email(" Kari.V@Example.FI ")
	b, _ := Email("kari.v@example.fi")
	if a != b || !ok {
		t.Errorf("got %q and %q", a, b)
	}
	for _, s := range []string{"", "kari", "@example.fi", "kari@", "kari v@example.fi"} {
		if _, ok := Email(s); ok {
			t.Errorf("%q is an address", s)
		}
	}
	c, ok := Named("Virtanen  Kari", "1980-02-03")
	d, _ := Named("kari virtanen", "1980-02-03")
	e, _ := Named("Kari Virtanen", "1981-02-03")
	if c != d || !ok || c == e {
		t.Errorf("got %q, %q, %q", c, d, e)
	}
	for _, s := range []string{"", "Kari", "  "} {
		if _, ok := Named(s, "1980-02-03"); ok {
			t.Errorf("%q is a full name", s)
		}
	}
}

// Whatever is typed, a mark of a mark is the same mark, and a number is digits after a plus.
func FuzzMarks(f *testing.F) {
	for _, s := range []string{"040 555 0200", "+358(0)40", "00", "a@b.fi", "Ä Ö", "\xff", "＋３５８", "0(0)(0)5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, ok := Phone(s); ok {
			if again, ok := Phone(p); again != p || !ok || strings.Trim(p[1:], "0123456789") != "" || p[0] != '+' {
				t.Errorf("%q: %q, then %q", s, p, again)
			}
		}
		if e, ok := Email(s); ok {
			if again, ok := Email(e); again != e || !ok {
				t.Errorf("%q: %q, then %q", s, e, again)
			}
		}
		if n, ok := Named(s, calendar.Date("1980-02-03")); ok && !strings.HasSuffix(n, " 1980-02-03") {
			t.Errorf("%q: %q", s, n)
		}
	})
}
