package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// myYearPage is what a year brings to a volunteer: what one has signed up for, and what one may.
type myYearPage struct {
	Frame    ui.StaffPage
	V        volunteer.Volunteer
	At       volunteer.Place
	Ahead    []volunteer.Coming
	Past     []volunteer.Coming
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showMyYear(w http.ResponseWriter, q *Ask) error { return s.answerMyYear(w, q, nil) }

func (s *Server) answerMyYear(w http.ResponseWriter, q *Ask, wrong error) error {
	p := myYearPage{Frame: s.staffPage(q, q.P.T("mine.year.title"), "mine-year"), Done: q.done("mine.done.", mineDones...), Mistakes: ui.MistakesOf(q.P, wrong)}
	p.Frame.Wrong = wrong != nil
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.V, p.At, err = volunteer.Mine(q.Context(), tx, s.Models, q.By); err != nil {
			return err
		}
		all, err := volunteer.OwnYear(q.Context(), tx, p.V, p.At)
		p.Ahead, p.Past = nil, nil
		for _, c := range all {
			if c.Starts.After(q.Now) {
				p.Ahead = append(p.Ahead, c)
			} else {
				p.Past = append(p.Past, c)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, statusOf(wrong), myYearView(q, p))
}

func (s *Server) signUp(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine/year?done=signed-up", s.answerMyYear, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.SignUpFor(ctx, tx, s.Models, q.By, volunteer.EventID(q.PathValue("id")), q.PostFormValue("how"))
	})
}

func (s *Server) signOff(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine/year?done=signed-off", s.answerMyYear, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.SignOff(ctx, tx, s.Models, q.By, volunteer.EventID(q.PathValue("id")))
	})
}
