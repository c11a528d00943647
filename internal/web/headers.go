package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// policy lets a page load our own style and script and talk to us, and nothing else whatever.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what every answer carries: nothing is kept, nothing framed, nothing told to the next site. Names are
// written as net/http spells them, and the values are made once: they are the same for every answer.
func (s *Server) headers(next http.Handler) http.Handler {
	always := []struct {
		name  string
		value []string
	}{
		{"Content-Security-Policy", []string{policy}},
		{"Cache-Control", []string{"no-store"}},
		{"Referrer-Policy", []string{"no-referrer"}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"X-Frame-Options", []string{"DENY"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
		{"Permissions-Policy", []string{"camera=(), microphone=(), geolocation=(), browsing-topics=()"}},
		{"X-Robots-Tag", []string{"noarchive"}},
		{"Strict-Transport-Security", []string{"max-age=63072000; includeSubDomains"}},
	}
	if s.BaseURL.Scheme != "https" {
		always = always[:len(always)-1]
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for _, x := range always {
			h[x.name] = x.value
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what another site makes a browser send (no token needed, so public pages are equal for all).
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &Ask{Request: r, P: locale.For(languageOf(r)), Now: s.DB.Now()}
		s.fail(w, q, fault.New(fault.Forbidden, "form.other-site"))
	}))
	return guard.Handler(next)
}

type languageKey struct{}

// language takes "/sv" or "/en" off the front of a public address; Finnish has no prefix. No cookie remembers it.
func (s *Server) language(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lang, rest := outside.Language(r.URL.Path); lang != locale.Finnish {
			r = r.WithContext(context.WithValue(r.Context(), languageKey{}, lang))
			u := *r.URL
			u.Path, u.RawPath = rest, ""
			r.URL = &u
		}
		next.ServeHTTP(w, r)
	})
}

func languageOf(r *http.Request) locale.Lang {
	if l, ok := r.Context().Value(languageKey{}).(locale.Lang); ok {
		return l
	}
	return locale.Finnish
}

// path is a public address in the reader's language.
func (q *Ask) path(p string) string { return ui.In(q.P, p) }

// recorder remembers the status and the route for the log. An address that no route knows has no pattern.
type recorder struct {
	http.ResponseWriter
	status  int
	pattern string
	staff   bool // the route asks for somebody who works here
	refused bool // a form held a field that nobody knows
}

// event names what matters for safety, so that a count of lines shows an attack; "" for what does not. It names nobody.
func (r *recorder) event() string {
	_, path, _ := strings.Cut(r.pattern, " ")
	door := path == "/sign-in" || strings.HasPrefix(path, "/sign-in/")
	switch {
	case r.refused:
		return "unknown-field"
	case r.status == http.StatusUnauthorized:
		return "sign-in-asked"
	case r.status == http.StatusUnprocessableEntity && door:
		return "sign-in-refused"
	case r.status == http.StatusForbidden:
		return "other-site"
	case r.status == http.StatusRequestEntityTooLarge:
		return "too-large"
	case r.status == http.StatusTooManyRequests:
		return "slowed-down"
	case r.status == http.StatusNotFound && r.staff:
		return "hidden"
	case r.status == http.StatusSeeOther && r.pattern == "POST /sign-in":
		return "signed-in"
	}
	return ""
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController flush live answers.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logged writes one line a request with the route's pattern, never its address, and catches what panics.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Log.Error("panic", "pattern", rec.pattern)
				if rec.status == 0 {
					s.fail(rec, &Ask{Request: r, P: locale.For(languageOf(r)), Now: s.DB.Now()}, fault.New(fault.Internal, "internal"))
				}
			}
			line := []slog.Attr{slog.String("method", method(r)), slog.String("pattern", rec.pattern), slog.Int("status", rec.status), slog.Duration("took", time.Since(start))}
			if event := rec.event(); event != "" {
				line = append(line, slog.String("event", event))
			}
			s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", line...)
		}()
		next.ServeHTTP(rec, r)
	})
}

// method is one of the methods we know: what a stranger sends as a method is not ours to log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return r.Method
	}
	return "other"
}

// limitBody keeps a body from being larger than any of ours, whatever the route.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		}
		next.ServeHTTP(w, r)
	})
}
