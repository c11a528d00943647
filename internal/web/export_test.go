package web

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
)

// Route is a line of the route table as the tests of all routes see it.
type Route struct {
	Pattern    string
	Permission access.Permission
	Fields     []string
}

// Routes is the whole table. What the mux has beside it is static files, health and what no route takes.
func (s *Server) Routes() []Route {
	var out []Route
	for _, r := range s.routes() {
		out = append(out, Route{r.pattern, r.permission, r.fields})
	}
	return out
}

// Form is a POST route as tests see it: whom it lets in, and what its form may carry.
type Form struct {
	Pattern string
	Staff   bool
	Fields  []string
}

// Forms are all POST routes.
func (s *Server) Forms() []Form {
	var out []Form
	for _, r := range s.routes() {
		if strings.HasPrefix(r.pattern, "POST ") {
			out = append(out, Form{r.pattern, r.permission.Staff, r.fields})
		}
	}
	return out
}

// Knows tells whether a form may carry a field.
func (f Form) Knows(name string) bool { return fields(f.Fields).known(name) != "" }
