package storage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/id"
)

// Sums of what was answered stand in one box for a form's month, so that nothing in the database tells which answers came
// together, nor how many came: one key seals all of it, the house's key of times (decision 0066).

var _ feedback.Tx = (*Tx)(nil)

// feedbackStep is what a box of sums is filled up to, and a larger one to the next step.
const feedbackStep = 4096

// sumsRow is a box with its row.
type sumsRow struct {
	id        string
	mark, box []byte
}

func scanSums(r scanner) (s sumsRow, err error) { return s, r.Scan(&s.id, &s.mark, &s.box) }

// sumsBox is what a box holds. Mark is its row's, so that a box which was moved to another month is noticed.
type sumsBox struct {
	Mark string         `json:"mark"`
	Sums []feedback.Sum `json:"sums"`
}

// feedbackMark finds the row of a form's month.
func (s *timesSeal) feedbackMark(unit access.UnitID, model, form, month string) []byte {
	return s.marks.Mark("feedback", strings.Join([]string{string(unit), model, form, month}, "/"))
}

// openSums opens a box of sums.
func (s *timesSeal) openSums(r sumsRow) ([]feedback.Sum, error) {
	plain, err := s.key.Open(sealedAt("feedback_sum.sums", r.id), r.box)
	if err != nil {
		return nil, fmt.Errorf("open sums: %w", err)
	}
	var b sumsBox
	if err := json.Unmarshal(plain, &b); err != nil || b.Mark != hex.EncodeToString(r.mark) {
		return nil, errors.New("open sums: another month's box") // never what stands in it
	}
	return b.Sums, nil
}

// sealSums seals sums. Their order is by value, whatever came first, and the box is filled up.
func (s *timesSeal) sealSums(r sumsRow, sums []feedback.Sum) ([]byte, error) {
	slices.SortFunc(sums, func(a, b feedback.Sum) int { return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Value, b.Value)) })
	plain, err := json.Marshal(sumsBox{hex.EncodeToString(r.mark), sums})
	if err != nil {
		return nil, err
	}
	full := (len(plain)/feedbackStep + 1) * feedbackStep
	return s.key.Seal(sealedAt("feedback_sum.sums", r.id), append(plain, bytes.Repeat([]byte{' '}, full-len(plain))...)), nil
}

// AddFeedback adds sums of one form and month to what is there.
func (tx *Tx) AddFeedback(ctx context.Context, unit access.UnitID, model, form, month string, sums ...feedback.Sum) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	mark := s.feedbackMark(unit, model, form, month)
	row, err := one(ctx, tx, scanSums, "SELECT id, mark, sums FROM feedback_sum WHERE mark = $1", mark)
	var had []feedback.Sum
	switch {
	case fault.Is(err, fault.NotFound):
		row = sumsRow{id: id.New(), mark: mark}
	case err != nil:
		return err
	default:
		if had, err = s.openSums(row); err != nil {
			return err
		}
	}
	for _, x := range sums {
		x.Unit, x.Model, x.Form, x.Month = unit, model, form, month
		i := slices.IndexFunc(had, func(h feedback.Sum) bool { return h.By == x.By && h.Value == x.Value })
		if i < 0 {
			had, i = append(had, feedback.Sum{Unit: unit, Model: model, Form: form, Month: month, By: x.By, Value: x.Value}), len(had)
		}
		had[i] = had[i].Plus(x)
	}
	if row.box, err = s.sealSums(row, had); err != nil {
		return err
	}
	return tx.exec(ctx, upsert("feedback_sum", "id", "id, mark, sums"), row.id, row.mark, row.box)
}

// FeedbackSums are the sums of a form of a service in units, from one month to another, both included ("2006-01"): of each unit and
// month that anybody answered in the whole (By and Value empty) and every value it is divided by; by unit, month, value.
func (tx *Tx) FeedbackSums(ctx context.Context, units []access.UnitID, model, form, from, to string) ([]feedback.Sum, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return nil, err
	}
	var wanted []any
	for _, unit := range units {
		for month := from; month != "" && month <= to; month = monthAfter(month) {
			wanted = append(wanted, s.feedbackMark(unit, model, form, month))
		}
	}
	var out []feedback.Sum
	err = inParts(wanted, func(part []any) error {
		rows, err := many(ctx, tx, scanSums, "SELECT id, mark, sums FROM feedback_sum WHERE mark IN ("+marks(1, len(part))+")", part...)
		for _, r := range rows {
			sums, err := s.openSums(r)
			if err != nil {
				return err
			}
			out = append(out, sums...)
		}
		return err
	})
	slices.SortFunc(out, func(a, b feedback.Sum) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Month, b.Month), cmp.Compare(a.By, b.By), cmp.Compare(a.Value, b.Value))
	})
	return out, err
}

// monthAfter is the month after one; "" after what is none.
func monthAfter(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 1, 0).Format("2006-01")
}
