package episode

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

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
	"couple.agreed", "couple.conditions", "couple.each-own", "couple.goes-on", "couple.none", "couple.wait-first",
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
			w.s.Aside = dice.IntN(4) == 0
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
