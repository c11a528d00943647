package model

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// conditions compiles a draft's conditions and tells of those that say nothing.
func (l *loader) conditions(d *draft, ms *mistakes) []Condition {
	var out []Condition
	for i, c := range d.raw.Conditions {
		at := d.at("conditions").item(i)
		if c.Part != "" && !slices.Contains(d.partIDs(), c.Part) {
			ms.at(at.at("part"), fmt.Sprintf("there is no part %q", c.Part), suggest(c.Part, d.partIDs()))
			continue
		}
		if c.When == "" || c.Part == "" {
			continue // the schema has told
		}
		when := at.at("when")
		program, err := compile(c.When)
		if err != nil {
			ms.at(when.inside(err), "the condition cannot be read: "+reason(err), "It may ask about visits.max, visits.used, visits.booked, visits.held, visits.missed, state, guardians, decision, age and couple")
			continue
		}
		cond := Condition{Actions: c.Action, Part: c.Part, When: c.When, Refusal: c.Refusal, program: program}
		cond.sense(d, when, ms)
		out = append(out, cond)
	}
	return out
}

// inside is the place within an expression where the compiler stopped.
func (n *node) inside(err error) *node {
	var f *file.Error
	if !errors.As(err, &f) || f.Line != 1 {
		return n
	}
	return &node{file: n.file, line: n.line, column: n.column + n.deeper + f.Column}
}

func reason(err error) string {
	var f *file.Error
	if errors.As(err, &f) {
		return f.Message
	}
	return err.Error()
}

// sense tries the condition on small sets of facts: one that never holds, or always, is a slip.
func (c Condition) sense(d *draft, at *node, ms *mistakes) {
	asks := asked{}
	root := c.program.Node()
	ast.Walk(&root, &asks)
	for _, x := range asks.compared {
		if known := d.known(x.fact); !slices.Contains(known, x.value) {
			ms.at(at, fmt.Sprintf("%s is never %q here", x.fact, x.value), suggest(x.value, known))
			return
		}
	}
	never, always, err := true, true, error(nil)
	for f := range asks.facts(d, d.part(c.Part)) {
		holds, e := run(c.program, f)
		if e != nil {
			err = e
			break
		}
		never, always = never && !holds, always && holds
		if !never && !always {
			return
		}
	}
	switch {
	case err != nil:
		ms.at(at, "the condition breaks while it is being asked: "+reason(err), "Write it more simply")
	case never:
		ms.at(at, "the condition can never hold, so that it forbids for ever", "Look at the numbers and words it compares")
	case always:
		ms.at(at, "the condition always holds, so that it refuses nothing", "Take it out, or look at the numbers and words it compares")
	}
}

func run(p *vm.Program, f Facts) (bool, error) { return Condition{program: p}.holds(f) }

// known are the values a fact can have in this model.
func (d *draft) known(fact string) []string {
	switch fact {
	case "state":
		if d.followed() {
			return []string{"open", "ending", "follow-up", "closed"}
		}
		return []string{"open", "ending", "closed"}
	case "guardians":
		if slices.Contains(d.raw.Clients, "child") {
			return []string{"agree", "disagree"}
		}
		return []string{"agree"}
	case "decision":
		out := []string{""}
		for _, x := range d.raw.Decisions {
			out = append(out, x.Choices...)
		}
		return out
	}
	return nil
}

// asked is what an expression asks about: facts by name, numbers it names, words it compares facts with.
type asked struct {
	names    map[string]bool
	numbers  []int
	compared []comparison
}

type comparison struct{ fact, value string }

// Visit is called by ast.Walk for each node.
func (a *asked) Visit(n *ast.Node) {
	if a.names == nil {
		a.names = map[string]bool{}
	}
	switch n := (*n).(type) {
	case *ast.IdentifierNode:
		a.names[n.Value] = true
	case *ast.MemberNode:
		if s, ok := n.Property.(*ast.StringNode); ok {
			a.names[s.Value] = true
		}
	case *ast.IntegerNode:
		a.numbers = append(a.numbers, n.Value)
	case *ast.BinaryNode:
		if n.Operator == "==" || n.Operator == "!=" {
			a.compare(n.Left, n.Right)
			a.compare(n.Right, n.Left)
		}
	}
}

func (a *asked) compare(x, y ast.Node) {
	fact, ok := x.(*ast.IdentifierNode)
	word, isWord := y.(*ast.StringNode)
	if ok && isWord {
		a.compared = append(a.compared, comparison{fact.Value, word.Value})
	}
}

// facts are all small sets of facts that can come about in a part, changing only what is asked.
func (a *asked) facts(d *draft, p Part) func(yield func(Facts) bool) {
	counts := a.counts(p)
	pick := func(fact string, from []int, otherwise int) []int {
		if a.names[fact] {
			return from
		}
		return []int{otherwise}
	}
	limit := p.Max
	if limit == 0 {
		limit = NoLimit
	}
	return func(yield func(Facts) bool) {
		for _, f := range d.words(a) {
			for _, f.Age = range pick("age", ages(), -1) {
				for _, held := range pick("held", counts, 0) {
					for _, missed := range pick("missed", counts, 0) {
						for _, used := range pick("used", counts, 0) {
							for _, booked := range pick("booked", counts, 0) {
								f.Visits = Visits{Max: limit, Used: used, Booked: booked, Held: held, Missed: missed}
								if f.Visits.possible(a) && !yield(f) {
									return
								}
							}
						}
					}
				}
			}
		}
	}
}

// possible leaves out counts that cannot come about: more used than there are, fewer used than held.
func (v Visits) possible(a *asked) bool {
	if v.Used+v.Booked > v.Max || v.Held > v.Max {
		return false
	}
	return !a.names["used"] || !a.names["held"] || v.Held <= v.Used
}

func (d *draft) words(a *asked) []Facts {
	pick := func(fact, otherwise string) []string {
		if a.names[fact] {
			return d.known(fact)
		}
		return []string{otherwise}
	}
	var out []Facts
	for _, state := range pick("state", "open") {
		for _, guardians := range pick("guardians", "agree") {
			for _, decision := range pick("decision", "") {
				for _, couple := range a.couples() {
					out = append(out, Facts{State: state, Guardians: guardians, Decision: decision, Couple: couple})
				}
			}
		}
	}
	return out
}

// counts are the numbers of visits worth trying: few, those the expression names and their neighbours, the limit's.
func (a *asked) counts(p Part) []int {
	out := []int{0, 1, 2, p.Max - 1, p.Max}
	for _, n := range a.numbers {
		out = append(out, n-1, n, n+1)
	}
	slices.Sort(out)
	out = slices.DeleteFunc(slices.Compact(out), func(n int) bool { return n < 0 || n > math.MaxInt16 })
	return out[:min(len(out), 16)]
}

func ages() []int {
	out := []int{-1}
	for age := range 18 {
		out = append(out, age)
	}
	return out
}
