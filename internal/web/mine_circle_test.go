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
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// guide is a volunteer of the house who is trained to lead groups, and signs in by this name.
func guide(t *testing.T, h *webtest.House, names ...string) {
	t.Helper()
	helps := offerCircles(h, h.Unit, "mukaan-ryhmiin", "volunteering")
	for _, name := range names {
		hireIn(t, h, name, locale.Finnish, h.Unit, access.Volunteer)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			key, err := tx.NewKey()
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: h.Unit, Offer: organization.OfferID(helps.ID), Account: h.Staff[name].Account, Key: key,
				State: volunteer.Active, Own: volunteer.Own{Name: seal.Of(name), Email: seal.Of(name + "@example.org"), Lang: "fi", Letters: volunteer.Plain},
				Path: volunteer.Path{Began: "2026-06-01", Inducted: true, Tasks: []string{"guide-group"},
					Trainings: []volunteer.Mark{{What: "induction", Day: "2026-06-02"}, {What: "peer-instructor", Day: "2026-06-02"}}}})
		})
	}
}

// … …R-242: a coordinator asks, a volunteer says yes, cannot come once, is stood in for, and counts heads; nobody's
// name is on their pages, and a no leaves nothing on the coordinator's.
func TestVolunteerLeadsFromTheirOwnPages(t *testing.T) {
	h := webtest.New(t)
	guide(t, h, "timo", "ari")
	g := led(t, h, "porukka", "sakki", "talk", 3)
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		_, err := circle.Join(ctx, tx, h.Models, g.ID, "Repa-Reijo", id.New())
		return err
	})
	marja, timo, ari := h.SignIn("marja"), h.SignIn("timo"), h.SignIn("ari")
	at, mine := "/circles/"+string(g.ID), "/mine/groups/"+string(g.ID)
	page := marja.Want(marja.Get(at), http.StatusOK, "Pyydä vapaaehtoista vetämään", "timo", "ari")
	marja.Want(marja.Post(at+"/ask", url.Values{"no": {"0"}, "who": {string(h.Staff["timo"].Account)}}), http.StatusOK, "Kysymys on hänen sivullaan", "Peru kysymys")
	marja.Want(marja.Post(at+"/ask", url.Values{"no": {"0"}, "who": {string(h.Staff["ari"].Account)}}), http.StatusOK)
	said := ari.Want(ari.Get("/mine"), http.StatusOK, "Sinua pyydetään vetämään", "Joka tiistai")
	ari.Want(ari.Submit(said, mine+"/0/no"), http.StatusOK, "Syytä ei kysytä, eikä tästä jää mitään")
	asked := timo.Want(timo.Get("/mine"), http.StatusOK, "Sinua pyydetään vetämään")
	timo.Want(timo.Submit(asked, mine+"/0/yes"), http.StatusOK, "Vedät tämän", "Juttusakki")
	ari.Want(ari.Get(mine), http.StatusNotFound)
	ari.Want(ari.Post(mine+"/0/yes", nil), http.StatusConflict, "Joku muu ehti jo, tai kysymys on peruttu")
	marja.Want(marja.Post(at+"/leaders", url.Values{"leader": {string(h.Staff["timo"].Account)}}), http.StatusOK, "Vetäjät on vaihdettu", "timo")
	if again := marja.Get(at); strings.Count(again.Body, ">ari<") != strings.Count(page.Body, ">ari<") {
		t.Error("whoever said no stands otherwise than before")
	}

	meeting := timo.Want(timo.Get(mine+"/2"), http.StatusOK, "En pääse")
	timo.Want(timo.Submit(meeting, mine+"/2/no"), http.StatusOK, "Kiitos, että kerroit", "Etsitään sijaista")
	marja.Want(marja.Get("/desk"), http.StatusOK, "Vetäjä puuttuu")
	marja.Want(marja.Get(at+"/2"), http.StatusOK, "Pyydä vapaaehtoista vetämään", "ari")
	marja.Want(marja.Post(at+"/ask", url.Values{"no": {"2"}, "who": {string(h.Staff["ari"].Account)}}), http.StatusOK)
	once := ari.Want(ari.Get("/mine"), http.StatusOK, "Vetäisitkö tämän kerran")
	ari.Want(ari.Submit(once, mine+"/2/yes"), http.StatusOK, "Vedät tämän")
	ari.Want(ari.Get(mine+"/1"), http.StatusNotFound) // the other meetings are not theirs
	timo.Want(timo.Post(mine+"/2/come", nil), http.StatusConflict, "Joku muu ehti jo")

	marja.Post(at+"/1/move", url.Values{"day": {"2027-03-03"}, "clock": {"18:00"}, "rest": {"alone"}})
	timo.Want(timo.Get(mine), http.StatusOK, "Aika on muuttunut", "Sijainen vetää")
	h.Clock.Set(time.Date(2027, 3, 3, 17, 0, 0, 0, time.UTC))
	timo.Want(timo.Post(mine+"/1/count", url.Values{"came": {"kuusi"}}), http.StatusUnprocessableEntity, "väliltä 0–100")
	timo.Want(timo.Post(mine+"/1/count", url.Values{"came": {"6"}}), http.StatusOK, "Määrä on merkitty")
	timo.Want(timo.Post(mine+"/topic", url.Values{"topic": {"Isyys"}}), http.StatusOK, "Isyys")
	for _, where := range []string{"/mine", mine, mine + "/1"} {
		if p := timo.Get(where); strings.Contains(p.Body, "Repa") {
			t.Errorf("%s names somebody who takes part", where)
		}
	}
	timo.Want(timo.Get(at), http.StatusNotFound)
	timo.Want(timo.Post(mine+"/0/no", nil), http.StatusOK, "Syytä ei kysytä")
	marja.Want(marja.Get("/desk"), http.StatusOK, "Ryhmältä puuttuu vetäjä")
	marja.Want(marja.Get(at), http.StatusOK, "Vetäjä puuttuu")
}
