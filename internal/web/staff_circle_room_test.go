package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// decision 0074: whoever leads a group gives its meetings rooms by one press; those who take part read the room only where
// the coordinator says that it is told; to a colleague the day by rooms tells that the room is taken and not by whom.
func TestGroupsRoomOnItsPages(t *testing.T) {
	h := webtest.New(t)
	g := led(t, h, "ohjattu", "vkm-group", "", 10)
	var place organization.Place
	var in circle.Joined
	h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		if place, err = tx.Place(ctx, g.Place); err != nil {
			return err
		}
		for _, name := range []string{"Kolo", "Sali"} {
			holds := map[string]int{"Kolo": 2, "Sali": 12}[name]
			if _, err := organization.KeepRoom(ctx, tx, h.Staff["marja"], h.Unit, organization.Room{Place: place.ID, Name: name, Holds: holds}); err != nil {
				return err
			}
		}
		in, err = circle.Add(ctx, tx, h.Models, h.Staff["noora"], g.ID, "Make")
		return err
	})
	if got := deskGroups(h.SignIn("marja")); strings.Contains(got, "huonetta") {
		t.Error("the desk tells of meetings that are weeks away")
	}
	h.Clock.Set(time.Date(2027, 2, 24, 9, 0, 0, 0, time.UTC))
	b, marja, v := h.SignIn("noora"), h.SignIn("marja"), h.Visitor()
	at := "/circles/" + string(g.ID)
	b.Want(b.Get(at), http.StatusOK, "ilman huonetta")
	marja.Want(marja.Get(roomsOf(h, place)), http.StatusOK, "Ryhmät ja päivät, joille tarvitaan huone")
	if got := deskGroups(marja); strings.Count(got, "ilman huonetta") != 1 || !strings.Contains(got, `href="`+at+`"`) {
		t.Errorf("the coordinator's desk should tell once of the group without rooms, and lead to it: %s", got)
	}
	if got := deskGroups(b); strings.Contains(got, "ilman huonetta") {
		t.Error("a leader's desk tells what is the coordinator's to find")
	}
	rooms := map[string]string{}
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Rooms(ctx, place.ID)
		for _, r := range all {
			rooms[r.Name] = string(r.ID)
		}
		return err
	})
	b.Want(b.Post(at+"/rooms", url.Values{"into": {rooms["Kolo"]}}), http.StatusUnprocessableEntity, "Huoneeseen ei mahdu")
	b.Want(b.Post(at+"/rooms", url.Values{"into": {""}}), http.StatusOK, "Huoneet on annettu", "· Sali")
	b.Want(b.Post(at+"/1/room", url.Values{"into": {""}}), http.StatusConflict, "vapaata huonetta") // no other holds them
	if got := deskGroups(marja); strings.Contains(got, "huonetta") {
		t.Error("the desk tells of a group that has its rooms")
	}
	if page := marja.Get(roomsOf(h, place)); strings.Contains(page.Body, "Ryhmät ja päivät") {
		t.Error("a group that has its rooms is told to need one")
	}
	own := v.Want(v.Post("/code", url.Values{"code": {string(in.Code)}}), http.StatusOK)
	if strings.Contains(own.Body, "Sali") {
		t.Error("the room is told where the office tells none")
	}
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		place.TellRoom = true
		return tx.PutPlace(ctx, place)
	})
	v.Want(v.Post("/code", url.Values{"code": {string(in.Code)}}), http.StatusOK, "· Sali")
	colleague := h.SignIn("elina")
	colleague.Want(colleague.Get("/calendar/day?by=room&day=2027-03-02"), http.StatusOK, "Sali", "varattu")
}

// deskGroups is what somebody's desk tells of groups and days.
func deskGroups(by *webtest.Browser) string {
	_, part, _ := strings.Cut(by.Want(by.Get("/desk"), http.StatusOK).Body, `id="circles"`)
	part, _, _ = strings.Cut(part, "</section>")
	return part
}

// R-147, decision 0074: a day that is held in an office takes a room of it; who has signed up reads the office's address.
func TestDayInAnOffice(t *testing.T) {
	h := webtest.New(t)
	o := offerCircles(h, h.Unit, "paivat", "family-day")
	var place organization.Place
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		places, err := tx.Places(ctx, h.Unit)
		if err != nil {
			return err
		}
		place = places[0]
		_, err = organization.KeepRoom(ctx, tx, h.Staff["marja"], h.Unit, organization.Room{Place: place.ID, Name: "Sali", Holds: 40})
		return err
	})
	marja := h.SignIn("marja")
	form := url.Values{"offer": {string(o.ID)}, "day": {"2027-03-20"}, "clock": {"11:00"}, "minutes": {"120"}, "places": {"20"}, "about": {"Leivotaan"}, "area": {"Espoo"},
		"office": {"elsewhere"}, "workers": {string(h.Staff["noora"].Account)}}
	marja.Want(marja.Post("/days/new", form), http.StatusUnprocessableEntity, "Valitse toimipaikka")
	form.Set("office", string(place.ID))
	marja.Want(marja.Post("/days/new", form), http.StatusOK, "Sali")
	form.Set("about", "Luetaan")
	form.Set("clock", "12:00")
	marja.Want(marja.Post("/days/new", form), http.StatusOK, "ilman huonetta") // the room is taken until one o'clock
	if got := deskGroups(marja); strings.Contains(got, "huonetta") {
		t.Error("the desk tells of a day that is weeks away")
	}
	var in occasion.Signed
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Occasions(ctx, []organization.OfferID{o.ID})
		if err != nil {
			return err
		}
		in, err = occasion.SignUp(ctx, tx, h.Models, all[0].ID, occasion.Numbers{Adults: 1, Children: 1, Name: "Sini"}, id.New())
		return err
	})
	v := h.Visitor()
	own := v.Want(v.Post("/code", url.Values{"code": {string(in.Code)}}), http.StatusOK, place.Address)
	if strings.Contains(own.Body, "Sali") {
		t.Error("the room is told where the office tells none")
	}
	h.Clock.Set(time.Date(2027, 3, 10, 9, 0, 0, 0, time.UTC))
	if got := deskGroups(h.SignIn("marja")); strings.Count(got, "ilman huonetta") != 1 || !strings.Contains(got, "Luetaan") || strings.Contains(got, "Leivotaan") {
		t.Errorf("the desk should tell of the day without a room, and of no other: %s", got)
	}
}

// D-201, decision 0074: the coordinator reads who opened which group, by month; a worker has no such page, and another unit's coordinator
// reads nothing of it.
func TestWhoOpenedAGroupIsTold(t *testing.T) {
	h := webtest.New(t)
	g := led(t, h, "ohjattu", "vkm-group", "", 10)
	b, marja := h.SignIn("noora"), h.SignIn("marja")
	b.Want(b.Get("/circles/"+string(g.ID)), http.StatusOK)
	page := marja.Want(marja.Get("/audit"), http.StatusOK, "Ryhmät ja päivät", "Noora", "näki", "Ohjattu ryhmä 2.3.2027")
	if strings.Contains(page.Body, string(g.ID)) {
		t.Error("the page tells the group's id")
	}
	if page := marja.Get("/audit?number=0123-4567-89ab"); strings.Contains(page.Body, "Ohjattu ryhmä") {
		t.Error("a client's number finds a group")
	}
}
