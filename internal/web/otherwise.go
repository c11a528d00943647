package web

import (
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/fault"
)

// otherwise answers what no route takes: an address that is known but asked in another way, or one that is not.
func (s *Server) otherwise(mux *http.ServeMux) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		var taken []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			r := *q.Request
			r.Method = method
			if _, pattern := mux.Handler(&r); pattern != "/" && pattern != "" {
				taken = append(taken, method)
			}
		}
		if len(taken) == 0 {
			return notFound()
		}
		w.Header().Set("Allow", strings.Join(taken, ", "))
		return s.show(w, q, http.StatusMethodNotAllowed, s.refusal(q, fault.New(fault.Invalid, "public.method")))
	}
}
