package web

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// unknownPage says that nothing was kept, and offers to send what is known: what was typed there is not lost.
type unknownPage struct {
	Title, Text string
	Action      string
	Carry       []ui.Hidden
	Home        string
}

// refuseField answers a form with a field that nobody knows. On the steps of a client's way it says why there is none
// . Neither the field's name nor its value goes anywhere.
func (s *Server) refuseField(w http.ResponseWriter, q *Ask, f outside.Fields, err error) error {
	if rec, ok := w.(*recorder); ok {
		rec.refused = true
	}
	v := unknownPage{Title: q.P.T("web.unknown.title"), Text: q.P.Fault(err), Action: q.path(q.URL.Path), Carry: f.Carry(q.PostForm), Home: q.path("/")}
	staff := q.By.Staff()
	if staff {
		v.Action, v.Home = q.URL.Path, home(q.By)
	}
	if strings.HasPrefix(q.URL.Path, "/episodes/") || strings.HasPrefix(q.URL.Path, "/requests/") {
		v.Text, v.Home = q.P.T("web.unknown.no-notes")+" "+v.Text, path.Dir(q.URL.Path)
	}
	if slices.Contains(f, outside.JSONBody) || strings.Contains(q.Header.Get("Accept"), "application/json") {
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
			if strings.HasPrefix(q.URL.Path, "/code/day") {
				visit, err := occasion.Resume(q.Context(), tx, s.Models, t)
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
