package departed

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/id"
)

// Many leave at the same time, and none of their forms is shown again.
func TestLeavingAtOnce(t *testing.T) {
	var d Forms
	var shown atomic.Int32
	now := time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 200 {
				visit := id.New()
				d.Leave(visit, now)
				if !d.Left(visit) {
					shown.Add(1)
				}
			}
		})
	}
	all.Wait()
	if shown.Load() > 0 {
		t.Errorf("%d forms are shown again", shown.Load())
	}
}
