package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// careful is A-24's permission as a worker types it.
var careful = []string{"reach", "sms", "address", "040 555 0200", "hour-from", "10", "hour-to", "14", "code-word", "kanerva", "last-day", "2027-03-31",
	"may", "other-may-answer"}

func turn(t *testing.T, h *webtest.House, day calendar.Date, clock calendar.Clock) {
	t.Helper()
	at, err := calendar.Local{Day: day, Clock: clock, Zone: webtest.Zone}.Instant()
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Set(at)
}

// bookedAt is a client with that permission and a meeting at a time of the worker's own choosing.
func bookedAt(t *testing.T, h *webtest.House, b *webtest.Browser, day, clock string, pairs ...string) string {
	t.Helper()
	base, _ := takeIn(t, b, "Tukea arkeen", pairs...)
	p := b.Want(b.Post(base+"/book", url.Values{"kind": {"agreed"}, "with": {string(h.Staff["noora"].Account)}, "day": {day}, "clock": {clock}}), http.StatusOK)
	return episodeOf(t, p)
}

// A-24 on the worker's pages: what may be done now and what will leave are told, a reply is news without words, and
// after the last day the number stands nowhere.
func TestWhatMayBeDoneNow(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		turn(t, h, "2027-03-01", "11:00")
		noora := h.SignIn("noora")
		at := bookedAt(t, h, noora, "2027-03-09", "12:00", careful...)
		p := noora.Want(noora.Get(at), http.StatusOK, "Tekstiviesti klo 10–14, viimeistään 31.3.2027", "Joku muu voi lukea viestin.", "Järjestön nimeä ei sanota.",
			"Muistutuksia ei lähetetä.", "040 555 0200", "kanerva", "Kysy tunnussana ennen kuin sanot mitään.")
		if p.Says("Lähtee seuraavaksi") {
			t.Error("something leaves of a meeting that was agreed together")
		}
		turn(t, h, "2027-03-07", "20:05")
		noora = h.SignIn("noora")
		meeting := noora.Form(noora.Get(at), "/cancel").Values.Get("meeting")
		p = noora.Want(noora.Post(at+"/move", url.Values{"kind": {"agreed"}, "day": {"2027-03-09"}, "clock": {"17:15"}, "meeting": {meeting}}), http.StatusOK,
			"Lähtee seuraavaksi", "Tieto siirrosta, ma 8.3. klo 10.00")
		p = noora.Want(noora.Submit(p, "/contact/stop"), http.StatusOK)
		if p.Says("Lähtee seuraavaksi") {
			t.Error("a message that was stopped is still to leave")
		}

		gateway := h.Visitor()
		for _, wrong := range []string{"", "x", webtest.ReplySecret + "x", strings.ToUpper(webtest.ReplySecret)} {
			gateway.Want(gateway.Post("/gateway/sms/"+wrong, url.Values{"from": {"+358405550200"}}), http.StatusNotFound)
		}
		gateway.Want(gateway.Post("/gateway/sms/"+webtest.ReplySecret, url.Values{"text": {"kuka tämä on?"}}), http.StatusUnprocessableEntity)
		gateway.Want(gateway.Post("/gateway/sms/"+webtest.ReplySecret, url.Values{"from": {"+358409999999"}, "text": {"kuka tämä on?"}}), http.StatusNoContent)
		if noora.Want(noora.Get("/desk"), http.StatusOK).Says("Vastaus saapui") {
			t.Error("a number that nobody gave was somebody's")
		}
		gateway.Want(gateway.Post("/gateway/sms/"+webtest.ReplySecret, url.Values{"from": {"+358405550200"}, "text": {"kuka tämä on?"}}), http.StatusNoContent)
		noora.Want(noora.Get(at), http.StatusOK, "Vastaus saapui.", "Sitä ei tallennettu", "Kysy tunnussana ennen kuin sanot mitään.")
		elina, marja := h.SignIn("elina"), h.SignIn("marja")
		if elina.Want(elina.Get("/desk"), http.StatusOK).Says("Vastaus saapui") {
			t.Error("a colleague was told of a reply")
		}
		elina.Want(elina.Get(at+"/contact"), http.StatusNotFound)
		marja.Want(marja.Get(at+"/contact"), http.StatusNotFound)
		p = noora.Want(noora.Get("/desk"), http.StatusOK, "Vastaus saapui su 7.3.")
		if noora.Want(noora.Submit(p, "/contact/seen"), http.StatusOK).Says("Vastaus saapui") {
			t.Error("what was seen is still on the desk")
		}
		if log := h.Log.String(); strings.Contains(log, "kuka") || strings.Contains(log, "5550200") || strings.Contains(log, webtest.ReplySecret) {
			t.Error("the log tells of a reply")
		}

		turn(t, h, "2027-04-01", "00:00")
		noora = h.SignIn("noora")
		p = noora.Want(noora.Get(at), http.StatusOK, "Lupa päättyi 31.3.2027", "Kysy lupa uudelleen")
		for _, page := range []*webtest.Page{p, noora.Want(noora.Get(at+"/contact"), http.StatusOK, "Lupa päättyi 31.3.2027")} {
			if strings.Contains(page.Body, "555 0200") || strings.Contains(page.Body, "kanerva") {
				t.Errorf("%s still tells the number or the word", page.URL.Path)
			}
		}
		renewing(t, noora, at)
	})
}

// renewing asks everything anew; what is missing comes back beside what was typed.
func renewing(t *testing.T, noora *webtest.Browser, at string) {
	t.Helper()
	form := noora.Want(noora.Get(at+"/contact"), http.StatusOK)
	noora.Want(noora.Submit(form, "/contact"), http.StatusUnprocessableEntity)
	p := noora.Want(noora.Submit(form, "/contact", "channel", "sms", "sms-address", "040 555 0300"), http.StatusUnprocessableEntity, "Valitse, mistä mihin kellonaikaan")
	if f := noora.Form(p, "/contact"); f.Values.Get("sms-address") != "040 555 0300" {
		t.Errorf("what was typed is gone: %v", f.Values)
	}
	noora.Want(noora.Submit(p, "/contact", "sms-hour-from", "9", "sms-hour-to", "20", "sms-others", "no", "sms-allowed", "say", "sms-allowed", "again"), http.StatusOK,
		"Tekstiviesti klo 9–20, viimeistään 1.7.2027", "Kukaan muu ei lue viestejä.", "Järjestön nimen saa sanoa.", "Lupa kysytään uudelleen aina yhden viestin jälkeen.", "040 555 0300")
}

// A client who could not be told is on the desk of whoever may see her, with the reason and no more.
func TestNotTold(t *testing.T) {
	h := webtest.New(t)
	turn(t, h, "2027-03-08", "15:00")
	noora, marja := h.SignIn("noora"), h.SignIn("marja")
	at := bookedAt(t, h, noora, "2027-03-09", "12:00", careful...)
	meeting := noora.Form(noora.Get(at), "/cancel").Values.Get("meeting")
	noora.Want(noora.Post(at+"/move", url.Values{"kind": {"agreed"}, "day": {"2027-03-09"}, "clock": {"09:00"}, "meeting": {meeting}}), http.StatusOK,
		"Siirrosta ei voitu kertoa. Ennen tapaamista ei ole sallittua tuntia.")
	marja.Want(marja.Get("/desk"), http.StatusOK, "Siirrosta ei voitu kertoa.")
	p := noora.Want(noora.Get("/desk"), http.StatusOK, "Siirrosta ei voitu kertoa. Ennen tapaamista ei ole sallittua tuntia.")
	if noora.Want(noora.Submit(p, "/contact/seen"), http.StatusOK).Says("ei voitu kertoa") {
		t.Error("what was seen is still on the desk")
	}
}

// The client sees how she is reached without the number, changes it and takes it back; what was queued dies.
func TestClientChangesHerMind(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		turn(t, h, "2027-03-01", "15:00")
		noora := h.SignIn("noora")
		base, code := takeIn(t, noora, "Tukea arkeen", careful...)
		noora.Want(noora.Post(base+"/offer", url.Values{"kind": {"agreed"}, "with": {string(h.Staff["noora"].Account)}, "day": {"2027-03-09"}, "clock": {"12:00"}}), http.StatusOK, "Tieto uusista ajoista, ti 2.3. klo 10.00")
		her := h.Visitor()
		p := her.Want(open(her, code), http.StatusOK, "Sinulle saa lähettää tekstiviestin. Kello 10–14, viimeistään 31.3.2027.")
		p = her.Want(her.Submit(p, "/code/reach"), http.StatusOK, "Miten sinuun saa ottaa yhteyttä?", "Kaikki kysytään uudelleen.")
		if strings.Contains(strings.ReplaceAll(p.Body, " ", ""), "5550200") || strings.Contains(p.Body, "kanerva") {
			t.Error("the number or the word stands on her page")
		}
		p = her.Want(her.Submit(p, "/code/allow", "channel", "email", "email-address", "ei osoite"), http.StatusUnprocessableEntity)
		p = her.Want(her.Submit(p, "/code/allow", "channel", "email", "email-address", "nimi@example.fi", "email-hour-from", "8", "email-hour-to", "20", "email-others", "no"),
			http.StatusOK, "Yhteydenpito on muutettu.", "Sinulle saa lähettää sähköpostia.")
		p = her.Want(her.Submit(p, "/code/reach"), http.StatusOK)
		her.Want(her.Submit(p, "/code/allow", "channel", "none"), http.StatusOK, "Yhteydenpito on muutettu.", "Sinulle ei lähetetä mitään, eikä kukaan soita.")
		if noora.Want(noora.Get(base), http.StatusOK, "Ei yhteydenottoja.").Says("Lähtee seuraavaksi") {
			t.Error("what was queued is still to leave")
		}
		h.Clock.Set(h.Clock.Now().AddDate(0, 0, 3))
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			_, ok, _, err := outgoing.Take(ctx, tx, func(person.Channel) bool { return true })
			if ok {
				t.Error("a message leaves without leave")
			}
			return err
		})
	})
}
