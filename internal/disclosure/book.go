package disclosure

import (
	"cmp"
	"slices"
)

// Piece is a part of an atom that left in one round. Later answers to the same atom become pieces of their own, so that "before and
// after one more came" is a difference like any other.
type Piece struct {
	Atom  Atom  `json:"atom"`
	Round int   `json:"round"`
	Class int   `json:"class,omitempty"` // those that only left together; 0: nothing exact of them has left
	Band  int   `json:"band,omitempty"`  // those of whom a bound has left
	Cells []int `json:"cells"`
}

// Book remembers for one dimension and one question (none: how many answered) what has left.
type Book struct {
	Dimension string  `json:"dimension,omitempty"`
	Question  string  `json:"question,omitempty"`
	Pieces    []Piece `json:"pieces"`
}

// desk is a book laid open for one release.
type desk struct {
	Book
	at   map[Atom][]int // pieces of an atom
	size map[int]int    // answers of a class
	band map[int][]int  // pieces of a bound
	next int            // the next free number of a class or bound
}

func lay(b Book) *desk {
	d := &desk{Book: b, at: map[Atom][]int{}, size: map[int]int{}, band: map[int][]int{}, next: 1}
	d.Pieces = slices.Clone(b.Pieces)
	for i, p := range d.Pieces {
		d.at[p.Atom] = append(d.at[p.Atom], i)
		d.size[p.Class] += sum(p.Cells)
		if p.Band > 0 {
			d.band[p.Band] = append(d.band[p.Band], i)
		}
		d.next = max(d.next, p.Class+1, p.Band+1)
	}
	return d
}

func (d *desk) fold() Book {
	slices.SortFunc(d.Pieces, func(a, b Piece) int {
		return cmp.Or(cmp.Compare(a.Atom.Service, b.Atom.Service), cmp.Compare(a.Atom.Month, b.Atom.Month), cmp.Compare(a.Atom.Value, b.Atom.Value), cmp.Compare(a.Round, b.Round))
	})
	return d.Book
}

func sum(cells []int) (n int) {
	for _, c := range cells {
		n += c
	}
	return n
}

// cut is what telling a population's numbers would do to the classes of a book.
type cut struct {
	total []int
	late  []Piece // what has not left yet, ready to be kept
	in    map[int]int
	fresh int // answers that no class has yet
	old   []int
}

// measure adds up a population as it is now. Not ok: some number that has left is greater than it is now.
func (d *desk) measure(atoms []Atom, now func(Atom) []int, round int) (c cut, ok bool) {
	c.in = map[int]int{}
	for _, a := range atoms {
		cells := now(a)
		if c.total == nil {
			c.total = make([]int, len(cells))
		}
		rest := slices.Clone(cells)
		for _, i := range d.at[a] {
			p := d.Pieces[i]
			for j, n := range p.Cells {
				rest[j] -= n
			}
			if n := sum(p.Cells); p.Class == 0 {
				c.fresh += n
			} else {
				c.in[p.Class] += n
			}
			c.old = append(c.old, i)
		}
		for j, n := range rest {
			if n < 0 {
				return c, false
			}
			c.total[j] += cells[j]
		}
		if n := sum(rest); n > 0 {
			c.fresh += n
			c.late = append(c.late, Piece{Atom: a, Round: round, Cells: rest})
		}
	}
	return c, true
}

// enough says whether each class that the cut would leave has at least so many answers, or none, and no bound comes to tell more.
// Nobody is told of where a part is empty.
func (d *desk) enough(c cut, least int) bool {
	for class, in := range c.in {
		if out := d.size[class] - in; in > 0 && in < least || out > 0 && out < least {
			return false
		}
	}
	return (c.fresh == 0 || c.fresh >= least) && d.whole(c, least)
}

// part is a class as a cut would leave it.
type part struct {
	class int
	in    bool
}

// whole says whether each bound that has left lies in one part of the cut, alone, beside enough others: then only a part in which
// (nearly) all answered alike can tell more of it, and that part says so itself. See the decision for why.
func (d *desk) whole(c cut, least int) bool {
	if len(d.band) == 0 {
		return true
	}
	in := map[int]bool{}
	for _, i := range c.old {
		in[i] = true
	}
	taken := map[part]bool{}
	for _, pieces := range d.band {
		var where part
		n := 0
		for k, i := range pieces {
			at := part{d.Pieces[i].Class, in[i]}
			if k > 0 && at != where {
				return false
			}
			where = at
			n += sum(d.Pieces[i].Cells)
		}
		if where == (part{}) {
			continue // nothing exact holds it, and nothing will by this cut
		}
		size := c.fresh
		switch {
		case where.class > 0 && where.in:
			size = c.in[where.class]
		case where.class > 0:
			size = d.size[where.class] - c.in[where.class]
		}
		if taken[where] || size-n < least {
			return false
		}
		taken[where] = true
	}
	return true
}

// tell carries a cut out.
func (d *desk) tell(c cut) {
	fresh := 0
	names := map[int]int{}
	for class, n := range c.in {
		if n == d.size[class] {
			names[class] = class
		}
	}
	for _, i := range c.old { // in the order of atoms, so that names are the same in every run
		p := &d.Pieces[i]
		n := sum(p.Cells)
		to, ok := names[p.Class]
		if !ok {
			to = d.next
			d.next++
			names[p.Class] = to
		}
		if p.Class == 0 {
			fresh = to
		}
		d.size[p.Class] -= n
		d.size[to] += n
		p.Class = to
	}
	if len(c.late) > 0 && fresh == 0 {
		fresh = d.next
		d.next++
	}
	d.add(c.late, fresh, 0)
}

func (d *desk) add(late []Piece, class, band int) {
	for _, p := range late {
		p.Class, p.Band = class, band
		d.at[p.Atom] = append(d.at[p.Atom], len(d.Pieces))
		d.size[class] += sum(p.Cells)
		if band > 0 {
			d.band[band] = append(d.band[band], len(d.Pieces))
		}
		d.Pieces = append(d.Pieces, p)
	}
}

// bindable says whether a bound may be told of a population: of nobody in it has a bound left, and it lies in one class, which has
// no other bound and enough others, or in none.
func (d *desk) bindable(c cut, least int) bool {
	class, seen := 0, len(c.late) > 0
	for _, i := range c.old {
		p := d.Pieces[i]
		if p.Band > 0 || seen && p.Class != class {
			return false
		}
		class, seen = p.Class, true
	}
	if class == 0 {
		return true
	}
	for _, pieces := range d.band {
		if d.Pieces[pieces[0]].Class == class {
			return false
		}
	}
	return d.size[class]-sum(c.total) >= least
}

func (d *desk) bind(c cut) {
	name := d.next
	d.next++
	for _, i := range c.old {
		d.Pieces[i].Band = name
		d.band[name] = append(d.band[name], i)
	}
	d.add(c.late, 0, name)
}
