package disclosure

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// full is a house of ten services under one grant object, eight questions of five answers, a dimension of five values, and so
// many years with every period of each.
func full(years int) Ask {
	dice := rand.New(rand.NewPCG(8, 65))
	ask := Ask{Data: Data{"": {}, "v": {}}, Month: "2100-01"}
	for q := range 8 {
		ask.Form = append(ask.Form, Question{ID: fmt.Sprint("q", q), Answers: 5, Good: []int{3, 4}})
	}
	services := make([]string, 10)
	for s := range services {
		services[s] = fmt.Sprint("s", s)
	}
	for y := range years {
		for _, month := range (Period{2020 + y, 1, 1}).Months() {
			for _, service := range services {
				whole := Count{Answers: make([][]int, 8)}
				for q := range whole.Answers {
					whole.Answers[q] = make([]int, 5)
				}
				for v := range 5 {
					c := Count{N: dice.IntN(4), Answers: make([][]int, 8)}
					whole.N += c.N
					for q := range c.Answers {
						c.Answers[q] = make([]int, 5)
						for range c.N {
							k := dice.IntN(5)
							c.Answers[q][k]++
							whole.Answers[q][k]++
						}
					}
					ask.Data["v"][Atom{service, month, fmt.Sprint("v", v)}] = c
				}
				ask.Data[""][Atom{service, month, ""}] = whole
			}
		}
		for _, of := range []int{1, 2, 4} {
			for part := range of {
				p := Period{2020 + y, of, part + 1}
				ask.Rows = append(ask.Rows, Row{Services: services, Period: p})
				for _, service := range services {
					ask.Rows = append(ask.Rows, Row{Services: []string{service}, Period: p})
				}
			}
		}
		for v := range 5 {
			ask.Rows = append(ask.Rows, Row{services, Period{2020 + y, 1, 1}, "v", fmt.Sprint("v", v)})
		}
	}
	return ask
}

// BenchmarkRelease decides a house's whole grid with a memory of the same, and tells how much longer four years take than one: near four is
// as long as the grid is.
func BenchmarkRelease(b *testing.B) {
	took := map[int]time.Duration{}
	for _, years := range []int{1, 4} {
		ask := full(years)
		_, m, err := Release(New("v"), ask)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		for range 3 {
			if _, _, err := Release(m, ask); err != nil {
				b.Fatal(err)
			}
		}
		took[years] = time.Since(start) / 3
	}
	for b.Loop() { // what is measured stands above
	}
	b.ReportMetric(float64(took[4])/float64(took[1]), "x-of-one-year")
	b.ReportMetric(float64(took[4].Milliseconds()), "ms/four-years")
}
