package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A-18's words: a child's, with a guardian's yes and the child's own, go through two readers, lose what would tell, and stand in the year's report and its files
// as a quotation; taken out again, they are in the next one no more, and the finished one stays as it left.
func TestWordsGoThroughTwoReadersIntoTheReport(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		granted(t, h, h.Unit, "AK-202 Turvaverkko")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			for _, words := range []string{"Vasili <b>Kalliosta</b> oli lyönyt mua", "Kukaan ei vielä lue tätä"} {
				q := feedback.Quote{Unit: h.Unit, Model: "turvaverkko-child", Form: "child", Month: "2026-03", Words: words, Guardian: true}
				if strings.HasPrefix(words, "Kukaan") {
					q.Month = "2027-01"
				}
				if err := tx.AddQuote(ctx, q); err != nil {
					return err
				}
			}
			sum := feedback.Sum{Unit: h.Unit, Model: "turvaverkko-child", Form: "child", Month: "2026-03", N: 9, Answers: map[string][]int{"useful": {0, 0, 9, 0}}}
			return tx.AddFeedback(ctx, h.Unit, sum.Model, sum.Form, sum.Month, sum)
		})
		first, second := h.SignIn("noora"), h.SignIn("marja")
		list := first.Want(first.Get("/quotes"), http.StatusOK, "Lainattavat sanat", "Odottaa sinua")
		if list.Says("Kalliosta") {
			t.Error("the list has words")
		}
		to := linkTo(list, "/quotes/")
		p := first.Want(first.Get(to), http.StatusOK, "oli lyönyt mua", "Huoltajan lupa", "Lapsen oma lupa")
		if p.Says("2026-03") || p.Says("maaliskuu") || strings.Contains(p.Title(), "Vasili") || strings.Contains(p.Body, "<b>Kall") {
			t.Error("the page says when, or has words where they do not belong")
		}
		p = first.Want(first.Post(to, url.Values{"turn": {"0"}, "step": {"look"}, "cover": {"0", "1"}}), http.StatusOK, "”… oli lyönyt mua”", "toiselle lukijalle")
		first.Want(first.Submit(p, to, "step", "change"), http.StatusOK, "Kalliosta")
		first.Want(first.Post(to, url.Values{"turn": {"0"}, "step": {"keep"}, "cover": {"0", "1", "2", "3", "4"}}), http.StatusUnprocessableEntity, "Mitään ei jää")
		first.Want(first.Post(to, url.Values{"turn": {"0"}, "step": {"keep"}, "cover": {"0", "1"}}), http.StatusOK, "odottavat nyt toista")
		first.Want(first.Post(to, url.Values{"turn": {"1"}, "step": {"keep"}}), http.StatusConflict, "Olet jo lukenut")
		at := "/report?unit=" + string(h.Unit) + "&year=2026"
		second.Want(second.Get(at), http.StatusOK, "1 lainaus odottaa lukijaa")
		p = second.Want(second.Get(to), http.StatusOK, "”… oli lyönyt mua”")
		if p.Says("Kalliosta") {
			t.Error("what was covered comes back")
		}
		second.Want(second.Post(to, url.Values{"turn": {"0"}, "step": {"keep"}}), http.StatusConflict, "ehti lukea")
		second.Want(second.Post(to, url.Values{"turn": {"1"}, "step": {"look"}}), http.StatusOK, "Olet toinen lukija")
		second.Want(second.Post(to, url.Values{"turn": {"1"}, "step": {"keep"}}), http.StatusOK, "saa nyt lainata")

		// Of nine nobody is quoted; of ten one may be.
		second.Want(second.Get(at), http.StatusOK, "ketään heistä ei lainata")
		form := func(pairs ...string) url.Values {
			v := url.Values{"unit": {string(h.Unit)}, "year": {"2026"}}
			for i := 0; i < len(pairs); i += 2 {
				v.Add(pairs[i], pairs[i+1])
			}
			return v
		}
		quote := strings.TrimPrefix(to, "/quotes/")
		second.Want(second.Post("/report/quote", form("quote", quote, "put", "yes")), http.StatusConflict, "Alle 10")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			sum := feedback.Sum{Unit: h.Unit, Model: "turvaverkko-child", Form: "child", Month: "2026-08", N: 7, Answers: map[string][]int{"useful": {0, 0, 7, 0}}}
			return tx.AddFeedback(ctx, h.Unit, sum.Model, sum.Form, sum.Month, sum)
		})
		second.Want(second.Post("/report/quote", form("quote", quote, "put", "yes")), http.StatusOK, "Lainaus on raportissa", "Raportissa")
		file := second.Want(second.Post("/report", form("format", "csv")), http.StatusOK)
		if !strings.Contains(file.Body, "”… oli lyönyt mua”") || strings.Contains(file.Body, "Kallio") {
			t.Error("the file has not the quotation as it was agreed")
		}
		for _, format := range []string{"xlsx", "pdf"} {
			second.Want(second.Post("/report", form("format", format)), http.StatusOK)
		}
		p = second.Want(second.Post("/report/finish", form()), http.StatusOK, "Raportti on valmis", "samat luvut")
		made := linkTo(p, "/report/made/")
		second.Want(second.Post("/report/quote", form("quote", quote)), http.StatusOK, "jätetty pois", "Uudessa raportissa olisi 1")
		second.Want(second.Get(made), http.StatusOK, "Vastaajien omin sanoin", "”… oli lyönyt mua”")
		if !strings.Contains(second.Want(second.Post(made, url.Values{"format": {"csv"}}), http.StatusOK).Body, "lyönyt mua") {
			t.Error("the finished file has no quotation")
		}

		// Words of the year that goes on are nobody's yet, and refused ones nobody's any more.
		second.Want(second.Post(to+"/refuse", nil), http.StatusOK, "Sanat on poistettu")
		second.Want(second.Get(to), http.StatusNotFound)
		second.Want(second.Get("/quotes"), http.StatusOK, "Ei luettavaa")
		h.Clock.Set(time.Date(2028, 1, 2, 9, 0, 0, 0, time.UTC))
		for lang, word := range map[locale.Lang]string{locale.Swedish: "Kan de här orden citeras?", locale.English: "Can these words be quoted?"} {
			r := hireIn(t, h, "ny-"+string(lang), lang, h.Unit, "worker")
			r.Want(r.Get(linkTo(r.Want(r.Get("/quotes"), http.StatusOK), "/quotes/")), http.StatusOK, word)
		}
	})
}
