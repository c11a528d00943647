package web

import "rinnalla.fi/rinnalla/internal/access"

// route is one address, what it asks of whoever comes, and what answers.
type route struct {
	pattern    string
	permission access.Permission
	handler    handler
}

// adder takes the routes of one group of pages.
type adder func(pattern string, p access.Permission, h handler)

// routes is every address of the house but assets and health; each names its permission.
func (s *Server) routes() []route {
	var out []route
	add := func(pattern string, p access.Permission, h handler) { out = append(out, route{pattern, p, h}) }
	for _, group := range []func(adder){s.leaveRoutes, s.publicRoutes, s.accountRoutes, s.peopleRoutes, s.staffRoutes, s.galleryRoutes} {
		group(add)
	}
	if s.Demo != nil {
		add("POST /demo/clock", access.Open, s.turnClock)
	}
	return out
}
