package account

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
)

// TellOwner is the job that writes to a staff member that a way of signing in to their account was added, changed or
// taken away: whoever did not do it themselves must hear of it. The object is the account; which way, is not told.
const TellOwner = "tell-owner"

func tellOwner(ctx context.Context, tx Tx, who access.AccountID) error {
	return tx.PutJob(ctx, TellOwner, string(who), tx.Now())
}
