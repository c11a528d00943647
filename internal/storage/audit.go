package storage

import (
	"context"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
)

var (
	_ audit.Tx      = (*Tx)(nil)
	_ audit.CheckTx = (*Tx)(nil)
	_ audit.SealTx  = (*Tx)(nil)
)

const auditColumns = "id, day, account_id, action, kind, object_id, seq, link"

func scanAudit(r scanner) (e audit.Entry, err error) {
	return e, r.Scan(&e.ID, &e.Day, &e.Account, &e.Action, &e.Kind, &e.Object, &e.Seq, &e.Link)
}

// PutAudit keeps an entry at the end of its object's chain; the same one on the same day is kept once.
func (tx *Tx) PutAudit(ctx context.Context, e audit.Entry) error {
	if e.Kind == access.Episode {
		regime, err := many(ctx, tx, scanWord, "SELECT regime FROM episode WHERE id = $1", e.Object)
		if err != nil {
			return err
		}
		e.Day = audit.Keeps(strings.Join(regime, ""), e.Day)
	}
	same, err := many(ctx, tx, scanWord, "SELECT id FROM audit WHERE day = $1 AND account_id = $2 AND action = $3 AND object_id = $4",
		e.Day, e.Account, e.Action, e.Object)
	if err != nil || len(same) > 0 {
		return err
	}
	before, err := many(ctx, tx, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE object_id = $1 AND seq > 0 ORDER BY seq DESC LIMIT 1", e.Object)
	if err != nil {
		return err
	}
	e.Seq = 1
	var link []byte
	if len(before) > 0 {
		e.Seq, link = before[0].Seq+1, before[0].Link
	}
	return tx.exec(ctx, "INSERT INTO audit ("+auditColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		e.ID, e.Day, e.Account, e.Action, e.Kind, e.Object, e.Seq, audit.LinkOf(tx, link, e))
}

// Audit is what was done to an object, newest day first.
func (tx *Tx) Audit(ctx context.Context, object string) ([]audit.Entry, error) {
	return many(ctx, tx, scanAudit,
		"SELECT "+auditColumns+" FROM audit WHERE object_id = $1 ORDER BY day DESC, account_id, action", object)
}

// AuditOfSeen is what was done to the objects the actor may see, newest day first. What somebody may not know of is not in
// it: the same rows decide as everywhere.
func (tx *Tx) AuditOfSeen(ctx context.Context, by access.Actor, f audit.Filter) ([]audit.Line, error) {
	return many(ctx, tx, scanAuditLine, `SELECT a.id, a.day, a.account_id, a.action, a.kind, a.object_id, a.seq, a.link, coalesce(e.regime, '')
		FROM audit a LEFT JOIN episode e ON e.id = a.object_id AND a.kind = 'episode'
		WHERE EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder
		    WHERE h.account_id = $1 AND g.kind = a.kind AND g.object_id = a.object_id AND (g.until = '' OR g.until > $2))
		  AND ($3 = '' OR a.day = $3) AND ($4 = '' OR a.account_id = $4) AND ($5 = '' OR (a.object_id >= $5 AND a.object_id < $6))
		  AND ($3 = '' OR coalesce(e.regime, '') NOT IN ('none', 'anonymous'))
		ORDER BY a.day DESC, a.object_id, a.seq DESC LIMIT 0 + $7`,
		by.Account, calendar.Stamp(tx.Now()), f.Day, f.Account, f.From, f.To, f.Limit)
}

func scanAuditLine(r scanner) (l audit.Line, err error) {
	return l, r.Scan(&l.ID, &l.Day, &l.Account, &l.Action, &l.Kind, &l.Object, &l.Seq, &l.Link, &l.Regime)
}

// AuditOfStaff is what was done to accounts and units, newest day first.
func (tx *Tx) AuditOfStaff(ctx context.Context, f audit.Filter) ([]audit.Line, error) {
	return many(ctx, tx, scanAuditLine, "SELECT "+auditColumns+`, '' FROM audit WHERE kind IN ('account', 'unit')
		  AND ($1 = '' OR day = $1) AND ($2 = '' OR account_id = $2) ORDER BY day DESC, object_id, seq DESC LIMIT 0 + $3`, f.Day, f.Account, f.Limit)
}

// AuditChains reads every entry, object by object in the order of its chain.
func (tx *Tx) AuditChains(ctx context.Context, each func(audit.Entry) error) error {
	rows, err := tx.rows(ctx, "SELECT "+auditColumns+" FROM audit ORDER BY object_id, seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanAudit(rows)
		if err != nil {
			return err
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanAuditDay(r scanner) (d audit.Day, err error) { return d, r.Scan(&d.Day, &d.Entries, &d.Seal) }

// AuditDays are the days that are sealed.
func (tx *Tx) AuditDays(ctx context.Context) ([]audit.Day, error) {
	return many(ctx, tx, scanAuditDay, "SELECT day, entries, seal FROM audit_day ORDER BY day")
}

// SealAuditDays seals the number of entries of each day before one.
func (tx *Tx) SealAuditDays(ctx context.Context, before calendar.Date) (int, error) {
	days, err := many(ctx, tx, scanAuditCount, `SELECT day, count(*) FROM audit
		WHERE day < $1 AND day > (SELECT coalesce(max(day), '') FROM audit_day) GROUP BY day ORDER BY day`, before)
	for i := 0; err == nil && i < len(days); i++ {
		err = tx.putAuditDay(ctx, days[i])
	}
	return len(days), err
}

func scanAuditCount(r scanner) (d audit.Day, err error) { return d, r.Scan(&d.Day, &d.Entries) }

var putAuditDay = upsert("audit_day", "day", "day, entries, seal")

func (tx *Tx) putAuditDay(ctx context.Context, d audit.Day) error {
	return tx.exec(ctx, putAuditDay, d.Day, d.Entries, audit.SealOf(tx, d))
}

// forgetAudit drops an object's entries, which die with it, and takes them off the days that are sealed.
func (tx *Tx) forgetAudit(ctx context.Context, object string) error {
	gone, err := many(ctx, tx, scanAuditCount, `SELECT a.day, count(*) FROM audit a JOIN audit_day d ON d.day = a.day
		WHERE a.object_id = $1 GROUP BY a.day ORDER BY a.day`, object)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM audit WHERE object_id = $1", object); err != nil {
		return err
	}
	for _, g := range gone {
		d, err := one(ctx, tx, scanAuditDay, "SELECT day, entries, seal FROM audit_day WHERE day = $1", g.Day)
		if err != nil {
			return err
		}
		d.Entries -= g.Entries
		if err := tx.putAuditDay(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
