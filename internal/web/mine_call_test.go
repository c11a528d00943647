package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// a coordinator chooses on their page who is on call; that one is asked first, after a minute the next, and the volunteer's page
// tells it by itself until somebody has seen it. Nobody but a coordinator chooses, and nobody who does not work here is chosen.
func TestCallGoesFromWhoIsOnCall(t *testing.T) {
	h := webtest.New(t)
	guide(t, h, "timo")
	marja, noora, timo := h.SignIn("marja"), h.SignIn("noora"), h.SignIn("timo")
	form := marja.Want(marja.Get("/volunteers"), http.StatusOK, "Noora")
	for _, who := range []string{"timo", "nobody"} { // who is none of theirs is not there to be chosen
		said := marja.Post("/volunteers/on-call", url.Values{"unit": {string(h.Unit)}, "who": {string(h.Staff[who].Account) + map[string]string{"nobody": "x"}[who]}})
		if said.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s on call: %d", who, said.Status)
		}
	}
	noora.Want(noora.Post("/volunteers/on-call", url.Values{"unit": {string(h.Unit)}, "who": {string(h.Staff["noora"].Account)}}), http.StatusNotFound)
	marja.Want(marja.Submit(form, "/volunteers/on-call", "who", string(h.Staff["noora"].Account)), http.StatusOK)

	timo.Want(timo.Submit(timo.Get("/mine"), "/mine/call", "kind", "now"), http.StatusOK, "Kysytty: Noora, klo", "kysytään: Marja", "Katso uudelleen")
	lines := streamOf(t, h, "timo", "/mine/call/live")
	expect(t, lines, `kysytään: Marja`)
	h.Clock.Set(h.Clock.Now().Add(time.Minute))
	expect(t, lines, `; Marja, klo `)
	desk := marja.Want(marja.Get("/desk"), http.StatusOK, "tarvitsee työntekijän nyt")
	marja.Submit(desk, "/see")
	expect(t, lines, `"over":true,"text":"Marja on nähnyt pyynnön`)
	expect(t, streamOf(t, h, "timo", "/mine/call/live"), `"over":true`)
	timo.Want(timo.Get("/mine"), http.StatusOK, "Marja on nähnyt pyynnön")
}
