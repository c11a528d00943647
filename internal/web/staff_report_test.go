package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// granted gives a unit its grant object and two more services, and gives them by model.
func granted(t *testing.T, h *webtest.House, unit access.UnitID, grant string) map[string]organization.Offer {
	t.Helper()
	offers := map[string]organization.Offer{}
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		u, err := tx.Unit(ctx, unit)
		if err != nil {
			return err
		}
		u.GrantObject = grant
		if err := tx.PutUnit(ctx, u); err != nil {
			return err
		}
		for i, service := range []string{"family-day", "volunteering"} {
			m, _ := h.Models.Latest(service)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: m.ID, Version: m.Version, Slug: "s" + id.New()[:8], Position: 8 + i, Open: true})
			if err != nil {
				return err
			}
			offers[service] = o
		}
		return nil
	})
	return offers
}

// yearAK202 is the year 2026 of A-15, as the house counted it.
func yearAK202(t *testing.T, h *webtest.House) {
	t.Helper()
	offers := granted(t, h, h.Unit, "AK-202 Turvaverkko")
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		sums := []figure.Sum{}
		add := func(month, service, name, value string, n int) {
			sums = append(sums, figure.Sum{Month: month, Unit: h.Unit, Model: service, Name: name, Value: value, N: n})
		}
		add("2026-02", "turvaverkko-adult", figure.Started, "client", 30)
		add("2026-10", "turvaverkko-adult", figure.Started, "client", 31)
		add("2026-03", "turvaverkko-child", figure.Started, "client", 34)
		add("2026-03", "turvaverkko-child", figure.Started, "guardian", 3)
		add("2026-04", "turvaverkko-adult", figure.Held, "client", 150)
		add("2026-11", "turvaverkko-child", figure.Held, "client", 62)
		add("2026-05", "open-peer-group", figure.Meetings, "", 48)
		add("2026-06", "family-day", figure.Meetings, "", 4)
		add("2025-06", "family-day", figure.Meetings, "", 99)
		if err := tx.AddFigure(ctx, sums...); err != nil {
			return err
		}
		for _, month := range []string{"2026-03", "2026-09"} {
			k, rest := 20, 3
			if month == "2026-09" {
				rest = 4
			}
			err := tx.AddFeedback(ctx, h.Unit, "turvaverkko-adult", "adult", month, feedback.Sum{Unit: h.Unit, Model: "turvaverkko-adult", Form: "adult", Month: month, N: k + rest,
				Answers: map[string][]int{"situation": {0, 0, rest, 8, k - 8}}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 7 {
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			a, _, err := account.InviteFor(ctx, tx, access.System(), "Vapaaehtoinen", fmt.Sprintf("v%d@example.org", i), locale.Finnish, []access.Membership{{Unit: h.Unit, Role: access.Volunteer}})
			if err != nil {
				return err
			}
			key, err := tx.NewKey()
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: h.Unit, Offer: offers["volunteering"].ID, Account: a.ID, Key: key, State: volunteer.Active,
				Own: volunteer.Own{Name: seal.Of("Vilho"), Email: seal.Of("v@example.org"), Lang: "fi", Letters: volunteer.Plain}, Path: volunteer.Path{Began: "2026-05-01", Inducted: true}})
		})
	}
}

// figureOf is what a page's table says beside a name.
func figureOf(t *testing.T, p *webtest.Page, name string) string {
	t.Helper()
	for _, tr := range p.Root.Tags("tr") {
		if cells := tr.Tags("td"); len(cells) > 0 && strings.HasPrefix(strings.TrimSpace(tr.Words()), name) {
			return strings.TrimSpace(strings.Join(strings.Fields(cells[0].Words()), " "))
		}
	}
	t.Errorf("the page has no row of %q", name)
	return ""
}

// A-15 with its numbers: each line with its number, definition, period, grant object and basis, and n where it is a percentage; nothing of another grant object, no
// names, links or attachments; feedback apart; the same in files, and kept as it left.
func TestReportOfAK202(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		yearAK202(t, h)
		other := otherUnit(t, h)
		granted(t, h, other, "AK-101 Väkivaltaa Kokeneet Miehet")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.AddFigure(ctx, figure.Sum{Month: "2026-02", Unit: other, Model: "family-day", Name: figure.Meetings, N: 1000})
		})
		h.Clock.Set(time.Date(2027, 3, 2, 9, 0, 0, 0, time.UTC))
		b := h.SignIn("marja")
		at := "/report?unit=" + string(h.Unit) + "&year=2026"
		p := b.Want(b.Get(at), http.StatusOK, "AK-202 Turvaverkko", "Kerätty tieto")
		for name, want := range map[string]string{"Aikuisia aloitti": "61", "Lapsia aloitti": "34", "Tapaamisia": "212", "Vertaisryhmien kokoontumisia": "48", "Perhe- ja toimintapäiviä": "4", "Vapaaehtoisia": "7",
			"Onko tilanteesi": "85 % (n = 47)"} {
			if got := figureOf(t, p, name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if got := figureOf(t, p, "Huoltajia aloitti"); !strings.Contains(got, "Alle 5") {
			t.Errorf("three guardians are told as %q", got)
		}
		for _, never := range []string{"AK-101", "1000", "Vilho", "Toinen"} {
			if p.Says(never) {
				t.Errorf("the report says %q", never)
			}
		}
		for _, section := range []string{"Toiminnan laajuus", "Osallistujien palaute", "Työntekijöiden palaute", "Yhteistyökumppanien palaute", "Vapaaehtoisten palaute"} {
			if !p.Says(section) {
				t.Errorf("there is no %q", section)
			}
		}
		form := func(pairs ...string) url.Values {
			v := url.Values{"unit": {string(h.Unit)}, "year": {"2026"}}
			for i := 0; i < len(pairs); i += 2 {
				v.Add(pairs[i], pairs[i+1])
			}
			return v
		}
		file := b.Want(b.Post("/report", form("format", "csv")), http.StatusOK)
		for _, want := range []string{"Aikuisia aloitti;61;;2026;AK-202 Turvaverkko;Kerätty tieto;", ";85 %;47;2026;AK-202 Turvaverkko;Kerätty tieto;", "Huoltajia aloitti;–;;2026;"} {
			if !strings.Contains(file.Body, want) {
				t.Errorf("the file has no %q", want)
			}
		}
		for _, format := range []string{"xlsx", "pdf"} {
			b.Want(b.Post("/report", form("format", format)), http.StatusOK)
		}

		// What the program cannot count, marked as what it is; and the funder's fields, in their order.
		bad := b.Want(b.Post("/report/extra", form("name", "Luennon kuulijoita", "basis", "sample", "number", "120", "kind", "percent")), http.StatusUnprocessableEntity, "0–100")
		if !strings.Contains(bad.Body, "Luennon kuulijoita") {
			t.Error("what was typed is gone")
		}
		b.Want(b.Post("/report/extra", form("name", "Luennon kuulijoita", "basis", "estimate", "number", "120", "kind", "number")), http.StatusOK, "Luku on lisätty", "Luennon kuulijoita", "Arvio")
		p = b.Want(b.Post("/report/fields", form("name", "Osallistujat", "figure", "adults", "place", "2", "name", "Kokoontumiset", "figure", "group-meetings", "place", "1")), http.StatusOK, "Kentät on tallennettu")
		if first, second := strings.Index(p.Body, "Kokoontumiset"), strings.Index(p.Body, "Osallistujat"); first < 0 || second < first {
			t.Error("the fields are not in the order of their places")
		}
		p = b.Want(b.Get("/report/fields?unit="+string(h.Unit)+"&year=2027"), http.StatusOK)
		if !strings.Contains(p.Body, "Kokoontumiset") {
			t.Error("the next year does not begin with this year's fields")
		}

		// Finished, it stays as it left; made anew, it says what is another.
		b.Want(b.Post("/report/finish", form()), http.StatusOK, "Raportti on valmis", "samat luvut")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.AddFigure(ctx, figure.Sum{Month: "2026-12", Unit: h.Unit, Model: "family-day", Name: figure.Meetings, N: 1})
		})
		p = b.Want(b.Get(at), http.StatusOK, "1 luku toisin")
		var made string
		for _, a := range p.Root.Tags("a") {
			if strings.HasPrefix(a.Attr["href"], "/report/made/") {
				made = a.Attr["href"]
			}
		}
		old := b.Want(b.Get(made), http.StatusOK, "Raportti nro 1")
		if got := figureOf(t, old, "Perhe- ja toimintapäiviä"); got != "4" {
			t.Errorf("the finished report says %q", got)
		}
		b.Want(b.Post(made, url.Values{"format": {"csv"}}), http.StatusOK, "")
		b.Want(b.Post("/report/finish", form()), http.StatusOK)
		b.Want(b.Get(at), http.StatusOK, "Raportti nro 2", "Raportti nro 1")

		stranger := hireIn(t, h, "vieras", locale.Finnish, other, access.Coordinator)
		for _, to := range []string{at, made, "/report/fields?unit=" + string(h.Unit)} {
			stranger.Want(stranger.Get(to), http.StatusNotFound)
		}
		for to, v := range map[string]url.Values{"/report": form("format", "csv"), made: {"format": {"csv"}}, "/report/finish": form(), "/report/extra": form("name", "x", "basis", "estimate", "number", "1", "kind", "number"),
			"/report/fields": form("name", "x", "figure", "adults", "place", "1")} {
			if got := stranger.Post(to, v); got.Status != http.StatusNotFound {
				t.Errorf("another's coordinator: POST %s = %d", to, got.Status)
			}
		}
		if theirs := stranger.Want(stranger.Get("/report?year=2026"), http.StatusOK, "AK-101"); theirs.Says("212") {
			t.Error("another grant object's report has this one's meetings")
		}
	})
}

// Without a grant object there is no report, and the page says where it is written; a year that goes on tells things alone.
func TestReportBeforeItsTime(t *testing.T) {
	h := webtest.New(t)
	b := h.SignIn("marja")
	b.Want(b.Get("/report"), http.StatusOK, "Yksiköllä ei ole avustuskohdetta")
	yearAK202(t, h)
	h.Clock.Set(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	b = h.SignIn("marja")
	p := b.Want(b.Get("/report?year=2026"), http.StatusOK, "Vuosi on kesken")
	if got := figureOf(t, p, "Tapaamisia"); !strings.HasPrefix(got, "212 Tähän mennessä") {
		t.Errorf("meetings so far: %q", got)
	}
	if got := figureOf(t, p, "Aikuisia aloitti"); strings.Contains(got, "61") || strings.Contains(got, "30") {
		t.Errorf("people of a year that goes on: %q", got)
	}
	if got := b.Post("/report/finish", url.Values{"unit": {string(h.Unit)}, "year": {"2026"}}); got.Status != http.StatusConflict {
		t.Errorf("a year that goes on is finished: %d", got.Status)
	}
	for lang, word := range map[locale.Lang]string{locale.Swedish: "Verksamhetens omfattning", locale.English: "Extent of the work"} {
		r := hireIn(t, h, "ny-"+string(lang), lang, h.Unit, access.Coordinator)
		r.Want(r.Get("/report"), http.StatusOK, word)
		r.Want(r.Get("/report/fields"), http.StatusOK)
	}
}
