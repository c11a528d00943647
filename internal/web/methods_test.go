package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// Methods nobody serves are refused, and none of them shows a request back to who sent it (ASVS 4.1.4, 13.4.4).
func TestOnlyKnownMethods(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	b.Header.Set("X-Secret", "vadelma")
	for _, method := range []string{http.MethodTrace, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete, "PROPFIND"} {
		for _, path := range []string{"/", "/code", "/sign-in", "/desk", "/static/site.css", "/health", "/exit"} {
			p := b.Send(method, path, nil)
			if p.Status != http.StatusMethodNotAllowed || strings.Contains(p.Body, "vadelma") || p.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s = %d", method, path, p.Status)
			}
		}
	}
}

// A watcher, and a stranger, learn that pages are answered, and not which version answers them (ASVS 13.4.6).
func TestHealthTellsNothingElse(t *testing.T) {
	p := webtest.New(t).Visitor().Get("/health")
	if p.Status != http.StatusOK || strings.TrimSpace(p.Body) != `{"status":"ok"}` {
		t.Errorf("%d %q", p.Status, p.Body)
	}
}
