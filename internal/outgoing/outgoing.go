// Package outgoing is every message to a client: whether it may leave, when, and in which words. There is no other way
// out: a Leaving, which the couriers carry, is made here alone and only after the gate (design 4.5, D-185…D-189). Nothing
// of a message is kept but ids, choices and times; its words and the address are made when it leaves. How it travels, and
// letters to staff, are left to others.
package outgoing

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
)

// ID names a message. It is also what a gateway knows it by, so that one that is sent twice is delivered once.
type ID string

// Kind is what a message tells.
type Kind string

// The kinds. There is none with words of a person's own.
const (
	Offered   Kind = "offered"   // times can be picked
	Moved     Kind = "moved"     // a worker moved a meeting: its new time
	Reminder  Kind = "reminder"  // a meeting is tomorrow; only to those who asked for it
	Cancelled Kind = "cancelled" // a worker called a meeting off
)

// State is where a message stands. One that died (the permission changed, a worker stopped it) has no row.
type State string

// The states.
const (
	Queued State = "queued"
	Sent   State = "sent"   // only where meetings are recorded; otherwise the row is gone
	Failed State = "failed" // could not leave; staff are told until they have seen it or it is too late
)

// Message is one message's row.
type Message struct {
	ID      ID
	Person  person.ID
	Request intake.RequestID // one of the two
	Episode episode.ID
	Meeting string // the appointment's id; "" of offered times
	Kind    Kind
	Channel person.Channel // as allowed when it was left; another one kills it
	State   State
	Why     Why       // of a failed one
	RunAt   time.Time // of a queued one: when it may leave
	Until   time.Time // from then on it would come too late
	Day     calendar.Date
	Attempt int
}

// Due is the job that sends what is due. It names no message: what waits is asked when it runs. Look is the same, every
// LookEvery, for what has become due by itself.
const (
	Due       = "send-messages"
	Look      = "look-for-messages"
	LookEvery = time.Minute
)

// Target is whose permission or message it is: a request's or an episode's, one of the two.
type Target struct {
	Request intake.RequestID
	Episode episode.ID
}

// Meeting is what a message needs to know of an appointment.
type Meeting struct {
	ID      string
	Episode episode.ID
	At      calendar.Local
	Starts  time.Time
	Booked  bool
	Waits   time.Time // from when it is told that it waits for a new time, while that is still to come
}

// Notice is something that staff should see on the desk: a reply, or a message that could not leave.
type Notice struct {
	Kind    access.Kind
	Object  string
	Reply   calendar.Date // "" for a failed message
	Message Kind
	Why     Why
	Joint   bool // a message to either of two who meet together: Message and Why are not told
}

// Tx is the part of a storage transaction that messages need.
type Tx interface {
	episode.Tx
	Outgoing(ctx context.Context, id ID) (Message, error)
	OutgoingTo(ctx context.Context, p person.ID) ([]Message, error) // queued by time, then the rest
	NextOutgoing(ctx context.Context, now time.Time) (Message, bool, error)
	PutOutgoing(ctx context.Context, m Message) error
	DeleteOutgoing(ctx context.Context, id ID) error
	DeleteOutgoingOver(ctx context.Context, now time.Time) (int, error)                     // not sent, and too late by now
	MeetingAt(ctx context.Context, id string) (Meeting, error)                              // of an appointment
	MeetingsTo(ctx context.Context, p person.ID) ([]Meeting, error)                         // booked and still to come
	LastSlot(ctx context.Context, t Target) (time.Time, error)                              // when the last offered time begins; zero for none
	PersonsAt(ctx context.Context, number string) ([]person.ID, error)                      // those whose number it is
	EndedContacts(ctx context.Context, today calendar.Date, limit int) ([]person.ID, error) // with an address still kept
	Notices(ctx context.Context, by access.Actor, limit int) ([]Notice, error)
}
