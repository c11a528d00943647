package web

import (
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// publicRoutes are the pages of visitors, clients with a code and referring partners. Nothing here sets a cookie, and
// a client's page is always the answer to a POST, so that no address holds anything.
func (s *Server) publicRoutes(add adder) {
	for _, r := range []route{
		{"GET /{$}", access.Open, s.front},
		{"GET /services/{slug}", access.Open, s.service},
		{"GET /contact", access.Open, s.beforeContact},
		{"GET /contact/form", access.Open, s.contactForm},
		{"POST /contact/send", access.Open, s.sendContact},
		{"GET /partner", access.Open, s.partnerForm},
		{"POST /partner/send", access.Open, s.sendPartner},
		{"GET /code", access.Open, s.codeForm},
		{"POST /code", access.Open, s.enterCode},
		{"POST /code/look", access.Open, s.lookAgain},
		{"POST /code/pick", access.Open, s.pickSlot},
		{"POST /code/cancel", access.Open, s.cancelMeeting},
		{"POST /code/way", access.Open, s.answerWay},
		{"POST /code/erase", access.Open, s.eraseRequest},
		{"POST /code/leave", access.Open, s.leaveCode},
		{"GET /chat", access.Open, s.chatStatus},
		{"POST /chat/start", access.Open, s.startChat},
		{"POST /chat/say", access.Open, s.sayInChat},
		{"POST /chat/read", access.Open, s.readChat},
		{"POST /chat/live", access.Open, s.liveChat},
		{"POST /chat/end", access.Open, s.endChat},
		{"GET /safety", access.Open, s.safety},
		{"GET /privacy", access.Open, s.privacy},
		{"GET /accessibility", access.Open, s.accessibility},
	} {
		add(r.pattern, r.permission, r.handler)
	}
	// The answer to a POST has its address in the browser's field. Somebody who loads it again from there comes to the
	// page where it begins, and nothing is sent twice.
	for pattern, to := range map[string]string{"GET /contact/send": "/contact", "GET /partner/send": "/partner",
		"GET /code/{step}": "/code", "GET /chat/{step}": "/chat"} {
		add(pattern, access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path(to)) })
	}
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
