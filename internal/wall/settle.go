package wall

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/person"
)

// change is what is about to be kept beside what is kept already: grants are put right first, so that the schema finds
// nothing to refuse.
type change struct {
	tie    *Tie
	apart  *Apart
	ended  string // an exception
	prefer Work   // of two whom an account works with, the one it stays with
}

// scene is everybody and everything that a division is about.
type scene struct {
	Question
	persons []person.ID
	walled  map[person.ID]bool // the others are everybody's again
	objects []Object
	grants  []access.Grant
}

// Grant opens a person's new object: to whom the grants name, or, behind a wall, to those who stay on that side. The
// object itself, with its worker, is kept already.
func Grant(ctx context.Context, tx Tx, p person.ID, grants ...access.Grant) error {
	ties, err := tx.Ties(ctx, []person.ID{p})
	if err != nil {
		return err
	}
	aparts, err := tx.Aparts(ctx, []person.ID{p})
	if err != nil {
		return err
	}
	if len(ties) > 0 || len(aparts) > 0 {
		return Settle(ctx, tx, p)
	}
	for _, g := range grants {
		if err := tx.PutGrant(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// Settle puts right who may see what of the persons and of all who are tied to them: behind a wall single accounts in
// the place of desks, without one the desks again. Doing it once more changes nothing.
func Settle(ctx context.Context, tx Tx, of ...person.ID) error {
	return settle(ctx, tx, change{}, of...)
}

// SettleAll settles every walled person, after somebody of the staff has come, gone or changed roles.
func SettleAll(ctx context.Context, tx Tx) error {
	all, err := walledPersons(ctx, tx)
	if err != nil || len(all) == 0 {
		return err
	}
	return Settle(ctx, tx, all...)
}

func walledPersons(ctx context.Context, tx Tx) ([]person.ID, error) {
	ties, err := tx.Ties(ctx, nil)
	if err != nil {
		return nil, err
	}
	aparts, err := tx.Aparts(ctx, nil)
	var all []person.ID
	for _, t := range ties {
		all = append(all, t.A, t.B)
	}
	for _, a := range aparts {
		all = append(all, a.Person)
	}
	slices.Sort(all)
	return slices.Compact(all), err
}

func settle(ctx context.Context, tx Tx, c change, of ...person.ID) error {
	s, err := look(ctx, tx, c, of)
	if err != nil {
		return err
	}
	return s.keep(ctx, tx, Sides(s.Question))
}

// look gathers all who are tied to the persons, however far, and what there is of theirs.
func look(ctx context.Context, tx Tx, c change, of []person.ID) (s scene, err error) {
	if err = s.gather(ctx, tx, c, of); err != nil {
		return s, err
	}
	if s.Aparts, err = tx.Aparts(ctx, s.persons); err != nil {
		return s, err
	}
	if c.apart != nil {
		s.Aparts = append(s.Aparts, *c.apart)
	}
	s.walled = map[person.ID]bool{}
	var ids []TieID
	for _, t := range s.Ties {
		s.walled[t.A], s.walled[t.B] = true, true
		ids = append(ids, t.ID)
	}
	for _, a := range s.Aparts {
		s.walled[a.Person] = s.walled[a.Person] || a.Account != ""
	}
	if s.Exempt, err = tx.Exceptions(ctx, Wanted{Ties: ids, Live: true}); err != nil {
		return s, err
	}
	s.Exempt = slices.DeleteFunc(s.Exempt, func(x Exception) bool { return x.State != Approved || x.ID == c.ended })
	if s.objects, err = tx.PartyObjects(ctx, s.persons); err != nil {
		return s, err
	}
	if s.grants, err = tx.PartyGrants(ctx, s.persons); err != nil {
		return s, err
	}
	if s.Looks, err = tx.Looks(ctx, s.persons); err != nil {
		return s, err
	}
	if s.Members, err = tx.Members(ctx); err != nil {
		return s, err
	}
	s.ask(c)
	return s, nil
}

// gather follows ties from person to person.
func (s *scene) gather(ctx context.Context, tx Tx, c change, of []person.ID) error {
	next := of
	if c.tie != nil {
		next = append(slices.Clone(of), c.tie.A, c.tie.B)
		s.Ties = append(s.Ties, *c.tie)
	}
	for len(next) > 0 {
		slices.Sort(next)
		next = slices.Compact(next)
		s.persons = append(s.persons, next...)
		ties, err := tx.Ties(ctx, next)
		if err != nil {
			return err
		}
		var further []person.ID
		for _, t := range ties {
			if !slices.ContainsFunc(s.Ties, func(x Tie) bool { return x.A == t.A && x.B == t.B }) {
				s.Ties = append(s.Ties, t)
			}
			for _, p := range []person.ID{t.A, t.B} {
				if !slices.Contains(s.persons, p) {
					further = append(further, p)
				}
			}
		}
		next = further
	}
	return nil
}

// ask turns what there is into the question of who serves whom.
func (s *scene) ask(c change) {
	posts := map[Post]bool{}
	for _, o := range s.objects {
		if !s.walled[o.Person] {
			continue
		}
		p := Post{Person: o.Person, Unit: o.Unit}
		waits := posts[Post{o.Person, o.Unit, true}] || o.Kind == access.Request
		delete(posts, p)
		p.Waiting = waits
		posts[p] = true
		if w := (Work{o.Worker, o.Person}); o.Worker != "" && !slices.Contains(s.Works, w) {
			s.Works = append(s.Works, w)
		}
	}
	for p := range posts {
		s.Posts = append(s.Posts, p)
	}
	of := map[string]person.ID{}
	for _, o := range s.objects {
		of[o.ID] = o.Person
	}
	for _, g := range s.grants { // desks match no account
		w := Work{access.AccountID(g.Holder), of[g.Object]}
		switch {
		case g.Relation != access.ByWorker:
			s.Holds = append(s.Holds, w)
		case s.walled[w.Person] && !slices.Contains(s.Works, w):
			s.Works = append(s.Works, w)
		}
	}
	slices.SortStableFunc(s.Works, func(a, b Work) int { return cmp.Compare(flag(a != c.prefer), flag(b != c.prefer)) })
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// keep brings the rows to the answer: what must go goes first, so that no moment has both sides.
func (s *scene) keep(ctx context.Context, tx Tx, a Answer) error {
	wanted := map[access.Grant]bool{}
	for i, o := range s.objects {
		if s.walled[o.Person] && o.Worker != "" && !a.Serves[o.Worker][o.Person] {
			if err := s.leave(ctx, tx, o); err != nil {
				return err
			}
			s.objects[i].Worker = ""
		}
	}
	for _, o := range s.objects {
		for _, g := range s.grantsOf(o, a) {
			wanted[g] = true
		}
	}
	for _, g := range s.grants {
		if wanted[g] {
			delete(wanted, g)
			continue
		}
		if s.helps(g, a) {
			continue
		}
		if err := tx.DeleteGrant(ctx, g); err != nil {
			return err
		}
	}
	if err := s.withdraw(ctx, tx, a); err != nil {
		return err
	}
	for _, o := range s.objects { // in the objects' order, for wanted has none
		for _, g := range s.grantsOf(o, a) {
			if wanted[g] {
				if err := tx.PutGrant(ctx, g); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// helps tells whether a grant is that of somebody who works with the person beside their worker, as a substitute does,
// and may go on.
func (s *scene) helps(g access.Grant, a Answer) bool {
	i := slices.IndexFunc(s.objects, func(o Object) bool { return o.ID == g.Object })
	if i < 0 || g.Relation != access.ByWorker {
		return false
	}
	o, who := s.objects[i], access.AccountID(g.Holder)
	return who != o.Worker && (!s.walled[o.Person] || a.Serves[who][o.Person])
}

// leave takes an episode from a worker who stays with the other side.
func (s *scene) leave(ctx context.Context, tx Tx, o Object) error {
	if o.Kind != access.Episode {
		return nil
	}
	return tx.LeaveEpisode(ctx, o.ID)
}

// withdraw takes back the times offered to a person by those who serve the other side.
func (s *scene) withdraw(ctx context.Context, tx Tx, a Answer) error {
	d := newDivision(s.Question)
	d.answer = a
	for _, o := range s.objects {
		for _, m := range s.Members {
			if s.walled[o.Person] && !o.Closed && !a.Serves[m.Account][o.Person] && !d.can(m.Account, o.Person) {
				if err := tx.WithdrawFrom(ctx, o.Ref, m.Account); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// grantsOf are the rows an object has. Those that an exception allows end with it.
func (s *scene) grantsOf(o Object, a Answer) []access.Grant {
	var out []access.Grant
	give := func(holder string, r access.Relation) {
		g := access.Grant{Holder: holder, Kind: o.Kind, Object: o.ID, Relation: r}
		if s.walled[o.Person] {
			g.Until = s.until(access.AccountID(holder), o.Person, a)
		}
		out = append(out, g)
	}
	relation := access.ByCoordinator
	if o.Kind == access.Request {
		relation = access.ByIntake
	}
	if o.Worker != "" {
		give(string(o.Worker), access.ByWorker)
	}
	if !s.walled[o.Person] {
		desk := access.Coordinators(o.Unit)
		if o.Kind == access.Request {
			desk = access.Desk(o.Unit)
		}
		give(desk, relation)
		return out
	}
	for _, m := range s.Members {
		inside := m.is(access.Coordinator, o.Unit) || o.Kind == access.Request && m.is(access.Worker, o.Unit)
		if inside && a.Serves[m.Account][o.Person] || s.outside(o, m.Account, a) {
			give(string(m.Account), relation)
		}
	}
	return out
}

func (s *scene) outside(o Object, who access.AccountID, a Answer) bool {
	for post, accounts := range a.Outside {
		if post.Person == o.Person && post.Unit == o.Unit && slices.Contains(accounts, who) {
			return true
		}
	}
	return false
}

// until is the end of an account's sight of a person it sees by exception alone: the midnight after the last day.
func (s *scene) until(who access.AccountID, p person.ID, a Answer) (end time.Time) {
	for _, x := range s.Exempt {
		for _, t := range s.Ties {
			other := t.Other(p)
			if x.Account == who && x.Tie == t.ID && other == x.StaysWith && a.Serves[who][other] {
				if e := over(x.LastDay); end.IsZero() || e.Before(end) {
					end = e
				}
			}
		}
	}
	return end
}

// over is when a last day has passed: its midnight, in universal time as exceptions are kept.
func over(last calendar.Date) time.Time { return last.Add(1).Midnight() }
