// Package occasion is a day to which families sign up: how many they are and a first name, and nothing else (R-147…,
// decision 0064). Who works there are the unit's own and volunteers, each confirmed by the rules of their task. The list of first
// names is read by those who work there, from shortly before, and goes some days after. What stays is numbers. Gatherings that
// nobody signs up to are package group's, and groups of the same people circle's.
package occasion

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// ID names a day, FamilyID a family that has signed up to it.
type (
	ID       string
	FamilyID string
)

// States of a day. One that was called off can be held after all until it begins.
const (
	Planned   = "planned"
	Held      = "held"
	Cancelled = "cancelled"
)

// States of whoever helps on a day. Whoever says no has no row.
const (
	Offered   = "offered"   // asked, and has not answered
	Said      = "yes"       // says yes; something is still missing
	Confirmed = "confirmed" // comes
)

// The longest words that are kept, in characters.
const (
	MaxName  = 30
	MaxAbout = 80
	MaxArea  = 60
	MaxPlace = 120
)

// mostWaiting keeps a list from being filled up by somebody who has nothing better to do.
const mostWaiting = 40

// mostHeads is more than any day has; the schema says it too.
const mostHeads = 500

// Day is one day. About and Area are public; Place is told to those who have signed up and those who work there.
type Day struct {
	ID         ID
	Offer      organization.OfferID
	Key        string // what seals the place and first names; "" when the list has gone
	State      string
	Places     int // in heads
	Minutes    int
	Volunteers int // how many are looked for
	About      string
	Area       string
	Place      seal.Text
	Office     organization.PlaceID // where it is held in one; told like Place, and gone with it
	Room       organization.RoomID  // of the office, while the day is to come
	At         calendar.Local
	Starts     time.Time
	Closes     calendar.Date  // the last day on which one signs up
	Was        calendar.Local // before it was moved last; the zero Local when it never was
	Families   int            // who came; -1 until it was counted
	Adults     int
	Children   int
}

// Gone tells whether the list of first names has gone.
func (d Day) Gone() bool { return d.Key == "" }

// Family is who has signed up: how many, and a first name. Nothing leads to who they are.
type Family struct {
	ID       FamilyID
	Day      ID
	Code     []byte // index of the code they come back with
	Mark     []byte // keyed; nil unless a worker signed a client of theirs up
	Adults   int
	Children int
	Name     seal.Text
	Came     time.Time // when they signed up: whoever waits longest is next
}

// Heads are how many they are.
func (f Family) Heads() int { return f.Adults + f.Children }

// Helper is somebody who works on a day, or was asked to.
type Helper struct {
	Day       ID
	Account   access.AccountID
	Volunteer bool
	State     string
	Cleared   []byte // the mark without which no volunteer is confirmed: of this volunteer, this day and its date
}

// Stay is a family's, kept as fingerprints.
type Stay struct {
	Hash, ExitHash []byte
	Family         FamilyID
	Expires        time.Time
}

// May tells whether a volunteer may do a task on a day, or refuses with the rule and what would help (R-149, D-108).
type May func(ctx context.Context, who access.AccountID, task string, day calendar.Date) error

// Tx is the part of a storage transaction that days need.
type Tx interface {
	organization.Tx
	volunteer.HoursTx
	audit.Tx
	wall.HereTx
	NewKey() (string, error)
	DestroyKey(ctx context.Context, key string) error
	Index(purpose, value string) []byte
	Derive(purpose, value string) []byte
	Colleagues(ctx context.Context, unit access.UnitID) ([]account.Colleague, error)
	PutJob(ctx context.Context, kind, object string, at time.Time) error
	Volunteers(ctx context.Context, unit access.UnitID) ([]volunteer.Volunteer, error)
	Granted(ctx context.Context, by access.Actor, kind access.Kind, object string) (access.Relation, error)
	Episode(ctx context.Context, id episode.ID) (episode.Episode, error)

	SeesOccasion(ctx context.Context, by access.Actor, id ID) error  // nil for the unit's workers and coordinators, and who helps
	HelpsOccasion(ctx context.Context, by access.Actor, id ID) error // nil for who works on it
	Occasion(ctx context.Context, id ID) (Day, error)
	Occasions(ctx context.Context, offers []organization.OfferID) ([]Day, error) // of these offers; nil is all. By day
	PutOccasion(ctx context.Context, d Day) error                                // the same offer, day and clock twice: fault.Conflict "occasion.same-time"
	ClearOccasion(ctx context.Context, d Day) error                              // list, helpers, place and key go; numbers stay

	Families(ctx context.Context, d Day) ([]Family, error) // in the order in which they came
	Family(ctx context.Context, id FamilyID) (Family, Day, error)
	FamilyByCode(ctx context.Context, index []byte) (Family, Day, error)
	PutFamily(ctx context.Context, d Day, f Family) error // the same person twice: fault.Conflict "occasion.twice"
	DeleteFamily(ctx context.Context, id FamilyID) error
	OccasionStay(ctx context.Context, hash []byte) (Stay, error)
	PutOccasionStay(ctx context.Context, s Stay) error
	DeleteOccasionStay(ctx context.Context, exitHash []byte) error
	DeleteOccasionStaysOver(ctx context.Context, now time.Time) (int, error)

	Helpers(ctx context.Context, of ID) ([]Helper, error)
	HelpsOn(ctx context.Context, who access.AccountID) ([]Helper, error)
	PutHelper(ctx context.Context, h Helper) error
	DeleteHelper(ctx context.Context, of ID, who access.AccountID) error
	DropHelpersOfGone(ctx context.Context) error // of those who have no role any more
}
