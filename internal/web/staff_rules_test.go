package web_test

import (
	"net/http"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// Whoever works here reads how a service works, drawn and as a list, from where the service is named.
func TestRules(t *testing.T) {
	h := webtest.New(t)
	b := h.SignIn("noora")
	request, _ := takeIn(t, b, "Tukea arkeen")
	page, at := b.Want(b.Get(request), http.StatusOK), ""
	for _, n := range page.Root.Tags("a") {
		if strings.HasPrefix(n.Attr["href"], "/rules/") {
			at = n.Attr["href"]
		}
	}
	rules := b.Want(b.Get(at), http.StatusOK, "Näin palvelu toimii", "Palvelun kulku", "Tapaamisia on enintään 5.", "Ei mitään siitä, mitä puhuttiin.")
	if drawn, list := len(rules.Root.Tags("circle")), len(rules.Root.Tags("ol")[0].Tags("li")); drawn != list || drawn < 4 {
		t.Errorf("%d stops are drawn and %d told", drawn, list)
	}
	for _, wrong := range []string{"/rules/none/1", "/rules/open-peer-group/x", "/rules/open-peer-group/99"} {
		b.Want(b.Get(wrong), http.StatusNotFound)
	}
}
