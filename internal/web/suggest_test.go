package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

var roundAddress = regexp.MustCompile(`/answer/round/[A-Z0-9-]+`)

// One form is asked on paper, on a tablet and on the web: a coordinator opens a round, whoever has the address answers and says
// what they would like, and five of them together are proposals on the coordinator's list.
func TestSurveyBecomesProposals(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		sakki := string(offerCircles(h, h.Unit, "porukka", "sakki").ID)
		b, v := h.SignIn("marja"), h.Visitor()
		b.Want(b.Get("/ideas"), http.StatusOK, "kun niitä on viisi tai kuukausi vaihtuu")
		made := b.Want(b.Post("/feedback/round", url.Values{"form": {sakki + "/guest"}, "last": {"20.2.2027"}}), http.StatusOK, "Kysely on auki")
		address := roundAddress.FindString(made.Body)
		if address == "" {
			t.Fatal("no address")
		}
		form := v.Want(v.Get(address), http.StatusOK, "Mitä haluaisit tehdä?", "koordinaattori lukee toiveen", "Älä kirjoita nimiä")
		wrong := v.Want(v.Submit(form, "/answer/send", "a1", "1", "suggestion", strings.Repeat("x", 81), "step", "send"), http.StatusUnprocessableEntity, "Valitse vastaus kysymykseen 2", "yhdelle riville")
		if typed := b.Form(wrong, "/answer/send").Values.Get("suggestion"); len(typed) != 81 {
			t.Errorf("what was typed came back as %q", typed)
		}
		v.Want(v.Submit(wrong, "/answer/send", "a2", "1", "suggestion", "", "step", "send"), http.StatusOK, "Kiitos", "Voit sulkea sivun")
		for i := range 5 {
			if page := b.Get("/ideas"); strings.Contains(page.Body, "Melontaa") {
				t.Errorf("%d are read alone", i)
			}
			v.Want(v.Submit(v.Get(address), "/answer/send", "a1", "1", "a2", "2", "suggestion", "Melontaa "+strconv.Itoa(i), "step", "send"), http.StatusOK, "luetaan yhdessä muiden kanssa")
		}
		ideas := b.Want(b.Get("/ideas"), http.StatusOK, "Melontaa 0", "Melontaa 4", "Lukematta")
		if page := v.Get("/services/porukka"); strings.Contains(page.Body, "Melontaa") {
			t.Error("what nobody has read is on the service's page")
		}
		to := regexp.MustCompile(`/ideas/[^/"]+/drop`).FindString(ideas.Body)
		left := b.Want(b.Post(to, nil), http.StatusOK)
		if n := strings.Count(left.Body, "/drop\""); n != 4 {
			t.Errorf("%d are left, want 4", n)
		}
	})
}

// Who took part in a group reads its form on their own page when there are no coming meetings, and opens it once.
func TestParticipantTellsHowItWent(t *testing.T) {
	h := webtest.New(t)
	g := led(t, h, "porukka", "sakki", "talk", 4)
	var code string
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		in, err := circle.Join(ctx, tx, h.Models, g.ID, "Make", "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a")
		code = in.Code.String()
		return err
	})
	b := h.Visitor()
	enter := func() *webtest.Page { return b.Want(b.Post("/code", url.Values{"code": {code}}), http.StatusOK) }
	if page := enter(); strings.Contains(page.Body, "/code/group/feedback") {
		t.Error("the form is offered before the group is over")
	} else {
		b.Want(b.Post("/code/group/feedback", url.Values{"stay": {b.Form(page, "/code/group").Values.Get("stay")}}), http.StatusConflict, "ei ole nyt lomaketta")
	}
	h.Clock.Add(time.Date(2027, 3, 24, 12, 0, 0, 0, time.UTC).Sub(h.Clock.Now())) // the day after the last meeting
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		for no := 1; no <= 4; no++ {
			if err := circle.Count(ctx, tx, h.Models, h.Staff["noora"], g.ID, no, 5); err != nil {
				return err
			}
		}
		return nil
	})
	form := b.Want(b.Submit(enter(), "/code/group/feedback"), http.StatusOK, "Miten meni?", "Millaista ryhmää toivoisit seuraavaksi?")
	b.Want(b.Submit(form, "/answer/send", "a1", "4", "a2", "1", "a3", "1", "suggestion", "Kalastusta", "step", "send"), http.StatusOK, "Kiitos")
	if page := enter(); strings.Contains(page.Body, "/code/group/feedback") {
		t.Error("the form is offered twice")
	}
}

// A round of partners may have slips too, in the language of whoever gets them; the worker's page stays in the worker's own.
func TestRoundHasSlipsInTheirLanguage(t *testing.T) {
	h := webtest.New(t)
	b, v := h.SignIn("marja"), h.Visitor()
	page := b.Get("/feedback")
	form := regexp.MustCompile(`value="([^"]+/partner)"`).FindStringSubmatch(page.Body)
	if form == nil {
		t.Fatal("no partners are asked")
	}
	ask := url.Values{"form": {form[1]}, "last": {"20.2.2027"}, "slips": {"13"}, "language": {"sv"}}
	back := b.Want(b.Post("/feedback/round", ask), http.StatusUnprocessableEntity, "väliltä 1–12")
	if f := b.Form(back, "/feedback/round"); f.Values.Get("slips") != "13" || f.Values.Get("language") != "sv" {
		t.Errorf("what was typed is gone: %v", f.Values)
	}
	ask.Set("slips", "3")
	made := b.Want(b.Post("/feedback/round", ask), http.StatusOK, "Kysely on auki", "Svara på adressen", "/sv/answer/round/", "Gäller till")
	slips := regexp.MustCompile(`<p class="code">([A-Z0-9-]+)</p>`).FindAllStringSubmatch(made.Body, -1)
	if len(slips) != 3 {
		t.Fatalf("%d slips, want 3", len(slips))
	}
	v.Want(v.Post("/sv/answer", url.Values{"code": {slips[0][1]}}), http.StatusOK, "Skicka svaren")
}
