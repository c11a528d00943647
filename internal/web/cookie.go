package web

import (
	"net/http"
)

// The only cookie there is: a signed-in staff member's session. Over https its name makes the browser itself hold it
// to this host; the plain name serves the demo and development on this machine alone.
const (
	secureCookie = "__Host-rinnalla"
	plainCookie  = "rinnalla"
)

func (s *Server) https() bool { return s.BaseURL.Scheme == "https" }

func (s *Server) cookieName() string {
	if s.https() {
		return secureCookie
	}
	return plainCookie
}

// setSession gives the browser its session token, for as long as the browser is open.
func (s *Server) setSession(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.https(),
		SameSite: http.SameSiteStrictMode})
}

// endSession takes the cookie back, and what the browser may have kept of pages in spite of no-store (ASVS 14.3.1).
func (s *Server) endSession(w http.ResponseWriter) {
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Path: "/", HttpOnly: true, Secure: s.https(), SameSite: http.SameSiteStrictMode, MaxAge: -1})
}

// sessionToken is what the browser sent, at most once and of a plausible size. Over https the plain name is nobody's: a
// neighbouring host could have set it.
func (s *Server) sessionToken(r *http.Request) string {
	if c, err := r.Cookie(s.cookieName()); err == nil && len(c.Value) <= 128 {
		return c.Value
	}
	return ""
}
