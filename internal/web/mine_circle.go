package web

import (
	"context"
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// mineCircleRoutes are a volunteer's own groups (A-22, R-190…R-199): yes and no, meetings, how many came, topics. No name of anybody who
// takes part is on them, and saying no leaves nothing. The number 0 is the group itself.
func (s *Server) mineCircleRoutes(add adder) {
	add("GET /mine/ideas", access.AsVolunteer, s.showMyIdeas)
	add("POST /mine/ideas", access.AsVolunteer, s.sendMyIdea, "kind", "title", "area", "online", "helps", "token")
	add("POST /mine/ideas/{id}/back", access.AsVolunteer, s.takeMyIdeaBack)
	add("GET /mine/groups/{id}", access.AsVolunteer, s.showMyGroup)
	add("POST /mine/groups/{id}/topic", access.AsVolunteer, s.proposeInMyGroup, "topic")
	add("POST /mine/groups/{id}/untopic", access.AsVolunteer, s.dropFromMyGroup, "topic")
	add("GET /mine/groups/{id}/{no}", access.AsVolunteer, s.showMyMeeting)
	add("POST /mine/groups/{id}/{no}/yes", access.AsVolunteer, s.yesToLead)
	add("POST /mine/groups/{id}/{no}/no", access.AsVolunteer, s.noToLead)
	add("POST /mine/groups/{id}/{no}/come", access.AsVolunteer, s.comeAfterAll)
	add("POST /mine/groups/{id}/{no}/count", access.AsVolunteer, s.countMyMeeting, "came")
}

// myGroup is a group on a volunteer's pages.
type myGroup struct{ circle.Own }

func (g myGroup) to(step string) string { return "/mine/groups/" + string(g.ID) + step }

// myGroupPage is one group, to the volunteer who leads it.
type myGroupPage struct {
	Frame    ui.StaffPage
	G        myGroup
	M        *circle.Meeting // the one that the page is about; nil is the group
	Topic    string
	Came     string
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showMyGroup(w http.ResponseWriter, q *Ask) error { return s.answerMyGroup(w, q, nil) }

func (s *Server) showMyMeeting(w http.ResponseWriter, q *Ask) error {
	return s.answerMyGroup(w, q, nil)
}

func (s *Server) answerMyGroup(w http.ResponseWriter, q *Ask, wrong error) error {
	v := myGroupPage{Frame: s.staffPage(q, q.P.T("mine.groups.one"), "mine"), Mistakes: ui.MistakesOf(q.P, wrong),
		Done: q.done("mine.groups.done.", "yes", "away", "come", "counted", "topic", "untopic")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.G.Own, err = circle.One(q.Context(), tx, s.Models, s.leadMay(tx), q.By, circle.ID(q.PathValue("id")))
		return err
	})
	if err != nil {
		return err
	}
	if no := q.PathValue("no"); no != "" && !v.choose(no) {
		return notFound()
	}
	if wrong != nil {
		v.Frame.Wrong, v.Done = true, ""
		v.Topic, v.Came = typed(q, "topic"), typed(q, "came")
	}
	if v.M != nil {
		return s.show(w, q, statusOf(wrong), myMeetingView(q, v))
	}
	return s.show(w, q, statusOf(wrong), myGroupView(q, v))
}

// choose finds the meeting that the page is about, among those that are the volunteer's to see.
func (v *myGroupPage) choose(no string) bool {
	for _, m := range v.G.Meetings {
		if strconv.Itoa(m.No) != no {
			continue
		}
		if v.M = &m; m.Came >= 0 {
			v.Came = strconv.Itoa(m.Came)
		}
		return true
	}
	return no == "0" // what is about the group itself is told on its page
}

// myGroupStep does something with one's own group and goes on, or shows the page again with what was typed.
func (s *Server) myGroupStep(w http.ResponseWriter, q *Ask, to string, do func(ctx context.Context, tx *storage.Tx, of circle.ID, no int) error) error {
	of, no := circle.ID(q.PathValue("id")), number(q.PathValue("no"), -1)
	back := s.answerMyGroup
	if no == 0 || no > 0 && to == "" {
		back = s.answerMine
	}
	if to == "" {
		to = "/mine?done=group-no"
	} else {
		to = "/mine/groups/" + string(of) + to
	}
	return s.mine(w, q, to, back, func(ctx context.Context, tx *storage.Tx) error { return do(ctx, tx, of, no) })
}

func (s *Server) yesToLead(w http.ResponseWriter, q *Ask) error {
	of, no := circle.ID(q.PathValue("id")), number(q.PathValue("no"), -1)
	return s.mine(w, q, "/mine/groups/"+string(of)+"?done=yes", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return circle.Yes(ctx, tx, s.Models, s.leadMay(tx), q.By, of, no)
	})
}

// noToLead goes back to the group where the volunteer leads on, and to their first page otherwise.
func (s *Server) noToLead(w http.ResponseWriter, q *Ask) error {
	to := ""
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		o, err := circle.One(q.Context(), tx, s.Models, s.leadMay(tx), q.By, circle.ID(q.PathValue("id")))
		if o.Leads && q.PathValue("no") != "0" {
			to = "?done=away"
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.myGroupStep(w, q, to, func(ctx context.Context, tx *storage.Tx, of circle.ID, no int) error {
		return circle.No(ctx, tx, s.Models, q.By, of, no)
	})
}

func (s *Server) comeAfterAll(w http.ResponseWriter, q *Ask) error {
	return s.myGroupStep(w, q, "?done=come", func(ctx context.Context, tx *storage.Tx, of circle.ID, no int) error {
		return circle.ComeAfterAll(ctx, tx, s.Models, q.By, of, no)
	})
}

func (s *Server) countMyMeeting(w http.ResponseWriter, q *Ask) error {
	return s.myGroupStep(w, q, "?done=counted", func(ctx context.Context, tx *storage.Tx, of circle.ID, no int) error {
		return circle.CountMine(ctx, tx, s.Models, q.By, of, no, number(typed(q, "came"), -1))
	})
}

func (s *Server) proposeInMyGroup(w http.ResponseWriter, q *Ask) error {
	return s.myGroupStep(w, q, "?done=topic", func(ctx context.Context, tx *storage.Tx, of circle.ID, _ int) error {
		return circle.ProposeMine(ctx, tx, s.Models, q.By, of, typed(q, "topic"))
	})
}

func (s *Server) dropFromMyGroup(w http.ResponseWriter, q *Ask) error {
	return s.myGroupStep(w, q, "?done=untopic", func(ctx context.Context, tx *storage.Tx, of circle.ID, _ int) error {
		return circle.DropMine(ctx, tx, s.Models, q.By, of, circle.TopicID(token(q, "topic")))
	})
}
