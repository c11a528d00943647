package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// galleryRoutes show every component, in development alone.
func (s *Server) galleryRoutes(add adder) {
	if s.Dev {
		add("GET /dev/pages", access.Open, s.gallery)
		add("GET /dev/pages/{sample}", access.Open, s.sample)
	}
}

func (s *Server) gallery(w http.ResponseWriter, q *Ask) error {
	return s.show(w, q, http.StatusOK, galleryPage(s.staffPage(q, "Gallery", ""), ui.Samples(q.P, s.assets.address)))
}

// sample is one whole sample page.
func (s *Server) sample(w http.ResponseWriter, q *Ask) error {
	for _, x := range ui.Samples(q.P, s.assets.address) {
		if x.Name == q.PathValue("sample") {
			return s.show(w, q, http.StatusOK, x.Page)
		}
	}
	return fault.New(fault.NotFound, "not-found")
}
