package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// parents adds answers of satisfied parents to a month's sums.
func parents(h *webtest.House, month string, n int) {
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		return tx.AddFeedback(ctx, h.Unit, "turvaverkko-child", "parent", month, feedback.Sum{Unit: h.Unit, Model: "turvaverkko-child", Form: "parent", Month: month, N: n,
			Answers: map[string][]int{"satisfied": {0, 0, 0, n}, "gladly": {0, 0, 0, 0, n}}})
	})
}

const few = "Alle 5 vastausta – näytetään, kun niitä on tarpeeksi."

// rowsOf are the words of a page's table rows that name a period.
func rowsOf(p *webtest.Page, period string) (out []string) {
	for _, tr := range p.Root.Tags("tr") {
		if words := tr.Words(); strings.Contains(words, period) {
			out = append(out, words)
		}
	}
	return out
}

// A-19 with its numbers: three satisfied parents tell nothing, and four more tell the half-year's number and neither quarter's; the file says the same.
func TestResultsOfThree(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2027, 4, 6, 9, 0, 0, 0, time.UTC))
		b := h.SignIn("marja")
		parents(h, "2027-02", 3)
		at := "/results?unit=" + string(h.Unit) + "&year=2027"
		p := b.Want(b.Get(at), http.StatusOK, few, "vanhemmat")
		for _, period := range []string{"1.1.2027–31.3.2027"} {
			for _, row := range rowsOf(p, period) {
				if !strings.Contains(row, few) || strings.ContainsAny(strings.ReplaceAll(strings.ReplaceAll(row, few, ""), period, ""), "0123456789%") {
					t.Errorf("%s: %s", period, row)
				}
			}
		}
		if p.Says("%") || p.Says("tyytyväi") && p.Says("kaikki") {
			t.Error("something is told of how three answered")
		}
		parents(h, "2027-05", 4)
		h.Clock.Set(time.Date(2027, 7, 2, 9, 0, 0, 0, time.UTC))
		b = h.SignIn("marja")
		p = b.Want(b.Get(at), http.StatusOK)
		all := strings.Join(rowsOf(p, "1.1.2027–30.6.2027"), "|")
		if !strings.Contains(all, "7") {
			t.Errorf("the half-year is told as %q", all)
		}
		for _, period := range []string{"1.1.2027–31.3.2027", "1.4.2027–30.6.2027"} {
			if rows := strings.Join(rowsOf(p, period), "|"); !strings.Contains(rows, few) || !strings.Contains(rows, "Rivin voisi muuten laskea jaksosta 1.1.2027–30.6.2027") {
				t.Errorf("%s is told as %q", period, rows)
			}
		}
		if p.Says("100 %") || p.Says("60 %") {
			t.Error("something is told of how seven answered while the year goes on")
		}
		for _, format := range []string{"csv", "xlsx", "pdf"} {
			file := b.Want(b.Post("/results", url.Values{"unit": {string(h.Unit)}, "year": {"2027"}, "format": {format}}), http.StatusOK)
			if format != "csv" {
				continue
			}
			for _, want := range []string{"1.1.2027–31.3.2027;;;;" + few, "1.4.2027–30.6.2027;;;;" + few, "1.1.2027–30.6.2027;Vastauksia;;7;"} {
				if !strings.Contains(file.Body, want) {
					t.Errorf("the file has no %q:\n%s", want, file.Body)
				}
			}
		}
	})
}

// A unit's results are its own coordinators' alone, and a year that is none is not there.
func TestResultsOfAnother(t *testing.T) {
	h := webtest.New(t)
	other := otherUnit(t, h)
	stranger := hireIn(t, h, "vieras", locale.Finnish, other, access.Coordinator)
	stranger.Want(stranger.Get("/results"), http.StatusOK, "Lomakkeita ei ole")
	stranger.Want(stranger.Get("/results?unit="+string(h.Unit)), http.StatusNotFound)
	if got := stranger.Post("/results", url.Values{"unit": {string(h.Unit)}, "year": {"2026"}, "format": {"csv"}}); got.Status != http.StatusNotFound {
		t.Errorf("a file of another's: %d", got.Status)
	}
	marja := h.SignIn("marja")
	for _, year := range []string{"2028", "1999", "x", "20270"} {
		marja.Want(marja.Get("/results?year="+year), http.StatusNotFound)
	}
	noora := h.SignIn("noora")
	noora.Want(noora.Get("/results"), http.StatusNotFound)
}

func TestResultsInEveryLanguage(t *testing.T) {
	h := webtest.New(t)
	for lang, words := range map[locale.Lang]string{locale.Swedish: "Resultat av responsen", locale.English: "Results of feedback"} {
		b := hireIn(t, h, "ny-"+string(lang), lang, h.Unit, access.Coordinator)
		b.Want(b.Get("/results"), http.StatusOK, words)
	}
}

// Partners need not say where they work: those who did not are counted with the whole, and by no kind.
func TestResultsOfWhoSaidNoKind(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2028, 1, 11, 9, 0, 0, 0, time.UTC))
		partners := func(by, value string, n, well int) feedback.Sum {
			return feedback.Sum{Unit: h.Unit, Model: "turvaverkko-adult", Form: "partner", Month: "2027-02", By: by, Value: value, N: n, Answers: map[string][]int{"knows": {well, n - well, 0}}}
		}
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.AddFeedback(ctx, h.Unit, "turvaverkko-adult", "partner", "2027-02", partners("", "", 30, 22), partners("kind", "ngo", 16, 11))
		})
		b := h.SignIn("marja")
		p := b.Want(b.Get("/results?unit="+string(h.Unit)+"&year=2027"), http.StatusOK, "73 %")
		if rows := strings.Join(rowsOf(p, "Järjestössä"), "|"); !strings.Contains(rows, "16") {
			t.Errorf("who said one is told as %q", rows)
		}
	})
}
