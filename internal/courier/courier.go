// Package courier carries messages to clients: by an SMS gateway or by mail. It takes nothing but what the gate has let
// out (outgoing.Leaving), so there is no way to send a client anything else. Whether, when and what are decided there;
// what it is told never comes into an error or a log.
package courier

import (
	"context"
	"sync"

	"rinnalla.fi/rinnalla/internal/notify"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
)

// ErrRefused is a message that will never be taken, whoever tries again.
var ErrRefused = notify.ErrRefused

// Courier knows the ways that this house sends by. The zero Courier sends nothing.
type Courier struct {
	sms  *Gateway
	mail *notify.Sender
	sink *Sink
}

// New is a courier with a gateway and a mail server; nil is a way that this house does not have.
func New(sms *Gateway, mail *notify.Sender) *Courier { return &Courier{sms: sms, mail: mail} }

// Can tells whether the house sends that way.
func (c *Courier) Can(by person.Channel) bool {
	switch by {
	case person.SMS:
		return c.sms != nil || c.sink != nil
	case person.Email:
		return c.mail != nil || c.sink != nil
	}
	return false
}

// Carry hands a message over and returns when it has been taken. ErrRefused is for good; any other error may pass.
func (c *Courier) Carry(ctx context.Context, l outgoing.Leaving) error {
	switch {
	case l.Channel() == person.SMS && c.sms != nil:
		return c.sms.carry(ctx, l)
	case l.Channel() == person.Email && c.mail != nil:
		return c.mail.Send(ctx, notify.Letter{Key: l.Key(), To: l.To(), Subject: l.Subject(), Text: l.Text()})
	case c.sink != nil:
		c.sink.take(l)
		return nil
	}
	return ErrRefused
}

// Sink takes whatever has no other way, and counts it: the demo has no telephone and no mailbox.
type Sink struct {
	mu    sync.Mutex
	taken map[person.Channel]int
}

// WithSink has the courier take what it has no way for.
func (c *Courier) WithSink() *Sink {
	c.sink = &Sink{taken: map[person.Channel]int{}}
	return c.sink
}

func (s *Sink) take(l outgoing.Leaving) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken[l.Channel()]++
}

// Taken is how many messages came by a channel.
func (s *Sink) Taken(by person.Channel) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken[by]
}
