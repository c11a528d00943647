package organization

import (
	"rinnalla.fi/rinnalla/internal/calendar"
)

// OpenAt is the stretch in which the channel is answered at a local moment.
func OpenAt(openings []Opening, channel string, at calendar.Local) (Opening, bool) {
	for _, o := range openings {
		if o.Channel == channel && o.Weekday == at.Day.Weekday() && o.Opens <= at.Clock && at.Clock < o.Closes {
			return o, true
		}
	}
	return Opening{}, false
}

// NextOpening is the first stretch that begins after a local moment, with its day. There is none only when the
// channel is never answered: a week holds every stretch.
func NextOpening(openings []Opening, channel string, at calendar.Local) (Opening, calendar.Date, bool) {
	for ahead := range 8 {
		day := at.Day.Add(ahead)
		var first Opening
		for _, o := range openings {
			begins := ahead > 0 || o.Opens > at.Clock
			if o.Channel == channel && o.Weekday == day.Weekday() && begins && (first.Opens == "" || o.Opens < first.Opens) {
				first = o
			}
		}
		if first.Opens != "" {
			return first, day, true
		}
	}
	return Opening{}, "", false
}
