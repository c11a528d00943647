package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// What Anna's worker was told of Kari, and what Kari goes by.
const (
	hisNumber = "0405550202"
	hisName   = "Kaarna"
)

// sides is a house with two parties. Anna is Noora's client and Marja has looked at her page; Kari comes later, to Elina
// and to Kirsi, who coordinates beside Marja. A third one waits on everybody's desk.
type sides struct {
	*webtest.House
	t       *testing.T
	anna    wall.Ref // episodes
	kari    wall.Ref
	third   intake.RequestID
	his     intake.Made
	browser map[string]*webtest.Browser
	asked   int
}

func newSides(t *testing.T, h *webtest.House) *sides {
	t.Helper()
	s := &sides{House: h, t: t, browser: map[string]*webtest.Browser{}}
	s.browser["kirsi"] = hireIn(t, h, "kirsi", locale.Finnish, h.Unit, access.Coordinator)
	s.browser["leena"] = hireIn(t, h, "leena", locale.Finnish, h.Unit, access.Keeper)
	for _, who := range []string{"noora", "elina", "marja", "olli"} {
		s.browser[who] = h.SignIn(who)
	}
	hers := s.comes("Aamu", noContact)
	s.anna = s.booked("noora", hers.Request.ID, h.Places[0].ID, "2027-01-14")
	s.third = s.comes("Sade", person.SafeContact{Channel: person.SMS, Address: seal.Of("0405550203"), HourFrom: 9, HourTo: 17, LastDay: "2027-03-01"}).Request.ID
	s.Do(func(ctx context.Context, tx *storage.Tx) error { // a unit's sums are told from none to few: here each is few already
		if err := episode.OfferWayOn(ctx, tx, s.Models, s.Staff["noora"], episode.ID(s.anna.ID), "elsewhere", "lawyer"); err != nil {
			return err
		}
		return appointment.Offer(ctx, tx, s.Models, s.Staff["noora"], appointment.Target{Request: s.third}, []appointment.Free{s.free("noora", s.Places[0].ID, "2027-01-28")})
	})
	s.browser["marja"].Get("/episodes/" + s.anna.ID)
	s.Do(func(ctx context.Context, tx *storage.Tx) error {
		return wall.Mark(ctx, tx, s.Staff["noora"], s.anna, wall.Other, wall.Told{Phone: seal.Of(hisNumber)})
	})
	return s
}

// comes is somebody who asks by the form.
func (s *sides) comes(name string, c person.SafeContact) (made intake.Made) {
	s.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, s.Models, access.Anyone(), intake.New{Offer: s.Offers[webtest.Adult].ID, Channel: intake.Form, Lang: locale.Finnish, Age: -1, Name: name, Contact: c})
		if err != nil {
			return err
		}
		return wall.Match(ctx, tx, made.Request.Person)
	})
	return made
}

// free is a time of a worker's at an office, at one in the afternoon.
func (s *sides) free(who string, place organization.PlaceID, day calendar.Date) appointment.Free {
	return appointment.Free{Worker: s.Staff[who].Account, At: calendar.Local{Day: day, Clock: "13:00", Zone: webtest.Zone}, Minutes: 60, PlaceKind: appointment.Office, Place: place}
}

func (s *sides) booked(who string, r intake.RequestID, place organization.PlaceID, day calendar.Date) (out wall.Ref) {
	s.Do(func(ctx context.Context, tx *storage.Tx) error {
		a, err := appointment.Book(ctx, tx, s.Models, s.Staff[who], appointment.Target{Request: r}, s.free(who, place, day), "")
		out = wall.Ref{Kind: access.Episode, ID: string(a.Episode)}
		return err
	})
	return out
}

// kariComes is all of Kari's life in the house, at an office where nobody else is and at times that no page looks at: he
// asks, is told of times, comes; answers a message, asks to be erased; a colleague of his worker uses emergency access.
func (s *sides) kariComes() {
	s.his = s.comes(hisName, person.SafeContact{Channel: person.SMS, Address: seal.Of(hisNumber), HourFrom: 9, HourTo: 17, LastDay: "2027-03-01", Reminders: true})
	elina, kirsi := s.Staff["elina"], s.Staff["kirsi"]
	s.browser["elina"].Get("/requests/" + string(s.his.Request.ID))
	s.Do(func(ctx context.Context, tx *storage.Tx) error {
		return appointment.Offer(ctx, tx, s.Models, elina, appointment.Target{Request: s.his.Request.ID}, []appointment.Free{s.free("elina", s.Places[1].ID, "2027-02-23")})
	})
	s.kari = s.booked("elina", s.his.Request.ID, s.Places[1].ID, "2027-02-24")
	s.Do(s.goesOn)
	s.browser["elina"].Post("/gateway/sms/"+webtest.ReplySecret, url.Values{"from": {hisNumber}})
	s.browser["kirsi"].Get("/episodes/" + s.kari.ID)
	s.Do(func(ctx context.Context, tx *storage.Tx) error {
		if _, err := rights.EraseFor(ctx, tx, s.Models, elina, episode.ID(s.kari.ID)); err != nil {
			return err
		}
		_, err := emergency.Open(ctx, tx, kirsi, emergency.Number(episode.ID(s.kari.ID)), emergency.Grounds[0])
		return err
	})
}

// goesOn gives Kari's episode another offered time and a way on.
func (s *sides) goesOn(ctx context.Context, tx *storage.Tx) error {
	at := s.free("elina", s.Places[1].ID, "2027-03-03")
	err := appointment.Offer(ctx, tx, s.Models, s.Staff["elina"], appointment.Target{Episode: episode.ID(s.kari.ID)}, []appointment.Free{at})
	if err != nil {
		return err
	}
	return episode.OfferWayOn(ctx, tx, s.Models, s.Staff["elina"], episode.ID(s.kari.ID), "elsewhere", "lawyer")
}

// random is what is new on every page, whoever lives in the house.
var random = regexp.MustCompile(`name="token" value="[^"]*"`)

// reads is a page as its reader has it.
func (s *sides) reads(who, path string) string {
	s.t.Helper()
	b := s.browser[who]
	if path == "copy" {
		return random.ReplaceAllString(b.Post("/episodes/"+s.anna.ID+"/copy", url.Values{}).Body, "")
	}
	name, sought := searched[path]
	if sought {
		return random.ReplaceAllString(b.Post("/episodes", url.Values{"name": {name}}).Body, "")
	}
	p := b.Get(path)
	return random.ReplaceAllString(p.Body, "")
}

// searched are searches for a chosen name: they stand in no address.
var searched = map[string]string{"search all": hisName, "search part": "aarn", "search hers": "Aamu"}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

var noContact = person.SafeContact{Channel: person.None}

func contactAt(number string) person.SafeContact {
	return person.SafeContact{Channel: person.Call, Address: seal.Of(number), HourFrom: 9, HourTo: 17, LastDay: "2027-03-01"}
}

// refusal is the summary of a page that refuses what was sent.
func (s *sides) refusal(who, path string, v url.Values) string {
	s.t.Helper()
	p := s.browser[who].Post(path, v)
	if p.Status != http.StatusConflict {
		s.t.Errorf("%s: %d", path, p.Status)
	}
	for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Has("summary") }) {
		return n.Words()
	}
	s.t.Errorf("%s: no summary", path)
	return ""
}

// worksHere lets a new worker be chosen.
func (s *sides) worksHere(who string) {
	s.Do(func(ctx context.Context, tx *storage.Tx) error {
		return organization.KeepWorker(ctx, tx, access.System(), organization.Worker{Account: s.Staff[who].Account, Languages: []string{"fi"}, Places: []string{"office"}})
	})
}

// meetingOf is the first meeting that a page has a form for.
func meetingOf(p *webtest.Page) string {
	for _, n := range p.Root.Tags("input") {
		if n.Attr["name"] == "meeting" {
			return n.Attr["value"]
		}
	}
	for _, n := range p.Root.Tags("a") {
		if _, meeting, ok := strings.Cut(n.Attr["href"], "move="); ok {
			return uuids.FindString(meeting)
		}
	}
	return ""
}

// linkTo is the first link of a page's main part whose address begins so and goes on.
func linkTo(p *webtest.Page, begins string) string {
	for _, n := range p.Root.Tags("a") {
		if uuids.MatchString(n.Attr["href"]) && strings.HasPrefix(n.Attr["href"], begins) {
			return n.Attr["href"]
		}
	}
	return ""
}
