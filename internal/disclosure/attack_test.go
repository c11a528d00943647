package disclosure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// The attacker of these tests knows the rules, the program, every table that left and the order in which they left; and has the time to try every
// set of answers there could be. What comes out the same for all sets that give the same tables is what the attacker knows.

// releaser is Release, or a worse one that the attacker has to see through.
type releaser func(m Memory, ask Ask) ([]Line, Memory, error)

// world is a sequence of releases over a few atoms.
type world struct {
	atoms []Atom
	steps [][]Row
}

// play releases step by step; values are by step what each atom has by then.
func (w world) play(t testing.TB, release releaser, values [][]kn) (seen string, told []uint) {
	t.Helper()
	m := New("v")
	for i, rows := range w.steps {
		d := Data{"": {}, "v": {}}
		for k, a := range w.atoms {
			v := values[i][k]
			d["v"][Atom{a.Service, a.Month, "v" + a.Value}] = count(v)
			a.Value = ""
			if c, ok := d[""][a]; ok {
				v = kn{v.k + c.Answers[0][1], v.n + c.N}
			}
			d[""][a] = count(v)
		}
		lines, after, err := release(m, Ask{Form: satisfied, Data: d, Rows: rows, Month: "2028-01"})
		if err != nil {
			t.Fatalf("%+v: %v", values, err)
		}
		for _, l := range lines {
			with := ""
			if l.With != nil {
				with = l.With.key()
			}
			seen += fmt.Sprintf("%d %t %s %d %+v;", l.N, l.Hidden, with, l.Since, l.Answers)
			if len(l.Answers) > 0 && !l.Answers[0].Hidden {
				told = append(told, w.people(l.Row, l.Answers[0].Since))
			}
		}
		m = after
	}
	return seen, told
}

// people are those of a row by a step as bits: who came to which atom by which step.
func (w world) people(row Row, steps int) (bits uint) {
	for i, a := range w.atoms {
		if a.Value = "v" + a.Value; row.covers(a) {
			for s := range steps {
				bits |= 1 << (i*len(w.steps) + s)
			}
		}
	}
	return bits
}

// group is all sets of answers that give the same tables, and of whom these tables tell how they answered.
type group struct {
	sets [][][]kn
	told []uint
}

// asked is a population: atoms together, at one step or what came to them since the step before.
type asked struct {
	step, mask int
	late       bool
}

func (a asked) String() string {
	if a.late {
		return fmt.Sprintf("late by step %d, atoms %b", a.step, a.mask)
	}
	return fmt.Sprintf("step %d, atoms %b", a.step, a.mask)
}

func unions(values [][]kn, look func(asked, kn)) {
	for step := range values {
		for mask := 1; mask < 1<<len(values[step]); mask++ {
			now, grown := kn{}, kn{}
			for i, v := range values[step] {
				if mask>>i&1 == 0 {
					continue
				}
				now.k, now.n = now.k+v.k, now.n+v.n
				if step > 0 {
					before := values[step-1][i]
					grown.k, grown.n = grown.k+v.k-before.k, grown.n+v.n-before.n
				}
			}
			look(asked{step, mask, false}, now)
			if step > 0 {
				look(asked{step, mask, true}, grown)
			}
		}
	}
}

// smallGroups gives every population of one to four people whose number is the same in all sets of a group.
func (g group) smallGroups() (found []string) {
	known := map[asked]int{}
	for i, set := range g.sets {
		unions(set, func(name asked, v kn) {
			if i == 0 {
				known[name] = v.n
			} else if known[name] != v.n {
				known[name] = -1
			}
		})
	}
	for name, n := range known {
		if n >= 1 && n < 5 {
			found = append(found, fmt.Sprintf("%v has %d", name, n))
		}
	}
	slices.Sort(found)
	return found
}

// every calls with all vectors of numbers that are together at most so many.
func every(long, most int, call func([]int)) {
	v := make([]int, long)
	var fill func(i, left int)
	fill = func(i, left int) {
		if i == long {
			call(v)
			return
		}
		for v[i] = 0; v[i] <= left; v[i]++ {
			fill(i+1, left-v[i])
		}
	}
	fill(0, most)
}

func together(values []kn) (n int) {
	for _, v := range values {
		n += v.n
	}
	return n
}

// atEdge: sets just outside of what was tried might give the same tables, so the attacker cannot be sure.
func atEdge(set [][]kn, most, late int) bool {
	for s := range len(set) - 1 {
		if together(set[s+1])-together(set[s]) == late {
			return true
		}
	}
	return together(set[0]) == most
}

// counts plays a world with every number of answers, at each later step with every number of late ones, and gives
// what the attacker finds, and in how many different tables.
func (w world) counts(t testing.TB, release releaser, most, late int) (found []string, tables int) {
	t.Helper()
	groups := map[string]*group{}
	n := len(w.atoms)
	var grow func(values [][]kn)
	grow = func(values [][]kn) {
		if len(values) < len(w.steps) {
			every(n, late, func(v []int) {
				next := slices.Clone(values[len(values)-1])
				for i := range next {
					next[i].n += v[i]
				}
				grow(append(slices.Clone(values), next))
			})
			return
		}
		seen, _ := w.play(t, release, values)
		if groups[seen] == nil {
			groups[seen] = &group{}
		}
		groups[seen].sets = append(groups[seen].sets, values)
	}
	every(n, most, func(v []int) {
		first := make([]kn, n)
		for i, x := range v {
			first[i].n = x
		}
		grow([][]kn{first})
	})
	for _, g := range groups {
		if slices.ContainsFunc(g.sets, func(set [][]kn) bool { return atEdge(set, most, late) }) {
			continue
		}
		tables++
		for _, f := range g.smallGroups() {
			found = append(found, fmt.Sprintf("%s, as in %v", f, g.sets[0]))
		}
	}
	slices.Sort(found)
	return found, tables
}

// Worse releases, each without one of the rules.

// truth is what a row has.
func truth(row Row, d Data) (v kn) {
	for a, c := range d[""] {
		if row.covers(a) {
			v.n, v.k = v.n+c.N, v.k+c.Answers[0][1]
		}
	}
	return v
}

// noComplement hides what is small and nothing else (D-210).
func noComplement(m Memory, ask Ask) (lines []Line, _ Memory, _ error) {
	for _, row := range ask.Rows {
		l := Line{Row: row, N: truth(row, ask.Data).n}
		if l.N < 5 {
			l.N, l.Hidden = 0, true
		}
		lines = append(lines, l)
	}
	return lines, m, nil
}

// noMemory forgets what left before (D-214).
func noMemory(m Memory, ask Ask) ([]Line, Memory, error) {
	lines, _, err := Release(New(m.Dimensions...), ask)
	return lines, m, err
}

// zeroShown says "0" where nobody answered, which tells of all other hidden rows that somebody did.
func zeroShown(m Memory, ask Ask) ([]Line, Memory, error) {
	lines, after, err := Release(m, ask)
	for i, l := range lines {
		if truth(l.Row, ask.Data).n == 0 {
			lines[i].Hidden = false
		}
	}
	return lines, after, err
}

// reasons says which of the hidden rows are small and which would tell of a small one.
func reasons(m Memory, ask Ask) ([]Line, Memory, error) {
	lines, after, err := Release(m, ask)
	for i, l := range lines {
		if l.Hidden && truth(l.Row, ask.Data).n >= 5 {
			lines[i].Since = 99
		}
	}
	return lines, after, err
}

// allShown tells shares of the few as they are (D-217.3).
func allShown(m Memory, ask Ask) ([]Line, Memory, error) {
	lines, after, err := Release(m, ask)
	for i, l := range lines {
		if v := truth(l.Row, ask.Data); l.N > 0 {
			lines[i].Answers = []Answer{{N: v.n, Share: Share{Exactly, percent(v.k, v.n)}}}
		}
	}
	return lines, after, err
}

func service(names ...string) (out []Atom) {
	for _, name := range names {
		for _, month := range quarters {
			out = append(out, Atom{Service: name, Month: month})
		}
	}
	return out
}

func five(names ...string) (atoms []Atom, rows []Row) {
	rows = []Row{year(names...)}
	for _, name := range names {
		atoms = append(atoms, Atom{Service: name, Month: "2027-02"})
		rows = append(rows, year(name))
	}
	return atoms, rows
}

// crossing is a service with a dimension of two values: told by year alone, or by every period.
func crossing(values ...Row) world {
	w := world{steps: [][]Row{append(grid("s"), values...)}}
	for _, month := range []string{"2027-02", "2027-08"} {
		for _, value := range []string{"a", "b"} {
			w.atoms = append(w.atoms, Atom{"s", month, value})
		}
	}
	return w
}

func valued(rows ...Row) (out []Row) {
	for _, r := range rows {
		for _, v := range []string{"va", "vb"} {
			r.Dimension, r.Value = "v", v
			out = append(out, r)
		}
	}
	return out
}

// Every number of answers there could be, in worlds as they are and in worlds drawn at random (seeded): no population of one to four is ever
// known (A-19, D-214). The same attacker finds what worse rules tell.
func TestAttackerFindsNoSmallGroup(t *testing.T) {
	byYear := world{service("s"), [][]Row{grid("s")}}
	atoms, rows := five("a", "b", "c", "d", "e")
	services := world{atoms, [][]Row{rows}}
	later := world{service("s")[:2], [][]Row{grid("s"), grid("s")}}
	for _, c := range []struct {
		name       string
		world      world
		release    releaser
		most, late int
		finds      bool
	}{
		{"a year", byYear, Release, 14, 0, false},
		{"five services", services, Release, 8, 0, false},
		{"two tables and late answers", later, Release, 10, 6, false},
		{"a dimension by year", crossing(valued(year("s"))...), Release, 12, 0, false},
		{"a dimension by period", crossing(valued(grid("s")...)...), Release, 12, 0, false},
		{"a dimension and late answers", world{crossing().atoms[:3], [][]Row{append(grid("s"), valued(year("s"))...), append(grid("s"), valued(grid("s")...)...)}}, Release, 6, 5, false},
		{"without complementary hiding", byYear, noComplement, 8, 0, true},
		{"without a memory", later, noMemory, 8, 4, true},
		{"with zeros shown", services, zeroShown, 8, 0, true},
		{"with reasons", byYear, reasons, 12, 0, true},
	} {
		found, tables := c.world.counts(t, c.release, c.most, c.late)
		if (len(found) > 0) != c.finds || tables == 0 {
			t.Errorf("%s: in %d tables the attacker finds %d: %q", c.name, tables, len(found), found[:min(len(found), 5)])
		}
	}
}

// randomWorld draws atoms of two services and what is asked of them in two or three releases.
func randomWorld(dice *rand.Rand, atoms, steps int) world {
	all := append(grid("a"), grid("b")...)
	all = append(all, grid("a", "b")...)
	w := world{atoms: service("a", "b")}
	dice.Shuffle(len(w.atoms), func(i, j int) { w.atoms[i], w.atoms[j] = w.atoms[j], w.atoms[i] })
	w.atoms = w.atoms[:atoms]
	for range steps {
		dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		w.steps = append(w.steps, slices.Clone(all[:2+dice.IntN(9)]))
	}
	return w
}

func TestAttackerFindsNoSmallGroupInRandomWorlds(t *testing.T) {
	dice := rand.New(rand.NewPCG(6, 65))
	tables := 0
	for i := range 10 {
		atoms, steps, most := 4, 1, 12
		if i%2 == 1 {
			atoms, steps, most = 2, 2, 11
		}
		w := randomWorld(dice, atoms, steps)
		found, n := w.counts(t, Release, most, 7)
		tables += n
		if len(found) > 0 {
			t.Errorf("world %d %+v: in %d tables the attacker finds %q", i, w, n, found[:min(len(found), 5)])
		}
	}
	if tables < 200 {
		t.Errorf("tried %d tables only", tables)
	}
}
