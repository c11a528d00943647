package shift

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/rota"
)

// longest is the longest evening; ahead is how far a rota looks.
const (
	longest = 8 * time.Hour
	ahead   = 400 * 24 * time.Hour
)

// Sheet is a line's coming evenings, who could answer, and the board on which both stand. Pages and actions ask the same board.
type Sheet struct {
	line.Hall
	Evenings []line.Evening
	Places   []Place
	People   []Person
	Board    *rota.Board
}

// Person is somebody who may be placed.
type Person struct {
	Account access.AccountID
	Name    string // as the staff know them
	Wish
}

// Read makes the sheet of a line's coming evenings. Who may answer on which day, may decides, asked once for each.
func Read(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, offer organization.OfferID) (*Sheet, error) {
	h, err := line.At(ctx, tx, ms, offer)
	if err == nil && !by.Is(access.Coordinator, h.Unit.ID) {
		err = hidden()
	}
	if err != nil {
		return nil, err
	}
	s := &Sheet{Hall: h}
	from, to := tx.Now().Add(-longest), tx.Now().Add(ahead)
	all, err := tx.Evenings(ctx, offer, from, to)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.State == line.Open && tx.Now().Before(e.Ends()) {
			s.Evenings = append(s.Evenings, e)
		}
	}
	if s.Places, err = tx.ShiftPlaces(ctx, offer, from, to); err != nil {
		return nil, err
	}
	if s.People, err = people(ctx, tx, h.Unit.ID); err != nil {
		return nil, err
	}
	return s, s.lay(ctx, may)
}

// people are those of a unit who may be asked to answer, by name.
func people(ctx context.Context, tx Tx, unit access.UnitID) ([]Person, error) {
	all, err := tx.Colleagues(ctx, unit)
	if err != nil {
		return nil, err
	}
	wishes, err := tx.ShiftWishes(ctx, unit)
	if err != nil {
		return nil, err
	}
	var out []Person
	for _, c := range all {
		if !c.Works() || !Answers(access.Actor{Account: c.ID, Roles: c.Roles}, unit) {
			continue
		}
		p := Person{Account: c.ID, Name: c.Name.Reveal(), Wish: Usual(c.ID)}
		if i := slices.IndexFunc(wishes, func(w Wish) bool { return w.Account == c.ID }); i >= 0 {
			p.Wish = wishes[i]
		}
		out = append(out, p)
	}
	return out, nil
}

// lay puts evenings, people and places on the board.
func (s *Sheet) lay(ctx context.Context, may May) error {
	var wrong error
	s.Board = rota.New(s.evenings(), s.persons(), func(who string, day calendar.Date) (any, bool) {
		err := may(ctx, access.AccountID(who), s.Model.Line.Task, day)
		if err != nil && !fault.Is(err, fault.Conflict) && wrong == nil {
			wrong = err
		}
		return err, err == nil
	})
	for _, p := range s.Places {
		s.Board.Put(place(p))
	}
	return wrong
}

func place(p Place) rota.Place {
	return rota.Place{Evening: string(p.Evening), Person: string(p.Account), Reserve: p.Reserve()}
}

func (s *Sheet) evenings() (out []rota.Evening) {
	for _, e := range s.Evenings {
		out = append(out, rota.Evening{ID: string(e.ID), Day: e.At.Day, Need: s.Model.Line.Answerers, Reserves: s.Model.Line.Reserves})
	}
	return out
}

func (s *Sheet) persons() (out []rota.Person) {
	for _, p := range s.People {
		x := rota.Person{ID: string(p.Account), Most: p.Most, Wished: p.Wished, Never: p.Never, Row: p.Row}
		if p.Away.First != "" {
			x.Away = []rota.Span{p.Away}
		}
		out = append(out, x)
	}
	return out
}

// Propose fills what is empty and names reserves. What was only proposed before is proposed anew; what is published stays. It
// is the coordinator's to look at and change, and nobody else sees it before Publish.
func Propose(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, offer organization.OfferID, seed uint64) error {
	s, err := Read(ctx, tx, ms, may, by, offer)
	if err != nil {
		return err
	}
	for _, p := range s.Places {
		if !p.Published {
			if err := tx.DeleteShiftPlace(ctx, p.Evening, p.Account); err != nil {
				return err
			}
		}
	}
	s.Places = slices.DeleteFunc(s.Places, func(p Place) bool { return !p.Published })
	if err := s.lay(ctx, may); err != nil {
		return err
	}
	s.Board.Propose(seed)
	return s.keep(ctx, tx)
}

// keep keeps who stands on the board and did not before.
func (s *Sheet) keep(ctx context.Context, tx Tx) error {
	taken := map[line.EveningID]map[int]bool{}
	has := map[rota.Place]bool{}
	for _, p := range s.Places {
		if taken[p.Evening] == nil {
			taken[p.Evening] = map[int]bool{}
		}
		taken[p.Evening][p.No] = true
		has[place(p)] = true
	}
	for _, x := range s.Board.Places() {
		if has[x] {
			continue
		}
		p := Place{Evening: line.EveningID(x.Evening), Account: access.AccountID(x.Person)}
		if !x.Reserve {
			for p.No = 1; taken[p.Evening][p.No]; p.No++ {
			}
			if taken[p.Evening] == nil {
				taken[p.Evening] = map[int]bool{}
			}
			taken[p.Evening][p.No] = true
		}
		if err := tx.PutShiftPlace(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// Publish makes what is proposed known: each sees their own evenings, and is told that there are some.
func Publish(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, offer organization.OfferID) (n int, err error) {
	s, err := Read(ctx, tx, ms, may, by, offer)
	if err != nil {
		return 0, err
	}
	told := map[access.AccountID]bool{}
	for _, p := range s.Places {
		if p.Published {
			continue
		}
		p.Published = true
		n++
		if err := tx.PutShiftPlace(ctx, p); err != nil {
			return n, err
		}
		if !told[p.Account] {
			told[p.Account] = true
			if err := write(ctx, tx, p.Account); err != nil {
				return n, err
			}
		}
	}
	if n == 0 {
		return 0, fault.New(fault.Conflict, "shift.nothing-proposed")
	}
	return n, nil
}

// Put places somebody by hand: as a proposal, or at once when they were asked and said yes. The same rules are asked as when
// evenings are proposed. What somebody has said of themselves (their amount, weekdays, days away) gives way to their own
// yes; who may answer at all, never.
func Put(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, id line.EveningID, who access.AccountID, reserve, asked bool) error {
	e, err := load(ctx, tx, ms, id)
	if err != nil {
		return err
	}
	s, err := Read(ctx, tx, ms, may, by, e.Evening.Offer)
	if err != nil {
		return err
	}
	if err := e.coming(tx); err != nil {
		return err
	}
	p := Place{Evening: id, Account: who}
	if !reserve {
		if p.No = e.spare(); p.No == 0 {
			return fault.New(fault.Conflict, "shift.full")
		}
	}
	for _, a := range s.Board.Check(rota.Place{Evening: string(id), Person: string(who), Reserve: reserve}) {
		if !asked || a.Rule == rota.RuleEligible || a.Rule == rota.RuleTwice {
			return Refusal(a)
		}
	}
	if p.Published = asked; asked {
		if err := e.unpropose(ctx, tx, p.No); err != nil {
			return err
		}
	}
	return tx.PutShiftPlace(ctx, p)
}

// Refusal is a rule of the board in words.
func Refusal(a rota.Against) error {
	if err, ok := a.Why.(error); ok {
		return err
	}
	if a.Rule == rota.RuleMonth && a.N == 0 {
		return fault.New(fault.Conflict, "rota.rule.month-none")
	}
	return fault.New(fault.Conflict, "rota.rule."+a.Rule, "n", a.N)
}

// spare is the first place of who answers that stands empty, also of what is only proposed.
func (e evening) spare() int {
	for no := 1; no <= e.Model.Line.Answerers; no++ {
		if !slices.ContainsFunc(e.places, func(p Place) bool { return p.No == no }) {
			return no
		}
	}
	return 0
}

// Remove takes somebody from an evening, by a coordinator's hand. Who had it already is told that something changed.
func Remove(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id line.EveningID, who access.AccountID) error {
	e, err := load(ctx, tx, ms, id)
	if err != nil {
		return err
	}
	if !by.Is(access.Coordinator, e.Unit.ID) {
		return hidden()
	}
	if err := e.coming(tx); err != nil {
		return err
	}
	for _, p := range e.places {
		if p.Account == who {
			if err := tx.DeleteShiftPlace(ctx, id, who); err != nil || !p.Published {
				return err
			}
			return write(ctx, tx, who)
		}
	}
	return nil // taken off already
}
