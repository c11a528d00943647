package app

import (
	"sync"
	"time"
)

// Clock is where time enters. A real one only tells the time; the demo's can be turned forward and goes on from there.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the instant, with whatever it has been turned by.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Set turns the clock to an instant. Only the demo calls it.
func (c *Clock) Set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = time.Until(to)
}
