package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// D-072: a party's copy has that party's own part, points and answers and nothing of the other's, by no row, gap, size or word;
// and where the other is erased it does not change by a byte.
func TestCopiesOfTwo(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 2)
		c.met()
		x, y := c.all[0], c.all[1] // of y the two say the contrary
		c.answers(x.anna, episode.SafeNo)
		c.answers(y.kari, episode.Stop)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			if err := joint.Mark(ctx, tx, c.Models, y.anna.worker, y.anna.home, []string{"motivated"}); err != nil {
				return err
			}
			return joint.Asked(ctx, tx, c.Models, y.kari.worker, y.kari.home, true)
		})
		for _, p := range []struct {
			of                  party
			role, said, visible string
			points              int
		}{{x.anna, "experienced", "no", "2027-01-14", 4}, {x.kari, "used", "yes", "", 4}, {y.anna, "experienced", "yes", "2027-01-14", 1}, {y.kari, "used", "stop", "", 4}} {
			got := c.copied(p.of)
			if len(got["joint_party"]) != 1 || got["joint_party"][0]["role"] != p.role || got["joint_party"][0]["wish_day"] != p.visible {
				t.Errorf("%s's part in the copy is %v", p.of.name, got["joint_party"])
			}
			if len(got["joint_answer"]) != 1 || got["joint_answer"][0]["answer"] != p.said || len(got["joint_point"]) != p.points {
				t.Errorf("%s's answers and points are %v, %v", p.of.name, got["joint_answer"], got["joint_point"])
			}
			if len(got["return_code"]) != 2 || len(got["person"]) != 1 || len(got["joint_safer"])+len(got["joint_hold"])+len(got["tie"])+len(got["job"]) > 0 {
				t.Errorf("%s's copy holds %v", p.of.name, got)
			}
		}
		// What Kari has does not depend on what Anna said, ticked or wished; nor on whether she is still there.
		alike := func(when string) string {
			t.Helper()
			a, b := c.sees(x.kari, true), c.sees(c.all[1].kari, true)
			for _, text := range []string{a, b} {
				for _, hers := range []string{">Anna<", `"Anna"`, "experienced", "kokenut", x.anna.number, y.anna.number, string(x.anna.own), string(x.anna.seat), string(x.anna.home), string(x.joint)} {
					if strings.Contains(strings.ReplaceAll(text, "Hanna", ""), hers) {
						t.Errorf("%s: Kari reads %q", when, hers)
					}
				}
			}
			return a
		}
		c.turn("2027-01-20", "09:00")
		before := alike("with both there")
		c.erases(x.anna, true)
		if after := alike("with Anna erased"); after != before {
			t.Errorf("Anna's erasure shows: %s", difference(reply{body: before}, reply{body: after}))
		}
		if got := c.post("/code", url.Values{"code": {x.anna.seat.String()}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a seat of somebody erased opens: %d", got.status)
		}
	})
}

// Asking to be erased by the code of another service than the own visits puts on hold as well, and takes two people.
func TestErasedByAnotherCode(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 1)
		c.met()
		x := c.all[0]
		var other intake.Code
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			e, err := tx.Episode(ctx, x.anna.home)
			if err != nil {
				return err
			}
			e.ID, e.Request = episode.ID(id.New()), ""
			if err := tx.PutEpisode(ctx, e); err != nil {
				return err
			}
			other, err = intake.NewCodeIn(ctx, tx, intake.Holder{Episode: string(e.ID)})
			return err
		})
		_, stay := c.enters(other)
		if got := c.post("/code/erase", url.Values{"stay": {stay}}); got.status != http.StatusOK || !strings.Contains(got.body, "Olet pyytänyt tietojesi poistoa") {
			t.Errorf("got %d: it was done at once", got.status)
		}
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Appointments(ctx, x.joint)
			for _, a := range all {
				if a.State == appointment.Booked {
					t.Error("the meeting goes on")
				}
			}
			return err
		})
	})
}

// What is agreed anew between asking for an erasure and carrying it out waits too: nobody comes to a meeting of two alone.
func TestErasedAfterANewTime(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 1)
		c.met()
		x := c.all[0]
		c.erases(x.anna, false)
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			meeting, err := c.meeting(ctx, tx, x)
			if err != nil {
				return err
			}
			return appointment.Move(ctx, tx, c.Models, x.anna.worker, meeting, c.at(x.anna.worker, "2027-01-28", "13:00"))
		})
		if page, _ := c.enters(x.kari.seat); !strings.Contains(page.body, "28.1.") {
			t.Fatal("the meeting has no new time")
		}
		c.erases(x.anna, true)
		c.turn("2027-01-20", "08:00")
		if page, _ := c.enters(x.kari.seat); !strings.Contains(page.body, "Aika siirtyy") || strings.Contains(page.body, "28.1.") {
			t.Error("Kari is expected alone")
		}
	})
}

// Who asks for other messages while a hold is not told yet is reminded and told as everybody is.
func TestAnotherPermissionWhileItWaits(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 3)
		c.met()
		c.turn("2027-01-26", "15:30")
		causes[0].do(c, c.all[0])
		causes[len(causes)-1].do(c, c.all[1])
		c.turn("2027-01-26", "16:00")
		for i, x := range c.all {
			anew := person.SafeContact{Channel: person.SMS, Address: seal.Of(fmt.Sprintf("040666000%d", i)), HourFrom: 7, HourTo: 21, LastDay: "2027-02-20", Reminders: true}
			h.Do(func(ctx context.Context, tx *storage.Tx) error {
				return outgoing.RenewByClient(ctx, tx, c.holder(ctx, tx, x.kari.own), anew)
			})
		}
		told := map[string][]string{}
		for _, at := range []struct {
			day   calendar.Date
			clock calendar.Clock
		}{{"2027-01-26", "17:30"}, {"2027-01-27", "07:01"}} {
			c.turn(at.day, at.clock)
			for to, said := range c.leaves() {
				told[to] = append(told[to], said...)
			}
		}
		for i, want := range [][]string{{"Muistutus: huomenna 13.00", "Aika siirtyy. Olemme yhteydessä."}, {"Muistutus: huomenna 13.00", "Aika siirtyy. Olemme yhteydessä."}, {"Muistutus: huomenna 13.00"}} {
			if got := told[fmt.Sprintf("040666000%d", i)]; !slices.Equal(got, want) {
				t.Errorf("Kari of couple %d was told %q, want %q", i, got, want)
			}
		}
	})
}
