package occasion

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
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// hall is where a day belongs.
type hall struct {
	unit  organization.Unit
	model *model.Model
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }

func find(ctx context.Context, tx Tx, ms model.Set, offer organization.OfferID) (hall, error) {
	o, err := tx.Offer(ctx, offer)
	if err != nil {
		return hall{}, err
	}
	m, ok := ms.Model(o.Model, o.Version)
	if !ok || !m.SignsUp() {
		return hall{}, notFound()
	}
	u, err := tx.Unit(ctx, o.Unit)
	return hall{u, m}, err
}

// Sight is a day as somebody who works at it sees it.
type Sight struct {
	Day
	Unit       organization.Unit
	Model      *model.Model
	Helpers    []Helper // nobody but the unit's own reads who else was asked
	Works      bool     // the unit's worker or coordinator
	Coordinate bool
	Helps      bool // works on the day
	Where      Whereabouts
	hall       hall
}

// See asks leave: a day is its unit's workers' and coordinators', and whoever works on it sees it until its list goes. Names of
// families are in none of it: Names reads them.
func See(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	if err := tx.SeesOccasion(ctx, by, of); err != nil {
		return Sight{}, err // before anything is opened: what is hidden takes the time of what is not there
	}
	return look(ctx, tx, ms, by, of)
}

func look(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	d, err := tx.Occasion(ctx, of)
	if err != nil {
		return Sight{}, err
	}
	h, err := find(ctx, tx, ms, d.Offer)
	if err != nil {
		return Sight{}, err
	}
	all, err := tx.Helpers(ctx, of)
	if err != nil {
		return Sight{}, err
	}
	s := Sight{Day: d, Unit: h.unit, Model: h.model, Helpers: all, hall: h, Coordinate: by.Is(access.Coordinator, h.unit.ID)}
	s.Works = s.Coordinate || by.Is(access.Worker, h.unit.ID)
	s.Helps = slices.ContainsFunc(all, func(x Helper) bool { return x.Account == by.Account && x.State == Confirmed && cleared(tx, d, x) })
	if !s.Works && !s.Helps {
		return Sight{}, notFound()
	}
	s.Where, err = d.whereabouts(ctx, tx, true)
	return s, err
}

// see is See for what the unit's own do, which is noted: with the change, or not at all. When the list has gone nothing is: its entries
// went with it, and what is left are numbers.
func see(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	s, err := See(ctx, tx, ms, by, of)
	if err == nil && !s.Works {
		err = notFound()
	}
	if err != nil || s.Gone() {
		return s, err
	}
	return s, audit.Note(ctx, tx, by, audit.Changed, audit.Occasion, string(of))
}

// Names are who signed up, by first name and number: for those who work on the day alone, from the model's days before. A
// volunteer whose extract or training no longer counts reads nothing. Reading leaves an audit entry, of a volunteer too (D-201, decision
// 0074), so it wants a transaction that writes.
func Names(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID) (Sight, []Family, error) {
	if err := tx.HelpsOccasion(ctx, by, of); err != nil {
		return Sight{}, nil, err // the day's page says whose the list is
	}
	s, err := look(ctx, tx, ms, by, of)
	if err != nil {
		return s, nil, err
	}
	switch {
	case !s.Helps:
		return s, nil, notFound()
	case !s.Listed(s.Model, tx.Now()):
		return s, nil, fault.New(fault.Conflict, "occasion.list-not-now")
	}
	if !s.Works {
		if err := may(ctx, by.Account, s.Model.Occasion.Task, s.At.Day); err != nil {
			return s, nil, err
		}
	}
	all, err := tx.Families(ctx, s.Day)
	if err != nil {
		return s, nil, err
	}
	in, _ := Split(all, s.Places)
	return s, in, audit.Note(ctx, tx, by, audit.Seen, audit.Occasion, string(of))
}

// New is a day as it is planned.
type New struct {
	Offer      organization.OfferID
	Day        calendar.Date
	Clock      calendar.Clock
	Minutes    int
	Closes     calendar.Date // "" is the day before
	Places     int
	Volunteers int
	About      string
	Area       string
	Place      string
	Office     organization.PlaceID // "" is elsewhere
	Workers    []access.AccountID
}

// Plan plans a day, by a coordinator of the unit: what is done and whereabouts are words for everybody to read.
func Plan(ctx context.Context, tx Tx, ms model.Set, by access.Actor, n New) (Day, error) {
	h, err := find(ctx, tx, ms, n.Offer)
	if err != nil {
		return Day{}, err
	}
	if !by.Is(access.Coordinator, h.unit.ID) {
		return Day{}, notFound()
	}
	var form fault.Form
	starts := n.when(tx, h, &form)
	if n.Closes == "" && n.Day != "" {
		n.Closes = n.Day.Add(-1)
	}
	n.check(h, &form)
	if err := checkWorkers(ctx, tx, h, n.Workers, &form); err != nil {
		return Day{}, err
	}
	if err := checkOffice(ctx, tx, h.unit.ID, n.Office, &form); err != nil {
		return Day{}, err
	}
	if err := form.Err(); err != nil {
		return Day{}, err
	}
	key, err := tx.NewKey()
	if err != nil {
		return Day{}, err
	}
	d := Day{ID: ID(id.New()), Offer: n.Offer, Key: key, State: Planned, At: calendar.Local{Day: n.Day, Clock: n.Clock, Zone: h.unit.Zone}, Starts: starts,
		Families: -1, Adults: -1, Children: -1}
	if d, err = putSeated(ctx, tx, n.onto(d)); err != nil {
		return d, err
	}
	for _, who := range n.Workers {
		if err := tx.PutHelper(ctx, Helper{Day: d.ID, Account: who, State: Confirmed}); err != nil {
			return d, err
		}
	}
	return d, audit.Note(ctx, tx, by, audit.Opened, audit.Occasion, string(d.ID))
}

// onto puts onto a day what may be changed while people sign up.
func (n New) onto(d Day) Day {
	d.Closes, d.Places, d.Volunteers, d.Minutes = n.Closes, n.Places, n.Volunteers, n.Minutes
	d.Office = n.Office
	d.About, d.Area, d.Place = strings.TrimSpace(n.About), strings.TrimSpace(n.Area), seal.Of(strings.TrimSpace(n.Place))
	return d
}

// when is the instant at which it begins, which lies ahead.
func (n New) when(tx Tx, h hall, form *fault.Form) (starts time.Time) {
	_, noDay := calendar.ParseDate(string(n.Day))
	_, noClock := calendar.ParseClock(string(n.Clock))
	if noDay != nil {
		form.Add("day", "calendar.date")
	}
	if noClock != nil {
		form.Add("clock", "calendar.clock")
	}
	if noDay != nil || noClock != nil {
		return starts
	}
	starts, err := calendar.Local{Day: n.Day, Clock: n.Clock, Zone: h.unit.Zone}.Instant()
	switch {
	case err != nil:
		form.Add("clock", "calendar.skipped")
	case !starts.After(tx.Now()):
		form.Add("day", "occasion.past")
	}
	return starts
}

// check holds what was typed against the model, and tells all mistakes at once.
func (n New) check(h hall, form *fault.Form) {
	o := h.model.Occasion
	if n.Minutes < 30 || n.Minutes > 960 {
		form.Add("minutes", "occasion.minutes")
	}
	if _, err := calendar.ParseDate(string(n.Closes)); err != nil || n.Closes > n.Day && n.Day != "" {
		form.Add("closes", "occasion.closes")
	}
	if n.Places < 2 || n.Places > o.Most {
		form.Add("places", "occasion.places", "most", o.Most)
	}
	if n.Volunteers < 0 || n.Volunteers > 20 || n.Volunteers > 0 && o.Task == "" {
		form.Add("volunteers", "occasion.volunteers")
	}
	line := func(field, text string, most int, needed bool) {
		text = strings.TrimSpace(text)
		switch {
		case text == "" && needed:
			form.Add(field, "occasion.empty")
		case text != "" && !person.Short(text, most):
			form.Add(field, "occasion.line", "most", most)
		}
	}
	line("about", n.About, MaxAbout, true)
	line("area", n.Area, MaxArea, true)
	line("place", n.Place, MaxPlace, false)
}

// checkWorkers: at least one, all of the unit.
func checkWorkers(ctx context.Context, tx Tx, h hall, who []access.AccountID, form *fault.Form) error {
	all, err := tx.Workers(ctx, h.unit.ID)
	if err != nil {
		return err
	}
	known := func(a access.AccountID) bool {
		return slices.ContainsFunc(all, func(w organization.Worker) bool { return w.Account == a })
	}
	if len(who) == 0 {
		form.Add("workers", "occasion.workers")
	} else if slices.ContainsFunc(who, func(a access.AccountID) bool { return !known(a) }) {
		form.Add("workers", "occasion.worker")
	}
	return nil
}

// Alter changes what is told of a day, its places, and until when one signs up, by a coordinator. Whoever has waited longest has the room it brings;
// nobody who comes goes out by it.
func Alter(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, n New) error {
	s, err := see(ctx, tx, ms, by, of)
	if err == nil && !s.Coordinate {
		err = notFound()
	}
	if err != nil {
		return err
	}
	if s.State != Planned || s.Gone() {
		return fault.New(fault.Conflict, "occasion.over")
	}
	var form fault.Form
	n.Day = s.At.Day
	n.check(s.hall, &form)
	if err := checkOffice(ctx, tx, s.Unit.ID, n.Office, &form); err != nil {
		return err
	}
	all, err := tx.Families(ctx, s.Day)
	if err != nil {
		return err
	}
	in, _ := Split(all, s.Places)
	if adults, children := Heads(in); n.Places < adults+children {
		form.Add("places", "occasion.places-taken", "n", adults+children)
	}
	if err := form.Err(); err != nil {
		return err
	}
	_, err = putSeated(ctx, tx, n.onto(s.Day))
	return err
}

// Move gives a day another time. Those who signed up read both with their code; whoever works there is told. A volunteer is
// confirmed for a date, so who may not on the new one waits for what is missing.
func Move(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID, day calendar.Date, clock calendar.Clock) error {
	s, err := see(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if s.State != Planned || !s.Coming(tx.Now()) {
		return fault.New(fault.Conflict, "occasion.over")
	}
	var form fault.Form
	starts := New{Day: day, Clock: clock}.when(tx, s.hall, &form)
	if err := form.Err(); err != nil {
		return err
	}
	d := s.Day
	at := calendar.Local{Day: day, Clock: clock, Zone: s.Unit.Zone}
	switch {
	case at == d.At:
		return nil
	case at == d.Was:
		d.Was = calendar.Local{} // back where it was
	case !d.Moved():
		d.Was = d.At
	}
	before := int(d.At.Day.Midnight().Sub(d.Closes.Midnight()) / (24 * time.Hour)) // one signs up until as many days before as it was
	d.At, d.Starts, d.Closes = at, starts, day.Add(-max(0, before))
	if d, err = putSeated(ctx, tx, d); err != nil {
		return err
	}
	return s.rebind(ctx, tx, may, d)
}

// Cancel calls a day off. Whoever signed up reads it with their code; nothing is sent, for nobody knows who they are.
func Cancel(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) error {
	return setState(ctx, tx, ms, by, of, Planned, Cancelled)
}

// Restore holds a day after all that was called off.
func Restore(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) error {
	return setState(ctx, tx, ms, by, of, Cancelled, Planned)
}

func setState(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, from, to string) error {
	s, err := see(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	switch {
	case s.State == to:
		return nil // pressing twice is no mistake
	case s.State != from || to == Planned && (!s.Coming(tx.Now()) || s.Gone()):
		return fault.New(fault.Conflict, "occasion.over")
	}
	d := s.Day
	d.State = to
	if _, err := putSeated(ctx, tx, d); err != nil { // one that was called off has no room; held after all, it seeks one
		return err
	}
	return s.tell(ctx, tx)
}

// Count says how many came, or corrects it. Who came is not asked.
func Count(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, families, adults, children int) error {
	s, err := see(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	var form fault.Form
	for _, x := range []struct {
		name string
		n    int
	}{{"families", families}, {"adults", adults}, {"children", children}} {
		if x.n < 0 || x.n > mostHeads {
			form.Add(x.name, "occasion.heads", "most", mostHeads)
		}
	}
	if form.Err() == nil && families > adults+children {
		form.Add("families", "occasion.more-families")
	}
	switch {
	case form.Err() != nil:
		return form.Err()
	case s.State == Cancelled:
		return fault.New(fault.Conflict, "occasion.cancelled")
	case s.Coming(tx.Now()):
		return fault.New(fault.Conflict, "occasion.not-yet")
	}
	d, held := s.Day, 0
	if d.State == Planned {
		held = 1
	}
	for _, x := range []struct {
		name string
		n    int
	}{{figure.Meetings, held}, {figure.Families, families - max(d.Families, 0)}, {figure.Adults, adults - max(d.Adults, 0)}, {figure.Children, children - max(d.Children, 0)}} {
		if x.n == 0 || !s.Model.Counts(x.name) {
			continue
		}
		if err := tx.AddFigure(ctx, figure.Sum{Month: d.At.Day.Month(), Unit: s.Unit.ID, Model: s.Model.ID, Name: x.name, N: x.n}); err != nil {
			return err
		}
	}
	if held == 1 {
		for _, h := range s.Helpers {
			if !h.Volunteer || h.State != Confirmed || !cleared(tx, d, h) {
				continue
			}
			if err := volunteer.Gave(ctx, tx, ms, h.Account, d.At.Day, d.Minutes); err != nil {
				return err
			}
		}
	}
	d.State, d.Families, d.Adults, d.Children = Held, families, adults, children
	return tx.PutOccasion(ctx, d)
}

// Forget lets lists go whose days are over: first names, codes, who worked there, and the place. Numbers stay. It tells how many
// went, at most a batch.
func Forget(ctx context.Context, tx Tx, ms model.Set, batch int) (int, error) {
	all, err := tx.Occasions(ctx, nil)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, d := range all {
		if d.Gone() || n >= batch {
			continue
		}
		h, err := find(ctx, tx, ms, d.Offer)
		if err != nil {
			return n, err
		}
		if d.ListGoes(h.model) >= calendar.LocalOf(tx.Now(), h.unit.Zone).Day {
			continue
		}
		n++
		if err := tx.ClearOccasion(ctx, d); err != nil {
			return n, err
		}
	}
	if err := tx.DropHelpersOfGone(ctx); err != nil {
		return n, err
	}
	_, err = tx.DeleteOccasionStaysOver(ctx, tx.Now())
	return n, err
}
