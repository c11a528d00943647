package web

import "rinnalla.fi/rinnalla/internal/access"

// staffRoutes are the pages of workers and coordinators.
func (s *Server) staffRoutes(add adder) {
	add("GET /desk", access.ClientWork, s.showDesk)
}
