package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// dayToCome is a day that Noora works on.
func dayToCome(t *testing.T, h *webtest.House, slug string) (d occasion.Day) {
	t.Helper()
	o := offerCircles(h, h.Unit, slug, "family-day")
	h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		day := calendar.LocalOf(tx.Now(), "Europe/Helsinki").Day.Add(40)
		d, err = occasion.Plan(ctx, tx, h.Models, h.Staff["marja"], occasion.New{Offer: o.ID, Day: day, Clock: "11:00", Minutes: 240, Places: 30,
			About: "Retki", Area: "Espoo", Place: "Parkkipaikka", Workers: []access.AccountID{h.Staff["noora"].Account}})
		return err
	})
	return d
}

// R-144, decision 0064: a worker's offer leads from the client's own page to signing up for a day of the unit, after the client has said
// yes. The day's list does not tell where they came from, and the worker's page of the client does not tell the day. Who must not
// meet somebody who comes reads the words of a day that takes nobody more.
func TestWayOnIntoADay(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		d := dayToCome(t, h, "paiva")
		v := h.Visitor()
		code := ask(t, v)
		offer(t, h, "17:15")
		p := open(v, code)
		v.Submit(p, "/code/pick", "slot", v.Form(p, "/code/pick").Options("slot")[0])
		e := theEpisode(h)
		b := h.SignIn("noora")
		at := "/episodes/" + string(e.ID)
		b.Want(b.Post(at+"/way", url.Values{"kind": {"service"}, "destination": {"family-day"}}), http.StatusOK)
		offered := v.Want(v.Post("/code", url.Values{"code": {code}}), http.StatusOK, "Perhepäivä")
		if strings.Contains(offered.Body, "/code/day/come") {
			t.Error("one may sign up before the way on is accepted")
		}
		accepted := v.Want(v.Submit(offered, "/code/way", "answer", "yes"), http.StatusOK, "Retki", "Espoo")
		if strings.Contains(accepted.Body, "Parkkipaikka") {
			t.Error("the place is told to whoever has not signed up")
		}
		wrong := v.Want(v.Submit(accepted, "/code/day/come", "day", string(d.ID), "adults", "0", "children", "2", "name", "Make"), http.StatusUnprocessableEntity)
		if f := v.Form(wrong, "/code/day/come"); f.Values.Get("name") != "Make" || f.Values.Get("children") != "2" {
			t.Errorf("what was typed is gone: %v", f.Values)
		}
		in := v.Want(v.Submit(wrong, "/code/day/come", "adults", "1", "children", "2", "name", "Make"), http.StatusOK, "Retki")
		if strings.Contains(in.Body, code) {
			t.Error("the day's page shows the client's own code")
		}
		again := v.Want(v.Post("/code", url.Values{"code": {code}}), http.StatusOK, "Olet ilmoittautunut")
		if strings.Contains(again.Body, "/code/day/come") {
			t.Error("one may sign up twice")
		}
		if page := b.Get(at); strings.Contains(page.Body, "Retki") || strings.Contains(page.Body, string(d.ID)) {
			t.Error("the client's page tells the day")
		}
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Families(ctx, d)
			if len(all) != 1 || all[0].Heads() != 3 || strings.Contains(string(all[0].Mark), string(e.Person)) {
				t.Errorf("signed up: %+v", all)
			}
			return err
		})
	})
}

// Who must not meet somebody known to be on the day is refused in the words of a day that takes nobody more.
func TestWayOnIntoADayKeepsTheWall(t *testing.T) {
	h := webtest.New(t)
	d := dayToCome(t, h, "paiva")
	v := h.Visitor()
	code := ask(t, v)
	offer(t, h, "17:15")
	p := open(v, code)
	v.Submit(p, "/code/pick", "slot", v.Form(p, "/code/pick").Options("slot")[0])
	e := theEpisode(h)
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		offers, err := tx.Offers(ctx, h.Unit)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(offers, func(o organization.Offer) bool { return o.Model == e.Model })
		made, err := intake.Make(ctx, tx, h.Models, access.Anyone(), intake.New{Offer: offers[i].ID, Channel: intake.Form, Age: -1})
		if err != nil {
			return err
		}
		other := made.Request.Person
		if err := tx.PutApart(ctx, wall.Apart{ID: id.New(), Other: min(e.Person, other), Person: max(e.Person, other)}); err != nil {
			return err
		}
		_, err = occasion.SignUpByWay(ctx, tx, h.Models, other, "family-day", d.ID, occasion.Numbers{Adults: 1, Name: "Toinen"})
		return err
	})
	b := h.SignIn("noora")
	b.Want(b.Post("/episodes/"+string(e.ID)+"/way", url.Values{"kind": {"service"}, "destination": {"family-day"}}), http.StatusOK)
	accepted := v.Submit(open(v, code), "/code/way", "answer", "yes")
	v.Want(v.Submit(accepted, "/code/day/come", "day", string(d.ID), "adults", "1", "children", "0", "name", "Make"), http.StatusConflict, "ei voi nyt ilmoittautua")
}

// theEpisode is Noora's only one.
func theEpisode(h *webtest.House) (e episode.Episode) {
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Episodes(ctx, h.Staff["noora"], episode.Filter{Limit: 5})
		if err == nil {
			e = all[0].Episode
		}
		return err
	})
	return e
}
