package web

import (
	"net/http"
	"sync"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

func (s *Server) leaveRoutes(add adder) {
	for _, pattern := range []string{"GET /exit", "POST /exit", "GET /exit/{capability}", "POST /exit/{capability}"} {
		add(pattern, access.Open, s.leave, anything)
	}
}

// leave is leaving at once (A-25, D-178): whatever stay the capability belongs to dies here, and the answer is the
// neutral page. It never fails in the leaver's sight: leaving comes first, and a stay that could not be ended now
// ends by itself in minutes. The redirect to another site breaks ASVS 3.7.3 on purpose (D-179).
func (s *Server) leave(w http.ResponseWriter, q *Ask) error {
	if capability := q.PathValue("capability"); capability != "" && q.Method != http.MethodHead {
		if err := s.endStay(q, capability); err != nil {
			s.Log.Error("leave", "error", err)
		}
	}
	if q.Method != http.MethodHead {
		s.departed.leave(q.visit(), q.Now)
	}
	w.Header().Set("Clear-Site-Data", `"cache", "cookies"`)
	if q.Method == http.MethodPost && q.Header.Get("Sec-Fetch-Dest") == "empty" {
		w.WriteHeader(http.StatusNoContent) // the script leaves by itself
		return nil
	}
	http.Redirect(w, q.Request, s.ExitURL, http.StatusSeeOther)
	return nil
}

func (s *Server) endStay(q *Ask, capability string) error {
	return s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		if err := intake.Leave(q.Context(), tx, capability); err != nil {
			return err
		}
		if err := circle.Away(q.Context(), tx, capability); err != nil {
			return err
		}
		return chat.Leave(q.Context(), tx, capability)
	})
}

// departed remembers for a day which forms were left, by the random names of their visits. The script sees to it that
// Back does not show them; without scripts the browser asks for the form's address again, and the answer is the neutral
// page. It lives in memory and knows nobody.
type departed struct {
	mu          sync.Mutex
	fresh, last map[string]bool
	since       time.Time
}

// A name is known for at least half of departedFor, unless mostDeparted others have come since.
const (
	departedFor  = 48 * time.Hour
	mostDeparted = 50_000
)

func (d *departed) leave(visit string, now time.Time) {
	if visit == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fresh == nil || len(d.fresh) >= mostDeparted || now.Sub(d.since).Abs() > departedFor/2 {
		d.last, d.fresh, d.since = d.fresh, map[string]bool{}, now
	}
	d.fresh[visit] = true
}

func (d *departed) left(visit string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return visit != "" && (d.fresh[visit] || d.last[visit])
}

// visit is the random name in a form's address, "" when there is none.
func (q *Ask) visit() string {
	if v := q.URL.Query().Get("at"); id.Valid(v) {
		return v
	}
	return ""
}
