package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A client's own page offers the form when visits are over, once; it leads straight there, and what is sent counts once. Whether it
// was answered shows nowhere.
func TestClientTellsHowItWent(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		code := ask(t, b)
		offer(t, h, "17:15")
		p := open(b, code)
		p = b.Submit(p, "/code/pick", "slot", b.Form(p, "/code/pick").Options("slot")[0])
		if strings.Contains(p.Body, "/code/feedback") {
			t.Error("the form is offered before anything is over")
		}
		stay := b.Form(p, "/code/look").Values.Get("stay")
		b.Want(b.Post("/code/feedback", map[string][]string{"stay": {stay}}), http.StatusConflict, "ei ole nyt lomaketta")
		h.Clock.Add(9 * 24 * time.Hour)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			by := h.Staff["noora"]
			all, err := tx.Episodes(ctx, by, episode.Filter{Limit: 5})
			if err != nil {
				return err
			}
			met, err := tx.Appointments(ctx, all[0].ID)
			if err == nil {
				err = appointment.Hold(ctx, tx, h.Models, by, met[0].ID)
			}
			if err == nil {
				err = episode.Ending(ctx, tx, h.Models, by, all[0].ID)
			}
			return err
		})
		p = open(b, code)
		form := b.Want(b.Submit(p, "/code/feedback"), http.StatusOK, "Miten meni?", "Onko arkesi turvallisempaa")
		if strings.Contains(form.Title(), "Miten") || strings.Contains(form.Body, code) {
			t.Errorf("the page tells: %q", form.Title())
		}
		wrong := b.Want(b.Submit(form, "/answer/send", "a1", "4", "step", "send"), http.StatusUnprocessableEntity, "Valitse vastaus kysymykseen 2")
		b.Want(b.Submit(wrong, "/answer/send", "a2", "5", "a3", "4", "step", "send"), http.StatusOK, "Kiitos")
		b.Want(b.Submit(form, "/answer/send", "a1", "1", "a2", "1", "a3", "1", "step", "send"), http.StatusUnprocessableEntity, "Koodilla ei voi vastata")
		again := open(b, code)
		if strings.Contains(again.Body, "/code/feedback") {
			t.Error("the form is offered twice")
		}
		b.Want(b.Submit(p, "/code/feedback"), http.StatusConflict)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			sums, err := tx.FeedbackSums(ctx, []access.UnitID{h.Unit}, "turvaverkko-adult", "adult", "2026-01", "2028-01")
			if err != nil {
				return err
			}
			if len(sums) != 1 || sums[0].N != 1 || sums[0].Answers["safety"][4] != 1 {
				t.Errorf("counted %+v", sums)
			}
			return nil
		})
	})
}

// A code for the forms opens no client's page, and a client's code no form.
func TestCodesOpenTheirOwnDoorAlone(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	code := ask(t, b)
	b.Want(b.Post("/answer", map[string][]string{"code": {code}}), http.StatusUnprocessableEntity, "Koodilla ei voi vastata")
	var slip string
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		offers, err := tx.Offers(ctx, h.Unit)
		for _, o := range offers {
			if o.Model != "turvaverkko-adult" || err != nil {
				continue
			}
			_, codes, err := feedback.Give(ctx, tx, h.Models, h.Staff["noora"], feedback.Wanted{Offer: o.ID, Form: "adult", Kind: feedback.Slip, N: 1, Last: "2027-02-01"})
			if err != nil {
				return err
			}
			slip = codes[0].String()
		}
		return err
	})
	b.Want(b.Post("/code", map[string][]string{"code": {slip}}), http.StatusUnprocessableEntity, "Koodi ei avaa mitään")
	b.Want(b.Get("/answer/round/"+slip), http.StatusUnprocessableEntity, "Koodilla ei voi vastata")
	b.Want(b.Post("/answer", map[string][]string{"code": {slip}}), http.StatusOK, "Miten meni?")
}
