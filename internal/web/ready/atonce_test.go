package ready

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// One page is shown to many, forgotten and made again at the same time; each reader has a token of their own.
func TestShownAtOnce(t *testing.T) {
	c, now, key := New[string](), time.Now(), Key{Name: "form"}
	page, err := Make(t.Context(), pageOf(strings.Repeat("x", 2000)+TokenPlace+strings.Repeat("y", 2000)), now.Add(For))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[string]bool{}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 50 {
				p, round := c.Page(key, now)
				if p == nil {
					p = page
					c.Put(key, page, round)
				}
				text, _ := sent(t, p.Zipped, true)
				mu.Lock()
				seen[strings.Trim(text, "xy")] = true
				mu.Unlock()
				c.Forget()
			}
		})
	}
	all.Wait()
	if len(seen) != 16*50 {
		t.Errorf("%d tokens for %d readers", len(seen), 16*50)
	}
}
