package id

import "testing"

func TestNewIsValidAndNeverTwice(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := New()
		if !Valid(s) || s[14] != '4' {
			t.Fatalf("New() = %q, want a version 4 UUID", s)
		}
		if seen[s] {
			t.Fatalf("New() gave %q twice", s)
		}
		seen[s] = true
	}
}

func TestValidRefuses(t *testing.T) {
	for _, s := range []string{"", "x", "../../etc/passwd", "00000000-0000-4000-8000-00000000000G", "00000000-0000-4000-8000-0000000000000", "000000000000040008000000000000000000"} {
		if Valid(s) {
			t.Errorf("Valid(%q) = true, want false", s)
		}
	}
}
