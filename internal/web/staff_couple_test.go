package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

var shownCode = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// the one who used violence asks. Nothing opens, the worker reads whose wish it takes and ticks that he asked, and
// not a byte of her pages is another for it.
func TestHisWishOpensNothing(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouple(t, h)
		noora, elina := h.SignIn("noora"), h.SignIn("elina")
		hers := []string{"/desk", "/calendar", "/episodes", "/episodes/" + string(c.anna), c.own(c.anna)}
		before := map[string]string{}
		for range 2 { // looking is noted once
			for _, path := range hers {
				before[path] = random.ReplaceAllString(noora.Get(path).Body, "")
			}
		}
		p := elina.Want(elina.Get(c.own(c.kari)), http.StatusOK, "Valitse, kumpi osapuoli asiakas on.")
		if n := len(p.Root.Tags("textarea")); n > 0 {
			t.Errorf("%d fields for words", n)
		}
		p = elina.Want(elina.Submit(p, "/role", "role", "used"), http.StatusOK, "Osapuoli on valittu",
			"Yhteiset tapaamiset järjestetään väkivaltaa kokeneen toiveesta.", "Merkitse, että asiakas on pyytänyt")
		p = elina.Want(elina.Submit(p, "/asked", "asked", "yes"), http.StatusOK, "Asiakas on pyytänyt")
		for _, form := range p.Forms() {
			if strings.HasSuffix(form.Action, "/couple/wish") || strings.HasSuffix(form.Action, "/couple/word") {
				t.Errorf("there is a form to %s", form.Action)
			}
		}
		today := string(calendar.LocalOf(h.Clock.Now(), webtest.Zone).Day)
		elina.Want(elina.Post(c.own(c.kari)+"/wish", url.Values{"day": {today}, "alone": {"yes"}}), http.StatusConflict,
			"Yhteiset tapaamiset järjestetään väkivaltaa kokeneen toiveesta. Toisen toiveella niitä ei avata.")
		elina.Want(elina.Post(c.own(c.kari)+"/word", url.Values{}), http.StatusConflict, "sanan saa, kun väkivaltaa kokenut on sanonut toiveensa")
		for _, path := range hers {
			if is := random.ReplaceAllString(noora.Get(path).Body, ""); is != before[path] {
				t.Errorf("her worker can tell from %s: %s", path, difference(reply{body: before[path]}, reply{body: is}))
			}
		}
		p = elina.Want(elina.Submit(p, "/asked", "asked", "no"), http.StatusOK, "Merkitse, että asiakas on pyytänyt")
		if p.Says("Poista merkintä") {
			t.Error("the tick is still there")
		}
	})
}

// A-07 through pages: each worker prepares their own client, the word is said and typed, both mark, and a meeting is booked,
// held and asked about before the next one.
func TestTogetherThroughPages(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouple(t, h)
		noora, elina := h.SignIn("noora"), h.SignIn("elina")
		today := string(calendar.LocalOf(h.Clock.Now(), webtest.Zone).Day)
		noora.Want(noora.Get("/episodes/"+string(c.anna)), http.StatusOK, "Avaa valmistelu")
		p := noora.Submit(noora.Get(c.own(c.anna)), "/role", "role", "experienced")
		p = noora.Want(noora.Submit(p, "/couple/wish", "day", "2020-01-01"), http.StatusUnprocessableEntity, "Merkitse, että asiakas sanoi tämän kahden kesken.", "omien käyntien ajalta")
		if got := noora.Form(p, "/couple/wish").Values.Get("day"); got != "2020-01-01" {
			t.Errorf("the day that was typed is %q", got)
		}
		p = noora.Want(noora.Submit(p, "/couple/wish", "day", today, "alone", "yes"), http.StatusOK, "Toive on kirjattu")
		p = noora.Submit(p, "/points", "point", "motivated", "point", "charted", "point", "emotion-regulation", "point", "time-out")
		word := shownCode.FindString(noora.Want(noora.Submit(p, "/word"), http.StatusOK, "Sano se kasvokkain").Body)
		noora.Want(noora.Get(c.own(c.anna)), http.StatusOK, "Sana on annettu", "Ota sana ja sano se työparillesi kasvokkain.")

		p = elina.Submit(elina.Get(c.own(c.kari)), "/role", "role", "used")
		p = elina.Submit(p, "/points", "point", "motivated", "point", "charted", "point", "emotion-regulation")
		p = elina.Want(elina.Submit(p, "/join", "word", "AAAA-BBBB-CCCC"), http.StatusUnprocessableEntity, "Sana ei kelpaa")
		if got := elina.Form(p, "/join").Values.Get("word"); got != "AAAA-BBBB-CCCC" {
			t.Errorf("the word that was typed is %q", got)
		}
		p = elina.Want(elina.Submit(p, "/join", "word", strings.ToLower(word)), http.StatusOK, "Osapuolet ovat nyt yhdessä", "Yhteisten tapaamisten sivulle")
		code := shownCode.FindString(elina.Want(elina.Submit(p, "/couple/code"), http.StatusOK, "kahden kesken").Body)
		if code == "" {
			t.Error("no code is shown")
		}
		two := ""
		for _, n := range p.Root.Tags("a") {
			if n.Words() == "Yhteisten tapaamisten sivulle" {
				two = n.Attr["href"]
			}
		}
		p = elina.Want(elina.Get(two), http.StatusOK, "0 / 5", "Maksuton, 0 €", "Elina", "Noora", "Samat teemat on käytävä läpi", "Uutta aikaa ei voi nyt sopia")
		elina.Want(elina.Submit(p, "/safer"), http.StatusOK, "Olet merkinnyt")
		elina.Want(elina.Post(two+"/book", c.form(3)), http.StatusConflict, "Samat teemat on käytävä läpi kummankin kanssa")
		p = elina.Get(c.own(c.kari))
		elina.Submit(p, "/points", "point", "motivated", "point", "charted", "point", "emotion-regulation", "point", "time-out")
		noora.Want(noora.Post(two+"/book", c.form(3)), http.StatusConflict, "Molempien työntekijöiden on merkittävä")
		noora.Want(noora.Submit(noora.Get(two), "/safer"), http.StatusOK, "Kaikki ehdot täyttyvät", "Varaa seuraava aika")
		p = noora.Want(noora.Post(two+"/book", c.form(3)), http.StatusOK, "Seuraava tapaaminen on sovittu")
		for _, form := range p.Forms() {
			if strings.HasSuffix(form.Action, "/cancel") || strings.HasSuffix(form.Action, "/offer") {
				t.Errorf("there is a form to %s", form.Action)
			}
		}
		h.Clock.Set(h.Clock.Now().AddDate(0, 0, 4))
		noora, elina = h.SignIn("noora"), h.SignIn("elina")
		noora.Want(noora.Submit(noora.Get(two), "/hold"), http.StatusOK, "1 / 5", "Kummaltakin on ensin kysyttävä erikseen")
		p = noora.Want(noora.Get(c.own(c.anna)), http.StatusOK, "Kysy kahden kesken, oliko olo viime tapaamisella turvallinen.")
		p = noora.Want(noora.Submit(p, "/safety", "answer", "yes"), http.StatusUnprocessableEntity, "Merkitse, että asiakas sanoi tämän kahden kesken.")
		noora.Want(noora.Submit(p, "/safety", "answer", "yes", "alone", "yes"), http.StatusOK, "Vastaus on tallennettu")
		elina.Want(elina.Post(two+"/book", c.form(2)), http.StatusConflict, "Kummaltakin on ensin kysyttävä erikseen")
		elina.Submit(elina.Get(c.own(c.kari)), "/safety", "answer", "yes", "alone", "yes")
		elina.Want(elina.Post(two+"/book", c.form(2)), http.StatusOK, "Seuraava tapaaminen on sovittu")
	})
}

// form is a time for the two, some days from now.
func (c *coupleCase) form(days int) url.Values {
	at := c.at("noora", days, "13:00")
	return url.Values{"day": {string(at.At.Day)}, "clock": {"13:00"}, "kind": {"office"}, "office": {string(at.Place)}}
}

// the joint process names neither party and leads to nobody's own visits, and no worker comes to the other party's.
func TestJointPageNamesNobody(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouple(t, h)
		c.prepare()
		c.safer()
		for _, who := range []string{"noora", "elina", "marja"} {
			b := h.SignIn(who)
			p := b.Want(b.Get(c.two()), http.StatusOK, "Kaksi osapuolta", "0 / 5")
			for _, told := range []string{annaName, kariName, string(c.anna), string(c.kari), "väkivaltaa kokenut on", "On käyttänyt"} {
				if strings.Contains(p.Body, told) {
					t.Errorf("%s reads %q on the joint page", who, told)
				}
			}
			if conditions := p.Says("Vain työparille"); conditions == (who == "marja") {
				t.Errorf("%s: the list of conditions is there: %v", who, conditions)
			}
			list := b.Get("/episodes")
			if !strings.Contains(list.Body, c.two()) || !list.Says("Kaksi osapuolta") {
				t.Errorf("%s does not find the joint process in the list", who)
			}
			for owner, home := range map[string]string{"noora": c.own(c.anna), "elina": c.own(c.kari)} {
				want := http.StatusNotFound
				if owner == who {
					want = http.StatusOK
				}
				b.Want(b.Get(home), want)
			}
			b.Want(b.Get(c.own(c.joint)), http.StatusNotFound)
		}
	})
}

// A unit begins joint meetings when it offers visits of one's own from which they may follow (0053), and nobody takes in a
// contact to them: not by telephone, and not by the form of the public pages.
func TestBeginningJointMeetings(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		marja, noora := h.SignIn("marja"), h.SignIn("noora")
		unit := "/unit/" + string(h.Unit)
		has := func(model string) bool {
			return slices.ContainsFunc(marja.Get(unit).Root.Tags("option"), func(n *webtest.Node) bool { return n.Attr["value"] == model })
		}
		if has("couple-meetings") || !has("low-threshold-individual") {
			t.Error("joint meetings can be begun where nobody has visits of their own, or those cannot be")
		}
		marja.Want(marja.Post(unit+"/offers", url.Values{"model": {"couple-meetings"}}), http.StatusUnprocessableEntity)
		marja.Want(marja.Post(unit+"/offers", url.Values{"model": {"low-threshold-individual"}}), http.StatusOK)
		if !has("couple-meetings") {
			t.Error("joint meetings cannot be begun beside visits of one's own")
		}
		marja.Want(marja.Post(unit+"/offers", url.Values{"model": {"couple-meetings"}}), http.StatusOK)
		for _, p := range []*webtest.Page{noora.Get("/requests/new"), h.Visitor().Get("/contact/form"), h.Visitor().Get("/partner")} {
			if p.Says("Yhteiset tapaamiset") || !p.Says("Omat käynnit") {
				t.Errorf("%s: joint meetings can be asked for, or visits of one's own cannot", p.URL.Path)
			}
		}
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			offers, err := tx.Offers(ctx, h.Unit)
			for _, o := range offers {
				if o.Model != "couple-meetings" {
					continue
				}
				_, err := intake.Make(ctx, tx, h.Models, h.Staff["noora"], intake.New{Offer: o.ID, Channel: intake.Telephone, Age: -1, Lang: "fi"})
				if !fault.HasKey(err, "intake.other-way") {
					t.Errorf("a contact to joint meetings: %v", err)
				}
			}
			return err
		})
	})
}

// What a worker of the two has beside the joint process (calendars, lists, searches, the feed) never names the other's party,
// and neither does what a coordinator reads of figures and of who saw what (R-074; issue 4 point 2).
func TestNothingElseNamesTheOther(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouple(t, h)
		c.prepare()
		c.safer()
		a := c.bookTwo(3)
		day := string(a.At.Day)
		lists := []string{"/desk", "/calendar", "/calendar?all=1", "/calendar?week=" + day, "/calendar?week=" + day + "&all=1", "/calendar/day?day=" + day,
			"/calendar/day?day=" + day + "&all=1", "/episodes", "/episodes?mine=1", "/account"}
		read := func(stage string) {
			for who, told := range map[string][]string{"noora": {kariName, string(c.kari)}, "elina": {annaName, string(c.anna)}} {
				b := h.SignIn(who)
				all := map[string]string{"a search": b.Post("/episodes", url.Values{"name": {told[0]}}).Body}
				all["a search"] = strings.ReplaceAll(all["a search"], `value="`+told[0]+`"`, "")
				for _, path := range lists {
					all[path] = b.Get(path).Body
				}
				link := regexp.MustCompile(`/feed/[^"<\s]+`).FindString(b.Submit(b.Get("/calendar/own"), "/calendar/own").Body)
				all["the feed"] = h.Visitor().Get(link).Body
				if !strings.Contains(all["the feed"], "BEGIN:VEVENT") && stage == "booked" {
					t.Fatalf("%s: nothing in the feed of %s at %q", stage, who, link)
				}
				if own := map[string]string{"noora": annaName, "elina": kariName}[who]; !strings.Contains(all["/episodes"], own) {
					t.Errorf("%s: %s does not read the name of their own client", stage, who)
				}
				for path, body := range all {
					for _, word := range told {
						if strings.Contains(body, word) {
							t.Errorf("%s: %s reads %q in %s", stage, who, word, path)
						}
					}
				}
			}
			marja := h.SignIn("marja")
			for _, path := range []string{"/figures", "/figures?figure=held", "/audit", "/audit?who=" + string(h.Staff["noora"].Account), "/audit?who=" + string(h.Staff["elina"].Account)} {
				for _, word := range []string{annaName, kariName} {
					if strings.Contains(marja.Want(marja.Get(path), http.StatusOK).Body, word) {
						t.Errorf("%s: the coordinator reads %q in %s", stage, word, path)
					}
				}
			}
		}
		read("booked")
		c.Clock.Set(a.Starts.Add(2 * time.Hour))
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Hold(ctx, tx, c.Models, c.Staff["noora"], a.ID)
		})
		c.answers("no")
		read("held and answered")
	})
}
