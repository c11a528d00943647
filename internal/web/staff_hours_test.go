package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// a worker arranges an evening and a Sunday in one go, says what they serve, and is away without saying why.
func TestOwnHours(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := hireIn(t, h, "uusi", locale.Finnish, h.Unit, access.Worker)
		own := "/hours/" + string(h.Staff["uusi"].Account)
		p := b.Want(b.Get("/hours"), http.StatusOK, "Työaikoja ei ole vielä.")
		p = b.Want(b.Submit(p, own+"/times", "days", "2", "days", "7", "opens", "16:00", "closes", "20:30"), http.StatusOK, "Aika on lisätty.", "tiistai 16.00–20.30", "sunnuntai 16.00–20.30")
		p = b.Want(b.Submit(p, own+"/times/drop"), http.StatusOK, "Aika on poistettu.", "sunnuntai 16.00–20.30")
		if p.Says("tiistai 16.00") {
			t.Error("a stretch that was removed is still there")
		}
		p = b.Want(b.Submit(p, own+"/serves", "languages", "fi", "languages", "sv", "places", "home", "areas", "Hervanta", "travel", "45"), http.StatusOK, "Tiedot on tallennettu.")
		f := b.Form(p, own+"/serves")
		if got := strings.Join(f.Values["languages"], " ") + " " + f.Values.Get("places") + " " + f.Values.Get("areas") + " " + f.Values.Get("travel"); got != "fi sv home Hervanta 45" {
			t.Errorf("kept %q", got)
		}
		p = b.Want(b.Submit(p, own+"/absences", "first", "2027-02-01", "last", "2027-02-07"), http.StatusOK, "1.2.2027 – 7.2.2027", "Syytä ei kysytä eikä merkitä.")
		if p = b.Want(b.Submit(p, own+"/absences/drop"), http.StatusOK, "Aika on poistettu."); p.Says("7.2.2027") {
			t.Error("days away that were removed are still there")
		}
	})
}

// What cannot be comes back as it was typed, at its field.
func TestHoursRefused(t *testing.T) {
	h := webtest.New(t)
	b := hireIn(t, h, "uusi", locale.Finnish, h.Unit, access.Worker)
	own := "/hours/" + string(h.Staff["uusi"].Account)
	p := b.Submit(b.Get("/hours"), own+"/times", "days", "1", "opens", "09:00", "closes", "12:00")
	for _, c := range []struct {
		step   string
		pairs  []string
		at     string
		words  string
		asked  string
		status int
	}{
		{"/times", []string{"days", "1", "opens", "<b>", "closes", "12:00"}, "opens", "Kirjoita kellonaika näin", "<b>", 422},
		{"/times", []string{"opens", "13:00", "closes", "14:00"}, "days", "Valitse ainakin yksi päivä.", "13:00", 422},
		{"/times", []string{"days", "1", "opens", "11:00", "closes", "14:00"}, "opens", "Aika menee päällekkäin", "11:00", 422},
		{"/times", []string{"days", "3", "opens", "14:00", "closes", "13:00"}, "closes", "Alkamisajan on oltava", "14:00", 422},
		{"/times", []string{"days", "8", "opens", "14:00", "closes", "15:00"}, "days", "Valitse jokin annetuista", "14:00", 422},
		{"/absences", []string{"first", "2027-02-09", "last", "2027-02-01"}, "last", "Viimeinen päivä", "2027-02-09", 422},
		{"/absences", []string{"first", `"><i>`, "last", "2027-02-01"}, "first", "Kirjoita päivä näin", `"><i>`, 422},
		{"/serves", []string{"languages", "fi", "places", "office", "travel", "241"}, "travel", "0–240", "241", 422},
		{"/serves", []string{"languages", "fi", "places", "moon", "travel", "10"}, "places", "Valitse jokin annetuista", "10", 422},
		{"/serves", []string{"languages", "fi", "places", "office", "areas", "<i>", "travel", "11"}, "areas", "Valitse jokin annetuista", "11", 422},
	} {
		back := b.Want(b.Submit(p, own+c.step, c.pairs...), c.status, c.words, "Tarkista nämä kohdat")
		if !strings.Contains(back.Body, `href="#f-`+c.at+`"`) {
			t.Errorf("%v is not said at its field", c.pairs)
		}
		found := false
		for _, values := range b.Form(back, own+c.step).Values {
			for _, v := range values {
				found = found || v == c.asked
			}
		}
		if !found {
			t.Errorf("%v did not come back", c.pairs)
		}
	}
}

// A coordinator arranges their own workers' hours; nobody else's, and a worker no colleague's.
func TestOthersHours(t *testing.T) {
	h := webtest.New(t)
	noora, marja := "/hours/"+string(h.Staff["noora"].Account), h.SignIn("marja")
	list := marja.Want(marja.Get("/hours"), http.StatusOK, "Työntekijöiden työajat", "Noora", "Elina", "77")
	if len(list.Root.All(func(n *webtest.Node) bool { return n.Attr["name"] == "travel" })) != 0 {
		t.Error("a coordinator who meets no clients is asked for hours")
	}
	p := marja.Want(marja.Get(noora), http.StatusOK, "Noora", "maanantai 09.00–20.00")
	marja.Want(marja.Submit(p, noora+"/absences", "first", "2027-02-01", "last", "2027-02-01"), http.StatusOK, "Aika on lisätty.", "Noora", "1.2.2027")
	stranger := hireIn(t, h, "vieras", locale.Finnish, otherUnit(t, h), access.Coordinator, access.Worker)
	for who, b := range map[string]*webtest.Browser{"a colleague": h.SignIn("elina"), "another unit's coordinator": stranger} {
		for step, v := range map[string]url.Values{"/serves": {"languages": {"fi"}, "places": {"office"}, "travel": {"1"}},
			"/times": {"days": {"1"}, "opens": {"05:00"}, "closes": {"06:00"}}, "/times/drop": {"id": {"x"}},
			"/absences": {"first": {"2027-03-01"}, "last": {"2027-03-01"}}, "/absences/drop": {"id": {"x"}}} {
			if got := b.Post(noora+step, v); got.Status != http.StatusNotFound {
				t.Errorf("%s: %s = %d", who, step, got.Status)
			}
		}
		b.Want(b.Get(noora), http.StatusNotFound)
	}
	olli, v := h.SignIn("olli"), h.Visitor()
	olli.Want(olli.Get("/hours"), http.StatusNotFound)
	v.Want(v.Get("/hours"), http.StatusUnauthorized)
}

func TestHoursInEveryLanguage(t *testing.T) {
	h := webtest.New(t)
	for lang, words := range map[locale.Lang]string{locale.Swedish: "Egna arbetstider", locale.English: "Your working hours"} {
		b := hireIn(t, h, "ny-"+string(lang), lang, h.Unit, access.Worker, access.Coordinator)
		p := b.Want(b.Get("/hours"), http.StatusOK, words, "Noora")
		b.Want(b.Submit(p, "/times"), http.StatusUnprocessableEntity)
	}
}
