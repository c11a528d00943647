package circle

import (
	"context"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// hall is where a group belongs.
type hall struct {
	unit  organization.Unit
	model *model.Model
}

func (h hall) where() figure.Where {
	return figure.Where{Unit: h.unit.ID, Zone: h.unit.Zone, Model: h.model.ID}
}

// count adds to a sum of the service in the month of now, where it counts it.
func (h hall) count(ctx context.Context, tx Tx, name, value string, n int) error {
	if n == 0 || !h.model.Counts(name) {
		return nil
	}
	return figure.Add(ctx, tx, h.where(), name, value, n)
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }

func find(ctx context.Context, tx Tx, ms model.Set, offer organization.OfferID) (hall, error) {
	o, err := tx.Offer(ctx, offer)
	if err != nil {
		return hall{}, err
	}
	m, ok := ms.Model(o.Model, o.Version)
	if !ok || m.Gathering == nil {
		return hall{}, notFound()
	}
	u, err := tx.Unit(ctx, o.Unit)
	return hall{u, m}, err
}

// Sight is a group as somebody who leads it or coordinates its unit sees it.
type Sight struct {
	Circle
	Unit       organization.Unit
	Model      *model.Model
	Meetings   []Meeting
	Leading    bool
	Coordinate bool
	hall       hall
}

// See asks leave: a group is its leaders' and its unit's coordinators', and whoever leads one meeting sees it until that is
// counted. Nobody else finds it (design 4.2), and a volunteer who leads has Mine, which has no names (decision 0070).
func See(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	if err := tx.SeesCircle(ctx, by, of); err != nil {
		return Sight{}, err // before anything is opened: what is hidden takes the time of what is not there
	}
	all, err := tx.CircleMeetings(ctx, []ID{of})
	if err != nil {
		return Sight{}, err
	}
	c, err := tx.Circle(ctx, of)
	if err != nil {
		return Sight{}, err
	}
	h, err := find(ctx, tx, ms, c.Offer)
	if err != nil {
		return Sight{}, err
	}
	s := Sight{Circle: c, Unit: h.unit, Model: h.model, Meetings: all, hall: h, Leading: by.Works() && Leads(c, all, by.Account),
		Coordinate: by.Is(access.Coordinator, h.unit.ID)}
	if !s.Leading && !s.Coordinate {
		return Sight{}, notFound()
	}
	return s, nil
}

// Read is See for the pages that show names. Looking leaves an audit entry (D-201, decision 0074), so it wants a transaction that writes.
func Read(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	s, err := See(ctx, tx, ms, by, of)
	if err != nil {
		return s, err
	}
	return s, audit.Note(ctx, tx, by, audit.Seen, audit.Circle, string(of))
}

// change is See for what changes something, which is noted: with the change, or not at all.
func change(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	s, err := See(ctx, tx, ms, by, of)
	if err != nil {
		return s, err
	}
	return s, audit.Note(ctx, tx, by, audit.Changed, audit.Circle, string(of))
}

// meeting finds one of the group's meetings.
func (s Sight) meeting(no int) (Meeting, error) {
	if no < 1 || no > len(s.Meetings) {
		return Meeting{}, notFound()
	}
	return s.Meetings[no-1], nil
}

// New is a group as it is planned. Minutes are one meeting's; Weeks lie from one to the next; Number of meetings is set
// beforehand.
type New struct {
	Offer   organization.OfferID
	Kind    string
	Day     calendar.Date
	Clock   calendar.Clock
	Minutes int
	Weeks   int
	Number  int
	Places  int
	Online  bool
	Place   organization.PlaceID
	Link    string
	Leaders []access.AccountID
	Idea    IdeaID // the one it comes of, if any
}

// MayOnline tells whether groups of a kind may meet online: as the model says, or as the organisation has set it.
func MayOnline(ctx context.Context, tx interface {
	Setting(ctx context.Context, name string) (string, error)
}, m *model.Model, kind string) (bool, error) {
	k, ok := m.Gathering.Kind(kind)
	if !ok {
		return false, nil
	}
	set, err := tx.Setting(ctx, onlineSetting(m, kind))
	if err != nil || set == "" {
		return k.Online, err
	}
	return set == "yes", nil
}

func onlineSetting(m *model.Model, kind string) string { return "online." + m.ID + "." + kind }

// SetOnline says for the organisation whether groups of a kind may meet online. Those that are planned stay as they are.
func SetOnline(ctx context.Context, tx Tx, ms model.Set, by access.Actor, offer organization.OfferID, kind string, online bool) error {
	h, err := find(ctx, tx, ms, offer)
	if err != nil {
		return err
	}
	if _, ok := h.model.Gathering.Kind(kind); !ok || !by.Is(access.Coordinator, h.unit.ID) {
		return notFound()
	}
	word := "no"
	if online {
		word = "yes"
	}
	return tx.PutSetting(ctx, onlineSetting(h.model, kind), word)
}

// Plan begins a group: all its meetings at once, at the interval and the number set beforehand. A worker of the unit plans one
// they lead themselves, a coordinator any.
func Plan(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, n New) (Circle, error) {
	h, err := find(ctx, tx, ms, n.Offer)
	if err != nil {
		return Circle{}, err
	}
	coordinates := by.Is(access.Coordinator, h.unit.ID)
	if !coordinates && !by.Is(access.Worker, h.unit.ID) {
		return Circle{}, notFound()
	}
	var form fault.Form
	if err := n.check(ctx, tx, h, &form); err != nil {
		return Circle{}, err
	}
	if !coordinates && !slices.Contains(n.Leaders, by.Account) {
		form.Add("leader", "circle.lead-yourself")
	} else if err := checkLeaders(ctx, may, h, n.Leaders, nil, &form); err != nil {
		return Circle{}, err
	}
	if err := form.Err(); err != nil {
		return Circle{}, err
	}
	c, err := n.circle(tx, h)
	if err != nil {
		return c, err
	}
	all, err := meetings(c, tx.Now())
	if err != nil {
		return c, err
	}
	c.Last = lastDay(all)
	if err := tx.PutCircle(ctx, c); err != nil {
		return c, err
	}
	for _, m := range all {
		if err := putSeated(ctx, tx, c, m, ""); err != nil {
			return c, err
		}
	}
	if n.Idea != "" {
		if err := taken(ctx, tx, ms, by, c, n); err != nil {
			return c, err
		}
	}
	return c, audit.Note(ctx, tx, by, audit.Opened, audit.Circle, string(c.ID))
}

func (n New) circle(tx Tx, h hall) (Circle, error) {
	key, err := tx.NewKey()
	c := Circle{ID: ID(id.New()), Offer: n.Offer, Key: key, Kind: n.Kind, Number: n.Number, Weeks: n.Weeks, Minutes: n.Minutes, Places: n.Places,
		Online: n.Online, State: Open, Leaders: n.Leaders, First: calendar.Local{Day: n.Day, Clock: n.Clock, Zone: h.unit.Zone}}
	if n.Online {
		c.Link = seal.Of(strings.TrimSpace(n.Link))
	} else {
		c.Place = n.Place
	}
	return c, err
}

func meetings(c Circle, now time.Time) ([]Meeting, error) {
	var all []Meeting
	for i, day := range Dates(c.First.Day, c.Weeks, c.Number) {
		m := Meeting{Circle: c.ID, No: i + 1, Number: c.Number, At: c.First, State: Planned, Came: -1}
		m.At.Day = day
		var err error
		if m.Starts, err = m.At.Instant(); err != nil {
			return nil, err
		}
		if !m.Starts.After(now) {
			return nil, fault.New(fault.Invalid, "circle.past")
		}
		all = append(all, m)
	}
	return all, nil
}

// check holds what was typed against the model, and tells all mistakes at once.
func (n New) check(ctx context.Context, tx Tx, h hall, form *fault.Form) error {
	g := h.model.Gathering
	within := func(field, key string, value, least, most int) {
		if value < least || value > most {
			form.Add(field, key, "least", least, "most", most)
		}
	}
	if _, ok := g.Kind(n.Kind); !ok {
		form.Add("kind", "form.choice")
	}
	if _, err := calendar.ParseDate(string(n.Day)); err != nil {
		form.Add("day", "calendar.date")
	}
	if _, err := calendar.ParseClock(string(n.Clock)); err != nil {
		form.Add("clock", "calendar.clock")
	}
	within("minutes", "circle.minutes", n.Minutes, 15, 480)
	within("weeks", "circle.weeks", n.Weeks, g.MinWeeks, g.MaxWeeks)
	if g.Fewest == g.Most && n.Number != g.Most {
		form.Add("number", "circle.number-set", "n", g.Most)
	} else {
		within("number", "circle.number", n.Number, g.Fewest, g.Most)
	}
	within("places", "circle.places", n.Places, 2, g.MostPlaces)
	if n.Online {
		return n.checkOnline(ctx, tx, h, form)
	}
	return checkPlace(ctx, tx, h, n.Place, form)
}

func (n New) checkOnline(ctx context.Context, tx Tx, h hall, form *fault.Form) error {
	may, err := MayOnline(ctx, tx, h.model, n.Kind)
	if err != nil {
		return err
	}
	if !may {
		form.Add("where", "circle.not-online")
	}
	checkLink(n.Link, form)
	return nil
}

// checkLink takes an address of the web and nothing that a browser would carry out. None is fine: it may come later.
func checkLink(link string, form *fault.Form) {
	link = strings.TrimSpace(link)
	if link == "" {
		return
	}
	if !strings.HasPrefix(link, "https://") || !person.Short(link, MaxLink) || strings.ContainsAny(link, " <>\"'\\") || len(link) < len("https://a.b") {
		form.Add("link", "circle.link")
	}
}

func checkPlace(ctx context.Context, tx Tx, h hall, place organization.PlaceID, form *fault.Form) error {
	all, err := tx.Places(ctx, h.unit.ID)
	if !slices.ContainsFunc(all, func(p organization.Place) bool { return p.ID == place && p.Active }) {
		form.Add("place", "circle.place")
	}
	return err
}

// checkLeaders: one or two, who may lead groups here; a volunteer who has said yes goes on. None where volunteers are asked to lead:
// then somebody is looked for. Why somebody may not is told to nobody.
func checkLeaders(ctx context.Context, may May, h hall, leaders []access.AccountID, cleared map[access.AccountID][]byte, form *fault.Form) error {
	if len(leaders) < 1 && h.model.Gathering.Task == "" || len(leaders) > 2 || len(leaders) == 2 && leaders[0] == leaders[1] {
		form.Add("leader", "circle.leaders")
		return nil
	}
	for _, who := range leaders {
		if len(cleared[who]) > 0 {
			continue
		}
		ok, err := may(ctx, who, h.unit.ID)
		if err != nil {
			return err
		}
		if !ok {
			form.Add("leader", "circle.leader")
		}
	}
	return nil
}

// Change is what may be put right while a group goes on.
type Change struct {
	Places int
	Link   string
	Place  organization.PlaceID
}

// Alter changes places, the link or the office. Whoever has waited longest has a place that it brings. What is to come has another
// room where its own is too small then, or at the other office.
func Alter(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, ch Change) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	var form fault.Form
	if ch.Places < 2 || ch.Places > s.Model.Gathering.MostPlaces {
		form.Add("places", "circle.places", "least", 2, "most", s.Model.Gathering.MostPlaces)
	}
	c := s.Circle
	if c.Online {
		checkLink(ch.Link, &form)
		c.Link = seal.Of(strings.TrimSpace(ch.Link))
	} else if err := checkPlace(ctx, tx, s.hall, ch.Place, &form); err != nil {
		return err
	} else {
		c.Place = ch.Place
	}
	all, err := tx.Participants(ctx, c)
	if err != nil {
		return err
	}
	in, _ := Split(all, s.Places)
	if ch.Places < len(in) { // nobody who is in goes out by it
		form.Add("places", "circle.places-taken", "n", len(in))
	}
	if err := form.Err(); err != nil {
		return err
	}
	c.Places = ch.Places
	if err := tx.PutCircle(ctx, c); err != nil {
		return err
	}
	if c.Place != s.Place || c.Places != s.Places {
		if err := s.reseat(ctx, tx, c); err != nil {
			return err
		}
	}
	if c.Place != s.Place || c.Link.Reveal() != s.Link.Reveal() {
		if err := s.tell(ctx, tx); err != nil {
			return err
		}
	}
	now, _ := Split(all, c.Places)
	return s.hall.count(ctx, tx, figure.Joined, "", len(now)-len(in))
}

// SetLeaders says who leads the group from now on, by a coordinator.
func SetLeaders(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID, leaders []access.AccountID) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if !s.Coordinate {
		return notFound()
	}
	var form fault.Form
	if err := checkLeaders(ctx, may, s.hall, leaders, s.Cleared, &form); err != nil {
		return err
	}
	for _, who := range leaders {
		bars, err := barred(ctx, tx, s.Circle, who)
		if err != nil {
			return err
		}
		if bars && form.Err() == nil {
			form.Add("leader", "circle.leader") // as if they were somewhere else
		}
	}
	if err := form.Err(); err != nil {
		return err
	}
	if err := s.tell(ctx, tx); err != nil { // also whoever leads no more
		return err
	}
	s.Circle.Leaders = leaders
	return tx.PutCircle(ctx, s.Circle)
}

// End calls off all that is still to come. What was held stays counted.
func End(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if s.State == Ended {
		return fault.New(fault.Conflict, "circle.ended")
	}
	for _, m := range s.Meetings {
		if m.State == Planned && m.Starts.After(tx.Now()) {
			m.State = Cancelled
			if err := tx.PutCircleMeeting(ctx, m); err != nil {
				return err
			}
		}
	}
	if err := s.tell(ctx, tx); err != nil {
		return err
	}
	c := s.Circle
	c.State, c.Last = Ended, calendar.LocalOf(tx.Now(), s.Unit.Zone).Day
	return tx.PutCircle(ctx, c)
}
