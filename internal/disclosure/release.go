package disclosure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Memory is all that a later release has to know of the earlier ones: for each dimension and question the classes into which what has left
// divides the answers, and the lines as they left. It has sums by month and no answer. The caller stores it in the transaction in which
// the table leaves; two that leave at once must not start from the same memory.
type Memory struct {
	Dimensions []string `json:"dimensions,omitempty"`
	Least      Settings `json:"least"` // the lowest limits that ever held
	Round      int      `json:"round"`
	Books      []Book   `json:"books,omitempty"`
	Left       []Left   `json:"left,omitempty"`
}

// Left is a line as it last left, and in which round; its answers may be of earlier rounds.
type Left struct {
	Row     Row            `json:"row"`
	Round   int            `json:"round"`
	Since   int            `json:"since"`
	N       int            `json:"n"`
	Answers map[string]Was `json:"answers"`
}

// Was is an answer as it last left.
type Was struct {
	Round  int    `json:"round"`
	Answer Answer `json:"answer"`
}

// New is the memory of a form that nothing has left of. A dimension cannot be added later: what has left without it
// would then be known of nobody in it. One form has one memory; forms of participants, partners and volunteers are apart (D-113).
func New(dimensions ...string) Memory {
	dimensions = slices.Clone(dimensions)
	slices.Sort(dimensions)
	return Memory{Dimensions: slices.Compact(dimensions)}
}

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
}

func begin(m Memory, ask Ask, settings Settings) *round {
	r := &round{m: m, ask: ask, settings: settings, desks: map[string]map[string]*desk{}, left: map[string]*Left{}, values: map[string]map[Atom][]Atom{}}
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

// dimensions in which a row leaves: its own, or all.
func (r *round) dimensions(row Row) []string {
	if row.Dimension != "" {
		return []string{row.Dimension}
	}
	return append([]string{""}, r.m.Dimensions...)
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

// weigh asks every dimension whether numbers of a row may leave, and gives the cuts to make if they may.
func (r *round) weigh(row Row, question int, least int) (cuts []cut, ok bool) {
	for _, dimension := range r.dimensions(row) {
		d := r.desks[dimension][r.name(question)]
		c, ok := d.measure(r.atoms(row, dimension), r.counted(dimension, question), r.m.Round)
		if !ok || sum(c.total) < least || !d.enough(c, least) {
			return nil, false
		}
		cuts = append(cuts, c)
	}
	return cuts, true
}

func (r *round) name(question int) string {
	if question < 0 {
		return ""
	}
	return r.ask.Form[question].ID
}

func (r *round) tell(row Row, question int, cuts []cut) {
	for i, dimension := range r.dimensions(row) {
		r.desks[dimension][r.name(question)].tell(cuts[i])
	}
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
	cuts, ok := []cut(nil), !slices.ContainsFunc(r.shut, func(s Row) bool { return s.holds(row) })
	if ok {
		cuts, ok = r.weigh(row, -1, r.settings.Threshold)
	}
	if !ok {
		r.shut = append(r.shut, row)
		return r.kept(row, left)
	}
	r.tell(row, -1, cuts)
	n := cuts[0].total[0]
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
	cuts, ok := r.weigh(row, question, r.settings.Exact)
	if !ok {
		return r.was(left, q.ID)
	}
	r.tell(row, question, cuts)
	out := Answer{Question: q.ID, N: sum(cuts[0].total)}
	good := 0
	for i, k := range cuts[0].total {
		out.Percent = append(out.Percent, percent(k, out.N))
		if slices.Contains(q.Good, i) {
			good += k
		}
	}
	if len(q.Good) > 0 {
		out.Share = Share{Exactly, percent(good, out.N)}
	}
	return r.leave(left, out)
}

// bounds tells of whole years with few answers whether the share is high or low (D-217.3). Shorter periods, and years that go on, have to
// wait: their bound would stand in the way of the year's number.
func (r *round) bounds(line *Line) {
	left := r.left[line.Row.key()]
	if left == nil || left.Round != r.m.Round || !r.over(line.Row.Period) {
		return // not told anew, so nothing new is told of it
	}
	for i, a := range line.Answers {
		if a.Hidden && len(r.ask.Form[i].Good) > 0 {
			line.Answers[i] = r.bound(line.Row, i, left)
		}
	}
}

func (r *round) over(p Period) bool { return p.Of == 1 && p.Months()[11] < r.ask.Month }

// fewestBound is from where "none, one or two" and "all, all but one or all but two" are not the same.
const fewestBound = 5

func (r *round) bound(row Row, question int, left *Left) Answer {
	q := r.ask.Form[question]
	cuts := []cut{}
	for _, dimension := range r.dimensions(row) {
		d := r.desks[dimension][q.ID]
		c, ok := d.measure(r.atoms(row, dimension), r.counted(dimension, question), r.m.Round)
		n := sum(c.total)
		if !ok || n < max(r.settings.Threshold, fewestBound) || n >= r.settings.Exact || !d.bindable(c, r.settings.Exact) {
			return Answer{Question: q.ID, Hidden: true}
		}
		cuts = append(cuts, c)
	}
	for i, dimension := range r.dimensions(row) {
		r.desks[dimension][q.ID].bind(cuts[i])
	}
	out := Answer{Question: q.ID, N: sum(cuts[0].total)}
	good := 0
	for _, i := range q.Good {
		good += cuts[0].total[i]
	}
	out.Share = band(good, out.N)
	return r.leave(left, out)
}

func (r *round) memory() Memory {
	out := Memory{Dimensions: r.m.Dimensions, Least: r.m.Least, Round: r.m.Round}
	if out.Least == (Settings{}) {
		out.Least = r.settings
	}
	out.Least = Settings{min(out.Least.Threshold, r.settings.Threshold), min(out.Least.Exact, r.settings.Exact)}
	for _, desks := range r.desks {
		for _, d := range desks {
			if len(d.Pieces) > 0 {
				out.Books = append(out.Books, d.fold())
			}
		}
	}
	slices.SortFunc(out.Books, func(a, b Book) int {
		return cmp.Or(cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Question, b.Question))
	})
	for _, l := range r.left {
		out.Left = append(out.Left, *l)
	}
	slices.SortFunc(out.Left, func(a, b Left) int { return cmp.Compare(a.Row.key(), b.Row.key()) })
	return out
}

// check refuses what no release can begin with.
func check(m Memory, ask Ask) error {
	seen := map[string]bool{"": true}
	for _, q := range ask.Form {
		if seen[q.ID] || q.Answers < 1 || slices.ContainsFunc(q.Good, func(i int) bool { return i < 0 || i >= q.Answers }) {
			return fmt.Errorf("question %q is named twice or has no such answers", q.ID)
		}
		seen[q.ID] = true
		for _, b := range m.Books {
			if b.Question == q.ID && len(b.Pieces) > 0 && len(b.Pieces[0].Cells) != q.Answers {
				return fmt.Errorf("question %q has left with another scale", q.ID)
			}
		}
	}
	for _, row := range ask.Rows {
		if err := row.check(m.Dimensions); err != nil {
			return err
		}
	}
	return ask.Data.check(m.Dimensions, ask.Form)
}
