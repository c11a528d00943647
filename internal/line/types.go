// Package line is a telephone line that is open on evenings (R-180…R-189). Of an evening it keeps how many contacts there
// were, never callers; of a call ticks from lists, at once as sums of the month, so that no two ticks of one call stay
// together (A-20, decision 0063). There is nothing here that could hold who called, when, or a word of it.
package line

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// EveningID names one evening of a line.
type EveningID string

// States of an evening.
const (
	Open   = "open"   // it will be, or is going on
	Closed = "closed" // a coordinator closed it
	Held   = "held"   // over, and somebody answered
	Unheld = "unheld" // over, and nobody did
)

// Evening is one evening on which a line is open. Its day and hours are on the public page.
type Evening struct {
	ID       EveningID
	Offer    organization.OfferID
	At       calendar.Local
	Minutes  int
	Starts   time.Time
	State    string
	Contacts int // never callers: who calls twice is two contacts (D-107)
}

// Ends is when the evening is over.
func (e Evening) Ends() time.Time { return e.Starts.Add(time.Duration(e.Minutes) * time.Minute) }

// On tells whether the evening is going on.
func (e Evening) On(now time.Time) bool {
	return e.State == Open && !now.Before(e.Starts) && now.Before(e.Ends())
}

// Ticks are all that is asked after a call.
type Ticks struct {
	Length string   `json:"l"`
	Themes []string `json:"h"`
	Tips   []string `json:"t"` // destinations of the model's ways on
	Worry  bool     `json:"w"`
}

// Last is the fingerprint of the form somebody sent last on an evening, by which sending twice counts once and taking back
// takes once. It is of random words that stand on that page alone: nothing can be told from it.
type Last struct {
	Form, Ticks []byte
	Undone      bool
}

// Tx is the part of a storage transaction that lines need.
type Tx interface {
	organization.Tx
	volunteer.HoursTx
	Derive(purpose, value string) []byte
	Evening(ctx context.Context, id EveningID) (Evening, error)
	Evenings(ctx context.Context, offer organization.OfferID, from, to time.Time) ([]Evening, error) // by start
	EveningsOver(ctx context.Context, now time.Time, limit int) ([]Evening, error)                   // still open though they are over
	PutEvening(ctx context.Context, e Evening) error                                                 // the same offer and start twice: fault.Conflict "line.same-time"
	AnsweredBy(ctx context.Context, id EveningID) ([]access.AccountID, error)                        // who answer it, as it was published
	Answers(ctx context.Context, id EveningID, who access.AccountID) (bool, error)
	LastForm(ctx context.Context, id EveningID, who access.AccountID) (Last, error) // the zero Last when there is none
	PutLastForm(ctx context.Context, id EveningID, who access.AccountID, l Last) error
	DropLastForms(ctx context.Context, id EveningID) error
	LineNumber(ctx context.Context, offer organization.OfferID) (string, error) // "" while nobody has said it
	PutLineNumber(ctx context.Context, offer organization.OfferID, number string) error
}

// Hall is where an evening belongs.
type Hall struct {
	Unit  organization.Unit
	Offer organization.Offer
	Model *model.Model
}

func (h Hall) sum(e Evening, name, value string, n int) figure.Sum {
	return figure.Sum{Month: e.At.Day.Month(), Unit: h.Unit.ID, Model: h.Model.ID, Name: name, Value: value, N: n}
}
