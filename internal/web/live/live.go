// Package live wakes those who wait for something new.
package live

import "sync"

// Hub wakes those who wait for something new in a conversation or at a desk; the names are conversation ids and desks.
// It carries no content: whoever wakes reads through their own right. Between several machines the slow look of an open page
// does the same.
type Hub struct {
	mu      sync.Mutex
	waiting map[string]map[chan struct{}]struct{}
}

// New is a hub at which nobody waits.
func New() *Hub { return &Hub{waiting: map[string]map[chan struct{}]struct{}{}} }

// Wait gives a channel that gets a value when something happens from now on, and how to stop waiting.
func (h *Hub) Wait(name string) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waiting[name] == nil {
		h.waiting[name] = map[chan struct{}]struct{}{}
	}
	h.waiting[name][c] = struct{}{}
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.waiting[name], c)
		if len(h.waiting[name]) == 0 {
			delete(h.waiting, name)
		}
	}
}

// Wake tells all who wait. It never blocks: one waiting value says it all.
func (h *Hub) Wake(names ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range names {
		for c := range h.waiting[name] {
			select {
			case c <- struct{}{}:
			default:
			}
		}
	}
}
