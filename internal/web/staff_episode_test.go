package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

var codeShape = regexp.MustCompile(`[0-9A-Z]{4}[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4}`)

// takeIn takes a contact in by telephone and gives its request's address and the code that was shown.
func takeIn(t *testing.T, b *webtest.Browser, service string, pairs ...string) (string, string) {
	t.Helper()
	form := b.Want(b.Get("/requests/new"), http.StatusOK, "Kirjaa yhteydenotto", "Tapahtunutta ei kirjata mihinkään.")
	for _, a := range form.Root.Tags("a") {
		if a.Words() == service {
			form = b.Want(b.Get(a.Attr["href"]), http.StatusOK)
		}
	}
	done := b.Want(b.Submit(form, "/requests/new", pairs...), http.StatusOK, "Yhteydenotto on kirjattu")
	code := codeShape.FindString(strings.ReplaceAll(done.Root.Words(), " ", ""))
	for _, a := range done.Root.Tags("a") {
		if strings.HasPrefix(a.Attr["href"], "/requests/") {
			return strings.TrimSuffix(a.Attr["href"], "?kept=1"), code
		}
	}
	t.Fatal("no way from the code to offering times")
	return "", ""
}

// freeTime is the value of the n-th free time a page shows.
func freeTime(t *testing.T, p *webtest.Page, n int) string {
	t.Helper()
	found := p.Root.All(func(x *webtest.Node) bool { return x.Name == "input" && x.Attr["name"] == "time" })
	if len(found) <= n {
		t.Fatalf("%q shows %d free times", p.Heading(), len(found))
	}
	return found[n].Attr["value"]
}

// book books the first free time of Noora's from a page and gives the episode's page.
func book(t *testing.T, h *webtest.House, b *webtest.Browser, base string) *webtest.Page {
	t.Helper()
	p := b.Want(b.Get(base+"?kind=office&worker="+string(h.Staff["noora"].Account)), http.StatusOK)
	return b.Want(b.Post(base+"/book", url.Values{"time": {freeTime(t, p, 0)}, "kind": {"office"}}), http.StatusOK, "sovittu:", "Tapaamisesta ei kirjata sisältöä")
}

// episodeOf is the address of an episode's page, as its forms have it.
func episodeOf(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, f := range p.Root.Tags("form") {
		if at := f.Attr["action"]; strings.HasPrefix(at, "/episodes/") {
			return strings.Join(strings.Split(at, "/")[:3], "/")
		}
	}
	t.Fatalf("%q has no form of an episode", p.Heading())
	return ""
}

// holdNext turns the clock to the booked meeting and marks it held.
func holdNext(t *testing.T, h *webtest.House, b *webtest.Browser, at string) *webtest.Page {
	t.Helper()
	for range 60 {
		p := b.Get(at)
		if len(p.Root.All(func(x *webtest.Node) bool { return x.Name == "form" && x.Attr["action"] == at+"/hold" })) > 0 {
			return b.Want(b.Submit(p, at+"/hold"), http.StatusOK)
		}
		h.Clock.Add(12 * time.Hour)
		b = h.SignIn("noora") // a stay does not last for days
	}
	t.Fatal("no meeting came to be marked")
	return nil
}

// five visits through the pages, and no sixth by any of them.
func TestFiveVisitsAndNoSixth(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.SignIn("noora")
		request, code := takeIn(t, b, "Tukea arkeen")
		if code == "" {
			t.Fatal("no code was shown")
		}
		b.Want(b.Get("/desk"), http.StatusOK, "Aikuinen · puhelin", "palaa koodilla", "Tarjoa aikoja")
		at := episodeOf(t, book(t, h, b, request))
		for n := 1; n <= 5; n++ {
			holdNext(t, h, b, at)
			b = h.SignIn("noora")
			if n == 5 {
				break
			}
			one, two := b.Want(b.Get(at), http.StatusOK), b.Get(at)
			first, second := freeTime(t, one, 0), freeTime(t, two, 1)
			b.Want(b.Post(at+"/book", url.Values{"time": {first}, "kind": {"office"}}), http.StatusOK)
			if n == 4 { // two tabs at 4/5: the second finds no number left
				b.Want(b.Post(at+"/book", url.Values{"time": {second}, "kind": {"office"}}), http.StatusConflict, "Tukea arkeen", "5")
			}
		}
		full := b.Want(b.Get(at), http.StatusOK, "5 / 5", "Uutta aikaa ei voi nyt sopia", "Tukea arkeen", "Avoin ryhmä")
		if len(full.Root.All(func(x *webtest.Node) bool { return x.Name == "input" && x.Attr["name"] == "time" })) > 0 {
			t.Error("a time can be chosen for a sixth visit")
		}
		for _, step := range []string{"/book", "/offer"} {
			b.Want(b.Post(at+step, url.Values{"day": {"2027-06-01"}, "clock": {"12:00"}, "kind": {"office"}}), http.StatusConflict, "Avoin ryhmä")
		}
	})
}

// a meeting's page has nowhere to write; the place takes eighty characters; a reason is one of the list.
func TestNowhereToWrite(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.SignIn("noora")
		request, _ := takeIn(t, b, "Tukea arkeen", "places", "agreed")
		p := b.Want(b.Get(request+"?kind=agreed&worker="+string(h.Staff["noora"].Account)), http.StatusOK)
		long := strings.Repeat("iskä löi ", 45)
		mine := freeTime(t, p, 0)
		p = b.Want(b.Post(request+"/book", url.Values{"time": {mine}, "kind": {"agreed"}, "place": {long}}), http.StatusUnprocessableEntity, "80")
		if got := b.Form(p, request+"/offer").Values.Get("place"); got != long {
			t.Error("what was typed is gone")
		}
		early := b.Want(b.Post(request+"/offer", url.Values{"time": {mine}, "kind": {"agreed"}, "place": {"Kirjaston aula"}}), http.StatusUnprocessableEntity,
			"Paikka kirjoitetaan, kun aika on sovittu.")
		if got := b.Form(early, request+"/offer").Values.Get("place"); got != "Kirjaston aula" {
			t.Errorf("the place that was typed too early is %q", got)
		}
		for _, name := range []string{"note", "title", "reason", "statement"} {
			b.Want(b.Post(request+"/book", url.Values{"time": {mine}, "kind": {"agreed"}, "place": {"Kirjaston aula"}, name: {long}}),
				http.StatusUnprocessableEntity, "Tapaamisista ei tehdä kirjauksia eikä lausuntoja", "Mitään ei tallennettu.")
		}
		p = b.Want(b.Post(request+"/book", url.Values{"time": {mine}, "kind": {"agreed"}, "place": {"Kirjaston aula"}}), http.StatusOK, "Kirjaston aula", "Paikka näkyy vain teille", "Tapaamisista ei tehdä kirjauksia eikä lausuntoja")
		if n := len(p.Root.Tags("textarea")); n > 0 {
			t.Errorf("%d text areas on a client's page", n)
		}
		for _, x := range p.Root.All(func(x *webtest.Node) bool {
			return x.Name == "input" && (x.Attr["type"] == "text" || x.Attr["type"] == "")
		}) {
			if x.Attr["name"] != "place" {
				t.Errorf("a field %q to write in", x.Attr["name"])
			}
		}
		at := episodeOf(t, p)
		meeting := b.Form(p, at+"/cancel").Values.Get("meeting")
		b.Want(b.Post(at+"/cancel", url.Values{"meeting": {meeting}, "reason": {long}}), http.StatusUnprocessableEntity)
		for _, step := range []string{"/hold", "/miss", "/cancel", "/move", "/close", "/ending"} {
			b.Want(b.Post(at+step, url.Values{"note": {long}}), http.StatusUnprocessableEntity, "Tapaamisista ei tehdä kirjauksia eikä lausuntoja")
		}
		search := b.Want(b.Post("/episodes", url.Values{"name": {long}}), http.StatusUnprocessableEntity)
		if strings.Contains(h.Log.String(), "iskä") || strings.Contains(search.Title(), "iskä") {
			t.Error("what was typed is in the log or a title")
		}
		marja := h.SignIn("marja")
		if marja.Want(marja.Get(at), http.StatusOK).Says("Kirjaston aula") {
			t.Error("the place is read by somebody else than the two")
		}
		b.Want(b.Submit(b.Get(at), at+"/cancel", "reason", "ill"), http.StatusOK)
	})
}

// a child and two guardians who disagree.
func TestGuardiansDisagree(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.SignIn("noora")
		request, _ := takeIn(t, b, "Tukea lapselle", "age", "9")
		b.Want(b.Get(request), http.StatusOK, "Lapsi, 9 v")
		at := episodeOf(t, book(t, h, b, request))
		child := b.Want(b.Get(at), http.StatusOK, "Huoltajat", "Joku kysyy, onko lapsi täällä", "Vastaan samoin kaikille")
		meetingAt := regexp.MustCompile(`[a-z]{2} \d+\.\d+\. klo \d+\.\d+`).FindString(child.Root.Words())
		if meetingAt == "" {
			t.Fatal("the child's meeting has no time")
		}
		talk := b.Want(b.Submit(child, at+"/talk", "name", "Isä"), http.StatusOK, "Uusi koodi")
		code := codeShape.FindString(strings.ReplaceAll(talk.Root.Words(), " ", ""))
		child = b.Want(b.Get(at), http.StatusOK, "Isä: keskustelut")

		b.Want(b.Submit(child, at+"/guardians"), http.StatusOK, "Huoltajat eri mieltä", "Koordinaattori päättää")
		typed := url.Values{"day": {"2027-03-02"}, "clock": {"12:00"}, "kind": {"office"}}
		b.Want(b.Post(at+"/book", typed), http.StatusConflict, "Huoltajat ovat eri mieltä")
		b.Want(b.Post(at+"/decide", url.Values{"choice": {"continue"}, "ground": {"child-wants"}}), http.StatusConflict, "oordinaattori")
		marja := h.SignIn("marja")
		p := marja.Want(marja.Get(at), http.StatusOK, "Kirjaa päätös")
		marja.Want(marja.Submit(p, at+"/decide", "choice", "continue", "ground", "<b>"), http.StatusUnprocessableEntity)
		marja.Want(marja.Submit(p, at+"/decide", "choice", "continue", "ground", "child-wants"), http.StatusOK, "Jatketaan. Lapsen oma toive")
		b.Want(book(t, h, b, at), http.StatusOK, "Jatketaan")

		v := h.Visitor()
		his := v.Want(v.Post("/code", url.Values{"code": {code}}), http.StatusOK)
		for _, told := range []string{meetingAt, "Lapsen tapaamiset", "5"} {
			if his.Says(told) {
				t.Errorf("the father's page says %q of the child: %s", told, his.Root.Words())
			}
		}
	})
}

// Another unit's people find nothing, on any address of a client's.
func TestOtherUnitsFindNothing(t *testing.T) {
	h := webtest.New(t)
	b, olli := h.SignIn("noora"), h.SignIn("olli")
	request, _ := takeIn(t, b, "Tukea arkeen")
	for _, address := range []string{request, request + "?kind=home"} {
		olli.Want(olli.Get(address), http.StatusNotFound)
	}
	at := episodeOf(t, book(t, h, b, request))
	olli.Want(olli.Get(at), http.StatusNotFound)
	for _, step := range []string{"book", "offer", "hold", "cancel", "close", "talk", "code", "guardians", "assign"} {
		olli.Want(olli.Post(at+"/"+step, url.Values{"day": {"2027-03-02"}, "clock": {"12:00"}}), http.StatusNotFound)
	}
	h.Visitor().Want(h.Visitor().Get(at), http.StatusUnauthorized)
}

// A time booked for a colleague is the colleague's client: whoever booked it is told, and sees no more.
func TestBookingForAColleague(t *testing.T) {
	h := webtest.New(t)
	b := h.SignIn("noora")
	request, _ := takeIn(t, b, "Tukea arkeen")
	p := b.Want(b.Get(request+"?kind=office&worker="+string(h.Staff["elina"].Account)), http.StatusOK)
	b.Want(b.Post(request+"/book", url.Values{"time": {freeTime(t, p, 0)}, "kind": {"office"}}), http.StatusOK, "Aika on varattu työkaverille.", "Kukaan ei odota")
	elina := h.SignIn("elina")
	elina.Want(elina.Get("/episodes"), http.StatusOK, "Tukea arkeen")
}
