package web

import (
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// publicRoutes are the pages of visitors, clients with a code and referring partners. Nothing here sets a cookie, and
// a client's page is always the answer to a POST, so that no address holds anything.
func (s *Server) publicRoutes(add adder) {
	add("GET /{$}", access.Open, s.front)
	add("GET /services/{slug}", access.Open, s.service)
	add("GET /contact", access.Open, s.beforeContact)
	add("GET /contact/form", access.Open, s.contactForm)
	add("POST /contact/send", access.Open, s.paced(intake.Form, s.sendContact), askFields()...)
	add("GET /partner", access.Open, s.partnerForm)
	add("POST /partner/send", access.Open, s.paced(intake.Partner, s.sendPartner), append(askFields(), "present", "referrer")...)
	add("GET /code", access.Open, s.codeForm)
	add("POST /code", access.Open, s.enterCode, "code*")
	add("POST /code/look", access.Open, s.lookAgain, "stay")
	add("POST /code/pick", access.Open, s.pickSlot, "stay", "slot")
	add("POST /code/cancel", access.Open, s.cancelMeeting, "stay", "meeting")
	add("POST /code/goal", access.Open, s.agreeOwnGoal, "stay", "goal", "revision", "answer")
	add("POST /code/way", access.Open, s.answerWay, "stay", "way", "answer")
	add("POST /code/reach", access.Open, s.askReach, "stay")
	add("POST /code/allow", access.Open, s.allowReach, permissionFields("stay")...)
	s.rightsRoutes(add)
	s.publicCircleRoutes(add)
	s.publicOccasionRoutes(add)
	s.helpRoutes(add)
	s.answerRoutes(add)
	add("POST /code/answer", access.Open, s.answerSafety, "stay", "answer")
	add("POST /code/leave", access.Open, s.leaveCode, "stay")
	add("GET /chat", access.Open, s.chatStatus)
	add("POST /chat/start", access.Open, s.startChat, "for", "text")
	add("POST /chat/say", access.Open, s.sayInChat, "talk", "seen", "for", "text")
	add("POST /chat/read", access.Open, s.readChat, "talk", "seen", "for")
	add("POST /chat/live", access.Open, s.liveChat, "talk", "seen", "for", "after")
	add("POST /chat/end", access.Open, s.endChat, "talk")
	add("GET /safety", access.Open, s.safety)
	add("GET /privacy", access.Open, s.privacy)
	add("GET /accessibility", access.Open, s.accessibility)
	// The answer to a POST has its address in the browser's field. Somebody who loads it again from there comes to the
	// page where it begins, and nothing is sent twice.
	for pattern, to := range map[string]string{"GET /contact/send": "/contact", "GET /partner/send": "/partner",
		"GET /code/{step}": "/code", "GET /chat/{step}": "/chat"} {
		add(pattern, access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path(to)) })
	}
}

// askFields are what the form of asking for help may carry: every way of reaching out has its own.
func askFields() []string {
	out := []string{"token", "at", "for", "settled", "channel", "times...", "places...", "area", "name", "age...", "language"}
	for _, channel := range []string{"call", "sms", "email"} {
		out = append(out, reachNames(channel)...)
	}
	return out
}

// reachNames are what is asked for one way of reaching out, under names of its own.
func reachNames(channel string) []string {
	out := []string{channel + "-allowed..."}
	for _, name := range []string{"address", "hour-from", "hour-to", "last-day", "others", "code-word"} {
		out = append(out, channel+"-"+name)
	}
	return out
}

// stayPage is the frame of an answer within a stay: leaving ends the stay itself. Its address holds the exit alone, a
// value that opens nothing.
func (s *Server) stayPage(q *Ask, title, exit string) ui.Page {
	pg := s.publicPage(q, title, "")
	pg.Exit.Action = "/exit/" + exit
	return pg
}

// typed is one line as a person typed it: no ends of white space, no line breaks or other unprintable characters.
func typed(q *Ask, name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, q.PostFormValue(name)))
}

// token is a value that a page of ours made. Anything that is too long for one is none.
func token(q *Ask, name string) string {
	if v := q.PostFormValue(name); len(v) <= 128 {
		return v
	}
	return ""
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }

// shown tells a mistake that brings the page back from one that is a page of its own.
func shown(err error) bool { return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) }
