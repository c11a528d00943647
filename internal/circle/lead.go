package circle

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// clearance is the mark without which no volunteer leads; the schema asks for it too. It is made where the rule has said yes, of this
// volunteer and this group or meeting (0 is the group), so that a row that was made otherwise leads nothing.
func clearance(tx Tx, of ID, no int, who access.AccountID) []byte {
	return tx.Index("circle-cleared", string(of)+" "+strconv.Itoa(no)+" "+string(who))
}

// leadsAsVolunteer tells whether a volunteer leads the group: by their mark alone.
func leadsAsVolunteer(tx Tx, c Circle, who access.AccountID) bool {
	return slices.Contains(c.Leaders, who) && bytes.Equal(c.Cleared[who], clearance(tx, c.ID, 0, who))
}

// standsIn tells whether a volunteer leads one meeting that is not counted yet.
func standsIn(tx Tx, m Meeting, who access.AccountID) bool {
	return m.Substitute == who && m.State == Planned && bytes.Equal(m.Cleared, clearance(tx, m.Circle, m.No, who))
}

// day is when a volunteer would begin: the meeting's own day, or the next one of the group.
func (s Sight) day(tx Tx, no int) (calendar.Date, error) {
	if no > 0 {
		m, err := s.meeting(no)
		if err == nil {
			err = coming(tx, m)
		}
		return m.At.Day, err
	}
	next, ok := Next(s.Meetings, tx.Now())
	if !ok || s.State != Open {
		return "", fault.New(fault.Conflict, "circle.ended")
	}
	return next.At.Day, nil
}

// room tells whether somebody is still looked for: a second leader at the most, or who leads a meeting in the leader's place.
func (s Sight) room(no int) bool {
	if no == 0 {
		return len(s.Leaders) < 2
	}
	m, err := s.meeting(no)
	return err == nil && m.Lead == Wanted
}

// ready is the one rule of a volunteer and a group: their task's, and that they need not meet somebody they keep away from. Why a
// wall stands in the way is told to nobody: they are no candidate, and what they were asked is no more.
func (s Sight) ready(ctx context.Context, tx Tx, ready Ready, no int, who access.AccountID) error {
	task := s.Model.Gathering.Task
	if task == "" {
		return notFound()
	}
	day, err := s.day(tx, no)
	if err != nil {
		return err
	}
	bars, err := barred(ctx, tx, s.Circle, who)
	if err != nil {
		return err
	}
	if bars {
		return first()
	}
	return ready(ctx, who, task, day)
}

// first is what is told of everything that one cannot say yes to any more, whether or not one was ever asked.
func first() error { return fault.New(fault.Conflict, "circle.first") }

// Asking is who was asked to lead a group or one of its meetings, and who may be.
type Asking struct {
	Asked      []volunteer.Volunteer
	Candidates []volunteer.Volunteer
	Room       bool // somebody is looked for
}

// AskingFor tells a coordinator of whom it can be asked, of a group (0) or one of its meetings, in the order of their names. Whoever said
// no is among those who may be asked, like anybody who never was.
func AskingFor(ctx context.Context, tx Tx, ready Ready, s Sight, no int) (a Asking, err error) {
	if !s.Coordinate || s.Model.Gathering.Task == "" {
		return a, nil
	}
	if _, err := s.day(tx, no); fault.Is(err, fault.Conflict) {
		return a, nil
	} else if err != nil {
		return a, err
	}
	all, err := tx.Volunteers(ctx, s.Unit.ID)
	if err != nil {
		return a, err
	}
	asked, err := tx.AskedOf(ctx, s.ID)
	if err != nil {
		return a, err
	}
	a.Room = s.room(no)
	for _, v := range all {
		switch {
		case v.Account == "" || slices.Contains(s.Leaders, v.Account):
		case slices.Contains(asked, Asked{s.ID, no, v.Account}):
			a.Asked = append(a.Asked, v)
		case !a.Room:
		default:
			err := s.ready(ctx, tx, ready, no, v.Account)
			if err == nil {
				a.Candidates = append(a.Candidates, v)
			} else if !fault.Is(err, fault.Conflict) {
				return a, err
			}
		}
	}
	return a, nil
}

// Ask asks a volunteer of the unit whether they would lead the group (0) or one of its meetings. They are told that there is something
// new, and never what. The same may be asked of several: the first who says yes leads.
func Ask(ctx context.Context, tx Tx, ms model.Set, ready Ready, by access.Actor, of ID, no int, who access.AccountID) error {
	s, err := See(ctx, tx, ms, by, of) // nothing is noted: a question may get a no, which leaves nothing
	if err != nil {
		return err
	}
	if !s.Coordinate || no < 0 {
		return notFound()
	}
	v, err := tx.VolunteerOf(ctx, who)
	if err != nil {
		return err
	}
	switch {
	case v.Unit != s.Unit.ID:
		return notFound()
	case !s.room(no):
		return fault.New(fault.Conflict, "circle.no-room")
	case slices.Contains(s.Leaders, who):
		return nil
	}
	if err := s.ready(ctx, tx, ready, no, who); err != nil {
		if fault.Of(err).Key == "circle.first" {
			err = fault.New(fault.Conflict, "circle.leader")
		}
		return err
	}
	if err := tx.PutAsked(ctx, Asked{of, no, who}); err != nil {
		return err
	}
	return s.write(ctx, tx, v)
}

// Unask takes a question back. Nothing is left of it.
func Unask(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int, who access.AccountID) error {
	s, err := See(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if !s.Coordinate || who == "" {
		return notFound()
	}
	return tx.DeleteAsked(ctx, Asked{of, no, who})
}

// found puts somebody into the place of a meeting's leader, and asks nobody else any more.
func (s Sight) found(ctx context.Context, tx Tx, m Meeting, who access.AccountID, mark []byte) error {
	if m.Substitute != who {
		if err := s.tellOne(ctx, tx, m.Substitute); err != nil {
			return err
		}
	}
	m.Lead, m.Substitute, m.Cleared = Found, who, mark
	if err := tx.DeleteAsked(ctx, Asked{Circle: s.ID, No: m.No}); err != nil {
		return err
	}
	return tx.PutCircleMeeting(ctx, m)
}

// tell writes to the volunteers who lead the group or a coming meeting, or were asked to, that there is something new.
func (s Sight) tell(ctx context.Context, tx Tx) error {
	var who []access.AccountID
	for _, id := range s.Leaders {
		if len(s.Cleared[id]) > 0 {
			who = append(who, id)
		}
	}
	for _, m := range s.Meetings {
		if len(m.Cleared) > 0 && m.State == Planned {
			who = append(who, m.Substitute)
		}
	}
	asked, err := tx.AskedOf(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, a := range asked {
		who = append(who, a.Who)
	}
	slices.Sort(who)
	for _, id := range slices.Compact(who) {
		if err := s.tellOne(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// tellOne writes to a volunteer; to somebody who is none, and to nobody, it writes nothing.
func (s Sight) tellOne(ctx context.Context, tx Tx, who access.AccountID) error {
	if who == "" {
		return nil
	}
	v, err := tx.VolunteerOf(ctx, who)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.write(ctx, tx, v)
}

// write leaves a letter for the first moment at which the volunteer wants any.
func (s Sight) write(ctx context.Context, tx Tx, v volunteer.Volunteer) error {
	return volunteer.TellIn(ctx, tx, s.Unit.Zone, v)
}
