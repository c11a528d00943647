package report

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/release"
)

// The clock of the first meeting (R-124, R-125, decision 0075) is told as a form is: every first meeting has "answered" how long it took and whether the promise
// was kept. So of few nothing is told, and of fewer than ten no shares (decision 0065).
const (
	ByPart  = "part"  // when first meetings were
	ByPlace = "place" // and where
)

// ClockValues are what first meetings are divided by, in the order in which they are told.
var ClockValues = map[string][]string{ByPart: {"office-hours", "evening", "weekend"}, ByPlace: {"office", "home", "agreed"}}

// The questions of the clock; good is a promise that was kept.
const (
	clockWait = iota
	clockPromise
)

var clock = release.Subject{ID: "clock", Dimensions: []string{ByPart, ByPlace}, Questions: []disclosure.Question{
	clockWait:    {ID: "wait", Answers: len(figure.Bands)},
	clockPromise: {ID: "promise", Answers: 2, Good: []int{0}},
}}

// ClockRow is a population of the clock: a unit's services that promise a first meeting within some time, or those that do not. Together they would tell by how many left the
// promise out how few the others met.
type ClockRow struct {
	Services []string
	Models   []*model.Model
}

// Promised tells whether its services promise anything.
func (r ClockRow) Promised() bool { return r.Models[0].FirstVisit > 0 }

// ClockRows are those of a unit, the promising ones first.
func ClockRows(unit access.UnitID, services []*model.Model) (out []ClockRow) {
	for _, promised := range []bool{true, false} {
		var r ClockRow
		for _, m := range services {
			if m.Counts(figure.FirstWait) && (m.FirstVisit > 0) == promised && !slices.Contains(r.Models, m) {
				r.Models, r.Services = append(r.Models, m), append(r.Services, release.Service(unit, m.ID, ""))
			}
		}
		if len(r.Models) > 0 {
			slices.Sort(r.Services)
			out = append(out, r)
		}
	}
	return out
}

// Clock tells a year of first meetings: each unit's, by quarters, and the whole year by when and by where they were. The grid is the same whoever looks.
func Clock(ctx context.Context, tx Tx, ms model.Set, today calendar.Date, year int) ([]release.Line, error) {
	all, err := houses(ctx, tx, ms)
	if err != nil {
		return nil, err
	}
	sums, err := tx.Figures(ctx, "", fmt.Sprintf("%04d-01", year), fmt.Sprintf("%04d-12", year))
	if err != nil {
		return nil, err
	}
	var populations [][]string
	var rows []disclosure.Row
	for _, g := range all {
		for _, u := range g.units {
			for _, r := range ClockRows(u.ID, g.of(u.ID)) {
				populations = append(populations, r.Services)
				for by, values := range ClockValues {
					for _, value := range values {
						rows = append(rows, disclosure.Row{Services: r.Services, Period: disclosure.Period{Year: year, Of: 1, Part: 1}, Dimension: by, Value: value})
					}
				}
			}
		}
	}
	return release.Tell(ctx, tx, clock, release.Ask{Today: today, Data: clockData(sums), Rows: append(release.Grid(year, populations...), rows...)})
}

func clockData(sums []figure.Sum) disclosure.Data {
	d := disclosure.Data{"": {}, ByPart: {}, ByPlace: {}}
	for _, x := range sums {
		by, band, promise, ok := figure.FirstOf(x.Value)
		at := slices.Index(figure.Bands, band)
		dimension := map[string]string{figure.FirstParts: ByPart, figure.FirstPlaces: ByPlace}[x.Name]
		if dimension == "" || !ok || at < 0 || x.N <= 0 {
			continue
		}
		a := disclosure.Atom{Service: release.Service(x.Unit, x.Model, ""), Month: x.Month}
		if dimension == ByPart {
			add(d[""], a, at, promise, x.N)
		}
		a.Value = by
		add(d[dimension], a, at, promise, x.N)
	}
	return d
}

func add(to map[disclosure.Atom]disclosure.Count, a disclosure.Atom, band int, promise string, n int) {
	c := to[a]
	if c.Answers == nil {
		c.Answers = [][]int{clockWait: make([]int, len(figure.Bands)), clockPromise: make([]int, 2)}
	}
	c.N += n
	c.Answers[clockWait][band] += n
	switch promise {
	case figure.Kept:
		c.Answers[clockPromise][0] += n
	case figure.Late:
		c.Answers[clockPromise][1] += n
	}
	to[a] = c
}

// FindClock is the line of a clock's row in a period, of one value where by is a dimension.
func FindClock(lines []release.Line, r ClockRow, by, value string, p disclosure.Period) (release.Line, bool) {
	for _, l := range lines {
		if l.Row.Period == p && l.Row.Dimension == by && l.Row.Value == value && slices.Equal(l.Row.Services, r.Services) {
			return l, true
		}
	}
	return release.Line{}, false
}

// Waits are the whole per cents of a line's bands in the order of figure.Bands; nil when they are not told.
func Waits(l release.Line) []int {
	if !l.Shows() || len(l.Answers) <= clockWait || l.Answers[clockWait].Hidden {
		return nil
	}
	return l.Answers[clockWait].Percent
}

// Middle is the band in which the middle first meeting of a line lies; "" when that is not told.
func Middle(l release.Line) string {
	so := 0
	for i, percent := range Waits(l) {
		if so += percent; so >= 50 {
			return figure.Bands[i]
		}
	}
	return ""
}

// Promise is how many of a line's first meetings kept the promise, and of how many that is said; false when it is not told.
func Promise(l release.Line) (disclosure.Answer, bool) {
	if !l.Shows() || len(l.Answers) <= clockPromise {
		return disclosure.Answer{}, false
	}
	a := l.Answers[clockPromise]
	return a, !a.Hidden && a.Share.Bound != disclosure.NoShare
}
