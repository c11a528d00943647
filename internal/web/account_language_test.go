package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A staff address says no language: the page that asks for signing in speaks what the browser asks for, and another
// language can be chosen without losing the way.
func TestSignInNeededInTheReadersLanguage(t *testing.T) {
	h := webtest.New(t)
	for accept, words := range map[string]string{"": "Työntekijän kirjautuminen", "sv-FI,sv;q=0.9,fi;q=0.5": "Inloggning för personalen", "en-GB": "Staff sign-in", "de": "Työntekijän kirjautuminen"} {
		b := h.Visitor()
		if accept != "" {
			b.Header.Set("Accept-Language", accept)
		}
		p := b.Want(b.Get("/desk"), http.StatusUnauthorized, words)
		for _, lang := range []string{"sv", "en"} {
			for _, a := range p.Root.Tags("a") {
				if strings.HasPrefix(a.Attr["href"], "/"+lang+"/sign-in") {
					other := b.Want(b.Get(a.Attr["href"]), http.StatusOK)
					if to := b.Form(other, "/sign-in").Values.Get("to"); to != "/desk" {
						t.Errorf("%q: in %s it leads to %q", accept, lang, to)
					}
				}
			}
		}
	}
}
