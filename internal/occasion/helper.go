package occasion

import (
	"bytes"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// clearance is the mark without which no volunteer is confirmed; the schema asks for it too. It is made where the rule has said yes,
// of this volunteer and this date, so that a day that was moved, or a row that was made otherwise, confirms nobody.
func clearance(tx Tx, d Day, who access.AccountID) []byte {
	return tx.Index("occasion-cleared", string(d.ID)+" "+string(d.At.Day)+" "+string(who))
}

// cleared tells whether somebody who is confirmed may be: the unit's own are, volunteers by their mark.
func cleared(tx Tx, d Day, h Helper) bool {
	return !h.Volunteer || bytes.Equal(h.Cleared, clearance(tx, d, h.Account))
}

// canBeMended are the rules that may be met before the day: an extract that is shown, a training that is gone through. A volunteer
// may be asked already; they are confirmed when it is done.
var canBeMended = []string{"volunteer.may-training", "volunteer.may-old", "volunteer.may-extract", "volunteer.may-extract-old"}

// Askable tells whether a volunteer may be asked, from what the rule says of them.
func Askable(against error) bool {
	return against == nil || slices.Contains(canBeMended, fault.Of(against).Key)
}

// asks is the one rule of a volunteer and this day: their task's, and that they need not meet somebody they keep away from.
func (s Sight) asks(ctx context.Context, tx Tx, may May, who access.AccountID) error {
	if s.Model.Occasion.Task == "" {
		return notFound()
	}
	if barred, err := s.barred(ctx, tx, who); barred || err != nil {
		if err == nil {
			err = fault.New(fault.Conflict, "occasion.helper")
		}
		return err
	}
	return may(ctx, who, s.Model.Occasion.Task, s.At.Day)
}

func (s Sight) barred(ctx context.Context, tx Tx, who access.AccountID) (bool, error) {
	here, err := s.here(ctx, tx)
	if err != nil {
		return false, err
	}
	return wall.BarredFrom(ctx, tx, here, who)
}

func (s Sight) helper(who access.AccountID) (Helper, bool) {
	i := slices.IndexFunc(s.Helpers, func(h Helper) bool { return h.Account == who })
	if i < 0 {
		return Helper{}, false
	}
	return s.Helpers[i], true
}

// arranges is See for a coordinator, of a day that is still to come.
func arranges(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, error) {
	s, err := See(ctx, tx, ms, by, of)
	switch {
	case err != nil:
		return s, err
	case !s.Coordinate:
		return s, notFound()
	case s.State != Planned || !s.Coming(tx.Now()):
		return s, fault.New(fault.Conflict, "occasion.over")
	}
	return s, nil
}

// Candidate is a volunteer of the unit who has the day's task, and what speaks against them.
type Candidate struct {
	volunteer.Volunteer
	Against error // nil where they can be confirmed
}

// Candidates are the unit's volunteers who may be asked and were not, those who can be confirmed first. Whoever is on a break or has
// not chosen the task is not among them, and why stands nowhere.
func Candidates(ctx context.Context, tx Tx, may May, s Sight) ([]Candidate, error) {
	if !s.Coordinate || s.Model.Occasion.Task == "" {
		return nil, nil
	}
	all, err := tx.Volunteers(ctx, s.Unit.ID)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, v := range all {
		if _, asked := s.helper(v.Account); asked || v.Account == "" {
			continue
		}
		against := s.asks(ctx, tx, may, v.Account)
		if against != nil && !fault.Is(against, fault.Conflict) {
			return nil, against
		}
		if Askable(against) {
			out = append(out, Candidate{v, against})
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		switch {
		case a.Against == nil && b.Against != nil:
			return -1
		case a.Against != nil && b.Against == nil:
			return 1
		}
		return 0
	})
	return out, nil
}

// Offer asks a volunteer of the unit whether they would help on the day. They are told that there is something new, and never what.
func Offer(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID, who access.AccountID) error {
	s, err := arranges(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	v, err := tx.VolunteerOf(ctx, who)
	if err != nil {
		return err
	}
	if v.Unit != s.Unit.ID {
		return notFound()
	}
	if _, asked := s.helper(who); asked {
		return nil // pressing twice is no mistake
	}
	if err := s.asks(ctx, tx, may, who); !Askable(err) {
		return err
	}
	if err := tx.PutHelper(ctx, Helper{Day: of, Account: who, Volunteer: true, State: Offered}); err != nil {
		return err
	}
	return write(ctx, tx, s, v)
}

func write(ctx context.Context, tx Tx, s Sight, v volunteer.Volunteer) error {
	return volunteer.TellIn(ctx, tx, s.Unit.Zone, v)
}

// Confirm says that a volunteer who was asked comes. Without what the task takes nobody is confirmed, whoever presses.
func Confirm(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID, who access.AccountID) error {
	s, err := arranges(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	h, asked := s.helper(who)
	if !asked || !h.Volunteer {
		return fault.New(fault.Conflict, "occasion.not-asked") // they have said no in the meantime, or never were
	}
	return s.confirm(ctx, tx, may, h)
}

func (s Sight) confirm(ctx context.Context, tx Tx, may May, h Helper) error {
	if err := s.asks(ctx, tx, may, h.Account); err != nil {
		return err
	}
	h.State, h.Cleared = Confirmed, clearance(tx, s.Day, h.Account)
	return tx.PutHelper(ctx, h)
}

// Withdraw takes an offer or a place back, by a coordinator. Nothing is left of it.
func Withdraw(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, who access.AccountID) error {
	s, err := arranges(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if h, asked := s.helper(who); !asked || !h.Volunteer {
		return nil
	}
	return tx.DeleteHelper(ctx, of, who)
}

// SetWorkers says which of the unit's workers are there. One who keeps away from somebody who is known to come reads as one who
// does not work here.
func SetWorkers(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, workers []access.AccountID) error {
	s, err := see(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if s.Gone() {
		return fault.New(fault.Conflict, "occasion.over")
	}
	var form fault.Form
	if err := checkWorkers(ctx, tx, s.hall, workers, &form); err != nil {
		return err
	}
	for _, who := range workers {
		barred, err := s.barred(ctx, tx, who)
		if err != nil {
			return err
		}
		if barred && form.Err() == nil {
			form.Add("workers", "occasion.worker")
		}
	}
	if err := form.Err(); err != nil {
		return err
	}
	for _, h := range s.Helpers {
		if !h.Volunteer && !slices.Contains(workers, h.Account) {
			if err := tx.DeleteHelper(ctx, of, h.Account); err != nil {
				return err
			}
		}
	}
	for _, who := range workers {
		if err := tx.PutHelper(ctx, Helper{Day: of, Account: who, State: Confirmed}); err != nil {
			return err
		}
	}
	return nil
}

// asked is a volunteer's own row on a day that is to come; to anybody else the day is not there.
func asked(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) (Sight, Helper, error) {
	all, err := tx.HelpsOn(ctx, by.Account)
	if err != nil {
		return Sight{}, Helper{}, err
	}
	i := slices.IndexFunc(all, func(h Helper) bool { return h.Day == of && h.Volunteer })
	if i < 0 {
		return Sight{}, Helper{}, notFound()
	}
	d, err := tx.Occasion(ctx, of)
	if err != nil {
		return Sight{}, Helper{}, err
	}
	h, err := find(ctx, tx, ms, d.Offer)
	return Sight{Day: d, Unit: h.unit, Model: h.model, hall: h}, all[i], err
}

// Yes is a volunteer's own yes. It confirms them where the rule says so; where something is missing it stands until that is done.
func Yes(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID) error {
	s, h, err := asked(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if s.State != Planned || !s.Coming(tx.Now()) {
		return fault.New(fault.Conflict, "occasion.over")
	}
	if h.State == Confirmed && cleared(tx, s.Day, h) {
		return nil
	}
	switch err := s.confirm(ctx, tx, may, h); {
	case err == nil:
		return nil
	case !fault.Is(err, fault.Conflict) || !Askable(err):
		return err
	}
	h.State, h.Cleared = Said, nil
	return tx.PutHelper(ctx, h)
}

// No is a volunteer's no, now or later. No reason is asked, and nothing stays of it: the row is gone as if it had never been (R-235,
//
func No(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID) error {
	if _, _, err := asked(ctx, tx, ms, by, of); err != nil {
		return err
	}
	return tx.DeleteHelper(ctx, of, by.Account)
}

// Own is a day as a volunteer's own page has it.
type Own struct {
	Day
	Unit    organization.Unit
	Model   *model.Model
	State   string // Offered, Said or Confirmed: the volunteer's own
	Against error  // what is missing; nil where nothing is
	List    bool   // its list can be read
	Where   Whereabouts
}

// Mine are the days a volunteer was asked to, until their lists go, by day. The place is told to who is confirmed.
func Mine(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor) ([]Own, error) {
	all, err := tx.HelpsOn(ctx, by.Account)
	if err != nil {
		return nil, err
	}
	var out []Own
	for _, h := range all {
		if !h.Volunteer {
			continue
		}
		s, _, err := asked(ctx, tx, ms, by, h.Day)
		if err != nil {
			return nil, err
		}
		o := Own{Day: s.Day, Unit: s.Unit, Model: s.Model, State: h.State}
		if h.State == Confirmed && !cleared(tx, s.Day, h) {
			o.State = Said
		}
		if o.Against = may(ctx, by.Account, s.Model.Occasion.Task, s.At.Day); o.Against != nil && !fault.Is(o.Against, fault.Conflict) {
			return nil, o.Against
		}
		over := calendar.LocalOf(tx.Now(), s.Unit.Zone).Day > s.At.Day
		if over && o.State != Confirmed || s.Gone() {
			continue
		}
		if o.List = o.State == Confirmed && o.Against == nil && s.Listed(s.Model, tx.Now()); o.State != Confirmed {
			o.Place, o.Office, o.Room = seal.Text{}, "", ""
		}
		if o.Where, err = o.Day.whereabouts(ctx, tx, true); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Own) int { return a.Starts.Compare(b.Starts) })
	return out, nil
}

// rebind gives those who were confirmed for another date a mark of the new one, where the rule says so, and tells all.
func (s Sight) rebind(ctx context.Context, tx Tx, may May, d Day) error {
	was := s.Day
	s.Day = d
	for _, h := range s.Helpers {
		if !h.Volunteer || h.State != Confirmed || !cleared(tx, was, h) {
			continue
		}
		err := s.confirm(ctx, tx, may, h)
		if err == nil {
			continue
		}
		if !fault.Is(err, fault.Conflict) {
			return err
		}
		h.State, h.Cleared = Said, nil
		if err := tx.PutHelper(ctx, h); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx)
}

// tell writes to the volunteers of a day that there is something new on their page.
func (s Sight) tell(ctx context.Context, tx Tx) error {
	for _, h := range s.Helpers {
		if !h.Volunteer {
			continue
		}
		v, err := tx.VolunteerOf(ctx, h.Account)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err == nil {
			err = write(ctx, tx, s, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
