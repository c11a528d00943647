package episode

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
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
	StageClosed Stage = "closed"
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
	Worker   access.AccountID
	Stage    Stage
	Lang     locale.Lang
	Channel  intake.Channel
	Referrer string
	Age      int // a child's age in years at the first contact; -1 when not told
	// Contacted is the first contact's instant, kept until the first meeting has been held; then only Wait stays.
	Contacted time.Time
	Wait      int // minutes from first contact to first meeting; -1 while unknown
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
}

// State is all that decides what may happen next. Storage fills Episode, Marks, Age and Talks.
type State struct {
	Episode Episode
	Marks   []Mark
	Age     int           // the episode's
	Talks   int           // guardians' talks about it that are not closed
	Ways    locale.Phrase // names of what may follow, for refusals; nil is told from the model alone
}

// WayOn is an offer of what comes after, with its own state.
type WayOn struct {
	ID          string
	Episode     ID
	Kind        string // "service" or "elsewhere"
	Destination string // a model id or a destination type
	State       string // "offered", "accepted", "declined"
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
	EraseEpisode(ctx context.Context, id ID) error // with appointments, slots, ways on, codes, grants, audit; and the person if nothing else holds them
	WaysOn(ctx context.Context, id ID) ([]WayOn, error)
	WayOn(ctx context.Context, id string) (WayOn, error)
	PutWayOn(ctx context.Context, w WayOn) error
}
