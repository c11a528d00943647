package appointment

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// ID and SlotID name an appointment and an offered time.
type (
	ID     string
	SlotID string
)

// Place kinds.
const (
	Office = "office"
	Home   = "home"
	Agreed = "agreed" // a place agreed with the client, read by the two of them alone and gone when the meeting is over
)

// Slot is a time offered to one request or one episode. It holds nobody: who picks first has the time.
type Slot struct {
	ID        SlotID
	Request   intake.RequestID
	Episode   episode.ID
	Worker    access.AccountID
	Second    access.AccountID // where two meet the client; "" for one
	PlaceKind string
	Place     organization.PlaceID // the office, when PlaceKind is Office
	At        calendar.Local
	Minutes   int
	Starts    time.Time
}

// States of an appointment.
const (
	Booked    = "booked"
	OnHold    = "on-hold" // waits for a new time: it keeps its number, and takes nobody's time
	Held      = "held"
	Missed    = "missed"
	Cancelled = "cancelled"
)

// Who takes part in a meeting, where the service tells; "" where it does not.
const (
	WithClient  = "client"
	WithCouple  = "couple"
	WithFamily  = "family"
	WithNetwork = "network"
)

// Appointment is a booked, held, missed or cancelled meeting. In a service of regime "none" everything but number,
// state, day part and place kind is empty once it is over.
type Appointment struct {
	ID          ID
	Episode     episode.ID
	Limit       int // the episode's, 0 for none; storage holds it beside the number
	Regime      string
	No          int // the visit's number; 0 when it holds none
	State       string
	Counted     bool
	CancelledBy string // "client" or "worker"
	Worker      access.AccountID
	Second      access.AccountID // the second worker, whose time is taken too; "" for one
	// Participants is who takes part, as the service has it: one of WithClient and its kin, or "".
	Participants string
	PlaceKind    string
	PlaceID      organization.PlaceID
	Room         organization.RoomID // of the office, where it lists rooms; "" without one, and once the meeting is over
	Place        seal.Text           // for Home and Agreed, at most 80 characters
	At           calendar.Local
	Minutes      int
	Starts       time.Time
	Ends         time.Time
	DayPart      string
	Sequence     int // raised by every change, for iCalendar later
}

// Busy is a stretch of a worker's time that is taken.
type Busy struct {
	Worker    access.AccountID
	Starts    time.Time
	Ends      time.Time
	PlaceKind string
	PlaceID   organization.PlaceID
	Room      organization.RoomID // "" where the office lists none, or none is taken
}

// Entry is an appointment in a calendar. Name and Place are empty unless the reader is its worker.
type Entry struct {
	Appointment
	Model      string
	Version    int
	Part       string
	Name       string
	WorkerName string
	SecondName string
	Relation   access.Relation
}

// Tx is the part of a storage transaction that appointments need.
type Tx interface {
	outgoing.Tx
	Slot(ctx context.Context, id SlotID) (Slot, error)
	Slots(ctx context.Context, request intake.RequestID, ep episode.ID) ([]Slot, error) // by start; one of the two is given
	PutSlot(ctx context.Context, s Slot) error
	DeleteSlot(ctx context.Context, id SlotID) error
	DeleteSlots(ctx context.Context, request intake.RequestID, ep episode.ID) error
	Appointment(ctx context.Context, id ID) (Appointment, error)
	Appointments(ctx context.Context, ep episode.ID) ([]Appointment, error) // numbered first, then by start
	PutShows(ctx context.Context, id ID, at time.Time) error                // from when the parties of a couple see that a meeting waits
	Shows(ctx context.Context, id ID) (time.Time, error)                    // zero where none waits
	// ForgetAnswers drops what parties said after a meeting that was not held after all; who said no stays unsafe.
	ForgetAnswers(ctx context.Context, joint episode.ID, no int) error
	// PutAppointment keeps the appointment and its cells in one go. A worker's cell already taken is
	// fault.Conflict "appointment.slot-taken", the second worker's as well, and the room's "room.taken"; a number taken or above the
	// limit is fault.Conflict "visit.limit".
	PutAppointment(ctx context.Context, a Appointment) error
	// Near are the booked meetings at an office of those to whom the person is a party.
	Near(ctx context.Context, p person.ID, from, to time.Time) ([]Busy, error)
	// RoomBusy is what meetings take of an office between two instants, whoever meets.
	RoomBusy(ctx context.Context, place organization.PlaceID, from, to time.Time) ([]Busy, error)
	Busy(ctx context.Context, workers []access.AccountID, from, to time.Time) ([]Busy, error)
	Calendar(ctx context.Context, by access.Actor, from, to time.Time, unit access.UnitID) ([]Entry, error) // through grants
	PlacesOver(ctx context.Context, before time.Time, limit int) ([]ID, error)                              // booked, ended before then, with a place text still kept
	DeletePassedSlots(ctx context.Context, before time.Time) (int, error)                                   // offered times that began before then
	Overdue(ctx context.Context, by access.Actor, before time.Time, limit int) ([]Entry, error)             // booked, over, unmarked
}
