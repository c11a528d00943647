package chat

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// maxGoingOn is how many conversations of a unit there may be at a time. A small team cannot answer more, and a flood
// of empty ones must end somewhere.
const maxGoingOn = 20

// Stay is a visitor's side of a conversation. Token goes on with it; Exit can only end it.
type Stay struct {
	ID    ID
	Token string
	Exit  string
	Ends  time.Time
}

// Start begins a conversation. Nothing tells who the visitor is: no address, no name, no device.
func Start(ctx context.Context, tx Tx, ms model.Set, offer organization.OfferID, lang locale.Lang) (Stay, error) {
	o, err := service(ctx, tx, ms, offer)
	if err != nil {
		return Stay{}, err
	}
	if err := mayStart(ctx, tx, o); err != nil {
		return Stay{}, err
	}
	key, err := tx.NewKey()
	if err != nil {
		return Stay{}, err
	}
	token := newToken()
	exit := exitOf(tx, token)
	lang, _ = locale.Parse(string(lang))
	c := Conversation{ID: ID(id.New()), Unit: o.Unit, Offer: o.ID, Key: key, State: Waiting, ClientHash: clientHash(tx, token),
		ExitHash: exitHash(tx, exit), Lang: lang, Created: tx.Now(), Last: tx.Now(), Ends: tx.Now().Add(Empty)}
	if err := tx.PutConversation(ctx, c); err != nil {
		return Stay{}, err
	}
	grant := access.Grant{Holder: access.Desk(o.Unit), Kind: access.Conversation, Object: string(c.ID), Relation: access.ByIntake}
	if err := tx.PutGrant(ctx, grant); err != nil {
		return Stay{}, err
	}
	return Stay{ID: c.ID, Token: token, Exit: exit, Ends: c.Ends}, count(ctx, tx, o, figure.ChatsStarted)
}

// service is an offer that takes contacts by chat.
func service(ctx context.Context, tx Tx, ms model.Set, id organization.OfferID) (organization.Offer, error) {
	o, err := tx.Offer(ctx, id)
	if err != nil {
		return o, err
	}
	m, ok := ms.Model(o.Model, o.Version)
	switch {
	case !ok:
		return o, fault.New(fault.NotFound, "not-found")
	case !o.Open:
		return o, fault.New(fault.Conflict, "intake.closed")
	case !slices.Contains(m.Channels, string(intake.Chat)):
		return o, fault.New(fault.Conflict, "intake.other-way")
	}
	return o, nil
}

func mayStart(ctx context.Context, tx Tx, o organization.Offer) error {
	s, err := StatusOf(ctx, tx, o.Unit)
	if err != nil {
		return err
	}
	if !s.Open {
		return fault.New(fault.Conflict, "chat.closed")
	}
	n, err := tx.CountConversations(ctx, o.Unit)
	if err != nil {
		return err
	}
	if n >= maxGoingOn {
		return fault.New(fault.Conflict, "chat.full")
	}
	return nil
}

func count(ctx context.Context, tx Tx, o organization.Offer, name string) error {
	u, err := tx.Unit(ctx, o.Unit)
	if err != nil {
		return err
	}
	return figure.Add(ctx, tx, figure.Where{Unit: u.ID, Zone: u.Zone, Model: o.Model}, name, "", 1)
}

// Say writes a visitor's message.
func Say(ctx context.Context, tx Tx, token, text string) (Message, error) {
	c, err := visitors(ctx, tx, token)
	if err != nil {
		return Message{}, err
	}
	return say(ctx, tx, c, FromClient, text)
}

// Read gives the visitor the messages after a number, their code among them.
func Read(ctx context.Context, tx Tx, token string, after int) (Talk, error) {
	c, err := visitors(ctx, tx, token)
	if err != nil {
		return Talk{}, err
	}
	t, err := talk(ctx, tx, c, after)
	t.Exit = exitOf(tx, token)
	return t, err
}

// EndByClient ends the conversation: every word of it is gone at once. Nothing to end is fine.
func EndByClient(ctx context.Context, tx Tx, token string) error {
	c, err := tx.ConversationByClient(ctx, clientHash(tx, token))
	return drop(ctx, tx, c, err)
}

// Leave ends the conversation of whoever leaves the page at once. Nothing to end is fine.
func Leave(ctx context.Context, tx Tx, exit string) error {
	c, err := tx.ConversationByExit(ctx, exitHash(tx, exit))
	return drop(ctx, tx, c, err)
}

// drop deletes a conversation that was found.
func drop(ctx context.Context, tx Tx, c Conversation, err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.DeleteConversation(ctx, c.ID)
}

// visitors finds a visitor's conversation that still goes on. One that is over and one that never was are told alike.
func visitors(ctx context.Context, tx Tx, token string) (Conversation, error) {
	c, err := tx.ConversationByClient(ctx, clientHash(tx, token))
	if fault.Is(err, fault.NotFound) || err == nil && over(c, tx.Now()) {
		return c, fault.New(fault.Conflict, "chat.over")
	}
	return c, err
}

func over(c Conversation, now time.Time) bool { return !now.Before(c.Ends) }

func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// exitOf makes the exit capability out of the token, one way.
func exitOf(tx Tx, token string) string {
	return base64.RawURLEncoding.EncodeToString(tx.Derive("chat-exit", token))
}

func clientHash(tx Tx, token string) []byte { return tx.Index("chat-client", token) }
func exitHash(tx Tx, exit string) []byte    { return tx.Index("chat-exit", exit) }
