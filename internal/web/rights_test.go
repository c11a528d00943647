package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// D-072: with the code alone a client sees, prints and takes along all that is theirs; the file's name tells nothing.
func TestOwnCopyByCode(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		client := open(b, ask(t, b))
		copy := b.Want(b.Submit(client, "/code/own"), http.StatusOK, "Tietosi", "Yhteydenottosi", "Odottaa")
		file := b.Submit(copy, "/code/own/file")
		if file.Status != http.StatusOK || file.Header.Get("Content-Disposition") != `attachment; filename="tiedot.json"` || file.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("got %d, %v", file.Status, file.Header)
		}
		var got struct {
			Day  string
			Data map[string][]map[string]string
		}
		if err := json.Unmarshal([]byte(file.Body), &got); err != nil || got.Day != "2027-01-12" || len(got.Data["request"]) != 1 || got.Data["request"][0]["state"] != "waiting" {
			t.Errorf("got %s, %v", file.Body, err)
		}
		b.Want(b.Get("/code/own/file"), http.StatusOK, "Minulla on koodi")
	})
}

// Design 4.4: a partner sees one fact once; wrong codes cost time there too; nothing of it is in an address.
func TestReleaseOnce(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.Visitor()
		client := open(b, ask(t, b))
		form := b.Want(b.Submit(client, "/code/release"), http.StatusOK, "Mikä tieto", "Kenelle")
		b.Want(b.Submit(form, "/code/release/give", "fact", "booked"), http.StatusUnprocessableEntity, "Kenelle")
		given := b.Want(b.Submit(form, "/code/release/give", "fact", "booked", "partner", "social"), http.StatusOK, "Koodi on valmis", "Sosiaalihuolto", "19.")
		code := codeOn(t, given)
		partner := h.Visitor()
		take := func() *webtest.Page {
			return partner.Submit(partner.Want(partner.Get("/partner/release"), http.StatusOK, "Sait koodin asiakkaalta"), "/partner/release", "code", code)
		}
		told := partner.Want(take(), http.StatusOK, "Hänelle ei ole nyt varattua aikaa.")
		if told.Says("Yhteydenotto") || partner.Cookies() != 0 {
			t.Error("the partner sees more than the fact, or got a cookie")
		}
		for range 5 {
			partner.Want(take(), http.StatusUnprocessableEntity, "Koodi ei avaa mitään")
		}
		partner.Want(take(), http.StatusTooManyRequests)
		b.Want(b.Submit(client, "/code/look"), http.StatusOK, "Yhteydenottosi on meillä")
	})
}

// Issue 3.5: two people carry out an erasure that touches another's way; the one who approved it cannot.
func TestTwoPeopleEraseByPages(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		childCode := guarded(t, h)
		b := h.Visitor()
		ask := b.Want(b.Submit(open(b, childCode), "/code/erasure"), http.StatusOK, "Kaksi ihmistä tekee poiston", "Pyydä poistoa")
		client := b.Want(b.Submit(ask, "/code/erase"), http.StatusOK, "Olet pyytänyt tietojesi poistoa", "12.2.2027")
		if strings.Contains(client.Body, "/code/erasure") {
			t.Error("it can be asked for twice")
		}
		marja, noora := h.SignIn("marja"), h.SignIn("noora")
		list := marja.Want(marja.Get("/erasures"), http.StatusOK, "Odottaa hyväksyntää")
		x := list.Forms()
		noora.Want(noora.Get("/erasures"), http.StatusOK, "Koordinaattori hyväksyy")
		var at string
		for _, f := range x {
			if strings.HasSuffix(f.Action, "/approve") {
				at = f.Action
			}
		}
		marja.Want(marja.Submit(list, at), http.StatusOK, "Poisto on hyväksytty", "Hyväksyit tämän")
		marja.Want(marja.Post(strings.Replace(at, "approve", "done", 1), nil), http.StatusConflict, "Hyväksyit poiston itse")
		page := noora.Want(noora.Get("/erasures"), http.StatusOK, "Hyväksynyt Marja", "Tee poisto")
		noora.Want(noora.Submit(page, strings.Replace(at, "approve", "done", 1)), http.StatusOK, "Tiedot on poistettu", "Ei poistopyyntöjä")
		marja = h.SignIn("marja")
		marja.Want(marja.Get("/erasures"), http.StatusOK, "Tehdyt poistot", "Marja", "Noora")
		b.Want(open(b, childCode), http.StatusUnprocessableEntity, "Koodi ei avaa mitään")
	})
}

// guarded makes a child's episode with a guardian's talks beside it, and gives the child's code.
func guarded(t *testing.T, h *webtest.House) string {
	t.Helper()
	var code string
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, h.Models, h.Staff["noora"], intake.New{Offer: h.Offers[webtest.Child].ID, Channel: intake.Telephone, Age: 9})
		if err != nil {
			return err
		}
		code = made.Code.String()
		a, err := appointment.Book(ctx, tx, h.Models, h.Staff["noora"], appointment.Target{Request: made.Request.ID},
			appointment.Free{Worker: h.Staff["noora"].Account, At: calendar.Local{Day: "2027-01-14", Clock: "12:00", Zone: webtest.Zone}, Minutes: 60, PlaceKind: "agreed"}, "koulu")
		if err != nil {
			return err
		}
		_, _, err = episode.AddGuardianTalk(ctx, tx, h.Models, h.Staff["noora"], a.Episode, "Äiti")
		return err
	})
	return code
}

// A worker prints a client's copy and enters their request; a coordinator, who does not meet them, is shown no name.
func TestStaffHelpWithRights(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		guarded(t, h)
		noora := h.SignIn("noora")
		list := noora.Get("/episodes")
		var path string
		for _, n := range list.Root.Tags("a") {
			if strings.HasPrefix(n.Attr["href"], "/episodes/") {
				path = n.Attr["href"]
			}
		}
		page := noora.Want(noora.Get(path), http.StatusOK, "Asiakkaan omat tiedot")
		noora.Want(noora.Submit(page, path+"/copy"), http.StatusOK, "Tietosi", "Tulosta selaimen")
		noora.Want(noora.Submit(page, path+"/erasure"), http.StatusOK, "Poistopyynnöt", "Odottaa hyväksyntää")
		marja := h.SignIn("marja")
		marja.Want(marja.Post(path+"/copy", nil), http.StatusNotFound)
	})
}
