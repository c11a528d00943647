package web

import (
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// stretchRow is one weekly stretch in a list: of work, or of a channel being answered.
type stretchRow struct {
	ID            string
	Weekday       int
	Opens, Closes calendar.Clock
}

func onDay(list []stretchRow, day int) []stretchRow {
	var out []stretchRow
	for _, r := range list {
		if r.Weekday == day {
			out = append(out, r)
		}
	}
	return out
}

// stretchForm is a stretch on one or more days of the week, as it was typed.
type stretchForm struct {
	Days          []string
	Opens, Closes string
}

func readStretch(q *Ask) stretchForm {
	return stretchForm{Days: q.PostForm["days"], Opens: q.PostFormValue("opens"), Closes: q.PostFormValue("closes")}
}

// read gives the stretch once for each day; every mistake is told at its field.
func (f stretchForm) read() ([]stretchRow, error) {
	var form fault.Form
	var out []stretchRow
	opens, err := calendar.ParseClock(f.Opens)
	if err != nil {
		form.Add("opens", "calendar.clock")
	}
	closes, err := calendar.ParseClock(f.Closes)
	if err != nil {
		form.Add("closes", "calendar.clock")
	}
	for _, d := range f.Days {
		n, err := strconv.Atoi(d)
		if err != nil || n < 1 || n > 7 {
			form.Add("days", "form.choice")
			break
		}
		out = append(out, stretchRow{Weekday: n, Opens: opens, Closes: closes})
	}
	if len(f.Days) == 0 {
		form.Add("days", "hours.days")
	}
	return out, form.Err()
}

func (f stretchForm) dayChoice(q *Ask, m ui.Mistakes) ui.Choice {
	c := ui.Choice{Name: "days", Label: q.P.T("hours.days"), Values: f.Days, Error: m.Of("days"), Inline: true}
	for day := 1; day <= 7; day++ {
		c.Options = append(c.Options, ui.Option{Value: strconv.Itoa(day), Label: q.P.WeekdayShort(day)}) // whole names do not fit beside each other on a phone
	}
	return c
}

// hoursAWeek is how much the stretches are together.
func hoursAWeek(list []stretchRow) int {
	minutes := 0
	for _, r := range list {
		minutes += r.Closes.Minutes() - r.Opens.Minutes()
	}
	return minutes / 60
}

// known tells whether all that was ticked is among what could be.
func known(ticked []string, from []string) bool {
	return !slices.ContainsFunc(ticked, func(t string) bool { return !slices.Contains(from, t) })
}
