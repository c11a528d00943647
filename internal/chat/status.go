package chat

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Status is whether a unit's chat is answered just now, and if not, why and when next.
type Status struct {
	Open      bool // one may begin: within hours, and somebody is there
	Hours     bool // within opening hours
	Answering bool // somebody is there
	Closes    calendar.Clock
	// Next is the next stretch of opening hours, on NextDay. Both are empty when the chat is never answered.
	Next    organization.Opening
	NextDay calendar.Date
}

// StatusOf reads opening hours and who is present. Both are asked: hours without anybody would be an empty promise, and
// somebody who forgot to leave is not there.
func StatusOf(ctx context.Context, tx organization.Tx, unit access.UnitID) (Status, error) {
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return Status{}, err
	}
	openings, err := tx.Openings(ctx, unit)
	if err != nil {
		return Status{}, err
	}
	present, err := tx.Presences(ctx, unit, "chat")
	if err != nil {
		return Status{}, err
	}
	var s Status
	at := calendar.LocalOf(tx.Now(), u.Zone)
	now, open := organization.OpenAt(openings, "chat", at)
	s.Hours, s.Closes = open, now.Closes
	s.Answering = len(present) > 0 // whose time is over is not among them
	s.Open = s.Hours && s.Answering
	s.Next, s.NextDay, _ = organization.NextOpening(openings, "chat", at)
	return s, nil
}
