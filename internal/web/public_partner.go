package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/intake"
)

// partnerForm is for a referring partner who sits with the client. What is answered is the same whoever sends
// it and whoever the client is: nothing is confirmed, now or later.
func (s *Server) partnerForm(w http.ResponseWriter, q *Ask) error {
	return s.emptyForm(w, q, intake.Partner)
}

func (s *Server) sendPartner(w http.ResponseWriter, q *Ask) error {
	return s.sendRequest(w, q, intake.Partner)
}
