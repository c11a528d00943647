package ui

import (
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Week is a worker's or a unit's seven days.
type Week struct {
	Title string // e.g. "Viikko 3"
	Days  []WeekDay
	Prev  string
	This  string
	Next  string
}

// WeekDay is one day. Note says what holds for all of it: a holiday, an absence.
type WeekDay struct {
	Date   calendar.Date
	URL    string // the day by itself; "" has no page
	Today  bool
	Note   string
	Events []Event
}

// Event is something at a time of day.
type Event struct {
	From  calendar.Clock
	To    calendar.Clock // "" leaves it out
	Title string
	Note  string
	Tag   string
	Tone  Tone
	URL   string
	Free  bool // not taken: drawn hollow
}

// part of a day in which events stand together, so that evenings are seen at a glance.
type part struct {
	key    string
	before calendar.Clock
}

var parts = []part{{"morning", "12:00"}, {"day", "17:00"}, {"evening", "24:00"}}

// during are the day's events in one part of it.
func (d WeekDay) during(i int) []Event {
	from := calendar.Clock("00:00")
	if i > 0 {
		from = parts[i-1].before
	}
	var out []Event
	for _, e := range d.Events {
		if e.From >= from && e.From < parts[i].before {
			out = append(out, e)
		}
	}
	return out
}

func (d WeekDay) class() string {
	return classes("day", when(d.Today, "today"), when(d.Date.Weekday() > 5, "weekend"), when(len(d.Events) == 0, "free"))
}

func (e Event) class() string {
	return classes("event", string(e.Tone.or(Info)), when(e.Free, "hollow"))
}

func (e Event) hours(p *locale.Printer) string {
	if e.To == "" {
		return p.Clock(e.From)
	}
	return p.Hours(e.From, e.To)
}
