package web

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// The joint process of two has a page of its own look at /episodes/{id}. It names neither party and leads to nobody's own
// visits; what one of them said alone is a condition that holds or does not (decision 0053).

func (s *Server) jointRoutes(add adder) {
	add("POST /episodes/{id}/safer", access.ClientWork, s.stepEpisode(s.markSafer), "safer")
	add("POST /episodes/{id}/wait", access.ClientWork, s.stepEpisode(s.waitVisit), "meeting")
	add("POST /episodes/{id}/pair", access.ClientWork, s.stepEpisode(s.pairWorkers), "second")
}

func (s *Server) markSafer(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	if err := mine(ctx, tx, q, id); err != nil {
		return err
	}
	return joint.Safer(ctx, tx, s.Models, q.By, id, q.PostForm.Get("safer") == "yes")
}

func (s *Server) waitVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Wait(ctx, tx, s.Models, q.By, meetingID(q))
}

// isJoint tells whether the page is of two who meet together.
func (p episodePage) isJoint() bool { return p.Model.Parties != nil }

// onHold is the meeting that waits for a new time, if one does.
func (p episodePage) onHold() (appointment.Shown, bool) {
	for _, m := range p.Meetings {
		if m.State == appointment.OnHold {
			return m, true
		}
	}
	return appointment.Shown{}, false
}

// coming is the meeting that is agreed or is to be marked, if there is one.
func (p episodePage) coming() (appointment.Shown, bool) {
	for _, m := range p.Meetings {
		if m.State == appointment.Booked {
			return m, true
		}
	}
	return appointment.Shown{}, false
}

// mayMove tells why a meeting cannot be given another time now, nil where it can.
func (p episodePage) mayMove(q *Ask, m appointment.Shown) error {
	if f := episode.CanTouch(p.Model, p.State, model.Move, string(m.ID), q.Now); f != nil {
		return f
	}
	return nil
}

// jointNext is the one step that comes first for the two workers.
func (p episodePage) jointNext(q *Ask) string {
	if p.Episode.Stage != episode.StageOpen {
		return "over"
	}
	if m, ok := p.onHold(); ok {
		if p.mayMove(q, m) == nil {
			return "new-time"
		}
		return "hold"
	}
	if m, ok := p.coming(); ok {
		if m.Starts.After(q.Now) {
			return "meet"
		}
		return "mark"
	}
	switch {
	case p.Relation == access.ByWorker && !p.State.MarkedSafer(q.By.Account):
		return "safer"
	case p.can(model.Book) == nil:
		return "book"
	case p.State.FreeNumber() == 0:
		return "end"
	}
	return "conditions"
}
