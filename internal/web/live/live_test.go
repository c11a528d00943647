package live

import "testing"

// Whoever waits is woken by its own name, once for many wakings, and not after it stopped waiting.
func TestHub(t *testing.T) {
	h := New()
	one, stop := h.Wait("a")
	other, stopOther := h.Wait("b")
	h.Wake("a")
	h.Wake("a", "nobody")
	if len(one) != 1 || len(other) != 0 {
		t.Errorf("a has %d, b has %d values; want 1 and 0", len(one), len(other))
	}
	<-one
	stop()
	stopOther()
	h.Wake("a", "b")
	if len(one) != 0 || len(h.waiting) != 0 {
		t.Errorf("after stopping there are %d values and %d names", len(one), len(h.waiting))
	}
}
