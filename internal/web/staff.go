package web

import (
	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/id"
)

// staffRoutes are the pages of workers and coordinators.
func (s *Server) staffRoutes(add adder) {
	add("GET /desk", access.ClientWork, s.showDesk)
	s.intakeRoutes(add)
	s.episodeRoutes(add)
	s.visitRoutes(add)
	s.endingRoutes(add)
	s.coupleRoutes(add)
	s.jointRoutes(add)
	s.sheetRoutes(add)
	s.reachRoutes(add)
	s.wallRoutes(add)
	s.listRoutes(add)
	s.chatsRoutes(add)
	s.groupRoutes(add)
	s.lineRoutes(add)
	s.hoursRoutes(add)
	s.unitRoutes(add)
	s.roomRoutes(add)
	s.figureRoutes(add)
	s.commitmentRoutes(add)
	s.billingRoutes(add)
	s.emergencyRoutes(add)
	s.auditRoutes(add)
	s.erasureRoutes(add)
	s.volunteerRoutes(add)
	s.mineRoutes(add)
	s.feedbackRoutes(add)
}

// addressOf is where a request or an episode is worked with.
func addressOf(kind access.Kind, id string) string { return "/" + string(kind) + "s/" + id }

// formToken makes sending a form twice the same as sending it once.
func formToken() string { return id.New() }
