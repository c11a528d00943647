package live

import (
	"sync"
	"testing"
)

// Many wait, are woken and go away at the same time; who still waits after that is woken.
func TestHubAtOnce(t *testing.T) {
	h := New()
	last, stop := h.Wait("a")
	defer stop()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 200 {
				c, gone := h.Wait("a")
				h.Wake("a", "b")
				<-c
				gone()
			}
		})
	}
	all.Wait()
	if len(last) != 1 || len(h.waiting) != 1 || len(h.waiting["a"]) != 1 {
		t.Errorf("%d values wait for the last, %v", len(last), h.waiting)
	}
}
