// Package volunteer is who gives their time: a way in, trainings, what may be asked of them today and what the organisation
// owes them (R-208…R-242). A volunteer is nobody's client. That somebody declined, paused or stopped leaves nothing behind:
// there is no field for it, no count and no figure (R-235…R-238). What is theirs is sealed with their own key.
package volunteer

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// ID, EventID and CallID name a volunteer, something of the year, and a call for a worker.
type (
	ID      string
	EventID string
	CallID  string
)

// States of a volunteer. A break is none of them: who pauses is as active as who does not.
const (
	Applied   = "applied"
	Interview = "interview" // a talk has been agreed or held
	Induction = "induction" // taken on; has an account
	Active    = "active"
	Refused   = "refused" // the organisation said no; gone after the model's days
	Stopped   = "stopped" // gone after the model's days; until then one press brings them back
)

// Ways letters come: as they are, with words that tell nothing, or not at all.
const (
	Plain   = "plain"
	Neutral = "neutral"
	None    = "none"
)

// Volunteer is one volunteer, or somebody who would like to be one.
type Volunteer struct {
	ID      ID
	Unit    access.UnitID
	Offer   organization.OfferID
	Account access.AccountID // "" before they are taken on
	Key     string
	State   string
	Code    []byte // fingerprint of what opens the application; nil when none does
	Own     Own
	Path    Path
}

// Own is what a volunteer has told of themselves, and says how they want to be told things.
type Own struct {
	Name, Email, Phone seal.Text
	Lang               locale.Lang
	Tasks, Times       []string // wished for, by the model's words
	Letters            string   // Plain, Neutral or None
	QuietFrom, QuietTo int      // hours of the day between which no letter leaves; the same twice is none
}

// Path is where a volunteer stands. Days are the unit's.
type Path struct {
	Due       calendar.Date // an application is answered by this day
	Began     calendar.Date // taken on
	Inducted  bool
	Tasks     []string // what they have said they would do
	Trainings []Mark   // one for each that they have, the latest day
	Given     []Mark   // one for each right that was met, the latest day
	Extract   Extract
	Pause     Pause
	Minutes   int           // given and counted so far, all tasks together; told on their own certificate alone
	Gone      calendar.Date // all of it is gone by this day; "" is not to be
}

// Mark is the day of a training or a right.
type Mark struct {
	What string        `json:"what"`
	Day  calendar.Date `json:"day"`
}

// Extract is that a criminal-record extract was shown, with the volunteer's consent. The extract itself is nowhere (D-108).
type Extract struct {
	Day calendar.Date // the day it was shown; "" is never
	By  access.AccountID
}

// Pause is a break. It goes on until the volunteer is back, which takes one press; Until is when they meant to be.
type Pause struct{ From, Until calendar.Date }

// On tells whether the break has begun.
func (p Pause) On(today calendar.Date) bool { return p.From != "" && p.From <= today }

// Ready tells that the day has come on which the volunteer meant to be back.
func (p Pause) Ready(today calendar.Date) bool {
	return p.On(today) && p.Until != "" && p.Until < today
}

// States of an event.
const (
	Planned   = "planned"
	Held      = "held"
	Cancelled = "cancelled"
)

// Event is one thing of the year: a training, a meeting, supervision.
type Event struct {
	ID      EventID
	Unit    access.UnitID
	Offer   organization.OfferID
	Item    string // of the model's year
	At      calendar.Local
	Minutes int
	Starts  time.Time
	Place   string
	Remote  bool   // one may take part from elsewhere
	Link    string // where; told to those alone who have signed up
	State   string
	Came    int // how many were there
}

// Ways of being at an event.
const (
	InPlace  = "place"
	Remotely = "remote"
)

// SignUp is that a volunteer comes to an event.
type SignUp struct {
	Event     EventID
	Volunteer ID
	How       string
	Came      bool
}

// Kinds of calls for a worker.
const (
	Now  = "now"  // a worker is needed at once
	Talk = "talk" // a support talk is wished for; why is not asked
)

// Call is that a volunteer asks for a worker. It is gone when it has been answered.
type Call struct {
	ID        CallID
	Volunteer ID
	Unit      access.UnitID
	Kind      string
	Asked     time.Time
	Seen      time.Time
	By        access.AccountID // who has seen it; "" is nobody yet
}

// Tx is the part of a storage transaction that volunteers need.
type Tx interface {
	account.Tx
	organization.Tx
	figure.Tx
	job.Tx
	Derive(purpose, value string) []byte
	Volunteer(ctx context.Context, id ID) (Volunteer, error)
	VolunteerUnit(ctx context.Context, id ID) (access.UnitID, error) // without opening anything
	EventUnit(ctx context.Context, id EventID) (access.UnitID, error)
	CallUnit(ctx context.Context, id CallID) (access.UnitID, error)
	VolunteerOf(ctx context.Context, who access.AccountID) (Volunteer, error)
	VolunteerByCode(ctx context.Context, index []byte) (Volunteer, error)
	Volunteers(ctx context.Context, unit access.UnitID) ([]Volunteer, error) // every state, by name; all units when unit is ""
	PutVolunteer(ctx context.Context, v Volunteer) error
	DeleteVolunteer(ctx context.Context, id ID) error // and leaves the key to be destroyed
	Event(ctx context.Context, id EventID) (Event, error)
	Events(ctx context.Context, unit access.UnitID) ([]Event, error) // by start; all units when unit is ""
	PutEvent(ctx context.Context, e Event) error
	DeleteEvent(ctx context.Context, id EventID) error
	SignUps(ctx context.Context, event EventID) ([]SignUp, error)
	SignUpsOf(ctx context.Context, who ID) ([]SignUp, error)
	PutSignUp(ctx context.Context, s SignUp) error
	DeleteSignUp(ctx context.Context, event EventID, who ID) error
	Call(ctx context.Context, id CallID) (Call, error)
	Calls(ctx context.Context, unit access.UnitID) ([]Call, error) // the longest waiting first
	CallsOf(ctx context.Context, who ID) ([]Call, error)
	PutCall(ctx context.Context, c Call) error
	DeleteCall(ctx context.Context, id CallID) error
}
