package episode

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
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

// never is what may not be, or "".
func (w *walk) never() string {
	if w.bad != "" {
		return w.bad
	}
	if bad := w.broken(); bad != "" {
		return bad
	}
	ends := 0
	for _, k := range w.s.Marks {
		if w.m.Commitment == nil {
			break
		}
		if k.State == held && !k.End && !w.s.Covers(k.Day) {
			return "a visit was held that nobody pays for"
		}
		if k.End && (k.State == held || k.State == booked) {
			ends++
		}
	}
	switch {
	case w.m.Commitment != nil && ends > w.m.Commitment.EndVisits:
		return "an end visit too many"
	case w.m.Commitment != nil && len(w.s.Cover) == 0 && len(w.s.Marks) > 0:
		return "a visit before anybody agreed to pay"
	case w.s.Talks > maxTalks:
		return "talks of a guardian too many"
	case w.m.Parties != nil && w.s.Booked()+w.s.count(func(k Mark) bool { return k.State == onHold }) > 1:
		return "two meetings of a couple to come"
	}
	return ""
}

// told wants the same answer twice, nothing changed by asking, and of every refusal the rule, the service, and what would help.
func (w *walk) told() string {
	before := fmt.Sprintf("%+v", w.s)
	once, again := Actions(w.m, w.s, w.now), Actions(w.m, w.s, w.now)
	if !reflect.DeepEqual(keys(once), keys(again)) || fmt.Sprintf("%+v", w.s) != before {
		return "asking twice gives two answers, or changes something"
	}
	for _, p := range once {
		if p.Refusal == nil {
			continue
		}
		said := fmt.Sprint(w.m.ID, w.m.Version, p.Refusal.Key, p.Refusal.Args["reason"])
		bad, ok := w.heard[said]
		if !ok {
			bad = complete(w.m, p.Refusal, w.ours)
			w.heard[said] = bad
		}
		if bad != "" {
			return fmt.Sprint(p.Action, ": ", bad)
		}
	}
	return ""
}

func keys(all []Possible) (out []string) {
	for _, p := range all {
		if p.Refusal == nil {
			out = append(out, string(p.Action))
		} else {
			out = append(out, fmt.Sprint(p.Action, " ", p.Refusal.Key, " ", p.Refusal.Args["reason"]))
		}
	}
	return out
}

// complete tells what a refusal leaves unsaid in any language, or "": whose rule it is, which, and what would make it possible,
// as a second sentence. The words of a model that is only tried are nobody's.
func complete(m *model.Model, f *fault.Fault, ours bool) string {
	switch {
	case f == nil:
		return ""
	case f.Kind != fault.Conflict:
		return "a refusal that is no answer: " + f.Key
	case f.Args["model"] == nil:
		return f.Key + " does not say of which service"
	}
	for _, lang := range locale.Langs() {
		text := locale.For(lang).Fault(f)
		rest, ok := strings.CutPrefix(text, m.Name(lang)+": ")
		if !ok {
			return fmt.Sprintf("%s in %s does not begin with the service: %q", f.Key, lang, text)
		}
		if sentences := strings.FieldsFunc(rest, func(r rune) bool { return r == '.' || r == ';' }); len(sentences) < 2 && (ours || f.Key != "model.refused") {
			return fmt.Sprintf("%s (%v) in %s says what is not possible and not what would be: %q", f.Key, f.Args["reason"], lang, text)
		}
	}
	return ""
}

// FuzzWays: whatever happens in whatever order, in whichever service, nothing comes about that may not be, and every
// refusal says whose rule it is and what would help (design 5, A-02, A-03, A-06, A-11; issue 4 points 5 and 6).
func FuzzWays(f *testing.F) {
	all := everyModel(f)
	for i := range all {
		f.Add([]byte{byte(i), 23, 3, 9, 0, 0, 1, 3, 5, 0, 4, 0, 2, 9, 6, 0, 3, 14, 1, 0, 17, 0, 18, 0})
		f.Add([]byte{byte(i), 25, 0, 1, 0, 28, 0, 1, 0, 26, 0, 9, 2, 0, 27, 1, 9, 2, 0, 29, 0, 2, 0, 31, 0, 0, 0, 2, 0, 10, 0, 0, 12, 0, 3, 0, 6, 0, 3, 30, 0, 0, 1, 0, 0})
		f.Add([]byte{byte(i), 19, 1, 0, 20, 1, 0, 0, 1, 0, 21, 0, 21, 0, 16, 0, 17, 0, 22, 0, 17, 0, 18, 0, 13, 0, 0, 8, 0, 9, 9, 0, 3})
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		if len(bytes) < 2 || len(bytes) > 800 {
			return
		}
		w := newWalk(all[int(bytes[0])%len(all)], bytes[1:])
		for len(w.bytes) > 0 {
			w.step()
			bad := w.never()
			if bad == "" {
				bad = w.told()
			}
			if bad != "" {
				t.Fatalf("%s %s: %s after\n%s", w.m.ID, w.part.ID, bad, strings.Join(w.log, "\n"))
			}
		}
	})
}

// refusals are all that the engine can give. A new one fails the test until it stands here, and says its rule, its service and
// what would help in each language.
var refusals = []string{
	"again.booked", "again.none", "again.visits-left",
	"commitment.covered", "commitment.end-enough", "commitment.needed", "commitment.none", "commitment.not-covered", "commitment.nothing-held",
	"couple.agreed", "couple.each-own", "couple.goes-on", "couple.none", "couple.wait-first",
	"ending.booked", "ending.followed", "ending.none", "ending.not-met", "ending.unanswered", "ending.visits-left",
	"episode.booked", "episode.closed", "episode.ending", "episode.follow-up", "episode.open", "episode.talks", "episode.unmarked",
	"follow-up.none", "follow-up.waits",
	"goal.none", "goal.over",
	"guardians.agree", "guardians.enough", "guardians.no-talks", "guardians.none",
	"model.refused",
	"plan.none",
	"visit.begun", "visit.limit", "visit.not-yet", "visit.nothing-booked", "visit.nothing-marked",
	"way-on.none",
}

// Every refusal is come to by some way, and none that is not known.
func TestEveryRefusalIsWhole(t *testing.T) {
	dice, heard, said := rand.New(rand.NewPCG(20, 27)), map[string]string{}, map[string]bool{}
	for _, b := range everyModel(t) {
		for range map[bool]int{false: 40, true: 240}[b.m.Parties != nil] { // two have much to agree on first
			bytes := make([]byte, 160)
			for i := range bytes {
				bytes[i] = byte(dice.UintN(256))
			}
			w := newWalk(b, bytes)
			w.heard = heard
			if dice.IntN(3) == 0 {
				w.s.Together, w.s.Episode.About = b.m.Parties == nil, "child"
			}
			for len(w.bytes) > 0 {
				w.step()
				bad := w.never()
				if bad == "" {
					bad = w.told()
				}
				if bad != "" {
					t.Fatalf("%s %s: %s after\n%s", w.m.ID, w.part.ID, bad, strings.Join(w.log, "\n"))
				}
				for _, p := range Actions(w.m, w.s, w.now) {
					if p.Refusal != nil {
						said[p.Refusal.Key] = true
					}
				}
			}
		}
	}
	got := slices.Sorted(maps.Keys(said))
	for _, key := range got {
		if !slices.Contains(refusals, key) {
			t.Errorf("%q, is not listed", key)
		}
	}
	for _, key := range refusals {
		if !said[key] {
			t.Errorf("no way came to %s", key)
		}
	}
}
