package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// roomsAt keeps rooms in an office, by their names, each for three.
func roomsAt(h *webtest.House, place organization.Place, names ...string) (all []organization.Room) {
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all = nil
		for _, name := range names {
			r, err := organization.KeepRoom(ctx, tx, h.Staff["marja"], h.Unit, organization.Room{Place: place.ID, Name: name, Holds: 3})
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	return all
}

func roomsOf(h *webtest.House, place organization.Place) string {
	return "/unit/" + string(h.Unit) + "/places/" + string(place.ID) + "/rooms"
}

// A coordinator keeps the rooms of an office: adds them, sets their order, takes them out of use and away; every mistake comes back
// with what was typed and what would help.
func TestCoordinatorKeepsRooms(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b, at := h.SignIn("marja"), roomsOf(h, h.Places[0])
		b.Want(b.Get("/unit"), http.StatusOK, "Huoneet")
		p := b.Want(b.Get(at), http.StatusOK, "Keskustan toimisto", "Täällä ei ole huoneita", "Ajat varataan niin kuin ennenkin")
		p = b.Want(b.Submit(p, at, "name", "Koivu", "holds", "2"), http.StatusOK, "Huone on lisätty.", "Koivu")
		p = b.Want(b.Submit(p, at, "name", "Haapa", "holds", "4"), http.StatusOK, "Haapa")
		for _, c := range []struct{ name, holds, words string }{
			{"Väkivaltahuone", "2", "ei kerro, miksi tänne tullaan"}, {"koivu", "2", "samanniminen"}, {"Leppä", "kaksi", "1–500"}, {"", "2", "enintään 40"},
		} {
			back := b.Want(b.Submit(p, at, "name", c.name, "holds", c.holds), http.StatusUnprocessableEntity, c.words)
			if f := b.Form(back, at); f.Values.Get("name") != c.name || f.Values.Get("holds") != c.holds {
				t.Errorf("%q for %q came back as %v", c.name, c.holds, f.Values)
			}
		}
		words := b.Get(at).Root.Words()
		if strings.Index(words, "Koivu") > strings.Index(words, "Haapa") {
			t.Error("the rooms are not in the order in which they came")
		}
		words = b.Want(b.Submit(p, "/earlier"), http.StatusOK, "Järjestys on vaihdettu.").Root.Words()
		if strings.Index(words, "Haapa 4") > strings.Index(words, "Koivu 2") {
			t.Errorf("the last did not come before the first: %s", words)
		}
		one := linkTo(b.Get(at), at+"/")
		room := b.Want(b.Get(one), http.StatusOK, "Haapa", "Pois käytöstä joinakin päivinä")
		back := b.Want(b.Submit(room, one+"/closed", "first", "2027-02-03", "last", "2027-02-01"), http.StatusUnprocessableEntity, "Viimeinen päivä")
		if got := b.Form(back, one+"/closed").Values.Get("first"); got != "2027-02-03" {
			t.Errorf("the day came back as %q", got)
		}
		b.Want(b.Submit(room, one+"/closed", "first", "2027-02-01", "last", "2027-02-03"), http.StatusOK, "pois käytöstä näinä päivinä", "Pois käytöstä 1.2.2027 – 3.2.2027")
		b.Want(b.Submit(b.Get(one), one+"/opened"), http.StatusOK, "Huone on taas käytössä.")
		b.Want(b.Submit(b.Get(one), one, "name", "Haapasali", "holds", "6"), http.StatusOK, "Huone on tallennettu.", "Haapasali")
		b.Want(b.Submit(b.Get(one), one+"/retired"), http.StatusOK, "Poistettu käytöstä")
		b.Want(b.Submit(b.Get(one), one+"/retired"), http.StatusOK, "Huone on taas käytössä.")
		if gone := b.Want(b.Submit(b.Get(one), one+"/drop"), http.StatusOK, "Huone on poistettu."); gone.Says("Haapasali") {
			t.Error("the room is still there")
		}
		b.Want(b.Get(one), http.StatusNotFound)
		b.Want(h.SignIn("noora").Get(at), http.StatusNotFound)
	})
}

// Two workers and one room: the second is told what would help, with what was typed still there. In a room out of use the coordinator
// finds the meeting and gives it another with one press; the worker's pages tell the room.
func TestTwoWorkersOneRoom(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		place := h.Places[0]
		koivu := roomsAt(h, place, "Koivu")[0]
		noora, elina, marja := h.SignIn("noora"), h.SignIn("elina"), h.SignIn("marja")
		first, _ := takeIn(t, noora, "Tukea arkeen")
		second, _ := takeIn(t, elina, "Tukea arkeen")
		form := func(who string) url.Values {
			return url.Values{"day": {"2027-02-02"}, "clock": {"12:00"}, "kind": {"office"}, "office": {string(place.ID)}, "with": {string(h.Staff[who].Account)}}
		}
		at := episodeOf(t, noora.Want(noora.Post(first+"/book", form("noora")), http.StatusOK, "Keskustan toimisto", "· Koivu"))
		told := elina.Want(elina.Post(second+"/book", form("elina")), http.StatusConflict, "ei ole silloin vapaata huonetta", "toinen toimipaikka, koti tai muu paikka")
		if got := elina.Form(told, second+"/offer").Values; got.Get("day") != "2027-02-02" || got.Get("clock") != "12:00" {
			t.Errorf("what was typed came back as %v", got)
		}
		elina.Want(elina.Post(second+"/offer", form("elina")), http.StatusConflict, "ei ole silloin vapaata huonetta")
		chosen := form("elina")
		chosen.Set("room", string(koivu.ID))
		refused := elina.Want(elina.Post(second+"/book", chosen), http.StatusUnprocessableEntity, "Huone on silloin varattu")
		if got := elina.Form(refused, second+"/offer").Values.Get("room"); got != string(koivu.ID) {
			t.Errorf("the room came back as %q", got)
		}
		elina.Want(elina.Post(second+"/offer", chosen), http.StatusUnprocessableEntity, "Tarjottu aika ei varaa huonetta")
		haapa := roomsAt(h, place, "Haapa")[0]
		other := episodeOf(t, elina.Want(elina.Post(second+"/book", form("elina")), http.StatusOK, "· Haapa"))

		noora.Want(noora.Get("/calendar?week=2027-02-02"), http.StatusOK, "toimisto · Koivu")
		lanes := noora.Want(noora.Get("/calendar/day?by=room&day=2027-02-02"), http.StatusOK, "Koivu", "Haapa", "varattu", "vapaa").Root.Words()
		if strings.Contains(lanes, "Elina") {
			t.Errorf("a colleague's meeting that is not hers to see is told: %s", lanes)
		}
		elina.Want(elina.Get("/calendar/day?day=2027-02-02"), http.StatusOK, "Huoneet")

		one := roomsOf(h, place) + "/" + string(koivu.ID)
		list := marja.Want(marja.Submit(marja.Get(one), one+"/closed", "first", "2027-02-01", "last", "2027-02-05"), http.StatusOK, "Tapaamiset, joille tarvitaan huone", "Toinen huone")
		marja.Want(marja.Submit(list, at+"/room"), http.StatusConflict, "ei ole silloin vapaata huonetta", "huone ei käytössä")
		h.Clock.Set(time.Date(2027, 1, 30, 10, 0, 0, 0, time.UTC)) // the desk looks two weeks ahead
		noora, elina, marja = h.SignIn("noora"), h.SignIn("elina"), h.SignIn("marja")
		for who, b := range map[string]*webtest.Browser{"the coordinator": marja, "the worker": noora} {
			if !b.Get("/desk").Says("Tapaamiset, joille tarvitaan huone") {
				t.Errorf("%s is not told on the desk", who)
			}
		}
		if elina.Get("/desk").Says("Tapaamiset, joille tarvitaan huone") {
			t.Error("a colleague is told of a meeting that is not hers to see")
		}
		noora.Want(noora.Get(at), http.StatusOK, "huone ei käytössä")
		noora.Want(noora.Get("/calendar?week=2027-02-02"), http.StatusOK, "huone ei käytössä")
		leppa := roomsAt(h, place, "Leppä")[0]
		done := marja.Want(marja.Submit(marja.Get(roomsOf(h, place)), at+"/room"), http.StatusOK, "Tapaaminen sai huoneen.")
		if done.Says("Tapaamiset, joille tarvitaan huone") {
			t.Error("it is still told to need a room")
		}
		noora.Want(noora.Get(at), http.StatusOK, "· Leppä")
		noora.Want(noora.Post(at+"/room", url.Values{"meeting": {meetingOf(noora.Get(at))}, "into": {string(haapa.ID)}}), http.StatusUnprocessableEntity, "Huone on silloin varattu")
		noora.Want(noora.Post(other+"/room", url.Values{"meeting": {meetingOf(elina.Get(other))}, "into": {string(leppa.ID)}}), http.StatusNotFound)
		drop := roomsOf(h, place) + "/" + string(leppa.ID)
		marja.Want(marja.Submit(marja.Get(drop), drop+"/drop"), http.StatusConflict, "sitä ei voi poistaa kokonaan")
	})
}

// A client reads the room only where the coordinator has said so for the office; an existing meeting at an office that gets rooms is told
// as one without.
func TestClientReadsTheRoom(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		place := h.Places[0]
		noora, marja := h.SignIn("noora"), h.SignIn("marja")
		request, code := takeIn(t, noora, "Tukea arkeen")
		at := episodeOf(t, noora.Want(noora.Post(request+"/book", url.Values{"day": {"2027-02-02"}, "clock": {"12:00"}, "kind": {"office"}, "office": {string(place.ID)},
			"with": {string(h.Staff["noora"].Account)}}), http.StatusOK))
		if noora.Get(at).Says("huone") || noora.Get("/calendar/day").Says("Huoneet") {
			t.Error("an office without rooms speaks of them")
		}
		roomsAt(h, place, "Koivu")
		noora.Want(noora.Get(at), http.StatusOK, "ilman huonetta", "Anna huone")
		noora.Want(noora.Get("/calendar/day?by=room&day=2027-02-02"), http.StatusOK, "Ilman huonetta")
		noora.Want(noora.Submit(noora.Get(at), at+"/room"), http.StatusOK, "· Koivu")
		if p := open(h.Visitor(), code); !p.Says("Keskustan toimisto") || p.Says("Koivu") {
			t.Error("the client is told of a room, or of no office")
		}
		edit := "/unit/" + string(h.Unit) + "/places/" + string(place.ID)
		marja.Want(marja.Submit(marja.Get(edit), edit, "tell-room", "yes"), http.StatusOK, "Toimipaikka on tallennettu.")
		if p := open(h.Visitor(), code); !p.Says("Koivu") {
			t.Errorf("the client is not told the room: %s", p.Root.Words())
		}
		noora.Want(noora.Submit(noora.Get(at), at+"/cancel", "reason", "ill"), http.StatusOK)
	})
}

// By room, a meeting behind a wall looks like any other that is not the reader's to see: taken, and no more.
func TestRoomTellsNothingOfTheOtherSide(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		koivu := roomsAt(h, h.Places[1], "Koivu", "Haapa")[0]
		s.kariComes() // with Elina at the second office
		page := func() string { return s.reads("noora", "/calendar/day?by=room&day=2027-02-24") }
		his := page()
		out := func(first, last calendar.Date) {
			s.Do(func(ctx context.Context, tx *storage.Tx) error {
				return organization.CloseRoom(ctx, tx, s.Staff["marja"], h.Unit, koivu.ID, first, last)
			})
		}
		lists := func() string {
			return s.reads("marja", roomsOf(h, h.Places[1])) + s.reads("marja", "/desk") + s.reads("marja", "/unit")
		}
		out("2027-02-24", "2027-02-24")
		with := lists()
		s.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Appointments(ctx, episode.ID(s.kari.ID))
			if err != nil {
				return err
			}
			return appointment.Cancel(ctx, tx, s.Models, s.Staff["elina"], all[0].ID, "ill")
		})
		if got := lists(); got != with {
			t.Errorf("a coordinator can tell that a meeting behind a wall needs a room: %s", difference(reply{body: with}, reply{body: got}))
		}
		out("", "")
		if page() == his {
			t.Fatal("the page does not tell that a room is taken")
		}
		elses := s.comes("Usva", noContact)
		s.booked("elina", elses.Request.ID, h.Places[1].ID, "2027-02-24")
		if got := page(); got != his {
			t.Errorf("the other party's meeting can be told from a stranger's: %s", difference(reply{body: his}, reply{body: got}))
		}
	})
}

// The visit's own page tells when and where it is, with the room.
func TestVisitTellsTheRoom(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			places, err := tx.Places(ctx, h.Unit)
			if err == nil {
				_, err = organization.KeepRoom(ctx, tx, h.Staff["marja"], h.Unit, organization.Room{Place: places[0].ID, Name: "Koivu", Holds: 2})
			}
			return err
		})
		c := newThemed(t, h)
		b := h.SignIn("noora")
		b.Want(b.Get(c.at+"/visit"), http.StatusOK, "Hervannan toimisto · Koivu")
		c.hold(1)
		b = h.SignIn("noora")
		if p := b.Want(b.Get(c.at+"/visit?no=1"), http.StatusOK); p.Says("Koivu") {
			t.Error("the room is told of a visit that is over")
		}
	})
}

// Two who meet together need room for four. A meeting that is put on hold gives its room back at once, and the page of each tells of
// the room until the hour at which both are told: else who reads it would know that something has happened (decision 0053).
func TestRoomOfTwoOnHold(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 1)
		small := roomsAt(h, h.Places[0], "Koivu")[0]
		var large organization.Room
		h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			large, err = organization.KeepRoom(ctx, tx, h.Staff["marja"], h.Unit, organization.Room{Place: h.Places[0].ID, Name: "Haapa", Holds: 4})
			p := h.Places[0]
			p.TellRoom = true
			if err == nil {
				_, err = organization.KeepPlace(ctx, tx, h.Staff["marja"], p)
			}
			return err
		})
		c.met()
		x := c.all[0]
		taken := func() (out []organization.RoomID) {
			h.Do(func(ctx context.Context, tx *storage.Tx) error {
				id, err := c.meeting(ctx, tx, x)
				if err != nil {
					return err
				}
				a, err := tx.Appointment(ctx, id)
				if err == nil {
					out, err = tx.RoomsTaken(ctx, []organization.RoomID{small.ID, large.ID}, a.Starts, a.Minutes, organization.Taker{})
				}
				return err
			})
			return out
		}
		if got := taken(); len(got) != 1 || got[0] != large.ID {
			t.Errorf("got %v taken, want the room that holds four", got)
		}
		says := func(when string, want bool) {
			for _, p := range []party{x.anna, x.kari} {
				if got := open(h.Visitor(), p.seat.String()).Says("Haapa"); got != want {
					t.Errorf("%s: the page of one tells the room: %v", when, got)
				}
			}
		}
		says("agreed", true)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.WaitAll(ctx, tx, h.Models, x.joint)
		})
		if got := taken(); len(got) != 0 {
			t.Errorf("on hold: %v is still taken", got)
		}
		says("on hold, before its hour", true)
		c.turn("2027-01-20", "07:00")
		says("on hold, once it is told", false)
	})
}
