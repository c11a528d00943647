package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// agreed is a couple with a meeting that is agreed.
func agreed(t *testing.T, h *webtest.House) (*coupleCase, appointment.Appointment) {
	t.Helper()
	c := newCouple(t, h)
	c.prepare()
	c.safer()
	return c, c.bookTwo(4)
}

// told is a page without what is new on every page.
func told(p *webtest.Page) string {
	return uuids.ReplaceAllString(random.ReplaceAllString(p.Body, ""), "")
}

// whatever the cause of a hold, both workers find the same row on their desks at once, and the joint page tells neither
// who nor why.
func TestEveryHoldLooksAlike(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c, a := agreed(t, h)
		noora, elina := h.SignIn("noora"), h.SignIn("elina")
		undo := func() { // the very same meeting is agreed again
			c.answers(episode.SafeYes)
			c.Do(func(ctx context.Context, tx *storage.Tx) error {
				p, err := tx.PartyAt(ctx, c.anna)
				if err != nil {
					return err
				}
				if p.Wish == "" {
					if err := joint.Wish(ctx, tx, c.Models, c.Staff["noora"], c.anna, calendar.LocalOf(tx.Now(), webtest.Zone).Day, true); err != nil {
						return err
					}
				}
				at := c.at("noora", 4, "13:00")
				at.Minutes = 90
				return appointment.Move(ctx, tx, c.Models, c.Staff["noora"], a.ID, at)
			})
			c.safer()
		}
		before, seen := c.two(), map[string]string{}
		for cause, do := range map[string]func(){
			"a worker is ill": func() { elina.Want(elina.Submit(elina.Get(before), "/wait"), http.StatusOK, "Odottaa uutta aikaa") },
			"she says no": func() {
				noora.Want(noora.Submit(noora.Get(c.own(c.anna)), "/safety", "answer", "no", "alone", "yes"), http.StatusOK, "Vastaus on tallennettu")
			},
			"he does not come": func() {
				elina.Want(elina.Submit(elina.Get(c.own(c.kari)), "/safety", "answer", "stop", "alone", "yes"), http.StatusOK, "Vastaus on tallennettu")
			},
			"she takes her wish back": func() {
				noora.Want(noora.Submit(noora.Get(c.own(c.anna)), "/unwish"), http.StatusOK, "Toive on peruttu")
			},
		} {
			do()
			desks := ""
			for _, b := range []*webtest.Browser{noora, elina} {
				p := b.Want(b.Get("/desk"), http.StatusOK, "Odottaa uutta aikaa", "Kaksi osapuolta")
				for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Attr["aria-labelledby"] == "on-hold" }) {
					desks += n.Words() + ";"
				}
			}
			seen[cause] = desks
			for _, name := range []string{annaName, kariName} {
				if strings.Contains(desks, name) {
					t.Errorf("%s: a row names %s", cause, name)
				}
			}
			p := noora.Want(noora.Get(c.two()), http.StatusOK, "Tapaaminen odottaa uutta aikaa")
			for _, form := range p.Forms() {
				if strings.HasSuffix(form.Action, "/cancel") {
					t.Errorf("%s: it can be called off", cause)
				}
			}
			undo()
		}
		for cause, desks := range seen {
			if desks == "" || desks != seen["a worker is ill"] {
				t.Errorf("%s: %q, and of an ill worker %q", cause, desks, seen["a worker is ill"])
			}
		}
	})
}

// Both workers read the same refusal, which names the missing point; a coordinator reads that something is missing.
func TestMissingIsNamedToTheWorkersAlone(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouple(t, h)
		c.prepare()
		summary := func(who, path string, v url.Values) string {
			b := h.SignIn(who)
			p := b.Want(b.Post(path, v), http.StatusConflict)
			for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Has("summary") }) {
				return n.Words()
			}
			return ""
		}
		own := ""
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Appointments(ctx, c.anna)
			own = string(all[0].ID)
			return err
		})
		for step, v := range map[string]url.Values{"/book": c.form(3), "/offer": c.form(3)} {
			worker, colleague, coordinator := summary("noora", c.two()+step, v), summary("elina", c.two()+step, v), summary("marja", c.two()+step, v)
			if worker == "" || worker != colleague {
				t.Errorf("%s: %q and %q", step, worker, colleague)
			}
			if missing := step == "/book"; missing != strings.Contains(coordinator, "jokin yhteisten tapaamisten ehto puuttuu") || missing == (coordinator == worker) {
				t.Errorf("%s: the coordinator reads %q", step, coordinator)
			}
		}
		marja := h.SignIn("marja")
		for _, w := range marja.Get(c.two()).Root.All(func(n *webtest.Node) bool { return strings.Contains(n.Words(), "Molempien työntekijöiden") }) {
			t.Errorf("the coordinator's page names what is missing: %q", w.Words())
		}
		marja.Want(marja.Post(c.two()+"/safer", url.Values{"safer": {"yes"}}), http.StatusNotFound)
		for _, step := range []string{"/erasure", "/copy", "/code"} { // each of the two has these on their own visits
			marja.Want(marja.Post(c.two()+step, url.Values{}), http.StatusNotFound)
		}
		marja.Want(marja.Get(c.two()+"/joint-plan"), http.StatusNotFound)
		elina := h.SignIn("elina")
		elina.Want(elina.Post(c.two()+"/wait", url.Values{"meeting": {own}}), http.StatusNotFound)
		for _, step := range []string{"/contact", "/wall"} {
			elina.Want(elina.Get(c.two()+step), http.StatusNotFound)
		}
	})
}

// Ending takes a meeting on hold off the desks; closing needs no new time for it, and then each one's own visits may be closed too.
func TestClosingWithAMeetingOnHold(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c, _ := agreed(t, h)
		noora := h.SignIn("noora")
		home := "/episodes/" + string(c.anna)
		var seat intake.Code
		c.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			seat, err = joint.NewCode(ctx, tx, c.Models, c.Staff["noora"], c.anna)
			return err
		})
		noora.Submit(noora.Get(c.two()), "/wait")
		c.Clock.Set(c.Clock.Now().AddDate(0, 0, 1)) // the hour at which both are told has come
		noora = h.SignIn("noora")
		client := h.Visitor()
		client.Want(open(client, seat.String()), http.StatusOK, "Aika siirtyy")
		noora.Submit(noora.Get(home), "/ending")
		noora.Want(noora.Post(home+"/close", url.Values{}), http.StatusConflict, "yhteiset tapaamiset ovat kesken")
		p := noora.Want(noora.Submit(noora.Get(c.two()), "/ending"), http.StatusOK, "Tapaamiset ovat ohi")
		if noora.Get("/desk").Says("Odottaa uutta aikaa") {
			t.Error("the desk still waits for a new time")
		}
		if p := client.Want(open(client, seat.String()), http.StatusOK, "Yhteiset tapaamiset ovat ohi"); p.Says("Aika siirtyy") {
			t.Error("a seat says that the time moves, and no time is looked for any more")
		}
		noora.Want(noora.Submit(p, "/close"), http.StatusOK, "Asiakkuus on päättynyt")
		noora.Want(noora.Post(c.own(c.anna)+"/safety", url.Values{"answer": {"no"}, "alone": {"yes"}}), http.StatusConflict)
		noora.Want(noora.Post(home+"/close", url.Values{}), http.StatusOK, "Asiakkuus on päättynyt")
	})
}

// A coordinator changes who meets the two. Whoever comes marks anew; whoever goes sees it no more and keeps their own client.
func TestChangingThePair(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c, a := agreed(t, h)
		hireIn(t, h, "outi", "fi", h.Unit, access.Worker)
		s := &sides{House: h, t: t}
		s.worksHere("outi")
		marja, outi := h.SignIn("marja"), string(h.Staff["outi"].Account)
		noora := h.SignIn("noora")
		noora.Want(noora.Post(c.two()+"/pair", url.Values{"second": {outi}}), http.StatusConflict, "koordinaattori")
		p := marja.Want(marja.Get(c.two()), http.StatusOK, "Vaihda työntekijöitä")
		marja.Want(marja.Submit(p, "/assign", "worker", outi), http.StatusOK)
		noora.Want(noora.Get(c.two()), http.StatusNotFound)
		noora.Want(noora.Get(c.own(c.anna)), http.StatusOK, "Yhteiset tapaamiset pitää toinen työpari.")
		new := h.SignIn("outi")
		new.Want(new.Get(c.two()), http.StatusOK, "Oma arviosi", "Molempien työntekijöiden on merkittävä")
		new.Want(new.Get(c.own(c.anna)), http.StatusNotFound)
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			now, err := tx.Appointment(ctx, a.ID)
			if now.Worker != h.Staff["outi"].Account || now.State != appointment.Booked {
				t.Errorf("the meeting is %s's and %s", now.Worker, now.State)
			}
			return err
		})
	})
}

// A message that could not leave reaches the desks of both workers once, and tells neither whose it was nor why.
func TestUntoldOfTwo(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c, _ := agreed(t, h)
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			for who, home := range map[string]episode.ID{"noora": c.anna, "elina": c.kari} {
				err := outgoing.Renew(ctx, tx, c.Staff[who], outgoing.Target{Episode: home}, person.SafeContact{Channel: person.SMS, Address: seal.Of(map[string]string{"noora": "0405550661", "elina": "0405550662"}[who]),
					HourFrom: 10, HourTo: 11, LastDay: calendar.LocalOf(tx.Now(), webtest.Zone).Day.Add(1)})
				if err != nil {
					return err
				}
			}
			return nil
		})
		h.Clock.Set(h.Clock.Now().AddDate(0, 0, 2)) // the permissions are over by then
		noora, elina, marja := h.SignIn("noora"), h.SignIn("elina"), h.SignIn("marja")
		noora.Submit(noora.Get(c.two()), "/wait")
		for _, b := range []*webtest.Browser{noora, elina, marja} {
			p := b.Want(b.Get("/desk"), http.StatusOK, "Kaksi osapuolta: viesti yhteisestä tapaamisesta ei lähtenyt kaikille.")
			if strings.Contains(p.Body, annaName) || strings.Contains(p.Body, kariName) || p.Says("Lupa on päättynyt") {
				t.Error("a notice tells whose it is, or why")
			}
			if n := len(p.Root.All(func(n *webtest.Node) bool {
				return n.Has("notice") && strings.Contains(n.Words(), "ei lähtenyt kaikille")
			})); n != 1 {
				t.Errorf("%d notices", n)
			}
		}
		elina.Post(c.two()+"/contact/seen", url.Values{"back": {"desk"}})
		if noora.Get("/desk").Says("ei lähtenyt kaikille") {
			t.Error("the notice is still there")
		}
	})
}

// the joint plan and one's own are filled in on the page and sent nowhere, and nothing of the joint process leads to a
// party's own.
func TestPlansAreSentNowhere(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c, _ := agreed(t, h)
		noora, elina := h.SignIn("noora"), h.SignIn("elina")
		home := "/episodes/" + string(c.anna)
		for _, x := range []struct {
			b      *webtest.Browser
			path   string
			status int
		}{{noora, home + "/safety-plan", 200}, {elina, home + "/safety-plan", 404}, {noora, home + "/joint-plan", 404}, {noora, c.two() + "/joint-plan", 200},
			{elina, c.two() + "/joint-plan", 200}, {noora, c.two() + "/safety-plan", 404}} {
			p := x.b.Want(x.b.Get(x.path), x.status)
			if p.Status != http.StatusOK {
				continue
			}
			if p.Header.Get("Cache-Control") != "no-store" || !p.Says("Tätä ei tallenneta eikä lähetetä mihinkään") {
				t.Errorf("%s may be kept, or does not say that it is not", x.path)
			}
			lines := 0
			for _, n := range p.Root.Tags("input") {
				if n.Has("sheet-line") {
					lines++
					if _, named := n.Attr["name"]; named || n.Attr["autocomplete"] != "off" {
						t.Errorf("%s: a line has a name, or is remembered", x.path)
					}
				}
			}
			for _, f := range p.Forms() {
				if !strings.HasSuffix(f.Action, "/sign-out") {
					t.Errorf("%s: a form to %s", x.path, f.Action)
				}
			}
			if lines < 10 {
				t.Errorf("%s: %d lines", x.path, lines)
			}
			if p := x.b.Post(x.path, url.Values{"signs": {"x"}}); p.Status != http.StatusMethodNotAllowed && p.Status != http.StatusNotFound {
				t.Errorf("%s takes a form: %d", x.path, p.Status)
			}
		}
		for _, path := range []string{c.two(), c.two() + "/joint-plan"} {
			if body := noora.Get(path).Body; strings.Contains(body, "safety-plan") || strings.Contains(body, string(c.anna)) {
				t.Errorf("%s leads to a party's own", path)
			}
		}
	})
}

// Whatever the other party's own worker does on his side leaves no byte on hers: no list, count, search, calendar or audit of
// her worker's, and not on the joint page while no condition changes by it.
func TestHisOwnLeavesNoTraceOnHers(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c, _ := agreed(t, h)
		noora, elina := h.SignIn("noora"), h.SignIn("elina")
		pages := []string{"/desk", "/calendar", "/calendar?all=1", "/episodes", "/episodes?stage=closed", "/episodes/" + string(c.anna), c.own(c.anna), c.two(), c.two() + "/joint-plan",
			"/requests/new", "/hours", "/erasures", "/account", "search"}
		read := func(path string) string {
			if path == "search" {
				return told(noora.Post("/episodes", url.Values{"name": {kariName}}))
			}
			return told(noora.Get(path))
		}
		before := map[string]string{}
		for range 2 { // looking is noted once
			for _, path := range pages {
				before[path] = read(path)
			}
		}
		hisBefore := told(elina.Get(c.own(c.kari)))
		elina.Post(c.own(c.kari)+"/asked", url.Values{"asked": {"no"}})
		elina.Want(elina.Submit(elina.Get(c.own(c.kari)), "/couple/code"), http.StatusOK)
		elina.Submit(elina.Get(c.own(c.kari)), "/safety", "answer", "yes", "alone", "yes")
		elina.Get("/episodes/" + string(c.kari) + "/safety-plan")
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			if _, err := appointment.Book(ctx, tx, c.Models, c.Staff["elina"], appointment.Target{Episode: c.kari}, c.at("elina", 9, "10:00"), ""); err != nil {
				return err
			}
			return episode.OfferWayOn(ctx, tx, c.Models, c.Staff["elina"], c.kari, "elsewhere", "lawyer")
		})
		for _, path := range pages {
			if is := read(path); is != before[path] {
				t.Errorf("her worker can tell from %s: %s", path, difference(reply{body: before[path]}, reply{body: is}))
			}
		}
		if told(elina.Get(c.own(c.kari))) == hisBefore {
			t.Error("nothing changed on his own worker's page")
		}
	})
}
