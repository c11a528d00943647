package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A coordinator changes what the public reads, and the public reads it at once.
func TestUnitFacts(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b, v := h.SignIn("marja"), h.Visitor()
		at := "/unit/" + string(h.Unit)
		p := b.Want(b.Get("/unit"), http.StatusOK, "Keskus", "040 000 1122", "Hervanta, Keskusta", "tiistai 10.00–13.00", "Keskustan toimisto")
		v.Want(v.Get("/"), http.StatusOK, "040 000 1122")
		form := b.Get(at + "/facts")
		back := b.Want(b.Submit(form, at+"/facts", "name-sv", " ", "phone", strings.Repeat("1", 201), "grant-object", "<b>C1"), http.StatusUnprocessableEntity,
			"Kirjoita nimi kaikilla kolmella kielellä", "Teksti on liian pitkä.")
		if f := b.Form(back, at+"/facts"); f.Values.Get("grant-object") != "<b>C1" || len(f.Values.Get("phone")) != 201 || f.Values.Get("name-fi") != "Keskus" {
			t.Errorf("came back with %v", f.Values)
		}
		b.Want(b.Submit(form, at+"/facts", "name-fi", "Keskus <i>", "phone", "040 000 7788"), http.StatusOK, "Julkiset tiedot on tallennettu.", "040 000 7788", "Keskus <i>")
		v.Want(v.Get("/"), http.StatusOK, "040 000 7788")
		p = b.Want(b.Submit(p, at+"/openings", "channel", "telephone", "days", "6", "days", "7", "opens", "12:00", "closes", "16:00"), http.StatusOK,
			"Aika on lisätty.", "sunnuntai 12.00–16.00")
		b.Want(b.Submit(p, at+"/openings", "channel", "telephone", "days", "7", "opens", "15:00", "closes", "17:00"), http.StatusUnprocessableEntity, "Aika menee päällekkäin")
		b.Want(b.Submit(p, at+"/openings", "channel", "smoke", "days", "1", "opens", "15:00", "closes", "17:00"), http.StatusUnprocessableEntity, "Valitse jokin annetuista")
		v.Want(v.Get("/"), http.StatusOK, "la–su 12.00–16.00")
		if p = b.Want(b.Submit(p, "/openings/drop"), http.StatusOK, "Aika on poistettu."); p.Says("tiistai 09.00–15.00") {
			t.Error("an opening that was dropped is still there")
		}
	})
}

// A coordinator says when reminders leave, or that none do; what is refused keeps what was chosen.
func TestUnitReminders(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b, at := h.SignIn("marja"), "/unit/"+string(h.Unit)
		p := b.Want(b.Get("/unit"), http.StatusOK, "edellisenä päivänä kello 17.00", "Muuta muistutuksen aikaa")
		if got := b.Form(p, at+"/reminders").Values.Get("hour"); got != "17" {
			t.Errorf("the form begins with %q", got)
		}
		p = b.Want(b.Submit(p, at+"/reminders", "hour", "9"), http.StatusOK, "Muistutusten aika on tallennettu.", "edellisenä päivänä kello 09.00")
		for _, wrong := range []string{"", "3", "24", "-1", "9.5", "aamulla"} {
			b.Want(b.Submit(p, at+"/reminders", "hour", wrong), http.StatusUnprocessableEntity, "Valitse jokin annetuista", "kello 09.00")
		}
		p = b.Want(b.Submit(p, at+"/reminders", "hour", "none"), http.StatusOK, "Yksikkö ei muistuta tapaamisista.")
		if got := b.Form(p, at+"/reminders").Values.Get("hour"); got != "none" {
			t.Errorf("the form has %q", got)
		}
		stranger := h.SignIn("noora")
		if got := stranger.Post(at+"/reminders", url.Values{"hour": {"9"}}); got.Status == http.StatusOK || b.Get("/unit").Says("kello 09.00") {
			t.Errorf("a worker set it: %d", got.Status)
		}
	})
}

// Offices are added, changed and taken out of use; those taken out stay for meetings agreed there.
func TestUnitPlaces(t *testing.T) {
	h := webtest.New(t)
	b, at := h.SignIn("marja"), "/unit/"+string(h.Unit)
	form := b.Want(b.Get(at+"/places/new"), http.StatusOK, "Lisää toimipaikka")
	back := b.Want(b.Submit(form, at+"/places/new", "name-fi", "Uusi", "address", `"><i>`), http.StatusUnprocessableEntity, "Kirjoita nimi kaikilla kolmella kielellä")
	if f := b.Form(back, at+"/places/new"); f.Values.Get("name-fi") != "Uusi" || f.Values.Get("address") != `"><i>` {
		t.Errorf("came back with %v", f.Values)
	}
	b.Want(b.Submit(form, at+"/places/new", "name-fi", "Uusi", "name-sv", "Ny", "name-en", "New", "area", "Kaleva"), http.StatusOK, "Toimipaikka on tallennettu.", "Uusi", "Kaleva")
	one := at + "/places/" + string(h.Places[0].ID)
	f := b.Form(b.Get(one), one).Values
	f.Del("active")
	b.Want(b.Post(one, f), http.StatusOK, "Ei käytössä")
}

// A service begins with a neutral word in its address, closes to new contacts and opens again.
func TestUnitOffers(t *testing.T) {
	h := webtest.New(t)
	b, v, at := h.SignIn("marja"), h.Visitor(), "/unit/"+string(h.Unit)
	p := b.Get("/unit")
	for slug, words := range map[string]string{"Iso Sana": "pieniä kirjaimia", "../etc": "pieniä kirjaimia", webtest.Adult: "Tämä osoite on jo käytössä."} {
		back := b.Submit(p, at+"/offers", "model", "family-day", "slug", slug)
		if !back.Says(words) || back.Status/100 != 4 || b.Form(back, at+"/offers").Values.Get("slug") != slug {
			t.Errorf("%q = %d %v", slug, back.Status, b.Form(back, at+"/offers").Values)
		}
	}
	b.Want(b.Submit(p, at+"/offers", "model", "<script>"), http.StatusUnprocessableEntity, "Valitse jokin annetuista")
	p = b.Want(b.Submit(p, at+"/offers", "model", "family-day", "slug", "yhdessa"), http.StatusOK, "Palvelu on käytössä", "yhdessa")
	v.Want(v.Get("/services/yhdessa"), http.StatusOK)
	b.Want(b.Post(at+"/offers", url.Values{"model": {"family-day"}, "slug": {"toinen"}}), http.StatusUnprocessableEntity)
	adult := at + "/offers/" + string(h.Offers[webtest.Adult].ID)
	p = b.Want(b.Submit(p, adult), http.StatusOK, "Palvelu ei ota nyt uusia.", "Ei ota uusia")
	b.Want(b.Submit(p, adult), http.StatusOK, "Palvelu ottaa taas uusia.")
}

// Everything of a unit is its own coordinators' alone, also where its parts are named by another's id.
func TestUnitOfAnother(t *testing.T) {
	h := webtest.New(t)
	other := otherUnit(t, h)
	stranger := hireIn(t, h, "vieras", locale.Finnish, other, access.Coordinator)
	mine, theirs := "/unit/"+string(other), "/unit/"+string(h.Unit)
	names, turn := url.Values{"name-fi": {"x"}, "name-sv": {"x"}, "name-en": {"x"}}, url.Values{"open": {"no"}}
	place, offer := "/places/"+string(h.Places[0].ID), "/offers/"+string(h.Offers[webtest.Adult].ID)
	for who, b := range map[string]*webtest.Browser{"a worker": h.SignIn("noora"), "another's coordinator": stranger, "an operator": h.SignIn("olli")} {
		for to, fill := range map[string]url.Values{theirs + "/facts": names, theirs + "/openings": {"channel": {"chat"}, "days": {"1"}, "opens": {"01:00"}, "closes": {"02:00"}},
			theirs + "/openings/drop": {"id": {"x"}}, theirs + "/places/new": names, theirs + place: names, theirs + "/offers": {"model": {"family-day"}, "slug": {"x"}},
			theirs + offer: turn, mine + place: names, mine + offer: turn} {
			if got := b.Post(to, fill); got.Status != http.StatusNotFound {
				t.Errorf("%s: POST %s = %d", who, to, got.Status)
			}
		}
		for _, to := range []string{theirs, theirs + "/facts", theirs + place, mine + place, "/figures?unit=" + string(h.Unit)} {
			if got := b.Get(to); got.Status != http.StatusNotFound {
				t.Errorf("%s: %s = %d", who, to, got.Status)
			}
		}
	}
	stranger.Want(stranger.Get("/unit"), http.StatusOK, "Toinen", "Yksikkö ei tarjoa vielä mitään")
	noora, v := h.SignIn("noora"), h.Visitor()
	noora.Want(noora.Get("/unit"), http.StatusNotFound)
	noora.Want(noora.Get("/figures"), http.StatusNotFound)
	v.Want(v.Get("/unit"), http.StatusUnauthorized)
	marja := h.SignIn("marja")
	marja.Want(marja.Get("/unit"), http.StatusOK, "Keskustan toimisto")
}

// A coordinator reads sums by quarter: things as they are, people when the quarter is over and by the rule of what may leave (decision 0068), the same as in the report.
func TestFigures(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.SignIn("marja")
		b.Want(b.Get("/figures"), http.StatusOK, "Lukuja ei ole vielä")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			for _, x := range []figure.Sum{{Month: "2026-11", Name: figure.Contacts, Value: "form", N: 7}, {Month: "2026-12", Name: figure.Contacts, Value: "chat", N: 3},
				{Month: "2027-01", Name: figure.Contacts, Value: "form", N: 44}, {Month: "2026-02", Name: figure.Contacts, Value: "form", N: 123}, {Month: "2025-12", Name: figure.Contacts, Value: "form", N: 888},
				{Month: "2026-11", Name: figure.FirstParts, Value: "evening/0-24/kept", N: 6}, {Month: "2026-11", Name: figure.FirstPlaces, Value: "office/0-24/kept", N: 6}, {Month: "2026-11", Name: figure.WaitMinutes, N: 6 * 26 * 60},
				{Month: "2026-11", Name: figure.Referrers, Value: "nollalinja", N: 9}, {Month: "2027-01", Name: figure.Held, Value: "client", N: 3},
				{Month: "2026-11", Name: figure.WaysOn, Value: "open-peer-group", N: 5}, {Month: "2026-11", Name: figure.WaysOn, Value: "police", N: 6}} {
				x.Unit, x.Model = h.Unit, "turvaverkko-adult"
				if err := tx.AddFigure(ctx, x); err != nil {
					return err
				}
			}
			return nil
		})
		p := b.Want(b.Get("/figures"), http.StatusOK, "1–3/26", "1–3/27")
		row := func(p *webtest.Page, name string) (out []string) {
			for _, tr := range p.Root.Tags("tr") {
				if strings.HasPrefix(strings.TrimSpace(tr.Words()), name) {
					for _, td := range tr.Tags("td") {
						out = append(out, strings.ReplaceAll(strings.TrimSpace(td.Words()), "\u00a0", " "))
					}
				}
			}
			return out
		}
		if got := row(p, "Yhteydenottoja"); !slices.Equal(got, []string{"123", "alle 5", "alle 5", "10", "…"}) {
			t.Errorf("people by quarter: %q", got)
		}
		if got := row(p, "Pidetyt tapaamiset"); !slices.Equal(got, []string{"0", "0", "0", "0", "3"}) {
			t.Errorf("things by quarter: %q", got)
		}
		if p.Says("888") || p.Says("44") {
			t.Error("a quarter too old, or one that goes on, is told")
		}
		// Seven by a form beside ten would tell of three by chat.
		parts := b.Want(b.Get("/figures?figure=contacts"), http.StatusOK, "chat", "lomake")
		for _, td := range parts.Root.Tags("td") {
			if w := strings.TrimSpace(td.Words()); w == "7" || w == "3" || w == "44" {
				t.Errorf("a part is told as %s", w)
			}
		}
		b.Want(b.Get("/figures?figure=referrers"), http.StatusOK, "Nollalinja")
		b.Want(b.Get("/figures?figure=held"), http.StatusOK, "Tukea arkeen: Omat tapaamiset")
		b.Want(b.Get("/figures?figure=ways-on"), http.StatusOK, "Poliisi")
		b.Want(b.Get("/figures?figure=first-wait"), http.StatusOK, "0–24 tuntia")
		b.Want(b.Get("/figures?figure=%3Cscript%3E"), http.StatusNotFound)
	})
}

func TestUnitInEveryLanguage(t *testing.T) {
	h := webtest.New(t)
	for lang, words := range map[locale.Lang][]string{locale.Swedish: {"Verksamhetsställen", "Öppna uppgifter", "Siffror"}, locale.English: {"Offices", "Public facts", "Figures"}} {
		b := hireIn(t, h, "ny-"+string(lang), lang, h.Unit, access.Coordinator)
		at := "/unit/" + string(h.Unit)
		b.Want(b.Get("/unit"), http.StatusOK, words[0])
		b.Want(b.Get(at+"/facts"), http.StatusOK, words[1])
		b.Want(b.Get(at+"/places/new"), http.StatusOK)
		b.Want(b.Get("/figures"), http.StatusOK, words[2])
	}
}
