package outside

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// Fields are what a POST route's form may carry, by name. What is not among them is refused, not dropped: nobody
// shall believe that something was kept which was not. A route that names none takes none, so a forgotten list shows at
// once. Names are written as a route's pattern is:
//
//	name          once
//	times...      as often as it is ticked
//	password*     once, and never shown again
//	until-{unit}  once, and its name ends in an id
//
// Two words stand alone: {json} is a body that the handler reads itself, strictly; {any} is leaving, which nothing stops.
type Fields []string

// The words that stand alone.
const (
	JSONBody = "{json}"
	Anything = "{any}"
)

// Known is how the list writes a name, "" where it has none.
func (f Fields) Known(name string) string {
	for _, x := range f {
		stem, _, open := strings.Cut(x, "{")
		if strings.TrimRight(x, ".*") == name || (open && stem != "" && strings.HasPrefix(name, stem)) {
			return x
		}
	}
	return ""
}

// takes tells whether a form carries only what the list knows, and each as often as it may.
func (f Fields) takes(form url.Values) bool {
	for name, values := range form {
		x := f.Known(name)
		if x == "" || (len(values) > 1 && !strings.HasSuffix(x, "...")) {
			return false
		}
	}
	return true
}

// Carry are the values that may be sent again: known, unambiguous, no secret.
func (f Fields) Carry(form url.Values) []ui.Hidden {
	var out []ui.Hidden
	for name, values := range form {
		x := f.Known(name)
		if x == "" || strings.HasSuffix(x, "*") || (len(values) > 1 && !strings.HasSuffix(x, "...")) {
			continue
		}
		for _, v := range values {
			out = append(out, ui.Hidden{Name: name, Value: v})
		}
	}
	slices.SortFunc(out, func(a, b ui.Hidden) int { return strings.Compare(a.Name+" "+a.Value, b.Name+" "+b.Value) })
	return out
}

// Check refuses a form that carries more than its route knows, in its body, in its address, or as another kind of body
// that no handler would read.
func (f Fields) Check(r *http.Request) error {
	if r.Method != http.MethodPost || slices.Contains(f, Anything) {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	read := kind == "application/x-www-form-urlencoded" || (kind == "application/json" && slices.Contains(f, JSONBody))
	if (r.ContentLength != 0 && !read) || r.URL.RawQuery != "" || !f.takes(r.PostForm) {
		return fault.New(fault.Invalid, "form.unknown-field")
	}
	return nil
}
