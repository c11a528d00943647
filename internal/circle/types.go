// Package circle is people who gather a number of times set beforehand, under names of their own choice: guided groups and
// peer groups (R-003, R-050, R-190…R-200, decision 0061). Who came to which meeting is kept nowhere, who proposed or voted for
// what neither, and the whole group goes some days after its last meeting. Gatherings that anybody may come to are package
// group's.
package circle

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// ID names a group, ParticipantID somebody in it, TopicID a topic that was proposed, IdeaID a group that somebody would like.
type (
	ID            string
	ParticipantID string
	TopicID       string
	IdeaID        string
)

// States of a group: an ended one has no coming meetings, and waits for its list to go.
const (
	Open  = "open"
	Ended = "ended"
)

// States of a meeting. A cancelled one can be given a new time.
const (
	Planned   = "planned"
	Held      = "held"
	Cancelled = "cancelled"
)

// Who leads a meeting beside the group's own leaders.
const (
	Wanted = "wanted" // somebody is looked for
	Found  = "found"
)

// The longest words that are kept, in characters.
const (
	MaxNickname = 30
	MaxTopic    = 80
	MaxTitle    = 80
	MaxArea     = 40
	MaxLink     = 300
)

// mostTopics and mostWaiting keep a list from being filled up by somebody who has nothing better to do.
const (
	mostTopics  = 40
	mostWaiting = 30
)

// Circle is one group.
type Circle struct {
	ID      ID
	Offer   organization.OfferID
	Key     string // what seals its link, names and topics
	Kind    string // of the model's; "" where it has none
	Number  int    // of meetings, set beforehand
	Weeks   int    // from one to the next
	Minutes int
	Places  int
	Online  bool
	Place   organization.PlaceID // "" when online
	Link    seal.Text            // shown to those who take part and to leaders alone
	State   string
	First   calendar.Local // the first meeting as it was planned
	Last    calendar.Date  // the last day on which it meets, or on which it was ended
	Leaders []access.AccountID
	Cleared map[access.AccountID][]byte // of those leaders who are volunteers: the mark without which none leads
}

// Meeting is one gathering of a group.
type Meeting struct {
	Circle     ID
	No         int
	Number     int // of how many: the group's, which storage holds it to
	At         calendar.Local
	Starts     time.Time
	State      string
	Came       int    // -1 until it was counted
	Lead       string // "", Wanted or Found
	Substitute access.AccountID
	Cleared    []byte              // the substitute's mark, where they are a volunteer
	Moved      bool                // it has had another time
	Room       organization.RoomID // of the group's office, while it is to come; "" where it lists none, or none was free
}

// Asked is that a volunteer was asked to lead a group, or one of its meetings, and has not answered. Whoever says no has no row
//
type Asked struct {
	Circle ID
	No     int // of the meeting; 0 is the group itself
	Who    access.AccountID
}

// Participant is somebody in a group: a name of their choice, and nothing else.
type Participant struct {
	ID      ParticipantID
	Circle  ID
	FirstNo int    // from which meeting on
	Code    []byte // index of the code they come back with
	Mark    []byte // keyed; nil unless they came by a way on
	Name    seal.Text
	Came    time.Time // when they joined: whoever waits longest is next
}

// Topic is what somebody would like to talk about.
type Topic struct {
	ID       TopicID
	Circle   ID
	Text     seal.Text
	Proposed time.Time
}

// Tally is how many votes a topic has for a meeting.
type Tally struct {
	No    int
	Topic TopicID
	Votes int
}

// Ballot is one vote, with nothing that leads to who gave it.
type Ballot struct {
	Mark   []byte
	Circle ID
	No     int
	Topic  TopicID
}

// Stay is a participant's, kept as fingerprints.
type Stay struct {
	Hash, ExitHash []byte
	Participant    ParticipantID
	Expires        time.Time
}

// States of an idea.
const (
	Proposed = "proposed"
	Looked   = "looked" // a coordinator has read it, and it is shown
	Taken    = "planned"
	NotNow   = "not-now"
)

// Answers are the sentences that say "not now".
var Answers = []string{"no-leader", "no-room", "alike", "later"}

// Idea is a group that somebody would like. Nobody knows who.
type Idea struct {
	ID      IdeaID
	Offer   organization.OfferID
	Key     string
	Kind    string // of the model's; "" is something else
	Title   seal.Text
	Area    seal.Text
	Online  bool // wished
	Helps   bool // would help to lead
	State   string
	Answer  string // of Answers, when not now
	Expires calendar.Date
	By      access.AccountID // the volunteer who proposed it signed in; "" is nobody whom anybody knows
}

// Tx is the part of a storage transaction that groups need.
type Tx interface {
	organization.Tx
	volunteer.HoursTx
	audit.Tx
	NewKey() (string, error)
	DestroyKey(ctx context.Context, key string) error
	Index(purpose, value string) []byte
	Derive(purpose, value string) []byte

	SeesCircle(ctx context.Context, by access.Actor, id ID) error   // nil for who leads it or coordinates its unit, as one look-up
	SeesIdea(ctx context.Context, by access.Actor, id IdeaID) error // nil for who coordinates its unit
	Circle(ctx context.Context, id ID) (Circle, error)
	Circles(ctx context.Context, offers []organization.OfferID) ([]Circle, error) // of these offers; nil is all
	CirclesOf(ctx context.Context, who access.AccountID) ([]Circle, error)        // which they lead, also in somebody's place
	PutCircle(ctx context.Context, c Circle) error
	DeleteCircle(ctx context.Context, id ID) error                  // with all that is in it, and its key
	CircleMeetings(ctx context.Context, of []ID) ([]Meeting, error) // by group and number
	PutCircleMeeting(ctx context.Context, m Meeting) error

	AskedOf(ctx context.Context, of ID) ([]Asked, error)                // of one group, in no order that tells anything
	AskedTo(ctx context.Context, who access.AccountID) ([]Asked, error) // what somebody was asked
	PutAsked(ctx context.Context, a Asked) error                        // asking twice is asking once
	DeleteAsked(ctx context.Context, a Asked) error                     // of a group or meeting; of all who were asked when Who is ""
	DropLeadersOfGone(ctx context.Context) error                        // those who have no role any more lead nothing, and were asked nothing
	Volunteers(ctx context.Context, unit access.UnitID) ([]volunteer.Volunteer, error)
	Colleagues(ctx context.Context, unit access.UnitID) ([]account.Colleague, error)
	PutJob(ctx context.Context, kind, object string, at time.Time) error

	Participants(ctx context.Context, c Circle) ([]Participant, error) // in the order in which they came
	ParticipantByCode(ctx context.Context, index []byte) (Participant, Circle, error)
	Participant(ctx context.Context, id ParticipantID) (Participant, Circle, error)
	PutParticipant(ctx context.Context, c Circle, p Participant) error // the same name twice: fault.Conflict "circle.twice"
	DeleteParticipant(ctx context.Context, id ParticipantID) error
	CircleStay(ctx context.Context, hash []byte) (Stay, error)
	PutCircleStay(ctx context.Context, s Stay) error
	DeleteCircleStay(ctx context.Context, exitHash []byte) error
	DeleteCircleStaysOver(ctx context.Context, now time.Time) (int, error)

	Topics(ctx context.Context, c Circle) ([]Topic, error) // in the order in which they were proposed
	PutTopic(ctx context.Context, c Circle, t Topic) error
	DeleteTopic(ctx context.Context, id TopicID) error    // with all votes for it
	DeleteVotes(ctx context.Context, of ID, no int) error // all of one meeting
	Tallies(ctx context.Context, of ID) ([]Tally, error)
	Ballot(ctx context.Context, mark []byte) (Ballot, error)
	PutBallot(ctx context.Context, b Ballot) error
	DeleteBallot(ctx context.Context, mark []byte) error

	Idea(ctx context.Context, id IdeaID) (Idea, error)
	Ideas(ctx context.Context, offers []organization.OfferID) ([]Idea, error) // nil is all
	PutIdea(ctx context.Context, i Idea) error
	DeleteIdea(ctx context.Context, id IdeaID) error // with its key

	Ties(ctx context.Context, of []person.ID) ([]wall.Tie, error)
	Aparts(ctx context.Context, of []person.ID) ([]wall.Apart, error)
	PartyGrants(ctx context.Context, of []person.ID) ([]access.Grant, error)
}

// May tells whether a colleague may lead groups of a unit. It is handed over, so that this package need not know who there are.
type May func(ctx context.Context, who access.AccountID, unit access.UnitID) (bool, error)

// Ready tells whether a volunteer may do a task on a day, or refuses with the rule and what would help.
type Ready func(ctx context.Context, who access.AccountID, task string, day calendar.Date) error
