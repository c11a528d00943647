package disclosure

import (
	"cmp"
	"maps"
	"slices"
)

// Ask is what one release wants to tell. Limits may be raised from one release to the next.
type Ask struct {
	Settings Settings
	Month    string // the month it is, "2006-01": only of years before it may a bound be told
	Form     []Question
	Data     Data
	Rows     []Row
}

// Release decides line by line what may leave, in the order of ask.Rows, and gives the memory to keep if it does. It favours longer periods, then more
// services, then rows without a dimension, and tells nothing inside a row that it does not tell: by which of two is hidden one could else learn
// of the other. It does not look at how many answered to choose that order. An error means that nothing may leave.
func Release(m Memory, ask Ask) ([]Line, Memory, error) {
	settings, err := ask.Settings.Filled()
	if err != nil {
		return nil, m, err
	}
	if err := check(m, ask); err != nil {
		return nil, m, err
	}
	r := begin(m, ask, settings)
	told := map[string]*Line{}
	grid := ranked(ask.Rows)
	for _, row := range grid {
		if row.Dimension != "" {
			whole := row.whole().key()
			r.wanted[whole] = append(r.wanted[whole], row.Dimension)
		}
	}
	for _, row := range grid {
		line := r.line(row)
		told[row.key()] = &line
	}
	for _, row := range grid { // bounds are told of what is left over
		r.bounds(told[row.key()])
	}
	lines := make([]Line, len(ask.Rows))
	for i, row := range ask.Rows {
		lines[i] = *told[row.key()]
		lines[i].Row = row
	}
	for i := range lines {
		if lines[i].Hidden {
			lines[i].With = r.beside(lines[i].Row, lines)
		}
	}
	after := r.memory()
	if err := Audit(after); err != nil {
		return nil, m, err
	}
	return lines, after, nil
}

// ranked gives every row asked for, and with it those that it is a part of, in the order in which they are decided: the year before its halves, the
// whole before a dimension's values. It is the same for any data, so that it tells nothing.
func ranked(rows []Row) (out []Row) {
	seen := map[string]Row{}
	for _, row := range rows {
		for _, of := range []int{1, 2, 4} {
			if of > row.Period.Of {
				break
			}
			around := row
			around.Period = Period{row.Period.Year, of, (row.Period.Part-1)*of/row.Period.Of + 1}
			seen[around.key()] = around
			around.Dimension, around.Value = "", ""
			seen[around.key()] = around
		}
	}
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[key])
	}
	slices.SortStableFunc(out, func(x, y Row) int {
		return cmp.Or(cmp.Compare(x.Period.Of, y.Period.Of), cmp.Compare(len(y.Services), len(x.Services)), cmp.Compare(x.Dimension, y.Dimension))
	})
	return out
}

// round is one release under way.
type round struct {
	m        Memory
	ask      Ask
	settings Settings
	desks    map[string]map[string]*desk // by dimension, then question
	left     map[string]*Left
	values   map[string]map[Atom][]Atom // by dimension: the atoms of a service's month
	shut     []Row                      // rows not told anew: nothing inside them is
	wanted   map[string][]string        // the dimensions asked for of a row without one
	open     map[opening]bool
}

// opening is a row without a dimension whose numbers of one question have entered a dimension's book: now the values of that dimension may
// be weighed against it, and only then are any of them told.
type opening struct{ row, dimension, question string }

func begin(m Memory, ask Ask, settings Settings) *round {
	r := &round{m: m, ask: ask, settings: settings, desks: map[string]map[string]*desk{}, left: map[string]*Left{}, values: map[string]map[Atom][]Atom{}, wanted: map[string][]string{}, open: map[opening]bool{}}
	r.m.Round++
	for _, dimension := range append([]string{""}, m.Dimensions...) {
		r.desks[dimension] = map[string]*desk{"": lay(Book{Dimension: dimension})}
		for _, q := range ask.Form {
			r.desks[dimension][q.ID] = lay(Book{Dimension: dimension, Question: q.ID})
		}
		by := map[Atom][]Atom{}
		for a := range ask.Data[dimension] {
			month := Atom{Service: a.Service, Month: a.Month}
			by[month] = append(by[month], a)
		}
		for _, b := range m.Books { // a value that is no longer counted has left all the same
			if b.Dimension == dimension {
				for _, p := range b.Pieces {
					month := Atom{Service: p.Atom.Service, Month: p.Atom.Month}
					by[month] = append(by[month], p.Atom)
				}
			}
		}
		for month, atoms := range by {
			slices.SortFunc(atoms, func(a, b Atom) int { return cmp.Compare(a.Value, b.Value) })
			by[month] = slices.Compact(atoms)
		}
		r.values[dimension] = by
	}
	for _, b := range m.Books {
		r.desks[b.Dimension][b.Question] = lay(b)
	}
	for _, l := range m.Left {
		answers := make(map[string]Was, len(l.Answers))
		for q, was := range l.Answers {
			answers[q] = was
		}
		l.Answers = answers
		r.left[l.Row.key()] = &l
	}
	return r
}

// atoms of a row in one dimension. A row without a dimension is the sum of its values in each.
func (r *round) atoms(row Row, dimension string) (out []Atom) {
	services := slices.Clone(row.Services)
	slices.Sort(services)
	for _, service := range slices.Compact(services) {
		for _, month := range row.Period.Months() {
			for _, a := range r.values[dimension][Atom{Service: service, Month: month}] {
				if row.Dimension == "" || a.Value == row.Value {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

// counted is how an atom counts for a question, or how many answered at all.
func (r *round) counted(dimension string, question int) func(Atom) []int {
	return func(a Atom) []int {
		c := r.ask.Data[dimension][a]
		switch {
		case question < 0:
			return []int{c.N}
		case question < len(c.Answers) && len(c.Answers[question]) > 0:
			return c.Answers[question]
		default:
			return make([]int, r.ask.Form[question].Answers)
		}
	}
}

// measure adds a row up for a question (-1: how many answered) as one dimension's book has it.
func (r *round) measure(row Row, dimension string, question int) (*desk, cut, bool) {
	d := r.desks[dimension][r.name(question)]
	c, ok := d.measure(r.atoms(row, dimension), r.counted(dimension, question), r.m.Round)
	return d, c, ok
}

func (r *round) name(question int) string {
	if question < 0 {
		return ""
	}
	return r.ask.Form[question].ID
}

// tell lets numbers of a row leave if they may: by its own book, and by those of the dimensions given.
func (r *round) tell(row Row, question, least int, also ...string) (total []int, ok bool) {
	if row.Dimension != "" && !r.open[opening{row.whole().key(), row.Dimension, r.name(question)}] {
		return nil, false
	}
	var cuts []cut
	var desks []*desk
	for _, dimension := range append([]string{row.Dimension}, also...) {
		d, c, ok := r.measure(row, dimension, question)
		if !ok || sum(c.total) < least || !d.enough(c, least) {
			return nil, false
		}
		desks, cuts = append(desks, d), append(cuts, c)
	}
	for i, d := range desks {
		d.tell(cuts[i])
	}
	return cuts[0].total, true
}

// divide opens a row to the dimensions that are asked for in it. What is told of a whole does not wait for how a dimension divides it: where any
// number told of the row cannot enter a dimension's book, nothing is told of that dimension in it, not even how many there are. For who
// knew how many there are where two tables cross could solve both together.
func (r *round) divide(row Row, left *Left) {
	for _, dimension := range slices.Compact(slices.Sorted(slices.Values(r.wanted[row.key()]))) {
		questions := []int{-1}
		open := true
		for q := range r.ask.Form {
			if was, ok := left.Answers[r.ask.Form[q].ID]; ok {
				questions = append(questions, q)
				open = open && was.Round == r.m.Round && len(was.Answer.Percent) > 0
			}
		}
		open = open && len(left.Answers) == len(questions)-1 // no question left that this form no longer has
		for _, q := range questions {
			d, c, ok := r.measure(row, dimension, q)
			open = open && ok && d.enough(c, r.least(q))
		}
		if !open {
			continue
		}
		for _, q := range questions {
			d, c, _ := r.measure(row, dimension, q)
			d.tell(c)
			r.open[opening{row.key(), dimension, r.name(q)}] = true
		}
		if !slices.Contains(left.In, dimension) {
			left.In = append(slices.Clone(left.In), dimension)
			slices.Sort(left.In)
		}
	}
}

func (r *round) least(question int) int {
	if question < 0 {
		return r.settings.Threshold
	}
	return r.settings.Exact
}

// beside is the told line that a hidden row would be subtracted from, or else by. It depends on nothing but which lines are told.
func (r *round) beside(row Row, lines []Line) (out *Row) {
	for _, around := range []bool{true, false} {
		for _, l := range lines {
			in, of := row, l.Row
			if !around {
				in, of = of, in
			}
			if l.Hidden || !of.holds(in) {
				continue
			}
			if out == nil || around && l.Row.size() < out.size() || !around && l.Row.size() > out.size() {
				out = &l.Row
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

func (r *round) line(row Row) Line {
	left := r.left[row.key()]
	if slices.ContainsFunc(r.shut, func(s Row) bool { return s.holds(row) }) {
		return r.kept(row, left)
	}
	total, ok := r.tell(row, -1, r.least(-1))
	if !ok {
		r.shut = append(r.shut, row)
		return r.kept(row, left)
	}
	n := total[0]
	if left == nil {
		left = &Left{Row: row, Answers: map[string]Was{}}
		r.left[row.key()] = left
	}
	if left.N != n {
		left.N, left.Since = n, r.m.Round
	}
	left.Round = r.m.Round
	line := Line{Row: row, N: n, Since: left.Since}
	for q := range r.ask.Form {
		line.Answers = append(line.Answers, r.answer(row, q, left))
	}
	if row.Dimension == "" {
		r.divide(row, left)
	}
	return line
}

// kept is a line as it left before, which is known anyway, or a hidden one.
func (r *round) kept(row Row, left *Left) Line {
	if left == nil || left.N < r.settings.Threshold {
		return Line{Row: row, Hidden: true}
	}
	line := Line{Row: row, N: left.N, Since: left.Since}
	for _, q := range r.ask.Form {
		line.Answers = append(line.Answers, r.was(left, q.ID))
	}
	return line
}

func (r *round) was(left *Left, question string) Answer {
	was, ok := left.Answers[question]
	if !ok || was.Answer.N < r.settings.Threshold || len(was.Answer.Percent) > 0 && was.Answer.N < r.settings.Exact {
		return Answer{Question: question, Hidden: true}
	}
	return was.Answer
}

// leave remembers an answer; the same words as before have the same age.
func (r *round) leave(left *Left, a Answer) Answer {
	a.Since = r.m.Round
	if was, ok := left.Answers[a.Question]; ok && was.Answer.N == a.N && was.Answer.Share == a.Share && slices.Equal(was.Answer.Percent, a.Percent) {
		a.Since = was.Answer.Since
	}
	left.Answers[a.Question] = Was{r.m.Round, a}
	return a
}

func (r *round) answer(row Row, question int, left *Left) Answer {
	q := r.ask.Form[question]
	total, ok := r.tell(row, question, r.least(question), left.In...)
	if !ok {
		return r.was(left, q.ID)
	}
	out := Answer{Question: q.ID, N: sum(total)}
	for _, k := range total {
		out.Percent = append(out.Percent, percent(k, out.N))
	}
	if len(q.Good) > 0 {
		out.Share = Share{Exactly, percent(q.good(total), out.N)}
	}
	return r.leave(left, out)
}

// bounds tells of whole years with few answers whether the share is high or low (D-217.3). Shorter periods, and years that go on, have to
// wait: their bound would stand in the way of the year's number.
func (r *round) bounds(line *Line) {
	left := r.left[line.Row.key()]
	if left == nil || left.Round != r.m.Round || !r.over(line.Row.Period) || len(left.In) > 0 {
		return // not told anew, so nothing new is told of it; or divided, so that its parts would bound it too
	}
	for i, a := range line.Answers {
		if _, was := left.Answers[a.Question]; !was && a.Hidden && len(r.ask.Form[i].Good) > 0 {
			line.Answers[i] = r.bound(line.Row, i, left)
		}
	}
}

func (r *round) over(p Period) bool { return p.Of == 1 && p.Months()[11] < r.ask.Month }

// fewestBound is from where "none, one or two" and "all, all but one or all but two" are not the same.
const fewestBound = 5

func (r *round) bound(row Row, question int, left *Left) Answer {
	q := r.ask.Form[question]
	hidden := Answer{Question: q.ID, Hidden: true}
	if row.Dimension != "" && !r.open[opening{row.whole().key(), row.Dimension, q.ID}] {
		return hidden
	}
	d, c, ok := r.measure(row, row.Dimension, question)
	n := sum(c.total)
	if !ok || n < max(r.settings.Threshold, fewestBound) || n >= r.settings.Exact || !d.bindable(c, r.settings.Exact) {
		return hidden
	}
	d.bind(c)
	return r.leave(left, Answer{Question: q.ID, N: n, Share: band(q.good(c.total), n)})
}
