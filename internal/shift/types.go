// Package shift is who answers a line on which evening (A-21, R-189, R-235…R-242): places and reserves, what each has said of
// themselves, changing evenings, and "I can't come". Whoever declines is asked nothing and leaves nothing: their place is
// simply not there any more, and no row, order, count or letter tells that it was (R-238, decision 0063).
package shift

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/rota"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// Jobs: Tell is a letter to one account that something about evenings waits on their page.
const Tell = "tell-shift"

// Place is somebody on an evening. No is 0 for a reserve, who is asked when somebody cannot come.
type Place struct {
	Evening   line.EveningID
	Account   access.AccountID
	No        int
	Published bool // what is only proposed is the coordinator's to see
}

// Reserve tells that the place is a reserve's.
func (p Place) Reserve() bool { return p.No == 0 }

// Wish is what somebody has said of themselves. Without a row: once a month, any weekday, no two in a row.
type Wish struct {
	Account  access.AccountID
	LineName seal.Text // the name they answer by, seen by staff and colleagues of the shift (D-105)
	Most     int       // evenings in a month
	Wished   []int     // weekdays liked best
	Never    []int     // weekdays on which they cannot
	Row      bool      // two evenings in a row are fine
	Away     rota.Span // zero when they are not
}

// mostUsual is how often somebody answers who has said nothing.
const mostUsual = 1

// Swap is one asking another to change evenings: theirs for the other's.
type Swap struct {
	Evening line.EveningID // of who asks
	Account access.AccountID
	For     line.EveningID // of who is asked
	To      access.AccountID
}

// May tells whether somebody may answer a line's task on a day at all: trained, active, on no break. A refusal is a
// fault.Conflict with the rule in words; anything else went wrong.
type May func(ctx context.Context, who access.AccountID, task string, day calendar.Date) error

// Tx is the part of a storage transaction that shifts need.
type Tx interface {
	line.Tx
	Account(ctx context.Context, id access.AccountID) (account.Account, error)
	Colleagues(ctx context.Context, unit access.UnitID) ([]account.Colleague, error)
	VolunteerOf(ctx context.Context, who access.AccountID) (volunteer.Volunteer, error)
	PutJob(ctx context.Context, kind, object string, at time.Time) error
	ShiftPlaces(ctx context.Context, offer organization.OfferID, from, to time.Time) ([]Place, error) // of evenings that start then
	ShiftPlacesOf(ctx context.Context, evening line.EveningID) ([]Place, error)
	ShiftPlacesBy(ctx context.Context, who access.AccountID, from time.Time) ([]Place, error) // of evenings that start from then
	PutShiftPlace(ctx context.Context, p Place) error                                         // a place that somebody else has: fault.Conflict "shift.taken"
	DeleteShiftPlace(ctx context.Context, evening line.EveningID, who access.AccountID) error
	DropShiftPlaces(ctx context.Context, before time.Time) error // of evenings that started before, and are settled
	DropSwaps(ctx context.Context, before time.Time) error
	DropShiftsOfGone(ctx context.Context, from time.Time) error // wishes, and places on evenings from then on, of who has no role any more
	ShiftWish(ctx context.Context, who access.AccountID) (Wish, error)
	ShiftWishes(ctx context.Context, unit access.UnitID) ([]Wish, error)
	PutShiftWish(ctx context.Context, w Wish) error
	Swaps(ctx context.Context, who access.AccountID) ([]Swap, error) // asked by them or of them
	PutSwap(ctx context.Context, s Swap) error
	DeleteSwap(ctx context.Context, evening line.EveningID, who access.AccountID) error
}
