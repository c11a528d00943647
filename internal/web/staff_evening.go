package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/rota"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// eveningRoutes are one evening, as its coordinator sees to it.
func (s *Server) eveningRoutes(add adder) {
	add("GET /line/evenings/{id}", access.Coordinate, s.showEvening)
	add("POST /line/evenings/{id}/close", access.Coordinate, s.closeEvening)
	add("POST /line/evenings/{id}/reopen", access.Coordinate, s.reopenEvening)
	add("POST /line/evenings/{id}/take", access.Coordinate, s.takeEvening)
	add("POST /line/evenings/{id}/put", access.Coordinate, s.putOnEvening, "who", "as", "asked...")
	add("POST /line/evenings/{id}/remove", access.Coordinate, s.removeFromEvening, "who")
}

// eveningPage is one evening: who answers, who else could, and what a coordinator may do.
type eveningPage struct {
	Frame    ui.StaffPage
	Hall     line.Hall
	Evening  line.Evening
	Sheet    *shift.Sheet
	Answer   []shift.Place
	Reserve  []shift.Place
	Names    map[access.AccountID]string
	Over     bool
	Missing  bool
	Who, As  string
	Asked    bool
	Done     string
	Mistakes ui.Mistakes
}

func (v eveningPage) url(step string) string { return "/line/evenings/" + string(v.Evening.ID) + step }

func (s *Server) showEvening(w http.ResponseWriter, q *Ask) error { return s.answerEvening(w, q, nil) }

func (s *Server) answerEvening(w http.ResponseWriter, q *Ask, wrong error) error {
	v := eveningPage{Frame: s.staffPage(q, q.P.T("line.evening"), "unit"), As: "answer", Done: q.done("line.evening-done.", "closed", "reopened", "taken", "put", "removed")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillEvening(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "who")
		v.Who, v.As, v.Asked = q.PostFormValue("who"), q.PostFormValue("as"), q.PostForm.Has("asked")
	}
	return s.show(w, q, statusOf(wrong), eveningView(q, v))
}

func (s *Server) fillEvening(ctx context.Context, tx *storage.Tx, q *Ask, v *eveningPage) (err error) {
	v.Evening, err = line.Found(ctx, tx, line.EveningID(q.PathValue("id")), func(u access.UnitID) bool { return q.By.Is(access.Coordinator, u) })
	if err != nil {
		return err
	}
	if v.Sheet, err = shift.Read(ctx, tx, s.Models, s.may(tx), q.By, v.Evening.Offer); err != nil {
		return err
	}
	v.Hall = v.Sheet.Hall
	places, err := tx.ShiftPlacesOf(ctx, v.Evening.ID)
	if err != nil {
		return err
	}
	v.Answer, v.Reserve = nil, nil
	published := 0
	for _, p := range places {
		if p.Reserve() {
			v.Reserve = append(v.Reserve, p)
			continue
		}
		v.Answer = append(v.Answer, p)
		if p.Published {
			published++
		}
	}
	v.Over = !q.Now.Before(v.Evening.Ends())
	v.Missing = v.Evening.State == line.Open && !v.Over && published < v.Hall.Model.Line.Answerers
	v.Names, err = lineNames(ctx, tx, places)
	return err
}

// candidate is a person to place, with the first rule that speaks against it.
type candidate struct {
	shift.Person
	against string
}

func (v eveningPage) candidates(q *Ask) []candidate {
	var fit, others []candidate
	for _, p := range v.Sheet.People {
		c := candidate{Person: p}
		against := v.Sheet.Board.Check(rota.Place{Evening: string(v.Evening.ID), Person: string(p.Account)})
		switch {
		case len(against) == 0:
			fit = append(fit, c)
		case against[0].Rule != rota.RuleTwice:
			c.against = q.P.Fault(shift.Refusal(against[0]))
			others = append(others, c)
		}
	}
	return append(fit, others...)
}

func (s *Server) closeEvening(w http.ResponseWriter, q *Ask) error {
	return s.eveningStep(w, q, "closed", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return line.Close(ctx, tx, s.Models, q.By, id)
	})
}

func (s *Server) reopenEvening(w http.ResponseWriter, q *Ask) error {
	return s.eveningStep(w, q, "reopened", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return line.Reopen(ctx, tx, s.Models, q.By, id)
	})
}

func (s *Server) takeEvening(w http.ResponseWriter, q *Ask) error {
	return s.eveningStep(w, q, "taken", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.Take(ctx, tx, s.Models, s.may(tx), q.By, id)
	})
}

func (s *Server) putOnEvening(w http.ResponseWriter, q *Ask) error {
	return s.eveningStep(w, q, "put", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.Put(ctx, tx, s.Models, s.may(tx), q.By, id, access.AccountID(q.PostFormValue("who")), q.PostFormValue("as") == "reserve", q.PostForm.Has("asked"))
	})
}

func (s *Server) removeFromEvening(w http.ResponseWriter, q *Ask) error {
	return s.eveningStep(w, q, "removed", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.Remove(ctx, tx, s.Models, q.By, id, access.AccountID(q.PostFormValue("who")))
	})
}

// eveningStep does one thing with an evening. The public page tells at once what came of it.
func (s *Server) eveningStep(w http.ResponseWriter, q *Ask, done string, do func(context.Context, *storage.Tx, line.EveningID) error) error {
	id := q.PathValue("id")
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, line.EveningID(id)) })
	if shown(err) {
		return s.answerEvening(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return redirect(w, q, "/line/evenings/"+id+"?done="+done)
}
