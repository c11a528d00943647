// Package audit tells who saw and changed what, by opaque id and by day, never by the minute, and by month alone in a
// service without records, where a line of worker, person and day would itself be a record of the meeting (D-201). Entries die with
// their object, and until then nobody changes them: each is chained to the one before it (decision 0045).
package audit

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
)

// What there is to tell.
const (
	Seen      = "seen"
	Changed   = "changed"
	Opened    = "opened"
	Closed    = "closed"
	Emergency = "emergency" // opened by break-glass
	Witnessed = "witnessed" // has seen that somebody did
	Invited   = "invited"
	Roles     = "roles"
	Link      = "link"     // a new invitation link was made for somebody
	Asked     = "asked"    // a recovery
	Approved  = "approved" // a recovery, as the second
	Stopped   = "stopped"  // a recovery was taken back, by a colleague or by the owner's word
	Vouched   = "vouched"  // a newcomer is known to a second colleague
	SignedOut = "signed-out"
	Ways      = "ways"   // ways of signing in were changed
	Billed    = "billed" // stood in a bill that was taken out

	// Of a unit: words that somebody allowed to be quoted (decision 0067). Which of them is not said.
	QuoteRead     = "quote-read"
	QuoteReviewed = "quote-reviewed"
	QuoteRefused  = "quote-refused"
)

// Kinds of objects that are not behind grants.
const (
	Account access.Kind = "account"
	Unit    access.Kind = "unit"
	// Groups of set meetings and days to which families sign up: lists of names of one's choice (decision 0074).
	Circle   access.Kind = "circle"
	Occasion access.Kind = "occasion"
)

// Entry is one kind of look or change by one account on one day.
type Entry struct {
	ID      string
	Day     calendar.Date
	Account access.AccountID
	Action  string
	Kind    access.Kind
	Object  string
	Seq     int    // its place in the object's chain, from 1; 0 is from before there were chains
	Link    []byte // hash of the link before it and of the entry
}

// Tx is the part of a storage transaction that audit needs.
type Tx interface {
	Now() time.Time
	PutAudit(ctx context.Context, e Entry) error // the same entry on the same day is kept once; the day as Keeps tells
	Audit(ctx context.Context, object string) ([]Entry, error)
}

// Keeps tells the day that is kept of an entry about an episode with such a regime. Where nothing is recorded it is the
// last of the month: worker, episode and day together would be a record of the meeting, also for who takes the disk.
func Keeps(regime string, day calendar.Date) calendar.Date {
	if !ByMonth(regime) {
		return day
	}
	first := day.Midnight()
	first = first.AddDate(0, 0, 1-first.Day())
	return calendar.DateOf(first.AddDate(0, 1, -1), time.UTC)
}

// Lists tells of kinds whose entries have no day: lists of names that nobody's record stands behind. A day would tell when somebody was
// taken in or off.
func Lists(kind access.Kind) bool { return kind == Circle || kind == Occasion }

// ByMonth tells of regimes under which no day is kept or shown.
func ByMonth(regime string) bool { return regime == "none" || regime == "anonymous" }

// Note keeps that a staff member did something to an object today (UTC). Visitors and jobs leave no entry.
func Note(ctx context.Context, tx Tx, by access.Actor, action string, kind access.Kind, object string) error {
	if !by.Staff() {
		return nil
	}
	return tx.PutAudit(ctx, Entry{ID: id.New(), Day: calendar.DateOf(tx.Now(), time.UTC), Account: by.Account, Action: action, Kind: kind, Object: object})
}
