package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/storage"
)

// leadMay is the rule of volunteers, as package circle asks it.
func (s *Server) leadMay(tx *storage.Tx) circle.Ready { return circle.Ready(s.may(tx)) }

// askToLead asks a volunteer to lead a group, or one of its meetings.
func (s *Server) askToLead(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "asked", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Ask(ctx, tx, s.Models, s.leadMay(tx), q.By, of, number(typed(q, "no"), -1), access.AccountID(token(q, "who")))
	})
}

// dropFromCircle takes a topic away that names somebody.
func (s *Server) dropFromCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "untopic", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.DropTopic(ctx, tx, s.Models, q.By, of, circle.TopicID(token(q, "topic")))
	})
}

func (s *Server) unaskToLead(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "unasked", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Unask(ctx, tx, s.Models, q.By, of, number(typed(q, "no"), -1), access.AccountID(token(q, "who")))
	})
}
