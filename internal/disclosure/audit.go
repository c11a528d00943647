package disclosure

import (
	"fmt"
	"maps"
	"slices"
)

// Audit looks the memory through without the code that made it: whether every number that left is a sum of whole classes, and every class
// has enough answers. Then so has whatever can be added and subtracted out of all of them. Release asks it before anything leaves; a caller
// may ask it of a stored memory.
func Audit(m Memory) error {
	for _, b := range m.Books {
		least, size := m.Least.Exact, map[int]int{}
		if b.Question == "" {
			least = m.Least.Threshold
		}
		for _, p := range b.Pieces {
			if sum(p.Cells) <= 0 || slices.Min(p.Cells) < 0 {
				return fmt.Errorf("book %q/%q has a piece of nobody", b.Dimension, b.Question)
			}
			size[p.Class] += sum(p.Cells)
		}
		for class, n := range size {
			if class != 0 && n < least {
				return fmt.Errorf("book %q/%q: class %d has %d, fewer than %d", b.Dimension, b.Question, class, n, least)
			}
		}
		if err := b.auditBounds(size, least, m.Least.Threshold); err != nil {
			return err
		}
	}
	shelf := map[[2]string]*opened{}
	for _, b := range m.Books {
		shelf[[2]string{b.Dimension, b.Question}] = index(b)
	}
	for _, l := range m.Left {
		if err := l.audit(shelf); err != nil {
			return err
		}
	}
	return nil
}

// opened is a book in which one can look up: the pieces of a service's month, and how many pieces a class has.
type opened struct {
	at    map[Atom][]Piece
	class map[int]int
}

func index(b Book) *opened {
	o := &opened{map[Atom][]Piece{}, map[int]int{}}
	for _, p := range b.Pieces {
		month := Atom{Service: p.Atom.Service, Month: p.Atom.Month}
		o.at[month] = append(o.at[month], p)
		o.class[p.Class]++
	}
	return o
}

// auditBounds holds every bound to one class (or none), alone, beside enough others.
func (b Book) auditBounds(size map[int]int, least, fewest int) error {
	where, n, one := map[int]int{}, map[int]int{}, map[int]int{}
	for _, p := range b.Pieces {
		if p.Band == 0 {
			continue
		}
		if class, ok := where[p.Band]; ok && class != p.Class {
			return fmt.Errorf("book %q/%q: bound %d lies in two classes", b.Dimension, b.Question, p.Band)
		}
		where[p.Band] = p.Class
		n[p.Band] += sum(p.Cells)
	}
	for band, class := range where {
		if n[band] < fewest || class != 0 && (one[class] != 0 || size[class]-n[band] < least) {
			return fmt.Errorf("book %q/%q: bound %d tells of too few", b.Dimension, b.Question, band)
		}
		one[class] = band
	}
	return nil
}

func (l Left) audit(shelf map[[2]string]*opened) error {
	if n, err := shelf[[2]string{l.Row.Dimension, ""}].holds(l.Row, l.Round, true); err != nil || n != l.N {
		return fmt.Errorf("row %s left with %d, its classes have %d: %w", l.Row.key(), l.N, n, err)
	}
	for _, question := range slices.Sorted(maps.Keys(l.Answers)) {
		was := l.Answers[question]
		exact := len(was.Answer.Percent) > 0
		if n, err := shelf[[2]string{l.Row.Dimension, question}].holds(l.Row, was.Round, exact); err != nil || n != was.Answer.N {
			return fmt.Errorf("row %s left with %d at %q, its classes have %d: %w", l.Row.key(), was.Answer.N, question, n, err)
		}
	}
	return nil
}

// holds adds up what a row was in a round; exact: and wants its classes whole.
func (o *opened) holds(row Row, round int, exact bool) (n int, err error) {
	if o == nil {
		return 0, nil
	}
	in := map[int]int{}
	for _, service := range slices.Compact(slices.Sorted(slices.Values(row.Services))) {
		for _, month := range row.Period.Months() {
			for _, p := range o.at[Atom{Service: service, Month: month}] {
				if p.Round <= round && (row.Dimension == "" || p.Atom.Value == row.Value) {
					n += sum(p.Cells)
					in[p.Class]++
				}
			}
		}
	}
	for class, pieces := range in {
		if exact && (class == 0 || pieces != o.class[class]) {
			return n, fmt.Errorf("class %d is only partly in it", class)
		}
	}
	return n, nil
}

// check refuses numbers that cannot be: negative ones, more answers to a question than answered at all, a dimension that does not divide the whole.
func (d Data) check(dimensions []string, form []Question) error {
	for dimension, atoms := range d {
		if dimension != "" && !slices.Contains(dimensions, dimension) {
			return fmt.Errorf("dimension %q is not counted in this memory", dimension)
		}
		for a, c := range atoms {
			if (dimension == "") != (a.Value == "") || c.N < 0 || len(c.Answers) > len(form) {
				return fmt.Errorf("%s %s: a count that cannot be", a.Service, a.Month)
			}
			for i, cells := range c.Answers {
				if len(cells) > 0 && (len(cells) != form[i].Answers || slices.Min(cells) < 0 || sum(cells) > c.N) {
					return fmt.Errorf("%s %s, %s: answers that cannot be", a.Service, a.Month, form[i].ID)
				}
			}
		}
	}
	for _, dimension := range dimensions {
		if err := d.divides(dimension, form); err != nil {
			return err
		}
	}
	return nil
}

func (d Data) divides(dimension string, form []Question) error {
	whole, parts := d.months("", form), d.months(dimension, form)
	for month := range parts {
		if whole[month] == nil {
			whole[month] = make([]int, len(parts[month]))
		}
	}
	for month, cells := range whole {
		if got := parts[month]; !slices.Equal(cells, got) && (got != nil || sum(cells) > 0) {
			return fmt.Errorf("%s %s: %q does not divide the whole", month.Service, month.Month, dimension)
		}
	}
	return nil
}

// months adds the values of a dimension together: for each service's month how many answered, then every cell of every question.
func (d Data) months(dimension string, form []Question) map[Atom][]int {
	long := 1
	for _, q := range form {
		long += q.Answers
	}
	out := map[Atom][]int{}
	for a, c := range d[dimension] {
		month := Atom{Service: a.Service, Month: a.Month}
		if out[month] == nil {
			out[month] = make([]int, long)
		}
		out[month][0] += c.N
		at := 1
		for i, q := range form {
			if i < len(c.Answers) {
				for k, n := range c.Answers[i] {
					out[month][at+k] += n
				}
			}
			at += q.Answers
		}
	}
	return out
}
