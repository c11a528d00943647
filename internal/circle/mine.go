package circle

import (
	"context"
	"maps"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Own is a group as a volunteer's own page has it: when and where it meets, how many take part, what they would talk about. Who takes
// part is not in it, nor whether anybody came by a way on (R-200, decision 0070).
type Own struct {
	Circle   // the link only for who leads
	Unit     organization.Unit
	Model    *model.Model
	Leads    bool      // the group; otherwise single meetings, or nothing yet
	StandsIn []int     // the numbers of meetings they lead in the leader's place
	Asked    []int     // what was asked and not answered: 0 is the group, others its meetings
	Meetings []Meeting // all for who leads, otherwise the ones they lead or were asked to lead
	Where    organization.Place
	Rooms    map[organization.RoomID]string // names of the office's rooms
	In       int                            // how many take part; for who leads something
	Topics   []Talk                         // for who leads something
	Against  error                          // what the task's rule misses of somebody who leads; nil where nothing
}

// Does tells whether the volunteer leads something of it.
func (o Own) Does() bool { return o.Leads || len(o.StandsIn) > 0 }

// LeadsAt tells whether the volunteer leads a meeting, as things stand.
func (o Own) LeadsAt(m Meeting) bool {
	return slices.Contains(o.StandsIn, m.No) || o.Leads && m.Lead != Found
}

// AskedFor tells whether the volunteer was asked about the group (0) or a meeting, and has not answered.
func (o Own) AskedFor(no int) bool { return slices.Contains(o.Asked, no) }

// Mine are the groups that a volunteer leads, stands in for or was asked about, the first to begin at the top.
func Mine(ctx context.Context, tx Tx, ms model.Set, ready Ready, by access.Actor) (out []Own, err error) {
	asked, err := tx.AskedTo(ctx, by.Account)
	if err != nil {
		return nil, err
	}
	all, err := tx.CirclesOf(ctx, by.Account)
	if err != nil {
		return nil, err
	}
	for _, a := range asked {
		if slices.ContainsFunc(all, func(c Circle) bool { return c.ID == a.Circle }) {
			continue
		}
		c, err := tx.Circle(ctx, a.Circle)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	for _, c := range all {
		s, err := sightOf(ctx, tx, ms, c)
		if err != nil {
			return nil, err
		}
		o, err := s.own(ctx, tx, ready, by.Account, asked)
		if err != nil {
			return nil, err
		}
		if o.Does() || len(o.Asked) > 0 {
			out = append(out, o)
		}
	}
	return out, nil
}

// One is one of a volunteer's groups; to anybody else it is not there.
func One(ctx context.Context, tx Tx, ms model.Set, ready Ready, by access.Actor, of ID) (Own, error) {
	s, asked, err := mine(ctx, tx, ms, by, of)
	if err != nil {
		return Own{}, err
	}
	o, err := s.own(ctx, tx, ready, by.Account, asked)
	if err == nil && !o.Does() && len(o.Asked) == 0 {
		err = notFound()
	}
	return o, err
}

func sightOf(ctx context.Context, tx Tx, ms model.Set, c Circle) (Sight, error) {
	h, err := find(ctx, tx, ms, c.Offer)
	if err != nil {
		return Sight{}, err
	}
	all, err := tx.CircleMeetings(ctx, []ID{c.ID})
	return Sight{Circle: c, Unit: h.unit, Model: h.model, Meetings: all, hall: h}, err
}

// mine finds a group for a volunteer who leads something of it or was asked to. It asks before anything is opened.
func mine(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, []Asked, error) {
	asked, err := tx.AskedTo(ctx, by.Account)
	if err != nil {
		return Sight{}, nil, err
	}
	seen := tx.SeesCircle(ctx, by, of)
	if fault.Is(seen, fault.NotFound) && slices.ContainsFunc(asked, func(a Asked) bool { return a.Circle == of }) {
		seen = nil
	}
	if seen != nil || by.Works() || !by.Staff() {
		if seen == nil {
			seen = notFound()
		}
		return Sight{}, nil, seen
	}
	c, err := tx.Circle(ctx, of)
	if err != nil {
		return Sight{}, nil, err
	}
	s, err := sightOf(ctx, tx, ms, c)
	return s, asked, err
}

func (s Sight) own(ctx context.Context, tx Tx, ready Ready, who access.AccountID, asked []Asked) (Own, error) {
	o := Own{Circle: s.Circle, Unit: s.Unit, Model: s.Model, Leads: leadsAsVolunteer(tx, s.Circle, who)}
	for _, a := range asked {
		if a.Circle != s.ID || !s.room(a.No) || a.No == 0 && o.Leads {
			continue
		}
		switch err := s.ready(ctx, tx, ready, a.No, who); {
		case err == nil:
			o.Asked = append(o.Asked, a.No)
		case !fault.Is(err, fault.Conflict):
			return o, err
		}
	}
	for _, m := range s.Meetings {
		if standsIn(tx, m, who) {
			o.StandsIn = append(o.StandsIn, m.No)
		} else if !o.Leads && !o.AskedFor(m.No) && !o.AskedFor(0) {
			continue
		}
		o.Meetings = append(o.Meetings, m)
	}
	if o.Place != "" {
		var err error
		if o.Where, err = tx.Place(ctx, o.Place); err != nil {
			return o, err
		}
		if o.Rooms, err = names(ctx, tx, o.Place); err != nil {
			return o, err
		}
	}
	if !o.Does() {
		o.Link = seal.Text{}
		return o, nil
	}
	all, err := tx.Participants(ctx, s.Circle)
	if err != nil {
		return o, err
	}
	in, _ := Split(all, s.Places)
	o.In = len(in)
	if o.Topics, err = Talks(ctx, tx, s.Circle, s.Meetings); err != nil || !o.Leads {
		return o, err
	}
	if o.Against = Misses(ctx, tx, ready, s, who); o.Against != nil && !fault.Is(o.Against, fault.Conflict) {
		return o, o.Against
	}
	return o, nil
}

// Yes is a volunteer's own yes, to the group (0) or one of its meetings. Two at once get one place.
func Yes(ctx context.Context, tx Tx, ms model.Set, ready Ready, by access.Actor, of ID, no int) error {
	s, asked, err := mine(ctx, tx, ms, by, of)
	if fault.Is(err, fault.NotFound) {
		return first()
	}
	if err != nil {
		return err
	}
	if no == 0 && leadsAsVolunteer(tx, s.Circle, by.Account) {
		return nil // pressing twice is no mistake
	}
	if !slices.Contains(asked, Asked{of, no, by.Account}) || !s.room(no) {
		return first()
	}
	if err := s.ready(ctx, tx, ready, no, by.Account); err != nil {
		return err
	}
	mark := clearance(tx, of, no, by.Account)
	if no > 0 {
		m, err := s.meeting(no)
		if err != nil {
			return err
		}
		return s.found(ctx, tx, m, by.Account, mark)
	}
	c := s.Circle
	c.Leaders = append(slices.Clone(c.Leaders), by.Account)
	c.Cleared = map[access.AccountID][]byte{by.Account: mark}
	maps.Copy(c.Cleared, s.Cleared)
	gone := Asked{of, 0, by.Account}
	if len(c.Leaders) == 2 {
		gone.Who = "" // nobody else is looked for
	}
	if err := tx.DeleteAsked(ctx, gone); err != nil {
		return err
	}
	return tx.PutCircle(ctx, c)
}

// No is a volunteer's no, now or later, to the group (0) or a meeting. No reason is asked, and nothing stays of it: the row is gone as if
// it had never been. What they led wants somebody from then on.
func No(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int) error {
	s, asked, err := mine(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if a := (Asked{of, no, by.Account}); slices.Contains(asked, a) {
		return tx.DeleteAsked(ctx, a)
	}
	if no == 0 {
		return s.without(ctx, tx, by.Account)
	}
	return s.away(ctx, tx, no, by.Account)
}

// without takes somebody out of those who lead the group.
func (s Sight) without(ctx context.Context, tx Tx, who access.AccountID) error {
	if !slices.Contains(s.Leaders, who) {
		return nil
	}
	c := s.Circle
	c.Leaders = slices.DeleteFunc(slices.Clone(c.Leaders), func(id access.AccountID) bool { return id == who })
	if err := tx.PutCircle(ctx, c); err != nil {
		return err
	}
	return appointment.TellCoordinators(ctx, tx, s.Unit.ID)
}

// away says that whoever leads a meeting cannot be there; somebody is looked for at once.
func (s Sight) away(ctx context.Context, tx Tx, no int, who access.AccountID) error {
	m, err := s.meeting(no)
	if err != nil {
		return err
	}
	if !standsIn(tx, m, who) && (!leadsAsVolunteer(tx, s.Circle, who) || m.Lead == Found) {
		return nil
	}
	if err := coming(tx, m); err != nil {
		return err
	}
	m.Lead, m.Substitute, m.Cleared = Wanted, "", nil
	if err := tx.PutCircleMeeting(ctx, m); err != nil {
		return err
	}
	return appointment.TellCoordinators(ctx, tx, s.Unit.ID)
}

// leads is mine for a volunteer who leads the group or this meeting.
func leads(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int) (Sight, Meeting, error) {
	s, _, err := mine(ctx, tx, ms, by, of)
	if err != nil {
		return s, Meeting{}, err
	}
	m, err := s.meeting(no)
	if err == nil && !leadsAsVolunteer(tx, s.Circle, by.Account) && !standsIn(tx, m, by.Account) {
		err = notFound()
	}
	return s, m, err
}

// ComeAfterAll takes "I cannot come" back, as long as nobody else has been found.
func ComeAfterAll(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no int) error {
	s, m, err := leads(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	if m.Lead == Found {
		return first()
	}
	return s.wantLead(ctx, tx, m, false)
}

// CountMine says how many were at a meeting that a volunteer led, or corrects it: a number, and no names.
func CountMine(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, no, came int) error {
	s, m, err := leads(ctx, tx, ms, by, of, no)
	if err != nil {
		return err
	}
	return s.count(ctx, tx, ms, m, came)
}

// ProposeMine lets a volunteer who leads propose a topic like anybody else. They do not vote or choose.
func ProposeMine(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, text string) error {
	s, err := leading(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	return propose(ctx, tx, s.Circle, text)
}

// leading is mine for a volunteer who leads the group or any meeting of it.
func leading(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	s, _, err := mine(ctx, tx, ms, by, of)
	if err == nil && !leadsAsVolunteer(tx, s.Circle, by.Account) && !slices.ContainsFunc(s.Meetings, func(m Meeting) bool { return standsIn(tx, m, by.Account) }) {
		err = notFound()
	}
	return s, err
}

// Misses is what the task's rule misses of a volunteer who leads a group that goes on, such as a training that has grown old; nil where
// nothing. A wall is told to nobody.
func Misses(ctx context.Context, tx Tx, ready Ready, s Sight, who access.AccountID) error {
	err := s.ready(ctx, tx, ready, 0, who)
	if fault.HasKey(err, "circle.ended") || fault.HasKey(err, "circle.first") {
		return nil
	}
	return err
}
