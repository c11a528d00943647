package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// apartRoutes are the list of those who do not come together, without reasons. Taking a pair off can be undone at once, so
// nothing here asks to sign in again.
func (s *Server) apartRoutes(add adder) {
	add("GET /apart", access.Coordinate, s.showApart)
	add("POST /apart", access.Coordinate, s.keepApart, "one", "other")
	add("POST /apart/remove", access.Coordinate, s.letTogether, "pair")
}

// apartPage is the pairs of whom the reader may see both, and two numbers as they were typed.
type apartPage struct {
	Pairs      []apartRow
	One, Other string
	Done       string
	Wrong      ui.Mistakes
}

// apartRow is a pair as a coordinator knows clients: by number and service.
type apartRow struct {
	ID         string
	One, Other apartSide
}

type apartSide struct{ Name, Service, URL string }

func (s *Server) showApart(w http.ResponseWriter, q *Ask) error {
	p := apartPage{Done: q.done("apart.done.", "kept", "removed")}
	if n := emergency.ParseNumber(q.URL.Query().Get("one")); n != "" { // from a client's own page
		p.One = q.URL.Query().Get("one")
	}
	return s.answerApart(w, q, p, nil)
}

func (s *Server) answerApart(w http.ResponseWriter, q *Ask, p apartPage, wrong error) error {
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		pairs, err := wall.Pairs(q.Context(), tx, q.By)
		p.Pairs = nil
		for _, x := range pairs {
			row := apartRow{ID: x.ID}
			if row.One, err = s.apartSide(q.Context(), tx, q, x.One); err != nil {
				return err
			}
			if row.Other, err = s.apartSide(q.Context(), tx, q, x.Other); err != nil {
				return err
			}
			p.Pairs = append(p.Pairs, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Wrong = mistakesAt(q.P, wrong, "other")
	}
	return s.show(w, q, statusOf(wrong), s.apartView(q, p))
}

func (s *Server) apartSide(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (out apartSide, err error) {
	if r.Kind == access.Request {
		x, err := tx.Request(ctx, intake.RequestID(r.ID))
		if err != nil {
			return out, err
		}
		o, err := tx.Offer(ctx, x.Offer)
		return apartSide{q.P.T("apart.waiting"), s.nameOf(q, o), baseOf(r)}, err
	}
	e, err := tx.Episode(ctx, episode.ID(r.ID))
	if m, ok := s.Models.Model(e.Model, e.Version); ok {
		out.Service = m.Name(q.P.Lang())
	}
	out.Name, out.URL = emergency.Number(e.ID), baseOf(r)
	return out, err
}

// keepApart puts two on the list by their episodes' numbers. A number that is not there and one the reader may not see are
// told in the same words after the same questions.
func (s *Server) keepApart(w http.ResponseWriter, q *Ask) error {
	p := apartPage{One: short(q.PostFormValue("one")), Other: short(q.PostFormValue("other"))}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		var form fault.Form
		one, err := numbered(q, tx, "one", p.One, &form)
		if err != nil {
			return err
		}
		other, err := numbered(q, tx, "other", p.Other, &form)
		if err != nil {
			return err
		}
		if err := form.Err(); err != nil {
			return err
		}
		return wall.KeepApart(q.Context(), tx, q.By, one, other)
	})
	switch {
	case shown(err):
		return s.answerApart(w, q, p, err)
	case err != nil:
		return err
	}
	return redirect(w, q, "/apart?done=kept")
}

// numbered is the episode that a typed number names, where the reader may see it.
func numbered(q *Ask, tx *storage.Tx, field, typed string, form *fault.Form) (wall.Ref, error) {
	n := emergency.ParseNumber(typed)
	if n == "" {
		form.Add(field, map[string]string{"one": "wall.number-shape", "other": "wall.number-second"}[field])
		return wall.Ref{}, nil
	}
	found, err := tx.EpisodesNumbered(q.Context(), n)
	if err != nil {
		return wall.Ref{}, err
	}
	r := wall.Ref{Kind: access.Episode, ID: id.New()}
	if len(found) == 1 {
		r.ID = string(found[0])
	}
	_, err = tx.Granted(q.Context(), q.By, r.Kind, r.ID)
	if fault.Is(err, fault.NotFound) {
		form.Add(field, "wall.number")
		err = nil
	}
	return r, err
}

func (s *Server) letTogether(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return wall.LetTogether(q.Context(), tx, q.By, q.PostFormValue("pair"))
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/apart?done=removed")
}
