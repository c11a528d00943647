package web_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/web"
)

const longPassword = "villasukka kuivuu narulla"

// staffHouse is the real site on a real database, with one unit.
type staffHouse struct {
	*testing.T
	db    *storage.DB
	clock *storagetest.Clock
	site  *httptest.Server
	unit  access.UnitID
	log   *strings.Builder
}

func newStaffHouse(t *testing.T) *staffHouse {
	t.Helper()
	h := &staffHouse{T: t, clock: storagetest.NewClock(), unit: access.UnitID(id.New()), log: &strings.Builder{}}
	h.db = storagetest.Open(t, "sqlite", h.clock)
	base, _ := url.Parse("http://localhost")
	s, err := web.New(web.Options{DB: h.db, Log: slog.New(slog.NewTextHandler(h.log, nil)), BaseURL: base, ExitURL: "https://example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	h.site = httptest.NewServer(s.Handler())
	t.Cleanup(h.site.Close)
	h.update(func(tx *storage.Tx) error {
		return tx.PutUnit(t.Context(), organization.Unit{ID: h.unit, Slug: "a", Zone: "Europe/Helsinki",
			Name: organization.Names{locale.Finnish: "Pohjoinen", locale.Swedish: "Norr", locale.English: "North"}})
	})
	return h
}

func (h *staffHouse) update(f func(tx *storage.Tx) error) {
	h.Helper()
	if err := h.db.Update(h.Context(), f); err != nil {
		h.Fatal(err)
	}
}

// invite makes an account with roles in the unit and gives its link and id.
func (h *staffHouse) invite(email string, lang locale.Lang, roles ...access.Role) (string, access.AccountID) {
	h.Helper()
	var ms []access.Membership
	for _, r := range roles {
		ms = append(ms, access.Membership{Unit: h.unit, Role: r})
	}
	var link string
	var a account.Account
	h.update(func(tx *storage.Tx) (err error) {
		a, link, err = account.InviteFor(h.Context(), tx, access.System(), "Aino Esimerkki", email, lang, ms)
		return err
	})
	return link, a.ID
}

// demo is a browser signed in by a demo link.
func (h *staffHouse) demo(email string, lang locale.Lang, roles ...access.Role) (*browser, access.AccountID) {
	h.Helper()
	_, who := h.invite(email, lang, roles...)
	var link string
	h.update(func(tx *storage.Tx) (err error) {
		link, err = account.LinkFor(h.Context(), tx, access.System(), who, account.Demo)
		return err
	})
	b := h.browser()
	b.get("/sign-in/link/" + link)
	return b, who
}

// browser keeps cookies and does not follow redirects.
type browser struct {
	*staffHouse
	client *http.Client
}

func (h *staffHouse) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	status int
	to     string
	body   string
	header http.Header
}

func (b *browser) get(path string) answer {
	b.Helper()
	r, err := b.client.Get(b.site.URL + path)
	return b.answer(r, err)
}

func (b *browser) post(path string, pairs ...string) answer {
	b.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := b.client.PostForm(b.site.URL+path, form)
	return b.answer(r, err)
}

func (b *browser) answer(r *http.Response, err error) answer {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer{r.StatusCode, r.Header.Get("Location"), html.UnescapeString(string(body)), r.Header}
}

func (b *browser) want(what string, got answer, status int, to string, texts ...string) {
	b.Helper()
	if got.status != status || got.to != to {
		b.Errorf("%s: got %d to %q, want %d to %q", what, got.status, got.to, status, to)
	}
	for _, text := range texts {
		if !strings.Contains(got.body, text) {
			b.Errorf("%s: the page lacks %q", what, text)
		}
	}
}

var secretShape = regexp.MustCompile(`secret=([A-Z2-7]+)`)

// setUp goes from the link to a password with codes, as a person would, and gives the secret.
func (b *browser) setUp(link string) string {
	b.Helper()
	return b.setUpTo(link, "/desk")
}

func (b *browser) setUpTo(link, to string) string {
	b.Helper()
	b.want("the link", b.get("/sign-in/link/"+link), 200, "", "/sign-in/link/"+link)
	b.want("its use", b.post("/sign-in/link/"+link), 303, "/sign-in/set-up")
	page := b.get("/sign-in/set-up")
	found := secretShape.FindStringSubmatch(page.body)
	if found == nil {
		b.Fatal("the set-up page shows no secret")
	}
	b.want("set-up", b.post("/sign-in/set-up", "password", longPassword, "again", longPassword, "code", b.code(found[1])), 303, to)
	return found[1]
}

func (b *browser) code(secret string) string {
	b.Helper()
	code, err := totp.GenerateCode(secret, b.clock.Now())
	if err != nil {
		b.Fatal(err)
	}
	return code
}

// From the invitation to signing in again with a password and a code, without scripts (design 4.10).
func TestInvitationToSignIn(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.want("the desk before", b.get("/desk"), 401, "", "Kirjaudu sisään", `value="/desk"`)
	secret := b.setUp(link)
	b.want("the own page", b.get("/account"), 200, "", "Aino Esimerkki")
	b.want("the link again", b.get("/sign-in/link/"+link), 404, "", "Linkki ei toimi enää")
	b.want("set-up again", b.get("/sign-in/set-up"), 303, "/account")

	b.want("signing out", b.post("/sign-out"), 303, "/sign-in?out")
	b.want("afterwards", b.get("/account"), 401, "")
	h.clock.Add(time.Minute)
	b.want("signing in", b.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", b.code(secret), "to", "/account?done=name"), 303, "/account?done=name")
	b.want("the own page", b.get("/account"), 200, "", "Aino Esimerkki")

	if text := h.log.String(); strings.Contains(text, "aino") || strings.Contains(text, link) {
		t.Errorf("the log tells who signs in: %s", text)
	}
}

// The session's cookie is closed to scripts and other sites, is new at each sign-in, and the former one is dead.
func TestSessionCookie(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	secret := b.setUp(link)
	site, _ := url.Parse(h.site.URL)
	before := b.client.Jar.Cookies(site)[0]
	h.clock.Add(time.Minute)
	got := b.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", b.code(secret))
	set := got.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie %q lacks %s", strings.SplitN(set, "=", 2)[0], want)
		}
	}
	if strings.Contains(set, "Max-Age") || strings.Contains(set, "Expires") {
		t.Error("the cookie outlives the browser")
	}
	if b.client.Jar.Cookies(site)[0].Value == before.Value {
		t.Error("the token is the same after signing in again")
	}
	former := h.browser()
	former.client.Jar.SetCookies(site, []*http.Cookie{before})
	former.want("the former token", former.get("/account"), 401, "")
}

func TestBadSetUp(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.English, access.Worker)
	b := h.browser()
	b.want("using the link", b.post("/en/sign-in/link/"+link), 303, "/sign-in/set-up")
	page := b.get("/sign-in/set-up")
	secret := secretShape.FindStringSubmatch(page.body)[1]
	for what, c := range map[string][4]string{
		"short":      {"short", "short", b.code(secret), "at least 12 characters"},
		"common":     {"password12345", "password12345", b.code(secret), "too easy to guess"},
		"unlike":     {longPassword, longPassword + "x", b.code(secret), "not the same"},
		"wrong code": {longPassword, longPassword, "000", "The one-time code is not right"},
	} {
		got := b.post("/sign-in/set-up", "password", c[0], "again", c[1], "code", c[2])
		b.want(what, got, 422, "", c[3], "<title>Error:")
		if strings.Contains(got.body, `value="`+c[0]+`"`) {
			t.Errorf("%s: the password came back in the page", what)
		}
		if now := secretShape.FindStringSubmatch(got.body)[1]; now != secret {
			t.Errorf("%s: the page offers another secret, so the application's code will never match", what)
		}
	}
	b.want("no rights yet", b.get("/desk"), 404, "")
	picture := b.get("/sign-in/set-up/square")
	if picture.status != 200 || picture.header.Get("Content-Type") != "image/png" {
		t.Errorf("the QR code: %d %s", picture.status, picture.header.Get("Content-Type"))
	}
	b.want("set-up", b.post("/sign-in/set-up", "password", longPassword, "again", longPassword, "code", b.code(secret)), 303, "/desk")
}

// Every failure reads the same and takes the same time at least; after five the caller waits.
func TestRefusedSignIn(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	secret := h.browser().setUp(link)
	h.clock.Add(time.Minute)
	b := h.browser()
	bodies := map[string]bool{}
	for _, try := range [][2]string{{"aino@example.org", "not the right password"}, {"ainu@example.org", "not the right password"}, {"aino@example.org", longPassword}} {
		start := time.Now()
		got := b.post("/sign-in", "email", try[0], "password", try[1], "code", "000000")
		if took := time.Since(start); took < 600*time.Millisecond {
			t.Errorf("a refusal took %v, want the common 600 ms at least", took)
		}
		b.want("refused", got, 422, "", "Kirjautuminen ei onnistunut", `value="`+try[0]+`"`)
		bodies[strings.ReplaceAll(got.body, try[0], "")] = true
	}
	if len(bodies) != 1 {
		t.Errorf("%d different pages for refusals, want one", len(bodies))
	}
	for range 2 {
		b.post("/sign-in", "email", "other@example.org")
	}
	got := b.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", b.code(secret))
	b.want("the sixth", got, 429, "")
	h.clock.Add(31 * time.Second)
	b.want("after the wait", b.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", b.code(secret)), 303, "/desk")
}

// Signing in leads back to our own pages alone.
func TestReturnPath(t *testing.T) {
	h := newStaffHouse(t)
	b := h.browser()
	for to, kept := range map[string]bool{"/desk": true, "/episodes?page=2": true, "//evil.example": false, "///evil.example": false, "/\\evil.example": false, "https://evil.example/": false,
		"javascript:alert(1)": false, "/sign-out": false, "/exit/x": false, "/a\tb": false, "desk": false} {
		got := b.get("/sign-in?to=" + url.QueryEscape(to))
		if has := strings.Contains(got.body, `name="to"`); has != kept {
			t.Errorf("to=%q: carried along %v, want %v", to, has, kept)
		}
	}
	b.want("in Swedish", b.get("/sv/sign-in"), 200, "", "Inloggning för personalen", `action="/sv/sign-in"`)
}

func TestStayEndsAndRightsGo(t *testing.T) {
	h := newStaffHouse(t)
	link, who := h.invite("aino@example.org", locale.Finnish, access.Coordinator)
	b := h.browser()
	b.want("using", b.post("/sign-in/link/"+link), 303, "/sign-in/set-up")
	secret := secretShape.FindStringSubmatch(b.get("/sign-in/set-up").body)[1]
	b.want("set-up", b.post("/sign-in/set-up", "password", longPassword, "again", longPassword, "code", b.code(secret)), 303, "/desk")
	for range 3 {
		h.clock.Add(20 * time.Minute)
		b.want("in use", b.get("/staff"), 200, "")
	}
	h.update(func(tx *storage.Tx) error {
		return tx.PutMemberships(context.Background(), who, []access.Membership{{Unit: h.unit, Role: access.Editor}})
	})
	b.want("without the role", b.get("/staff"), 404, "")
	b.want("the own page", b.get("/account"), 200, "", "Kirjaudu uudelleen")
	h.clock.Add(30 * time.Minute)
	b.want("half an hour later", b.get("/account"), 401, "", "aika päättyi")
}

// The coordinator's pages: invite, roles, a new link, the end.
func TestPeople(t *testing.T) {
	h := newStaffHouse(t)
	coord, _ := h.demo("c@example.org", locale.Finnish, access.Coordinator)
	coord.want("nothing given", coord.post("/staff/invite", "unit", string(h.unit)), 422, "", "Kirjoita nimi", "Kirjoita sähköpostiosoite", "Valitse vähintään yksi")
	made := coord.post("/staff/invite", "name", "Uusi Työtoveri", "email", "uusi@example.org", "lang", "sv", "unit", string(h.unit), "roles", "worker")
	coord.want("invited", made, 200, "", "Linkki on valmis", "http://localhost/sign-in/link/")
	coord.want("again", coord.post("/staff/invite", "name", "Uusi Työtoveri", "email", "UUSI@example.org", "lang", "sv", "unit", string(h.unit), "roles", "worker"), 409, "", "Tällä sähköpostilla on jo tunnus")
	list := coord.get("/staff")
	coord.want("the list", list, 200, "", "Uusi Työtoveri", "kutsuttu", "Pohjoinen: työntekijä")

	link := regexp.MustCompile(`/sign-in/link/([\w-]+)`).FindStringSubmatch(made.body)[1]
	fresh := h.browser()
	fresh.setUp(link)
	fresh.want("a worker on the staff's page", fresh.get("/staff"), 404, "")
	id := regexp.MustCompile(`/staff/([0-9a-f-]{36})"[^>]*>\s*Avaa\s*<span class="unseen"> Uusi`).FindStringSubmatch(list.body)
	if id == nil {
		t.Fatal("the list has no link to the new colleague")
	}
	path := "/staff/" + id[1]
	coord.want("an operator made by a coordinator", coord.post(path+"/roles", "unit", string(h.unit), "roles", "operator"), 422, "")
	coord.want("roles", coord.post(path+"/roles", "unit", string(h.unit), "roles", "worker", "roles", "coordinator"), 303, path+"?done=roles")
	fresh.want("the new right", fresh.get("/staff"), 200, "", "Personal")
	coord.want("an invitation to one who has come", coord.post(path+"/link"), 409, "", "Tunnusta on muutettu")
	coord.want("closing unasked", coord.post(path+"/close"), 422, "", "Merkitse ruutu")
	coord.want("closing", coord.post(path+"/close", "sure", "yes"), 303, "/staff?done=closed")
	fresh.want("the closed one", fresh.get("/account"), 401, "")
	for _, path := range []string{"/staff/x", "/staff/" + fmt.Sprint(id[1][:35], "g"), path} {
		coord.want(path, coord.get(path), 404, "")
	}
}

func TestOwnPage(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	secret := b.setUp(link)
	b.want("no name", b.post("/account", "name", " ", "lang", "fi"), 422, "", "Kirjoita nimi")
	b.want("name and language", b.post("/account", "name", "Aina Uusi", "lang", "en"), 303, "/account?done=name")
	b.want("in English", b.get("/account?done=name"), 200, "", "Aina Uusi", "Saved.", "Passkeys")

	other := h.browser()
	h.clock.Add(time.Minute)
	other.want("another browser", other.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", b.code(secret)), 303, "/desk")
	const next = "kolme punaista omenaa korissa"
	b.want("the wrong present one", b.post("/account/password", "present", "x", "password", next, "again", next), 422, "", "present password is not right")
	b.want("changed", b.post("/account/password", "present", longPassword, "password", next, "again", next), 303, "/account?done=password")
	b.want("this browser", b.get("/account"), 200, "")
	other.want("the other browser", other.get("/account"), 401, "")
	h.clock.Add(time.Minute)
	other.want("by the new one", other.post("/sign-in", "email", "aino@example.org", "password", next, "code", b.code(secret)), 303, "/desk")
	b.want("everywhere", b.post("/account/everywhere"), 303, "/sign-in?out")
	other.want("the other browser again", other.get("/account"), 401, "")
}
