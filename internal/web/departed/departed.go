// Package departed knows for a while which forms were left at once (A-25, decision 0030).
package departed

import (
	"sync"
	"time"
)

// Forms remembers for a day which forms were left, by the random names of their visits. The script sees to it that
// Back does not show them; without scripts the browser asks for the form's address again, and the answer is the neutral
// page. It lives in memory and knows nobody.
type Forms struct {
	mu          sync.Mutex
	fresh, last map[string]bool
	since       time.Time
}

// A name is known for at least half of keptFor, unless most others have come since.
const (
	keptFor = 48 * time.Hour
	most    = 50_000
)

// Leave remembers a form by its visit's name; a visit without a name is nobody's.
func (d *Forms) Leave(visit string, now time.Time) {
	if visit == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fresh == nil || len(d.fresh) >= most || now.Sub(d.since).Abs() > keptFor/2 {
		d.last, d.fresh, d.since = d.fresh, map[string]bool{}, now
	}
	d.fresh[visit] = true
}

// Left tells whether a form was left.
func (d *Forms) Left(visit string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return visit != "" && (d.fresh[visit] || d.last[visit])
}
