package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// partners adds answers of partners to a month's sums: of n, so many know the service well, have referred somebody and recommend it.
func partners(h *webtest.House, month string, n, well, referred, recommend int) {
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		return tx.AddFeedback(ctx, h.Unit, "turvaverkko-adult", "partner", month, feedback.Sum{N: n, Answers: map[string][]int{
			"knows": {well, n - well, 0}, "referred": {referred, n - referred, 0}, "recommend": {recommend, 0, n - recommend}}})
	})
}

// F-11 to F-14 out of a round of 25 partners, by quarter; a round of four and the one after it are told as one half-year (R-152, D-213).
func TestPartnersOverTime(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Clock.Set(time.Date(2027, 7, 2, 9, 0, 0, 0, time.UTC))
		b := h.SignIn("marja")
		b.Want(b.Get("/results/partners"), http.StatusOK, "Ei vielä kerrottavaa")
		partners(h, "2026-11", 25, 18, 14, 22)
		partners(h, "2027-02", 4, 4, 4, 4)
		partners(h, "2027-05", 20, 16, 13, 19)
		p := b.Want(b.Get("/results/partners"), http.StatusOK, "72 % (25)", "56 % (25)", "88 % (25)", "28 %", "10–12/26", "1–6/27", "83 % (24)")
		partners(h, "2025-05", 6, 6, 6, 3)
		partners(h, "2025-11", 9, 9, 6, 9)
		b.Want(b.Get("/results/partners"), http.StatusOK, "80 % (15)") // a year of which neither half may be told
		for _, words := range []string{"1–3/27", "4–6/27", "(4)", "(20)"} {
			if p.Says(words) {
				t.Errorf("with %q four partners can be reckoned", words)
			}
		}
	})
}
