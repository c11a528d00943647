// Package audit tells who saw and changed what, by opaque id and by day, never by the minute: in a service without
// records a line of worker, person and hour would itself be a record of the meeting (D-201). Entries die with
// their object.
package audit

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
)

// Entry is one kind of look or change by one account on one day.
type Entry struct {
	ID      string
	Day     calendar.Date
	Account access.AccountID
	Action  string // "seen", "changed", "opened", "closed", "decided"
	Kind    access.Kind
	Object  string
}

// Tx is the part of a storage transaction that audit needs.
type Tx interface {
	Now() time.Time
	PutAudit(ctx context.Context, e Entry) error // the same entry on the same day is kept once
	Audit(ctx context.Context, object string) ([]Entry, error)
}

// Note keeps that a staff member did something to an object today (UTC). Visitors and jobs leave no entry.
func Note(ctx context.Context, tx Tx, by access.Actor, action string, kind access.Kind, object string) error {
	if !by.Staff() {
		return nil
	}
	return tx.PutAudit(ctx, Entry{ID: id.New(), Day: calendar.DateOf(tx.Now(), time.UTC), Account: by.Account, Action: action, Kind: kind, Object: object})
}
