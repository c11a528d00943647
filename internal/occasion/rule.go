package occasion

import (
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// Split is who comes and who waits, in the order in which they signed up: whoever has waited longest is next, and nobody chooses. A
// family that does not fit lets nobody pass. So no place is ever lost: whatever others change or cancel, whoever comes goes on coming.
func Split(all []Family, places int) (in, waiting []Family) {
	n, heads := 0, 0
	for n < len(all) && heads+all[n].Heads() <= places {
		heads += all[n].Heads()
		n++
	}
	return all[:n], all[n:]
}

// Heads are adults and children of families together.
func Heads(all []Family) (adults, children int) {
	for _, f := range all {
		adults += f.Adults
		children += f.Children
	}
	return adults, children
}

// Room is for how many people there is room for another family; 0 when somebody waits already.
func Room(all []Family, places int) int {
	in, waiting := Split(all, places)
	adults, children := Heads(in)
	if len(waiting) > 0 {
		return 0
	}
	return places - adults - children
}

// Waits tells whether a family of the list waits for room.
func Waits(all []Family, places int, who FamilyID) bool {
	_, waiting := Split(all, places)
	return slices.ContainsFunc(waiting, func(f Family) bool { return f.ID == who })
}

// Open tells whether one may sign up: the day is to come, was not called off, and its last day for it is not over.
func (d Day) Open(now time.Time) bool {
	return d.State == Planned && now.Before(d.Starts) && calendar.LocalOf(now, d.At.Zone).Day <= d.Closes
}

// Coming tells whether the day is still to come.
func (d Day) Coming(now time.Time) bool { return now.Before(d.Starts) }

// Listed tells whether the list may be read by those who work on the day: from the model's days before, until it goes.
func (d Day) Listed(m *model.Model, now time.Time) bool {
	return !d.Gone() && d.State != Cancelled && calendar.LocalOf(now, d.At.Zone).Day >= d.At.Day.Add(-m.Occasion.ListDays)
}

// ListGoes is the last day on which the list is there.
func (d Day) ListGoes(m *model.Model) calendar.Date {
	k, _ := m.Retention("families")
	return d.At.Day.Add(k.Days)
}

// Moved tells whether the day had another time before.
func (d Day) Moved() bool { return d.Was.Day != "" }

// Comes are those who are confirmed, and so work on the day.
func Comes(all []Helper) []Helper {
	return slices.DeleteFunc(slices.Clone(all), func(h Helper) bool { return h.State != Confirmed })
}
