package commitment

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
)

// Standing is a commitment with its ledger of today.
type Standing struct {
	Item
	Service *model.Model
	Ledger  Ledger
	State   State
	Warning int // so many days before the last one it has to be told; 0 is not now
	// LateEntries are held visits that have waited too long for their entry in the payer's system.
	LateEntries []Visit
}

// Covers tells whether somebody pays for the visit.
func (s Standing) Covers(v Visit) bool { return !v.End && s.Commitment.Covers(v.At.Day) }

// List is commitments that the actor may see, as they stand today, the first to end first.
func List(ctx context.Context, tx Tx, ms model.Set, by access.Actor, w Wanted) ([]Standing, error) {
	items, err := tx.Commitments(ctx, by, w)
	var out []Standing
	for _, it := range items {
		m, ok := ms.Model(it.Model, it.Version)
		if !ok || m.Commitment == nil {
			continue
		}
		out = append(out, standing(it, m, calendar.LocalOf(tx.Now(), it.Zone).Day))
	}
	return out, err
}

func standing(it Item, m *model.Model, today calendar.Date) Standing {
	s := Standing{Item: it, Service: m, Ledger: Reckon(it.Commitment, it.Visits, today)}
	s.State = s.Ledger.State(it.Stage)
	if s.State != Ended {
		s.Warning = s.Ledger.Warning(m.Commitment)
	}
	for _, v := range it.Visits {
		if v.Late(m.Commitment, today) {
			s.LateEntries = append(s.LateEntries, v)
		}
	}
	return s
}

// Task is a commitment that somebody has to do something about.
type Task struct{ Standing }

// Urgent tells whether it cannot wait: days have run out over booked visits, or the last warning has come.
func (t Task) Urgent() bool {
	warn := t.Service.Commitment.WarnDays
	return t.State == Expired && t.Ledger.Uncovered > 0 || t.Warning > 0 && t.Warning == warn[len(warn)-1]
}

// Tasks are what the desk tells: what expires soon, what has expired over booked visits, and entries that are late. They
// are read from what is kept and the day, nothing is remembered of having told them, and a client is told nothing.
func Tasks(ctx context.Context, tx Tx, ms model.Set, by access.Actor) ([]Task, error) {
	all, err := List(ctx, tx, ms, by, Wanted{All: true})
	var out []Task
	for _, s := range all {
		t := Task{s}
		if s.Warning > 0 || s.State == Expired && s.Ledger.Uncovered > 0 || len(s.LateEntries) > 0 {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Task) int { return cmp.Compare(flag(!a.Urgent()), flag(!b.Urgent())) })
	return out, err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// One is one commitment for whoever may see it.
func One(ctx context.Context, tx Tx, ms model.Set, by access.Actor, w Wanted) (Standing, error) {
	w.All = true
	all, err := List(ctx, tx, ms, by, w)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "not-found")
	}
	if err != nil {
		return Standing{}, err
	}
	return all[0], nil
}
