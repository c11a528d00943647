package pace

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Of many forms that one network sends at the same instant, no more are let through than may be (decision 0033).
func TestFormsAtOnce(t *testing.T) {
	now := time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC)
	p := New(func() time.Time { return now })
	var through, chats atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 50 {
				if p.Form("a") == 0 {
					through.Add(1)
				}
				if place, _ := p.Chat("a"); place != nil {
					chats.Add(1)
					p.Began(place, "talk")
				}
			}
		})
	}
	all.Wait()
	if through.Load() != formsAtOnce || chats.Load() != emptyChats {
		t.Errorf("%d forms and %d chats came through", through.Load(), chats.Load())
	}
}
