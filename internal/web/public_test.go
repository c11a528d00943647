package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// nobody is asked for anything. The code is shown once, opens the client's page, and no address holds it.
func TestAskForHelpWithoutAnyContact(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		b.Want(b.Get("/"), http.StatusOK, "Saat apua, kun olet valmis.", "Hätätilanteessa soita 112.")
		b.Want(b.Get("/contact"), http.StatusOK, "Ennen kuin aloitat", "Poistuminen ei tyhjennä historiaa")
		form := b.Want(b.Get("/contact/form"), http.StatusOK, "Palaan itse koodilla")
		made := b.Want(b.Submit(form, "/contact/send", "times", "evening"), http.StatusOK, "Kiitos. Tässä on koodisi.", "Sinulle ei lähetetä mitään")
		code := codeOn(t, made)
		client := b.Want(open(b, code), http.StatusOK, "Yhteydenottosi on meillä", "Iltaisin klo 17 jälkeen", "Palaat itse koodilla")
		if strings.Contains(client.URL.String(), "?") || client.URL.Path != "/code" {
			t.Errorf("the client's page lies at %s", client.URL)
		}
		ask := b.Want(b.Submit(client, "/code/erasure"), http.StatusOK, "Tämä katoaa", "Tämä jää")
		b.Want(b.Submit(ask, "/code/erase"), http.StatusOK, "Tietosi on poistettu")
		b.Want(open(b, code), http.StatusUnprocessableEntity, "Koodi ei avaa mitään")
		b.Want(b.Submit(client, "/code/look"), http.StatusConflict, "Anna koodi uudelleen")
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
	t.Fatalf("%d %q shows no code: %s", p.Status, p.Heading(), p.Root.Words())
	return ""
}

func open(b *webtest.Browser, code string) *webtest.Page {
	return b.Submit(b.Get("/code"), "/code", "code", code)
}

func ask(t *testing.T, b *webtest.Browser, pairs ...string) string {
	t.Helper()
	return codeOn(t, b.Submit(b.Get("/contact/form"), "/contact/send", pairs...))
}

// offer makes a worker offer times to everybody who waits, at clock times of the next Tuesday.
func offer(t *testing.T, h *webtest.House, clocks ...calendar.Clock) {
	t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		waiting, err := tx.Waiting(ctx, h.Staff["noora"], 50)
		if err != nil {
			return err
		}
		for _, r := range waiting {
			var free []appointment.Free
			for _, c := range clocks {
				free = append(free, appointment.Free{Worker: h.Staff["noora"].Account, Minutes: 60, PlaceKind: appointment.Office, Place: h.Places[0].ID,
					At: calendar.Local{Day: "2027-01-19", Clock: c, Zone: webtest.Zone}})
			}
			if err := appointment.Offer(ctx, tx, h.Models, h.Staff["noora"], appointment.Target{Request: r.ID}, free); err != nil {
				return err
			}
		}
		return nil
	})
}

// Two who were offered the same times: who picks first has the time, the other sees what is left (issue: two at once).
func TestPickATime(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		first, second := h.Visitor(), h.Visitor()
		one, two := ask(t, first), ask(t, second)
		offer(t, h, "17:15", "18:30")
		a, b := open(first, one), open(second, two)
		first.Want(a, http.StatusOK, "Valitse sinulle sopiva aika", "klo 17.15", "klo 18.30", "Keskustan toimisto, Esimerkkikatu 1")
		slot := func(p *webtest.Page, i int) string { return first.Form(p, "/code/pick").Options("slot")[i] }
		first.Want(first.Submit(a, "/code/pick"), http.StatusUnprocessableEntity, "Valitse ensin aika")
		first.Want(first.Submit(a, "/code/pick", "slot", slot(a, 0)), http.StatusOK, "Aika on varattu sinulle.", "Seuraava tapaaminen", "klo 17.15", "Noora")
		left := second.Want(second.Submit(b, "/code/pick", "slot", slot(b, 0)), http.StatusConflict, "Joku ehti varata tämän ajan", "klo 18.30")
		booked := second.Want(second.Submit(left, "/code/pick", "slot", slot(left, 0)), http.StatusOK, "Aika on varattu sinulle.", "klo 18.30", "0 / 5")
		second.Want(second.Submit(left, "/code/pick", "slot", slot(left, 0)), http.StatusConflict, "klo 18.30")
		second.Want(second.Submit(booked, "/code/cancel"), http.StatusOK, "Tapaaminen on peruttu.")
		second.Want(second.Submit(booked, "/code/cancel"), http.StatusConflict, "Seuraavaa aikaa ei ole vielä sovittu")
		first.Want(open(first, one), http.StatusOK, "Seuraava tapaaminen", "klo 17.15")
	})
}

// One form sent twice is one request with one code; a reload and the back button make nothing new (issue: double submit).
func TestSendTwiceIsOnce(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		form := b.Get("/contact/form")
		one, two := b.Submit(form, "/contact/send"), b.Submit(form, "/contact/send")
		if codeOn(t, one) != codeOn(t, two) {
			t.Error("the second sending shows another code")
		}
		if n := waiting(t, h); n != 1 {
			t.Errorf("%d requests were made, want 1", n)
		}
		b.Want(b.Get("/contact/send"), http.StatusOK, "Ennen kuin aloitat")
		h.Clock.Add(11 * time.Minute)
		if late := b.Submit(form, "/contact/send"); late.Status != http.StatusConflict || late.Says(codeOn(t, one)) {
			t.Errorf("the same form much later = %d, want 409 and no code", late.Status)
		}
	})
}

func waiting(t *testing.T, h *webtest.House) (n int) {
	t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Waiting(ctx, h.Staff["noora"], 50)
		n = len(all)
		return err
	})
	return n
}

// A mistake brings the form back as it was filled, with every mistake told on top and beside its field.
func TestMistakesKeepTheForm(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	p := b.Submit(b.Get("/sv/contact/form"), "/contact/send", "channel", "call", "call-address", "<script>alert(1)</script>",
		"call-hour-from", "18", "call-hour-to", "9", "call-last-day", "2031-01-01", "name", `"><b>Lumi`, "times", "weekend", "times", "evening",
		"for", webtest.Child, "age", "kolme")
	b.Want(p, http.StatusUnprocessableEntity, "Kontrollera")
	if !strings.HasPrefix(p.Title(), "Fel:") {
		t.Errorf("title %q does not begin with the mistake", p.Title())
	}
	f := b.Form(p, "/contact/send")
	for name, want := range map[string][]string{"channel": {"call"}, "call-address": {"<script>alert(1)</script>"}, "call-hour-from": {"18"},
		"call-hour-to": {"9"}, "call-last-day": {"2031-01-01"}, "name": {`"><b>Lumi`}, "times": {"evening", "weekend"}, "for": {webtest.Child}, "age": {"kolme"}} {
		if got := strings.Join(f.Values[name], "|"); got != strings.Join(want, "|") {
			t.Errorf("%s came back as %q, want %q", name, got, want)
		}
	}
	if len(p.Root.Tags("script")) > 1 || strings.Contains(p.Body, "<b>Lumi") {
		t.Error("what was typed became part of the page")
	}
	links := 0
	for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Has("summary") })[0].Tags("a") {
		links++
		id := strings.TrimPrefix(n.Attr["href"], "#")
		if len(p.Root.All(func(n *webtest.Node) bool { return n.Attr["id"] == id })) != 1 {
			t.Errorf("the summary leads to #%s, which is not on the page", id)
		}
	}
	if links < 4 {
		t.Errorf("the summary tells %d mistakes, want address, hours, last day and age", links)
	}
	if n := waiting(t, h); n != 0 {
		t.Errorf("%d requests were kept of a form with mistakes", n)
	}
}

// D-185: what was allowed is kept, and nothing of it when somebody comes back by themselves in the end.
func TestContactIsKeptAsAllowed(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		ask(t, b, "channel", "call", "call-address", "040 123 4567", "call-hour-from", "9", "call-hour-to", "12", "call-allowed", "say", "call-code-word", "kanerva",
			"name", "Lumi", "places", "agreed", "language", "sv")
		ask(t, b, "channel", "none", "call-address", "040 765 4321", "sms-address", "040 765 4321")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Waiting(ctx, h.Staff["noora"], 50)
			if err != nil {
				return err
			}
			for _, r := range all {
				asked, err := tx.Request(ctx, r.ID)
				if err != nil {
					return err
				}
				c, err := tx.SafeContact(ctx, asked.Person)
				if err != nil {
					return err
				}
				switch {
				case c.Channel == "none":
					if !c.Address.Empty() {
						t.Error("a number was kept of somebody who comes back by themselves")
					}
				case c.Address.Reveal() != "040 123 4567" || c.CodeWord.Reveal() != "kanerva" || c.HourFrom != 9 || c.HourTo != 12 || !c.SayOrganisation || c.Voicemail || c.Others == "yes":
					t.Errorf("kept %+v", c)
				case asked.Lang != "sv" || len(r.Places) != 1:
					t.Errorf("kept language %s and places %v", asked.Lang, r.Places)
				}
			}
			return nil
		})
	})
}

// a partner hands in a contact with the client present, and learns nothing.
func TestPartner(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		form := b.Want(b.Get("/partner"), http.StatusOK, "Emme kerro kenellekään, onko joku asiakkaamme.")
		b.Want(b.Submit(form, "/partner/send"), http.StatusUnprocessableEntity, "asiakas on paikalla")
		done := b.Want(b.Submit(form, "/partner/send", "present", "yes", "referrer", "nollalinja"), http.StatusOK, "Kiitos. Asiakas sai koodin tällä näytöllä.")
		b.Want(open(b, codeOn(t, done)), http.StatusOK, "Yhteydenottosi on meillä")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Waiting(ctx, h.Staff["marja"], 50)
			if len(all) != 1 || all[0].Channel != intake.Partner || all[0].Referrer != "nollalinja" {
				t.Errorf("the desk has %+v", all)
			}
			return err
		})
	})
}

// Wrong codes cost time and tell nothing: five wrong ones wait, and every refusal reads the same.
func TestWrongCodesWait(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	code := ask(t, b)
	for _, wrong := range []string{"", "K7MQ-4T9X-2BHW", "' OR 1=1 --", strings.Repeat("Ä", 200), "K7MQ"} {
		b.Want(open(b, wrong), http.StatusUnprocessableEntity, "Koodi ei avaa mitään. Tarkista koodi ja kirjoita se uudelleen.")
	}
	p := b.Want(open(b, code), http.StatusTooManyRequests, "Odota 1 minuutti")
	if p.Header.Get("Retry-After") != "30" {
		t.Errorf("Retry-After is %q, want 30", p.Header.Get("Retry-After"))
	}
	h.Clock.Add(31 * time.Second)
	b.Want(open(b, code), http.StatusOK, "Yhteydenottosi on meillä")
}

// An unused code has its fourteen days; then it reads like any wrong one.
func TestExpiredCode(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	code := ask(t, b)
	h.Clock.Add(14*24*time.Hour + time.Minute)
	b.Want(open(b, code), http.StatusUnprocessableEntity, "Koodi ei avaa mitään. Tarkista koodi ja kirjoita se uudelleen.")
}

// leaving kills the stay on the server, whatever page it is left from; the exit's address opens nothing.
func TestExitEndsTheStay(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		client := open(b, ask(t, b))
		exit := exitOf(t, client)
		if !strings.HasPrefix(exit, "/exit/") {
			t.Fatalf("the exit of a stay is %q", exit)
		}
		capability := strings.TrimPrefix(exit, "/exit/")
		b.Want(b.Post("/code/look", url.Values{"stay": {capability}}), http.StatusConflict, "Anna koodi uudelleen")
		gone := b.Get(exit)
		if gone.Status != http.StatusSeeOther || gone.Header.Get("Location") != webtest.ExitURL || gone.Header.Get("Clear-Site-Data") == "" {
			t.Errorf("leaving = %d to %q", gone.Status, gone.Header.Get("Location"))
		}
		b.Want(b.Submit(client, "/code/look"), http.StatusConflict, "Anna koodi uudelleen")
		if again := b.Get(exit); again.Status != http.StatusSeeOther {
			t.Errorf("leaving twice = %d", again.Status)
		}
	})
}

func exitOf(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, n := range p.Root.Tags("a") {
		if n.Attr["id"] == "exit" {
			return n.Attr["href"]
		}
	}
	t.Fatalf("%q has no way out", p.Heading())
	return ""
}

// A stay is over after ten idle minutes; then the code is asked again and nothing is shown.
func TestStayRunsOut(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	client := open(b, ask(t, b))
	h.Clock.Add(9 * time.Minute)
	b.Want(b.Submit(client, "/code/look"), http.StatusOK, "Yhteydenottosi on meillä")
	h.Clock.Add(11 * time.Minute)
	p := b.Want(b.Submit(client, "/code/erasure"), http.StatusConflict, "Anna koodi uudelleen")
	if p.Says("Mitä pyysit") || waiting(t, h) != 1 {
		t.Error("a stay that is over still did something")
	}
}

// A page that a worker's ways on reach: offered at the end, answered with the code.
func TestWaysOn(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	code := ask(t, b)
	offer(t, h, "17:15")
	p := open(b, code)
	p = b.Submit(p, "/code/pick", "slot", b.Form(p, "/code/pick").Options("slot")[0])
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		return offerWay(ctx, tx, h, h.Staff["noora"])
	})
	p = b.Want(b.Submit(p, "/code/look"), http.StatusOK, "Mitä seuraavaksi", "Avoin ryhmä")
	b.Want(b.Submit(p, "/code/way", "answer", "yes"), http.StatusOK, "Vastauksesi on meillä.", "Otit vastaan")
	b.Want(b.Submit(p, "/code/way", "answer", "yes", "way", "nothing"), http.StatusConflict, "Sitä ei enää ole")
}

func offerWay(ctx context.Context, tx *storage.Tx, h *webtest.House, by access.Actor) error {
	all, err := tx.Episodes(ctx, by, episode.Filter{Limit: 5})
	if err != nil {
		return err
	}
	return episode.OfferWayOn(ctx, tx, h.Models, by, all[0].ID, "service", "open-peer-group")
}

// A-25 without scripts: Back asks for the address of a form that was left, and gets the neutral page; another visit's
// form, and the same person's next, are shown.
func TestLeftFormsStayLeft(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		way := func() string {
			for _, n := range b.Get("/contact?for=tuki").Root.Tags("a") {
				if strings.HasPrefix(n.Attr["href"], "/contact/form?for=tuki&at=") {
					return n.Attr["href"]
				}
			}
			t.Fatal("no way on to the form")
			return ""
		}
		mine, others := way(), way()
		form := b.Want(b.Get(mine), http.StatusOK, "Ota yhteyttä")
		refused := b.Want(b.Submit(form, "/contact/send", "channel", "call"), http.StatusUnprocessableEntity, "numero")
		for _, page := range []*webtest.Page{form, refused} {
			if exit := exitOf(t, page); !strings.HasSuffix(mine, strings.TrimPrefix(exit, "/exit?")) {
				t.Errorf("%s is left by %s", mine, exit)
			}
		}
		b.Get(exitOf(t, refused))
		if again := b.Get(mine); again.Status != http.StatusSeeOther || again.Header.Get("Location") != webtest.ExitURL {
			t.Errorf("the form that was left = %d to %q", again.Status, again.Header.Get("Location"))
		}
		b.Want(b.Get(others), http.StatusOK, "Ota yhteyttä")
		b.Want(b.Get(way()), http.StatusOK, "Ota yhteyttä")
		b.Want(b.Get("/contact/form?for=tuki&at=%27;--"), http.StatusOK, "Ota yhteyttä")
	})
}
