// Package wall keeps parties of the same violence apart (design 4.3, A-08): no account holds grants on objects of both,
// directly or through a desk it speaks for, unless the process is the couple's own or a second person approved an
// exception. What is kept is that two persons are tied: never why, by whom or when. The schema refuses a row that would
// break a wall (0003_walls.sql); this package sees to it that nobody has to be refused, and divides who serves whom.
//
// A couple's joint process (regime "joint") belongs to both parties: its grants name no single person, and so its pair
// of workers is no conflict. Words for people are left to those who ask.
package wall

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

// TieID names a tie.
type TieID string

// Where a tie comes from.
const (
	ByWorker = "worker" // a worker who knew both linked them
	ByCouple = "couple" // their couple's process did
	ByMark   = "mark"   // a mark of one met a mark of the other
)

// Tie is that two persons are parties. A is the smaller id, so that a pair is kept once.
type Tie struct {
	ID     TieID
	A, B   person.ID
	Source string
}

// Between is a new tie of two persons.
func Between(a, b person.ID, source string) Tie {
	return Tie{ID: TieID(id.New()), A: min(a, b), B: max(a, b), Source: source}
}

// Other is the party who p is not; "" when the tie is none of p's.
func (t Tie) Other(p person.ID) person.ID {
	switch p {
	case t.A:
		return t.B
	case t.B:
		return t.A
	}
	return ""
}

// States of an exception.
const (
	Asked    = "asked"
	Approved = "approved"
	Declined = "declined"
	Ended    = "ended"
)

// Exception lets one account serve both parties of a tie until a day, once somebody else has approved it.
type Exception struct {
	ID         string
	Tie        TieID
	Account    access.AccountID
	StaysWith  person.ID // with whom the account stays when the exception ends
	State      string
	AskedBy    access.AccountID
	ApprovedBy access.AccountID
	Month      string // in whose list it stands
	LastDay    calendar.Date
}

// Apart is that an account keeps away from a person, or two persons from each other, without a reason.
type Apart struct {
	ID      string
	Account access.AccountID // or
	Other   person.ID
	Person  person.ID
}

// Ref names what a page is about: a request or an episode.
type Ref struct {
	Kind access.Kind
	ID   string
}

// Object is a request or an episode of one person's.
type Object struct {
	Ref
	Person person.ID
	Unit   access.UnitID
	Worker access.AccountID // an episode's
	Closed bool
}

// Member is somebody of the staff with their roles.
type Member struct {
	Account access.AccountID
	Roles   []access.Membership
}

// is tells whether the member has the role in the unit.
func (m Member) is(r access.Role, u access.UnitID) bool { return access.Actor{Roles: m.Roles}.Is(r, u) }

// Look is on how many days an account has had to do with a person.
type Look struct {
	Account access.AccountID
	Person  person.ID
	Days    int
}

// Bar is an account that may not serve a person.
type Bar struct {
	Account access.AccountID
	Parties bool // because of a tie; otherwise the two are apart
}

// Wanted narrows exceptions: of ties, of a month, live ones alone.
type Wanted struct {
	Ties  []TieID
	Month string
	Live  bool
}

// Tx is the part of a storage transaction that walls need.
type Tx interface {
	Now() time.Time
	audit.Tx
	figure.Tx
	Index(purpose, value string) []byte
	PutJob(ctx context.Context, kind, object string, at time.Time) error
	Granted(ctx context.Context, by access.Actor, kind access.Kind, object string) (access.Relation, error)
	PutGrant(ctx context.Context, g access.Grant) error
	DeleteGrant(ctx context.Context, g access.Grant) error
	Unit(ctx context.Context, id access.UnitID) (organization.Unit, error)

	Ties(ctx context.Context, of []person.ID) ([]Tie, error) // those of any of the persons; nil is all
	PutTie(ctx context.Context, t Tie) error
	DeleteTie(ctx context.Context, id TieID) error
	Aparts(ctx context.Context, of []person.ID) ([]Apart, error) // whichever of a pair stands first; nil is all
	PutApart(ctx context.Context, a Apart) error
	DeleteApart(ctx context.Context, id string) error
	Exception(ctx context.Context, id string) (Exception, error)
	Exceptions(ctx context.Context, w Wanted) ([]Exception, error)
	PutException(ctx context.Context, x Exception) error

	PutMark(ctx context.Context, p person.ID, mark []byte, whose string) error
	DeleteMarks(ctx context.Context, p person.ID, whose string) error
	DeleteCommonMarks(ctx context.Context, a, b person.ID) error           // what one tells of the other
	Met(ctx context.Context, p person.ID) (parties []person.ID, err error) // whom the person's marks tell to be the other party
	Twins(ctx context.Context, p person.ID) ([]person.ID, error)           // who share an own mark with the person

	PartyObjects(ctx context.Context, of []person.ID) ([]Object, error) // the oldest first; joint processes left out
	PartyGrants(ctx context.Context, of []person.ID) ([]access.Grant, error)
	PartyOf(ctx context.Context, r Ref) (Object, error)
	Looks(ctx context.Context, of []person.ID) ([]Look, error)
	Members(ctx context.Context) ([]Member, error) // all whose account is not closed
	Barred(ctx context.Context, p person.ID) ([]Bar, error)
	LeaveEpisode(ctx context.Context, episode string) error                 // its worker leaves; booked meetings wait for the next
	WithdrawFrom(ctx context.Context, r Ref, worker access.AccountID) error // the worker's times offered to it
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }
