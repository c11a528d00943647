// Package intake is somebody asking for help, perhaps without a name, and our hearing it. Nothing is required but
// the wish for contact; there is nowhere to tell what happened.
package intake

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// RequestID names a request.
type RequestID string

// Channel is how the contact came.
type Channel string

// The channels.
const (
	Form      Channel = "form"
	Chat      Channel = "chat"
	Telephone Channel = "telephone"
	Email     Channel = "email"
	Partner   Channel = "partner"
)

// State is where a request stands.
type State string

// The states of a request. An accepted request has become an episode and is gone.
const (
	Waiting State = "waiting" // nobody has offered anything yet
	Offered State = "offered" // times are offered, the client has not picked
)

// Request is one asking for help.
type Request struct {
	ID       RequestID
	Unit     access.UnitID
	Offer    organization.OfferID
	Person   person.ID
	Channel  Channel
	Referrer string // from the model's list; "self" when the person came directly
	Lang     locale.Lang
	Age      int      // a child's age in years; -1 when not told
	Times    []string // wishes: office-hours, evening, weekend
	Places   []string // wishes: office, home, agreed
	Area     string   // from the unit's list of areas, "" for anywhere
	State    State
	Token    []byte    // hash of the form's own token, so that sending twice is sending once; nil when none
	Created  time.Time // the first contact
	Due      time.Time // Created + the model's promise
	Expires  time.Time // the request vanishes if its code is unused then (A-01: 14 days)
}

// New is what a form, a worker or a partner gives. Everything but the offer and channel may be empty; an age that was
// not told is -1, because nought is an age.
type New struct {
	Offer    organization.OfferID
	Channel  Channel
	Referrer string
	Lang     locale.Lang
	Name     string
	Age      int
	Times    []string
	Places   []string
	Area     string
	Contact  person.SafeContact
	Token    string    // chosen by the page, 16 random bytes or more; "" when none
	First    time.Time // when the person first reached us, told by staff; zero is now
	Present  bool      // partner: the client is there and wants this
}

// Made is what comes back from making a request. Code is shown once and kept only as an index.
type Made struct {
	Request Request
	Code    Code
	Again   bool // the same form was sent before; nothing new was made
}

// Item is a waiting request as a desk lists it.
type Item struct {
	ID       RequestID
	Offer    organization.OfferID
	Channel  Channel
	Referrer string
	Age      int // a child's, in years; -1 when not told
	Times    []string
	Places   []string
	Area     string
	Created  time.Time
	Due      time.Time // by when the first answer is promised
	Kind     person.Kind
	Contact  person.Channel
	Slots    int // offered times still open
}

// Holder is what a return code opens: a request or an episode, never both.
type Holder struct {
	Index   []byte
	Request RequestID
	Episode string
	Used    bool // somebody has come back with it
}

// ClientSession is a client's short stay after entering the code. Token and exit capability are kept as hashes.
type ClientSession struct {
	Hash     []byte
	ExitHash []byte
	Code     []byte
	Expires  time.Time
}

// Tx is the part of a storage transaction that intake needs.
type Tx interface {
	Now() time.Time
	person.Tx
	organization.Tx
	audit.Tx
	figure.Tx
	wall.Tx
	Index(purpose, value string) []byte  // keyed blind index
	Derive(purpose, value string) []byte // keyed derivation, 32 bytes
	Granted(ctx context.Context, by access.Actor, kind access.Kind, object string) (access.Relation, error)
	PutGrant(ctx context.Context, g access.Grant) error
	DeleteGrants(ctx context.Context, object string) error
	PutJob(ctx context.Context, kind, object string, at time.Time) error
	Request(ctx context.Context, id RequestID) (Request, error)
	RequestByToken(ctx context.Context, hash []byte) (Request, error)
	PutRequest(ctx context.Context, r Request) error
	// AddRequest keeps a request that is new, with the code that opens it and the desk that may see it, "" for none yet.
	AddRequest(ctx context.Context, r Request, code []byte, desk string) error
	// Sent tells whether a form has made a request or a code already, whatever has become of them.
	Sent(ctx context.Context, form, code []byte) (bool, error)
	// DeleteRequest drops a request with its slots, codes, grants and audit; and the person with the key if nothing else
	// holds them. Where an episode goes on with the person and the code, open it and move the code first.
	DeleteRequest(ctx context.Context, id RequestID) error
	ExpiredRequests(ctx context.Context, now time.Time, limit int) ([]RequestID, error) // past Expires, no code ever used
	Waiting(ctx context.Context, by access.Actor, limit int) ([]Item, error)
	PutCode(ctx context.Context, h Holder) error                        // the holder's older codes die
	MoveCode(ctx context.Context, from RequestID, episode string) error // the request's codes open the episode from now on
	Code(ctx context.Context, index []byte) (Holder, error)
	// CodeInForce leaves out a code that nobody used in its request's time, though the sweep has not come by yet. One
	// question finds it, so that an unknown code and one whose days are over take one time.
	CodeInForce(ctx context.Context, index []byte, now time.Time) (Holder, error)
	UseCode(ctx context.Context, index []byte) error // somebody has come back with it
	PutClientSession(ctx context.Context, s ClientSession) error
	ClientSession(ctx context.Context, hash []byte) (ClientSession, error)
	ClientSessionFor(ctx context.Context, hash []byte, together bool) (ClientSession, error) // by a code into joint meetings, or by any other
	DeleteClientSession(ctx context.Context, exitHash []byte) error
	DeleteClientSessionsOver(ctx context.Context, now time.Time) (int, error) // expired ones
}
