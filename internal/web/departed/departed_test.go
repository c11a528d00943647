package departed

import (
	"fmt"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/id"
)

// What was left is known for a day at least, forgotten after two, and never more than a bounded number.
func TestDepartedForgets(t *testing.T) {
	var d Forms
	now := time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC)
	first := id.New()
	d.Leave(first, now)
	d.Leave("", now)
	if d.Left("") || d.Left(id.New()) || !d.Left(first) {
		t.Error("what was left is not told from what was not")
	}
	d.Leave(id.New(), now.Add(25*time.Hour))
	if !d.Left(first) {
		t.Error("forgotten after a day")
	}
	d.Leave(id.New(), now.Add(50*time.Hour))
	if d.Left(first) {
		t.Error("known after two days")
	}
	for i := range 3 * most {
		d.Leave(fmt.Sprint(i), now.Add(50*time.Hour))
	}
	if n := len(d.fresh) + len(d.last); n > 2*most {
		t.Errorf("%d are remembered", n)
	}
	if !d.Left(fmt.Sprint(3*most - 1)) {
		t.Error("the latest is forgotten")
	}
}
