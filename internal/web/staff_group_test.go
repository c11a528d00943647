package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// firstGathering is the address of the first row's step.
func firstGathering(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, a := range p.Root.Tags("a") {
		if to := a.Attr["href"]; strings.HasPrefix(to, "/groups/") && to != "/groups/new" {
			return to
		}
	}
	t.Fatalf("%q leads to no gathering", p.Heading())
	return ""
}

// a series is planned, heads are counted after it has begun, corrected, and one is called off. No name is
// asked anywhere.
func TestGroupsByHeads(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.SignIn("noora")
		b.Want(b.Get("/groups"), http.StatusOK, "Mitään ei ole suunniteltu")
		form := b.Want(b.Get("/groups/new"), http.StatusOK, "Joka toinen viikko")
		if got := b.Form(form, "/groups/new").Values.Get("minutes"); got != "90" {
			t.Errorf("a gathering is suggested to last %q minutes, want the model's 90", got)
		}
		list := b.Want(b.Submit(form, "/groups/new", "day", "2027-01-13", "clock", "17:30", "times", "3", "weeks", "2"), http.StatusOK,
			"Kokoontumiset on suunniteltu.", "ke 13.1. klo 17.30", "ke 27.1. klo 17.30", "ke 10.2. klo 17.30")
		v := h.Visitor()
		v.Want(v.Get("/services/"+webtest.Group), http.StatusOK, "ke 13.1. klo 17.30")
		at := firstGathering(t, list)
		early := b.Want(b.Get(at), http.StatusOK, "Kävijät merkitään, kun kokoontuminen on alkanut.")
		if len(early.Root.All(func(n *webtest.Node) bool { return n.Attr["name"] == "adults" })) != 0 {
			t.Error("heads are asked before it begins")
		}
		b.Want(b.Post(at+"/count", url.Values{"adults": {"4"}}), http.StatusConflict, "Merkitse kävijät, kun tapaaminen on alkanut.")
		h.Clock.Set(time.Date(2027, 1, 13, 17, 0, 0, 0, time.UTC))
		b.Want(b.Get("/groups"), http.StatusOK, "Kävijät merkitsemättä")
		count := b.Want(b.Get(at), http.StatusOK, "Nimiä ei kysytä eikä merkitä.")
		for adults, words := range map[string]string{"<i>": "Kirjoita numero.", "": "Kirjoita numero.", "-2": "Kirjoita numero.", "501": "väliltä 0–500"} {
			back := b.Want(b.Submit(count, "/count", "adults", adults, "children", "3"), http.StatusUnprocessableEntity, words)
			f := b.Form(back, "/count")
			if f.Values.Get("adults") != adults || f.Values.Get("children") != "3" {
				t.Errorf("%q came back as %v", adults, f.Values)
			}
		}
		b.Want(b.Submit(count, "/count", "adults", "6", "children", "3"), http.StatusOK, "Kävijämäärä on merkitty.", "6 aikuista, 3 lasta", "Pidetty")
		b.Want(b.Submit(b.Get(at), "/count", "adults", "7"), http.StatusOK, "7 aikuista, 3 lasta")
		b.Want(b.Post(at+"/cancel", url.Values{}), http.StatusConflict, "Tapaaminen on jo pidetty.")
		next := firstGathering(t, b.Get("/groups"))
		b.Want(b.Submit(b.Get(next), "/cancel"), http.StatusOK, "Kokoontuminen on peruttu.")
		b.Want(b.Get(next), http.StatusOK, "Tämä kokoontuminen peruttiin.")
	})
}

// What cannot be planned comes back as it was typed, each mistake at its field.
func TestPlanningRefused(t *testing.T) {
	h := webtest.New(t)
	b := h.SignIn("noora")
	form := b.Get("/groups/new")
	good := map[string]string{"day": "2027-01-20", "clock": "17:30", "minutes": "90", "times": "1", "weeks": "1"}
	for _, c := range []struct{ field, value, at, words string }{
		{"day", "<b>huomenna", "day", "Kirjoita päivä näin"},
		{"day", "2027-01-11", "day", "Valitse aika, joka on vielä edessä."},
		{"clock", "25:00", "clock", "Kirjoita kellonaika näin"},
		{"minutes", "5", "minutes", "15–960"},
		{"times", "54", "times", "1–53"},
		{"times", "joka viikko", "times", "Kirjoita numero."},
		{"weeks", "9", "weeks", "1–4"},
	} {
		var pairs []string
		for name, value := range good {
			if name == c.field {
				value = c.value
			}
			pairs = append(pairs, name, value)
		}
		back := b.Want(b.Submit(form, "/groups/new", pairs...), http.StatusUnprocessableEntity, c.words, "Tarkista nämä kohdat")
		if !strings.Contains(back.Body, `href="#f-`+c.at+`"`) {
			t.Errorf("%s %q is not said at its field", c.field, c.value)
		}
		if got := b.Form(back, "/groups/new").Values.Get(c.field); got != c.value && c.field != "weeks" {
			t.Errorf("%q came back as %q", c.value, got)
		}
	}
	b.Submit(form, "/groups/new", "day", "2027-01-20", "clock", "17:30")
	b.Want(b.Submit(form, "/groups/new", "day", "2027-01-20", "clock", "17:30"), http.StatusConflict, "Tälle ajalle on jo tapaaminen.")
	b.Want(b.Submit(form, "/groups/new", "day", "2027-03-28", "clock", "03:30"), http.StatusUnprocessableEntity, "Sitä kellonaikaa ei ole.")
}

func TestGroupsOfAnotherUnit(t *testing.T) {
	h := webtest.New(t)
	b := h.SignIn("noora")
	at := firstGathering(t, b.Submit(b.Get("/groups/new"), "/groups/new", "day", "2027-01-13", "clock", "17:30"))
	other := hireIn(t, h, "vieras", locale.Finnish, otherUnit(t, h), access.Worker, access.Coordinator)
	other.Want(other.Get("/groups"), http.StatusOK, "Yksikössäsi ei ole ryhmiä")
	other.Want(other.Get("/groups/new"), http.StatusNotFound)
	other.Want(other.Post("/groups/new", url.Values{"offer": {string(h.Offers[webtest.Group].ID)}, "day": {"2027-01-14"}, "clock": {"17:30"}, "minutes": {"90"},
		"weeks": {"1"}, "times": {"1"}}), http.StatusNotFound)
	other.Want(other.Get(at), http.StatusNotFound)
	other.Want(other.Post(at+"/count", url.Values{"adults": {"1"}}), http.StatusNotFound)
	other.Want(other.Post(at+"/cancel", url.Values{}), http.StatusNotFound)
	olli, v := h.SignIn("olli"), h.Visitor()
	olli.Want(olli.Get("/groups"), http.StatusNotFound)
	v.Want(v.Get("/groups"), http.StatusUnauthorized)
}

func TestGroupsInEveryLanguage(t *testing.T) {
	h := webtest.New(t)
	for _, c := range []struct {
		lang               locale.Lang
		day                string
		title, done, later string
	}{{locale.Swedish, "2027-01-13", "Planera en träff", "Träffarna är planerade.", "Ställ in träffen"},
		{locale.English, "2027-01-14", "Plan a gathering", "The gatherings are planned.", "Cancel the gathering"}} {
		b := hireIn(t, h, "ny-"+string(c.lang), c.lang, h.Unit, access.Worker)
		form := b.Want(b.Get("/groups/new"), http.StatusOK, c.title)
		list := b.Want(b.Submit(form, "/groups/new", "day", c.day, "clock", "17:30"), http.StatusOK, c.done)
		b.Want(b.Get(firstGathering(t, list)), http.StatusOK, c.later)
	}
}
