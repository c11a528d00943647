package web

import "strings"

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
