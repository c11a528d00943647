package kept_test

import (
	"testing"
	"time"
)

// What signing in costs does not tell whether somebody works here: an unknown address, a wrong password and one that waits
// take the same work, however long the page takes in the end (V6.3.8). It is a ratio of the shortest of tries by turns,
// which other work on the machine only lengthens, and a round that fails may be a burst of that: three must fail.
func TestRefusalsCostTheSame(t *testing.T) {
	each(t, func(h *house) {
		m, _ := h.member("aino@example.org", worker(h.a))
		try := func(email string) func() {
			return func() {
				if h.signIn(email, "väärä salasana on tässä", "000000").Token != "" {
					t.Fatal("signed in")
				}
			}
		}
		for range 12 {
			try(m.email)()
		}
		unknown := try("kukaan@example.org")
		alike(t, "one that waits", unknown, try(m.email), func() {})
		alike(t, "a wrong password", unknown, try(m.email), func() { h.clock.Add(time.Hour) })
	})
}

// apart is how many times longer one may take than the other: a try without the slow hash takes a hundredth.
const apart = 3

func alike(t *testing.T, what string, one, other, between func()) {
	t.Helper()
	ratio := 0.0
	for range 3 {
		least := [2]time.Duration{time.Hour, time.Hour}
		for range 10 {
			for i, do := range []func(){one, other} {
				between()
				began := time.Now()
				do()
				least[i] = min(least[i], time.Since(began))
			}
		}
		if ratio = float64(least[1]) / float64(least[0]); ratio < apart && ratio > 1.0/apart {
			return
		}
	}
	t.Errorf("%s takes %.2f times what an unknown address does, want about one", what, ratio)
}
