package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// pagesOf are every list, count, badge and search that a reader of Anna's side has, and her own pages.
func (s *sides) pagesOf(who string) []string {
	elina := string(s.Staff["elina"].Account)
	pages := []string{"/desk", "/calendar", "/calendar?all=1", "/calendar?week=2027-02-24", "/calendar?week=2027-02-24&all=1",
		"/episodes", "/episodes?mine=1", "/episodes?stage=ending", "/episodes?stage=follow-up", "/episodes?stage=closed", "search all", "search part", "search hers",
		"/requests/new", "/requests/" + string(s.third), "/requests/" + string(s.third) + "/contact", "/episodes/" + s.anna.ID, "/episodes/" + s.anna.ID + "/wall",
		"/chats", "/groups", "/hours", "/erasures", "/account", "copy"}
	if who == "marja" {
		pages = append(pages, "/figures", "/figures?figure=contacts", "/figures?figure=started", "/figures?figure=messages", "/unit", "/unit/"+string(s.Unit),
			"/staff", "/staff/"+elina, "/hours/"+elina, "/emergency/seen", "/walls", "/apart", "/papers",
			"/audit", "/audit?day=2027-01-12", "/audit?who="+elina, "/audit?who="+string(s.Staff["kirsi"].Account))
	}
	return pages
}

// A-08, design 4.3: whatever the other party's side does, no page of a walled worker or coordinator changes by a byte: no
// row, no gap, no count, no badge. Those of the other side do change, or the test would find nothing.
func TestTheOtherSideLeavesNoTrace(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		before := map[string]string{}
		all := func(each func(who, path string)) {
			for _, who := range []string{"noora", "marja"} {
				for _, path := range s.pagesOf(who) {
					each(who, path)
				}
			}
		}
		all(func(who, path string) { s.reads(who, path) }) // looking is noted once a day
		all(func(who, path string) { before[who+" "+path] = s.reads(who, path) })
		theirs := []string{"/desk", "/calendar?week=2027-02-24", "/episodes", "search all", "/erasures"}
		for _, path := range theirs {
			before["elina "+path] = s.reads("elina", path)
		}
		before["olli /emergency/seen"] = s.reads("olli", "/emergency/seen")
		s.kariComes()
		all(func(who, path string) {
			if was, is := before[who+" "+path], s.reads(who, path); was != is {
				t.Errorf("%s can tell from %s: %s", who, path, difference(reply{body: was}, reply{body: is}))
			}
		})
		for _, path := range theirs {
			if s.reads("elina", path) == before["elina "+path] {
				t.Errorf("nothing came to %s of Kari's own worker", path)
			}
		}
		if s.reads("olli", "/emergency/seen") == before["olli /emergency/seen"] {
			t.Error("nobody was told of the emergency access")
		}
	})
}

// Where a list goes on, and what a filter asks for, tells nothing of what is hidden either.
func TestHiddenInAddresses(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		s.kariComes()
		s.Do(func(ctx context.Context, tx *storage.Tx) error {
			e, err := tx.Episode(ctx, episode.ID(s.kari.ID))
			if err != nil {
				return err
			}
			e.Stage = episode.StageEnding // stands after Anna's in every list
			return tx.PutEpisode(ctx, e)
		})
		for _, who := range []string{"noora", "marja"} {
			for _, path := range []string{"/episodes?after=", "/episodes?stage=open&after=", "/calendar?move=", "/requests/" + string(s.third) + "?worker=", "/episodes/" + s.anna.ID + "?move="} {
				hidden, none := s.reads(who, path+s.kari.ID), s.reads(who, path+id.New())
				hidden = strings.ReplaceAll(hidden, s.kari.ID, "")
				for _, made := range uuids.FindAllString(none, -1) {
					if !strings.Contains(hidden, made) {
						none = strings.ReplaceAll(none, made, "")
					}
				}
				if hidden != none {
					t.Errorf("%s can tell from %s: %s", who, path, difference(reply{body: none}, reply{body: hidden}))
				}
			}
			for _, path := range []string{"/audit?number=", "/audit?who=&number="} {
				hidden, none := s.reads(who, path+url.QueryEscape(emergency.Number(episode.ID(s.kari.ID)))), s.reads(who, path+url.QueryEscape("AAAA BBBB CCCC"))
				if strings.ReplaceAll(hidden, emergency.Number(episode.ID(s.kari.ID)), "") != strings.ReplaceAll(none, "AAAA BBBB CCCC", "") {
					t.Errorf("%s can tell from %s", who, path)
				}
			}
		}
	})
}

// a booker reads of a worker on the other side what they read of a full calendar, byte for byte, when booking, when
// offering, when moving and when handing over; a keeper reads that there is a conflict of parties.
func TestRefusedLikeAFullCalendar(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		s.kariComes()
		office := string(h.Places[1].ID)
		busy := s.comes("Usva", noContact)
		s.booked("elina", busy.Request.ID, h.Places[1].ID, "2027-01-20")
		his := s.comes("Otso", contactAt(hisNumber)) // he asks a second time, and a request waits on his side's desk
		form := func(who, day string) url.Values {
			return url.Values{"day": {day}, "clock": {"13:00"}, "kind": {"office"}, "office": {office}, "with": {string(s.Staff[who].Account)}}
		}
		at := "/requests/" + string(his.Request.ID)
		for _, step := range []string{"/book", "/offer"} {
			walled := s.refusal("elina", at+step, form("noora", "2027-01-21"))
			full := s.refusal("elina", at+step, form("elina", "2027-01-20"))
			if walled != full {
				t.Errorf("%s: %q of a wall, %q of a full calendar", step, walled, full)
			}
			if !strings.Contains(full, "ei ole vapaa") {
				t.Errorf("%s: a full calendar is told as %q", step, full)
			}
		}
		assign := func(who string) string {
			return s.refusal("kirsi", "/episodes/"+s.kari.ID+"/assign", url.Values{"worker": {string(s.Staff[who].Account)}})
		}
		s.Do(func(ctx context.Context, tx *storage.Tx) error { // somebody of the same side, met by another client at that very time
			return appointment.Assign(ctx, tx, s.Models, s.Staff["kirsi"], episode.ID(s.kari.ID), s.Staff["elina"].Account, "")
		})
		walled := assign("noora")
		third := hireIn(t, h, "kolmas", "fi", h.Unit, access.Worker)
		_ = third
		s.worksHere("kolmas")
		other := s.comes("Halla", noContact)
		s.booked("kolmas", other.Request.ID, h.Places[1].ID, "2027-02-24")
		if full := assign("kolmas"); walled != full || !strings.Contains(full, "ei ole vapaa") {
			t.Errorf("handing over: %q of a wall, %q of a full calendar", walled, full)
		}
		s.Staff["kirsi"] = access.Actor{Account: s.Staff["kirsi"].Account, Roles: append(slices.Clone(s.Staff["kirsi"].Roles), access.Membership{Unit: h.Unit, Role: access.Keeper})}
		s.Do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutMemberships(ctx, s.Staff["kirsi"].Account, s.Staff["kirsi"].Roles)
		})
		if told := assign("noora"); !strings.Contains(told, "Osapuolten ristiriita: valitse toinen työntekijä.") {
			t.Errorf("a keeper reads %q", told)
		}
	})
}

// A worker knows their own calendar. A time that is kept from Anna because Kari is met at the office then is refused in
// words that are true of a place as well; moving there is refused likewise.
func TestNearbyIsToldAsAPlace(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		s.kariComes()
		form := url.Values{"day": {"2027-02-24"}, "clock": {"14:30"}, "kind": {"office"}, "office": {string(h.Places[1].ID)}}
		at := "/episodes/" + s.anna.ID
		move := url.Values{"meeting": {meetingOf(s.browser["noora"].Get(at))}}
		for name, v := range form {
			move[name] = v
		}
		for step, v := range map[string]url.Values{"/book": form, "/offer": form, "/move": move} {
			if told := s.refusal("noora", at+step, v); !strings.Contains(told, "työntekijä tai paikka ei ole vapaa") {
				t.Errorf("%s: %q", step, told)
			}
		}
		form.Set("office", string(h.Places[0].ID))
		s.browser["noora"].Want(s.browser["noora"].Post(at+"/offer", form), http.StatusOK)
	})
}

// A worker takes a call, and the caller is the other party of her own client. The contact is kept and its code shown; the
// way on says that another worker goes on, in the same words as for anything that is not there, and nothing is lost.
func TestTakingInTheOtherSide(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		b := s.browser["noora"]
		p := b.Get("/requests/new?offer=" + string(h.Offers[webtest.Adult].ID))
		p = b.Want(b.Submit(p, "/requests/new", "channel", "telephone", "reach", "call", "address", hisNumber), http.StatusOK)
		next := linkTo(p, "/requests/")
		if next == "" || len(p.Root.All(func(n *webtest.Node) bool { return n.Has("code") })) == 0 {
			t.Fatal("the page of a contact that was taken in shows no code or leads nowhere")
		}
		same := func(when string) {
			t.Helper()
			page := b.Want(b.Get(next), http.StatusNotFound, "Toinen työntekijä jatkaa tästä", "Mitään ei kadonnut", "Valitse asiakkaalle toinen työntekijä")
			none := b.Want(b.Get("/requests/"+id.New()+"?kept=1"), http.StatusNotFound)
			if page.Body != none.Body {
				t.Errorf("%s: what is kept can be told from what never was", when)
			}
			plain := b.Want(b.Get(strings.TrimSuffix(next, "?kept=1")), http.StatusNotFound)
			if plain.Body != b.Get("/requests/"+id.New()).Body {
				t.Errorf("%s: without the mark it can be told from what never was", when)
			}
		}
		same("before the match")
		request := strings.TrimSuffix(strings.TrimPrefix(next, "/requests/"), "?kept=1")
		s.Do(func(ctx context.Context, tx *storage.Tx) error {
			o, err := tx.PartyOf(ctx, wall.Ref{Kind: access.Request, ID: request})
			if err != nil {
				return err
			}
			return wall.Match(ctx, tx, o.Person)
		})
		same("after the match")
		elina := s.browser["elina"]
		elina.Want(elina.Get(next), http.StatusOK)
		elina.Want(elina.Get("/desk"), http.StatusOK)
	})
}
