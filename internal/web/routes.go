package web

import (
	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

// route is one address, what it asks of whoever comes, what answers, and what its form may carry.
type route struct {
	pattern    string
	permission access.Permission
	handler    handler
	fields     outside.Fields
}

// adder takes the routes of one group of pages.
type adder func(pattern string, p access.Permission, h handler, form ...string)

// routes is every address of the house but assets and health; each names its permission, and
// each POST the fields of its form.
func (s *Server) routes() []route {
	var out []route
	add := func(pattern string, p access.Permission, h handler, form ...string) {
		out = append(out, route{pattern, p, h, form})
	}
	for _, group := range []func(adder){s.leaveRoutes, s.publicRoutes, s.accountRoutes, s.peopleRoutes, s.recoveryRoutes, s.newcomerRoutes, s.staffRoutes, s.circleRoutes, s.occasionRoutes, s.gatewayRoutes, s.paperRoutes, s.ruleRoutes, s.resultRoutes, s.reportRoutes, s.quoteRoutes, s.feedRoutes, s.outingRoutes, s.galleryRoutes} {
		group(add)
	}
	if s.Demo != nil {
		add("POST /demo/clock", access.Open, s.turnClock, "to", "by", "now", outside.JSONBody)
	}
	return out
}

// Route is a line of the route table as it is seen from outside.
type Route struct {
	Pattern    string
	Permission access.Permission
	Fields     outside.Fields
}

// Routes is the whole table, for whoever holds the house to it. What the mux has beside it is static files, health and
// what no route takes.
func (s *Server) Routes() []Route {
	var out []Route
	for _, r := range s.routes() {
		out = append(out, Route{r.pattern, r.permission, r.fields})
	}
	return out
}
