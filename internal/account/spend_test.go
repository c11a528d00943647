package account

import (
	"fmt"
	"net/url"
	"testing"
	"time"
)

// However many answers lead nowhere, the next state is let through; one that has led somewhere is let through once, for
// as long as it stands.
func TestSpend(t *testing.T) {
	p, err := NewParty(&url.URL{Scheme: "https", Host: "apua.example"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	for i := range 20_000 {
		state := fmt.Sprint("nonsense ", i)
		if err := p.Spend(state, now); err != nil {
			t.Fatalf("state %d: %v", i, err)
		}
		p.Release(state)
	}
	if err := p.Spend("right", now); err != nil {
		t.Errorf("the right one: %v", err)
	}
	if err := p.Spend("right", now.Add(ceremonyStands-1)); err == nil {
		t.Error("a state is let through twice")
	}
}
