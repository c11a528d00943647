package storage

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/seal"
)

// How many entries each day that is over has lies in boxes too: counts would tell the days' entries apart.

// auditDay is a day that is sealed, and which row it is.
type auditDay struct {
	audit.Day
	no int
}

func auditDayAt(no int) string { return sealedAt("audit_day.times", strconv.Itoa(no)) }

func sealAuditDay(s *timesSeal, d auditDay) []byte {
	return s.box(auditDayAt(d.no), string(d.Day.Day), strconv.Itoa(d.Entries))
}

func (tx *Tx) scanAuditDay(r scanner) (d auditDay, err error) {
	var box []byte
	if err := r.Scan(&d.no, &box, &d.Seal); err != nil {
		return d, err
	}
	w, err := tx.openWords(auditDayAt(d.no), box, 2)
	if err != nil {
		return d, err
	}
	d.Day.Day = calendar.Date(w[0])
	if d.Entries, err = strconv.Atoi(w[1]); err != nil {
		err = errNoDay
	}
	return d, err
}

// auditDays are the days that are sealed, by day. A year has a few hundred.
func (tx *Tx) auditDays(ctx context.Context) ([]auditDay, error) {
	all, err := many(ctx, tx, tx.scanAuditDay, "SELECT no, times, seal FROM audit_day")
	slices.SortFunc(all, func(a, b auditDay) int { return cmp.Compare(a.Day.Day, b.Day.Day) })
	return all, err
}

// AuditDays are the days that are sealed. One whose box does not open is no day, with which no seal agrees.
func (tx *Tx) AuditDays(ctx context.Context) ([]audit.Day, error) {
	return many(ctx, tx, func(r scanner) (audit.Day, error) {
		d, err := tx.scanAuditDay(r)
		if errors.Is(err, seal.ErrOpen) {
			return audit.Day{}, nil
		}
		return d.Day, err
	}, "SELECT no, times, seal FROM audit_day ORDER BY no")
}

// SealAuditDays seals the number of entries of each day before one, and tells how many days that were. The last of them is
// sealed even without entries, so that nothing is counted twice.
func (tx *Tx) SealAuditDays(ctx context.Context, before calendar.Date) (int, error) {
	sealed, err := tx.auditDays(ctx)
	if err != nil {
		return 0, err
	}
	var last calendar.Date
	if n := len(sealed); n > 0 {
		last = sealed[n-1].Day.Day
	}
	if last >= before.Add(-1) {
		return 0, nil // all that are over are
	}
	found, err := many(ctx, tx, tx.scanAudit, "SELECT "+auditColumns+" FROM audit WHERE month >= $1", last.Month())
	if err != nil || len(found)+len(sealed) == 0 {
		return 0, err
	}
	entries := map[calendar.Date]int{before.Add(-1): 0}
	for _, e := range found {
		if e.Day > last && e.Day < before {
			entries[e.Day]++
		}
	}
	for i, day := range slices.Sorted(maps.Keys(entries)) {
		if err := tx.putAuditDay(ctx, auditDay{audit.Day{Day: day, Entries: entries[day]}, len(sealed) + i + 1}); err != nil {
			return i, err
		}
	}
	return len(entries), nil
}

var putAuditDay = upsert("audit_day", "no", "no, times, seal")

func (tx *Tx) putAuditDay(ctx context.Context, d auditDay) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	return tx.exec(ctx, putAuditDay, d.no, sealAuditDay(s, d), audit.SealOf(tx, d.Day))
}
