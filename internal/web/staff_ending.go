package web

import (
	"context"
	"net/http"
	"net/url"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// endingPage is what is asked when visits are over: each agreed goal, the model's results and marks, a follow-up. Every
// answer is chosen; there is no field for words.
type endingPage struct {
	episode.View
	Reach    outgoing.View
	Refusal  *fault.Fault
	Mistakes ui.Mistakes
	Typed    url.Values
}

func (s *Server) endingRoutes(add adder) {
	add("GET /episodes/{id}/end", access.ClientWork, s.showEnding)
	add("POST /episodes/{id}/end", access.ClientWork, s.answerEnding, "goal-{goal}", "result-{result}", "mark-{mark}", "follow-up", "day")
	add("POST /episodes/{id}/follow-up", access.ClientWork, s.stepEpisode(s.answerFollowUp), "follow-up")
	add("POST /episodes/{id}/together", access.ClientWork, s.stepEpisode(s.makeWay), "way", "present")
	add("POST /episodes/{id}/again", access.ClientWork, s.openAgain, "ground")
}

func (s *Server) showEnding(w http.ResponseWriter, q *Ask) error { return s.endingAgain(w, q, nil) }

// endingAgain shows the page; after a refusal it says why and keeps what was chosen.
func (s *Server) endingAgain(w http.ResponseWriter, q *Ask, wrong error) error {
	var p endingPage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		if p.View, err = s.ownEpisode(q.Context(), tx, q); err != nil {
			return err
		}
		p.Reach, err = outgoing.Read(q.Context(), tx, q.By, outgoing.Target{Episode: p.Episode.ID})
		return err
	})
	if err != nil {
		return err
	}
	if p.Part().Ending == nil {
		return redirect(w, q, "/episodes/"+string(p.Episode.ID))
	}
	p.Refusal = episode.Can(p.Model, p.State, episode.ActAnswer, q.Now)
	if wrong != nil {
		p.Mistakes, p.Typed = ui.MistakesOf(q.P, wrong), q.PostForm
	}
	return s.show(w, q, statusOf(wrong), s.endingView(q, p))
}

func (s *Server) answerEnding(w http.ResponseWriter, q *Ask) error {
	id := episode.ID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		if err := mine(q.Context(), tx, q, id); err != nil {
			return err
		}
		l, err := episode.Load(q.Context(), tx, s.Models, q.By, id)
		if err != nil {
			return err
		}
		return episode.AnswerEnding(q.Context(), tx, s.Models, q.By, id, answersOf(l, q.PostForm))
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.endingAgain(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/episodes/"+string(id))
}

// answersOf reads a form's answers; what it does not have stays empty and is asked for.
func answersOf(l episode.Loaded, form url.Values) episode.Answers {
	a := episode.Answers{Reached: map[string]string{}, Results: map[string]string{}, Marks: map[string]string{},
		FollowUp: form.Get("follow-up"), Day: calendar.Date(form.Get("day"))}
	for _, g := range l.State.Goals {
		a.Reached[g.ID] = form.Get("goal-" + g.ID)
	}
	if e := l.Part().Ending; e != nil {
		for _, x := range e.Results {
			a.Results[x] = form.Get("result-" + x)
		}
		for _, x := range e.Marks {
			a.Marks[x] = form.Get("mark-" + x)
		}
	}
	return a
}

func (s *Server) answerFollowUp(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.AnswerFollowUp(ctx, tx, s.Models, q.By, id, q.PostForm.Get("follow-up"))
}

// makeWay marks that worker and client made the contact together.
func (s *Server) makeWay(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	if err := mine(ctx, tx, q, id); err != nil {
		return err
	}
	w, err := tx.WayOn(ctx, q.PostForm.Get("way"))
	if err != nil {
		return err
	}
	if w.Episode != id {
		return notFound()
	}
	return episode.MakeWayOn(ctx, tx, s.Models, q.By, w.ID, q.PostForm.Get("present") == "yes")
}

// openAgain opens a new episode for the same person; its code is shown once.
func (s *Server) openAgain(w http.ResponseWriter, q *Ask) error {
	id := episode.ID(q.PathValue("id"))
	var code intake.Code
	var e episode.Episode
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		e, code, err = episode.Again(q.Context(), tx, s.Models, q.By, id, q.PostForm.Get("ground"))
		return err
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.answerEpisode(w, q, err)
	}
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.newCodePage(q, code, "/episodes/"+string(e.ID)))
}

// afterVisit is where a worker is led when a visit has been marked or the work ended: to the ending's questions, when
// they are due.
func (s *Server) afterVisit(q *Ask, id episode.ID) string {
	to := "/episodes/" + string(id)
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		l, err := episode.Load(q.Context(), tx, s.Models, q.By, id)
		if err == nil && l.Relation == access.ByWorker && episode.Unanswered(l.Model, l.State) {
			to += "/end"
		}
		return err
	})
	if err != nil {
		return "/episodes/" + string(id)
	}
	return to
}
