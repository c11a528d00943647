package episode

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/models"
)

// begins is a part of a model in which a way begins.
type begins struct {
	m    *model.Model
	part model.Part
	ours bool // whose words are our own
}

// storyHead is a heading of a story inside another file.
var storyHead = regexp.MustCompile(`(?m)^--- (.*) ---$`)

// everyModel are the models that ship and those that the check of models is tried with, in each of their parts.
func everyModel(t testing.TB) (all []begins) {
	t.Helper()
	ship, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	tried := fstest.MapFS{}
	for _, name := range []string{"../model/testdata/base.txtar", "../model/testdata/planned/planned.txtar"} {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			tried[f.Name] = &fstest.MapFile{Data: storyHead.ReplaceAll(f.Data, []byte("-- $1 --"))}
		}
	}
	set, mistakes, err := model.Load(tried)
	if err != nil || len(mistakes) > 0 {
		t.Fatal(err, mistakes)
	}
	for i, m := range append(ship.All(), set.All()...) {
		if m.ByHeads() {
			continue // a gathering is nobody's way
		}
		for _, p := range m.Parts {
			all = append(all, begins{m, p, i < len(ship.All())})
		}
	}
	slices.SortFunc(all, func(a, b begins) int { return strings.Compare(a.m.ID+"/"+a.part.ID, b.m.ID+"/"+b.part.ID) })
	return all
}

// walk is a way that bytes tell: what is done next, with which of several, and how much time goes by. Whatever Can allows is
// done; nothing else is.
type walk struct {
	way
	part  model.Part
	ours  bool
	bytes []byte
	bad   string
	heard map[string]string // what each refusal left unsaid
}

// next is a number below n.
func (w *walk) next(n int) int {
	if len(w.bytes) == 0 {
		return 0
	}
	b := int(w.bytes[0])
	w.bytes = w.bytes[1:]
	return b % n
}

func newWalk(b begins, bytes []byte) *walk {
	w := &walk{part: b.part, ours: b.ours, bytes: bytes, heard: map[string]string{}}
	w.m = b.m
	w.now = time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC)
	w.s = State{Episode: Episode{Part: b.part.ID, Regime: string(b.m.Regime), Limit: b.part.Max, Goals: b.part.Goals, Stage: StageOpen, Guardians: Agree, Worker: "own"}, Age: -1}
	if b.m.Parties != nil {
		w.s.Couple = &Couple{Sides: []Side{{Role: "experienced"}}}
		if w.next(2) == 0 {
			w.ready()
		}
	}
	if b.m.Commitment != nil {
		w.s.Episode.Limit = b.m.Commitment.Min
	}
	return w
}

func (w *walk) day(at time.Time) calendar.Date { return calendar.DateOf(at, time.UTC) }

// pick is one of the marks in a state, or none.
func (w *walk) pick(states ...string) *Mark {
	var all []*Mark
	for i := range w.s.Marks {
		if slices.Contains(states, w.s.Marks[i].State) {
			all = append(all, &w.s.Marks[i])
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[w.next(len(all))]
}

// on does something to one mark, if that may be.
func (w *walk) on(a model.Action, k *Mark, do func(*Mark)) {
	if k == nil {
		return
	}
	id := k.ID
	if f := CanTouch(w.m, w.s, a, id, w.now); f != nil {
		w.log = append(w.log, fmt.Sprint(a, " ", id, " refused: ", f.Key))
		return
	}
	w.allowed(a)
	do(k)
	w.log = append(w.log, fmt.Sprint(a, " ", id))
}

func (w *walk) give(k *Mark, state string, counted bool) {
	k.State, k.Counted = state, counted
	if !k.holds() {
		k.No = 0
	}
}

// allowed wants that what has been allowed rests on every condition, whoever asked.
func (w *walk) allowed(a model.Action) {
	for _, c := range w.m.Conditions {
		if c.Part == w.s.Episode.Part && slices.Contains(c.Actions, a) && !c.Holds(w.s.facts(w.m)) {
			w.bad = fmt.Sprintf("%s is allowed while %q does not hold", a, c.When)
		}
	}
	if w.m.Parties == nil || a != model.Book && a != model.Move {
		return
	}
	// What no model's words may take away from a couple.
	c := w.s.Couple
	wish := slices.ContainsFunc(c.Sides, func(x Side) bool { return x.Wish && x.Role == w.m.Parties.Wish })
	safe := !slices.ContainsFunc(c.Sides, func(x Side) bool { return !x.Safe() || !x.Answered(w.s.LastHeld()) })
	if !wish || !safe || len(c.Sides) != 2 || len(w.s.Pair()) != 2 || len(c.Safer) < 2 {
		w.bad = fmt.Sprintf("%s of a couple: wish %t, safe %t, %d there, workers %v of whom %v find it safer", a, wish, safe, len(c.Sides), w.s.Pair(), c.Safer)
	}
}

func (w *walk) try(a model.Action, do func()) {
	w.way.try(a, func() { w.allowed(a); do() })
}

// step is one event and the time until the next.
func (w *walk) step() {
	part, what := w.part, w.next(32)
	switch what {
	case 0, 1, 2, 3, 4:
		w.try(model.Book, func() {
			w.n++
			starts := w.now.Add(time.Duration(w.next(30)) * time.Hour)
			w.s.Marks = append(w.s.Marks, Mark{ID: fmt.Sprint(w.n), No: w.s.FreeNumber(), State: booked, Starts: starts, Ends: starts.Add(time.Hour), Day: w.day(starts)})
		})
	case 5, 6, 7:
		w.on(model.Hold, w.pick(booked), func(k *Mark) {
			if k.Starts.After(w.now) {
				w.bad = "a meeting was held before it began"
			}
			w.give(k, held, true)
		})
	case 8:
		w.on(model.Miss, w.pick(booked), func(k *Mark) { w.give(k, missed, part.MissedCounts) })
	case 9:
		w.on(model.Cancel, w.pick(booked, onHold), func(k *Mark) { w.give(k, "cancelled", false) })
	case 10:
		w.on(ActWait, w.pick(booked), func(k *Mark) { k.State = onHold })
	case 11, 12:
		w.on(model.Move, w.pick(booked, onHold, "cancelled"), func(k *Mark) {
			if k.No == 0 {
				k.No = w.s.FreeNumber()
			}
			k.State, k.Counted, k.Starts = booked, false, w.now.Add(time.Duration(1+w.next(30))*time.Hour)
			k.Ends, k.Day = k.Starts.Add(time.Hour), w.day(k.Starts)
		})
	case 13:
		w.try(ActGoals, func() {
			if no := w.s.FreeGoal(); no != 0 {
				w.n++
				w.s.Goals = append(w.s.Goals, Goal{ID: fmt.Sprint("g", w.n), No: no, Revision: 1, ByClient: w.next(2) == 0, ByWorker: true})
			}
		})
	case 14:
		w.try(ActAnswer, func() { w.answerAll(part) })
	case 15:
		w.try(ActFollowUp, func() { w.s.FollowUp.Answer, w.s.Episode.Stage = part.Ending.FollowUp[0], StageEnding })
	case 16:
		w.try(ActEnd, func() { w.s.Episode.Stage = StageEnding })
	case 17:
		w.try(model.Close, func() { w.s.Episode.Stage = StageClosed })
	case 18:
		w.try(ActReopen, w.reopen)
	case 19:
		w.try(ActGuardians, func() { w.s.Episode.Guardians = []string{Agree, Disagree}[w.next(2)] })
	case 20:
		w.try(ActDecide, func() {
			w.s.Episode.Decision.Choice = w.m.Decision.Choices[w.next(len(w.m.Decision.Choices))]
		})
	case 21:
		w.try(ActTalk, func() { w.s.Talks++ })
	case 22:
		w.s.Talks = max(0, w.s.Talks-1) // a guardian's talks are closed by themselves
	case 23:
		w.extend()
	case 24:
		w.on(ActEndVisit, w.pick(booked), func(k *Mark) { k.End = true })
	default:
		w.couple(what)
	}
	w.now = w.now.Add(time.Duration(w.next(48)) * 20 * time.Minute)
}

// extend is a stretch of days that somebody pays for: the first opens the way, others are an action.
func (w *walk) extend() {
	if w.m.Commitment == nil {
		return
	}
	first := w.day(w.now).Add(w.next(7) - 3)
	span := Span{First: first, Last: first.Add(w.next(10))}
	if len(w.s.Cover) == 0 {
		w.s.Cover = []Span{span}
		return
	}
	w.try(ActExtend, func() { w.s.Cover = append(w.s.Cover, span) })
}

func (w *walk) answerAll(part model.Part) {
	for i, g := range w.s.Goals {
		w.s.Goals[i].Reached = ""
		if g.Agreed() {
			w.s.Goals[i].Reached = model.Outcomes[w.next(len(model.Outcomes))]
		}
	}
	w.s.FollowUp = &FollowUp{How: NoFollowUp}
	if len(part.Ending.FollowUp) > 0 && w.next(2) == 0 {
		w.s.FollowUp = &FollowUp{How: ByClient, Day: "2028-01-01"}
	}
	w.s.Episode.Stage = StageEnding
	if w.s.FollowUp.Waits() {
		w.s.Episode.Stage = StageFollowUp
	}
}

// couple is what is marked of two in visits of their own, where nothing is asked of this way, and taken back.
func (w *walk) couple(what int) {
	if w.m.Parties == nil {
		return
	}
	c := w.s.Couple
	x := &c.Sides[w.next(len(c.Sides))]
	points := w.m.Parties.Points()
	switch what {
	case 25:
		x.Wish = x.Role == w.m.Parties.Wish && w.next(4) != 0
	case 26, 27:
		for _, p := range points[:w.next(len(points)+1)] {
			if !x.Has(p) {
				x.Points = append(x.Points, p)
			}
		}
		x.Held += w.next(3)
	case 28:
		if len(c.Sides) == 1 {
			c.Sides = append(c.Sides, Side{Role: "used"})
		}
		w.s.Work.Second = []access.AccountID{"", "pair"}[w.next(2)]
	case 29:
		c.Safer = []access.AccountID{"own", "pair", "somebody"}[:w.next(4)]
	case 31:
		w.ready()
	default:
		for i := range c.Sides {
			c.Sides[i].Answers = slices.DeleteFunc(c.Sides[i].Answers, func(a Answer) bool { return a.No >= w.s.LastHeld() })
			c.Sides[i].Answers = append(c.Sides[i].Answers, Answer{w.s.LastHeld(), []string{SafeYes, SafeYes, SafeYes, SafeNo, Stop}[w.next(5)]})
		}
	}
}

// ready makes everything as it should be of two, until something else happens.
func (w *walk) ready() {
	c := w.s.Couple
	c.Sides = []Side{{Role: "experienced"}, {Role: "used"}}
	for i := range c.Sides {
		x := &c.Sides[i]
		x.Wish, x.Points, x.Held, x.Answers = x.Role == w.m.Parties.Wish, w.m.Parties.Points(), 2, []Answer{{w.s.LastHeld(), SafeYes}}
	}
	w.s.Work.Second, c.Safer = "pair", []access.AccountID{"own", "pair"}
}
