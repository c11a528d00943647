package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/models"
)

// A year in which ten million answered one form (issue 6 point 8). Ours reads the sums that were kept as answers came, asks
// what of them may leave and keeps that; the other counts ten million rows by the same driver, which is what a year's
// figures cost where answers are rows.
const (
	answersInAll = 10_000_000
	answersIn    = 2025
)

// answers is how long a year's figures of one form take.
func (h *house) answers(ctx context.Context, s settings) ([]figure, error) {
	if !s.only.MatchString("ten million answers") {
		return nil, nil
	}
	m, f, units, err := h.asked(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.answered(ctx, m, f, units); err != nil {
		return nil, err
	}
	recount, err := newRecount(filepath.Join(h.dir, "answers.db"), f, len(units))
	if err != nil {
		return nil, err
	}
	defer recount.Close()
	var ours, other []float64
	for range s.rounds {
		began := time.Now()
		var told []release.Line
		err := h.db.Update(ctx, func(tx *storage.Tx) (err error) {
			told, err = release.Form(ctx, tx, m, f, calendar.Date(fmt.Sprint(answersIn+1, "-01-10")), answersIn)
			return err
		})
		if err != nil {
			return nil, err
		}
		ours = append(ours, ms(time.Since(began)))
		if n := allOf(told); n != answersInAll {
			return nil, fmt.Errorf("the year tells %d answers", n)
		}
		began = time.Now()
		n, err := recount.count(f)
		if err != nil || n != answersInAll {
			return nil, fmt.Errorf("the recount has %d answers: %w", n, err)
		}
		other = append(other, ms(time.Since(began)))
	}
	return []figure{atMost("a year's figures of ten million answers", median(ours), "ms", 200),
		atMost("the same, of a recount's time", median(ours)/median(other), "x", 0.05)}, nil
}

// asked is a service with a form for its adults, and the units that offer it.
func (h *house) asked(ctx context.Context) (m *model.Model, f model.FeedbackForm, units []access.UnitID, err error) {
	set, err := models.Load()
	if err != nil {
		return nil, f, nil, err
	}
	err = h.db.View(ctx, func(tx *storage.Tx) error {
		offers, err := tx.Offers(ctx, "")
		if err != nil {
			return err
		}
		for _, o := range offers {
			one, ok := set.Latest(o.Model)
			if !ok || (m != nil && m.ID != one.ID) {
				continue
			}
			if form, asks := one.FeedbackAt(model.AtEnding, model.OfAdult); asks {
				m, f, units = one, form, append(units, o.Unit)
			}
		}
		if m == nil {
			return errors.New("no service asks adults")
		}
		return nil
	})
	return m, f, units, err
}

// answered keeps the year's sums, as they stand when so many have answered.
func (h *house) answered(ctx context.Context, m *model.Model, f model.FeedbackForm, units []access.UnitID) error {
	return h.db.Update(ctx, func(tx *storage.Tx) error {
		for i, unit := range units {
			for month := range 12 {
				n := share(answersInAll, len(units)*12, i*12+month)
				sum := feedback.Sum{N: n, Answers: map[string][]int{}}
				for _, q := range f.Questions {
					sum.Answers[q.ID] = make([]int, q.Answers)
					for k := range q.Answers {
						sum.Answers[q.ID][k] = share(n, q.Answers, k)
					}
				}
				if err := tx.AddFeedback(ctx, unit, m.ID, f.ID, fmt.Sprintf("%d-%02d", answersIn, month+1), sum); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// share is the part of n that the i-th of so many has.
func share(n, of, i int) int { return n*(i+1)/of - n*i/of }

// allOf is how many the year's lines tell, each unit once.
func allOf(told []release.Line) (n int) {
	for _, l := range told {
		if l.Row.Period.Of == 1 && len(l.Row.Services) == 1 && l.Row.Dimension == "" && l.Shows() {
			n += l.N
		}
	}
	return n
}

// recount has a row for every answer, in the order of units and months, which is the best that reading can meet.
type recount struct{ *sql.DB }

func newRecount(path string, f model.FeedbackForm, units int) (r recount, err error) {
	if r.DB, err = sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)"); err != nil {
		return r, err
	}
	r.SetMaxOpenConns(1)
	columns, values := "unit INTEGER, month INTEGER", fmt.Sprintf("n * %d / %d, n * 12 * %d / %d %% 12 + 1", units, answersInAll, units, answersInAll)
	for i, q := range f.Questions {
		columns += fmt.Sprintf(", q%d INTEGER", i)
		values += fmt.Sprintf(", n %% %d + 1", q.Answers)
	}
	_, err = r.Exec("CREATE TABLE answer (" + columns + ")")
	if err == nil {
		_, err = r.Exec(fmt.Sprintf("INSERT INTO answer WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT %s FROM c", answersInAll-1, values))
	}
	return r, err
}

// count counts every answer to every question by unit and month.
func (r recount) count(f model.FeedbackForm) (all int, err error) {
	query := "SELECT unit, month, count(*)"
	for i, q := range f.Questions {
		for k := range q.Answers {
			query += fmt.Sprintf(", sum(q%d = %d)", i, k+1)
		}
	}
	rows, err := r.Query(query + " FROM answer GROUP BY unit, month")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		into := make([]any, len(columns))
		numbers := make([]int, len(columns))
		for i := range into {
			into[i] = &numbers[i]
		}
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		all += numbers[2]
	}
	return all, rows.Err()
}
