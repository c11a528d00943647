package rota

import (
	"testing"
	"time"
)

// A year of two evenings a week for two hundred, as a ratio to asking the checker once of everybody on every evening, which
// no proposal could go without.
func BenchmarkYearForTwoHundred(b *testing.B) {
	evenings, people := large(200)
	var ours, bare time.Duration
	for b.Loop() {
		board := New(evenings, people, everybody)
		began := time.Now()
		for _, e := range evenings {
			for _, p := range people {
				board.Check(Place{Evening: e.ID, Person: p.ID})
			}
		}
		bare += time.Since(began)
		began = time.Now()
		board.Propose(1)
		ours += time.Since(began)
	}
	b.ReportMetric(float64(ours)/float64(bare), "x-asking-once")
	b.ReportMetric(ours.Seconds()/float64(b.N), "s/year")
}
