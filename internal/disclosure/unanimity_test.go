package disclosure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// What the attacker learns of answers: numbers of people are as they are, and every way in which they could have answered is tried.

// learned are the populations of which the attacker knows what nobody may: how all of a group of fewer than ten answered, how a group of
// fewer than five did, or to one of them how all others did. It is no find where a group around it of ten or more, of which it is
// known, answered (nearly) alike: D-217.3 lets that be told, and it says so of everybody in it (but for one, who may be the one asking).
func (g group) learned() (found []string) {
	known := map[asked]*heard{}
	for _, set := range g.sets {
		unions(set, func(a asked, v kn) {
			if known[a] == nil {
				known[a] = &heard{n: v.n, good: map[int]bool{}}
			}
			known[a].good[v.k] = true
		})
	}
	for name, o := range known {
		if !o.find() {
			continue
		}
		rest := name.people(g.sets[0])
		for around, c := range known {
			if c.n >= 10 && c.alike() {
				rest &^= around.people(g.sets[0])
			}
		}
		if howMany(rest, g.sets[0]) > 1 || rest != 0 && o.n == 1 {
			found = append(found, fmt.Sprintf("%v of %d", name, o.n))
		}
	}
	slices.Sort(found)
	return found
}

// people are those of a population as bits: who came to which atom by which step.
func (a asked) people(set [][]kn) (bits uint) {
	for i := range set[0] {
		for s := range a.step + 1 {
			came := set[s][i].n
			if s > 0 {
				came -= set[s-1][i].n
			}
			if a.mask>>i&1 == 1 && came > 0 && (!a.late || s == a.step) {
				bits |= 1 << (i*len(set) + s)
			}
		}
	}
	return bits
}

func howMany(bits uint, set [][]kn) (n int) {
	for i := range set[0] {
		for s := range set {
			if bits>>(i*len(set)+s)&1 == 1 {
				n += set[s][i].n
				if s > 0 {
					n -= set[s-1][i].n
				}
			}
		}
	}
	return n
}

// heard is what is left to believe of one population: how many may have answered "good".
type heard struct {
	n    int
	good map[int]bool
}

func (o heard) only(k int) bool { return len(o.good) == 1 && o.good[k] }

// alike: it is known that at most one answered otherwise than the rest.
func (o heard) alike() bool {
	low, high := true, true
	for k := range o.good {
		low, high = low && k <= 1, high && k >= o.n-1
	}
	return low || high
}

// alone: somebody who answered in one way, and was the only one if there was one, knows that there was one.
func (o heard) alone(one, none int) bool {
	return o.n > 1 && o.good[one] && (len(o.good) == 1 || len(o.good) == 2 && o.good[none])
}

func (o heard) find() bool {
	return o.n >= 1 && o.n < 10 && (o.only(0) || o.only(o.n) || o.n < 5 && len(o.good) == 1 || o.alone(1, 0) || o.alone(o.n-1, o.n))
}

// answers plays a world for fixed numbers of people with every way to answer.
func (w world) answers(t testing.TB, release releaser, people [][]int) (found []string, tables int) {
	t.Helper()
	groups := map[string]*group{}
	var grow func(values [][]kn, at int)
	grow = func(values [][]kn, at int) {
		steps, n := len(people), len(w.atoms)
		if at == steps*n {
			set := make([][]kn, steps)
			for i := range values {
				set[i] = slices.Clone(values[i])
			}
			seen := w.play(t, release, set)
			if groups[seen] == nil {
				groups[seen] = &group{}
			}
			groups[seen].sets = append(groups[seen].sets, set)
			return
		}
		step, i := at/n, at%n
		fresh, before := people[step][i], 0
		if step > 0 {
			fresh -= people[step-1][i]
			before = values[step-1][i].k
		}
		for k := range fresh + 1 {
			values[step][i] = kn{before + k, people[step][i]}
			grow(values, at+1)
		}
	}
	values := make([][]kn, len(people))
	for i := range values {
		values[i] = make([]kn, len(w.atoms))
	}
	grow(values, 0)
	for _, g := range groups {
		tables++
		for _, f := range g.learned() {
			found = append(found, fmt.Sprintf("%s, as in %v", f, g.sets[0]))
		}
	}
	slices.Sort(found)
	return found, tables
}

func TestAttackerFindsNoAnswer(t *testing.T) {
	months := service("s")
	two := world{months[:2], [][]Row{grid("s")}}
	late := world{months[:2], [][]Row{grid("s"), grid("s")}}
	atoms, rows := five("a", "b", "c")
	services := world{atoms, [][]Row{rows}}
	for _, c := range []struct {
		name    string
		world   world
		release releaser
		people  [][]int
		finds   bool
	}{
		{"a small year", two, Release, [][]int{{3, 4}}, false},
		{"six and twelve", two, Release, [][]int{{6, 12}}, false},
		{"a late answer", late, Release, [][]int{{6, 6}, {7, 6}}, false},
		{"late answers to a bound", late, Release, [][]int{{5, 2}, {12, 5}}, false},
		{"services of which two are small", services, Release, [][]int{{6, 7, 12}}, false},
		{"services of ten", services, Release, [][]int{{10, 12, 6}}, false},
		{"shares of few shown", two, allShown, [][]int{{3, 4}}, true},
		{"a late answer without a memory", late, noMemory, [][]int{{6, 6}, {7, 6}}, true},
	} {
		found, tables := c.world.answers(t, c.release, c.people)
		t.Log(c.name, tables)
		if (len(found) > 0) != c.finds || tables == 0 {
			t.Errorf("%s: in %d tables the attacker finds %d: %q", c.name, tables, len(found), found[:min(len(found), 5)])
		}
	}
}

func TestAttackerFindsNoAnswerInRandomWorlds(t *testing.T) {
	dice := rand.New(rand.NewPCG(17, 65))
	tables := 0
	for i := range 40 {
		w := randomWorld(dice, 3, 1)
		people := [][]int{{dice.IntN(12), dice.IntN(12), dice.IntN(9)}}
		if i%2 == 1 {
			w = randomWorld(dice, 2, 2)
			first := []int{2 + dice.IntN(10), dice.IntN(10)}
			people = [][]int{first, {first[0] + dice.IntN(4), first[1] + dice.IntN(11)}}
		}
		found, n := w.answers(t, Release, people)
		tables += n
		if len(found) > 0 {
			t.Errorf("world %d %+v with %v people: in %d tables the attacker finds %q", i, w, people, n, found[:min(len(found), 5)])
		}
	}
	t.Log(tables)
}
