package circle

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// at finds a meeting of a group that the actor may see.
func at(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int) (Sight, Meeting, error) {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return s, Meeting{}, err
	}
	m, err := s.meeting(no)
	return s, m, err
}

// Tick counts who is there by the names that were ticked. The number is kept and the ticks are not: no row says who came to
// which meeting (design 3, A-05).
func Tick(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int, here []ParticipantID) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	all, err := Expected(ctx, tx, s.Circle, m)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range all {
		if slices.Contains(here, p.ID) {
			n++
		}
	}
	return Count(ctx, tx, ms, by, of, no, n)
}

// Expected are those who take part in a meeting: who is in the group, from their first meeting on.
func Expected(ctx context.Context, tx Tx, c Circle, m Meeting) ([]Participant, error) {
	all, err := tx.Participants(ctx, c)
	in, _ := Split(all, c.Places)
	return slices.DeleteFunc(slices.Clone(in), func(p Participant) bool { return p.FirstNo > m.No }), err
}

// Count says how many were at a meeting, or corrects it.
func Count(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no, came int) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	return s.count(ctx, tx, ms, m, came)
}

func (s Sight) count(ctx context.Context, tx Tx, ms model.Set, m Meeting, came int) error {
	switch {
	case m.State == Cancelled:
		return fault.New(fault.Conflict, "circle.cancelled")
	case tx.Now().Before(m.Starts):
		return fault.New(fault.Conflict, "circle.not-yet")
	case came < 0 || came > 100:
		var form fault.Form
		form.Add("came", "circle.came", "most", 100)
		return form.Err()
	}
	if err := s.sums(ctx, tx, m, came); err != nil {
		return err
	}
	if m.State == Planned {
		for _, who := range s.led(tx, m) {
			if err := volunteer.Gave(ctx, tx, ms, who, m.At.Day, s.Minutes); err != nil {
				return err
			}
		}
	}
	m.State, m.Came = Held, came
	return tx.PutCircleMeeting(ctx, m)
}

// led are the volunteers who led a meeting that is being counted for the first time: whoever stood in, or who lead the group. Where
// somebody was wanted and not found, nobody did.
func (s Sight) led(tx Tx, m Meeting) (out []access.AccountID) {
	switch m.Lead {
	case Found:
		if standsIn(tx, m, m.Substitute) {
			out = append(out, m.Substitute)
		}
	case Wanted:
	default:
		for _, who := range s.Leaders {
			if leadsAsVolunteer(tx, s.Circle, who) {
				out = append(out, who)
			}
		}
	}
	return out
}

// sums adds what is new to the figures of the meeting's own month; a correction adds or takes the difference there.
func (s Sight) sums(ctx context.Context, tx Tx, m Meeting, came int) error {
	type sum struct {
		name, value string
		n           int
	}
	heads := figure.Adults
	if !slices.Contains(s.Model.Clients, person.Adult) {
		heads = figure.Children
	}
	all := []sum{{heads, "", came - max(m.Came, 0)}}
	if m.State == Planned {
		all = append(all, sum{figure.Meetings, "", 1})
		if !slices.ContainsFunc(s.Meetings, func(o Meeting) bool { return o.State == Held }) {
			all = append(all, sum{figure.Groups, s.Kind, 1})
		}
		chosen, err := s.topicOf(ctx, tx, m.No)
		if err != nil {
			return err
		}
		if chosen != "" {
			all = append(all, sum{figure.Topics, "", 1})
		}
	}
	for _, x := range all {
		if x.n == 0 || !s.Model.Counts(x.name) {
			continue
		}
		if err := tx.AddFigure(ctx, figure.Sum{Month: m.At.Day.Month(), Unit: s.Unit.ID, Model: s.Model.ID, Name: x.name, Value: x.value, N: x.n}); err != nil {
			return err
		}
	}
	return nil
}

func (s Sight) topicOf(ctx context.Context, tx Tx, no int) (TopicID, error) {
	topics, err := tx.Topics(ctx, s.Circle)
	if err != nil {
		return "", err
	}
	tallies, err := tx.Tallies(ctx, s.ID)
	return Chosen(topics, tallies, no)[no], err
}

// Cancel calls one meeting off. It keeps its number and can be given a new time: how many there are was set beforehand.
func Cancel(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	if m.State == Held {
		return fault.New(fault.Conflict, "circle.held")
	}
	if err := s.tell(ctx, tx); err != nil { // also whoever was to lead this one
		return err
	}
	if err := tx.DeleteAsked(ctx, Asked{Circle: of, No: no}); err != nil {
		return err
	}
	m.State, m.Lead, m.Substitute, m.Cleared = Cancelled, "", "", nil
	return tx.PutCircleMeeting(ctx, m)
}

// Move gives a meeting a new time. With rest those after it follow at the group's interval, and so does the last day.
// The number set beforehand holds: a meeting is moved, never added.
func Move(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int, day calendar.Date, clock calendar.Clock, rest bool) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	switch {
	case m.State == Held:
		return fault.New(fault.Conflict, "circle.held")
	case s.State == Ended:
		return fault.New(fault.Conflict, "circle.ended")
	}
	var form fault.Form
	if _, err := calendar.ParseDate(string(day)); err != nil {
		form.Add("day", "calendar.date")
	}
	if _, err := calendar.ParseClock(string(clock)); err != nil {
		form.Add("clock", "calendar.clock")
	}
	if err := form.Err(); err != nil {
		return err
	}
	all := slices.Clone(s.Meetings)
	last := no
	if rest {
		last = len(all)
	}
	for i := no; i <= last; i++ {
		x := &all[i-1]
		if x.State == Held {
			return fault.New(fault.Conflict, "circle.held")
		}
		if i > no && x.State == Cancelled {
			x.State = Planned
		}
		x.At = calendar.Local{Day: day.Add(7 * s.Weeks * (i - no)), Clock: clock, Zone: s.Unit.Zone}
		if x.Starts, err = x.At.Instant(); err != nil {
			return err
		}
		if !x.Starts.After(tx.Now()) {
			return fault.New(fault.Invalid, "circle.past")
		}
		x.State, x.Moved = Planned, true
	}
	if err := around(all, no, all[no-1].Starts); err != nil {
		return err
	}
	if err := s.putMoved(ctx, tx, all[no-1:last]); err != nil {
		return err
	}
	if err := s.tell(ctx, tx); err != nil {
		return err
	}
	c := s.Circle
	c.Last = lastDay(all)
	return tx.PutCircle(ctx, c)
}

// WantLead says that whoever leads a meeting cannot come, or takes it back. No reason is asked. The coordinators are written to at once, as when a
// volunteer cannot come; one of them who says it herself need not be.
func WantLead(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int, wanted bool) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	if err := s.wantLead(ctx, tx, m, wanted); err != nil || !wanted || m.Lead == Wanted || s.Coordinate {
		return err
	}
	return appointment.TellCoordinators(ctx, tx, s.Unit.ID)
}

func (s Sight) wantLead(ctx context.Context, tx Tx, m Meeting, wanted bool) error {
	if err := coming(tx, m); err != nil {
		return err
	}
	if err := s.tellOne(ctx, tx, m.Substitute); err != nil { // who was to lead it, and does not
		return err
	}
	m.Lead, m.Substitute, m.Cleared = "", "", nil
	if wanted {
		m.Lead = Wanted
	} else if err := tx.DeleteAsked(ctx, Asked{Circle: s.ID, No: m.No}); err != nil {
		return err
	}
	return tx.PutCircleMeeting(ctx, m)
}

// Substitute lets somebody lead one meeting in the leader's place. Who may not meet somebody who is known to be there is refused
// like somebody who does not lead groups here.
func Substitute(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID, no int, who access.AccountID) error {
	s, m, err := at(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	if err := coming(tx, m); err != nil {
		return err
	}
	ok, err := may(ctx, who, s.Unit.ID)
	if err != nil {
		return err
	}
	bars, err := barred(ctx, tx, s.Circle, who)
	if err != nil {
		return err
	}
	if !ok || bars || slices.Contains(s.Leaders, who) {
		var form fault.Form
		form.Add("substitute", "circle.leader")
		return form.Err()
	}
	return s.found(ctx, tx, m, who, nil)
}

func coming(tx Tx, m Meeting) error {
	if m.State != Planned || !m.Starts.After(tx.Now()) {
		return fault.New(fault.Conflict, "circle.over")
	}
	return nil
}
