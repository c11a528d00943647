package account

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
)

// Signing in as its owner and the keepers of the account may read it: numbers by day. A clock time would tell when somebody
// met whom (D-201); the log has the times, and nobody in it.

// daysKept is how many days they are told.
const daysKept = 90

// Day is how often somebody signed in, was refused and signed out on a day (UTC).
type Day struct {
	Account             access.AccountID
	Day                 calendar.Date
	Came, Refused, Gone int
}

func today(tx Tx) calendar.Date { return calendar.DateOf(tx.Now(), time.UTC) }

func came(ctx context.Context, tx Tx, who access.AccountID) error {
	return tx.AddSignIn(ctx, Day{Account: who, Day: today(tx), Came: 1})
}

func refusedOnce(ctx context.Context, tx Tx, who access.AccountID) error {
	return tx.AddSignIn(ctx, Day{Account: who, Day: today(tx), Refused: 1})
}

func gone(ctx context.Context, tx Tx, who access.AccountID) error {
	return tx.AddSignIn(ctx, Day{Account: who, Day: today(tx), Gone: 1})
}

// OwnDays are the signed-in account's own, newest first.
func OwnDays(ctx context.Context, tx Tx, by access.Actor) ([]Day, error) {
	if !by.Staff() {
		return nil, signInFirst()
	}
	return tx.SignIns(ctx, by.Account)
}

// RefusedDays are the days on which somebody was refused at a colleague's account. When colleagues come and go is their
// own to see; that somebody tries their door is for whoever keeps it too.
func RefusedDays(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) ([]Day, error) {
	if _, _, err := colleague(ctx, tx, by, who); err != nil {
		return nil, err
	}
	all, err := tx.SignIns(ctx, who)
	var out []Day
	for _, d := range all {
		if d.Refused > 0 {
			out = append(out, Day{Account: who, Day: d.Day, Refused: d.Refused})
		}
	}
	return out, err
}

// ForgetTx is what letting go needs.
type ForgetTx interface {
	Now() time.Time
	DropSignIns(ctx context.Context, before calendar.Date) (int, error)
	DropRecoveries(ctx context.Context, now time.Time) (int, error)
}

// Forget lets go of days that are long over and of recoveries that nobody used.
func Forget(ctx context.Context, tx ForgetTx) (int, error) {
	n, err := tx.DropSignIns(ctx, calendar.DateOf(tx.Now(), time.UTC).Add(-daysKept))
	if err != nil {
		return 0, err
	}
	m, err := tx.DropRecoveries(ctx, tx.Now())
	return n + m, err
}
