package episode

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/models"
)

// way is one client's way in memory: what actions do, done only where Can allows it.
type way struct {
	m    *model.Model
	s    State
	now  time.Time
	dice *rand.Rand
	n    int
	log  []string

	stale bool // a mark outlived the words it was given to
}

func (w *way) try(a model.Action, do func()) {
	if f := Can(w.m, w.s, a, w.now); f != nil {
		w.log = append(w.log, fmt.Sprint(a, " refused: ", f.Key))
		return
	}
	do()
	w.log = append(w.log, string(a))
}

// touch changes the first booked meeting.
func (w *way) touch(state string, counted bool) {
	for i, k := range w.s.Marks {
		if k.State == booked {
			w.s.Marks[i].State, w.s.Marks[i].Counted = state, counted
			if !counted {
				w.s.Marks[i].No = 0
			}
			return
		}
	}
}

func (w *way) event() {
	part, _ := w.m.Part(w.s.Episode.Part)
	switch w.dice.IntN(16) {
	case 0, 1, 2, 3:
		w.try(model.Book, func() {
			w.n++
			starts := w.now.Add(time.Duration(w.dice.IntN(3)) * time.Hour)
			w.s.Marks = append(w.s.Marks, Mark{ID: fmt.Sprint(w.n), No: w.s.FreeNumber(), State: booked, Starts: starts, Ends: starts.Add(time.Hour)})
		})
	case 4, 5:
		w.try(model.Hold, func() { w.touch(held, true) })
	case 6:
		w.try(model.Miss, func() { w.touch(missed, part.MissedCounts) })
	case 7:
		w.try(model.Cancel, func() { w.touch("cancelled", false) })
	case 8:
		w.try(ActGoals, func() {
			if no := w.s.FreeGoal(); no != 0 {
				w.n++
				w.s.Goals = append(w.s.Goals, Goal{ID: fmt.Sprint("g", w.n), No: no, Revision: 1})
			}
		})
	case 9, 10:
		w.try(ActGoals, w.changeGoal)
	case 11:
		w.try(ActAnswer, func() { w.answer(part) })
	case 12:
		w.try(ActFollowUp, func() { w.s.FollowUp.Answer, w.s.Episode.Stage = part.Ending.FollowUp[0], StageEnding })
	case 13:
		w.try(ActEnd, func() { w.s.Episode.Stage = StageEnding })
	case 14:
		w.try(model.Close, func() { w.s.Episode.Stage = StageClosed })
	case 15:
		w.try(ActReopen, w.reopen)
	}
	w.now = w.now.Add(time.Duration(w.dice.IntN(90)) * time.Minute)
}

func (w *way) changeGoal() {
	if len(w.s.Goals) == 0 {
		return
	}
	g := &w.s.Goals[w.dice.IntN(len(w.s.Goals))]
	switch w.dice.IntN(4) {
	case 0:
		was := g.Wording.Reveal()
		g.reword(seal.Of(fmt.Sprint("words ", w.dice.IntN(3))))
		w.stale = w.stale || g.Wording.Reveal() != was && (g.ByClient || g.ByWorker)
	default:
		// Sometimes to words that were there before.
		_ = g.agree(g.Revision-w.dice.IntN(2), w.dice.IntN(2) == 0, w.dice.IntN(2) == 0)
	}
}

func (w *way) answer(part model.Part) {
	for i, g := range w.s.Goals {
		w.s.Goals[i].Reached = ""
		if g.Agreed() {
			w.s.Goals[i].Reached = model.Outcomes[w.dice.IntN(3)]
		}
	}
	w.s.FollowUp = &FollowUp{How: NoFollowUp}
	if len(part.Ending.FollowUp) > 0 && w.dice.IntN(2) == 0 {
		w.s.FollowUp = &FollowUp{How: ByClient, Day: "2028-01-01"}
	}
	w.s.Episode.Stage = StageEnding
	if w.s.FollowUp.Waits() {
		w.s.Episode.Stage = StageFollowUp
	}
}

func (w *way) reopen() {
	w.s.Episode.Stage, w.s.FollowUp = StageOpen, nil
	for i := range w.s.Goals {
		w.s.Goals[i].Reached = ""
	}
}

// broken is what may never be, or "".
func (w *way) broken() string {
	part, _ := w.m.Part(w.s.Episode.Part)
	taken := map[int]bool{}
	for _, k := range w.s.Marks {
		if k.No != 0 && taken[k.No] {
			return "two visits with one number"
		}
		taken[k.No] = true
		if k.No > w.s.Max() {
			return "a visit beyond the limit"
		}
	}
	switch {
	case w.stale:
		return "a mark on words that nobody saw"
	case w.s.Used()+w.s.Booked() > w.s.Max():
		return "a sixth visit"
	case len(w.s.Goals) > part.Goals:
		return "a goal too many"
	case w.s.Episode.Stage == StageClosed && part.Ending != nil && w.s.heldOnes() > 0 && (w.s.FollowUp == nil || w.s.FollowUp.Waits()):
		return "closed without its ending"
	case w.s.Episode.Stage == StageClosed && w.s.Booked() > 0:
		return "closed with a meeting to come"
	case (w.s.Episode.Stage == StageFollowUp) != w.s.FollowUp.Waits() && w.s.Episode.Stage != StageClosed:
		return "waiting for what nobody agreed"
	}
	for _, g := range w.s.Goals {
		if g.Reached != "" && !g.Agreed() {
			return "an answer to a goal that was not agreed"
		}
	}
	return ""
}

// Whatever comes in whatever order: no sixth visit, no third goal, no closing without an ending, no goal that counts
// without both marks.
func TestNoWayLeadsToWhatMayNotBe(t *testing.T) {
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{}
	for _, m := range set.All() {
		part, ok := m.PartOf(model.Client)
		if !ok || len(part.Plan) == 0 {
			continue
		}
		for seed := range uint64(3000) {
			w := &way{m: m, now: time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC), dice: rand.New(rand.NewPCG(seed, 4))}
			w.s = State{Episode: Episode{Part: part.ID, Limit: part.Max, Goals: part.Goals, Stage: StageOpen, Guardians: Agree}, Age: -1}
			for range 120 {
				w.event()
				reached[string(w.s.Episode.Stage)] = true
				if bad := w.broken(); bad != "" {
					t.Fatalf("%s, seed %d: %s after\n%s", m.ID, seed, bad, strings.Join(w.log, "\n"))
				}
			}
		}
	}
	for _, stage := range []Stage{StageOpen, StageEnding, StageFollowUp, StageClosed} {
		if !reached[string(stage)] {
			t.Errorf("no way came to %s", stage)
		}
	}
}
