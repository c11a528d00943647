package web_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/provider"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/web"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// frozen is a demo's clock that does not turn.
type frozen struct{}

func (frozen) Now() time.Time                        { return time.Unix(0, 0) }
func (frozen) Turn(context.Context, time.Time) error { return nil }

// asker is somebody at the door: a role, and what has become of the sign-in.
type asker struct{ role, state, token string }

func (a asker) String() string { return a.role + " " + a.state }

// as is the role that counts: a session that is over is nobody's.
func (a asker) as() string {
	if a.state == "live" || a.state == "unproved" {
		return a.role
	}
	return "visitor"
}

// reply is an answer as it left the house.
type reply struct {
	status int
	header http.Header
	body   string
}

// same tells whether two answers cannot be told apart.
func (r reply) same(o reply) bool {
	return r.status == o.status && r.body == o.body && maps.EqualFunc(r.header, o.header, slices.Equal)
}

// untilFlushed is a reader who has seen enough of a live answer when its first words come.
type untilFlushed struct {
	*httptest.ResponseRecorder
	stop context.CancelFunc
}

func (u untilFlushed) Flush() { u.stop() }

// walk is one database's walk through the whole table.
type walk struct {
	*matrixHouse
	t       *testing.T
	rules   matrixRules
	handler http.Handler
	askers  []asker
	asked   int
	holds   storagetest.Digest // what the house held after the last request that was to change nothing
	pages   map[string]reply   // what cannot be told apart: who asks, and where the page is a kind's own, its kind
}

// Every route × every role and every end of a session × every relation to what is named, for real: who may not is
// told so in one and the same way, and changes nothing (design 4.2).
func TestMatrix(t *testing.T) {
	rules := readMatrix(t)
	webtest.EachAtOnce(t, func(t *testing.T, h *webtest.House) {
		began := time.Now()
		w := &walk{matrixHouse: newMatrixHouse(t, h), t: t, rules: rules, pages: map[string]reply{}}
		w.open()
		furnished := time.Since(began)
		for _, r := range rules.routes {
			if r.method == http.MethodGet {
				w.allowed(r) // looking is noted, once a day: after this a look changes nothing
			}
		}
		w.holds = w.in.Digest()
		for _, r := range rules.routes {
			w.refused(r)
		}
		for _, r := range rules.routes {
			if r.method == http.MethodPost {
				w.allowed(r)
			}
		}
		t.Logf("%d requests; furnished in %v, asked in %v", w.asked, furnished, time.Since(began)-furnished)
		if w.asked < 25*len(rules.routes) {
			t.Errorf("only %d requests for %d routes", w.asked, len(rules.routes))
		}
	})
}

// providerHere is a real provider for the house under its name.
func providerHere(t *testing.T) *provider.Provider {
	back := "http://localhost:8080/sign-in/organisation/back"
	return provider.New(provider.Settings{Issuer: realProvider(t, back).URL, ClientID: "rinnalla", Secret: "secret", Redirect: back, MFA: []string{"pwd"}})
}

// open serves the house under a name, so that passkeys work too, and brings everybody to the door.
func (w *walk) open() {
	o := w.Server.Options
	o.BaseURL, _ = url.Parse("http://localhost:8080")
	o.Demo, o.Dev = frozen{}, true
	o.Organisation = providerHere(w.t)
	s, err := web.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.handler = s.Handler()
	for _, role := range w.rules.roles() {
		if token, signed := w.tokens[role+" live"]; signed || role == "visitor" || role == "client" {
			w.askers = append(w.askers, asker{role, "live", token})
		} else {
			w.t.Fatalf("nobody in the furnished house is %s", role)
		}
	}
	for role := range w.matrixHouse.roles {
		if role != "worker" && (role != "coordinator" || w.in.Driver == "postgres") {
			continue // whoever is nobody is nobody, whatever they were
		}
		for _, state := range append([]string{"unproved"}, deadStates...) {
			w.askers = append(w.askers, asker{role, state, w.tokens[role+" "+state]})
		}
		w.askers = append(w.askers, asker{role, "made-up", "bWFkZSB1cCBzZXNzaW9uIG9mIHRoaXJ0eSB0d28gYnl0"})
	}
}

// expects says what must come of a request: "in", "sign-in" (for the first time or again), or "not found" for a role
// that is barred from the route and for an object that is hidden.
func (w *walk) expects(r matrixRoute, a asker, relation string) string {
	role := a.as()
	switch {
	case !slices.Contains(w.rules.permissions[r.permission], role) && (role == "visitor" || role == "client"):
		return "sign-in"
	case !slices.Contains(w.rules.permissions[r.permission], role):
		return "barred"
	case r.fresh && a.state == "unproved":
		return "sign-in"
	case r.kind != "" && !w.rules.sees(r.kind, role, relation):
		return "hidden"
	}
	return "in"
}

// relationsOf are the relations in which the route is asked.
func (w *walk) relationsOf(r matrixRoute, a asker) []string {
	if r.kind == "" {
		return []string{""}
	}
	return slices.DeleteFunc(slices.Clone(relations), func(relation string) bool {
		if relation == "crossed" && w.things[r.kind]["crossed"].path["unit"] == "" {
			return true // a stay of one's own with another's values is crossed's
		}
		if a.state != "live" && relation != "own" && (w.in.Driver == "postgres" || relation != "outside" && relation != "unknown") {
			return true // whoever is nobody does not get as far as an object, on either database
		}
		_, ok := w.thing(r.kind, a.role, relation, false)
		return !ok
	})
}

func (w *walk) allowed(r matrixRoute) {
	for _, a := range w.askers {
		for _, relation := range w.relationsOf(r, a) {
			if w.expects(r, a, relation) != "in" || (a.state != "live" && r.method == http.MethodPost) {
				continue
			}
			post := r.method == http.MethodPost
			x, _ := w.thing(r.kind, a.role, relation, post)
			if post && a.token != "" {
				a.token = w.session(w.matrixHouse.roles[a.role]) // a step may end the one before
			}
			got := w.send(r, a, x, w.here, false)
			if !slices.Contains([]int{200, 204, 303, 409, 422, 429}, got.status) {
				w.t.Errorf("%s: %s, %s: %d, but may come in", r.name(), a, relation, got.status)
			}
		}
	}
}

// refused asks everything that must come to nothing, and then looks whether it did.
func (w *walk) refused(r matrixRoute) {
	for _, a := range w.askers {
		for _, relation := range w.relationsOf(r, a) {
			want := w.expects(r, a, relation)
			if want == "in" {
				if relation == "own" || relation == "" {
					w.crossed(r, a, relation)
				}
				continue
			}
			if want != "hidden" && w.in.Driver == "postgres" && !slices.Contains([]string{"", "own", "outside"}, relation) {
				continue // told before any object is looked for; of all of them on SQLite
			}
			x, _ := w.thing(r.kind, a.role, relation, false)
			for _, empty := range []bool{false, true} {
				if empty && (r.method == http.MethodGet || a.state != "live") {
					continue
				}
				got := w.send(r, a, x, w.here, empty)
				for name := range x.path { // leading on to the address that was asked for tells nothing
					if got.status != http.StatusSeeOther {
						break
					}
					got.header.Set("Location", strings.ReplaceAll(got.header.Get("Location"), url.PathEscape(unescaped(x.path[name])), name))
				}
				w.judge(r, a, relation, want, fmt.Sprint(r.method, w.address(r, x), empty), got)
			}
		}
	}
	if changed := w.changed(); len(changed) > 0 {
		w.t.Errorf("%s: somebody who was refused changed %v", r.name(), changed)
	}
}

// changed are the tables that hold something else than when it was last asked.
func (w *walk) changed() []string {
	now := w.in.Digest()
	tables := w.holds.Changed(now)
	w.holds = now
	return tables
}

func unescaped(s string) string {
	plain, _ := url.PathUnescape(s)
	return plain
}

// judge looks at one refusal: the status, and that it is the page that everybody in that place gets.
func (w *walk) judge(r matrixRoute, a asker, relation, want, at string, got reply) {
	status := map[string]int{"sign-in": http.StatusUnauthorized, "barred": http.StatusNotFound, "hidden": r.hidden}[want]
	own := want == "hidden" && (r.kind == "conversation" || r.kind == "link" || r.kind == "word" || r.hidden != http.StatusNotFound) // the kind has a page of its own
	if want == "hidden" && relation == "bytes" {
		own, status = false, http.StatusNotFound
		if len(w.things[r.kind]["own"].path)+len(w.things[r.kind]["outside"].path) == 0 {
			return // in a form: told as a form that cannot be read
		}
	}
	if got.status != status {
		w.t.Errorf("%s: %s, %s: %d, want %d (%s)", r.name(), a, relation, got.status, status, want)
		return
	}
	reader := a.as()
	if reader == a.role {
		reader = a.String() // a page of the staff's tells when its reader's own stay ends
	}
	page := reader + " not found"
	switch {
	case r.permission == "open" && !own:
		page = "visitor not found" // open pages look at nobody
	case want == "sign-in":
		page = fmt.Sprint(reader, " signs in at ", at) // the page holds the way back to what was asked for
	case own:
		page = fmt.Sprint(reader, r.name(), strings.HasSuffix(at, "true")) // what was typed may be there for its typer
	}
	if first, ok := w.pages[page]; !ok {
		w.pages[page] = got
	} else if !got.same(first) {
		w.t.Errorf("%s: %s, %s: the answer can be told apart: %s", r.name(), a, relation, difference(first, got))
	}
}

func difference(a, b reply) string {
	for name := range b.header {
		if !slices.Equal(a.header[name], b.header[name]) {
			return fmt.Sprintf("%s is %q and %q", name, a.header[name], b.header[name])
		}
	}
	n := 0
	for n < min(len(a.body), len(b.body)) && a.body[n] == b.body[n] {
		n++
	}
	return fmt.Sprintf("at byte %d: %.60q and %.60q", n, a.body[n:], b.body[n:])
}

// crossed sends one's own address, or a stay of one's own, with somebody else's values.
func (w *walk) crossed(r matrixRoute, a asker, relation string) {
	if r.method != http.MethodPost || a.role == "operator" || a.state != "live" {
		return
	}
	mine, _ := w.thing(r.kind, a.role, relation, false)
	for _, other := range []string{"colleague", "outside", "crossed"} {
		theirs, _ := w.thing(r.kind, a.role, other, false)
		base := w.here
		if other == "outside" {
			base = w.there
		}
		values := map[string]string{}
		maps.Copy(values, mine.values)
		maps.Copy(values, theirs.values)
		if w.rules.sees(r.kind, a.as(), other) || r.fill(w.here, mine.values) == r.fill(base, values) {
			continue // nothing here is anybody else's
		}
		got := w.send(r, a, thing{mine.path, values}, base, false)
		if changed := w.changed(); len(changed) > 0 || got.status >= 500 {
			w.t.Errorf("%s: %s, own address with %s values: %d, changed %v", r.name(), a, other, got.status, changed)
		}
	}
}

// unowned are the words of the file that stand for something new.
var unowned = []string{"$token", "$email", "$slug", "$ground"}

// fill is the form with everything that has an owner filled in.
func (r matrixRoute) fill(base, values map[string]string) string {
	all := maps.Clone(base)
	maps.Copy(all, values)
	var out []string
	for name, given := range r.form {
		for _, v := range given {
			if !slices.Contains(unowned, v) {
				out = append(out, fillIn(name, all)+"="+fillIn(v, all))
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "&")
}

// send asks for real, through the whole handler.
func (w *walk) send(r matrixRoute, a asker, x thing, base map[string]string, empty bool) reply {
	w.asked++
	values := maps.Clone(base)
	values["ground"] = emergency.Grounds[0]
	values["token"], values["email"], values["slug"] = "mZ0vQ4n8Xw1cB6yT3eR7uK5a", "uusi@example.org", "uusi" // of one who is refused
	if w.expects(r, a, "own") == "in" {
		values["token"], values["email"], values["slug"] = strings.ReplaceAll(id.New(), "-", ""), id.New()+"@example.org", "s"+id.New()[:8]
	}
	maps.Copy(values, x.values)
	form := url.Values{}
	for name, all := range r.form {
		for _, v := range all {
			form.Add(fillIn(name, values), fillIn(v, values))
		}
	}
	if a.role == "client" && r.permission != "open" {
		form.Set("stay", w.things["stay"]["own"].values["stay"])
	}
	body, kind := form.Encode(), "application/x-www-form-urlencoded"
	if r.json != "" {
		body, kind = r.json, "application/json"
	}
	if empty {
		body = ""
	}
	ctx, stop := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer stop()
	q := httptest.NewRequestWithContext(ctx, r.method, w.address(r, x), strings.NewReader(body))
	if r.method == http.MethodPost {
		q.Header.Set("Content-Type", kind)
		q.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if a.token != "" {
		q.AddCookie(&http.Cookie{Name: "rinnalla", Value: a.token})
	}
	out := untilFlushed{httptest.NewRecorder(), stop}
	w.handler.ServeHTTP(out, q)
	return reply{out.Code, out.Header(), out.Body.String()}
}

func fillIn(text string, values map[string]string) string {
	at := strings.Index(text, "$")
	if at < 0 {
		return text
	}
	return text[:at] + values[text[at+1:]]
}

func (w *walk) address(r matrixRoute, x thing) string {
	at := strings.ReplaceAll(r.pattern, "{$}", "")
	for _, values := range []map[string]string{r.path, x.path} {
		for name, v := range values {
			at = strings.ReplaceAll(at, "{"+name+"}", v)
		}
	}
	return at
}
