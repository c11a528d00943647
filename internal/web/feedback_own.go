package web

import (
	"context"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
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
