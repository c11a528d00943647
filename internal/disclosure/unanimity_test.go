package disclosure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// What the attacker learns of answers: it is known how many people there are, save how a dimension crosses a period, and every way in which they
// could have answered is tried.

// learned are the populations of which the attacker knows what nobody may: how all of a group of fewer than ten answered, how a group of
// fewer than five did, or to one of them how all others did. It is no find where a group around it of ten or more, of which it is
// known, answered (nearly) alike: D-217.3 lets that be told, and it says so of everybody in it (but for one, who may be the one asking).
func (g group) learned() (found []string) {
	known := map[asked]*heard{}
	for _, set := range g.sets {
		unions(set, func(a asked, v kn) {
			if known[a] == nil {
				known[a] = &heard{}
			}
			known[a].add(v)
		})
	}
	alike := g.alike()
	for name, o := range known {
		if !o.outside() && (!o.inside() || alike != 0) {
			continue
		}
		if rest := howMany(name.people(g.sets[0])&^alike, g.sets[0]).n; rest > 1 || rest == 1 && o.least == 1 {
			found = append(found, fmt.Sprintf("%v of %v", name, o.may))
		}
	}
	slices.Sort(found)
	return found
}

// alike are those of whom it is told, ten or more together, that at most one answered otherwise than the rest. D-217.3 accepts that; and whoever takes them out
// of what is around them may learn more as one of the rest, which the decision says.
func (g group) alike() (bits uint) {
	told := slices.Clone(g.told)
	classes := map[string]uint{} // those that the same told numbers have
	for bit := uint(1); bit != 0; bit <<= 1 {
		in := ""
		for i, row := range g.told {
			if row&bit != 0 {
				in += fmt.Sprint(i, " ")
			}
		}
		if in != "" {
			classes[in] |= bit
		}
	}
	for _, class := range classes {
		told = append(told, class)
	}
	for _, a := range g.told { // and what one told number leaves of another
		for _, b := range g.told {
			if b&^a == 0 && b != a {
				told = append(told, a&^b)
			}
		}
	}
	for _, of := range told {
		var o heard
		for _, set := range g.sets {
			o.add(howMany(of, set))
		}
		if o.least >= 10 && o.alike {
			bits |= of
		}
	}
	return bits
}

// people are those of a population as bits: who came to which atom by which step.
func (a asked) people(set [][]kn) (bits uint) {
	for i := range set[0] {
		for s := range a.step + 1 {
			if a.mask>>i&1 == 1 && (!a.late || s == a.step) {
				bits |= 1 << (i*len(set) + s)
			}
		}
	}
	return bits
}

func howMany(bits uint, set [][]kn) (of kn) {
	for i := range set[0] {
		for s, v := range set {
			if bits>>(i*len(set)+s)&1 == 0 {
				continue
			}
			of = kn{of.k + v[i].k, of.n + v[i].n}
			if s > 0 {
				of = kn{of.k - set[s-1][i].k, of.n - set[s-1][i].n}
			}
		}
	}
	return of
}

// heard is what is left to believe of one population: how many may have answered "good", of how many.
type heard struct {
	may          map[kn]bool
	least        int
	nobody, all  bool // nobody or everybody did, whatever else
	one, butOne  bool // if anybody did (or did not), it was one alone
	lots         bool // it might have five or more
	alike, begun bool // at most one answered otherwise than the rest
	low, high    bool
}

func (o *heard) add(v kn) {
	if !o.begun {
		*o = heard{may: map[kn]bool{}, begun: true, least: v.n, nobody: true, all: true, one: true, butOne: true, low: true, high: true}
	}
	o.may[v] = true
	o.least = min(o.least, v.n)
	o.nobody, o.all = o.nobody && v.k == 0, o.all && v.k == v.n
	o.one, o.butOne = o.one && v.k <= 1, o.butOne && v.k >= v.n-1
	o.low, o.high = o.low && v.k <= 1, o.high && v.k >= v.n-1
	o.alike = o.low || o.high
	o.lots = o.lots || v.n >= 5
}

// outside: to everybody, how a whole group answered, or how a few did.
func (o heard) outside() bool {
	return o.least < 10 && !(o.may[kn{}] && len(o.may) == 1) && (o.nobody || o.all || !o.lots && len(o.may) == 1)
}

// inside: to the only one who answered otherwise, how everybody else did.
func (o heard) inside() bool { return o.least > 1 && o.least < 10 && (o.one || o.butOne) }

// answers plays a world for fixed numbers of people with every way to answer.
func (w world) answers(t testing.TB, release releaser, alternatives ...[][]int) (found []string, tables int) {
	t.Helper()
	groups := map[string]*group{}
	for _, people := range alternatives {
		w.answer(t, release, people, groups)
	}
	for _, g := range groups {
		tables++
		for _, f := range g.learned() {
			found = append(found, fmt.Sprintf("%s, as in %v", f, g.sets[0]))
		}
	}
	slices.Sort(found)
	return found, tables
}

func (w world) answer(t testing.TB, release releaser, people [][]int, groups map[string]*group) {
	var grow func(values [][]kn, at int)
	grow = func(values [][]kn, at int) {
		steps, n := len(people), len(w.atoms)
		if at == steps*n {
			set := make([][]kn, steps)
			for i := range values {
				set[i] = slices.Clone(values[i])
			}
			seen, told := w.play(t, release, set)
			if groups[seen] == nil {
				groups[seen] = &group{told: told}
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
}

// crossed are all ways in which two values can cross two periods with the same sums.
func crossed(n [4]int) (out [][][]int) {
	for x := range n[0] + n[1] + 1 {
		d := x - n[0]
		if people := []int{x, n[1] - d, n[2] - d, n[3] + d}; slices.Min(people) >= 0 {
			out = append(out, [][]int{people})
		}
	}
	return out
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
		people  [][][]int
		finds   bool
	}{
		{"a small year", two, Release, [][][]int{{{3, 4}}}, false},
		{"six and twelve", two, Release, [][][]int{{{6, 12}}}, false},
		{"a late answer", late, Release, [][][]int{{{6, 6}, {7, 6}}}, false},
		{"late answers to a bound", late, Release, [][][]int{{{5, 2}, {12, 5}}}, false},
		{"services of which two are small", services, Release, [][][]int{{{6, 7, 12}}}, false},
		{"services of ten", services, Release, [][][]int{{{10, 12, 6}}}, false},
		{"two small beside one that is not told", world{atoms, [][]Row{rows[:3]}}, Release, [][][]int{{{6, 6, 12}}}, false},
		{"two small beside few", world{atoms, [][]Row{rows[:3]}}, Release, [][][]int{{{6, 6, 5}}}, false},
		{"a bound, then the whole with few others", world{atoms[:2], [][]Row{{year("a")}, {year("a", "b")}}}, Release, [][][]int{{{6, 5}, {6, 5}}}, false},
		{"a dimension by year", crossing(valued(year("s"))...), Release, crossed([4]int{3, 7, 7, 4}), false},
		{"a dimension by period", crossing(valued(grid("s")...)...), Release, crossed([4]int{3, 7, 7, 3}), false},
		{"a dimension by period, one value small", crossing(valued(grid("s")...)...), Release, crossed([4]int{2, 9, 2, 9}), false},
		{"shares of few shown", two, allShown, [][][]int{{{3, 4}}}, true},
		{"a late answer without a memory", late, noMemory, [][][]int{{{6, 6}, {7, 6}}}, true},
	} {
		found, tables := c.world.answers(t, c.release, c.people...)
		if (len(found) > 0) != c.finds || tables == 0 {
			t.Errorf("%s: in %d tables the attacker finds %d: %q", c.name, tables, len(found), found[:min(len(found), 5)])
		}
	}
}

func TestAttackerFindsNoAnswerInRandomWorlds(t *testing.T) {
	dice := rand.New(rand.NewPCG(17, 65))
	tables := 0
	for i := range 20 {
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
	if tables < 200 {
		t.Errorf("tried %d tables only", tables)
	}
}
