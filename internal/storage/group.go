package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/organization"
)

var _ group.Tx = (*Tx)(nil)

const meetingColumns = "id, offer_id, day, clock, zone, minutes, starts, state, adults, children"

func scanMeeting(r scanner) (m group.Meeting, err error) {
	return m, r.Scan(&m.ID, &m.Offer, &m.At.Day, &m.At.Clock, &m.At.Zone, &m.Minutes, instant{&m.Starts},
		&m.State, &m.Adults, &m.Children)
}

// Meeting finds a gathering.
func (tx *Tx) Meeting(ctx context.Context, id group.MeetingID) (group.Meeting, error) {
	return one(ctx, tx, scanMeeting, "SELECT "+meetingColumns+" FROM group_meeting WHERE id = $1", id)
}

// Meetings are an offer's gatherings that start from one instant up to another, by start.
func (tx *Tx) Meetings(ctx context.Context, offer organization.OfferID, from, to time.Time) ([]group.Meeting, error) {
	return many(ctx, tx, scanMeeting, "SELECT "+meetingColumns+" FROM group_meeting "+
		"WHERE offer_id = $1 AND starts >= $2 AND starts < $3 ORDER BY starts",
		offer, calendar.Stamp(from), calendar.Stamp(to))
}

var putMeeting = upsert("group_meeting", "id", meetingColumns)

// PutMeeting keeps a gathering. Another of the same offer at the same start is fault.Conflict "group.same-time".
func (tx *Tx) PutMeeting(ctx context.Context, m group.Meeting) error {
	err := tx.exec(ctx, putMeeting, m.ID, m.Offer, m.At.Day, m.At.Clock, m.At.Zone, m.Minutes,
		calendar.Stamp(m.Starts), m.State, m.Adults, m.Children)
	return taken(err, "group.same-time")
}

// MeetingOffers are the offers of the units in which the actor works or coordinates.
func (tx *Tx) MeetingOffers(ctx context.Context, by access.Actor) ([]organization.Offer, error) {
	return many(ctx, tx, scanOffer, "SELECT "+offerColumns+` FROM offer WHERE unit_id IN
		(SELECT unit_id FROM membership WHERE account_id = $1 AND role IN ('worker', 'coordinator'))
		ORDER BY position, slug`, by.Account)
}
