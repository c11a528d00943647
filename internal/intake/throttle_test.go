package intake

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"
)

// five wrong codes cost a wait, not a hint; each further one doubles it, up to a quarter of an hour.
func TestThrottle(t *testing.T) {
	now := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	tr := NewThrottle()
	for i := range 4 {
		tr.Wrong("a", now)
		if d := tr.Wait("a", now); d != 0 {
			t.Errorf("after %d wrong codes: %v", i+1, d)
		}
	}
	for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		tr.Wrong("a", now)
		if d := tr.Wait("a", now); d != want {
			t.Errorf("waits %v, want %v", d, want)
		}
		if d := tr.Wait("a", now.Add(want-time.Second)); d != time.Second {
			t.Errorf("a second before: %v", d)
		}
		if d := tr.Wait("b", now); d != 0 {
			t.Errorf("another waits too: %v", d)
		}
		now = now.Add(want)
		if d := tr.Wait("a", now); d != 0 {
			t.Errorf("afterwards: %v", d)
		}
	}
	tr.Wrong("a", now.Add(2*time.Hour))
	if d := tr.Wait("a", now.Add(2*time.Hour)); d != 0 {
		t.Errorf("two hours later the first wrong code costs %v", d)
	}
	for range 5 {
		tr.Wrong("c", now)
	}
	tr.Right("c")
	tr.Wrong("c", now)
	if d := tr.Wait("c", now); d != 0 {
		t.Errorf("a right code did not forgive: %v", d)
	}
}

// Whoever comes from ever new places fills no memory, and pushes nobody out who tried just now.
func TestThrottleIsBounded(t *testing.T) {
	now := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	tr := NewThrottle()
	tr.most = 100
	for i := range 1000 {
		tr.Wrong(fmt.Sprint(i), now.Add(time.Duration(i)*time.Millisecond))
	}
	if len(tr.tries) != 100 || tr.order.Len() != 100 {
		t.Errorf("remembers %d and %d", len(tr.tries), tr.order.Len())
	}
	if _, ok := tr.tries["999"]; !ok {
		t.Error("the newest is forgotten")
	}
	tr.Wrong("later", now.Add(2*time.Hour))
	if len(tr.tries) != 1 {
		t.Errorf("two hours later it remembers %d", len(tr.tries))
	}
}

func TestThrottleAtOnce(t *testing.T) {
	now := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	tr := NewThrottle()
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() { tr.Wait("a", now); tr.Wrong("a", now) })
	}
	wg.Wait()
	if d := tr.Wait("a", now); d != 15*time.Minute {
		t.Errorf("sixty-four wrong codes at once cost %v", d)
	}
}

// Guesses from very many networks cost each of them from the first wrong one on, and lock nobody out (design 4.4).
func TestFloodLocksNobodyOut(t *testing.T) {
	th, now := NewThrottle(), time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	for i := range floodWrong - 1 {
		th.Wrong("network "+strconv.Itoa(i), now.Add(time.Duration(i)*time.Second/10))
	}
	now = now.Add(40 * time.Second)
	if w := th.Wait("network 1", now); w != 0 {
		t.Errorf("a slip waits %v before there is a flood", w)
	}
	th.Wrong("one more", now)
	if w := th.Wait("one more", now); w != firstWait {
		t.Errorf("in a flood the first wrong code costs %v, want %v", w, firstWait)
	}
	if w := th.Wait("somebody with a right code", now); w != 0 {
		t.Errorf("somebody who has typed no wrong code waits %v", w)
	}
	if w := th.Wait("one more", now.Add(firstWait)); w != 0 {
		t.Errorf("after the wait there are %v more", w)
	}
	if w := th.Wait("one more", now.Add(forgetAfter)); w != 0 {
		t.Errorf("an hour later there are %v more", w)
	}
}
