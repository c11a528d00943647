package feedback

import (
	"maps"
	"slices"
)

// Plus is both sums together. Neither is changed.
func (s Sum) Plus(o Sum) Sum {
	s.N += o.N
	answers := make(map[string][]int, len(s.Answers))
	for q, a := range s.Answers {
		answers[q] = slices.Clone(a)
	}
	for q, a := range o.Answers {
		had := answers[q]
		for len(had) < len(a) { // a later version of the model may have more answers
			had = append(had, 0)
		}
		for i, n := range a {
			had[i] += n
		}
		answers[q] = had
	}
	s.Answers = answers
	return s
}

// Share is how many gave one of the answers to a question, and how many answered it: answers are 1, 2, … as the model says.
func (s Sum) Share(question string, answers []int) (gave, of int) {
	for i, n := range s.Answers[question] {
		of += n
		if slices.Contains(answers, i+1) {
			gave += n
		}
	}
	return gave, of
}

// Questions are those that anybody answered, by name.
func (s Sum) Questions() []string { return slices.Sorted(maps.Keys(s.Answers)) }
