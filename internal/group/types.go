// Package group is people who gather. In this release open groups and family days, counted by heads alone: who comes
// is nobody's to write down (R-144… ), and there is no limit to how often one may come.
package group

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/organization"
)

// MeetingID names one gathering.
type MeetingID string

// States of a gathering.
const (
	Planned   = "planned"
	Held      = "held"
	Cancelled = "cancelled"
)

// Meeting is one gathering of an open group or one family day.
type Meeting struct {
	ID       MeetingID
	Offer    organization.OfferID
	At       calendar.Local
	Minutes  int
	Starts   time.Time
	State    string
	Adults   int
	Children int
}

// Tx is the part of a storage transaction that groups need.
type Tx interface {
	organization.Tx
	figure.Tx
	Meeting(ctx context.Context, id MeetingID) (Meeting, error)
	Meetings(ctx context.Context, offer organization.OfferID, from, to time.Time) ([]Meeting, error)
	PutMeeting(ctx context.Context, m Meeting) error // the same offer and start twice: fault.Conflict "group.same-time"
	MeetingOffers(ctx context.Context, by access.Actor) ([]organization.Offer, error)
}
