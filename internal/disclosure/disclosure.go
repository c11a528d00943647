// Package disclosure decides which sums of answers may leave the house (D-210…D-217, A-19, decision 0065). It has plain
// values and no clock: the caller counts, stores the memory it is given back and finds the words. It keeps nothing of one answer;
// free text never comes here.
//
// All that ever left must be a sum of whole classes, each of at least Threshold answers (Exact for what was answered). So
// nobody who adds and subtracts everything that left can come to a smaller group.
package disclosure

import (
	"fmt"
	"slices"
	"strconv"
)

// Settings are the limits, in answers. The zero value is the usual one.
type Settings struct {
	Threshold int // of fewer nothing is told; 5, never below 3 (D-213)
	Exact     int // of fewer no distribution is told; 10, never below 10 (D-217.3)
}

const (
	UsualThreshold, leastThreshold = 5, 3
	UsualExact                     = 10
)

// LeastSetting is the name under which an organisation's own limit is kept (decision 0072).
const LeastSetting = "release-least"

// Raised are the limits of a kept setting; "" is the usual one.
func Raised(kept string) Settings {
	least, _ := strconv.Atoi(kept)
	return Settings{Threshold: least}
}

// Filled gives the usual limits for those left out, or what is wrong with them.
func (s Settings) Filled() (Settings, error) {
	if s.Threshold == 0 {
		s.Threshold = UsualThreshold
	}
	if s.Exact == 0 {
		s.Exact = max(UsualExact, s.Threshold)
	}
	switch {
	case s.Threshold < leastThreshold:
		return s, fmt.Errorf("threshold %d: not below %d", s.Threshold, leastThreshold)
	case s.Exact < UsualExact || s.Exact < s.Threshold:
		return s, fmt.Errorf("distributions from %d: not below %d or the threshold", s.Exact, UsualExact)
	}
	return s, nil
}

// Atom is the smallest sum that is counted: a service's month ("2006-01" in the unit's zone), of at most one value of one dimension.
type Atom struct {
	Service string `json:"service"`
	Month   string `json:"month"`
	Value   string `json:"value,omitempty"`
}

// Count is how many answered, and for each question of the form how many gave each answer. Who left a question out is in none of its numbers.
type Count struct {
	N       int
	Answers [][]int
}

// Data is everything counted, by dimension and atom. The dimension "" has the whole, without values; every other dimension divides the same whole
// ("unknown" is a value too).
type Data map[string]map[Atom]Count

// Question is one of a form: how many answers its scale has and which of them its share tells. Without Good it has no share.
type Question struct {
	ID      string
	Answers int
	Good    []int
}

func (q Question) good(cells []int) (n int) {
	for i, k := range cells {
		if slices.Contains(q.Good, i) {
			n += k
		}
	}
	return n
}

// Row is one population of the fixed grid: services together (one, or all of a grant object), a period, at most one value of one dimension.
type Row struct {
	Services  []string `json:"services"`
	Period    Period   `json:"period"`
	Dimension string   `json:"dimension,omitempty"`
	Value     string   `json:"value,omitempty"`
}

// Period is part Part (from 1) of Of in a year: a whole year, a half or a quarter of it.
type Period struct {
	Year int `json:"year"`
	Of   int `json:"of"`
	Part int `json:"part"`
}

// Months names the months of a period.
func (p Period) Months() []string {
	long := 12 / p.Of
	out := make([]string, long)
	for i := range long {
		out[i] = p.month((p.Part-1)*long + i + 1)
	}
	return out
}

func (p Period) month(n int) string {
	y := p.Year
	return string([]byte{'0' + byte(y/1000%10), '0' + byte(y/100%10), '0' + byte(y/10%10), '0' + byte(y%10), '-', '0' + byte(n/10), '0' + byte(n%10)})
}

func (p Period) holds(o Period) bool {
	return p.Year == o.Year && (p.Part-1)*o.Of <= (o.Part-1)*p.Of && o.Part*p.Of <= p.Part*o.Of
}

// String is "2027", "2027/2-1" for its first half, "2027/4-3" for its third quarter.
func (p Period) String() string {
	if p.Of == 1 {
		return strconv.Itoa(p.Year)
	}
	return strconv.Itoa(p.Year) + "/" + strconv.Itoa(p.Of) + "-" + strconv.Itoa(p.Part)
}

func (r Row) check(dimensions []string) error {
	p := r.Period
	switch {
	case len(r.Services) == 0 || !slices.Contains([]int{1, 2, 4}, p.Of) || p.Part < 1 || p.Part > p.Of || p.Year < 1 || p.Year > 9999:
		return fmt.Errorf("row %s is not of the grid", r.key())
	case (r.Dimension == "") != (r.Value == "") || r.Dimension != "" && !slices.Contains(dimensions, r.Dimension):
		return fmt.Errorf("row %s has a dimension that is not counted", r.key())
	}
	return nil
}

// key is the same for the same population; names are quoted so that no two populations share one.
func (r Row) key() string {
	services := slices.Clone(r.Services)
	slices.Sort(services)
	out := []byte(r.Period.String())
	for _, s := range slices.Compact(services) {
		out = strconv.AppendQuote(append(out, ' '), s)
	}
	out = strconv.AppendQuote(append(out, " by "...), r.Dimension)
	return string(strconv.AppendQuote(out, r.Value))
}

// whole is the row without its dimension.
func (r Row) whole() Row { return Row{Services: r.Services, Period: r.Period} }

// size is how many service-months a row has.
func (r Row) size() int { return len(r.Services) * 12 / r.Period.Of }

// holds says whether every answer of another row is one of this row too.
func (r Row) holds(o Row) bool {
	if !r.Period.holds(o.Period) || r.Dimension != "" && (r.Dimension != o.Dimension || r.Value != o.Value) {
		return false
	}
	for _, s := range o.Services {
		if !slices.Contains(r.Services, s) {
			return false
		}
	}
	return true
}

// Line is what may be told of a row. Every hidden row looks the same: had one that is small another face than one that would
// tell of a small one, two small ones that are eight together would be four each.
type Line struct {
	Row     Row
	N       int
	Hidden  bool // fewer than the threshold answered, or with what is told one could count fewer
	With    *Row // of a hidden row: the told one that it would be subtracted from (or else by), if there is any; whatever the cause
	Since   int  // the round in which these numbers left first; they may be older than what is counted now
	Answers []Answer
}

// Answer is what may be told of one question. Percent is by answer of the scale, in whole numbers.
type Answer struct {
	Question string `json:"question"`
	N        int    `json:"n,omitempty"`
	Percent  []int  `json:"percent,omitempty"`
	Share    Share  `json:"share"`
	Hidden   bool   `json:"-"` // too few to tell how they answered, or with what is told one could learn it of too few
	Since    int    `json:"since"`
}

// Bound says how a share is told.
type Bound string

const (
	NoShare Bound = ""
	Exactly Bound = "exactly"
	AtLeast Bound = "at-least" // all, all but one or all but two
	AtMost  Bound = "at-most"  // none, one or two
)

// Share is the part of those who answered that gave one of the Good answers.
type Share struct {
	Bound   Bound `json:"bound,omitempty"`
	Percent int   `json:"percent,omitempty"`
}

func percent(k, n int) int { return (200*k + n) / (2 * n) }

// band hides whether anybody stands alone: to one dissenter "all but one" would tell everybody else's answer, so it is said in
// the same words as "all" and "all but two". The tens are rounded outwards, so that they are true.
func band(k, n int) Share {
	switch {
	case k >= n-2:
		return Share{AtLeast, 100 * (n - 2) / n / 10 * 10}
	case k <= 2:
		return Share{AtMost, ((200+n-1)/n + 9) / 10 * 10}
	}
	return Share{Exactly, percent(k, n)}
}
