package episode

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
)

// A model may plan its visits. The plan guides: what was left unmarked comes back on the next visit, and nothing waits
// for a tick.

// Kinds of ticks, and the value of a step that was gone through.
const (
	TickStep   = "step"
	TickResult = "result"
	TickMark   = "mark"

	done = "yes"
)

// Tick is something of the model's lists that was gone through or answered.
type Tick struct{ Kind, Item, Value string }

// Goal is one line that two people agreed on. With a new wording nobody has agreed yet.
type Goal struct {
	ID                 string
	Episode            ID
	Regime             string
	Limit              int // the episode's; storage holds it beside the number
	No                 int
	Wording            seal.Text
	Revision           int // raised by a new wording, so that nobody agrees to words they did not see
	ByClient, ByWorker bool
	Reached            string // "", or one of model.Outcomes
}

// Agreed: a goal counts with both marks.
func (g Goal) Agreed() bool { return g.ByClient && g.ByWorker }

// Ticked is the value of a tick, "" where there is none.
func (s State) Ticked(kind, item string) string {
	i := slices.IndexFunc(s.Ticks, func(t Tick) bool { return t.Kind == kind && t.Item == item })
	if i < 0 {
		return ""
	}
	return s.Ticks[i].Value
}

// Plan is what the plan says about one visit, and what earlier ones left open.
type Plan struct {
	No    int
	Visit model.Visit   // empty beyond the plan
	Left  []model.Visit // earlier visits with the steps that nobody has ticked
}

// Current is the number of the visit that is meant now: the one that is booked, else the next one, else the last.
func (s State) Current() int {
	no := 0
	for _, k := range s.Marks {
		if k.State == booked && (no == 0 || k.No < no) {
			no = k.No
		}
	}
	if no == 0 {
		no = s.FreeNumber()
	}
	if no == 0 {
		no = s.Max()
	}
	return no
}

// PlanOf is what the model plans for a visit and what is open from before it.
func PlanOf(m *model.Model, s State, no int) Plan {
	part, _ := m.Part(s.Episode.Part)
	p := Plan{No: no}
	for i, v := range part.Plan {
		if i+1 == no {
			p.Visit = v
		}
		if i+1 >= no {
			continue
		}
		v.Steps = slices.DeleteFunc(slices.Clone(v.Steps), func(step string) bool { return s.Ticked(TickStep, step) != "" })
		if len(v.Steps) > 0 {
			p.Left = append(p.Left, v)
		}
	}
	return p
}

// works: what happens between the two is marked by the episode's own worker. To everybody else it is not there.
func (l Loaded) works(by access.Actor) error {
	if by.System || l.Relation == access.ByWorker {
		return nil
	}
	return notFound()
}

// MarkSteps ticks what was gone through and takes ticks back: of the steps that were shown, those that are in done.
func MarkSteps(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, shown, gone []string) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.works(by); err != nil {
		return err
	}
	if err := l.May(ActSteps, tx.Now()); err != nil {
		return err
	}
	known := l.Part().Steps()
	for _, step := range slices.Concat(shown, gone) {
		if !slices.Contains(known, step) {
			return fault.New(fault.Invalid, "form.choice")
		}
	}
	for _, step := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(shown, gone)))) {
		if err := l.markStep(ctx, tx, step, slices.Contains(gone, step)); err != nil {
			return err
		}
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(id))
}

func (l Loaded) markStep(ctx context.Context, tx Tx, step string, gone bool) error {
	switch was := l.State.Ticked(TickStep, step) != ""; {
	case gone && !was:
		return tx.PutTick(ctx, l.Episode, Tick{TickStep, step, done})
	case !gone && was:
		return tx.DeleteTick(ctx, l.Episode.ID, TickStep, step)
	}
	return nil
}
