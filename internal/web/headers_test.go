package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/web"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// every is what every answer carries, whatever was asked and whatever came of it (issue 3 point 9, D-180).
var every = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"Cache-Control":                "no-store",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), browsing-topics=()",
	"X-Robots-Tag":                 "noarchive",
}

// sometimes are the other headers that an answer of ours may have. What is not named here is a decision still to be made.
var sometimes = []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Location", "Allow", "Retry-After", "Vary", "Set-Cookie",
	"Clear-Site-Data", "X-Accel-Buffering", "Strict-Transport-Security", "Date", "Etag"}

// checkHeaders looks at one answer. An asset whose address changes with its content may be kept.
func checkHeaders(t *testing.T, at string, h http.Header, https bool) {
	t.Helper()
	for name, want := range every {
		if strings.HasPrefix(at, "GET /static/") && strings.Contains(at, "?v=") && name == "Cache-Control" {
			want = "public, max-age=31536000, immutable"
		}
		if got := h.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %q", at, name, got)
		}
	}
	for name := range h {
		if _, ok := every[name]; !ok && !slices.Contains(sometimes, name) {
			t.Errorf("%s has a header %s: %q", at, name, h[name])
		}
	}
	if got := h.Get("Strict-Transport-Security"); (got != "") != https || (https && !strings.HasPrefix(got, "max-age=63072000")) {
		t.Errorf("%s over https %v: Strict-Transport-Security is %q", at, https, got)
	}
	for _, c := range h.Values("Set-Cookie") {
		site := "SameSite=Strict"
		if name, _, _ := strings.Cut(c, "="); strings.HasSuffix(name, "-go") { // the way to the organisation's sign-in and back
			site = "SameSite=Lax"
		}
		if !strings.Contains(c, "HttpOnly") || !strings.Contains(c, site) || strings.Contains(c, "Secure") != https {
			t.Errorf("%s: the cookie is %q", at, c)
		}
		if https && !strings.HasPrefix(c, "__Host-") {
			t.Errorf("%s: the cookie %q is not held to this host", at, c)
		}
	}
}

// breaking is a demo's clock that fails in every way.
type breaking struct{ frozen }

func (breaking) Turn(_ context.Context, to time.Time) error {
	if to.Unix() > 3600 {
		panic("turned too far")
	}
	return errors.New("stuck")
}

// Every route of the table, as everybody, and every way in which something goes wrong.
func TestHeadersOnEveryAnswer(t *testing.T) {
	rules := readMatrix(t)
	w := &walk{matrixHouse: newMatrixHouse(t, webtest.New(t)), t: t, rules: rules}
	w.open()
	for _, base := range []string{"http://localhost:8080", "https://esimerkki.fi"} {
		o := w.Server.Options
		o.BaseURL, _ = url.Parse(base)
		o.Dev, o.Demo, o.Organisation = true, breaking{}, providerHere(t)
		s, err := web.New(o)
		if err != nil {
			t.Fatal(err)
		}
		w.handler = s.Handler()
		https := o.BaseURL.Scheme == "https"
		for _, r := range rules.routes {
			for _, a := range w.askers {
				if a.state != "live" {
					continue
				}
				x, _ := w.thing(r.kind, a.role, "own", false)
				checkHeaders(t, r.name(), w.send(r, a, x, w.here, r.method == http.MethodPost).header, https)
			}
		}
		checkErrors(t, w.handler, https)
	}
}

// checkErrors makes every kind of refusal and fault, by the whole handler.
func checkErrors(t *testing.T, handler http.Handler, https bool) {
	t.Helper()
	seen := map[int]bool{}
	ask := func(method, path, body string, headers ...string) {
		q := httptest.NewRequest(method, path, strings.NewReader(body))
		q.RemoteAddr = "198.51.100.7:1"
		if method == http.MethodPost {
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			q.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		for i := 0; i < len(headers); i += 2 {
			q.Header.Set(headers[i], headers[i+1])
		}
		out := httptest.NewRecorder()
		handler.ServeHTTP(out, q)
		seen[out.Code] = true
		checkHeaders(t, fmt.Sprint(method, " ", path, " = ", out.Code), out.Header(), https)
	}
	for _, path := range []string{"/", "/nowhere", "/sv/nowhere", "/health", "/static/nothing.js", "/static/", "//code", "/code/../nowhere", "/%00", "/?x=%ff", "/robots.txt", "/favicon.ico",
		"/.well-known/security.txt"} {
		ask("GET", path, "")
		ask("HEAD", path, "")
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"} {
		ask(method, "/contact", "")
		ask(method, "/health", "")
		ask(method, "/static/exit.js", "")
	}
	ask("POST", "/contact/send", "name="+strings.Repeat("a", 70<<10))
	ask("POST", "/contact/send", "name=%zz")
	ask("POST", "/contact/send", "name=a%00b")
	ask("POST", "/contact/send", "x=1", "Content-Type", "multipart/form-data; boundary=b")
	ask("POST", "/contact/send", "x=1", "Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example")
	ask("POST", "/exit", "", "Sec-Fetch-Dest", "empty")
	ask("POST", "/demo/clock", "to=1970-01-01T00:00:01Z")
	ask("POST", "/demo/clock", "to=1970-01-02T00:00:00Z")
	for range 8 {
		ask("POST", "/code", "code=K7MQ-4T9X-2BHW")
	}
	for _, status := range []int{200, 204, 303, 401, 403, 404, 405, 413, 422, 429, 500} {
		if !seen[status] && status != 303 && status != 401 {
			t.Errorf("nothing was answered by %d", status)
		}
	}
}

// Every asset, and over a real connection: the server adds nothing about itself.
func TestHeadersOfAssetsAndServer(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	for _, p := range []*webtest.Page{b.Get("/"), h.SignIn("noora").Get("/desk")} {
		addresses := []string{p.URL.Path}
		for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Name == "link" || n.Name == "script" || n.Name == "img" }) {
			addresses = append(addresses, n.Attr["href"]+n.Attr["src"])
		}
		if len(addresses) < 3 {
			t.Errorf("%s loads %v", p.URL.Path, addresses)
		}
		for _, at := range addresses {
			checkHeaders(t, "GET "+at, b.Get(at).Header, false)
		}
	}
	checkHeaders(t, "GET /health", b.Get("/health").Header, false)
}

// sessionOf is a new stay's token.
func sessionOf(h *webtest.House, who string) string { return (&matrixHouse{House: h}).session(who) }

// Leaving takes everything that the browser may have kept.
func TestLeavingClearsTheSite(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	for _, path := range []string{"/exit", "/exit/anything", "/sv/exit"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			p := b.Send(method, path, map[string][]string{})
			// Not the tab's own memory that one has left: it is what keeps Back from showing the page.
			if got := p.Header.Get("Clear-Site-Data"); got != `"cache", "cookies"` || p.Status != http.StatusSeeOther {
				t.Errorf("%s %s = %d, Clear-Site-Data %s", method, path, p.Status, got)
			}
		}
	}
	for _, path := range []string{"/sign-out", "/account/everywhere"} {
		r := httptest.NewRequest(http.MethodPost, path, nil)
		r.AddCookie(&http.Cookie{Name: "rinnalla", Value: sessionOf(h, "noora")})
		out := httptest.NewRecorder()
		h.Server.Handler().ServeHTTP(out, r)
		gone := strings.Contains(out.Header().Get("Set-Cookie"), "Max-Age=0")
		if got := out.Header().Get("Clear-Site-Data"); got != `"cache"` || !gone {
			t.Errorf("%s = %d leaves %q, Clear-Site-Data %s", path, out.Code, out.Header().Get("Set-Cookie"), got)
		}
	}
}
