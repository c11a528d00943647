package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/seal"
)

// How many entries each day that is over has lies in boxes too: counts in the order of days would cut the order of entries
// into days. Beside the count stands between which places the day's entries lie, by which a day is found again.

// auditDay is a day that is sealed, with its place and the first and last place of its entries; 0 where none has one.
type auditDay struct {
	audit.Day
	no, first, last int
}

func auditDayAt(no int) string { return sealedAt("audit_day.times", strconv.Itoa(no)) }

func sealAuditDay(s *timesSeal, d auditDay) []byte {
	return s.box(auditDayAt(d.no), string(d.Day.Day), strconv.Itoa(d.Entries), strconv.Itoa(d.first), strconv.Itoa(d.last))
}

func (tx *Tx) scanAuditDay(r scanner) (d auditDay, err error) {
	var box []byte
	if err := r.Scan(&d.no, &box, &d.Seal); err != nil {
		return d, err
	}
	w, err := tx.openWords(auditDayAt(d.no), box, 4)
	if err != nil {
		return d, err
	}
	d.Day.Day = calendar.Date(w[0])
	for i, into := range []*int{&d.Entries, &d.first, &d.last} {
		if *into, err = strconv.Atoi(w[i+1]); err != nil {
			return d, errNoDay
		}
	}
	return d, nil
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

// around is how many places before and after its own a day is looked for, and lately how many sealed days before the
// others: who writes at midnight may get a place among the other day's.
const (
	around = 100
	lately = 3
)

// unsealedFrom is from which place on entries of days that are not sealed can be.
func unsealedFrom(days []auditDay) int {
	from := 0
	for _, d := range days[max(0, len(days)-lately):] {
		if d.first > 0 && (from == 0 || d.first < from) {
			from = d.first
		}
	}
	if from == 0 && len(days) > lately {
		for _, d := range days {
			from = max(from, d.last)
		}
	}
	return max(1, from-around)
}

// placesOf are between which places a day's entries lie.
func (tx *Tx) placesOf(ctx context.Context, day calendar.Date) (first, last int, err error) {
	days, err := tx.auditDays(ctx)
	if err != nil {
		return 0, 0, err
	}
	at, sealed := slices.BinarySearchFunc(days, day, func(d auditDay, day calendar.Date) int { return cmp.Compare(d.Day.Day, day) })
	switch {
	case sealed && days[at].first == 0, !sealed && at < len(days):
		return 1, 0, nil
	case sealed:
		return max(1, days[at].first-around), days[at].last + around, nil
	}
	last, err = one(ctx, tx, scanInt, "SELECT coalesce(max(no), 0) FROM audit")
	return unsealedFrom(days), last, err
}

// SealAuditDays seals the number of entries of each day before one, and tells how many days that were.
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
	counted, err := many(ctx, tx, func(r scanner) (auditDay, error) {
		var d auditDay
		var e audit.Entry
		var box []byte
		if err := r.Scan(&e.ID, &d.no, &box); err != nil {
			return d, err
		}
		err := tx.openLook(&e, box)
		d.Day.Day = e.Day
		return d, err
	}, "SELECT id, no, times FROM audit WHERE no >= $1 AND no > 0 UNION ALL SELECT id, no, times FROM audit WHERE month <> '' AND month >= $2", unsealedFrom(sealed), last.Month())
	if err != nil {
		return 0, err
	}
	open := map[calendar.Date]*auditDay{}
	for _, c := range counted {
		if c.Day.Day <= last || c.Day.Day >= before {
			continue
		}
		d := open[c.Day.Day]
		if d == nil {
			d = &auditDay{Day: audit.Day{Day: c.Day.Day}}
			open[c.Day.Day] = d
		}
		d.Entries++
		if c.no > 0 {
			d.first, d.last = min(cmp.Or(d.first, c.no), c.no), max(d.last, c.no)
		}
	}
	days := make([]auditDay, 0, len(open))
	for _, d := range open {
		days = append(days, *d)
	}
	slices.SortFunc(days, func(a, b auditDay) int { return cmp.Compare(a.Day.Day, b.Day.Day) })
	for i, d := range days {
		d.no = len(sealed) + i + 1
		if err := tx.putAuditDay(ctx, d); err != nil {
			return i, err
		}
	}
	return len(days), nil
}

var putAuditDay = upsert("audit_day", "no", "no, times, seal")

func (tx *Tx) putAuditDay(ctx context.Context, d auditDay) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	return tx.exec(ctx, putAuditDay, d.no, sealAuditDay(s, d), audit.SealOf(tx, d.Day))
}
