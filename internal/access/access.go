// Package access says who acts and what a role may do. Whether somebody may see one object is a row
// (architecture.md, "Access is a row"); this package only knows the words.
package access

import (
	"slices"
	"time"
)

// AccountID names a staff account.
type AccountID string

// UnitID names a unit of the organisation.
type UnitID string

// Role is what a staff member is in a unit.
type Role string

// The roles of this release (design 2).
const (
	Worker      Role = "worker"
	Coordinator Role = "coordinator"
	Keeper      Role = "keeper" // may know that a wall stands, never between whom; given beside another role (design 4.3)
	Editor      Role = "editor"
	Operator    Role = "operator"
	Volunteer   Role = "volunteer" // has pages of their own, speaks for no desk and holds no grant (R-208…R-242)
)

// Membership is one role in one unit.
type Membership struct {
	Unit UnitID
	Role Role
}

// Actor is who acts: a signed-in staff member, a client who holds a code, the program itself, or anyone.
type Actor struct {
	Account AccountID    // "" unless staff
	Roles   []Membership // the staff member's roles
	Client  bool         // came with a valid return code or chat token
	System  bool         // a job of our own
}

// Anyone is a visitor.
func Anyone() Actor { return Actor{} }

// System is the program itself: retention, jobs.
func System() Actor { return Actor{System: true} }

// Is tells whether the actor holds the role in the unit.
func (a Actor) Is(r Role, u UnitID) bool {
	for _, m := range a.Roles {
		if m.Role == r && m.Unit == u {
			return true
		}
	}
	return false
}

// Has tells whether the actor holds the role in any unit.
func (a Actor) Has(r Role) bool {
	for _, m := range a.Roles {
		if m.Role == r {
			return true
		}
	}
	return false
}

// Staff tells whether somebody with an account acts: a staff member or a volunteer.
func (a Actor) Staff() bool { return a.Account != "" }

// Works tells whether the actor is a colleague: somebody with a role that is not a volunteer's. What colleagues do for one
// another, such as vouching for a newcomer, a volunteer does not.
func (a Actor) Works() bool { return Works(a.Roles) }

// Works tells whether somebody with these memberships is a colleague.
func Works(ms []Membership) bool {
	return slices.ContainsFunc(ms, func(m Membership) bool { return m.Role != Volunteer })
}

// Relation is why somebody may see an object.
type Relation string

// The relations a grant row may hold.
const (
	ByIntake      Relation = "intake"
	ByWorker      Relation = "worker"
	ByCoordinator Relation = "coordinator"
)

// Kind is what sort of object a grant opens.
type Kind string

// The kinds of objects behind grants.
const (
	Request      Kind = "request"
	Episode      Kind = "episode"
	Conversation Kind = "conversation"
)

// Grant is one row: holder may see the object because of the relation.
type Grant struct {
	Holder   string
	Kind     Kind
	Object   string
	Relation Relation
	Until    time.Time // the first instant at which it no longer holds; zero is never
}

// Desk is the holder that all workers and coordinators of a unit speak for.
func Desk(u UnitID) string { return "desk:" + string(u) }

// Coordinators is the holder that the coordinators of a unit speak for.
func Coordinators(u UnitID) string { return "coord:" + string(u) }

// Holders are the holders an account with these memberships speaks for.
func Holders(a AccountID, ms []Membership) []string {
	out := []string{string(a)}
	seen := map[string]bool{}
	add := func(h string) {
		if !seen[h] {
			seen[h] = true
			out = append(out, h)
		}
	}
	for _, m := range ms {
		switch m.Role {
		case Worker:
			add(Desk(m.Unit))
		case Coordinator:
			add(Desk(m.Unit))
			add(Coordinators(m.Unit))
		}
	}
	return out
}
