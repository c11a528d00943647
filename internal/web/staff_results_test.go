package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
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

// The whole grant object has a page of its own, told by the same memory: what one of two units may not tell, both together may. One form is open at a time, or all to be printed.
func TestResultsOfAGrantObject(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2028, 1, 11, 9, 0, 0, 0, time.UTC))
		other := otherUnit(t, h)
		for _, unit := range []access.UnitID{h.Unit, other} {
			granted(t, h, unit, "AK-202 Turvaverkko")
		}
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			m, _ := h.Models.Latest("turvaverkko-child")
			if _, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: other, Model: m.ID, Version: m.Version, Slug: "toinen-lapsi", Open: true}); err != nil {
				return err
			}
			for unit, n := range map[access.UnitID]int{h.Unit: 4, other: 5} {
				sum := feedback.Sum{Unit: unit, Model: m.ID, Form: "parent", Month: "2027-02", N: n, Answers: map[string][]int{"satisfied": {0, 0, 0, n}}}
				if err := tx.AddFeedback(ctx, unit, m.ID, "parent", "2027-02", sum); err != nil {
					return err
				}
			}
			return nil
		})
		b := h.SignIn("marja")
		at := "/results?unit=" + string(h.Unit) + "&year=2027"
		p := b.Want(b.Get(at), http.StatusOK, "Koko AK-202 Turvaverkko", few)
		if p.Says("2027: 9") || p.Says("2027: 4") || p.Says("2027: 5") {
			t.Error("the unit alone is told")
		}
		p = b.Want(b.Get(at+"&grant=1"), http.StatusOK, "2027: 9 vastausta")
		if !strings.Contains(b.Want(b.Post("/results", url.Values{"unit": {string(h.Unit)}, "year": {"2027"}, "grant": {"1"}, "format": {"csv"}}), http.StatusOK).Body, "2027;Vastauksia;;9;") {
			t.Error("the file has not the grant object's number")
		}
		if open := len(p.Root.All(func(n *webtest.Node) bool { _, ok := n.Attr["open"]; return n.Name == "details" && ok })); open < 1 {
			t.Error("the only form of which something is told is folded")
		}
		for _, d := range b.Want(b.Get(at+"&grant=1&all=1"), http.StatusOK).Root.Tags("details") {
			if _, ok := d.Attr["open"]; !ok && d.Has("fold") && !strings.Contains(d.Words(), "Nosta") {
				t.Errorf("folded where all is wanted: %.60s", d.Words())
			}
		}
	})
}

// A coordinator raises the limit, and never lowers it (D-213): smaller numbers leave the pages, and what has left the house has left; the database refuses the same.
func TestLimitIsRaised(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2027, 4, 6, 9, 0, 0, 0, time.UTC))
		b := h.SignIn("marja")
		at := "/results?unit=" + string(h.Unit) + "&year=2027"
		parents(h, "2027-02", 6)
		b.Want(b.Get(at), http.StatusOK, "1.1.2027–31.3.2027: 6 vastausta")
		form := func(least string) url.Values {
			return url.Values{"unit": {string(h.Unit)}, "year": {"2027"}, "least": {least}}
		}
		for _, bad := range []string{"4", "", "51", "x"} {
			p := b.Want(b.Post("/results/least", form(bad)), http.StatusUnprocessableEntity, "5–50")
			if bad != "" && !strings.Contains(p.Body, `value="`+bad+`"`) {
				t.Errorf("%q is not there any more", bad)
			}
		}
		b.Want(b.Post("/results/least", form("8")), http.StatusOK, "Raja on nostettu", "alle 8")
		b.Want(b.Post("/results/least", form("7")), http.StatusUnprocessableEntity, "8–50")
		parents(h, "2027-05", 7)
		h.Clock.Set(time.Date(2027, 7, 2, 9, 0, 0, 0, time.UTC))
		b = h.SignIn("marja")
		p := b.Want(b.Get(at), http.StatusOK, "Alle 8 vastausta")
		if rows := strings.Join(rowsOf(p, "1.1.2027–31.3.2027"), "|"); strings.Contains(rows, " 6 ") {
			t.Errorf("six are told of still: %.200s", rows)
		}
		if rows := strings.Join(rowsOf(p, "1.4.2027–30.6.2027"), "|"); strings.Contains(rows, " 7 ") {
			t.Errorf("seven are told of where eight are asked for: %.200s", rows)
		}
		for _, value := range []string{"7", "4"} {
			err := h.DB.Update(t.Context(), func(tx *storage.Tx) error { return tx.PutSetting(t.Context(), "release-least", value) })
			if err == nil {
				t.Errorf("the database takes %s after 8", value)
			}
		}
		stranger := hireIn(t, h, "vieras", locale.Finnish, otherUnit(t, h), access.Coordinator)
		stranger.Want(stranger.Post("/results/least", form("9")), http.StatusNotFound)
	})
}

// A look lets out once: opened twice, by HEAD or by somebody else at the same time, it keeps no more than the first did (decision 0072).
func TestLookingTwiceLetsOutOnce(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2027, 7, 2, 9, 0, 0, 0, time.UTC))
		b := h.SignIn("marja")
		parents(h, "2027-02", 6)
		at := "/results?unit=" + string(h.Unit) + "&year=2027"
		round := func() (n int) {
			h.Do(func(ctx context.Context, tx *storage.Tx) error {
				m, err := tx.Memory(ctx, "form/turvaverkko-child/parent")
				n = m.Round
				return err
			})
			return n
		}
		if p := b.Send(http.MethodHead, at, nil); p.Status != http.StatusOK || p.Body != "" || round() != 1 {
			t.Errorf("HEAD: %d, %d bytes, round %d", p.Status, len(p.Body), round())
		}
		var wait sync.WaitGroup
		for range 4 {
			other := h.SignIn("marja")
			wait.Go(func() { other.Get(at) })
		}
		wait.Wait()
		if p := b.Want(b.Get(at), http.StatusOK, "6 vastausta"); round() != 1 || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("round %d, %q", round(), p.Header.Get("Cache-Control"))
		}
	})
}
