// Package person is a human we know of, perhaps by a chosen name, and the ways that human has called safe.
// What was done with or said by a person is never here.
package person

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/seal"
)

// ID names a person.
type ID string

// Kind is whether a client is grown up. A child is a client in their own right.
type Kind string

// The kinds of clients.
const (
	Adult Kind = "adult"
	Child Kind = "child"
)

// Person is a client. Name is what they chose to be called, often nothing.
type Person struct {
	ID   ID
	Key  string // the subject key that seals what belongs to this person
	Kind Kind
	Name seal.Text
}

// Channel is a way of reaching out to a person.
type Channel string

// The channels a person may allow (D-188). None is the default: no outgoing contact.
const (
	None  Channel = "none"
	Call  Channel = "call"
	SMS   Channel = "sms"
	Email Channel = "email"
)

// Others is whether somebody besides the person may answer or read. Never asked counts as yes.
type Others string

// What a person may say of it.
const (
	OthersUnknown Others = ""
	OthersYes     Others = "yes"
	OthersNo      Others = "no"
)

// SafeContact is one permission to reach out, as the person gave it (D-185…D-189). Hours are local to the unit,
// from HourFrom up to HourTo. After LastDay nothing may be sent until it has been asked again.
type SafeContact struct {
	Person          ID
	Channel         Channel
	Address         seal.Text // telephone number or e-mail address
	CodeWord        seal.Text // asked before anything is said
	HourFrom        int
	HourTo          int
	Voicemail       bool
	SayOrganisation bool
	Others          Others
	Reminders       bool // the evening before a meeting
	AskAgain        bool // one message, and then it is asked anew
	LastDay         calendar.Date
	Asked           time.Time
	Spent           string        // the message for which AskAgain has been used
	Replied         calendar.Date // the day of a reply that nobody has seen
}

// Ended tells whether the permission's last day is over.
func (s SafeContact) Ended(today calendar.Date) bool {
	return s.Channel != None && s.Channel != "" && today > s.LastDay
}

// Shown is the permission as anybody may see it on a day: when it has ended, without the address and the code word, so
// that nobody goes round it by typing them elsewhere.
func (s SafeContact) Shown(today calendar.Date) SafeContact {
	if s.Ended(today) {
		s.Address, s.CodeWord = seal.Text{}, seal.Text{}
	}
	return s
}

// Tx is the part of a storage transaction that persons need.
type Tx interface {
	NewKey() (string, error)
	Person(ctx context.Context, id ID) (Person, error)
	PutPerson(ctx context.Context, p Person) error
	SafeContact(ctx context.Context, id ID) (SafeContact, error) // Channel None when none was given
	PutSafeContact(ctx context.Context, s SafeContact) error     // sealed with the person's key
}
