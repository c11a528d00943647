package locale

import (
	"strconv"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// calendarWords are the names of days and months, Monday and January first.
type calendarWords struct {
	short, long [7]string
	months      [12]string
}

var calendars = [3]calendarWords{
	{
		short: [7]string{"ma", "ti", "ke", "to", "pe", "la", "su"},
		long:  [7]string{"maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"},
		months: [12]string{"tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu",
			"syyskuu", "lokakuu", "marraskuu", "joulukuu"},
	},
	{ // short names as they are written in Finland
		short: [7]string{"må", "ti", "on", "to", "fr", "lö", "sö"},
		long:  [7]string{"måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"},
		months: [12]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
			"september", "oktober", "november", "december"},
	},
	{
		short: [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		long:  [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August",
			"September", "October", "November", "December"},
	},
}

func (p *Printer) words() *calendarWords { return &calendars[p.lang.index()] }

// numbers are a day's year, month (from 1) and day; ok is false for the zero day.
func numbers(d calendar.Date) (year, month, day int, ok bool) {
	if len(d) != len("2006-01-02") {
		return 0, 0, 0, false
	}
	year, _ = strconv.Atoi(string(d[:4]))
	month, _ = strconv.Atoi(string(d[5:7]))
	day, _ = strconv.Atoi(string(d[8:]))
	return year, month, day, month >= 1 && month <= 12
}

// Day is a day of the near past or future: "ti 19.1.", "ti 19.1", "Tue 19 Jan".
func (p *Printer) Day(d calendar.Date) string {
	_, month, day, ok := numbers(d)
	if !ok {
		return ""
	}
	w := p.words()
	name := w.short[d.Weekday()-1]
	switch p.lang {
	case English:
		return name + " " + strconv.Itoa(day) + " " + w.months[month-1][:3]
	case Swedish:
		return name + " " + strconv.Itoa(day) + "." + strconv.Itoa(month)
	default:
		return name + " " + strconv.Itoa(day) + "." + strconv.Itoa(month) + "."
	}
}

// DayLong is a day in full: "tiistai 19.1.2027", "tisdag 19.1.2027", "Tuesday 19 January 2027".
func (p *Printer) DayLong(d calendar.Date) string {
	if d == "" {
		return ""
	}
	return p.Weekday(d.Weekday()) + " " + p.Date(d)
}

// Date is a day without its name: "19.1.2027", in English "19 January 2027".
func (p *Printer) Date(d calendar.Date) string {
	year, month, day, ok := numbers(d)
	if !ok {
		return ""
	}
	if p.lang == English {
		return strconv.Itoa(day) + " " + p.words().months[month-1] + " " + strconv.Itoa(year)
	}
	return strconv.Itoa(day) + "." + strconv.Itoa(month) + "." + strconv.Itoa(year)
}

// Month is a month of figures: "tammikuu 2027" of "2027-01".
func (p *Printer) Month(m string) string {
	year, month, _, ok := numbers(calendar.Date(m + "-01"))
	if !ok {
		return ""
	}
	return p.words().months[month-1] + " " + strconv.Itoa(year)
}

// Weekday is the name of a day, 1 for Monday to 7 for Sunday.
func (p *Printer) Weekday(n int) string { return p.words().long[n-1] }

// WeekdayShort is the short name of a day, 1 for Monday to 7 for Sunday.
func (p *Printer) WeekdayShort(n int) string { return p.words().short[n-1] }

var at = [3]string{" klo ", " kl. ", " at "}

// Moment is a day and a clock time: "19.1.2027 klo 17.15", "19.1.2027 kl. 17.15", "19 January 2027 at 17:15".
func (p *Printer) Moment(l calendar.Local) string {
	return p.Date(l.Day) + at[p.lang.index()] + p.Clock(l.Clock)
}

// When is a coming time with its day's name, as times are offered: "ti 19.1. klo 17.15".
func (p *Printer) When(l calendar.Local) string {
	return p.Day(l.Day) + at[p.lang.index()] + p.Clock(l.Clock)
}

// Hours is a stretch of a day: "8.00–16.00" is written "08.00–16.00", as timetables align.
func (p *Printer) Hours(from, to calendar.Clock) string { return p.Clock(from) + "–" + p.Clock(to) }
