// Package hours says when a channel is open.
package hours

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Week is a channel's week in one line: days that are alike stand together, as "ma–pe 09.00–15.00".
func Week(p *locale.Printer, openings []organization.Opening, channel string) string {
	var out []string
	first, last, clocks := 0, 0, ""
	end := func() {
		if clocks == "" {
			return
		}
		days := p.WeekdayShort(first)
		if last > first {
			days += "–" + p.WeekdayShort(last)
		}
		out = append(out, days+" "+clocks)
	}
	for day := 1; day <= 7; day++ {
		here := Clocks(p, openings, channel, day)
		if here != clocks || here == "" {
			end()
			first, clocks = day, here
		}
		last = day
	}
	end()
	if len(out) == 0 {
		return ""
	}
	return p.T("public.way.week", "days", strings.Join(out, ", "))
}

// Clocks are a weekday's hours of a channel, "" when it is closed.
func Clocks(p *locale.Printer, openings []organization.Opening, channel string, day int) string {
	var out []string
	for _, o := range openings {
		if o.Channel == channel && o.Weekday == day {
			out = append(out, p.Hours(o.Opens, o.Closes))
		}
	}
	return strings.Join(out, " "+p.T("public.way.and")+" ")
}
