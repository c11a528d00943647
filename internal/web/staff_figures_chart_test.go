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
		for _, r := range p.Root.Tags("rect") {
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
