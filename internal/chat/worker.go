package chat

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Take makes the actor the one who answers. Who takes first has it; from then on it is between the two alone, and to
// colleagues it is no longer there.
func Take(ctx context.Context, tx Tx, by access.Actor, id ID) error {
	c, err := seen(ctx, tx, by, id)
	if err != nil || c.Worker == by.Account {
		return err
	}
	c.State, c.Worker, c.Ends = Open, by.Account, ends(c.Created, tx.Now())
	if err := tx.PutConversation(ctx, c); err != nil {
		return err
	}
	if err := tx.DeleteGrants(ctx, string(id)); err != nil {
		return err
	}
	grant := access.Grant{Holder: string(by.Account), Kind: access.Conversation, Object: string(id), Relation: access.ByWorker}
	if err := tx.PutGrant(ctx, grant); err != nil {
		return err
	}
	if err := audit.Note(ctx, tx, by, "opened", access.Conversation, string(id)); err != nil {
		return err
	}
	return countTaken(ctx, tx, c)
}

func countTaken(ctx context.Context, tx Tx, c Conversation) error {
	o, err := tx.Offer(ctx, c.Offer)
	if err != nil {
		return err
	}
	return count(ctx, tx, o, figure.ChatsTaken)
}

// seen finds a conversation that goes on and that the actor may see.
func seen(ctx context.Context, tx Tx, by access.Actor, id ID) (Conversation, error) {
	if _, err := tx.Granted(ctx, by, access.Conversation, string(id)); err != nil {
		return Conversation{}, gone(err)
	}
	c, err := tx.Conversation(ctx, id)
	if err == nil && over(c, tx.Now()) {
		err = fault.New(fault.Conflict, "chat.over")
	}
	return c, gone(err)
}

// gone tells a worker that the talk is over: an ended conversation leaves nothing behind to tell it from one that is
// somebody else's.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "chat.gone")
	}
	return err
}

// taken finds a conversation that the actor answers.
func taken(ctx context.Context, tx Tx, by access.Actor, id ID) (Conversation, error) {
	c, err := seen(ctx, tx, by, id)
	if err == nil && c.Worker != by.Account {
		err = fault.New(fault.Conflict, "chat.take-first")
	}
	return c, err
}

// SayAsWorker writes the worker's message.
func SayAsWorker(ctx context.Context, tx Tx, by access.Actor, id ID, text string) error {
	c, err := taken(ctx, tx, by, id)
	if err != nil {
		return err
	}
	_, err = say(ctx, tx, c, FromWorker, text)
	return err
}

// ReadAsWorker gives the worker the messages after a number. Before it is taken nobody reads it, and of a code only that
// it was given: it is the visitor's alone.
func ReadAsWorker(ctx context.Context, tx Tx, by access.Actor, id ID, after int) (Talk, error) {
	c, err := seen(ctx, tx, by, id)
	if err != nil {
		return Talk{}, err
	}
	if c.Worker != by.Account {
		return Talk{ID: c.ID, State: c.State, Offer: c.Offer, Lang: c.Lang, Created: c.Created, Ends: c.Ends}, nil
	}
	t, err := talk(ctx, tx, c, after)
	t.Mine = true
	for i := range t.Messages {
		if t.Messages[i].Sender == FromCode {
			t.Messages[i].Body = seal.Text{}
		}
	}
	return t, err
}

// End ends the conversation from the worker's side: every word of it is gone at once. Nothing to end is fine.
func End(ctx context.Context, tx Tx, by access.Actor, id ID) error {
	if _, err := tx.Granted(ctx, by, access.Conversation, string(id)); err != nil {
		return drop(ctx, tx, Conversation{}, err)
	}
	c, err := tx.Conversation(ctx, id)
	if err == nil && c.Worker != by.Account {
		return fault.New(fault.Conflict, "chat.take-first")
	}
	return drop(ctx, tx, c, err)
}

// MakeRequest makes a request out of the talk. The first contact is when the talk began. The code goes into the
// talk for the visitor alone; the worker never sees it.
func MakeRequest(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, in intake.New) (intake.Made, error) {
	c, err := taken(ctx, tx, by, id)
	if err != nil {
		return intake.Made{}, err
	}
	if c.Request != "" {
		return intake.Made{}, fault.New(fault.Conflict, "chat.request-made")
	}
	in.Channel, in.Token, in.First = intake.Chat, "", c.Created
	if in.Offer == "" {
		in.Offer = c.Offer
	}
	if in.Lang == "" {
		in.Lang = c.Lang
	}
	made, err := intake.Make(ctx, tx, ms, by, in)
	if err != nil {
		return intake.Made{}, err
	}
	c.Request = made.Request.ID
	if _, err := say(ctx, tx, c, FromCode, made.Code.String()); err != nil {
		return intake.Made{}, err
	}
	made.Code = ""
	return made, nil
}

// Expire ends the conversations whose time is over, and tells how many.
func Expire(ctx context.Context, tx Tx) (int, error) {
	ids, err := tx.ConversationsDue(ctx, tx.Now())
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := tx.DeleteConversation(ctx, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
