package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
)

// mineOccasionRoutes are a volunteer's own days: yes, no, and the list of the day. Saying no leaves nothing.
func (s *Server) mineOccasionRoutes(add adder) {
	add("POST /mine/days/{id}/yes", access.AsVolunteer, s.sayYes)
	add("POST /mine/days/{id}/no", access.AsVolunteer, s.sayNo)
	add("GET /mine/days/{id}", access.AsVolunteer, s.showMyDay)
}

func (s *Server) sayYes(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=day-yes", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return occasion.Yes(ctx, tx, s.Models, s.dayMay(tx), q.By, occasion.ID(q.PathValue("id")))
	})
}

func (s *Server) sayNo(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=day-no", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return occasion.No(ctx, tx, s.Models, q.By, occasion.ID(q.PathValue("id")))
	})
}

func (s *Server) showMyDay(w http.ResponseWriter, q *Ask) error {
	return s.answerDayList(w, q, dayListPage{Frame: s.staffPage(q, q.P.T("mine.days.list"), "mine"), Mine: true, Back: "/mine"})
}
