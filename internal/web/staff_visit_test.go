package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// themedCase is a client of Noora's in a service with planned visits, with a first meeting booked.
type themedCase struct {
	*webtest.House
	t    *testing.T
	at   string // the episode's address
	id   episode.ID
	code intake.Code
}

func newThemed(t *testing.T, h *webtest.House) *themedCase {
	t.Helper()
	c := &themedCase{House: h, t: t}
	m, _ := h.Models.Latest("vkm-individual")
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: h.Unit, Model: m.ID, Version: m.Version, Slug: m.Slug, Position: 9, Open: true})
		if err != nil {
			return err
		}
		made, err := intake.Make(ctx, tx, h.Models, access.Anyone(), intake.New{Offer: o.ID, Channel: intake.Form, Referrer: "self", Lang: "fi", Age: -1, Contact: person.SafeContact{Channel: person.None}})
		if err != nil {
			return err
		}
		a, err := c.book(ctx, tx, appointment.Target{Request: made.Request.ID})
		c.id, c.at, c.code = a.Episode, "/episodes/"+string(a.Episode), made.Code
		return err
	})
	return c
}

func (c *themedCase) book(ctx context.Context, tx *storage.Tx, to appointment.Target) (appointment.Appointment, error) {
	places, err := tx.Places(ctx, c.Unit)
	if err != nil {
		return appointment.Appointment{}, err
	}
	noora := c.Staff["noora"]
	free, err := appointment.FreeTimes(ctx, tx, noora, appointment.Wanted{Unit: c.Unit, For: to, Minutes: 60, Worker: noora.Account, Place: places[0].ID,
		From: calendar.LocalOf(tx.Now(), "Europe/Helsinki").Day.Add(1)}, 1)
	if err != nil || len(free) == 0 {
		return appointment.Appointment{}, err
	}
	return appointment.Book(ctx, tx, c.Models, noora, to, free[0], "")
}

// hold books what is missing, turns the clock and marks the meeting held, up to the nth visit.
func (c *themedCase) hold(n int) {
	for range n {
		var a appointment.Appointment
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Appointments(ctx, c.id)
			for _, x := range all {
				if x.State == appointment.Booked {
					a = x
				}
			}
			if err == nil && a.ID == "" {
				a, err = c.book(ctx, tx, appointment.Target{Episode: c.id})
			}
			return err
		})
		c.Clock.Set(a.Starts.Add(20 * time.Minute))
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Hold(ctx, tx, c.Models, c.Staff["noora"], a.ID)
		})
	}
}

// the visit's page has its theme, minimum goal and steps; what was skipped comes back on the next; goals are agreed
// by two, and a third is refused in the model's words.
func TestVisitGuides(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newThemed(t, h)
		b := h.SignIn("noora")
		b.Want(b.Get(c.at), http.StatusOK, "Suunnitelma ja tavoitteet", "Väkivallan tunnistaminen", "Avaa tapaamisen 1 suunnitelma", "ei käytä yhtään")
		p := b.Want(b.Get(c.at+"/visit"), http.StatusOK, "Tapaaminen 1 / 5", "Väkivallan tunnistaminen", "Työntekijän vähimmäistavoite",
			"Asiakas tunnistaa väkivallan", "Luottamuksellisen yhteistyön alku", "yksi tai kaksi")
		if strings.Contains(p.Title(), "käival") {
			t.Errorf("the title tells: %s", p.Title())
		}
		two := b.Get(c.at + "/visit") // another tab, from before
		b.Want(b.Submit(p, c.at+"/goal", "goal", "Nukun yöt"), http.StatusOK, "Nukun yöt", "ei vielä sovittu")
		p = b.Want(b.Submit(b.Get(c.at+"/visit"), c.at+"/goal", "goal", "Lähden ajoissa"), http.StatusOK, "Uutta ei voi lisätä")
		b.Want(b.Submit(two, c.at+"/goal", "goal", "Kolmas"), http.StatusConflict, "Tavoitteita sovitaan yksi tai kaksi")
		agree := b.Form(p, c.at+"/goal-agreed")
		b.Want(b.Post(c.at+"/goal-agreed", url.Values{"which": agree.Values["which"], "revision": {"1"}, "agrees": {"worker"}, "no": {"1"}}), http.StatusOK, "asiakkaan merkintä puuttuu")
		b.Want(b.Post(c.at+"/goal-agreed", url.Values{"which": agree.Values["which"], "revision": {"1"}, "agrees": {"worker", "client"}, "no": {"1"}}), http.StatusOK, "sovittu")
		which := agree.Values["which"][0]
		long := b.Want(b.Post(c.at+"/goal-words", url.Values{"which": {which}, "goal-" + which: {strings.Repeat("pitkä tarina ", 20)}, "no": {"1"}}), http.StatusUnprocessableEntity, "yksi rivi")
		if got := b.Form(long, c.at+"/goal-words").Values["goal-"+which]; len(got) != 1 || !strings.HasPrefix(got[0], "pitkä") {
			t.Errorf("what was typed came back as %v", got)
		}
		b.Want(b.Post(c.at+"/goal-words", url.Values{"which": {which}, "goal-" + which: {"Nukun paremmin"}, "no": {"1"}}), http.StatusOK, "Nukun paremmin", "ei vielä sovittu")
		b.Want(b.Post(c.at+"/goal-agreed", url.Values{"which": {which}, "revision": {"1"}, "agrees": {"client"}}), http.StatusConflict, "sanat ovat muuttuneet")

		b.Want(b.Post(c.at+"/steps", url.Values{"shown": {"trust", "naming"}, "step": {"trust"}, "no": {"1"}}), http.StatusOK)
		second := b.Want(b.Get(c.at+"/visit?no=2"), http.StatusOK, "Itsehavainnointi alkuun", "Jäi aiemmin auki: Väkivallan tunnistaminen", "Työntekijä nimeää väkivallan")
		if second.Says("Luottamuksellisen yhteistyön alku") {
			t.Error("what was gone through comes back")
		}
		b.Want(b.Post(c.at+"/steps", url.Values{"shown": {"lottery"}, "no": {"1"}}), http.StatusUnprocessableEntity)
		marja := h.SignIn("marja")
		seen := marja.Want(marja.Get(c.at), http.StatusOK, "0 sovittua tavoitetta")
		if seen.Says("Nukun") {
			t.Error("a coordinator reads the words of a goal")
		}
	})
}

// the client agrees by code, to the words that are there, and sees what is the client's.
func TestClientAgreesByCode(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newThemed(t, h)
		var g episode.Goal
		h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			if g, err = episode.AddGoal(ctx, tx, h.Models, h.Staff["noora"], c.id, "Nukun yöt"); err != nil {
				return err
			}
			return episode.AgreeGoal(ctx, tx, h.Models, h.Staff["noora"], g.ID, 1, false, true)
		})
		v := h.Visitor()
		p := v.Want(v.Submit(v.Get("/code"), "/code", "code", string(c.code)), http.StatusOK, "Tavoitteesi", "Nukun yöt", "odottaa sinua", "kerta jää sinulle")
		old := p
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			return episode.RewordGoal(ctx, tx, h.Models, h.Staff["noora"], g.ID, "Nukun paremmin")
		})
		p = v.Want(v.Submit(old, "/code/goal", "answer", "yes"), http.StatusConflict, "sanat ovat muuttuneet", "Nukun paremmin")
		p = v.Want(v.Submit(p, "/code/goal", "answer", "yes"), http.StatusOK, "Merkintäsi on tallessa", "odottaa työntekijää")
		if strings.Contains(p.Title(), "tavoit") {
			t.Errorf("the title tells: %s", p.Title())
		}
		stay := v.Form(p, "/code/goal").Values["stay"]
		v.Want(v.Post("/code/goal", url.Values{"stay": stay, "goal": {"nothing"}, "revision": {"1"}, "answer": {"yes"}}), http.StatusConflict)
	})
}

// after the last visit the worker is led to the questions; until they are answered nothing is closed and the
// desk says so; then the episode waits for its follow-up, which has a task of its own.
func TestEndingAndFollowUp(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newThemed(t, h)
		c.hold(4)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			a, err := c.book(ctx, tx, appointment.Target{Episode: c.id})
			c.Clock.Set(a.Starts.Add(20 * time.Minute))
			return err
		})
		b := h.SignIn("noora")
		led := b.Want(b.Submit(b.Get(c.at), c.at+"/hold"), http.StatusOK, "Miten meni", "Tunnistaa stressireaktion", "ei ole antanut lupaa")
		b.Want(b.Get(c.at), http.StatusOK, "Lopun kysymykset odottavat", "5 / 5")
		b.Want(b.Get("/desk"), http.StatusOK, "Lopun kysymykset odottavat")
		b.Want(b.Post(c.at+"/close", nil), http.StatusConflict, "Vastaa ensin lopun kysymyksiin", "tulokset", "seuranta")
		half := b.Want(b.Submit(led, c.at+"/end", "result-recognises", "yes"), http.StatusUnprocessableEntity, "Valitse yksi")
		if got := b.Form(half, c.at+"/end").Values["result-recognises"]; len(got) != 1 || got[0] != "yes" {
			t.Errorf("what was chosen came back as %v", got)
		}
		all := url.Values{"follow-up": {"contact"}, "day": {"2027-05-16"}}
		for _, x := range []string{"recognises", "stress-reaction", "can-influence", "self-esteem", "seeks-help"} {
			all.Set("result-"+x, "partly")
		}
		all.Set("mark-onward-plan-given", "yes")
		all.Set("mark-family-support", "no")
		b.Want(b.Post(c.at+"/end", all), http.StatusUnprocessableEntity, "Lupaa ottaa yhteyttä ei ole")
		all.Set("follow-up", "client")
		b.Want(b.Post(c.at+"/end", all), http.StatusOK, "Odottaa seurantaa", "asiakas ottaa yhteyttä")
		b.Want(b.Get("/desk"), http.StatusOK, "1 seuranta on tulossa")
		b.Want(b.Get("/episodes?stage=follow-up"), http.StatusOK, "Viisi keskustelua")
		b.Want(b.Post(c.at+"/close", nil), http.StatusConflict, "Merkitse ensin")
		b.Want(b.Post(c.at+"/book", url.Values{"day": {"2027-06-01"}, "clock": {"12:00"}, "kind": {"office"}}), http.StatusConflict, "Viisi keskustelua", "seurantayhteydenotto", "koordinaattori avaa")
		v := h.Visitor()
		v.Want(v.Submit(v.Get("/code"), "/code", "code", string(c.code)), http.StatusOK, "Tapaamiset on nyt pidetty", "otat itse yhteyttä")
		c.Clock.Set(time.Date(2027, 5, 16, 9, 0, 0, 0, time.UTC))
		b = h.SignIn("noora")
		b.Want(b.Get("/desk"), http.StatusOK, "tänään", "asiakas ottaa yhteyttä")
		b.Want(b.Post(c.at+"/follow-up", url.Values{"follow-up": {"eloped"}}), http.StatusUnprocessableEntity, "Valitse yksi")
		b.Want(b.Post(c.at+"/follow-up", url.Values{"follow-up": {"not-back"}}), http.StatusOK, "Asiakas ei ottanut yhteyttä")
		b.Want(b.Post(c.at+"/close", nil), http.StatusOK, "Päättynyt")
	})
}

// another worker and a new episode only on a ground; a way on is made with the client there; nothing
// of the client is printed for a worker's hand.
func TestDecisionsHaveGrounds(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newThemed(t, h)
		c.hold(5)
		b, marja := h.SignIn("noora"), h.SignIn("marja")
		elina := string(h.Staff["elina"].Account)
		marja.Want(marja.Post(c.at+"/assign", url.Values{"worker": {elina}}), http.StatusUnprocessableEntity, "Ilman perustetta")
		marja.Want(marja.Post(c.at+"/again", url.Values{"ground": {"because"}}), http.StatusUnprocessableEntity)
		made := marja.Want(marja.Post(c.at+"/again", url.Values{"ground": {"new-event"}}), http.StatusOK)
		if !codeShape.MatchString(strings.ReplaceAll(made.Root.Words(), " ", "")) {
			t.Error("no code of the new episode is shown")
		}
		marja.Want(marja.Post(c.at+"/again", url.Values{"ground": {"new-event"}}), http.StatusConflict, "tapaamisia jäljellä")
		b.Want(b.Post(c.at+"/again", url.Values{"ground": {"new-event"}}), http.StatusConflict, "koordinaattori")
		p := b.Want(b.Post(c.at+"/way", url.Values{"kind": {"service"}, "destination": {"vkm-group"}}), http.StatusOK, "Tehdään yhdessä")
		b.Want(b.Submit(p, c.at+"/together"), http.StatusUnprocessableEntity, "asiakas on paikalla")
		b.Want(b.Submit(p, c.at+"/together", "present", "yes"), http.StatusOK, "tehty yhdessä")
		b.Want(b.Get(c.at), http.StatusOK, "ei puhuta kenenkään kanssa")
		b.Want(b.Post(c.at+"/copy", nil), http.StatusConflict, "ei puhuta kenenkään kanssa")
		marja.Want(marja.Post(c.at+"/assign", url.Values{"worker": {elina}, "ground": {"absence"}}), http.StatusOK)
		b.Want(b.Get(c.at+"/visit"), http.StatusNotFound)
	})
}

// D-072: the client's own copy has the goals in their words, and what was gone through as the service calls it.
func TestOwnCopyTellsGoals(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newThemed(t, h)
		c.hold(5)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			noora := h.Staff["noora"]
			if err := episode.MarkSteps(ctx, tx, h.Models, noora, c.id, []string{"trust"}, []string{"trust"}); err != nil {
				return err
			}
			g, err := episode.AddGoal(ctx, tx, h.Models, noora, c.id, "Nukun yöt")
			if err != nil {
				return err
			}
			if err := episode.AgreeGoal(ctx, tx, h.Models, noora, g.ID, 1, true, true); err != nil {
				return err
			}
			l, err := episode.Load(ctx, tx, h.Models, noora, c.id)
			if err != nil {
				return err
			}
			a := episode.Answers{Reached: map[string]string{g.ID: "partly"}, Results: map[string]string{}, Marks: map[string]string{}, FollowUp: episode.ByClient, Day: "2027-05-16"}
			for _, x := range l.Part().Ending.Results {
				a.Results[x] = "not-yet"
			}
			for _, x := range l.Part().Ending.Marks {
				a.Marks[x] = "yes"
			}
			return episode.AnswerEnding(ctx, tx, h.Models, noora, c.id, a)
		})
		v := h.Visitor()
		p := v.Want(v.Submit(v.Get("/code"), "/code", "code", string(c.code)), http.StatusOK)
		own := v.Want(v.Submit(p, "/code/own"), http.StatusOK, "Nukun yöt", "Luottamuksellisen yhteistyön alku", "Tunnistaa stressireaktion", "Ei vielä", "16.5.2027", "Osittain")
		for _, raw := range []string{"stress-reaction", "onward-plan-given", "not-yet", "rights."} {
			if own.Says(raw) {
				t.Errorf("the copy says %q", raw)
			}
		}
	})
}
