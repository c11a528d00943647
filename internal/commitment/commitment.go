// Package commitment is visits that somebody else has agreed to pay for: who pays, how many, until when, and what has
// become of them (R-100…R-116; FHIR ServiceRequest). It counts. The client document is written in the payer's own system,
// so nothing of a visit's content has a place here (D-046); the free work that may have come before is another episode
// and cannot be reached from it. What may happen is asked of package episode; times are left to package appointment.
package commitment

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// PayerID names a payer.
type PayerID string

// Payer is who pays, and by that the controller of the client documents: a county or a city (D-030, D-034). All of it is
// public.
type Payer struct {
	ID         PayerID
	Name       string
	Contact    string // where bills and questions go
	Controller string // who is controller, as its own notice says it
	Privacy    string // whom to ask about one's records there
	ByNumber   bool   // its bills have numbers and counts alone, no days
	Active     bool   // new commitments may be recorded
}

// Commitment is what one payer has granted to one client's episode. It is named by the episode that it opened.
type Commitment struct {
	Episode      episode.ID
	Payer        PayerID
	Number       seal.Text
	SocialWorker seal.Text // "" where nobody is named
	Kind         string    // individual, couple, family, network
	Granted      int
	Workers      int // one or two
	Route        string
	ChildWelfare bool
	Agreed       calendar.Date // when the goals were agreed with the social worker; "" where nobody is named
	Recorded     calendar.Date
	Periods      []Period // by first day
}

// Period is a stretch of days for which it holds, and the day on which that was recorded.
type Period struct {
	First, Last calendar.Date
	Recorded    calendar.Date
}

// Covers tells whether it pays for a visit on the day.
func (c Commitment) Covers(d calendar.Date) bool {
	for _, p := range c.Periods {
		if p.First <= d && d <= p.Last {
			return true
		}
	}
	return false
}

// First is the first day of all.
func (c Commitment) First() (first calendar.Date) {
	for _, p := range c.Periods {
		if first == "" || p.First < first {
			first = p.First
		}
	}
	return first
}

// Last is the last day of all.
func (c Commitment) Last() (last calendar.Date) {
	for _, p := range c.Periods {
		last = max(last, p.Last)
	}
	return last
}

// Visit is an appointment as the ledger sees it.
type Visit struct {
	ID           appointment.ID
	Episode      episode.ID
	No           int // 0 when it holds none
	At           calendar.Local
	Starts       time.Time
	State        string // as package appointment names it
	Counted      bool
	Participants string
	Workers      int
	End          bool          // the organisation pays it itself, to end well
	Entry        calendar.Date // when it was entered in the payer's system; "" when that is not marked
}

// Item is a commitment with all that its page and its ledger need. Name is empty unless the reader is a worker of it.
type Item struct {
	Commitment
	PayerName string
	Unit      access.UnitID
	Zone      string
	Model     string
	Version   int
	Stage     episode.Stage
	Worker    access.AccountID
	Second    access.AccountID
	Name      string
	Relation  access.Relation
	Visits    []Visit
}

// Wanted narrows a list of commitments.
type Wanted struct {
	Episode episode.ID // one of them
	Closed  bool       // those whose episode is closed; otherwise those that go on
	All     bool       // both
	Payer   PayerID    // one payer's
}

// Tx is the part of a storage transaction that commitments need.
type Tx interface {
	appointment.Tx
	Payer(ctx context.Context, id PayerID) (Payer, error)
	Payers(ctx context.Context) ([]Payer, error) // by name
	PutPayer(ctx context.Context, p Payer) error
	// PutCommitment keeps what was granted, without its periods. The same number of the same payer twice is
	// fault.Conflict "commitment.number-taken".
	PutCommitment(ctx context.Context, c Commitment) error
	AddPeriod(ctx context.Context, ep episode.ID, p Period) error
	// PutGranted changes how many visits were granted, in the commitment, its episode and its visits at once.
	PutGranted(ctx context.Context, ep episode.ID, n int) error
	PutPeriods(ctx context.Context, ep episode.ID, all []Period) error // in place of what was there
	Commitment(ctx context.Context, ep episode.ID) (Commitment, error)
	Commitments(ctx context.Context, by access.Actor, w Wanted) ([]Item, error) // through grants; the first to end comes first
	Entry(ctx context.Context, v appointment.ID) (calendar.Date, error)         // "" when it is not marked
	PutEntry(ctx context.Context, v appointment.Appointment, day calendar.Date) error
	PutEndVisit(ctx context.Context, v appointment.Appointment) error
	DeleteEndVisit(ctx context.Context, v appointment.ID) error
	// MoveHolder lets the codes of one episode, what they have released and the stays they have opened, open another.
	MoveHolder(ctx context.Context, from, to string) error
	PutApplication(ctx context.Context, a Application) error
	DeleteApplication(ctx context.Context, id ApplicationID) error
	ApplicationsOf(ctx context.Context, of intake.RequestID) ([]Application, error) // the refused first, by day, then the open one
	Applicants(ctx context.Context, by access.Actor) ([]Applicant, error)           // the last one of each contact, through grants; the oldest first
	PayerOf(ctx context.Context, p person.ID) ([]Payer, error)                      // who pays for any of the person's visits
}
