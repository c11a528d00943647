package episode

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
)

// MaxGoal is how long a goal may be: one line and no story.
const MaxGoal = 120

// FreeGoal is the lowest number that no goal has, or 0 when there are as many as the episode's model allows.
func (s State) FreeGoal() int {
	taken := map[int]bool{}
	for _, g := range s.Goals {
		taken[g.No] = true
	}
	for no := 1; no <= s.Episode.Goals; no++ {
		if !taken[no] {
			return no
		}
	}
	return 0
}

// mayGoal: goals are agreed until the ending has been answered.
func (s State) mayGoal(m *model.Model) *fault.Fault {
	part, _ := m.Part(s.Episode.Part)
	switch {
	case part.Goals == 0:
		return fault.New(fault.Conflict, "goal.none", "model", m.Phrase("name"))
	case s.FollowUp != nil:
		return fault.New(fault.Conflict, "goal.over", "model", m.Phrase("name"))
	}
	return nil
}

// TooManyGoals is the refusal of one goal too many, in the model's words.
func TooManyGoals(m *model.Model) *fault.Fault {
	return fault.New(fault.Conflict, "goal.limit", "model", m.Phrase("name"), "why", m.Phrase("goals"))
}

// wording is one line that is there; the mistake stands at the input's name.
func wording(text, field string) (seal.Text, error) {
	line, ok := Line(text, MaxGoal)
	if ok && line != "" {
		return seal.Of(line), nil
	}
	var form fault.Form
	if ok {
		form.Add(field, "goal.empty")
	} else {
		form.Add(field, "goal.line", "max", MaxGoal)
	}
	return seal.Text{}, form.Err()
}

// AddGoal writes a goal down as the two have worded it. It counts when both have agreed.
func AddGoal(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, text string) (Goal, error) {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return Goal{}, err
	}
	if err := l.goals(tx, by); err != nil {
		return Goal{}, err
	}
	no := l.State.FreeGoal()
	if no == 0 {
		return Goal{}, TooManyGoals(l.Model)
	}
	line, err := wording(text, "goal")
	if err != nil {
		return Goal{}, err
	}
	g := Goal{ID: newID(), Episode: id, Regime: l.Episode.Regime, Limit: l.Episode.Goals, No: no, Wording: line, Revision: 1}
	if err := tx.PutGoal(ctx, g); fault.HasKey(err, "goal.limit") {
		return Goal{}, TooManyGoals(l.Model)
	} else if err != nil {
		return Goal{}, err
	}
	return g, audit.Note(ctx, tx, by, "changed", access.Episode, string(id))
}

// goals asks whether the actor may agree on goals now.
func (l Loaded) goals(tx Tx, by access.Actor) error {
	if err := l.works(by); err != nil {
		return err
	}
	return l.May(ActGoals, tx.Now())
}

// findGoal loads one of the goals of an episode that the actor works in.
func findGoal(ctx context.Context, tx Tx, ms model.Set, by access.Actor, goal string) (Loaded, Goal, error) {
	g, err := tx.Goal(ctx, goal)
	if err != nil {
		return Loaded{}, Goal{}, err
	}
	l, err := Load(ctx, tx, ms, by, g.Episode)
	if err != nil {
		return Loaded{}, Goal{}, err
	}
	return l, g, l.goals(tx, by)
}

// RewordGoal changes a goal's words, which takes both marks away.
func RewordGoal(ctx context.Context, tx Tx, ms model.Set, by access.Actor, goal, text string) error {
	_, g, err := findGoal(ctx, tx, ms, by, goal)
	if err != nil {
		return err
	}
	line, err := wording(text, "goal-"+g.ID)
	if err != nil {
		return err
	}
	g.reword(line)
	return keepGoal(ctx, tx, by, g)
}

// reword takes both marks away, unless the words are the same.
func (g *Goal) reword(line seal.Text) {
	if line.Reveal() != g.Wording.Reveal() {
		g.Wording, g.Revision, g.ByClient, g.ByWorker = line, g.Revision+1, false, false
	}
}

// agree marks who agrees to the words of a revision; to other words nobody does.
func (g *Goal) agree(revision int, client, worker bool) error {
	if g.Revision != revision {
		return fault.New(fault.Conflict, "goal.reworded")
	}
	g.ByClient, g.ByWorker = client, worker
	return nil
}

// DropGoal takes a goal away.
func DropGoal(ctx context.Context, tx Tx, ms model.Set, by access.Actor, goal string) error {
	_, g, err := findGoal(ctx, tx, ms, by, goal)
	if err != nil {
		return err
	}
	if err := tx.DeleteGoal(ctx, g.ID); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(g.Episode))
}

// AgreeGoal keeps whether the two agree to the words of a revision, as the worker marks it: his own mark, and the
// client's, who sits beside him.
func AgreeGoal(ctx context.Context, tx Tx, ms model.Set, by access.Actor, goal string, revision int, client, worker bool) error {
	_, g, err := findGoal(ctx, tx, ms, by, goal)
	if err != nil {
		return err
	}
	if err := g.agree(revision, client, worker); err != nil {
		return err
	}
	return keepGoal(ctx, tx, by, g)
}

// AgreeGoalByClient is the client's own mark, by the code.
func AgreeGoalByClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, goal string, revision int, agrees bool) error {
	l, err := LoadForClient(ctx, tx, ms, holder)
	if err != nil {
		return err
	}
	g, err := tx.Goal(ctx, goal)
	if err != nil {
		return err
	}
	if g.Episode != l.Episode.ID {
		return notFound()
	}
	if err := l.May(ActGoals, tx.Now()); err != nil {
		return err
	}
	if err := g.agree(revision, agrees, g.ByWorker); err != nil {
		return err
	}
	return keepGoal(ctx, tx, access.Actor{Client: true}, g)
}

func keepGoal(ctx context.Context, tx Tx, by access.Actor, g Goal) error {
	if err := tx.PutGoal(ctx, g); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(g.Episode))
}
