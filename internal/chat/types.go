// Package chat is a visitor and a worker writing to each other for a while. It is bounded, sealed with a key of its own,
// and gone the moment it ends; what can stay of it is a request, and a sum. How words travel live is left to
// the pages.
package chat

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// ID names a conversation.
type ID string

// Bounds of a conversation: it is for a first talk, not for keeping.
const (
	MaxRunes    = 1000             // in one message
	MaxMessages = 400              // in one conversation; the schema holds it too
	Silence     = 30 * time.Minute // after which it ends by itself
	Empty       = 3 * time.Minute  // after which it ends where nobody has written and no worker has come: empty ones must not fill a unit
	Longest     = 3 * time.Hour
)

// States of a conversation. An ended one no longer exists.
const (
	Waiting = "waiting"
	Open    = "open"
)

// Conversation is a visitor and a worker writing to each other just now.
type Conversation struct {
	ID         ID
	Unit       access.UnitID
	Offer      organization.OfferID // the service whose page it began on
	Key        string
	State      string
	Worker     access.AccountID
	Request    intake.RequestID // made from this conversation, if one was
	ClientHash []byte
	ExitHash   []byte
	Lang       locale.Lang
	Created    time.Time
	Last       time.Time
	Ends       time.Time // it ends by itself then: Created+Empty at first, then the earlier of Last+Silence and Created+Longest
}

// Senders of a message. A code is the program's own message, shown to the visitor alone.
const (
	FromClient = "client"
	FromWorker = "worker"
	FromCode   = "code"
)

// Message is one message, sealed with the conversation's own key.
type Message struct {
	Seq    int
	Sender string
	Body   seal.Text
}

// Tx is the part of a storage transaction that chat needs.
type Tx interface {
	intake.Tx
	Conversation(ctx context.Context, id ID) (Conversation, error)
	ConversationByClient(ctx context.Context, hash []byte) (Conversation, error)
	ConversationByExit(ctx context.Context, hash []byte) (Conversation, error)
	Conversations(ctx context.Context, by access.Actor) ([]Conversation, error) // through grants, waiting first, oldest first
	ConversationsDue(ctx context.Context, now time.Time) ([]ID, error)
	PutConversation(ctx context.Context, c Conversation) error
	DeleteConversation(ctx context.Context, id ID) error // with its messages and grants; the key goes by a job
	Messages(ctx context.Context, c Conversation, after int) ([]Message, error)
	LastSeq(ctx context.Context, id ID) (int, error) // of the newest message, 0 when there is none
	PutMessage(ctx context.Context, c Conversation, m Message) error
	CountConversations(ctx context.Context, unit access.UnitID) (int, error) // waiting and open ones
}
