package wall

import (
	"cmp"
	"maps"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/person"
)

// Post is what somebody has to look after: a party's open affairs in a unit.
type Post struct {
	Person  person.ID
	Unit    access.UnitID
	Waiting bool // a request waits there, so that the unit's workers see it as well as its coordinators
}

// Work is that an account is somebody's worker.
type Work struct {
	Account access.AccountID
	Person  person.ID
}

// Question is all that decides who serves whom: pure values, in any order but for Works, where the work to be kept
// stands before the work to be given up.
type Question struct {
	Ties    []Tie
	Exempt  []Exception // approved
	Aparts  []Apart
	Posts   []Post
	Members []Member
	Works   []Work
	Holds   []Work // who serves whom already without being the worker
	Looks   []Look
}

// Answer is who serves whom. Nobody in it holds both sides of a tie but by an exception.
type Answer struct {
	Serves  map[access.AccountID]map[person.ID]bool
	Outside map[Post][]access.AccountID // coordinators of other units, where a post has none of its own
	Lost    []Work                      // work that somebody else has to take over
}

// Sides divides the staff. Whoever is a person's worker stays with that person. Each post gets one of its unit's
// coordinators, if possible one who has had nothing to do with the other side; then a waiting request its workers; and
// then everybody takes what they can without changing sides. Where a unit has no coordinator for a post, another unit's
// one takes it. What still has nobody shows as a need, by number, to keepers.
func Sides(q Question) Answer {
	d := newDivision(q)
	for _, w := range q.Works {
		if !d.take(w.Account, w.Person) {
			d.answer.Lost = append(d.answer.Lost, w)
		}
	}
	d.fill(d.posts, access.Coordinator)
	waiting := slices.DeleteFunc(slices.Clone(d.posts), func(p Post) bool { return !p.Waiting })
	d.fill(waiting, access.Worker)
	d.borrow()
	return d.answer
}

// division is an answer under way.
type division struct {
	Question
	posts   []Post
	answer  Answer
	staff   []Member
	tied    map[[2]person.ID]TieID
	looked  map[Work]int
	holds   map[Work]bool
	present map[access.AccountID]bool
}

func newDivision(q Question) *division {
	d := &division{Question: q, posts: slices.Clone(q.Posts), staff: slices.Clone(q.Members), tied: map[[2]person.ID]TieID{},
		looked: map[Work]int{}, holds: map[Work]bool{}, present: map[access.AccountID]bool{},
		answer: Answer{Serves: map[access.AccountID]map[person.ID]bool{}, Outside: map[Post][]access.AccountID{}}}
	slices.SortFunc(d.posts, func(a, b Post) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Unit, b.Unit)) })
	slices.SortFunc(d.staff, func(a, b Member) int { return cmp.Compare(a.Account, b.Account) })
	for _, t := range q.Ties {
		d.tied[[2]person.ID{t.A, t.B}], d.tied[[2]person.ID{t.B, t.A}] = t.ID, t.ID
	}
	for _, l := range q.Looks {
		d.looked[Work{l.Account, l.Person}] = l.Days
	}
	for _, h := range q.Holds {
		d.holds[h] = true
	}
	for _, m := range q.Members {
		d.present[m.Account] = true
	}
	return d
}

// can tells whether the account may serve the person beside those it serves already.
func (d *division) can(a access.AccountID, p person.ID) bool {
	if !d.present[a] || slices.ContainsFunc(d.Aparts, func(x Apart) bool { return x.Account == a && x.Person == p }) {
		return false
	}
	for other := range d.answer.Serves[a] {
		if t, tied := d.tied[[2]person.ID{p, other}]; tied && !d.exempt(a, t) {
			return false
		}
	}
	return true
}

func (d *division) exempt(a access.AccountID, t TieID) bool {
	return slices.ContainsFunc(d.Exempt, func(x Exception) bool { return x.Account == a && x.Tie == t })
}

func (d *division) take(a access.AccountID, p person.ID) bool {
	if !d.can(a, p) {
		return false
	}
	if d.answer.Serves[a] == nil {
		d.answer.Serves[a] = map[person.ID]bool{}
	}
	d.answer.Serves[a][p] = true
	return true
}

// fill gives posts to the unit's people of a role: first those who serve there already, then one to each post that has
// nobody, then the rest to the side they know, or to where they are the fewest.
func (d *division) fill(posts []Post, r access.Role) {
	for _, m := range d.staff {
		for _, p := range posts {
			if d.holds[Work{m.Account, p.Person}] && m.is(r, p.Unit) {
				d.take(m.Account, p.Person)
			}
		}
	}
	for _, whoever := range []bool{false, true} { // those who know the other side only where there is nobody else
		for _, p := range d.scarcest(posts, r) {
			if d.count(p, r) > 0 {
				continue
			}
			if m, ok := d.best(p, posts, r); ok && (whoever || d.strange(m, p.Person) <= 0) {
				d.take(m.Account, p.Person)
			}
		}
	}
	for _, m := range d.staff {
		mine := slices.DeleteFunc(slices.Clone(posts), func(p Post) bool { return !m.is(r, p.Unit) })
		slices.SortStableFunc(mine, func(a, b Post) int {
			return cmp.Or(cmp.Compare(d.looked[Work{m.Account, b.Person}], d.looked[Work{m.Account, a.Person}]), cmp.Compare(d.count(a, r), d.count(b, r)))
		})
		for _, p := range mine {
			if d.across(m.Account, p.Person) <= d.looked[Work{m.Account, p.Person}] {
				d.take(m.Account, p.Person)
			}
		}
	}
}

// across is how much the account has had to do with those the person is tied to: nobody changes sides if it can be helped.
func (d *division) across(a access.AccountID, p person.ID) (most int) {
	for w, days := range d.looked {
		if t, tied := d.tied[[2]person.ID{p, w.Person}]; tied && w.Account == a && !d.exempt(a, t) {
			most = max(most, days)
		}
	}
	return most
}

// count is how many of the unit's people of the role serve at a post.
func (d *division) count(p Post, r access.Role) (n int) {
	for _, m := range d.staff {
		if m.is(r, p.Unit) && d.answer.Serves[m.Account][p.Person] {
			n++
		}
	}
	return n
}

// scarcest puts the posts first for which the fewest can be found.
func (d *division) scarcest(posts []Post, r access.Role) []Post {
	n := map[Post]int{}
	for _, p := range posts {
		for _, m := range d.staff {
			if m.is(r, p.Unit) && d.can(m.Account, p.Person) {
				n[p]++
			}
		}
	}
	out := slices.Clone(posts)
	slices.SortStableFunc(out, func(a, b Post) int { return cmp.Compare(n[a], n[b]) })
	return out
}

// best is who takes a post that has nobody: who knows that side and not the other, who is missed least elsewhere.
func (d *division) best(p Post, posts []Post, r access.Role) (Member, bool) {
	var able []Member
	for _, m := range d.staff {
		if m.is(r, p.Unit) && d.can(m.Account, p.Person) {
			able = append(able, m)
		}
	}
	if len(able) == 0 {
		return Member{}, false
	}
	elsewhere := func(m Member) (n int) {
		for _, x := range posts {
			if x.Person != p.Person && m.is(r, x.Unit) && d.can(m.Account, x.Person) {
				n++
			}
		}
		return n
	}
	return slices.MinFunc(able, func(a, b Member) int {
		return cmp.Or(cmp.Compare(d.strange(a, p.Person), d.strange(b, p.Person)), cmp.Compare(elsewhere(a), elsewhere(b)), cmp.Compare(a.Account, b.Account))
	}), true
}

// strange is how much more the member has had to do with the other side than with the person.
func (d *division) strange(m Member, p person.ID) int {
	return d.across(m.Account, p) - d.looked[Work{m.Account, p}]
}

// borrow finds a coordinator of another unit for each post that has none of its own: those who serve there already,
// otherwise one.
func (d *division) borrow() {
	for _, p := range d.posts {
		if d.count(p, access.Coordinator) > 0 {
			continue
		}
		for _, stay := range []bool{true, false} {
			for _, m := range d.staff {
				outside := slices.ContainsFunc(m.Roles, func(x access.Membership) bool { return x.Role == access.Coordinator })
				if !outside || d.holds[Work{m.Account, p.Person}] != stay || !stay && len(d.answer.Outside[p]) > 0 || !d.take(m.Account, p.Person) {
					continue
				}
				d.answer.Outside[p] = append(d.answer.Outside[p], m.Account)
			}
		}
	}
}

// Both tells of an answer who holds both sides of a tie without an exception: nobody, and tests see to it.
func (a Answer) Both(q Question) []access.AccountID {
	var out []access.AccountID
	d := newDivision(q)
	for _, who := range slices.Sorted(maps.Keys(a.Serves)) {
		for _, t := range q.Ties {
			if a.Serves[who][t.A] && a.Serves[who][t.B] && !d.exempt(who, t.ID) && !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out
}
