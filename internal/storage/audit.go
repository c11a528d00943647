package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/audit"
)

var _ audit.Tx = (*Tx)(nil)

const auditColumns = "id, day, account_id, action, kind, object_id"

func scanAudit(r scanner) (e audit.Entry, err error) {
	return e, r.Scan(&e.ID, &e.Day, &e.Account, &e.Action, &e.Kind, &e.Object)
}

// PutAudit keeps an entry; the same one on the same day is kept once.
func (tx *Tx) PutAudit(ctx context.Context, e audit.Entry) error {
	return tx.exec(ctx, "INSERT INTO audit ("+auditColumns+") VALUES ($1, $2, $3, $4, $5, $6) "+
		"ON CONFLICT (day, account_id, action, object_id) DO NOTHING", e.ID, e.Day, e.Account, e.Action, e.Kind, e.Object)
}

// Audit is what was done to an object, newest day first.
func (tx *Tx) Audit(ctx context.Context, object string) ([]audit.Entry, error) {
	return many(ctx, tx, scanAudit,
		"SELECT "+auditColumns+" FROM audit WHERE object_id = $1 ORDER BY day DESC, account_id, action", object)
}
