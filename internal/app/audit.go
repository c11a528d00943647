package app

import (
	"context"

	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/storage"
)

const checkAudit = "check-audit"

// checkAudit follows the audit's chains once a week: it reads all of it. What does not hold is told in the log as numbers; it is for people to
// find out why, so the job has done its work (decision 0045, ASVS 16.4.2).
func (h *house) checkAudit(ctx context.Context, db *storage.DB, _ job.Job) error {
	var found audit.Checked
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		found, err = audit.Check(ctx, tx)
		return err
	})
	if err == nil && !found.Whole() {
		h.log.Error("the audit does not hold: somebody has written past the program", "chains", len(found.Objects), "days", len(found.Days))
	}
	return err
}
