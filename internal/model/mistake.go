package model

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Mistake is something wrong in a model's files: where, what, and what to do about it, for whoever writes models.
type Mistake struct {
	File   string
	Line   int // 0 when the file itself is the matter
	Column int
	What   string
	Do     string
}

// Place is "file:line:column", which editors can jump to.
func (m Mistake) Place() string {
	switch {
	case m.Line == 0:
		return m.File
	case m.Column == 0:
		return fmt.Sprintf("%s:%d", m.File, m.Line)
	}
	return fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
}

func (m Mistake) Error() string { return m.Place() + ": " + m.What + ". " + m.Do + "." }

// mistakes collects what is wrong.
type mistakes []Mistake

func (ms *mistakes) file(name, what, do string) {
	*ms = append(*ms, Mistake{File: name, What: what, Do: do})
}

func (ms *mistakes) at(n *node, what, do string) {
	*ms = append(*ms, Mistake{n.file, n.line, n.column, what, do})
}

// inOrder sorts by place and drops what was said twice.
func (ms mistakes) inOrder() []Mistake {
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.What, b.What))
	})
	return slices.Compact(ms)
}

// nearest suggests the word that was perhaps meant: "" when none is near.
func nearest(word string, known []string) string {
	best, least := "", len(word)/3+2
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is Levenshtein's, with two neighbours in the wrong order as one slip.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range y {
		d[0][j+1] = j + 1
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

// suggest is the advice for a word nobody knows.
func suggest(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("Did you mean %q? If not, take it out", near)
	}
	if len(known) == 0 {
		return "Take it out"
	}
	quoted := make([]string, len(known))
	for i, k := range known {
		quoted[i] = strconv.Quote(k)
	}
	return "Take it out, or use one of: " + strings.Join(quoted, ", ")
}
