package locale

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

// Printer is the texts bound to one language. Pages and letters are handed one.
type Printer struct {
	texts *Texts
	lang  Lang
}

var printers = sync.OnceValue(func() *[3]Printer {
	t := builtin()
	return &[3]Printer{{t, Finnish}, {t, Swedish}, {t, English}}
})

// For is the printer of a language.
func For(lang Lang) *Printer { return &printers()[lang.index()] }

// Printer binds these texts to a language.
func (t *Texts) Printer(lang Lang) *Printer { return &Printer{t, lang} }

// Lang is the language the printer speaks.
func (p *Printer) Lang() Lang { return p.lang }

// T is the text of a key. Arguments are pairs of names and values; the counted number of a plural is called n.
func (p *Printer) T(key string, args ...any) string { return p.texts.T(p.lang, key, args...) }

// Has tells whether there is a text for the key.
func (p *Printer) Has(key string) bool { return p.texts.Has(p.lang, key) }

// Fault is what a refusal says to the reader.
func (p *Printer) Fault(err error) string {
	f := fault.Of(err)
	return p.refusal(f.Key, f.Args)
}

// Field is what one mistake in a form says to the reader.
func (p *Printer) Field(f fault.Field) string { return p.refusal(f.Key, f.Args) }

func (p *Printer) refusal(key string, args map[string]any) string {
	return p.T("fault."+key, args)
}

// N is a whole number with its thousands apart.
func (p *Printer) N(n int) string {
	s := strconv.Itoa(n)
	if n > -1000 && n < 1000 {
		return s
	}
	apart := "\u00a0"
	if p.lang == English {
		apart = ","
	}
	sign := ""
	if n < 0 {
		sign, s = "\u2212", s[1:]
	}
	first := (len(s)-1)%3 + 1
	var b strings.Builder
	b.WriteString(sign)
	b.WriteString(s[:first])
	for i := first; i < len(s); i += 3 {
		b.WriteString(apart)
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// Duration is a length of time in short words: "2 pv 3 h", "5 h", "12 min". Nobody waits to the minute for a day.
func (p *Printer) Duration(d time.Duration) string { return p.duration(d, "time.short.") }

// DurationLong is the same in whole words, for sentences and screen readers: "2 päivää 3 tuntia".
func (p *Printer) DurationLong(d time.Duration) string { return p.duration(d, "time.long.") }

func (p *Printer) duration(d time.Duration, words string) string {
	d = d.Abs()
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	unit := func(name string, n int) string { return p.T(words+name, "n", n) }
	switch {
	case days >= 7 || days > 0 && hours == 0:
		return unit("days", days)
	case days > 0:
		return unit("days", days) + " " + unit("hours", hours)
	case hours >= 3 || hours > 0 && minutes == 0:
		return unit("hours", hours)
	case hours > 0:
		return unit("hours", hours) + " " + unit("minutes", minutes)
	case minutes > 0:
		return unit("minutes", minutes)
	default:
		return p.T(words + "moment")
	}
}

// HoursMinutes is a length of time to the minute, as a measured wait is told: "25 h 40 min".
func (p *Printer) HoursMinutes(d time.Duration) string {
	d = d.Abs()
	hours, minutes := int(d/time.Hour), int(d/time.Minute)%60
	switch {
	case hours == 0:
		return p.T("time.short.minutes", "n", minutes)
	case minutes == 0:
		return p.T("time.short.hours", "n", hours)
	}
	return p.T("time.short.hours", "n", hours) + " " + p.T("time.short.minutes", "n", minutes)
}

// Clock is a time of day: "17.15", in English "17:15".
func (p *Printer) Clock(c calendar.Clock) string {
	if p.lang == English {
		return string(c)
	}
	return strings.Replace(string(c), ":", ".", 1)
}
