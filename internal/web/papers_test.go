package web_test

import (
	"net/http"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// The notice is for everybody and in every language; the record and the assessment are for those who answer for the data.
func TestPapers(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		v := h.Visitor()
		v.Want(v.Get("/privacy/notice"), http.StatusOK, "Tietosuojaseloste", "Ei vielä kerrottu")
		v.Want(v.Get("/en/privacy/notice"), http.StatusOK, "Privacy notice")
		v.Want(v.Get("/privacy"), http.StatusOK, "Koko tietosuojaseloste")
		b := h.SignIn("marja")
		b.Want(b.Get("/papers"), http.StatusOK, "Vaikutustenarvioinnin pohja", "Suomi Svenska English")
		b.Want(b.Get("/papers/record/sv"), http.StatusOK, "Register över behandlingar", "Personuppgiftsansvarig")
		b.Want(b.Get("/papers/assessment/en"), http.StatusOK, "Template for the impact assessment", "To be filled in")
		for _, path := range []string{"/papers/record/xx", "/papers/other/fi"} {
			b.Want(b.Get(path), http.StatusNotFound)
		}
		worker := h.SignIn("noora")
		worker.Want(worker.Get("/papers"), http.StatusNotFound)
	})
}

// What the controller tells of itself stands in the notice at once; what is too long comes back with what was typed.
func TestController(t *testing.T) {
	h := webtest.New(t)
	v, b := h.Visitor(), h.SignIn("marja")
	v.Get("/privacy/notice") // ready bytes must not outlive the change
	form := b.Get("/papers")
	b.Want(b.Submit(form, "/papers", "name", "Esimerkki <ry>", "basis", "consent"), http.StatusOK, "Tiedot on tallennettu.")
	if got := b.Form(b.Get("/papers"), "/papers").Values.Get("name"); got != "Esimerkki <ry>" {
		t.Errorf("the form comes back with the name %q", got)
	}
	v.Want(v.Get("/privacy/notice"), http.StatusOK, "Esimerkki <ry>", "9 artiklan 2 kohdan a alakohta")
	long := make([]byte, 201)
	for i := range long {
		long[i] = 'x'
	}
	refused := b.Want(b.Submit(form, "/papers", "name", string(long), "basis", "whim"), http.StatusUnprocessableEntity, "Valitse peruste luettelosta.")
	if got := b.Form(refused, "/papers").Values.Get("name"); got != string(long) {
		t.Errorf("what was typed is lost: %q", got)
	}
}
