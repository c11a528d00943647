package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// What an attack looks like has a name in the log, so that lines can be counted; whose it was has none (V16.3.2, V16.3.3).
func TestEventsHaveNames(t *testing.T) {
	h := webtest.New(t)
	worker := h.SignIn("noora")
	visitor := h.Visitor()
	log := func() string { return h.Log.String() }
	for _, c := range []struct {
		event, pattern string
		do             func()
	}{
		{"hidden", "GET /requests/{id}", func() { worker.Get("/requests/" + id.New()) }},
		{"hidden", "GET /unit", func() { worker.Get("/unit") }},
		{"sign-in-asked", "GET /desk", func() { visitor.Get("/desk") }},
		{"sign-in-refused", "POST /sign-in", func() {
			visitor.Post("/sign-in", url.Values{"email": {"kukaan@example.org"}, "password": {"arvaus"}})
		}},
		{"unknown-field", "POST /account", func() { worker.Post("/account", url.Values{"name": {"Noora"}, "lang": {"fi"}, "role": {"operator"}}) }},
		{"too-large", "POST /code", func() { visitor.Post("/code", url.Values{"code": {strings.Repeat("x", 70<<10)}}) }},
		{"other-site", "", func() {
			foreign := h.Visitor()
			foreign.Header = http.Header{"Sec-Fetch-Site": {"cross-site"}}
			foreign.Post("/code", url.Values{"code": {"x"}})
		}},
		{"slowed-down", "POST /sign-in", func() {
			for range 12 {
				visitor.Post("/sign-in", url.Values{"email": {"kukaan@example.org"}, "password": {"arvaus"}})
				if strings.Contains(log(), `"slowed-down"`) {
					return
				}
			}
		}},
	} {
		before := len(log())
		c.do()
		found := false
		for line := range strings.Lines(log()[before:]) {
			found = found || strings.Contains(line, `"event":"`+c.event+`"`) && strings.Contains(line, `"pattern":"`+c.pattern+`"`)
		}
		if !found {
			t.Errorf("%s is not in the log as %s: %s", c.pattern, c.event, log()[before:])
		}
	}
	if text := log(); strings.Contains(text, string(h.Staff["noora"].Account)) || strings.Contains(text, "kukaan") {
		t.Error("the log names somebody")
	}
	before := len(log())
	worker.Get("/desk")
	if strings.Contains(log()[before:], `"event"`) {
		t.Error("an ordinary page is an event")
	}
}
