package rota

import (
	"cmp"
	"slices"
)

// Why tells why somebody stands where they do.
type Why struct {
	Could   int  // how many others could have answered that evening, as the board stands
	Answers int  // evenings they answer on the board
	Most    int  // their own amount in a month
	Wished  bool // the weekday is one they like best
	Fewest  bool // none of those who could has fewer evenings against their own amount
}

// Why explains one who answers.
func (b *Board) Why(evening, person string) Why {
	e, p := b.at[evening], b.who[person]
	w := Why{Answers: b.load[p], Most: b.people[p].Most, Fewest: true, Wished: slices.Contains(b.people[p].Wished, b.evenings[e].Day.Weekday())}
	mine := b.more(p, b.load[p]-1)
	for q := range b.people {
		if q != p && b.free(e, q) {
			w.Could++
			w.Fewest = w.Fewest && b.more(q, b.load[q]) >= mine
		}
	}
	return w
}

// Lack tells why an evening is short: how many are missing, and of each rule how many it keeps away and for how many it
// is the only one. What would help the most stands first.
type Lack struct {
	Missing int
	Rules   []RuleCount
}

// RuleCount is how many persons a rule keeps from an evening.
type RuleCount struct {
	Rule string
	All  int
	Only int // those who could come if it were not for this rule alone
}

// Lack explains an evening; Missing is 0 where nobody is.
func (b *Board) Lack(evening string) Lack {
	e := b.at[evening]
	l := Lack{Missing: b.missing(e)}
	if l.Missing == 0 {
		return l
	}
	by := map[string]*RuleCount{}
	for p := range b.people {
		rules := b.Check(Place{Evening: evening, Person: b.people[p].ID})
		if slices.Contains(b.reserve[e], p) { // a reserve could answer, if nothing else were in the way
			rules = slices.DeleteFunc(rules, func(a Against) bool { return a.Rule == RuleTwice })
		}
		for _, r := range rules {
			if by[r.Rule] == nil {
				by[r.Rule] = &RuleCount{Rule: r.Rule}
			}
			by[r.Rule].All++
			if len(rules) == 1 {
				by[r.Rule].Only++
			}
		}
	}
	for _, c := range by {
		l.Rules = append(l.Rules, *c)
	}
	slices.SortFunc(l.Rules, func(x, y RuleCount) int {
		return cmp.Or(cmp.Compare(y.Only, x.Only), cmp.Compare(y.All, x.All), cmp.Compare(x.Rule, y.Rule))
	})
	return l
}
