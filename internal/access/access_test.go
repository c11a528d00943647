package access

import (
	"slices"
	"testing"
)

func TestHolders(t *testing.T) {
	got := Holders("a", []Membership{{"u1", Worker}, {"u1", Coordinator}, {"u2", Editor}, {"u3", Operator}})
	want := []string{"a", "desk:u1", "coord:u1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: editors and operators speak for no desk", got, want)
	}
}

func TestIs(t *testing.T) {
	a := Actor{Account: "a", Roles: []Membership{{"u1", Coordinator}}}
	if !a.Is(Coordinator, "u1") || a.Is(Coordinator, "u2") || a.Is(Worker, "u1") || !a.Has(Coordinator) || a.Has(Operator) {
		t.Error("a role counts in its own unit only")
	}
	if Anyone().Staff() || !a.Staff() {
		t.Error("staff are those with an account")
	}
}
