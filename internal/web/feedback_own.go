package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
)

// ownForm is the form that a client's own page offers when visits are over, and the word by which it is given once. A way without a form
// is none. A seat of joint meetings has the form of those meetings; a guardian's talks have a parent's, and a child's page a child's.
func (s *Server) ownForm(ctx context.Context, tx *storage.Tx, h intake.Holder) (feedback.Way, string, error) {
	if h.Episode == "" {
		return feedback.Way{}, "", nil
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	if err != nil {
		return feedback.Way{}, "", err
	}
	m, ok := s.Models.Model(e.Model, e.Version)
	if !ok {
		return feedback.Way{}, "", nil
	}
	v, err := appointment.ForClient(ctx, tx, s.Models, h)
	if err != nil || !visitsOver(v) {
		return feedback.Way{}, "", err
	}
	of := model.OfAdult
	if p, ok := m.Part(e.Part); ok && p.Who == model.Guardian {
		of = model.OfParent
	} else if who, err := tx.Person(ctx, e.Person); err != nil {
		return feedback.Way{}, "", err
	} else if who.Kind == person.Child {
		of = model.OfChild
	}
	f, ok := m.FeedbackAt(model.AtEnding, of)
	if !ok {
		return feedback.Way{}, "", nil
	}
	return feedback.Way{Unit: e.Unit, Model: m.ID, Version: m.Version, Form: f.ID}, "episode/" + h.Episode, nil
}

// visitsOver tells whether nothing more is to come: of a seat, whether the meetings of the two are over.
func visitsOver(v appointment.ClientView) bool {
	switch v.State {
	case appointment.ClientEnding, appointment.ClientFollow, appointment.ClientClosed:
		return true
	}
	return false
}

// offersForm tells whether the client's page offers the form now. A seat's page does as long as it stands: it is the same for the two, and
// tells nothing of what either has done (decision 0058).
func (s *Server) offersForm(ctx context.Context, tx *storage.Tx, h intake.Holder, seat bool) (bool, error) {
	way, who, err := s.ownForm(ctx, tx, h)
	if err != nil || way.Form == "" || seat {
		return way.Form != "" && err == nil, err
	}
	drawn, err := feedback.Drawn(ctx, tx, who, way)
	return !drawn, err
}

// memberForm is the form that a participant's own page offers when their group has no coming meetings, and the word by which it is given
// once. The word names the participant, of whom nothing is left some days later. Whoever waited and had no place has nothing to answer.
func (s *Server) memberForm(v circle.Visit, o circle.OwnView) (feedback.Way, string) {
	f, ok := o.Model.FeedbackAt(model.AtEnding, model.OfMember)
	if !ok || o.Waiting || len(o.Coming) > 0 {
		return feedback.Way{}, ""
	}
	return feedback.Way{Unit: o.Unit.ID, Model: o.Model.ID, Version: o.Model.Version, Form: f.ID}, "participant/" + string(v.Participant.ID)
}

func (s *Server) offersMemberForm(ctx context.Context, tx *storage.Tx, v circle.Visit, o circle.OwnView) (bool, error) {
	way, who := s.memberForm(v, o)
	if way.Form == "" {
		return false, nil
	}
	drawn, err := feedback.Drawn(ctx, tx, who, way)
	return !drawn, err
}

// drawInCircle gives a participant the form about their group, once, and leads straight to it.
func (s *Server) drawInCircle(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeCircle(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	var hand feedback.Hand
	var right string
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		o, err := v.View(q.Context(), tx)
		if err != nil {
			return err
		}
		way, who := s.memberForm(v, o)
		if way.Form == "" {
			return fault.New(fault.Conflict, "feedback.none")
		}
		right, hand, err = feedback.Draw(q.Context(), tx, s.Models, who, way)
		return err
	})
	if err != nil && shown(err) {
		return s.showOwnCircle(w, q, v, "", err)
	}
	if err != nil {
		return err
	}
	p := s.answering(q, hand, right)
	p.Exit.Action = "/exit/" + v.Exit
	return s.show(w, q, http.StatusOK, answerView(p))
}
