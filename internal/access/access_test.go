package access

import (
	"slices"
	"testing"
)

func TestHolders(t *testing.T) {
	got := Holders("a", []Membership{{"u1", Worker}, {"u1", Coordinator}, {"u2", Editor}, {"u3", Operator}, {"u4", Volunteer}})
	want := []string{"a", "desk:u1", "coord:u1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: editors, operators and volunteers speak for no desk", got, want)
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

func TestPermissions(t *testing.T) {
	visitor, worker, operator := Anyone(), Actor{Account: "w", Roles: []Membership{{"u", Worker}}}, Actor{Account: "o", Roles: []Membership{{"u", Operator}}}
	volunteer := Actor{Account: "v", Roles: []Membership{{"u", Volunteer}}}
	for _, c := range []struct {
		p    Permission
		a    Actor
		want bool
	}{
		{Open, visitor, true}, {SignedIn, visitor, false}, {SignedIn, operator, true}, {ClientWork, worker, true}, {ClientWork, operator, false},
		{Coordinate, worker, false}, {Operate, operator, true}, {Operate, worker, false}, {Permission{}, operator, false},
		{AsVolunteer, volunteer, true}, {AsVolunteer, worker, false}, {ClientWork, volunteer, false}, {Coordinate, volunteer, false}, {People, volunteer, false},
	} {
		if got := c.p.Allows(c.a); got != c.want {
			t.Errorf("%q allows %+v = %v, want %v", c.p.Name, c.a, got, c.want)
		}
	}
}
