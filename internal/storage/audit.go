package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
)

// An entry's day is most often a visit's own, so it lies in a box (decision 0057). Entries are found by their month, which the
// sums tell anyway, and put in order here. They have no numbers: by the order in which they came, days could be guessed.

var (
	_ audit.Tx      = (*Tx)(nil)
	_ audit.CheckTx = (*Tx)(nil)
	_ audit.SealTx  = (*Tx)(nil)
)

const auditColumns = "id, account_id, action, kind, object_id, seq, link, times"

func (tx *Tx) scanAudit(r scanner) (e audit.Entry, err error) {
	var box []byte
	if err := r.Scan(&e.ID, &e.Account, &e.Action, &e.Kind, &e.Object, &e.Seq, &e.Link, &box); err != nil {
		return e, err
	}
	return e, tx.openLook(&e, box)
}

// openLook opens an entry's day.
func (tx *Tx) openLook(e *audit.Entry, box []byte) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	e.Day, _, err = openLook(s, sealedAt("audit.times", e.ID), box)
	return err
}

// openLook opens the day of an entry, and tells whether no more than its month is shown.
func openLook(s *timesSeal, place string, box []byte) (day calendar.Date, byMonth bool, err error) {
	w, err := s.some(place, box, 2)
	if err != nil {
		return "", false, err
	}
	return calendar.Date(w[0]), w[1] != "", nil
}

func sealLook(s *timesSeal, e audit.Entry, byMonth bool) []byte {
	how := nothing
	if byMonth {
		how = "month"
	}
	return s.box(sealedAt("audit.times", e.ID), string(e.Day), how)
}

// look is the mark by which the same entry is kept once a day. All of the entry is in it, so no two are alike: of the day
// alone it would tell the days apart.
func (s *timesSeal) look(e audit.Entry) []byte {
	return s.marks.Mark("look", strings.Join([]string{string(e.Day), string(e.Account), e.Action, string(e.Kind), e.Object}, "|"))
}

// PutAudit keeps an entry at the end of its object's chain; the same one on the same day is kept once.
func (tx *Tx) PutAudit(ctx context.Context, e audit.Entry) error {
	byMonth := false
	if e.Kind == access.Episode {
		found, err := many(ctx, tx, scanWord, "SELECT regime FROM episode WHERE id = $1", e.Object)
		if err != nil {
			return err
		}
		regime := strings.Join(found, "")
		e.Day, byMonth = audit.Keeps(regime, e.Day), audit.ByMonth(regime)
	}
	if audit.Lists(e.Kind) {
		e.Day, byMonth = audit.Keeps("anonymous", e.Day), true
	}
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	same, err := many(ctx, tx, scanWord, "SELECT id FROM audit WHERE mark = $1", s.look(e))
	if err != nil || len(same) > 0 {
		return err
	}
	before, err := many(ctx, tx, tx.scanAudit, "SELECT "+auditColumns+" FROM audit WHERE object_id = $1 AND seq > 0 ORDER BY seq DESC LIMIT 1", e.Object)
	if err != nil {
		return err
	}
	e.Seq = 1
	var link []byte
	if len(before) > 0 {
		e.Seq, link = before[0].Seq+1, before[0].Link
	}
	return tx.exec(ctx, putAudit, e.ID, e.Account, e.Action, e.Kind, e.Object, e.Seq, audit.LinkOf(tx, link, e), sealLook(s, e, byMonth), s.look(e), e.Day.Month())
}

var putAudit = insert("audit", auditColumns+", mark, month")

// byDay puts entries in order, newest day first.
func byDay(a, b audit.Entry) int { return cmp.Compare(b.Day, a.Day) }

// Audit is what was done to an object, newest day first.
func (tx *Tx) Audit(ctx context.Context, object string) ([]audit.Entry, error) {
	all, err := many(ctx, tx, tx.scanAudit, "SELECT "+auditColumns+" FROM audit WHERE object_id = $1 ORDER BY account_id, action, id", object)
	slices.SortStableFunc(all, byDay)
	return all, err
}

// AuditOfSeen is what was done to the objects the actor may see, newest day first. What somebody may not know of is not in
// it: the same rows decide as everywhere.
func (tx *Tx) AuditOfSeen(ctx context.Context, by access.Actor, f audit.Filter) ([]audit.Line, error) {
	object, bounds := "", []any{by.Account, calendar.Stamp(tx.Now()), f.Account}
	if f.From != "" { // said only then, so that the index is taken
		object, bounds = " AND a.object_id >= $4 AND a.object_id < $5", append(bounds, f.From, f.To)
	}
	return tx.auditLines(ctx, f, `SELECT a.id, a.account_id, a.action, a.kind, a.object_id, a.seq, a.times, coalesce(e.regime, '')
		FROM audit a LEFT JOIN episode e ON e.id = a.object_id AND a.kind = 'episode'
		WHERE EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder
		    WHERE h.account_id = $1 AND g.kind = a.kind AND g.object_id = a.object_id AND (g.until = '' OR g.until > $2))
		  AND ($3 = '' OR a.account_id = $3)`+object, bounds)
}

// auditLines are the newest lines, or a day's, of a query that goes on after its conditions. Months are read from the last
// one on, until there are enough.
func (tx *Tx) auditLines(ctx context.Context, f audit.Filter, from string, args []any) (all []audit.Line, err error) {
	months := []string{f.Day.Month()}
	switch {
	case f.From != "":
		months = []string{""} // what has a number is found by that, in all its months
	case f.Day == "":
		if months, err = tx.auditMonths(ctx); err != nil {
			return nil, err
		}
	}
	n := len(args)
	for _, month := range months {
		query, with := from, args
		if month != "" {
			query, with = from+" AND a.month = $"+strconv.Itoa(n+1), append(args[:n:n], month)
		}
		part, err := many(ctx, tx, tx.scanAuditLine, query, with...)
		if err != nil {
			return nil, err
		}
		if f.Day != "" { // a line that has its month alone is of no day
			part = slices.DeleteFunc(part, func(l audit.Line) bool { return l.Day != f.Day || audit.ByMonth(l.Regime) })
		}
		if all = append(all, part...); len(all) >= f.Limit {
			break
		}
	}
	return newestFirst(all, f.Limit), nil
}

// auditMonths are the months that have entries, the last first.
func (tx *Tx) auditMonths(ctx context.Context) (all []string, err error) {
	for month, err := one(ctx, tx, scanWord, "SELECT coalesce(max(month), '') FROM audit"); ; {
		if err != nil || month == "" {
			return all, err
		}
		all = append(all, month)
		month, err = one(ctx, tx, scanWord, "SELECT coalesce(max(month), '') FROM audit WHERE month < $1", month)
	}
}

// newestFirst are lines by day, newest first, and by object, so that nothing tells what came between what.
func newestFirst(all []audit.Line, limit int) []audit.Line {
	slices.SortFunc(all, func(a, b audit.Line) int {
		return cmp.Or(byDay(a.Entry, b.Entry), cmp.Compare(a.Object, b.Object), b.Seq-a.Seq)
	})
	return all[:min(limit, len(all))]
}

func (tx *Tx) scanAuditLine(r scanner) (l audit.Line, err error) {
	var box []byte
	if err := r.Scan(&l.ID, &l.Account, &l.Action, &l.Kind, &l.Object, &l.Seq, &box, &l.Regime); err != nil {
		return l, err
	}
	return l, tx.openLook(&l.Entry, box)
}

// AuditOfGroups is what was done to groups and days of the units that the actor coordinates, newest month first.
func (tx *Tx) AuditOfGroups(ctx context.Context, by access.Actor, f audit.Filter) ([]audit.Line, error) {
	return tx.auditLines(ctx, f, `SELECT a.id, a.account_id, a.action, a.kind, a.object_id, a.seq, a.times, 'anonymous' FROM audit a
		WHERE a.kind IN ('circle', 'occasion') AND EXISTS (SELECT 1 FROM offer o JOIN membership s ON s.unit_id = o.unit_id
		    WHERE s.account_id = $1 AND s.role = 'coordinator' AND o.id = coalesce((SELECT c.offer_id FROM circle c WHERE c.id = a.object_id),
		      (SELECT d.offer_id FROM occasion d WHERE d.id = a.object_id)))
		  AND ($2 = '' OR a.account_id = $2)`, []any{by.Account, f.Account})
}

// AuditOfStaff is what was done to accounts and units, newest day first.
func (tx *Tx) AuditOfStaff(ctx context.Context, f audit.Filter) ([]audit.Line, error) {
	return tx.auditLines(ctx, f, "SELECT a.id, a.account_id, a.action, a.kind, a.object_id, a.seq, a.times, '' FROM audit a WHERE a.kind IN ('account', 'unit') AND ($1 = '' OR a.account_id = $1) ",
		[]any{f.Account})
}

// AuditChains reads every entry, object by object in the order of its chain. One whose box or mark is not its own has no
// day, with which no link agrees.
func (tx *Tx) AuditChains(ctx context.Context, each func(audit.Entry) error) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	rows, err := tx.rows(ctx, "SELECT "+auditColumns+", mark, month FROM audit ORDER BY object_id, seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e audit.Entry
		var box, mark []byte
		var month string
		if err := rows.Scan(&e.ID, &e.Account, &e.Action, &e.Kind, &e.Object, &e.Seq, &e.Link, &box, &mark, &month); err != nil {
			return err
		}
		e.Day, _, err = openLook(s, sealedAt("audit.times", e.ID), box)
		if err != nil || e.Day.Month() != month || !bytes.Equal(mark, s.look(e)) {
			e.Day, e.Seq = "", max(e.Seq, 1) // an entry from before there were chains is no link, and broken all the same
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return rows.Err()
}

// forgetAudit drops an object's entries, which die with it, and takes them off the days that are sealed.
func (tx *Tx) forgetAudit(ctx context.Context, object string) error {
	gone, err := tx.Audit(ctx, object)
	if err != nil || len(gone) == 0 {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM audit WHERE object_id = $1", object); err != nil {
		return err
	}
	n := map[calendar.Date]int{}
	for _, e := range gone {
		n[e.Day]++
	}
	days, err := tx.auditDays(ctx)
	for _, d := range days {
		if err == nil && n[d.Day.Day] > 0 {
			d.Entries -= n[d.Day.Day]
			err = tx.putAuditDay(ctx, d)
		}
	}
	return err
}

var errNoDay = errors.New("a day's count is none")
