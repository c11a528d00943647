package web_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// Answers that must not be told apart may differ in time by less than what tells something: what one more look into
// the database costs. A machine has other things to do, so one quiet try of several is enough; a branch that does more
// is slower in every one of them.
const (
	rounds  = 30
	tries   = 8
	mostly  = 1.2
	planted = 2
)

// ratio is how many times longer the slower of two takes. They take turns, and of each the quickest twentieth counts: what
// the answer itself costs, without what else the machine did meanwhile.
func ratio(a, b func()) float64 {
	var took [2][]time.Duration
	for i := range rounds {
		for j := range 2 {
			which := (i + j) % 2 // who goes first changes, lest one warms the way for the other
			began := time.Now()
			if which == 0 {
				a()
			} else {
				b()
			}
			took[which] = append(took[which], time.Since(began))
		}
	}
	quick := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)/20])
	}
	one, other := quick(took[0]), quick(took[1])
	return max(one, other) / min(one, other)
}

// oneTime tells whether two take one time: the best ratio of some tries, and whether it is good enough.
func oneTime(a, b func()) (best float64, ok bool) { return oneTimeWithin(mostly, a, b) }

func oneTimeWithin(most float64, a, b func()) (best float64, ok bool) {
	best = ratio(a, b)
	for i := 1; i < tries && best > most; i++ {
		best = min(best, ratio(a, b))
	}
	return best, best <= most
}

// "Not found" and "not allowed" take one time, whatever is behind the address (design 4.2).
func TestHiddenInOneTime(t *testing.T) {
	rules := readMatrix(t)
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		w := &walk{matrixHouse: newMatrixHouse(t, h), t: t, rules: rules, pages: map[string]reply{}}
		w.open()
		for _, r := range rules.routes {
			if r.kind == "" || r.permission == "open" || r.method != http.MethodGet {
				continue
			}
			for _, a := range w.askers {
				if a.state == "live" && slices.Contains(rules.permissions[r.permission], a.role) {
					w.compareTimes(r, a)
				}
			}
		}
	})
}

// compareTimes asks for what never was, and by turns for everything that is hidden.
func (w *walk) compareTimes(r matrixRoute, a asker) {
	unknown, _ := w.thing(r.kind, a.role, "unknown", false)
	for _, relation := range []string{"own", "colleague", "outside", "walled", "expired", "crossed"} {
		x, ok := w.thing(r.kind, a.role, relation, false)
		if !ok || w.expects(r, a, relation) != "hidden" || (relation == "outside" && len(x.path) > 1) {
			continue // a part of another unit's own address: which units are the reader's own is no secret
		}
		best, ok := oneTime(func() { w.send(r, a, unknown, w.here, false) }, func() { w.send(r, a, x, w.here, false) })
		if w.t.Logf("%s: %s, %s: %.2f", r.name(), a, relation, best); !ok {
			w.t.Errorf("%s: %s can tell %s from unknown: %.2f times the time", r.name(), a, relation, best)
		}
	}
}

// The measure itself finds a branch that takes twice as long, whatever else the machine does.
func TestOneTimeFindsALeak(t *testing.T) {
	rules := readMatrix(t)
	w := &walk{matrixHouse: newMatrixHouse(t, webtest.New(t)), t: t, rules: rules, pages: map[string]reply{}}
	w.open()
	i := slices.IndexFunc(rules.routes, func(r matrixRoute) bool { return r.name() == "GET /episodes/{id}" })
	a := w.askers[slices.IndexFunc(w.askers, func(a asker) bool { return a.String() == "worker live" })]
	x, _ := w.thing("episode", "worker", "outside", false)
	plain := func() { w.send(rules.routes[i], a, x, w.here, false) }
	leaky := func() {
		began := time.Now()
		plain()
		for until := time.Duration(planted * float64(time.Since(began))); time.Since(began) < until; {
		}
	}
	if best, ok := oneTime(plain, leaky); ok {
		t.Errorf("a branch that takes %v times the time passes with %.2f", planted, best)
	}
}
