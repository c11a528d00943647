package episode

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

// ID names an episode.
type ID string

// Stage is where an episode stands.
type Stage string

// The stages.
const (
	StageOpen   Stage = "open"   // visits go on
	StageEnding Stage = "ending" // visits are over; ways on are being offered
	// StageFollowUp: visits are over and the ending is answered; a day is agreed on which somebody makes contact.
	StageFollowUp Stage = "follow-up"
	StageClosed   Stage = "closed"
)

// Episode is one client's way through a model, counted in visits (FHIR EpisodeOfCare).
type Episode struct {
	ID       ID
	Unit     access.UnitID
	Offer    organization.OfferID
	Person   person.ID
	Request  intake.RequestID // where it came from; the request itself is gone
	About    ID               // a guardian's talks are about a child's episode; "" otherwise
	Model    string
	Version  int
	Part     string // the model's part: "client", "guardian"
	Regime   string
	Limit    int // visits at the most; 0 is no limit
	Goals    int // goals at the most; 0 is none
	Worker   access.AccountID
	Stage    Stage
	Lang     locale.Lang
	Channel  intake.Channel
	Referrer string
	Age      int // a child's age in years at the first contact; -1 when not told
	// Contacted is the first contact's instant, kept until the first meeting has been held; then only Wait stays.
	Contacted time.Time
	Wait      int          // minutes from first contact to first meeting; -1 while unknown
	First     figure.First // what the first meeting was counted as
	Guardians string
	Decision  Decision
	Opened    calendar.Date
	Closed    calendar.Date
	EraseOn   calendar.Date
}

// Decision is what a coordinator decided where guardians disagree: a choice and a ground from lists, a day.
type Decision struct {
	Choice string // "", "continue", "pause", "stop"
	Ground string
	Day    calendar.Date
	By     access.AccountID
}

// Mark is one appointment as the counter sees it.
type Mark struct {
	ID      string // the appointment's
	No      int    // 0 when it does not hold a number
	State   string
	Counted bool
	Starts  time.Time // zero when it is no longer kept
	Ends    time.Time
	Day     calendar.Date // where it is, in the unit's zone; "" when no longer kept
	End     bool          // the organisation pays it itself, to end well
}

// State is all that decides what may happen next. Storage fills all but Ways.
type State struct {
	Episode  Episode
	Marks    []Mark
	Age      int           // the episode's
	Talks    int           // guardians' talks about it that are not closed
	Ways     locale.Phrase // names of what may follow, for refusals; nil is told from the model alone
	Goals    []Goal        // by number, without their words
	Ticks    []Tick
	FollowUp *FollowUp // nil until the ending is answered
	// Cover are the days for which somebody else has agreed to pay, in a service where somebody does.
	Cover []Span
	Work  Work
	// Couple are the two of a joint process; nil elsewhere. Together tells of a party's own visits that a joint process that is
	// not closed rests on them.
	Couple   *Couple
	Together bool
	// Aside tells that whoever asks is none of the two's workers: that something is missing is told, and what it is is not.
	Aside bool
}

// Work is what somebody else has granted, and who does it; nothing where nobody has to.
type Work struct {
	Kind    string // individual, couple, family, network
	Workers int    // one or two
	Second  access.AccountID
}

// Span is a stretch of days, both ends included.
type Span struct{ First, Last calendar.Date }

// Has tells whether the day is one of them.
func (s Span) Has(d calendar.Date) bool { return s.First <= d && d <= s.Last }

// WayOn is an offer of what comes after, with its own state.
type WayOn struct {
	ID          string
	Episode     ID
	Kind        string // "service" or "elsewhere"
	Destination string // a model id or a destination type
	State       string // "offered", "accepted", "declined", "made"
}

// Item is an episode as a list shows it. Name is empty unless the reader is its worker.
type Item struct {
	Episode
	Name     string
	Kind     person.Kind
	Used     int
	Next     calendar.Local // the next booked meeting, zero when none
	Relation access.Relation
}

// Filter narrows a list; After is the last id of the page before.
type Filter struct {
	Stage Stage
	Mine  bool
	After string
	Limit int
}

// Tx is the part of a storage transaction that episodes need.
type Tx interface {
	intake.Tx
	Episode(ctx context.Context, id ID) (Episode, error)
	EpisodeState(ctx context.Context, id ID) (State, error)
	PutEpisode(ctx context.Context, e Episode) error
	Episodes(ctx context.Context, by access.Actor, f Filter) ([]Item, error) // through grants; Limit+1 rows tell "there is more"
	About(ctx context.Context, child ID) ([]Episode, error)                  // the guardians' episodes of a child's
	DueForErasure(ctx context.Context, day calendar.Date, limit int) ([]ID, error)
	EraseEpisode(ctx context.Context, id ID) error               // with appointments, slots, ways on, codes, grants, audit; and the person if nothing else holds them
	Second(ctx context.Context, id ID) (access.AccountID, error) // the other of a pair of workers; "" where one works alone
	PutSecond(ctx context.Context, id ID, who access.AccountID) error
	Parties(ctx context.Context, joint ID) ([]Party, error) // of a joint process; in an order that tells nothing
	PartyAt(ctx context.Context, home ID) (Party, error)    // by the party's own visits
	PartyIn(ctx context.Context, seat ID) (Party, error)    // by their way into the joint process
	WaysOn(ctx context.Context, id ID) ([]WayOn, error)
	WayOn(ctx context.Context, id string) (WayOn, error)
	PutWayOn(ctx context.Context, w WayOn) error
	Goal(ctx context.Context, id string) (Goal, error)
	Goals(ctx context.Context, id ID) ([]Goal, error) // with their words, by number
	PutGoal(ctx context.Context, g Goal) error        // one too many is fault.Conflict "goal.limit"
	DeleteGoal(ctx context.Context, id string) error
	PutTick(ctx context.Context, e Episode, t Tick) error
	DeleteTick(ctx context.Context, id ID, kind, item string) error
	PutFollowUp(ctx context.Context, e Episode, f FollowUp) error
	DeleteFollowUp(ctx context.Context, id ID) error
	FollowUps(ctx context.Context, by access.Actor, limit int) ([]Waiting, error) // that wait, soonest first; through grants
	Unended(ctx context.Context, by access.Actor, limit int) ([]Waiting, error)   // visits are over, no answer; through grants
	// OpenFor tells whether the person has another episode of the model whose visits may still be held.
	OpenFor(ctx context.Context, p person.ID, model string, beside ID) (bool, error)
}
