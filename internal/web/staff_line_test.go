package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// lineHouse is a house with a line and men who answer it, each in a browser of their own.
type lineHouse struct {
	*webtest.House
	t       *testing.T
	line    organization.OfferID
	helpers organization.OfferID
	marja   *webtest.Browser
	men     map[string]*webtest.Browser
}

func newLineHouse(t *testing.T, h *webtest.House) *lineHouse {
	t.Helper()
	l := &lineHouse{House: h, t: t, men: map[string]*webtest.Browser{}}
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		for name, at := range map[string]*organization.OfferID{"miesluuri": &l.line, "volunteering": &l.helpers} {
			m, _ := h.Models.Latest(name)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: h.Unit, Model: m.ID, Version: m.Version, Slug: m.Slug, Position: 9, Open: true})
			if err != nil {
				return err
			}
			*at = o.ID
		}
		return nil
	})
	l.marja = h.SignIn("marja")
	for name, trained := range map[string]calendar.Date{"ari": "2026-09-01", "pekka": "2026-09-01", "timo": "2025-11-12"} {
		l.men[name] = hireIn(t, h, name, locale.Finnish, h.Unit, access.Volunteer)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			key, err := tx.NewKey()
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: h.Unit, Offer: l.helpers, Account: h.Staff[name].Account, Key: key, State: volunteer.Active,
				Own: volunteer.Own{Name: seal.Of(name), Email: seal.Of(name + "@example.org")},
				Path: volunteer.Path{Began: "2025-01-01", Inducted: true, Tasks: []string{"answer-line"},
					Trainings: []volunteer.Mark{{What: "induction", Day: "2025-01-02"}, {What: "line-basic", Day: "2025-01-03"}, {What: "line-further", Day: trained}}}})
		})
	}
	return l
}

// plan has the coordinator plan two weeks of evenings through the pages, from Thursday the 14th of January 2027.
func (l *lineHouse) plan() {
	l.t.Helper()
	form := l.marja.Want(l.marja.Get("/line/new?offer="+string(l.line)), http.StatusOK, "Valitse 2 iltaa viikossa.")
	back := l.marja.Want(l.marja.Submit(form, "/line/new", "day", "2027-01-14", "weekdays", "4", "n", "x"), http.StatusUnprocessableEntity, "Kirjoita numero.")
	if f := l.marja.Form(back, "/line/new"); f.Values.Get("n") != "x" || f.Values.Get("weekdays") != "4" {
		l.t.Errorf("what was typed came back as %v", f.Values)
	}
	l.marja.Want(l.marja.Submit(back, "/line/new", "weekdays", "4", "n", "4"), http.StatusUnprocessableEntity, "Valitse 2 viikonpäivää.")
	l.marja.Want(l.marja.Submit(back, "/line/new", "weekdays", "2", "weekdays", "4", "n", "4"), http.StatusOK, "Illat on lisätty.", "to 14.1. klo 18.00", "ti 26.1. klo 18.00")
}

// place puts somebody on the evening of a day by the coordinator's hand, who has asked them.
func (l *lineHouse) place(who, day, as string) *webtest.Page {
	l.t.Helper()
	p := l.marja.Want(l.marja.Get(l.evening(day)), http.StatusOK)
	return l.marja.Submit(p, "/put", "who", string(l.Staff[who].Account), "as", as, "asked", "yes")
}

// evening is the address of a day's evening.
func (l *lineHouse) evening(day string) (at string) {
	l.t.Helper()
	l.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Evenings(ctx, l.line, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC))
		for _, e := range all {
			if string(e.At.Day) == day {
				at = "/line/evenings/" + string(e.ID)
			}
		}
		return err
	})
	return at
}

func (l *lineHouse) at(day, clock string) {
	l.t.Helper()
	t, err := calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: webtest.Zone}.Instant()
	if err != nil {
		l.t.Fatal(err)
	}
	l.Clock.Set(t)
}

// A-21, through the pages of each: "I can't come", nobody asked why; Pekka is asked and Timo is not; the first yes has it; and
// where nobody says yes the coordinator closes the evening, which the public page says at once.
func TestDeclineThroughPages(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		l := newLineHouse(t, h)
		l.plan()
		l.marja.Want(l.place("ari", "2027-01-14", "answer"), http.StatusOK, "Lisätty.", "Sovittu")
		l.marja.Want(l.place("pekka", "2027-01-14", "reserve"), http.StatusOK, "Varalle")
		l.marja.Want(l.place("timo", "2027-01-14", "reserve"), http.StatusConflict, "yli 12 kuukautta vanha")
		l.at("2027-01-14", "17:02")
		ari, pekka, timo := l.men["ari"], l.men["pekka"], l.men["timo"]
		before := ari.Want(ari.Get("/shifts"), http.StatusOK, "18.00–20.00", "En pääse", "Syytä ei kysytä. Sijaista etsitään heti.")
		pekka.Want(pekka.Get("/shifts"), http.StatusOK, "Varalla")
		after := ari.Want(ari.Submit(before, "/decline"), http.StatusOK, "Kiitos, että kerroit.", "Sinulla ei ole sovittuja iltoja.")
		if n := len(after.Root.Tags("textarea")) + len(after.Root.Tags("select")); n != 0 || after.Says("Miksi") {
			t.Errorf("something is asked after declining:\n%s", after.Root.Words())
		}
		l.marja.Want(l.marja.Get("/desk"), http.StatusOK, "Linjan illat", "to 14.1. klo 18.00", "Vastaaja puuttuu")
		asked := pekka.Want(pekka.Get("/shifts"), http.StatusOK, "Vastaaja puuttuu", "Pääsetkö sinä? Ensimmäinen kyllä saa illan.")
		timo.Want(timo.Get("/shifts"), http.StatusOK, "Sinulla ei ole sovittuja iltoja.")
		stale := pekka.Form(asked, "/take").Action
		if p := timo.Post(stale, url.Values{}); p.Status != http.StatusNotFound {
			t.Errorf("timo, who was not asked, took it: %d", p.Status)
		}
		pekka.Want(pekka.Submit(asked, "/take"), http.StatusOK, "Kiitos. Ilta on sinun.", "18.00–20.00")
		l.marja.Want(l.marja.Post(l.evening("2027-01-14")+"/take", url.Values{}), http.StatusConflict, "Joku muu ehti ensin.")
		pekka.Want(pekka.Post(strings.Replace(stale, "/take", "/decline", 1), url.Values{}), http.StatusOK, "Kiitos, että kerroit.")
		l.at("2027-01-14", "17:45")
		desk := l.marja.Want(l.marja.Get("/desk"), http.StatusOK, "Auki ilman vastaajaa", "Otan illan itse", "Sulje ilta")
		v := h.Visitor()
		v.Want(v.Get("/services/iltalinja"), http.StatusOK, "Seuraavan kerran to 14.1. klo 18.00")
		l.marja.Want(l.marja.Submit(desk, "/close"), http.StatusOK, "Ilta on suljettu.")
		v.Want(v.Get("/services/iltalinja"), http.StatusOK, "Linja on tänä iltana suljettu.", "Seuraavan kerran ti 19.1. klo 18.00")
		for _, p := range []*webtest.Page{l.marja.Get("/desk"), l.marja.Get("/line"), l.marja.Get(l.evening("2027-01-14")), l.marja.Get("/line/new")} {
			for _, w := range []string{"kieltäyt", "perunut", "ei päässyt"} {
				if p.Says(w) {
					t.Errorf("%s tells that somebody declined: %q", p.URL.Path, w)
				}
			}
		}
	})
}

// the form after a call has ticks alone; sent it counts, its own answer takes it back once, and what is not in a list is refused.
func TestCallThroughPages(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		l := newLineHouse(t, h)
		l.plan()
		l.place("ari", "2027-01-14", "answer")
		l.at("2027-01-14", "18:50")
		ari := l.men["ari"]
		own := ari.Want(ari.Get("/shifts"), http.StatusOK, "Menossa nyt", "Merkitse puhelu")
		if !strings.Contains(own.Body, l.evening("2027-01-14")+"/call") {
			t.Error("the own evening does not lead to the form after a call")
		}
		form := ari.Want(ari.Get(l.evening("2027-01-14")+"/call"), http.StatusOK, "Vain rastit.", "Yksinäisyys", "Erosta elossa -ryhmä")
		for _, in := range form.Root.Tags("input") {
			switch in.Attr["type"] {
			case "radio", "checkbox", "hidden":
			default:
				t.Errorf("the form has a field %q of kind %q", in.Attr["name"], in.Attr["type"])
			}
		}
		if len(form.Root.Tags("textarea"))+len(form.Root.Tags("select")) > 0 {
			t.Error("the form has a field for words")
		}
		ari.Want(ari.Submit(form, "/call", "length", "from-30-to-60", "themes", "separation", "themes", "loneliness", "note", "Pekka Oulusta"), http.StatusUnprocessableEntity)
		back := ari.Want(ari.Submit(form, "/call", "length", "from-30-to-60", "themes", "separation", "themes", "loneliness", "themes", "health", "themes", "other"), http.StatusUnprocessableEntity, "Valitse enintään 3 aihetta.")
		if f := ari.Form(back, "/call"); len(f.Values["themes"]) != 4 || f.Values.Get("length") != "from-30-to-60" {
			t.Errorf("what was ticked came back as %v", f.Values)
		}
		marked := ari.Want(ari.Submit(back, "/call", "themes", "separation", "themes", "loneliness", "tips", "separation-group", "tips", "sakki"), http.StatusOK,
			"Puhelu on merkitty.", "Peru äskeinen merkintä", "merkitty 1 puhelu")
		gone := ari.Want(ari.Submit(marked, "/back"), http.StatusOK, "Merkintä on peruttu.", "ei ole vielä merkitty puheluita")
		ari.Want(ari.Submit(marked, "/back"), http.StatusConflict, "Merkintä on jo peruttu.")
		for range 6 {
			ari.Want(ari.Submit(gone, "/call", "form", id.New(), "length", "under-10", "themes", "loneliness"), http.StatusOK, "Puhelu on merkitty.")
		}
		l.marja.Want(l.marja.Get(l.evening("2027-01-14")), http.StatusOK, "6 yhteydenottoa", "Luku kertoo puheluista, ei soittajista.")
		l.marja.Want(l.marja.Get("/figures"), http.StatusOK, "Linjan yhteydenotot (ei soittajat)")
		for _, who := range []string{"pekka", "timo"} {
			if p := l.men[who].Get(l.evening("2027-01-14") + "/call"); p.Status != http.StatusNotFound {
				t.Errorf("%s, who does not answer that evening, sees its form: %d", who, p.Status)
			}
		}
	})
}

// A proposal explains itself, is the coordinator's alone, and is published; R-235: wishes come back as they were typed.
func TestProposalThroughPages(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		l := newLineHouse(t, h)
		l.plan()
		ari := l.men["ari"]
		w := ari.Want(ari.Get("/shifts/wishes"), http.StatusOK, "Omat toiveet")
		wrong := ari.Want(ari.Submit(w, "/shifts/wishes", "name", "Ari", "most", "4", "wished", "2", "never", "2"), http.StatusUnprocessableEntity, "Sama päivä on sekä mieluisin")
		ari.Want(ari.Submit(wrong, "/shifts/wishes", "wished", "4", "never", "2"), http.StatusOK, "Toiveesi on tallennettu.")
		list := l.marja.Want(l.marja.Get("/line"), http.StatusOK, "Ehdota vastaajia")
		proposed := l.marja.Want(l.marja.Submit(list, "/line/propose"), http.StatusOK, "Ehdotus on valmis.", "Ehdotuksen näet vain sinä.", "Toivottu viikonpäivä.", "pekka", "ei saa vastata silloin")
		if p := ari.Get("/shifts"); !p.Says("Sinulla ei ole sovittuja iltoja.") {
			t.Error("a proposal is seen before it is published")
		}
		l.marja.Want(l.marja.Submit(proposed, "/line/publish"), http.StatusOK, "Ehdotus on julkaistu.", "Sovittu")
		ari.Want(ari.Get("/shifts"), http.StatusOK, "18.00–20.00", "En pääse")
		l.marja.Want(l.marja.Post("/line/publish", url.Values{"offer": {string(l.line)}}), http.StatusConflict, "Julkaistavaa ei ole.")
	})
}

// the public page says evenings, number, price and that a call may show on a bill, in three languages.
func TestLinePublicPage(t *testing.T) {
	h := webtest.New(t)
	l := newLineHouse(t, h)
	l.plan()
	wrong := l.marja.Want(l.marja.Submit(l.marja.Get("/line"), "/line/number", "number", "soita"), http.StatusUnprocessableEntity, "Kirjoita puhelinnumero numeroin")
	if got := l.marja.Form(wrong, "/line/number").Values.Get("number"); got != "soita" {
		t.Errorf("what was typed came back as %q", got)
	}
	l.marja.Want(l.marja.Submit(wrong, "/line/number", "number", "040 555 0199"), http.StatusOK, "Numero on tallennettu.")
	v := h.Visitor()
	for lang, words := range map[string][]string{
		"":    {"Soita 040 555 0199", "torstai 14.1.2027 18.00–20.00", "normaalin puhelumaksun", "voi näkyä puhelinlaskussasi", "Numeroasi ei kirjata."},
		"/sv": {"040 555 0199", "vanliga samtalsavgift", "synas på din telefonräkning"},
		"/en": {"040 555 0199", "normal call price", "may show on your telephone bill"},
	} {
		v.Want(v.Get(lang+"/services/iltalinja"), http.StatusOK, words...)
		if lang == "" {
			lang = "/"
		}
		v.Want(v.Get(lang), http.StatusOK, "MIESluuri")
	}
	l.at("2027-01-14", "18:30")
	v.Want(v.Get("/services/iltalinja"), http.StatusOK, "Auki 20.00 asti")
}
