package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// The list of those who do not come together: put there by number, without a reason; taken off; refused with what was
// typed still there; and nothing of anybody whom the coordinator does not see.
func TestNotTogether(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		s.kariComes()
		marja, kirsi := s.browser["marja"], s.browser["kirsi"]
		number := func(id string) string { return emergency.Number(episode.ID(id)) }
		first := s.booked("noora", s.comes("Usva", noContact).Request.ID, h.Places[0].ID, "2027-01-19")
		second := s.booked("noora", s.comes("Halla", noContact).Request.ID, h.Places[0].ID, "2027-01-21")
		marja.Want(marja.Get("/apart"), http.StatusOK, "Ketään ei pidetä erillään", "Syytä ei kysytä")

		add := func(one, other string) *webtest.Page {
			return marja.Post("/apart", url.Values{"one": {one}, "other": {other}})
		}
		p := marja.Want(add("1234", number(first.ID)), http.StatusUnprocessableEntity, "Siinä on kaksitoista merkkiä")
		if !strings.Contains(p.Body, `value="1234"`) || !strings.Contains(p.Body, number(first.ID)) || !strings.HasPrefix(p.Title(), "Virhe") {
			t.Error("what was typed is not there, or the title does not tell of the mistake")
		}
		marja.Want(add(number(first.ID), number(first.ID)), http.StatusUnprocessableEntity, "saman ihmisen asioita")
		hidden := marja.Want(add(number(first.ID), number(s.kari.ID)), http.StatusUnprocessableEntity, "Tällä numerolla ei ole asiakkuutta, jonka näet.")
		none := marja.Want(add(number(first.ID), "0000 0000 0000"), http.StatusUnprocessableEntity)
		if strings.ReplaceAll(hidden.Body, number(s.kari.ID), "") != strings.ReplaceAll(none.Body, "0000 0000 0000", "") {
			t.Error("a client on the other side of a wall can be told from none")
		}

		for range 2 { // pressed twice
			marja.Want(add(" "+strings.ToLower(number(first.ID))+" ", number(second.ID)), http.StatusOK, "Lisätty. He eivät tule samaan ryhmään.", number(first.ID), number(second.ID))
		}
		list := marja.Get("/apart")
		if n := strings.Count(list.Body, `action="/apart/remove"`); n != 1 {
			t.Errorf("the pair stands %d times on the list", n)
		}
		for _, who := range []string{"noora", "leena", "olli"} {
			s.browser[who].Want(s.browser[who].Get("/apart"), http.StatusNotFound)
		}
		elsewhere := hireIn(t, h, "vera", "fi", otherUnit(t, h), access.Coordinator)
		elsewhere.Want(elsewhere.Get("/apart"), http.StatusOK, "Ketään ei pidetä erillään")
		kirsi.Want(kirsi.Get("/apart"), http.StatusOK, number(first.ID))
		pair := kirsi.Form(list, "/apart/remove").Values.Get("pair")
		elsewhere.Want(elsewhere.Post("/apart/remove", url.Values{"pair": {pair}}), http.StatusNotFound)
		elsewhere.Want(elsewhere.Post("/apart/remove", url.Values{"pair": {"x"}}), http.StatusNotFound)
		marja.Want(marja.Submit(list, "/apart/remove"), http.StatusOK, "Poistettu listalta", "Ketään ei pidetä erillään")
		marja.Want(marja.Get("/audit?number="+url.QueryEscape(number(first.ID))), http.StatusOK, "Marja", "muutti")
	})
}

// From a client's own page a coordinator comes with the number filled in; a worker has no such way.
func TestNotTogetherFromTheClient(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		at := "/episodes/" + s.anna.ID + "/wall"
		marja := s.browser["marja"]
		for _, a := range marja.Get(at).Root.Tags("a") {
			if strings.HasPrefix(a.Attr["href"], "/apart?one=") {
				p := marja.Want(marja.Get(a.Attr["href"]), http.StatusOK)
				if got := marja.Form(p, "/apart").Values.Get("one"); got != emergency.Number(episode.ID(s.anna.ID)) {
					t.Errorf("the form begins with %q", got)
				}
			}
		}
		if !strings.Contains(marja.Get(at).Body, "/apart?one=") || strings.Contains(s.browser["noora"].Get(at).Body, "/apart") {
			t.Error("the way to the list is a coordinator's alone")
		}
	})
}
