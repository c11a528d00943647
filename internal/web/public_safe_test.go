package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

var openPages = []string{"/", "/services/tuki", "/services/lapset", "/services/ryhma", "/contact", "/contact?for=tuki", "/contact/form", "/contact/form?for=lapset",
	"/partner", "/code", "/chat", "/chat?for=tuki", "/safety", "/privacy", "/accessibility"}

// eachPage visits every public page in every language: those with an address, and those that only a form reaches.
func eachPage(t *testing.T, h *webtest.House, look func(b *webtest.Browser, p *webtest.Page)) {
	t.Helper()
	for _, lang := range []string{"", "/sv", "/en"} {
		b := h.Visitor()
		for _, path := range openPages {
			look(b, b.Want(b.Get(strings.TrimSuffix(lang+path, "/")+map[bool]string{true: "/"}[lang+path == "/"]), http.StatusOK))
		}
		made := b.Submit(b.Get(lang+"/contact/form"), "/contact/send")
		look(b, made)
		client := b.Submit(b.Get(lang+"/code"), "/code", "code", codeOn(t, made))
		look(b, b.Want(client, http.StatusOK))
		look(b, b.Submit(client, "/code/leave"))
		look(b, b.Submit(b.Get(lang+"/code"), "/code", "code", "x"))
		talk := b.Want(b.Submit(b.Get(lang+"/chat"), "/chat/start"), http.StatusOK)
		look(b, talk)
		look(b, b.Submit(talk, "/chat/end"))
		look(b, b.Get(lang+"/nowhere"))
	}
}

// Words that would tell somebody looking over a shoulder, or at the history, what the site is about.
var telling = regexp.MustCompile(`(?i)väkival|lähisuhde|turvakot|turvaverk|pahoinpi|hyväksikäyt|kriisi|uhri|våld|misshand|övergrepp|skyddshem|kris|offer|violen|abuse|shelter|crisis|victim|domestic`)

// A-25, D-180: titles and addresses are neutral, no cookie is set, nothing comes from elsewhere, nothing may be kept,
// and the way out is on every page, right after the skip link.
func TestPublicPagesAreSafe(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	eachPage(t, h, func(b *webtest.Browser, p *webtest.Page) {
		at := p.URL.Path + " (" + p.Heading() + ")"
		if telling.MatchString(p.Title()) || telling.MatchString(p.URL.String()) {
			t.Errorf("%s: title %q tells", at, p.Title())
		}
		if b.Cookies() > 0 || len(p.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets a cookie", at)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"} {
			if got := p.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", at, name, got)
			}
		}
		if csp := p.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", at, csp)
		}
		exitOf(t, p)
		if links := p.Root.Tags("a"); links[0].Attr["href"] != "#main" || !strings.HasPrefix(links[1].Attr["href"], "/exit") {
			t.Errorf("%s begins with %q and %q, not with the skip links", at, links[0].Words(), links[1].Words())
		}
		if len(p.Root.Tags("h1")) != 1 {
			t.Errorf("%s has %d first headings", at, len(p.Root.Tags("h1")))
		}
		outside(t, at, p)
	})
}

// outside looks for anything that would ask another site, run in the page, or tell where somebody was.
func outside(t *testing.T, at string, p *webtest.Page) {
	t.Helper()
	for _, n := range p.Root.All(func(*webtest.Node) bool { return true }) {
		for name, value := range n.Attr {
			switch {
			case name == "style" || strings.HasPrefix(name, "on"):
				t.Errorf("%s: <%s> has %s", at, n.Name, name)
			case name == "data-url": // where a script leaves to
			case strings.Contains(value, "//") && value != "http://www.w3.org/2000/svg":
				t.Errorf("%s: <%s %s> leads outside: %q", at, n.Name, name, value)
			}
		}
		if n.Name == "style" || n.Name == "iframe" || (n.Name == "script" && (n.Attr["src"] == "" || n.Words() != "")) {
			t.Errorf("%s has <%s> in it", at, n.Name)
		}
		if n.Name == "input" && n.Attr["autocomplete"] != "off" && n.Attr["type"] != "hidden" {
			t.Errorf("%s: the browser may remember %q", at, n.Attr["name"])
		}
	}
}

// Every language's page says that it is in that language and leads to the other two.
func TestPublicPagesInThreeLanguages(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	for lang, want := range map[string]string{"": "Saat apua, kun olet valmis.", "/sv": "Hjälpen finns när du är redo.", "/en": "Help is here when you are ready."} {
		p := b.Want(b.Get(lang+"/"), http.StatusOK, want)
		code := strings.TrimPrefix(lang, "/")
		if code == "" {
			code = "fi"
		}
		if got := p.Root.Tags("html")[0].Attr["lang"]; got != code {
			t.Errorf("%s/ says that it is in %q", lang, got)
		}
		for _, n := range p.Root.Tags("a") {
			if to := n.Attr["href"]; n.Attr["hreflang"] == "" && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "/exit") && to != "/sign-in" {
				b.Want(b.Get(to), http.StatusOK)
				if lang != "" && !strings.HasPrefix(to, lang) {
					t.Errorf("%s/ leads out of its language to %s", lang, to)
				}
			}
		}
	}
}

// The bad input: a clear status, the reader's language, and nothing half-done.
func TestBadInput(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	token := b.Form(b.Get("/contact/form"), "/contact/send").Values.Get("token")
	good := url.Values{"token": {token}, "for": {webtest.Adult}}
	with := func(name, value string) url.Values {
		v := url.Values{"token": {token}, "for": {webtest.Adult}}
		v.Set(name, value)
		return v
	}
	for _, c := range []struct {
		name, method, path string
		values             url.Values
		status             int
	}{
		{"oversized", "POST", "/contact/send", with("name", strings.Repeat("a", 70<<10)), 413},
		{"not text", "POST", "/contact/send", with("name", "\xff\xfe"), 422},
		{"null byte", "POST", "/contact/send", with("name", "a\x00b"), 422},
		{"a name too long", "POST", "/contact/send", with("name", strings.Repeat("ä", 61)), 422},
		{"no such channel", "POST", "/contact/send", with("channel", "pigeon"), 422},
		{"no such language", "POST", "/contact/send", with("language", "xx"), 422},
		{"no such wish", "POST", "/contact/send", with("times", "never"), 422},
		{"no such area", "POST", "/contact/send", with("area", "Ankkalinna"), 422},
		{"no such service", "POST", "/contact/send", with("for", "' OR 1=1 --"), 404},
		{"a service without contacts", "POST", "/contact/send", with("for", webtest.Group), 404},
		{"an age that is none", "POST", "/contact/send", url.Values{"token": {token}, "for": {webtest.Child}, "age": {"-3"}}, 422},
		{"no token", "POST", "/contact/send", url.Values{"token": {"short"}, "for": {webtest.Adult}}, 422},
		{"a partner's choice that is none", "POST", "/partner/send", url.Values{"token": {token}, "present": {"yes"}, "referrer": {"self"}}, 422},
		{"an unknown service", "GET", "/services/..%2f..%2fetc%2fpasswd", nil, 404},
		{"a hostile service", "GET", "/contact?for=%3Cscript%3E", nil, 404},
		{"an unknown address", "GET", "/nowhere", nil, 404},
		{"an unknown address in Swedish", "GET", "/sv/nowhere", nil, 404},
		{"a method that is not taken", "POST", "/contact/form", good, 405},
		{"another method that is not taken", "DELETE", "/code", nil, 405},
		{"a stay that never was", "POST", "/code/pick", url.Values{"stay": {"x"}, "slot": {"y"}}, 409},
		{"a chat that never was", "POST", "/chat/say", url.Values{"talk": {"x"}, "text": {"y"}}, 409},
		{"a chat of no service", "POST", "/chat/start", url.Values{"for": {"none"}}, 404},
	} {
		p := b.Send(c.method, c.path, c.values)
		if p.Status != c.status {
			t.Errorf("%s: %d %q, want %d", c.name, p.Status, p.Heading(), c.status)
		}
		if len(p.Root.Tags("h1")) != 1 || strings.Contains(p.Body, "<script>") {
			t.Errorf("%s is answered by %q", c.name, p.Body)
		}
	}
	if n := waiting(t, h); n != 0 {
		t.Errorf("%d requests were made of bad input", n)
	}
	if p := b.Send("POST", "/contact/form", good); p.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow is %q", p.Header.Get("Allow"))
	}
}

// Another site cannot make a browser send our forms.
func TestOtherSitesForms(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	b.Header.Set("Sec-Fetch-Site", "cross-site")
	b.Header.Set("Origin", "https://evil.example")
	token := b.Form(b.Get("/contact/form"), "/contact/send").Values
	b.Want(b.Post("/contact/send", token), http.StatusForbidden, "toiselta sivustolta")
	if n := waiting(t, h); n != 0 {
		t.Errorf("another site made %d requests", n)
	}
}

// HEAD is GET without the page.
func TestHead(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	for _, path := range openPages {
		if p := b.Send(http.MethodHead, path, nil); p.Status != http.StatusOK || p.Body != "" {
			t.Errorf("HEAD %s = %d with %d bytes", path, p.Status, len(p.Body))
		}
	}
}

// What people trust us with is in no log: not their words, their numbers, their codes, nor where they came from.
func TestNothingOfAVisitorIsLogged(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	b := h.Visitor()
	code := ask(t, b, "name", "Lumikki", "channel", "sms", "sms-address", "040 987 6543", "sms-hour-from", "9", "sms-hour-to", "12")
	client := open(b, code)
	open(b, "K7MQ-4T9X-2BHW")
	talk := b.Submit(b.Submit(b.Get("/chat"), "/chat/start"), "/chat/say", "text", "salaisuus")
	b.Get("/nowhere/Lumikki")
	for _, secret := range []string{"Lumikki", "040 987", "0409876543", "+358409876543", strings.ReplaceAll(code, " ", ""), "K7MQ", "salaisuus", "127.0.0.1",
		b.Form(client, "/code/look").Values.Get("stay"), b.Form(talk, "/chat/end").Values.Get("talk"), strings.TrimPrefix(exitOf(t, client), "/exit/")} {
		if strings.Contains(h.Log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(h.Log.String(), `"pattern":"POST /code"`) {
		t.Error("the log holds no request at all")
	}
}
