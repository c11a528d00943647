package seal

import (
	"bytes"
	"testing"
)

// Equal values have equal marks under one key, and nothing else is alike: other values, purposes and keys.
func TestMarks(t *testing.T) {
	key := NewKey()
	m, again, other := key.Marker(), key.Marker(), NewKey().Marker()
	mark := m.Mark("cell", "worker 2027-01-16T10:00")
	if len(mark) != MarkSize || !bytes.Equal(mark, again.Mark("cell", "worker 2027-01-16T10:00")) {
		t.Errorf("got %x, which is not the same mark again", mark)
	}
	for what, got := range map[string][]byte{
		"another value":   m.Mark("cell", "worker 2027-01-16T10:15"),
		"another purpose": m.Mark("month", "worker 2027-01-16T10:00"),
		"parted anew":     m.Mark("cellw", "orker 2027-01-16T10:00"),
		"another key":     other.Mark("cell", "worker 2027-01-16T10:00"),
	} {
		if bytes.Equal(got, mark) {
			t.Errorf("%s has the same mark", what)
		}
	}
}
