package appointment

import (
	"time"

	"rinnalla.fi/rinnalla/internal/figure"
)

// hold marks the meeting held. An end visit, which the organisation pays itself, is held outside what was granted.
func (c Case) hold(o *Outcome, now time.Time) {
	o.hold(c.part(), c.Model.FirstVisit, now)
	if c.State.IsEnd(string(c.Appointment.ID)) {
		o.Appointment.Counted = false
	}
	c.countPaid(o, 1)
}

// countPaid counts a held visit by who paid for it, in a service where somebody does.
func (c Case) countPaid(o *Outcome, n int) {
	switch {
	case c.Model.Commitment == nil:
	case c.State.IsEnd(string(c.Appointment.ID)):
		o.count(figure.EndVisits, "", n)
	default:
		o.count(figure.WorkKinds, c.Appointment.kind(), n)
	}
}
