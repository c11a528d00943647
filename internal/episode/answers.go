package episode

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

// What is asked when visits are over: how goals were reached, the model's results, marks, and a follow-up (R-034…R-040).
// All is chosen from lists; nothing is told in words.

// Who makes contact at a follow-up.
const (
	NoFollowUp = "none"    // the client wants none
	ByContact  = "contact" // the worker, as the client's permission stands
	ByClient   = "client"  // the client, when the day has come
)

// followUpWithin is how far a follow-up may be agreed: a permission lasts a year at the most.
const followUpWithin = 366

// FollowUp is what was agreed when the ending was answered, and how it went.
type FollowUp struct {
	How    string
	Day    calendar.Date
	Answer string // of the model's list; "" while it waits
}

// Waits tells whether somebody has still to make contact.
func (f *FollowUp) Waits() bool { return f != nil && f.How != NoFollowUp && f.Answer == "" }

func (f *FollowUp) day() calendar.Date {
	if f == nil {
		return ""
	}
	return f.Day
}

// Waiting is an episode on a list of what is to be done. FollowUp is empty where the ending is not answered.
type Waiting struct {
	Item
	FollowUp FollowUp
}

// Answers are what a worker chose at the ending.
type Answers struct {
	Reached  map[string]string // by goal
	Results  map[string]string
	Marks    map[string]string
	FollowUp string
	Day      calendar.Date
}

// Unanswered tells whether the ending is to be answered: visits are over, at least one was held, and nobody has said how
// it went. Nobody is asked how five visits went that never were.
func Unanswered(m *model.Model, s State) bool {
	part, _ := m.Part(s.Episode.Part)
	over := s.Episode.Stage == StageEnding || s.Episode.Stage == StageOpen && s.FreeNumber() == 0
	return part.Ending != nil && s.FollowUp == nil && over && s.Booked() == 0 && s.heldOnes() > 0
}

func (s State) heldOnes() int { return s.count(func(k Mark) bool { return k.State == held }) }

// mayAnswer: the ending is answered when nothing is to come, and again until the follow-up has gone.
func (s State) mayAnswer(m *model.Model) *fault.Fault {
	part, _ := m.Part(s.Episode.Part)
	switch {
	case part.Ending == nil:
		return fault.New(fault.Conflict, "ending.none", "model", m.Phrase("name"))
	case s.Booked() > 0:
		return fault.New(fault.Conflict, "ending.booked")
	case s.heldOnes() == 0:
		return fault.New(fault.Conflict, "ending.not-met")
	case s.Episode.Stage == StageOpen && s.FreeNumber() != 0:
		return fault.New(fault.Conflict, "ending.visits-left", "model", m.Phrase("name"))
	case s.FollowUp != nil && s.FollowUp.Answer != "":
		return fault.New(fault.Conflict, "ending.followed")
	}
	return nil
}

// mayEnd: an episode is closed when its ending is answered and its follow-up has gone.
func (s State) mayEnd(m *model.Model) *fault.Fault {
	part, _ := m.Part(s.Episode.Part)
	if part.Ending == nil || s.heldOnes() == 0 {
		return nil
	}
	if s.FollowUp == nil {
		return fault.New(fault.Conflict, "ending.unanswered", "model", m.Phrase("name"), "what", s.asked(part))
	}
	if s.FollowUp.Waits() {
		return fault.New(fault.Conflict, "follow-up.waits", "day", s.FollowUp.Day)
	}
	return nil
}

// asked says what an ending asks, as part of a sentence.
type asked []string

func (s State) asked(part model.Part) asked {
	var out asked
	add := func(yes bool, key string) {
		if yes {
			out = append(out, key)
		}
	}
	add(slices.ContainsFunc(s.Goals, Goal.Agreed), "goals")
	out = append(out, "results")
	add(len(part.Ending.Marks) > 0, "marks")
	add(len(part.Ending.FollowUp) > 0, "follow-up")
	return out
}

// In is a list in words.
func (a asked) In(lang locale.Lang) string {
	p, out := locale.For(lang), ""
	for i, key := range a {
		if i > 0 {
			out += ", "
		}
		out += p.T("ending.asks." + key)
	}
	return out
}

// AnswerEnding keeps how it went and what was agreed. The episode then waits for its follow-up, or may be closed.
// Answering again replaces the answers, and the figures follow.
func AnswerEnding(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, a Answers) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.works(by); err != nil {
		return err
	}
	if err := l.May(ActAnswer, tx.Now()); err != nil {
		return err
	}
	contact, err := tx.SafeContact(ctx, l.Episode.Person)
	if err != nil {
		return err
	}
	f, err := l.checkAnswers(a, contact, l.Today(tx.Now()))
	if err != nil {
		return err
	}
	if l, err = l.unanswer(ctx, tx); err != nil {
		return err
	}
	return l.answered(ctx, tx, by, a, f)
}

// checkAnswers finds what is missing or not in the lists, each at its input's name.
func (l Loaded) checkAnswers(a Answers, c person.SafeContact, today calendar.Date) (FollowUp, error) {
	var form fault.Form
	part := l.Part()
	for _, g := range l.State.Goals {
		if g.Agreed() && !slices.Contains(model.Outcomes, a.Reached[g.ID]) {
			form.Add("goal-"+g.ID, "ending.choose")
		}
	}
	for _, item := range part.Ending.Results {
		if !slices.Contains(model.Outcomes, a.Results[item]) {
			form.Add("result-"+item, "ending.choose")
		}
	}
	for _, item := range part.Ending.Marks {
		if !slices.Contains(model.YesNo, a.Marks[item]) {
			form.Add("mark-"+item, "ending.choose")
		}
	}
	f := FollowUp{How: NoFollowUp}
	if len(part.Ending.FollowUp) > 0 {
		f = checkFollowUp(a, c, today, &form)
	}
	return f, form.Err()
}

// checkFollowUp: the worker makes contact only as far as the client's permission reaches (D-188). One that ends before
// the day is said now, while the client is there to be asked again.
func checkFollowUp(a Answers, c person.SafeContact, today calendar.Date, form *fault.Form) FollowUp {
	f := FollowUp{How: a.FollowUp, Day: a.Day}
	switch a.FollowUp {
	case NoFollowUp:
		return FollowUp{How: NoFollowUp}
	case ByClient:
	case ByContact:
		if c.Channel == person.None || c.Channel == "" || c.Ended(today) {
			form.Add("follow-up", "follow-up.no-permission")
			return f
		}
	default:
		form.Add("follow-up", "ending.choose")
		return f
	}
	_, err := calendar.ParseDate(string(a.Day))
	switch {
	case err != nil:
		form.Add("day", "follow-up.day")
	case a.Day <= today || a.Day > today.Add(followUpWithin):
		form.Add("day", "follow-up.range")
	case a.FollowUp == ByContact && a.Day > c.LastDay:
		form.Add("day", "follow-up.permission-ends", "day", c.LastDay)
	}
	return f
}

// answered keeps checked answers and counts them.
func (l Loaded) answered(ctx context.Context, tx Tx, by access.Actor, a Answers, f FollowUp) error {
	part := l.Part()
	for _, g := range l.State.Goals {
		if !g.Agreed() {
			continue
		}
		full, err := tx.Goal(ctx, g.ID)
		if err != nil {
			return err
		}
		full.Reached = a.Reached[g.ID]
		if err := tx.PutGoal(ctx, full); err != nil {
			return err
		}
		if err := l.Count(ctx, tx, figure.GoalsReached, full.Reached, 1); err != nil {
			return err
		}
	}
	if err := l.putAnswers(ctx, tx, TickResult, figure.Results, part.Ending.Results, a.Results); err != nil {
		return err
	}
	if err := l.putAnswers(ctx, tx, TickMark, figure.EndingMarks, part.Ending.Marks, a.Marks); err != nil {
		return err
	}
	if err := tx.PutFollowUp(ctx, l.Episode, f); err != nil {
		return err
	}
	if len(part.Ending.FollowUp) > 0 {
		if err := l.Count(ctx, tx, figure.FollowUps, f.How, 1); err != nil {
			return err
		}
	}
	l.Episode.Stage = StageEnding
	if f.Waits() {
		l.Episode.Stage = StageFollowUp
	}
	return l.keep(ctx, tx, by, "changed")
}

func (l Loaded) putAnswers(ctx context.Context, tx Tx, kind, name string, items []string, given map[string]string) error {
	for _, item := range items {
		if err := tx.PutTick(ctx, l.Episode, Tick{kind, item, given[item]}); err != nil {
			return err
		}
		if err := l.Count(ctx, tx, name, item+"."+given[item], 1); err != nil {
			return err
		}
	}
	return nil
}

// unanswer takes an ending's answers back, out of the figures too. Where there are none it does nothing.
func (l Loaded) unanswer(ctx context.Context, tx Tx) (Loaded, error) {
	f := l.State.FollowUp
	if f == nil {
		return l, nil
	}
	part := l.Part()
	for _, g := range l.State.Goals {
		if g.Reached == "" {
			continue
		}
		full, err := tx.Goal(ctx, g.ID)
		if err != nil {
			return l, err
		}
		full.Reached = ""
		if err := tx.PutGoal(ctx, full); err != nil {
			return l, err
		}
		if err := l.Count(ctx, tx, figure.GoalsReached, g.Reached, -1); err != nil {
			return l, err
		}
	}
	for _, t := range l.State.Ticks {
		name, ok := map[string]string{TickResult: figure.Results, TickMark: figure.EndingMarks}[t.Kind]
		if !ok {
			continue
		}
		if err := tx.DeleteTick(ctx, l.Episode.ID, t.Kind, t.Item); err != nil {
			return l, err
		}
		if err := l.Count(ctx, tx, name, t.Item+"."+t.Value, -1); err != nil {
			return l, err
		}
	}
	if part.Ending != nil && len(part.Ending.FollowUp) > 0 {
		if err := l.Count(ctx, tx, figure.FollowUps, f.How, -1); err != nil {
			return l, err
		}
	}
	if f.Answer != "" {
		if err := l.Count(ctx, tx, figure.FollowUpsAnswered, f.Answer, -1); err != nil {
			return l, err
		}
	}
	l.State.FollowUp = nil
	return l, tx.DeleteFollowUp(ctx, l.Episode.ID)
}

// AnswerFollowUp keeps how a follow-up went, from the model's list. Then the episode may be closed.
func AnswerFollowUp(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, answer string) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.May(ActFollowUp, tx.Now()); err != nil {
		return err
	}
	if part := l.Part(); part.Ending == nil || !slices.Contains(part.Ending.FollowUp, answer) {
		var form fault.Form
		form.Add("follow-up", "ending.choose")
		return form.Err()
	}
	f := *l.State.FollowUp
	f.Answer = answer
	if err := tx.PutFollowUp(ctx, l.Episode, f); err != nil {
		return err
	}
	if err := l.Count(ctx, tx, figure.FollowUpsAnswered, answer, 1); err != nil {
		return err
	}
	l.Episode.Stage = StageEnding
	return l.keep(ctx, tx, by, "changed")
}

// ToAnswer are the episodes the actor may see whose visits are over and whose ending their model asks about.
func ToAnswer(ctx context.Context, tx Tx, ms model.Set, by access.Actor, limit int) ([]Waiting, error) {
	all, err := tx.Unended(ctx, by, limit)
	return slices.DeleteFunc(all, func(w Waiting) bool {
		m, ok := ms.Model(w.Model, w.Version)
		if !ok {
			return true
		}
		part, _ := m.Part(w.Part)
		return part.Ending == nil
	}), err
}
