package commitment

import (
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
)

// Ledger is what has become of the visits of a commitment by a day. Each visit is counted in exactly one place.
type Ledger struct {
	Today       calendar.Date
	First, Last calendar.Date

	Granted   int
	Held      int // and paid for
	Missed    int // and using a visit
	Booked    int // on a day that is paid for
	Uncovered int // booked on a day that is not
	Cancelled int // without using a visit
	Forgiven  int // missed without using a visit
	EndBooked int // end visits to come
	EndHeld   int // end visits held: the organisation's own
}

// Reckon is the ledger of a commitment, its visits and a day. It is pure: the days are the unit's own, so that neither
// midnight nor the nights when clocks change can move a visit over an edge.
func Reckon(c Commitment, visits []Visit, today calendar.Date) Ledger {
	l := Ledger{Today: today, First: c.First(), Last: c.Last(), Granted: c.Granted}
	for _, v := range visits {
		*l.place(c, v)++
	}
	return l
}

// place is where a visit counts.
func (l *Ledger) place(c Commitment, v Visit) *int {
	coming := v.State == appointment.Booked || v.State == appointment.OnHold
	switch {
	case coming && v.End:
		return &l.EndBooked
	case coming && c.Covers(v.At.Day):
		return &l.Booked
	case coming:
		return &l.Uncovered
	case v.State == appointment.Held && v.Counted:
		return &l.Held
	case v.State == appointment.Held:
		return &l.EndHeld
	case v.Counted: // missed, or called off so late that it counts like that
		return &l.Missed
	case v.State == appointment.Missed:
		return &l.Forgiven
	}
	return &l.Cancelled
}

// Used is how many of the granted visits are behind.
func (l Ledger) Used() int { return l.Held + l.Missed }

// Unused is how many are not.
func (l Ledger) Unused() int { return max(0, l.Granted-l.Used()) }

// Free is how many can still be booked.
func (l Ledger) Free() int { return max(0, l.Unused()-l.Booked-l.Uncovered-l.EndBooked) }

// All is how many visits there are altogether.
func (l Ledger) All() int {
	return l.Held + l.Missed + l.Booked + l.Uncovered + l.Cancelled + l.Forgiven + l.EndBooked + l.EndHeld
}

// Expired tells whether the last day has passed.
func (l Ledger) Expired() bool { return l.Last != "" && l.Today > l.Last }

// State is where a commitment stands.
type State string

// The states.
const (
	Granted    State = "granted"     // nothing used yet
	InUse      State = "in-use"      //
	NearlyUsed State = "nearly-used" // two visits are left, or fewer
	Used       State = "used"
	Expired    State = "expired" // days have run out before the visits
	Ended      State = "ended"   // its episode is closed
)

// nearly is how few visits left are worth telling.
const nearly = 2

// State is where the commitment stands on the ledger's day.
func (l Ledger) State(stage episode.Stage) State {
	switch {
	case stage == episode.StageClosed:
		return Ended
	case l.Unused() == 0:
		return Used
	case l.Expired():
		return Expired
	case l.Used() == 0:
		return Granted
	case l.Unused() <= nearly:
		return NearlyUsed
	}
	return InUse
}

// Warning tells how many days before the last one, as the model has it, the ledger's day has reached; 0 is none. What is
// told depends on the day alone, so that a clock turned by a minute or a month tells the same.
func (l Ledger) Warning(m *model.Commitment) (days int) {
	if m == nil || l.Last == "" || l.Expired() || l.Unused() == 0 && l.Uncovered == 0 {
		return 0
	}
	for _, d := range m.WarnDays { // the earliest first
		if l.Today >= l.Last.Add(-d) {
			days = d
		}
	}
	return days
}

// Late tells whether a held visit has waited too long for its entry in the payer's system.
func (v Visit) Late(m *model.Commitment, today calendar.Date) bool {
	return v.NeedsEntry() && today > v.At.Day.Add(m.EntryDays)
}

// NeedsEntry tells whether a visit is one that the payer's system should know and that nobody has marked. What the
// organisation pays itself is none of the payer's.
func (v Visit) NeedsEntry() bool {
	return v.State == appointment.Held && v.Counted && v.Entry == "" && v.At.Day != ""
}
