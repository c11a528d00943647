package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// taken is an episode of Noora's, and its number as her page shows it.
func taken(t *testing.T, h *webtest.House) (at, number string) {
	t.Helper()
	b := h.SignIn("noora")
	request, _ := takeIn(t, b, "Tukea arkeen")
	p := book(t, h, b, request)
	at = episodeOf(t, p)
	number = emergency.Number(episode.ID(strings.TrimPrefix(at, "/episodes/")))
	b.Want(p, http.StatusOK, "Asiakkuuden numero: "+number)
	return at, number
}

// Emergency access opens one episode for three hours by its number and a ground from the list, two others see it, and
// nobody searches by it (design 4.8, decision 0046).
func TestEmergencyAccess(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		at, number := taken(t, h)
		elina, marja, olli := h.SignIn("elina"), h.SignIn("marja"), h.SignIn("olli")
		elina.Want(elina.Get(at), http.StatusNotFound)
		elina.Want(elina.Get("/emergency"), http.StatusOK, "Hätäpääsy", "Nimellä ei voi hakea")
		use := func(number, ground string) *webtest.Page {
			return elina.Post("/emergency", url.Values{"number": {number}, "ground": {ground}})
		}
		elina.Want(use("", ""), http.StatusUnprocessableEntity, "Kirjoita numero", "Valitse peruste")
		elina.Want(use("Noora", "danger"), http.StatusUnprocessableEntity, "Kirjoita numero")
		elina.Want(use(number, "curious"), http.StatusUnprocessableEntity, "Valitse peruste")
		elina.Want(use("0000 0000 0000", "danger"), http.StatusNotFound)
		elina.Want(elina.Get(at), http.StatusNotFound)
		elina.Want(use(strings.ToLower(number), "danger"), http.StatusOK, "hätäpääsyllä kello", "Tapaamisesta ei kirjata")
		elina.Want(use(number, "danger"), http.StatusConflict, "Näet tämän asiakkuuden jo")

		marja.Want(marja.Get("/desk"), http.StatusOK, "1 hätäpääsy odottaa")
		page := marja.Want(marja.Get("/emergency/seen"), http.StatusOK, "Elina", "Jonkun turvallisuus on vaarassa", "Kukaan ei ole vielä nähnyt", number, "1 kerran")
		olli.Want(olli.Get("/staff"), http.StatusOK, "1 hätäpääsy odottaa")
		if seen := olli.Get("/emergency/seen"); strings.Contains(seen.Root.Words(), number) {
			t.Error("the operator, who sees no clients, reads the episode's number")
		}
		elina.Want(elina.Get("/emergency/seen"), http.StatusNotFound)
		marja.Want(marja.Submit(page, "/emergency/seen"), http.StatusOK, "Merkitty nähdyksi", "Mitään ei odota")
		olli.Want(olli.Submit(olli.Want(olli.Get("/emergency/seen"), http.StatusOK, "Yksi on nähnyt"), "/emergency/seen"), http.StatusOK, "Mitään ei odota")

		h.Clock.Add(emergency.Lasts)
		elina.Want(elina.Get(at), http.StatusNotFound)
		h.Do(func(ctx context.Context, tx *storage.Tx) error { _, err := emergency.Forget(ctx, tx); return err })
		marja.Want(marja.Get("/emergency/seen"), http.StatusOK, "Mitään ei odota", "1 kerran")
	})
}

// Who used it is never among those who have seen it, however the request is made; nor does one see it twice.
func TestEmergencyIsSeenByOthers(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		_, number := taken(t, h)
		marja := h.SignIn("marja")
		marja.Want(marja.Post("/emergency", url.Values{"number": {number}, "ground": {"absent"}}), http.StatusOK, "hätäpääsyllä kello")
		marja.Want(marja.Get("/emergency/seen"), http.StatusOK, "Mitään ei odota")
		var use string
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.UnseenEmergencies(ctx)
			use = all[0].ID
			return err
		})
		see := func(b *webtest.Browser) *webtest.Page { return b.Post("/emergency/seen", url.Values{"use": {use}}) }
		marja.Want(see(marja), http.StatusNotFound)
		olli := h.SignIn("olli")
		olli.Want(see(olli), http.StatusOK)
		olli.Want(see(olli), http.StatusNotFound)
		olli.Want(olli.Post("/emergency/seen", url.Values{"use": {"x"}}), http.StatusNotFound)
	})
}

// A wall stands: the other party's worker gets the page of a number that does not exist.
func TestEmergencyStopsAtAWall(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		at, number := taken(t, h)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			e, err := tx.Episode(ctx, episode.ID(strings.TrimPrefix(at, "/episodes/")))
			if err != nil {
				return err
			}
			return tx.PutApart(ctx, wall.Apart{ID: "apart", Account: h.Staff["elina"].Account, Person: e.Person})
		})
		elina := h.SignIn("elina")
		got := elina.Want(elina.Post("/emergency", url.Values{"number": {number}, "ground": {"danger"}}), http.StatusNotFound)
		none := elina.Want(elina.Post("/emergency", url.Values{"number": {"0000 0000 0000"}, "ground": {"danger"}}), http.StatusNotFound)
		if got.Root.Words() != none.Root.Words() {
			t.Error("the page of a walled number differs from that of none")
		}
		elina.Want(elina.Get(at), http.StatusNotFound)
	})
}

// Another unit's number opens nothing, and whoever tries numbers through has to wait.
func TestEmergencyElsewhere(t *testing.T) {
	h := newStaffHouse(t)
	b, _ := h.demo("aino@example.org", locale.Finnish, access.Worker)
	for range 5 {
		b.want("a number of nothing", b.post("/emergency", "number", "0123 4567 89AB", "ground", "danger"), 404, "")
	}
	b.want("the sixth", b.post("/emergency", "number", "0123 4567 89AB", "ground", "danger"), 429, "")
	link, _ := h.invite("bertta@example.org", locale.Finnish, access.Worker)
	real := h.browser()
	secret := real.setUp(link)
	h.clock.Add(11 * time.Minute)
	real.want("long after signing in", real.get("/emergency"), 401, "", "Vahvista, että olet sinä")
	real.want("proven", real.post("/sign-in/again", "password", longPassword, "code", real.code(secret), "to", "/emergency"), 303, "/emergency")
	real.want("then", real.get("/emergency"), 200, "", "Hätäpääsy")
}

// The audit's page: who saw what, by day; a month alone where nothing is recorded; nothing of what one may not see.
func TestAuditPage(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		at, number := taken(t, h)
		noora, marja := h.SignIn("noora"), h.SignIn("marja")
		noora.Want(noora.Get(at), http.StatusOK)
		noora.Want(noora.Get("/audit"), http.StatusNotFound)
		p := marja.Want(marja.Get("/audit?number="+url.QueryEscape(number)), http.StatusOK, "Noora", "näki", "Asiakkuus "+number, "tammikuu 2027")
		if strings.Contains(p.Root.Words(), "12.1.2027") {
			t.Error("a service without records has a day beside a worker and an episode")
		}
		marja.Want(marja.Get("/audit?day=2027-13-99"), http.StatusUnprocessableEntity, "Tarkista numero ja päivä")
		marja.Want(marja.Get("/audit?number=x"), http.StatusUnprocessableEntity, "Tarkista numero ja päivä")
		if day := marja.Get("/audit?day=2027-01-12"); strings.Contains(day.Root.Words(), number) {
			t.Error("asking by day tells of a service without records")
		}
		olli := h.SignIn("olli")
		if seen := olli.Want(olli.Get("/audit"), http.StatusOK); strings.Contains(seen.Root.Words(), number) {
			t.Error("the operator reads of clients")
		}
	})
}
