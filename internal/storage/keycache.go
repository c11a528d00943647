package storage

import (
	ordered "container/list"
	"sync"

	"rinnalla.fi/rinnalla/internal/seal"
)

// keyCache remembers the keys used last, unwrapped: a list page opens fifty names.
type keyCache struct {
	mu    sync.Mutex
	most  int
	round int           // counts what was forgotten
	order *ordered.List // of cached, used last first
	by    map[string]*ordered.Element
}

type cached struct {
	id  string
	key *seal.Key
}

func newKeyCache(most int) *keyCache {
	return &keyCache{most: most, order: ordered.New(), by: map[string]*ordered.Element{}}
}

// get finds a key, and else tells the round in which to look for it in the table.
func (c *keyCache) get(id string) (*seal.Key, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.by[id]
	if e == nil {
		return nil, c.round
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).key, c.round
}

// put remembers a key that was read in a round. After a later round it may be a destroyed one, and is not taken.
func (c *keyCache) put(id string, k *seal.Key, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round != c.round || c.by[id] != nil {
		return
	}
	c.by[id] = c.order.PushFront(cached{id, k})
	if c.order.Len() > c.most {
		c.drop(c.order.Back())
	}
}

// forget drops destroyed keys, and whatever a reader has found in the table and not yet put here.
func (c *keyCache) forget(ids ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.round++
	for _, id := range ids {
		if e := c.by[id]; e != nil {
			c.drop(e)
		}
	}
}

func (c *keyCache) drop(e *ordered.Element) {
	c.order.Remove(e)
	delete(c.by, e.Value.(cached).id)
}
