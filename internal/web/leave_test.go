package web

import (
	"fmt"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/id"
)

// What was left is known for a day at least, forgotten after two, and never more than a bounded number.
func TestDepartedForgets(t *testing.T) {
	var d departed
	now := time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC)
	first := id.New()
	d.leave(first, now)
	d.leave("", now)
	if d.left("") || d.left(id.New()) || !d.left(first) {
		t.Error("what was left is not told from what was not")
	}
	d.leave(id.New(), now.Add(25*time.Hour))
	if !d.left(first) {
		t.Error("forgotten after a day")
	}
	d.leave(id.New(), now.Add(50*time.Hour))
	if d.left(first) {
		t.Error("known after two days")
	}
	for i := range 3 * mostDeparted {
		d.leave(fmt.Sprint(i), now.Add(50*time.Hour))
	}
	if n := len(d.fresh) + len(d.last); n > 2*mostDeparted {
		t.Errorf("%d are remembered", n)
	}
	if !d.left(fmt.Sprint(3*mostDeparted - 1)) {
		t.Error("the latest is forgotten")
	}
}
