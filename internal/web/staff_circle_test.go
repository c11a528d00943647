package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// led is a group that Noora leads, with the first meeting on the 2nd of March.
func led(t *testing.T, h *webtest.House, slug, of, kind string, number int) (c circle.Circle) {
	t.Helper()
	o, noora := offerCircles(h, h.Unit, slug, of), h.Staff["noora"]
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		places, err := tx.Places(ctx, h.Unit)
		if err != nil {
			return err
		}
		c, err = circle.Plan(ctx, tx, h.Models, anyMay, noora, circle.New{Offer: organization.OfferID(o.ID), Kind: kind, Day: "2027-03-02", Clock: "18:00", Minutes: 90,
			Weeks: 1, Number: number, Places: 8, Place: places[0].ID, Leaders: []access.AccountID{noora.Account}})
		return err
	})
	return c
}

// R-205, decision 0061: a client whom a worker has offered the way on joins from the page of their own code under a name of their choice, with a
// code of the group's own; neither the worker's page of the client nor the group's page tells the one of the other.
func TestWayOnIntoAGroup(t *testing.T) {
	h := webtest.New(t)
	g := led(t, h, "ohjattu", "vkm-group", "", 10)
	c := newThemed(t, h)
	c.hold(5)
	b, v := h.SignIn("noora"), h.Visitor()
	b.Want(b.Post(c.at+"/way", url.Values{"kind": {"service"}, "destination": {"vkm-group"}}), http.StatusOK)
	offered := v.Want(v.Post("/code", url.Values{"code": {string(c.code)}}), http.StatusOK, "Ohjattu ryhmä")
	if strings.Contains(offered.Body, "/code/group/come") {
		t.Error("a group may be joined before the way on is accepted")
	}
	accepted := v.Want(v.Submit(offered, "/code/way", "answer", "yes"), http.StatusOK, "Joka tiistai")
	v.Want(v.Submit(accepted, "/code/group/come", "nickname", strings.Repeat("x", 31)), http.StatusUnprocessableEntity, "enintään 30")
	in := v.Want(v.Submit(accepted, "/code/group/come", "group", string(g.ID), "nickname", "Make"), http.StatusOK, "Olet mukana")
	if strings.Contains(in.Body, string(c.code)) {
		t.Error("the group's page shows the client's own code")
	}
	again := v.Want(v.Post("/code", url.Values{"code": {string(c.code)}}), http.StatusOK, "Olet ryhmässä")
	if strings.Contains(again.Body, "/code/group/come") {
		t.Error("one may join twice")
	}
	b.Want(b.Get("/circles/"+string(g.ID)), http.StatusOK, "Make")
	if page := b.Get(c.at); strings.Contains(page.Body, "Make") || strings.Contains(page.Body, string(g.ID)) {
		t.Error("the client's page tells the group")
	}
}

// A meeting that one leads comes to the desk on its day, and stays until it is counted; one without a leader comes to the coordinator.
func TestGroupsOnTheDesk(t *testing.T) {
	h := webtest.New(t)
	g := led(t, h, "porukka", "sakki", "talk", 2)
	b, marja, elina := h.SignIn("noora"), h.SignIn("marja"), h.SignIn("elina")
	at := "/circles/" + string(g.ID)
	b.Want(b.Post(at+"/1/lead", url.Values{"lead": {"wanted"}}), http.StatusOK, "Vetäjä puuttuu", "Kiitos, että kerroit", "Joku toinen", "Elina")
	desk := marja.Want(marja.Get("/desk"), http.StatusOK, "Vetäjä puuttuu")
	if !strings.Contains(desk.Body, at+"/1") {
		t.Error("the desk does not lead to the meeting")
	}
	if page := elina.Get("/desk"); strings.Contains(page.Body, at) {
		t.Error("a colleague's desk tells of the group")
	}
	elina.Want(elina.Get(at), http.StatusNotFound)
	marja.Want(marja.Post(at+"/1/lead", url.Values{"lead": {"found"}, "substitute": {string(h.Staff["elina"].Account)}}), http.StatusOK, "Vetäjä on tallennettu")
	elina.Want(elina.Get(at), http.StatusOK, "Juttusakki")
	h.Clock.Set(time.Date(2027, 3, 2, 17, 0, 0, 0, time.UTC))
	elina.Want(elina.Get("/desk"), http.StatusOK, "Merkitse läsnäolijat")
	elina.Want(elina.Post(at+"/1/count", url.Values{"came": {"kuusi"}}), http.StatusUnprocessableEntity, "väliltä 0–100")
	elina.Post(at+"/1/count", url.Values{"came": {"6"}})
	elina.Want(elina.Get(at), http.StatusNotFound) // who stood in sees it until it is counted
	b.Want(b.Get(at+"/1"), http.StatusOK, "Paikalla 6")
}
