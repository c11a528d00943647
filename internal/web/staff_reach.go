package web

import (
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// reachRoutes are asking anew how a client may be reached, and the messages that will leave (A-24, D-185).
func (s *Server) reachRoutes(add adder) {
	for _, of := range []string{"/requests/{id}", "/episodes/{id}"} {
		add("GET "+of+"/contact", access.ClientWork, s.showReach)
		add("POST "+of+"/contact", access.ClientWork, s.renewReach, permissionFields()...)
		add("POST "+of+"/contact/stop", access.ClientWork, s.stopMessage, "message")
		add("POST "+of+"/contact/seen", access.ClientWork, s.seenReach, "back")
	}
}

// permissionFields are what a form that asks the permission anew may carry.
func permissionFields(besides ...string) []string {
	out := append(besides, "channel")
	for _, channel := range []string{"call", "sms", "email"} {
		out = append(out, reachNames(channel)...)
	}
	return out
}

// readPermission is the permission as it was typed. Every way of reaching out has its own fields.
func readPermission(q *Ask) contact {
	c := contact{Channel: typed(q, "channel")}
	c.Address, c.From, c.To = typed(q, c.field("address")), typed(q, c.field("hour-from")), typed(q, c.field("hour-to"))
	c.LastDay, c.Word, c.Allowed = typed(q, c.field("last-day")), typed(q, c.field("code-word")), q.PostForm[c.field("allowed")]
	c.Others = typed(q, c.field("others"))
	return c
}

// reachTarget is the request or the episode in the address.
func reachTarget(q *Ask) (outgoing.Target, string) {
	id := q.PathValue("id")
	if strings.HasPrefix(q.URL.Path, "/requests/") {
		return outgoing.Target{Request: intake.RequestID(id)}, addressOf(access.Request, id)
	}
	return outgoing.Target{Episode: episode.ID(id)}, addressOf(access.Episode, id)
}

// reachPage asks everything anew: nothing of the old permission is filled in, and the old number least of all.
type reachPage struct {
	Frame ui.StaffPage
	Base  string
	View  outgoing.View
	Ask   contactPage
}

func (s *Server) showReach(w http.ResponseWriter, q *Ask) error {
	return s.answerReach(w, q, contact{}, nil)
}

func (s *Server) answerReach(w http.ResponseWriter, q *Ask, typed contact, wrong error) error {
	t, base := reachTarget(q)
	v := reachPage{Frame: s.staffPage(q, q.P.T("reach.title"), ""), Base: base, Ask: contactPage{Page: ui.Page{P: q.P}, C: typed}}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.View, err = outgoing.Read(q.Context(), tx, q.By, t)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Ask.Mistakes, v.Frame.Wrong = typed.mistakes(q, wrong), true
	}
	return s.show(w, q, statusOf(wrong), reachView(q, v))
}

func (s *Server) renewReach(w http.ResponseWriter, q *Ask) error {
	t, base := reachTarget(q)
	typed := readPermission(q)
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return outgoing.Renew(q.Context(), tx, q.By, t, typed.permission())
	})
	if err != nil && shown(err) {
		return s.answerReach(w, q, typed, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, base+keptMark)
}

// permission is what was typed, where something must be chosen: silence is no answer when one is asked.
func (c contact) permission() person.SafeContact {
	out := c.safe()
	if out.Channel == "" {
		out.Channel = "?" // refused as no choice, beside everything else
	}
	return out
}

func (s *Server) stopMessage(w http.ResponseWriter, q *Ask) error {
	t, base := reachTarget(q)
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return outgoing.Stop(q.Context(), tx, q.By, t, outgoing.ID(token(q, "message")))
	})
	if err != nil {
		return err
	}
	return redirect(w, q, base)
}

// seenReach takes a client's notices off the desks, from the client's page or from the desk itself.
func (s *Server) seenReach(w http.ResponseWriter, q *Ask) error {
	t, base := reachTarget(q)
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return outgoing.Seen(q.Context(), tx, q.By, t) })
	if err != nil {
		return err
	}
	if q.PostFormValue("back") == "desk" {
		base = "/desk"
	}
	return redirect(w, q, base)
}
