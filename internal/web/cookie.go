package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/web/outside"
)

func (s *Server) https() bool { return s.BaseURL.Scheme == "https" }

func (s *Server) cookieName() string { return outside.CookieName(s.https()) }

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

func (s *Server) sessionToken(r *http.Request) string { return outside.Session(r, s.cookieName()) }
