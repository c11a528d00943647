package volunteer

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// HoursTx is the part of a storage transaction that counting hours needs.
type HoursTx interface {
	figure.Tx
	Offer(ctx context.Context, id organization.OfferID) (organization.Offer, error)
	VolunteerOf(ctx context.Context, who access.AccountID) (Volunteer, error)
	PutVolunteer(ctx context.Context, v Volunteer) error
}

// Gave counts minutes that somebody gave on a day, when it is over and was held: into the month's sum of their unit, and into the one sum
// that their own certificate tells. Of what it was, when, or how often, nothing is kept beside it; nobody but the volunteer reads the
// second (R-238, decision 0073). A worker's time is not a volunteer's and is not counted.
func Gave(ctx context.Context, tx HoursTx, ms model.Set, who access.AccountID, day calendar.Date, minutes int) error {
	v, err := tx.VolunteerOf(ctx, who)
	if fault.Is(err, fault.NotFound) || err == nil && minutes <= 0 {
		return nil
	}
	if err != nil {
		return err
	}
	v.Path.Minutes += minutes
	if err := tx.PutVolunteer(ctx, v); err != nil {
		return err
	}
	o, err := tx.Offer(ctx, v.Offer)
	if err != nil {
		return err
	}
	if m, ok := ms.Model(o.Model, o.Version); !ok || !m.Counts(figure.VolunteerMinutes) {
		return nil
	}
	return tx.AddFigure(ctx, figure.Sum{Month: day.Month(), Unit: o.Unit, Model: o.Model, Name: figure.VolunteerMinutes, N: minutes})
}

// Hours are minutes in whole hours, as they are told.
func Hours(minutes int) int { return (minutes + 30) / 60 }
