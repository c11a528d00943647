package appointment

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
)

// TellWorker is the job that writes to a staff member that something waits on their desk; the object is the account.
const TellWorker = "tell-worker"

// TellCoordinators writes to a unit's coordinators at once that something waits on their desk, and neither what nor of whom.
func TellCoordinators(ctx context.Context, tx interface {
	Now() time.Time
	Colleagues(ctx context.Context, unit access.UnitID) ([]account.Colleague, error)
	PutJob(ctx context.Context, kind, object string, at time.Time) error
}, unit access.UnitID) error {
	all, err := tx.Colleagues(ctx, unit)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !c.WorksAs(access.Coordinator, unit) {
			continue
		}
		if err := tx.PutJob(ctx, TellWorker, string(c.ID), tx.Now()); err != nil {
			return err
		}
	}
	return nil
}
