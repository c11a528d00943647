package disclosure

import (
	"cmp"
	"fmt"
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
	In      []string       `json:"in,omitempty"` // the dimensions in which it was ever divided
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
