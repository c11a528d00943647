package web

import (
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// fields are what a POST route's form may carry, by name. What is not among them is refused, not dropped: nobody
// shall believe that something was kept which was not. A route that names none takes none, so a forgotten list shows at
// once. Names are written as a route's pattern is:
//
//	name          once
//	times...      as often as it is ticked
//	password*     once, and never shown again
//	until-{unit}  once, and its name ends in an id
//
// Two words stand alone: {json} is a body that the handler reads itself, strictly; {any} is leaving, which nothing stops.
type fields []string

const (
	jsonBody = "{json}"
	anything = "{any}"
)

// known is how the list writes a name, "" where it has none.
func (f fields) known(name string) string {
	for _, x := range f {
		stem, _, open := strings.Cut(x, "{")
		if strings.TrimRight(x, ".*") == name || (open && stem != "" && strings.HasPrefix(name, stem)) {
			return x
		}
	}
	return ""
}

// takes tells whether a form carries only what the list knows, and each as often as it may.
func (f fields) takes(form url.Values) bool {
	for name, values := range form {
		x := f.known(name)
		if x == "" || (len(values) > 1 && !strings.HasSuffix(x, "...")) {
			return false
		}
	}
	return true
}

// carry are the values that may be sent again: known, unambiguous, no secret.
func (f fields) carry(form url.Values) []ui.Hidden {
	var out []ui.Hidden
	for name, values := range form {
		x := f.known(name)
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

// check refuses a form that carries more than its route knows, in its body, in its address, or as another kind of body
// that no handler would read.
func (f fields) check(r *http.Request) error {
	if r.Method != http.MethodPost || slices.Contains(f, anything) {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	read := kind == "application/x-www-form-urlencoded" || (kind == "application/json" && slices.Contains(f, jsonBody))
	if (r.ContentLength != 0 && !read) || r.URL.RawQuery != "" || !f.takes(r.PostForm) {
		return fault.New(fault.Invalid, unknownField)
	}
	return nil
}

const unknownField = "form.unknown-field"

// unknownPage says that nothing was kept, and offers to send what is known: what was typed there is not lost.
type unknownPage struct {
	Title, Text string
	Action      string
	Carry       []ui.Hidden
	Home        string
}

// refuseField answers a form with a field that nobody knows. On the steps of a client's way it says why there is none
// . Neither the field's name nor its value goes anywhere.
func (s *Server) refuseField(w http.ResponseWriter, q *Ask, f fields, err error) error {
	if rec, ok := w.(*recorder); ok {
		rec.refused = true
	}
	v := unknownPage{Title: q.P.T("web.unknown.title"), Text: q.P.Fault(err), Action: q.path(q.URL.Path), Carry: f.carry(q.PostForm), Home: q.path("/")}
	staff := q.By.Staff()
	if staff {
		v.Action, v.Home = q.URL.Path, home(q.By)
	}
	if strings.HasPrefix(q.URL.Path, "/episodes/") || strings.HasPrefix(q.URL.Path, "/requests/") {
		v.Text, v.Home = q.P.T("web.unknown.no-notes")+" "+v.Text, path.Dir(q.URL.Path)
	}
	if slices.Contains(f, jsonBody) || strings.Contains(q.Header.Get("Accept"), "application/json") {
		answerJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": v.Text})
		return nil
	}
	if staff {
		return s.show(w, q, http.StatusUnprocessableEntity, unknownForStaff(q, s.staffPage(q, v.Title, ""), v))
	}
	return s.show(w, q, http.StatusUnprocessableEntity, unknownForVisitor(q, s.inWhoseStay(q, v.Title), v))
}

// inWhoseStay is a visitor's frame whose exit ends the stay or the talk that the form belongs to, as on the page before.
func (s *Server) inWhoseStay(q *Ask, title string) ui.Page {
	exit := ""
	if t := token(q, "talk"); t != "" {
		if talk, err := s.readTalk(q, t, 0); err == nil {
			exit = talk.Exit
		}
	}
	if t := token(q, "stay"); t != "" {
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			if strings.HasPrefix(q.URL.Path, "/code/group") {
				visit, err := circle.Resume(q.Context(), tx, s.Models, t)
				exit = visit.Exit
				return err
			}
			stay, err := intake.Resume(q.Context(), tx, t)
			exit = stay.Exit
			return err
		})
		if err != nil {
			exit = ""
		}
	}
	if exit == "" {
		return s.publicPage(q, title, "")
	}
	return s.stayPage(q, title, exit)
}
