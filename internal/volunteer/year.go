package volunteer

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

const (
	maxPlace = 200
	maxLink  = 400
)

// Plan is what a coordinator types of something of the year.
type Plan struct {
	Item    string
	Day     calendar.Date
	Clock   calendar.Clock
	Minutes int
	Place   string
	Link    string // only where the model lets one take part from elsewhere
}

// PlanEvent puts something of the model's year into the calendar (R-223…R-230).
func PlanEvent(ctx context.Context, tx Tx, ms model.Set, by access.Actor, offer organization.OfferID, in Plan) (EventID, error) {
	p, err := FindPlace(ctx, tx, ms, offer)
	if err != nil {
		return "", err
	}
	if err := arranges(by, p.Unit.ID); err != nil {
		return "", err
	}
	e := Event{ID: EventID(id.New()), Unit: p.Unit.ID, Offer: p.Offer.ID, State: Planned}
	if err := in.fill(&e, p, tx); err != nil {
		return "", err
	}
	return e.ID, tx.PutEvent(ctx, e)
}

func (in Plan) fill(e *Event, p Place, tx Tx) error {
	var form fault.Form
	item, ok := p.Model.Volunteer.Item(in.Item)
	if !ok {
		form.Add("item", "form.choice")
	}
	e.Item, e.Remote = in.Item, item.Remote
	e.At, e.Minutes = calendar.Local{Day: in.Day, Clock: in.Clock, Zone: p.Unit.Zone}, in.Minutes
	if _, err := calendar.ParseDate(string(in.Day)); err != nil {
		form.Add("day", "calendar.date")
	} else if _, err := calendar.ParseClock(string(in.Clock)); err != nil {
		form.Add("clock", "calendar.clock")
	} else if e.Starts, err = e.At.Instant(); err != nil {
		form.Add("clock", fault.Of(err).Key)
	} else if !e.Starts.After(tx.Now()) {
		form.Add("day", "volunteer.past")
	}
	if in.Minutes < 15 || in.Minutes > 2880 {
		form.Add("minutes", "volunteer.minutes")
	}
	e.Place = strings.TrimSpace(in.Place)
	if !short(e.Place, maxPlace) || e.Place == "" {
		form.Add("place", "volunteer.place")
	}
	e.Link = strings.TrimSpace(in.Link)
	if u, err := url.Parse(e.Link); e.Link != "" && (err != nil || u.Scheme != "https" || u.Host == "" || len(e.Link) > maxLink || !item.Remote) {
		form.Add("link", "volunteer.link")
	}
	return form.Err()
}

// OneEvent is an event as a coordinator of the unit arranges it.
func OneEvent(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID) (Event, Place, error) {
	unit, err := tx.EventUnit(ctx, of)
	if err != nil {
		return Event{}, Place{}, err
	}
	if err := arranges(by, unit); err != nil {
		return Event{}, Place{}, err
	}
	e, err := tx.Event(ctx, of)
	if err != nil {
		return e, Place{}, err
	}
	p, err := FindPlace(ctx, tx, ms, e.Offer)
	return e, p, err
}

// MoveEvent changes when or where a planned event is, and tells those who have signed up.
func MoveEvent(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID, in Plan) error {
	e, p, err := OneEvent(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if e.State != Planned {
		return fault.New(fault.Conflict, "volunteer.event-over")
	}
	in.Item = e.Item
	if err := in.fill(&e, p, tx); err != nil {
		return err
	}
	if err := tx.PutEvent(ctx, e); err != nil {
		return err
	}
	return tellSignedUp(ctx, tx, p, of)
}

// CancelEvent calls a planned event off, and tells those who have signed up.
func CancelEvent(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID) error {
	e, p, err := OneEvent(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if e.State != Planned {
		return fault.New(fault.Conflict, "volunteer.event-over")
	}
	e.State = Cancelled
	if err := tx.PutEvent(ctx, e); err != nil {
		return err
	}
	return tellSignedUp(ctx, tx, p, of)
}

// Restore takes a cancellation back while the event lies ahead.
func Restore(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID) error {
	e, p, err := OneEvent(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if e.State != Cancelled || !e.Starts.After(tx.Now()) {
		return fault.New(fault.Conflict, "volunteer.event-over")
	}
	e.State = Planned
	if err := tx.PutEvent(ctx, e); err != nil {
		return err
	}
	return tellSignedUp(ctx, tx, p, of)
}

func tellSignedUp(ctx context.Context, tx Tx, p Place, of EventID) error {
	all, err := tx.SignUps(ctx, of)
	if err != nil {
		return err
	}
	for _, s := range all {
		v, err := tx.Volunteer(ctx, s.Volunteer)
		if err != nil {
			return err
		}
		if err := Tell(ctx, tx, p, v); err != nil {
			return err
		}
	}
	return nil
}

// Attend notes who of those who signed up were there. Their trainings count from that day; whoever was ticked by mistake has
// again what they had before it only by Learn. The sum of heads stays when everything else has gone.
func Attend(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID, came []ID) error {
	e, p, err := OneEvent(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	switch {
	case e.State == Cancelled:
		return fault.New(fault.Conflict, "volunteer.event-off")
	case tx.Now().Before(e.Starts):
		return fault.New(fault.Conflict, "volunteer.not-yet")
	}
	all, err := tx.SignUps(ctx, of)
	if err != nil {
		return err
	}
	for _, who := range came {
		if !slices.ContainsFunc(all, func(s SignUp) bool { return s.Volunteer == who }) {
			return fault.New(fault.Invalid, "form.choice")
		}
	}
	item, _ := p.Model.Volunteer.Item(e.Item)
	heads := 0
	for _, s := range all {
		was := s.Came
		if s.Came = slices.Contains(came, s.Volunteer); s.Came {
			heads++
		}
		if was == s.Came {
			continue
		}
		if err := tx.PutSignUp(ctx, s); err != nil {
			return err
		}
		if err := learns(ctx, tx, s, e, item.Gives); err != nil {
			return err
		}
	}
	if e.State == Planned {
		if err := p.count(ctx, tx, figure.TrainingsHeld, e.Item, 1); err != nil {
			return err
		}
	}
	if err := p.count(ctx, tx, figure.TrainingsAttended, e.Item, heads-e.Came); err != nil {
		return err
	}
	e.State, e.Came = Held, heads
	return tx.PutEvent(ctx, e)
}

// learns gives a volunteer what an event gives, or takes back what this very event had given.
func learns(ctx context.Context, tx Tx, s SignUp, e Event, gives []string) error {
	v, err := tx.Volunteer(ctx, s.Volunteer)
	if err != nil || len(gives) == 0 {
		return err
	}
	for _, t := range gives {
		has := v.Path.Learnt(t)
		switch {
		case s.Came && has < e.At.Day:
			v.Path.Trainings = marked(v.Path.Trainings, t, e.At.Day)
		case !s.Came && has == e.At.Day:
			v.Path.Trainings = marked(v.Path.Trainings, t, "")
		}
	}
	return tx.PutVolunteer(ctx, v)
}

// Coming is an event as a volunteer sees it.
type Coming struct {
	Event
	How string // how one takes part; "" is not signed up
}

// OwnYear are the events of the volunteer's unit that lie ahead, those one was at or has signed up for, and those called off
// that one had signed up for. The link is told to those alone who come from elsewhere.
func OwnYear(ctx context.Context, tx Tx, v Volunteer, p Place) ([]Coming, error) {
	all, err := tx.Events(ctx, v.Unit)
	if err != nil {
		return nil, err
	}
	signed, err := tx.SignUpsOf(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	var out []Coming
	for _, e := range all {
		c := Coming{Event: e}
		if i := slices.IndexFunc(signed, func(s SignUp) bool { return s.Event == e.ID }); i >= 0 {
			c.How = signed[i].How
		}
		item, _ := p.Model.Volunteer.Item(e.Item)
		mine := item.For == "" || slices.Contains(v.Path.Tasks, item.For)
		if ahead := e.Starts.After(tx.Now()) && e.State == Planned && mine; !ahead && c.How == "" {
			continue
		}
		if c.How != Remotely {
			c.Link = ""
		}
		out = append(out, c)
	}
	return out, nil
}

// SignUpFor says that the volunteer comes, in place or from elsewhere; changing it is saying it again.
func SignUpFor(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID, how string) error {
	v, e, err := ahead(ctx, tx, ms, by, of)
	switch {
	case err != nil:
		return err
	case how != InPlace && how != Remotely, how == Remotely && !e.Remote:
		return wrong("how", "form.choice")
	case v.State != Induction && v.State != Active:
		return moved()
	}
	return tx.PutSignUp(ctx, SignUp{Event: of, Volunteer: v.ID, How: how})
}

// SignOff takes it back, without a reason and without a trace.
func SignOff(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID) error {
	v, _, err := ahead(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	return tx.DeleteSignUp(ctx, of, v.ID)
}

// ahead finds an event of the volunteer's own unit that has not begun.
func ahead(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of EventID) (Volunteer, Event, error) {
	v, _, err := Mine(ctx, tx, ms, by)
	if err != nil {
		return v, Event{}, err
	}
	unit, err := tx.EventUnit(ctx, of)
	if err == nil && unit != v.Unit {
		err = hidden()
	}
	if err != nil {
		return v, Event{}, err
	}
	e, err := tx.Event(ctx, of)
	switch {
	case err != nil:
		return v, e, err
	case e.State != Planned || !e.Starts.After(tx.Now()):
		return v, e, fault.New(fault.Conflict, "volunteer.event-over")
	}
	return v, e, nil
}
