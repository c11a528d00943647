package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// ideasPage is the groups that people would like, to a coordinator. Who proposed one nobody knows.
type ideasPage struct {
	Frame    ui.StaffPage
	New      []ideaRow
	Read     []ideaRow
	Surveys  bool // something of theirs is asked where people may say what they would like
	Done     string
	Wrong    circle.IdeaID // the one whose answer came back
	Mistakes ui.Mistakes
}

type ideaRow struct {
	circle.Idea
	offered offered
	by      string // the volunteer who proposed it signed in; "" is nobody whom anybody knows
}

func (x ideaRow) kind(q *Ask) string {
	if x.Kind == "" {
		return q.P.T("ideas.else")
	}
	return circleName(q, x.offered.model, x.Kind)
}

// showIdeas is the list as it is now: what was suggested with answers, and has waited long enough, is on it (decision 0071).
func (s *Server) showIdeas(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		_, err := feedback.Ripen(q.Context(), tx, s.Models)
		return err
	})
	if err != nil {
		return err
	}
	return s.answerIdeas(w, q, nil)
}

func (s *Server) answerIdeas(w http.ResponseWriter, q *Ask, wrong error) error {
	v := ideasPage{Frame: s.staffPage(q, q.P.T("ideas.title"), "groups"), Done: q.done("ideas.done.", "looked", "answered", "dropped"), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		all, err := s.ideasFor(q.Context(), tx, q)
		if err != nil {
			return err
		}
		v.New, v.Read = nil, nil
		for _, x := range all {
			if x.State == circle.Proposed {
				v.New = append(v.New, x)
			} else {
				v.Read = append(v.Read, x)
			}
		}
		v.Surveys, err = s.wishes(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong, v.Done, v.Wrong = true, "", circle.IdeaID(q.PathValue("id"))
	}
	return s.show(w, q, statusOf(wrong), ideasView(q, v))
}

// wishes tells whether a service that the reader coordinates asks people what they would like.
func (s *Server) wishes(ctx context.Context, tx *storage.Tx, q *Ask) (bool, error) {
	offers, err := s.gathers(ctx, tx, q)
	for _, o := range offers {
		if q.By.Is(access.Coordinator, o.unit.ID) && slices.ContainsFunc(o.model.Feedback, func(f model.FeedbackForm) bool { return f.Suggest }) {
			return true, nil
		}
	}
	return false, err
}

// ideasFor are the ideas of the services that the reader coordinates.
func (s *Server) ideasFor(ctx context.Context, tx *storage.Tx, q *Ask) ([]ideaRow, error) {
	offers, err := s.gathers(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	var out []ideaRow
	for _, o := range offers {
		if !q.By.Is(access.Coordinator, o.unit.ID) || !o.model.Gathering.Ideas {
			continue
		}
		all, err := tx.Ideas(ctx, []organization.OfferID{o.ID})
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			x := ideaRow{Idea: i, offered: o}
			if i.By != "" {
				v, err := tx.VolunteerOf(ctx, i.By)
				if err != nil && !fault.Is(err, fault.NotFound) {
					return nil, err
				}
				x.by = v.Own.Name.Reveal()
			}
			out = append(out, x)
		}
	}
	return out, nil
}

func (s *Server) ideaStep(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx, of circle.IdeaID) error) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, circle.IdeaID(q.PathValue("id"))) })
	if shown(err) {
		return s.answerIdeas(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the service's page shows what was read
	return redirect(w, q, "/ideas?done="+done)
}

func (s *Server) lookAtIdea(w http.ResponseWriter, q *Ask) error {
	return s.ideaStep(w, q, "looked", func(ctx context.Context, tx *storage.Tx, of circle.IdeaID) error {
		return circle.Look(ctx, tx, s.Models, q.By, of)
	})
}

func (s *Server) answerIdea(w http.ResponseWriter, q *Ask) error {
	return s.ideaStep(w, q, "answered", func(ctx context.Context, tx *storage.Tx, of circle.IdeaID) error {
		return circle.Answer(ctx, tx, s.Models, q.By, of, typed(q, "answer"))
	})
}

func (s *Server) dropIdea(w http.ResponseWriter, q *Ask) error {
	return s.ideaStep(w, q, "dropped", func(ctx context.Context, tx *storage.Tx, of circle.IdeaID) error {
		return circle.Drop(ctx, tx, s.Models, q.By, of)
	})
}
