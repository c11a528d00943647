package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

func (s *Server) leaveRoutes(add adder) {
	for _, pattern := range []string{"GET /exit", "POST /exit", "GET /exit/{capability}", "POST /exit/{capability}"} {
		add(pattern, access.Open, s.leave, outside.Anything)
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
		s.departed.Leave(q.visit(), q.Now)
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
		if err := occasion.Away(q.Context(), tx, capability); err != nil {
			return err
		}
		return chat.Leave(q.Context(), tx, capability)
	})
}

// visit is the random name in a form's address, "" when there is none.
func (q *Ask) visit() string {
	if v := q.URL.Query().Get("at"); id.Valid(v) {
		return v
	}
	return ""
}
