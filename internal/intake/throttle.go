package intake

import (
	"container/list"
	"sync"
	"time"
)

// Wrong codes cost time, not hints (design 4.4): four are free, the fifth costs thirty seconds, and each after it twice
// the one before, up to a quarter of an hour.
const (
	freeTries   = 4
	firstWait   = 30 * time.Second
	longestWait = 15 * time.Minute
	forgetAfter = time.Hour
	mostKeys    = 10_000
	// So many wrong codes in a minute, from all networks together, are no people's mistakes: then no wrong one is free.
	// Whoever types a right code does not wait for that.
	floodWrong = 300
)

// Throttle makes whoever tries wrong codes wait. It lives in memory alone: who tried is nobody's to keep. Each key (an
// address of the network) waits by itself; when wrong codes pour in from everywhere each waits from its first one, but nobody
// who has typed none waits for another. Safe for concurrent use.
type Throttle struct {
	mu    sync.Mutex
	tries map[string]*list.Element
	order *list.List // of *tries, the longest unused at the front
	most  int

	minute time.Time // since when wrong codes of all are counted
	all    int
	flood  time.Time // until when no wrong code is free
}

type tries struct {
	key   string
	wrong int
	last  time.Time
}

// NewThrottle makes a throttle that remembers nobody.
func NewThrottle() *Throttle {
	return &Throttle{tries: map[string]*list.Element{}, order: list.New(), most: mostKeys}
}

// Wait is how long the key still has to wait; nothing counts as tried before then.
func (t *Throttle) Wait(key string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.tries[key]
	if !ok {
		return 0
	}
	x := e.Value.(*tries)
	wrong := x.wrong
	if now.Before(t.flood) {
		wrong += freeTries
	}
	return max(0, x.last.Add(wait(wrong)).Sub(now))
}

// Wrong notes a wrong code.
func (t *Throttle) Wrong(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.tries[key]
	if !ok {
		t.makeRoom(now)
		e = t.order.PushBack(&tries{key: key})
		t.tries[key] = e
	}
	x := e.Value.(*tries)
	if now.Sub(x.last) > forgetAfter {
		x.wrong = 0
	}
	x.wrong, x.last = x.wrong+1, now
	t.order.MoveToBack(e)
	t.count(now)
}

// count counts the wrong codes of all networks, a minute at a time.
func (t *Throttle) count(now time.Time) {
	if now.Sub(t.minute) >= time.Minute {
		t.minute, t.all = now, 0
	}
	if t.all++; t.all >= floodWrong {
		t.flood = now.Add(forgetAfter)
	}
}

// Right forgets the key: a code was right.
func (t *Throttle) Right(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.tries[key]; ok {
		t.drop(e)
	}
}

// makeRoom forgets who has been quiet for long, and when that is not enough, who has been quiet longest.
func (t *Throttle) makeRoom(now time.Time) {
	for e := t.order.Front(); e != nil; e = t.order.Front() {
		if len(t.tries) < t.most && now.Sub(e.Value.(*tries).last) <= forgetAfter {
			return
		}
		t.drop(e)
	}
}

func (t *Throttle) drop(e *list.Element) {
	delete(t.tries, e.Value.(*tries).key)
	t.order.Remove(e)
}

// wait is what so many wrong codes cost.
func wait(wrong int) time.Duration {
	if wrong <= freeTries {
		return 0
	}
	d := firstWait
	for range min(wrong-freeTries-1, 10) {
		d *= 2
	}
	return min(d, longestWait)
}
