package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A-08, decision 0074: two who turn out to have to be kept apart are in one group and have signed up to one day. A coordinator who keeps walls
// and works with neither reads so on the desk, in the group and at the day; whoever leads, volunteers, works with one of them or is one
// of them reads what they read before, byte for byte. Of two who do not come together without a wall any coordinator reads.
func TestTwoWhoMustNotMeetAreTold(t *testing.T) {
	for name, apart := range map[string]func(ctx context.Context, tx *storage.Tx, a, b person.ID) error{
		"wall": func(ctx context.Context, tx *storage.Tx, a, b person.ID) error { return wall.Couple(ctx, tx, a, b) },
		"pair": func(ctx context.Context, tx *storage.Tx, a, b person.ID) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Other: min(a, b), Person: max(a, b)})
		},
	} {
		t.Run(name, func(t *testing.T) { twoAreTold(t, name == "pair", apart) })
	}
}

func twoAreTold(t *testing.T, toAll bool, apart func(ctx context.Context, tx *storage.Tx, a, b person.ID) error) {
	h := webtest.New(t)
	s := &sides{House: h, t: t, browser: map[string]*webtest.Browser{}}
	d := dayToCome(t, h, "paiva")
	guide(t, h, "timo")
	g := led(t, h, "porukka", "sakki", "talk", 4)
	at, day := "/circles/"+string(g.ID), "/days/"+string(d.ID)
	for _, who := range []string{"noora", "elina", "marja", "timo"} {
		s.browser[who] = h.SignIn(who)
	}
	marja, timo := s.browser["marja"], s.browser["timo"]
	marja.Want(marja.Post(at+"/ask", url.Values{"no": {"0"}, "who": {string(h.Staff["timo"].Account)}}), http.StatusOK)
	timo.Want(timo.Post("/mine/groups/"+string(g.ID)+"/0/yes", nil), http.StatusOK)

	// The two are clients of another unit: in their own one all coordinators would be divided between them.
	other := otherUnit(t, h)
	adults := offerCircles(h, other, "toisen-tuki", "turvaverkko-adult")
	for _, who := range []string{"vera", "vilho"} {
		s.browser[who] = hireIn(t, h, who, locale.Finnish, other, access.Coordinator, access.Keeper)
	}
	var persons [2]person.ID
	var own [2][2]string // their codes in the group and for the day
	for i := range persons {
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			made, err := intake.Make(ctx, tx, h.Models, access.Anyone(), intake.New{Offer: adults.ID, Channel: intake.Form, Lang: locale.Finnish, Age: -1, Name: "Osapuoli", Contact: noContact})
			persons[i] = made.Request.Person
			return err
		})
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			in, err := circle.JoinByWay(ctx, tx, h.Models, persons[i], "sakki", g.ID, "Make")
			if err != nil {
				return err
			}
			signed, err := occasion.SignUpByWay(ctx, tx, h.Models, persons[i], "family-day", d.ID, occasion.Numbers{Adults: 1, Name: "Make"})
			own[i] = [2]string{in.Code.String(), signed.Code.String()}
			return err
		})
	}
	read := func() map[string]string {
		out := map[string]string{}
		for who, pages := range map[string][]string{
			"noora": {"/desk", "/groups", at, at + "/1", day}, "elina": {"/desk", "/groups", day}, "timo": {"/mine", "/mine/groups/" + string(g.ID)},
			"vera": {at, day}, "vilho": {at, day},
		} {
			for _, page := range pages {
				out[who+" "+page] = s.reads(who, page)
			}
		}
		for _, codes := range own {
			for _, code := range codes {
				v := h.Visitor()
				p := v.Want(v.Post("/code", url.Values{"code": {code}}), http.StatusOK)
				out["party "+code] = exits.ReplaceAllString(stays.ReplaceAllString(random.ReplaceAllString(p.Body, ""), ""), "")
			}
		}
		return out
	}
	before := read()
	h.Do(func(ctx context.Context, tx *storage.Tx) error { return apart(ctx, tx, persons[0], persons[1]) })
	after := read()
	for where, was := range before {
		if after[where] != was {
			t.Errorf("%s is another page when the two are kept apart", where)
		}
	}
	hears := hireIn(t, h, "uusi", locale.Finnish, h.Unit, access.Coordinator, access.Keeper)
	plain := hireIn(t, h, "kerttu", locale.Finnish, h.Unit, access.Coordinator)
	told := map[string]string{at: "Ryhmässä on kaksi, joiden ei pidä tavata", day: "Päivään on tulossa kaksi, joiden ei pidä tavata"}
	for page, words := range told {
		body := hears.Want(hears.Get(page), http.StatusOK, words, "Keitä he ovat, ei kerrota kenellekään").Body
		if strings.Contains(body, "Osapuoli") || strings.Contains(body, string(persons[0])) {
			t.Errorf("%s tells who", page)
		}
		plain.Want(plain.Get(page), http.StatusOK)
		if strings.Contains(plain.Get(page).Body, words) != toAll {
			t.Errorf("%s, to a coordinator who keeps no walls: told %t", page, !toAll)
		}
	}
	desk := hears.Get("/desk")
	for _, to := range []string{at, day} {
		if n := deskRowsOf(desk, to, "Kaksi, joiden ei pidä tavata"); n != 1 {
			t.Errorf("the desk tells of %s %d times", to, n)
		}
	}
	if page := plain.Get("/desk"); strings.Contains(page.Body, "ei pidä tavata") != toAll {
		t.Errorf("the desk of a coordinator who keeps no walls tells: %t", !toAll)
	}
}

// deskRowsOf counts the rows of a page's tables that lead somewhere and say something.
func deskRowsOf(p *webtest.Page, to, words string) (n int) {
	for _, row := range p.Root.Tags("tr") {
		leads := slices.ContainsFunc(row.Tags("a"), func(a *webtest.Node) bool { return a.Attr["href"] == to })
		if leads && strings.Contains(row.Words(), words) {
			n++
		}
	}
	return n
}
