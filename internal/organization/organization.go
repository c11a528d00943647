// Package organization is the buyer of nothing and the keeper of little: units, what they offer, where and when
// they can be reached, and when their workers can be met. Public facts and working hours, no clients.
package organization

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
)

// OfferID, PlaceID and RoomID name an offer, a place and a room of it.
type (
	OfferID string
	PlaceID string
	RoomID  string
)

// Names is one public text in every language.
type Names map[locale.Lang]string

// In is the text in the language, or in Finnish.
func (n Names) In(l locale.Lang) string {
	if s := n[l]; s != "" {
		return s
	}
	return n[locale.Finnish]
}

// Unit is a place, a team or a project with its grant object.
type Unit struct {
	ID          access.UnitID
	Slug        string
	Name        Names
	Phone       string
	Email       string
	Address     string
	Area        string
	GrantObject string
	Zone        string // IANA name; all its clocks are read there
}

// Opening is one weekly stretch in which a channel ("chat", "telephone") is answered. Weekday 1 is Monday.
type Opening struct {
	ID      string
	Unit    access.UnitID
	Channel string
	Weekday int
	Opens   calendar.Clock
	Closes  calendar.Clock
}

// Offer is a unit offering one version of a service model.
type Offer struct {
	ID       OfferID
	Unit     access.UnitID
	Model    string
	Version  int
	Slug     string // neutral: it stands in addresses
	Position int
	Open     bool // takes new contacts
}

// Place is an office of a unit.
type Place struct {
	ID      PlaceID
	Unit    access.UnitID
	Name    Names
	Address string
	Area    string
	Active  bool
	// TellRoom: clients who are met here read the room's name beside the address.
	TellRoom bool
}

// Worker is when and where a staff member can meet clients.
type Worker struct {
	Account access.AccountID
	Name    string // as colleagues and clients read it
	// Languages, Areas and Places (place kinds: office, home, agreed) the worker serves; no areas means all.
	Languages     []string
	Areas         []string
	Places        []string
	TravelMinutes int // kept free before and after a meeting outside the office
	Hours         []Hours
	Absences      []Absence
}

// Hours is one weekly stretch of work, evenings and weekends as well as any.
type Hours struct {
	ID      string
	Weekday int // 1 Monday … 7 Sunday
	Opens   calendar.Clock
	Closes  calendar.Clock
}

// Absence is whole days away, first and last included.
type Absence struct {
	ID    string
	First calendar.Date
	Last  calendar.Date
}

// Presence is a worker answering a channel just now, until an instant.
type Presence struct {
	Account access.AccountID
	Unit    access.UnitID
	Channel string
	Until   time.Time
}

// Tx is the part of a storage transaction that the organisation needs.
type Tx interface {
	Now() time.Time
	Setting(ctx context.Context, name string) (string, error) // "" when never set
	PutSetting(ctx context.Context, name, value string) error
	Unit(ctx context.Context, id access.UnitID) (Unit, error)
	Units(ctx context.Context) ([]Unit, error)
	PutUnit(ctx context.Context, u Unit) error
	Openings(ctx context.Context, unit access.UnitID) ([]Opening, error)
	PutOpening(ctx context.Context, o Opening) error
	DeleteOpening(ctx context.Context, unit access.UnitID, id string) error
	Offer(ctx context.Context, id OfferID) (Offer, error)
	OfferBySlug(ctx context.Context, slug string) (Offer, error)
	Offers(ctx context.Context, unit access.UnitID) ([]Offer, error) // all units when unit is ""
	PutOffer(ctx context.Context, o Offer) error
	Place(ctx context.Context, id PlaceID) (Place, error)
	Places(ctx context.Context, unit access.UnitID) ([]Place, error)
	PutPlace(ctx context.Context, p Place) error
	Room(ctx context.Context, id RoomID) (Room, error)
	Rooms(ctx context.Context, place PlaceID) ([]Room, error) // in their order, retired ones too
	PutRoom(ctx context.Context, r Room) error                // a name twice in one office is fault.Conflict "room.same-name"
	DeleteRoom(ctx context.Context, id RoomID) error
	RoomBooked(ctx context.Context, id RoomID) (bool, error) // whether a meeting that is to come, or goes on, stands in it
	// RoomsTaken are those of the rooms of which a stretch is taken, but by whom is left out.
	RoomsTaken(ctx context.Context, rooms []RoomID, starts time.Time, minutes int, but Taker) ([]RoomID, error)
	Worker(ctx context.Context, id access.AccountID) (Worker, error)
	Workers(ctx context.Context, unit access.UnitID) ([]Worker, error) // members with role worker, by name
	PutWorker(ctx context.Context, w Worker) error                     // hours and absences are put one by one
	PutHours(ctx context.Context, who access.AccountID, h Hours) error
	DeleteHours(ctx context.Context, who access.AccountID, id string) error
	PutAbsence(ctx context.Context, who access.AccountID, a Absence) error
	DeleteAbsence(ctx context.Context, who access.AccountID, id string) error
	Presences(ctx context.Context, unit access.UnitID, channel string) ([]Presence, error)
	PutPresence(ctx context.Context, p Presence) error
	DeletePresence(ctx context.Context, who access.AccountID, unit access.UnitID, channel string) error
}
