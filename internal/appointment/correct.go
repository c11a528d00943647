package appointment

import (
	"time"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
)

// Correction is one way of putting a wrong mark right. Lost names what cannot be brought back, as keys of texts: in a
// service without records the time of a meeting is gone with the first mark, and nothing is made up in its stead.
type Correction struct {
	State   string
	Refusal *fault.Fault
	Lost    []string
}

// Corrections are the marks a meeting may have instead of the one it has.
func (c Case) Corrections(now time.Time) []Correction {
	var out []Correction
	for _, to := range []string{Held, Missed, Cancelled} {
		if to == c.Appointment.State || c.Appointment.State == Booked {
			continue
		}
		option := Correction{State: to}
		o, err := c.Corrected(to, now)
		switch {
		case err != nil:
			option.Refusal = fault.Of(err)
		case to == Held && !c.State.Episode.Contacted.IsZero() && o.Episode.Wait < 0,
			c.Appointment.State == Held && c.State.Episode.Wait >= 0 && o.Episode.Wait < 0:
			option.Lost = append(option.Lost, "visit.lost.wait")
		}
		out = append(out, option)
	}
	return out
}

// Corrected puts a wrong mark right: held, missed or cancelled by the worker. The figures follow. A meeting is not
// booked again by correction: its time may be somebody else's by now. Where times are not kept nobody can know any more
// when a cancelled meeting would have been; that it was held after all is the worker's word, and it needs a free number.
func (c Case) Corrected(to string, now time.Time) (Outcome, error) {
	if err := c.may(episode.ActCorrect, now); err != nil {
		return Outcome{}, err
	}
	a := c.Appointment
	switch {
	case to == Booked:
		return Outcome{}, fault.New(fault.Conflict, "visit.book-again")
	case to != Held && to != Missed && to != Cancelled:
		return Outcome{}, fault.New(fault.Invalid, "form.choice")
	case to == a.State:
		return Outcome{}, fault.New(fault.Conflict, "visit.same-mark")
	case to != Cancelled && a.Starts.After(now):
		return Outcome{}, fault.New(fault.Conflict, "visit.not-yet", "model", c.Model.Phrase("name"))
	case to == Held && c.Model.Parties != nil && a.State != Missed: // it would be a meeting that no condition was asked about
		return Outcome{}, fault.New(fault.Conflict, "couple.not-held")
	case to == Held && !c.State.Paid(c.Model, string(a.ID)) && !c.State.IsEnd(string(a.ID)):
		return Outcome{}, c.State.NotCovered(c.Model)
	}
	o := c.outcome()
	c.undo(&o)
	switch to {
	case Held:
		c.hold(&o, now)
	case Missed:
		o.miss(c.part())
	case Cancelled:
		o.cancel(ByWorker, false)
	}
	if o.Appointment.Counted && o.Appointment.No == 0 {
		if o.Appointment.No = c.State.FreeNumber(); o.Appointment.No == 0 {
			return Outcome{}, c.State.LimitReached(c.Model)
		}
	}
	o.settle()
	return o, nil
}

// undo takes the old mark out of the figures. The wait goes with the last held meeting; it cannot be measured again,
// for the first contact's instant went when it was.
func (c Case) undo(o *Outcome) {
	a, part := c.Appointment, c.part()
	switch a.State {
	case Missed:
		o.count(figure.Missed, part.ID, -1)
	case Cancelled:
		o.count(figure.Cancelled, a.CancelledBy, -1)
		o.Appointment.CancelledBy = ""
	case Held:
		o.count(figure.Held, part.ID, -1)
		c.countPaid(o, -1)
		o.count(figure.DayParts, a.DayPart, -1)
		o.count(figure.PlaceKinds, a.PlaceKind, -1)
		if o.Episode.Wait >= 0 && c.heldBesides() == 0 {
			if o.Episode.First == (figure.First{}) { // counted before it was kept as what: its month is not known
				o.count(figure.FirstWait, figure.WaitBand(time.Duration(o.Episode.Wait)*time.Minute), -1)
				o.count(figure.WaitMinutes, "", -o.Episode.Wait)
			} else {
				o.countFirst(o.Episode.Wait, -1)
			}
			o.Episode.Wait, o.Episode.First = -1, figure.First{}
		}
	}
}

func (c Case) heldBesides() (n int) {
	for _, k := range c.State.Marks {
		if k.State == Held && k.ID != string(c.Appointment.ID) {
			n++
		}
	}
	return n
}
