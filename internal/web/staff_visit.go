package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// visitPage is what a worker has before him while he meets a client: the visit's theme, what to go through, what earlier
// visits left open, the goals. It is the worker's own; to everybody else it is not there.
type visitPage struct {
	episode.View
	Plan     episode.Plan
	Where    string // when and where the visit is, while it is booked
	Mistakes ui.Mistakes
	Typed    url.Values
}

func (s *Server) visitRoutes(add adder) {
	add("GET /episodes/{id}/visit", access.ClientWork, s.showVisit)
	step := func(name string, do episodeStep, form ...string) {
		add("POST /episodes/{id}/"+name, access.ClientWork, s.stepVisit(do), append(form, "no")...)
	}
	step("steps", s.markSteps, "shown...", "step...")
	step("goal", s.addGoal, "goal")
	step("goal-words", s.rewordGoal, "which", "goal-{goal}")
	step("goal-agreed", s.agreeGoal, "which", "revision", "agrees...")
	step("goal-away", s.dropGoal, "which")
}

func (s *Server) showVisit(w http.ResponseWriter, q *Ask) error { return s.answerVisit(w, q, nil) }

// answerVisit shows the page; after a refusal it says why and keeps what was typed.
func (s *Server) answerVisit(w http.ResponseWriter, q *Ask, wrong error) error {
	var p visitPage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		if p.View, err = s.ownEpisode(q.Context(), tx, q); err == nil {
			p.Where, err = p.where(q.Context(), tx, q)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(p.part().Plan) == 0 && p.part().Goals == 0 {
		return redirect(w, q, p.base())
	}
	p.Plan = episode.PlanOf(p.Model, p.State, p.number(q))
	if wrong != nil {
		p.Mistakes, p.Typed = ui.MistakesOf(q.P, wrong), q.PostForm
	}
	return s.show(w, q, statusOf(wrong), s.visitView(q, p))
}

// ownEpisode is an episode's view for its own worker. Whose it is is asked before anything is opened, so that what is
// hidden takes the time of what is not there.
func (s *Server) ownEpisode(ctx context.Context, tx *storage.Tx, q *Ask) (episode.View, error) {
	if err := mine(ctx, tx, q, episode.ID(q.PathValue("id"))); err != nil {
		return episode.View{}, err
	}
	return episode.One(ctx, tx, s.Models, q.By, episode.ID(q.PathValue("id")))
}

// mine is nil when the reader is the episode's own worker; to everybody else it is not there.
func mine(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	relation, err := tx.Granted(ctx, q.By, access.Episode, string(id))
	if err == nil && relation != access.ByWorker {
		err = notFound()
	}
	return err
}

// number is the visit the page is about: the one in the address or the form, else the one that is meant now.
func (p visitPage) number(q *Ask) int {
	no, err := strconv.Atoi(or(q.PostForm.Get("no"), q.URL.Query().Get("no")))
	if err != nil || no < 1 || no > p.last() {
		no = p.State.Current()
	}
	return max(1, min(no, p.last()))
}

// last is the highest number of a visit that there may be, or that the plan knows.
func (p visitPage) last() int {
	if p.Episode.Limit > 0 {
		return p.Episode.Limit
	}
	return max(len(p.part().Plan), p.State.Used()+p.State.Booked()+1)
}

// stepVisit makes a handler of a step on the visit's page.
func (s *Server) stepVisit(do episodeStep) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		id := episode.ID(q.PathValue("id"))
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			if err := mine(q.Context(), tx, q, id); err != nil {
				return err
			}
			return do(q.Context(), tx, q, id)
		})
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
			return s.answerVisit(w, q, err)
		}
		if err != nil {
			return err
		}
		to := "/episodes/" + string(id) + "/visit"
		if no, err := strconv.Atoi(q.PostForm.Get("no")); err == nil {
			to += "?no=" + strconv.Itoa(no)
		}
		return redirect(w, q, to)
	}
}

func (s *Server) markSteps(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.MarkSteps(ctx, tx, s.Models, q.By, id, q.PostForm["shown"], q.PostForm["step"])
}

func (s *Server) addGoal(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	_, err := episode.AddGoal(ctx, tx, s.Models, q.By, id, q.PostForm.Get("goal"))
	return err
}

// goalOf is a goal of this very episode. One from elsewhere, whoever's it is, is as one that another tab took away.
func goalOf(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) (string, error) {
	g, err := tx.Goal(ctx, q.PostForm.Get("which"))
	if fault.Is(err, fault.NotFound) || err == nil && g.Episode != id {
		return "", fault.New(fault.Conflict, "goal.gone")
	}
	return g.ID, err
}

func (s *Server) rewordGoal(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	goal, err := goalOf(ctx, tx, q, id)
	if err != nil {
		return err
	}
	return episode.RewordGoal(ctx, tx, s.Models, q.By, goal, q.PostForm.Get("goal-"+goal))
}

func (s *Server) agreeGoal(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	goal, err := goalOf(ctx, tx, q, id)
	if err != nil {
		return err
	}
	revision, _ := strconv.Atoi(q.PostForm.Get("revision"))
	agrees := q.PostForm["agrees"]
	return episode.AgreeGoal(ctx, tx, s.Models, q.By, goal, revision, slices.Contains(agrees, "client"), slices.Contains(agrees, "worker"))
}

func (s *Server) dropGoal(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	goal, err := goalOf(ctx, tx, q, id)
	if err != nil {
		return err
	}
	return episode.DropGoal(ctx, tx, s.Models, q.By, goal)
}
