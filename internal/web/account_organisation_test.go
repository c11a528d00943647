package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	opstorage "github.com/zitadel/oidc/v3/example/server/storage"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/provider"
	"rinnalla.fi/rinnalla/internal/web"
)

// people are who the provider knows.
type people map[string]*opstorage.User

func (p people) GetUserByID(id string) *opstorage.User         { return p[id] }
func (p people) GetUserByUsername(name string) *opstorage.User { return p[name] }
func (p people) ExampleClientID() string                       { return "service" }

func somebody(name, email string, verified bool) *opstorage.User {
	return &opstorage.User{ID: name, Username: name, Password: "verysecure", Email: email, EmailVerified: verified}
}

// everybody is known to the provider of every test: its key takes longer to make than most of them take.
var everybody = sync.OnceValue(func() *opstorage.Storage {
	return opstorage.NewStorage(people{
		"aino":   somebody("aino", "aino@example.org", true),
		"loose":  somebody("loose", "bertta@example.org", false),
		"nobody": somebody("nobody", "nobody@example.org", true),
	})
})

// realProvider is an OpenID provider by others, on this machine.
func realProvider(t *testing.T, redirect string) *httptest.Server {
	t.Helper()
	var handler http.Handler
	op := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(op.Close)
	opstorage.RegisterClients(opstorage.WebClient("rinnalla", "secret", redirect), opstorage.WebClient("another", "secret", redirect))
	handler = exampleop.SetupServer(op.URL, everybody(), slog.New(slog.NewTextHandler(io.Discard, nil)), false)
	return op
}

// ourHouse is a house whose organisation signs in at the provider, as the settings are changed by each case.
type ourHouse struct {
	*staffHouse
	op       *httptest.Server
	settings provider.Settings
}

func newOurHouse(t *testing.T, change func(*provider.Settings)) *ourHouse {
	t.Helper()
	h := &ourHouse{staffHouse: newStaffHouse(t)}
	h.site.Close()
	site := httptest.NewUnstartedServer(nil)
	address := "http://" + site.Listener.Addr().String()
	h.op = realProvider(t, address+"/sign-in/organisation/back")
	h.settings = provider.Settings{Issuer: h.op.URL, ClientID: "rinnalla", Secret: "secret", Redirect: address + "/sign-in/organisation/back", MFA: []string{"pwd"}}
	if change != nil {
		change(&h.settings)
	}
	base, _ := url.Parse(address)
	s, err := web.New(web.Options{DB: h.db, Log: slog.New(slog.NewTextHandler(h.log, nil)), BaseURL: base, ExitURL: "https://example.org/", Organisation: provider.New(h.settings)})
	if err != nil {
		t.Fatal(err)
	}
	site.Config.Handler = s.Handler()
	site.Start()
	t.Cleanup(site.Close)
	h.site = site
	return h
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// at goes the way to the provider as a person, signs in there, and gives the address with which the provider sends back.
func (b *browser) at(name string) string {
	b.Helper()
	went := b.get("/sign-in/organisation")
	if went.status != 303 {
		b.Fatalf("going to the organisation: %d %s", went.status, went.to)
	}
	return b.signInThere(went.to, name)
}

func (b *browser) signInThere(to, name string) string {
	b.Helper()
	jar, _ := cookiejar.New(nil)
	there := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.site.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	form := b.answer(there.Get(to))
	id := requestID.FindStringSubmatch(form.body)
	if id == nil {
		b.Fatalf("the provider shows no form: %d %.300s", form.status, form.body)
	}
	issuer, _ := url.Parse(to)
	back := b.answer(there.PostForm("http://"+issuer.Host+"/login/username", url.Values{"id": {id[1]}, "username": {name}, "password": {"verysecure"}}))
	if !strings.HasPrefix(back.to, b.site.URL) {
		b.Fatalf("the provider sends to %q (%d)", back.to, back.status)
	}
	return strings.TrimPrefix(back.to, b.site.URL)
}

// bound is a worker who was invited and chose the organisation's sign-in.
func (h *ourHouse) bound() *browser {
	h.Helper()
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.want("the link", b.post("/sign-in/link/"+link), 303, "/sign-in/set-up")
	b.want("the choice", b.get("/sign-in/set-up"), 200, "", "Kirjaudu organisaation tunnuksella")
	b.want("bound", b.get(b.at("aino")), 200, "", "Olet kirjautunut", `href="/desk"`)
	return b
}

// From the invitation to signing in by the organisation, with a real provider (issue 3, decision 0044).
func TestOrganisationSignIn(t *testing.T) {
	h := newOurHouse(t, nil)
	b := h.bound()
	b.want("the own page", b.get("/account"), 200, "", "organisaation kirjautumisella")
	b.post("/sign-out")
	b.want("signed out", b.get("/sign-in?out"), 200, "", "Kirjaudu ulos myös organisaation kirjautumisesta", "/end_session")
	b.want("signing in", b.get(b.at("aino")), 200, "", "Olet kirjautunut")
	b.want("the desk", b.get("/desk"), 200, "")
	h.clock.Add(11 * time.Minute)
	b.want("later", b.get("/account/password"), 401, "", "Kirjaudu organisaation tunnuksella")
	b.want("again", b.get(b.at("aino")), 200, "", "Olet kirjautunut")
	b.want("fresh", b.get("/account/password"), 200, "")
	if strings.Contains(h.log.String(), "aino") {
		t.Error("the log tells who signs in")
	}
}

// What opens nothing: somebody nobody invited, an address that is not verified or not the invited one, one way of proof
// where two are asked for, a domain that is not ours.
func TestOrganisationRefuses(t *testing.T) {
	for what, c := range map[string]struct {
		change  func(*provider.Settings)
		invited string
		who     string
		says    string
	}{
		"no invitation":             {nil, "", "nobody", "ei avannut tunnusta"},
		"an address unverified":     {nil, "bertta@example.org", "loose", "ei avannut tunnusta"},
		"another's address":         {nil, "bertta@example.org", "aino", "ei avannut tunnusta"},
		"another domain":            {func(s *provider.Settings) { s.Domain = "example.com" }, "aino@example.org", "aino", "ei avannut tunnusta"},
		"no second factor":          {func(s *provider.Settings) { s.MFA = []string{"mfa"} }, "aino@example.org", "aino", "kahdella tavalla"},
		"no word of what is enough": {func(s *provider.Settings) { s.MFA = nil }, "aino@example.org", "aino", "kahdella tavalla"},
		"another client":            {func(s *provider.Settings) { s.ClientID = "another"; s.Secret = "wrong" }, "aino@example.org", "aino", "ei avannut tunnusta"},
	} {
		t.Run(what, func(t *testing.T) {
			h := newOurHouse(t, c.change)
			b := h.browser()
			if c.invited != "" {
				link, _ := h.invite(c.invited, locale.Finnish, access.Worker)
				b.post("/sign-in/link/" + link)
			}
			b.want(what, b.get(b.at(c.who)), 422, "", c.says)
			b.want("the desk", h.browser().get("/desk"), 401, "")
		})
	}
}

// An answer counts once, in the browser it was asked by, in its time, and only with our own state.
func TestOrganisationAnswersOnce(t *testing.T) {
	h := newOurHouse(t, nil)
	b := h.bound()
	b.post("/sign-out")
	back := b.at("aino")
	stolen := h.browser()
	stolen.want("in another browser", stolen.get(back), 422, "", "ei avannut tunnusta")
	other := h.browser()
	other.at("aino")
	other.want("another's answer", other.get(back), 422, "", "ei avannut tunnusta")
	site, _ := url.Parse(h.site.URL)
	cookies := b.client.Jar.Cookies(site)
	b.want("in its own", b.get(back), 200, "", "Olet kirjautunut")
	again := h.browser()
	again.client.Jar.SetCookies(site, cookies)
	again.want("a second time", again.get(back), 422, "", "ei avannut tunnusta")
	late := h.browser()
	back = late.at("aino")
	h.clock.Add(11 * time.Minute)
	late.want("too late", late.get(back), 422, "", "ei avannut tunnusta")
	late.want("without anything", late.get("/sign-in/organisation/back?code=x&state=y"), 422, "", "ei avannut tunnusta")
}

// Where the settings say that the organisation's word is enough, it is.
func TestOrganisationsWordIsTaken(t *testing.T) {
	h := newOurHouse(t, func(s *provider.Settings) { s.MFA, s.OneWay = []string{"none"}, true })
	h.bound()
}

// Answers that nobody asked for are slowed down like wrong passwords, and the right one waits too (ASVS 6.3.1).
func TestOrganisationsAnswersWait(t *testing.T) {
	h := newOurHouse(t, nil)
	b := h.bound()
	b.post("/sign-out")
	back := b.at("aino")
	stranger := h.browser()
	last := answer{}
	for range 12 {
		if last = stranger.get("/sign-in/organisation/back?code=x&state=y"); last.status == 429 {
			break
		}
	}
	stranger.want("after many", last, 429, "")
	b.want("the right one from the same place", b.get(back), 429, "")
	h.clock.Add(2 * time.Minute)
	b.want("later", b.get(b.at("aino")), 200, "", "Olet kirjautunut")
}

// A provider that is down or is not who the settings say leaves the other ways of signing in.
func TestOrganisationDown(t *testing.T) {
	for what, issuer := range map[string]string{"down": "http://127.0.0.1:1", "another issuer": ""} {
		h := newOurHouse(t, func(s *provider.Settings) {
			if issuer != "" {
				s.Issuer = issuer
			} else {
				s.Issuer += "/other"
			}
		})
		b := h.browser()
		b.want(what, b.get("/sign-in/organisation"), 503, "", "ei vastaa juuri nyt", `name="password"`)
	}
}

// An identity whose time has run out, or that was made for another, does not hold (ASVS 10.5).
func TestOrganisationIdentityRunsOut(t *testing.T) {
	h := newOurHouse(t, func(s *provider.Settings) { s.Now = func() time.Time { return time.Now().Add(25 * time.Hour) } })
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.post("/sign-in/link/" + link)
	b.want("an expired identity", b.get(b.at("aino")), 422, "", "ei avannut tunnusta")
}
