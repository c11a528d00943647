package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A chart is drawn from what is told: of meetings the quarter that goes on, in bars as long as the numbers; of people nothing that the
// table beside it does not tell (issue 6 point 5, decision 0068).
func TestFiguresAtAGlance(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2027, 5, 11, 9, 0, 0, 0, time.UTC))
		b := h.SignIn("marja")
		if p := b.Want(b.Get("/figures?unit="+string(h.Unit)), http.StatusOK); len(p.Root.Tags("svg")) > len(p.Root.Tags("header")) && p.Says("silmäyksellä") {
			t.Error("a chart of nothing")
		}
		add := func(name, value string, n int) {
			h.Do(func(ctx context.Context, tx *storage.Tx) error {
				return tx.AddFigure(ctx, figure.Sum{Month: "2027-04", Unit: h.Unit, Model: "turvaverkko-adult", Name: name, Value: value, N: n})
			})
		}
		add(figure.PlaceKinds, "office", 40)
		add(figure.PlaceKinds, "home", 10)
		add(figure.FirstWait, "0-24", 3)
		p := b.Want(b.Get("/figures?unit="+string(h.Unit)), http.StatusOK, "Yhdellä silmäyksellä", "1.4.2027–30.6.2027, jatkuu")
		var wide []string
		for _, r := range barsOf(p, "glance") {
			if strings.Contains(r.Attr["class"], "bar-part") {
				wide = append(wide, r.Attr["width"])
			}
		}
		if p.Says("0–24") {
			t.Error("a chart tells three people who waited")
		}
		if !slices.Equal(wide, []string{"100", "25"}) {
			t.Errorf("bars of 40 and 10 are %v wide", wide)
		}
	})
}

// barsOf are what is drawn under a heading of the page.
func barsOf(p *webtest.Page, id string) (out []*webtest.Node) {
	for _, section := range p.Root.Tags("section") {
		if section.Attr["aria-labelledby"] == id {
			out = append(out, section.Tags("rect")...)
		}
	}
	return out
}

// How things are now: free times and how full the weeks are, of no single worker; and how soon first meetings came, as a middle band and a share of those who are told of.
func TestFiguresNow(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			var sums []figure.Sum
			for _, x := range []struct {
				part, place, band, promise string
				n                          int
			}{
				{"office-hours", "office", "0-24", figure.Kept, 6}, {"office-hours", "office", "24-48", figure.Kept, 4}, {"office-hours", "office", "48-72", figure.Late, 2},
				{"evening", "agreed", "24-48", figure.Kept, 7}, {"evening", "agreed", "48-72", figure.Late, 5},
			} {
				for name, by := range map[string]string{figure.FirstParts: x.part, figure.FirstPlaces: x.place} {
					sums = append(sums, figure.Sum{Month: "2026-04", Unit: h.Unit, Model: "turvaverkko-adult", Name: name, Value: by + "/" + x.band + "/" + x.promise, N: x.n})
				}
			}
			return tx.AddFigure(ctx, sums...)
		})
		b := h.SignIn("marja")
		p := b.Want(b.Get("/figures?unit="+string(h.Unit)), http.StatusOK, "Vapaat ajat", "Keskimmäinen: 24–48 tuntia.", "71 % (n = 24)", "Viikkojen täyttöaste", "Milloin ensimmäinen", "83 % (n = 12)", "58 % (n = 12)", "keskimmäinen: 24–48 tuntia")
		if n := len(barsOf(p, "now")); n != 2*(3+4) {
			t.Errorf("three parts of day and four weeks are drawn in %d", n/2)
		}
		for _, who := range []string{"Noora", "Elina"} {
			for _, section := range p.Root.Tags("table") {
				if strings.Contains(section.Words(), who) {
					t.Errorf("a chart names %s", who)
				}
			}
		}
	})
}
