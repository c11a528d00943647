package web_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/web"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

const extra = "Rubiinikolibri"

// every POST route, as the route table has it, refuses a field it does not know, a field that comes twice, a field
// in its address and a body that no handler reads. Nothing is written, nothing of it is logged or said back.
func TestEveryFormRefusesWhatItDoesNotKnow(t *testing.T) {
	o, clock := storagetest.Options(t, "sqlite"), storagetest.NewClock()
	o.Now = clock.Now
	h := webtest.In(t, storagetest.OpenWith(t, o), clock)
	noora := h.SignIn("noora")
	request, _ := takeIn(t, noora, "Tukea arkeen")
	second, _ := takeIn(t, noora, "Tukea arkeen")
	ids := map[string]string{"requests": filepath.Base(second), "episodes": filepath.Base(episodeOf(t, book(t, h, noora, request))), "unit": string(h.Unit),
		"staff": string(h.Staff["elina"].Account), "hours": string(h.Staff["noora"].Account), "places": string(h.Places[0].ID), "offers": string(h.Offers[webtest.Adult].ID)}
	all := hireIn(t, h, "kaikki", locale.Finnish, h.Unit, access.Worker, access.Coordinator, access.Volunteer)
	changes := watchFile(t, o.Path)
	forms := posted(h.Server)
	if len(forms) < 70 {
		t.Fatalf("%d forms", len(forms))
	}
	for _, f := range forms {
		b := h.Visitor()
		if f.Permission.Staff {
			b = all
		}
		at := address(f.Pattern, ids)
		for name, r := range strangeForms(t, h.URL+at, f) {
			p := sendAs(b, all, f.Permission.Staff, r)
			switch {
			case strings.Contains(f.Pattern, "/exit"):
				if p.Status != http.StatusSeeOther {
					t.Errorf("%s, %s = %d: leaving is stopped by nothing", f.Pattern, name, p.Status)
				}
			case strings.Contains(f.Pattern, "/gateway/"): // a machine speaks here, of whose words one is read
				if p.Status != http.StatusNotFound || strings.Contains(p.Body, extra) {
					t.Errorf("%s, %s = %d without the secret", f.Pattern, name, p.Status)
				}
			case p.Status != http.StatusUnprocessableEntity:
				t.Errorf("%s, %s = %d %q", f.Pattern, name, p.Status, p.Heading())
			case strings.Contains(p.Body, extra), strings.Contains(p.Body, "note"):
				t.Errorf("%s, %s: the answer tells what was sent", f.Pattern, name)
			}
		}
		if n := changes(); n > 0 {
			t.Errorf("%s: something was written", f.Pattern)
		}
	}
	if log := h.Log.String(); strings.Contains(log, extra) || strings.Contains(log, "note") {
		t.Error("what was sent is in the log")
	}
}

// strangeForms are requests that carry more than a route knows, beside what it knows.
func strangeForms(t *testing.T, at string, f web.Route) map[string]*http.Request {
	t.Helper()
	out := map[string]*http.Request{}
	add := func(name, at, kind, body string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		out[name] = r
	}
	const form = "application/x-www-form-urlencoded"
	known := url.Values{}
	for _, name := range f.Fields {
		if name = strings.TrimRight(name, ".*"); !strings.Contains(name, "{") {
			known.Set(name, "x")
		}
	}
	long := strings.Repeat(extra+" kertoi ", 20)[:400]
	json := slices.Contains(f.Fields, "{json}")
	if !json || len(f.Fields) > 1 {
		with := url.Values{"note": {long}}
		for name, v := range known {
			with[name] = v
		}
		add("a note", at, form, with.Encode())
		add("an address", at+"?note="+extra, form, known.Encode())
	}
	for _, name := range f.Fields {
		if !strings.HasSuffix(name, "...") && !strings.Contains(name, "{") {
			name = strings.TrimRight(name, "*")
			add("twice "+name, at, form, url.Values{name: {extra, extra}}.Encode())
		}
	}
	add("parts", at, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"+long+"\r\n--b--\r\n")
	add("plain text", at, "text/plain", "note="+long)
	add("JSON", at, "application/json", fmt.Sprintf(`{"note":%q}`, long))
	return out
}

// sendAs sends a request as staff or as a visitor.
func sendAs(b, staff *webtest.Browser, signedIn bool, r *http.Request) *webtest.Page {
	if signedIn {
		staff.Sign(r)
	}
	return b.Do(r)
}

var wild = regexp.MustCompile(`/([a-z]+)/\{[a-z]+\}`)

// address fills the ids into a pattern.
func address(pattern string, ids map[string]string) string {
	return wild.ReplaceAllStringFunc(strings.TrimPrefix(pattern, "POST "), func(part string) string {
		noun := wild.FindStringSubmatch(part)[1]
		if ids[noun] == "" {
			return "/" + noun + "/11111111-1111-4111-8111-111111111111"
		}
		return "/" + noun + "/" + ids[noun]
	})
}

// watchFile tells whether anything was committed to a SQLite file since it was asked last.
func watchFile(t *testing.T, path string) func() int {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // the pragma is one connection's view
	t.Cleanup(func() { db.Close() })
	read := func() (n int) {
		if err := db.QueryRow("PRAGMA data_version").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	last := read()
	return func() int {
		was := last
		last = read()
		return last - was
	}
}

// What was typed in known fields is not lost: the page that refuses sends it again without the rest, in the reader's
// language; and on a client's page it says why there is nowhere to write.
func TestARefusedFieldLosesNothingElse(t *testing.T) {
	h := webtest.New(t)
	for lang, words := range map[string]string{"": "Lomakkeessa oli jotain ylimääräistä", "/sv": "Formuläret innehöll något extra", "/en": "The form had something extra in it"} {
		b := h.Visitor()
		form := b.Form(b.Get(lang+"/contact/form"), "/contact/send")
		form.Values.Set("name", "Lumi")
		form.Values["times"] = []string{"evening", "weekend"}
		form.Values.Set("reason", extra)
		p := b.Want(b.Post(form.Action, form.Values), http.StatusUnprocessableEntity, words)
		again := b.Form(p, lang+"/contact/send")
		if again.Values.Get("name") != "Lumi" || len(again.Values["times"]) != 2 || again.Values.Has("reason") {
			t.Errorf("%s: sends again %v", lang, again.Values)
		}
		codeOn(t, b.Submit(p, "/contact/send"))
	}
	b := h.SignIn("noora")
	request, _ := takeIn(t, b, "Tukea arkeen")
	at := episodeOf(t, book(t, h, b, request))
	meeting := b.Form(b.Get(at), at+"/cancel").Values.Get("meeting")
	p := b.Want(b.Post(at+"/cancel", url.Values{"meeting": {meeting}, "reason": {"ill"}, "note": {extra}}), http.StatusUnprocessableEntity,
		"Tapaamisista ei tehdä kirjauksia eikä lausuntoja", "Mitään ei tallennettu.")
	b.Want(b.Get(at), http.StatusOK, "sovittu:")
	b.Want(b.Submit(p, at+"/cancel"), http.StatusOK, "peruttu")
	signIn := h.Visitor().Post("/sign-in", url.Values{"email": {"a@example.org"}, "password": {"salainen sana"}, "note": {extra}})
	if strings.Contains(signIn.Body, "salainen") || !strings.Contains(signIn.Body, "a@example.org") {
		t.Error("a password comes back, or the address does not")
	}
}

// Leaving from the page that refuses ends the talk as the page before would have.
func TestLeavingFromARefusal(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	b := h.Visitor()
	talk := b.Submit(b.Get("/chat"), "/chat/start")
	p := b.Want(b.Submit(talk, "/chat/read", "note", extra), http.StatusUnprocessableEntity)
	leave(b, p)
	b.Want(b.Submit(talk, "/chat/read"), http.StatusConflict, "Keskustelu on päättynyt")
	code := ask(t, b)
	client := open(b, code)
	p = b.Want(b.Submit(client, "/code/look", "note", extra), http.StatusUnprocessableEntity)
	leave(b, p)
	b.Want(b.Submit(client, "/code/look"), http.StatusConflict)
}

// leave follows the page's way out.
func leave(b *webtest.Browser, p *webtest.Page) {
	for _, a := range p.Root.Tags("a") {
		if a.Attr["id"] == "exit" {
			b.Get(a.Attr["href"])
		}
	}
}

// No page of ours has a field that its form's route would refuse.
func TestPagesAndRoutesAgree(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	noora := h.SignIn("noora")
	request, code := takeIn(t, noora, "Tukea lapselle", "age", "9")
	takeIn(t, noora, "Tukea arkeen")
	book(t, h, noora, request)
	mux, forms := http.NewServeMux(), map[string]web.Route{}
	for _, f := range posted(h.Server) {
		forms[f.Pattern] = f
		mux.Handle(f.Pattern, http.NotFoundHandler())
	}
	v := h.Visitor()
	seen := map[string]bool{}
	look := func(p *webtest.Page) {
		for _, f := range p.Forms() {
			if f.Method != http.MethodPost {
				continue
			}
			r, err := http.NewRequest(http.MethodPost, strings.TrimPrefix(strings.TrimPrefix(f.Action, "/sv"), "/en"), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, pattern := mux.Handler(r)
			seen[pattern] = true
			for _, n := range f.Node.All(func(n *webtest.Node) bool { return n.Attr["name"] != "" }) {
				if form := forms[pattern]; form.Fields.Known(n.Attr["name"]) == "" {
					t.Errorf("%s: %s does not know %q", p.URL.Path, pattern, n.Attr["name"])
				}
			}
		}
	}
	look(open(v, code))
	look(v.Submit(v.Get("/chat"), "/chat/start"))
	crawl(v, []string{"/", "/partner", "/sign-in", "/contact/form?for=" + webtest.Child}, look)
	crawl(hireIn(t, h, "kaikki", locale.Finnish, h.Unit, access.Worker, access.Coordinator), []string{"/desk", "/unit", "/staff/invite", "/account/password", "/unit/" + string(h.Unit) + "/places/new"}, look)
	crawl(noora, []string{"/episodes"}, look)
	if len(seen) < 40 {
		t.Errorf("only %d forms were seen", len(seen))
	}
}

// crawl follows every link of ours from where it begins, each address once.
func crawl(b *webtest.Browser, queue []string, look func(*webtest.Page)) {
	seen := map[string]bool{}
	for len(queue) > 0 && len(seen) < 150 {
		at := queue[0]
		queue = queue[1:]
		if at, _, _ = strings.Cut(at, "#"); seen[at] || !strings.HasPrefix(at, "/") || strings.HasPrefix(at, "/exit") || strings.HasPrefix(at, "/static") {
			continue
		}
		seen[at] = true
		p := b.Get(at)
		look(p)
		for _, a := range p.Root.Tags("a") {
			queue = append(queue, a.Attr["href"])
		}
	}
}

// posted are the routes that take a form.
func posted(s *web.Server) []web.Route {
	return slices.DeleteFunc(s.Routes(), func(r web.Route) bool { return !strings.HasPrefix(r.Pattern, "POST ") })
}
