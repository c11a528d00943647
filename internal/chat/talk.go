package chat

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// lastByPeople is the last message that the two may write; the one after it is kept for a code.
const lastByPeople = MaxMessages - 1

// Talk is what one of the two reads: messages after a number, and how the conversation stands.
type Talk struct {
	ID       ID
	State    string
	Mine     bool // the worker's side: this reader has taken it
	Offer    organization.OfferID
	Lang     locale.Lang
	Request  intake.RequestID // made from it, "" when none
	Messages []Message
	Last     int // the newest message's number
	Created  time.Time
	Ends     time.Time
	Exit     string // the visitor's side alone
}

func talk(ctx context.Context, tx Tx, c Conversation, after int) (Talk, error) {
	messages, err := tx.Messages(ctx, c, max(after, 0))
	t := Talk{ID: c.ID, State: c.State, Offer: c.Offer, Lang: c.Lang, Request: c.Request, Messages: messages, Last: max(after, 0),
		Created: c.Created, Ends: c.Ends}
	if n := len(messages); n > 0 {
		t.Last = messages[n-1].Seq
	}
	return t, err
}

// say keeps a message and lets the conversation go on for another while.
func say(ctx context.Context, tx Tx, c Conversation, sender, text string) (Message, error) {
	text, err := clean(text)
	if err != nil {
		return Message{}, err
	}
	last, err := tx.LastSeq(ctx, c.ID)
	if err != nil {
		return Message{}, err
	}
	if last >= lastByPeople && sender != FromCode || last >= MaxMessages {
		return Message{}, fault.New(fault.Conflict, "chat.long")
	}
	m := Message{Seq: last + 1, Sender: sender, Body: seal.Of(text)}
	if err := tx.PutMessage(ctx, c, m); err != nil {
		return Message{}, err
	}
	c.Last, c.Ends = tx.Now(), ends(c.Created, tx.Now())
	return m, tx.PutConversation(ctx, c)
}

// ends is when a conversation ends by itself after a message.
func ends(created, last time.Time) time.Time {
	quiet, longest := last.Add(Silence), created.Add(Longest)
	if longest.Before(quiet) {
		return longest
	}
	return quiet
}

// clean reads a message: some text, not too long, without what no keyboard writes.
func clean(text string) (string, error) {
	var form fault.Form
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n"))
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		form.Add("text", "chat.empty")
	case utf8.RuneCountInString(text) > MaxRunes:
		form.Add("text", "chat.too-long", "most", MaxRunes)
	}
	return text, form.Err()
}
