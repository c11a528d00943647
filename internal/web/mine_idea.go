package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// myIdeasPage is what a volunteer has proposed, what became of it, and a form for another.
type myIdeasPage struct {
	Frame    ui.StaffPage
	Mine     []circle.Proposal
	Kinds    []ui.Option // of groups that may be proposed: offer and kind
	Form     circle.NewIdea
	Kind     string
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showMyIdeas(w http.ResponseWriter, q *Ask) error {
	return s.answerMyIdeas(w, q, circle.NewIdea{Token: id.New(), Helps: true}, "", nil)
}

func (s *Server) answerMyIdeas(w http.ResponseWriter, q *Ask, form circle.NewIdea, kind string, wrong error) error {
	v := myIdeasPage{Frame: s.staffPage(q, q.P.T("mine.ideas.title"), "mine"), Form: form, Kind: kind, Done: q.done("mine.ideas.done.", "sent", "back"), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if v.Mine, err = circle.Proposals(q.Context(), tx, s.Models, q.By); err != nil {
			return err
		}
		offers, err := circle.Thinkable(q.Context(), tx, s.Models, q.By)
		v.Kinds = nil
		for _, o := range offers {
			m, _ := s.Models.Model(o.Model, o.Version)
			for _, k := range m.Gathering.Kinds {
				v.Kinds = append(v.Kinds, ui.Option{Value: string(o.ID) + "." + k.ID, Label: m.Text(q.P.Lang(), "kind."+k.ID)})
			}
			v.Kinds = append(v.Kinds, ui.Option{Value: string(o.ID) + ".", Label: q.elseIn(m, len(offers))})
		}
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong, v.Done = true, ""
	}
	return s.show(w, q, statusOf(wrong), myIdeasView(q, v))
}

// elseIn is a group of no kind there is; of which service, where there are several.
func (q *Ask) elseIn(m *model.Model, services int) string {
	if services > 1 {
		return q.P.T("ideas.else") + ", " + m.Name(q.P.Lang())
	}
	return q.P.T("ideas.else")
}

func (s *Server) sendMyIdea(w http.ResponseWriter, q *Ask) error {
	kind := token(q, "kind")
	offer, of, _ := strings.Cut(kind, ".")
	form := circle.NewIdea{Offer: organization.OfferID(offer), Kind: of, Title: typed(q, "title"), Area: typed(q, "area"), Online: slices.Contains(q.PostForm["online"], "yes"),
		Helps: slices.Contains(q.PostForm["helps"], "yes"), Token: token(q, "token")}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return circle.ThinkMine(q.Context(), tx, s.Models, q.By, form)
	})
	if shown(err) {
		return s.answerMyIdeas(w, q, form, kind, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/mine/ideas?done=sent")
}

func (s *Server) takeMyIdeaBack(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine/ideas?done=back", func(w http.ResponseWriter, q *Ask, wrong error) error {
		return s.answerMyIdeas(w, q, circle.NewIdea{Token: id.New(), Helps: true}, "", wrong)
	}, func(ctx context.Context, tx *storage.Tx) error {
		return circle.Rethink(ctx, tx, s.Models, q.By, circle.IdeaID(q.PathValue("id")))
	})
}
