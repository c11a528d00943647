package storage

import (
	"context"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
)

var _ chat.Tx = (*Tx)(nil)

const conversationColumns = "id, unit_id, offer_id, key_id, state, worker_id, request_id, client_hash, exit_hash, lang, created, last, ends"

func scanConversation(r scanner) (c chat.Conversation, err error) {
	return c, r.Scan(&c.ID, &c.Unit, &c.Offer, &c.Key, &c.State, textOf(&c.Worker), textOf(&c.Request), &c.ClientHash, &c.ExitHash,
		&c.Lang, instant{&c.Created}, instant{&c.Last}, instant{&c.Ends})
}

func (tx *Tx) conversation(ctx context.Context, column string, value any) (chat.Conversation, error) {
	return one(ctx, tx, scanConversation, "SELECT "+conversationColumns+" FROM conversation WHERE "+column+" = $1", value)
}

// Conversation finds a conversation.
func (tx *Tx) Conversation(ctx context.Context, id chat.ID) (chat.Conversation, error) {
	return tx.conversation(ctx, "id", id)
}

// ConversationByClient finds the conversation that a visitor's token belongs to.
func (tx *Tx) ConversationByClient(ctx context.Context, hash []byte) (chat.Conversation, error) {
	return tx.conversation(ctx, "client_hash", hash)
}

// ConversationByExit finds the conversation that an exit capability ends.
func (tx *Tx) ConversationByExit(ctx context.Context, hash []byte) (chat.Conversation, error) {
	return tx.conversation(ctx, "exit_hash", hash)
}

// manyTalks is more conversations than a desk ever has at once: each unit bounds how many may wait.
const manyTalks = 1000

// Conversations are those the actor may see, waiting ones first, the oldest at the top.
func (tx *Tx) Conversations(ctx context.Context, by access.Actor) ([]chat.Conversation, error) {
	seen, err := tx.seen(ctx, by, stretch{kind: access.Conversation, below: "9", limit: manyTalks})
	if err != nil {
		return nil, err
	}
	found := map[string]chat.Conversation{}
	err = inParts(objects(seen), func(ids []any) error {
		part, err := many(ctx, tx, scanConversation,
			"SELECT "+conversationColumns+" FROM conversation WHERE id IN ("+marks(1, len(ids))+")", ids...)
		for _, c := range part {
			found[string(c.ID)] = c
		}
		return err
	})
	return inOrder(seen, found), err
}

// ConversationsDue are those whose last moment has come.
func (tx *Tx) ConversationsDue(ctx context.Context, now time.Time) ([]chat.ID, error) {
	return many(ctx, tx, scanAs[chat.ID], "SELECT id FROM conversation WHERE ends <= $1 ORDER BY ends, id", calendar.Stamp(now))
}

// CountConversations is how many a unit has just now.
func (tx *Tx) CountConversations(ctx context.Context, unit access.UnitID) (int, error) {
	return one(ctx, tx, scanInt, "SELECT count(*) FROM conversation WHERE unit_id = $1 AND ends > $2", unit, calendar.Stamp(tx.Now()))
}

func scanInt(r scanner) (n int, err error) { return n, r.Scan(&n) }

var putConversation = upsert("conversation", "id", conversationColumns)

// PutConversation keeps a conversation and its place in lists.
func (tx *Tx) PutConversation(ctx context.Context, c chat.Conversation) error {
	err := tx.exec(ctx, putConversation, c.ID, c.Unit, c.Offer, c.Key, c.State, null(c.Worker), null(c.Request), c.ClientHash,
		c.ExitHash, c.Lang, calendar.Stamp(c.Created), calendar.Stamp(c.Last), calendar.Stamp(c.Ends))
	if err != nil {
		return err
	}
	return tx.putRank(ctx, access.Conversation, string(c.ID))
}

// messageRow is a message still sealed.
type messageRow struct {
	chat.Message
	body []byte
}

func scanMessage(r scanner) (m messageRow, err error) { return m, r.Scan(&m.Seq, &m.Sender, &m.body) }

// Messages are what has been written after a number, in order.
func (tx *Tx) Messages(ctx context.Context, c chat.Conversation, after int) ([]chat.Message, error) {
	rows, err := many(ctx, tx, scanMessage,
		"SELECT seq, sender, body FROM message WHERE conversation_id = $1 AND seq > $2 ORDER BY seq", c.ID, after)
	if err != nil {
		return nil, err
	}
	out := make([]chat.Message, len(rows))
	for i, m := range rows {
		if m.Body, err = tx.open(ctx, c.Key, messagePlace(c.ID, m.Seq), m.body); err != nil {
			return nil, err
		}
		out[i] = m.Message
	}
	return out, nil
}

func messagePlace(id chat.ID, seq int) string {
	return sealedAt("message.body", string(id)+"/"+strconv.Itoa(seq))
}

// LastSeq is the newest message's number, 0 when nothing has been written.
func (tx *Tx) LastSeq(ctx context.Context, id chat.ID) (int, error) {
	return one(ctx, tx, scanInt, "SELECT coalesce(max(seq), 0) FROM message WHERE conversation_id = $1", id)
}

// PutMessage keeps a message, sealed with the conversation's own key. A number that is used is fault.Conflict
// "chat.again": somebody wrote at the same instant.
func (tx *Tx) PutMessage(ctx context.Context, c chat.Conversation, m chat.Message) error {
	body, err := tx.seal(ctx, c.Key, messagePlace(c.ID, m.Seq), m.Body)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, "INSERT INTO message (conversation_id, seq, sender, body) VALUES ($1, $2, $3, $4)",
		c.ID, m.Seq, m.Sender, body)
	return taken(err, "chat.again")
}
