package web_test

import (
	"net/http"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// nobody is asked for anything. The code is shown once, opens the client's page, and holds nothing in an address.
func TestAskForHelpWithoutAnyContact(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		b.Want(b.Get("/"), http.StatusOK, "Saat apua, kun olet valmis.", "Hätätilanteessa soita 112.")
		b.Want(b.Get("/contact"), http.StatusOK, "Ennen kuin aloitat", "Poistuminen ei tyhjennä historiaa")
		form := b.Want(b.Get("/contact/form"), http.StatusOK, "Palaan itse koodilla")
		made := b.Want(b.Submit(form, "/contact/send", "times", "evening"), http.StatusOK, "Kiitos. Tässä on koodisi.", "Sinulle ei lähetetä mitään")
		code := codeOn(t, made)
		client := b.Want(b.Submit(b.Get("/code"), "/code", "code", code), http.StatusOK, "Yhteydenottosi on meillä", "Iltaisin klo 17 jälkeen", "Palaat itse koodilla")
		b.Want(b.Submit(client, "/code/erase"), http.StatusOK, "Yhteydenottosi on poistettu")
		b.Want(b.Submit(b.Get("/code"), "/code", "code", code), http.StatusUnprocessableEntity, "Koodi ei avaa mitään")
		if b.Cookies() > 0 {
			t.Error("a visitor was given a cookie")
		}
	})
}

// codeOn reads the code as a person would.
func codeOn(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, n := range p.Root.Tags("p") {
		if n.Has("code") {
			return n.Words()
		}
	}
	t.Fatalf("%q shows no code", p.Heading())
	return ""
}
