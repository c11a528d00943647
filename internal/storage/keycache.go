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

func (c *keyCache) get(id string) *seal.Key {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.by[id]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).key
}

func (c *keyCache) put(id string, k *seal.Key) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.by[id]; e != nil {
		c.order.MoveToFront(e)
		return
	}
	c.by[id] = c.order.PushFront(cached{id, k})
	if c.order.Len() > c.most {
		c.drop(c.order.Back())
	}
}

func (c *keyCache) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.by[id]; e != nil {
		c.drop(e)
	}
}

func (c *keyCache) drop(e *ordered.Element) {
	c.order.Remove(e)
	delete(c.by, e.Value.(cached).id)
}
