package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/feed"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// causes are all ways in which a meeting of two comes to wait. Anna's are hers alone to know; the last is a worker who is ill.
var causes = []struct {
	name string
	do   func(c *couples, x *couple)
}{
	{"Anna answers no", func(c *couples, x *couple) { c.answers(x.anna, episode.SafeNo) }},
	{"Anna does not come", func(c *couples, x *couple) { c.answers(x.anna, episode.Stop) }},
	{"Anna takes her wish back", func(c *couples, x *couple) {
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			return joint.TakeBack(ctx, tx, c.Models, x.anna.worker, x.anna.home)
		})
	}},
	{"Anna asks to be erased", func(c *couples, x *couple) { c.erases(x.anna, false) }},
	{"Anna is erased", func(c *couples, x *couple) { c.erases(x.anna, true) }},
	{"a worker is ill", func(c *couples, x *couple) {
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			id, err := c.meeting(ctx, tx, x)
			if err != nil {
				return err
			}
			return appointment.Wait(ctx, tx, c.Models, x.kari.worker, id)
		})
	}},
}

// whatever made a meeting wait, and at whichever hour of the day, Kari's pages, his copy and his messages are
// those of a worker who falls ill, byte for byte; until the next telling hour they are those of somebody of whom nothing
// has happened, and from then on an hour tells no more than which of the four it came before.
func TestEveryCauseAtEveryHour(t *testing.T) {
	webtest.EachAtOnce(t, func(t *testing.T, h *webtest.House) {
		const day, next = calendar.Date("2027-01-26"), calendar.Date("2027-01-27")
		hours := []int{0, 6, 7, 8, 9, 11, 12, 14, 15, 22, 23} // both sides of each telling hour, and the night
		if strings.HasSuffix(t.Name(), "postgres") {
			hours = []int{6, 7, 15, 22} // the rules know no database
		}
		c := newCouples(t, h, len(hours)*len(causes)+1)
		c.met()
		nothing, ill := c.all[len(hours)*len(causes)].kari, len(causes)-1
		of := func(hour, cause int) *couple { return c.all[slices.Index(hours, hour)*len(causes)+cause] }
		told := map[string][]string{} // by number, all day long
		same := func(when string, hour int, like party) {
			t.Helper()
			whole := len(told) > 0 && c.Clock.Now().Day() == 27 || hour == 22
			want := c.sees(like, whole)
			for i, cause := range causes {
				if got := c.sees(of(hour, i).kari, whole); got != want {
					t.Errorf("%s at %d, %s: Kari can tell: %s", cause.name, hour, when, difference(reply{body: want}, reply{body: got}))
				}
			}
		}
		for hour := range 24 {
			c.turn(day, calendar.Clock(fmt.Sprintf("%02d:00", hour)))
			for to, said := range c.leaves() {
				told[to] = append(told[to], said...)
			}
			for _, earlier := range hours {
				if shownAt(earlier) == hour {
					same("when it is told", earlier, of(earlier, ill).kari)
				}
			}
			if !slices.Contains(hours, hour) {
				continue
			}
			for i, cause := range causes {
				cause.do(c, of(hour, i))
			}
			same("at once", hour, nothing)
			if first := hours[slices.IndexFunc(hours, func(h int) bool { return shownAt(h) == shownAt(hour) })]; first != hour {
				same("some hours later", first, nothing)
			}
		}
		c.turn(next, "07:00")
		for to, said := range c.leaves() {
			told[to] = append(told[to], said...)
		}
		for _, hour := range hours {
			first := hours[slices.IndexFunc(hours, func(h int) bool { return shownAt(h) == shownAt(hour) })]
			same("on the next morning", hour, of(first, ill).kari) // also alike between hours of one stretch
			for i, cause := range causes {
				if got, want := told[of(hour, i).kari.number], told[of(first, ill).kari.number]; !slices.Equal(got, want) || len(got) == 0 {
					t.Errorf("%s at %d: Kari was told %q, and when a worker was ill %q", cause.name, hour, got, want)
				}
			}
		}
	})
}

// shownAt is the telling hour after an hour of the day; 31 is seven on the next morning.
func shownAt(hour int) int {
	for _, h := range []int{7, 9, 12, 15} {
		if hour < h {
			return h
		}
	}
	return 31
}

// What a seat shows: the coming meeting with both workers, the count, that it costs nothing, one question with three answers of one
// weight; and nothing that belongs to one alone (decision 0053).
func TestSeatShowsWhatBothKnow(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 1)
		x := c.all[0]
		b := h.Visitor()
		first := b.Want(open(b, x.anna.seat.String()), http.StatusOK, "Seuraavaa aikaa ei ole vielä sovittu", "0 / 5", "Tapaamiset ovat maksuttomia.", "Tuntuuko yhteiseen tapaamiseen tuleminen turvalliselta?")
		c.met()
		page := b.Want(open(b, x.anna.seat.String()), http.StatusOK, "Yhteiset tapaamiset", "ke 27.1. klo 13.00", "Keskustan toimisto", "Hanna V. ja Mikko R.", "60 minuuttia", "2 / 5", "1 / 5",
			"Tapaamiset ovat maksuttomia.", "Oliko sinulla turvallinen olo?", "Se koskee 1. tapaamista.", "Kumpikin vastaa yksin.", "Toiselle ei kerrota", "niin kuin olet työntekijäsi kanssa sopinut")
		for _, p := range []*webtest.Page{first, page} {
			forms := 0
			for _, f := range p.Forms() {
				if forms++; !slices.Contains([]string{"/code/answer", "/code/look", "/code/leave"}, f.Action) && !strings.HasPrefix(f.Action, "/exit") {
					t.Errorf("a seat has a form to %s", f.Action)
				}
			}
			if forms < 3 {
				t.Errorf("a seat has %d forms", forms)
			}
			var weights []string
			for _, n := range p.Root.Tags("button") {
				if n.Attr["name"] == "answer" {
					weights = append(weights, n.Attr["value"]+" "+n.Attr["class"])
				}
			}
			if !slices.Equal(weights, []string{"yes btn secondary", "no btn secondary", "stop btn secondary"}) {
				t.Errorf("the answers are %q", weights)
			}
			for _, word := range []string{">anna", " anna", "kari", "omat käynnit", "tekstiviesti", "peru tapaaminen", "toive", "poista", "kopio", x.anna.number} {
				if strings.Contains(strings.ToLower(p.Body), strings.ToLower(word)) {
					t.Errorf("a seat says %q", word)
				}
			}
		}
		for _, lang := range []string{"", "/sv", "/en"} {
			p := b.Submit(b.Get(lang+"/code"), "/code", "code", x.kari.seat.String())
			if words := p.Root.Words(); telling.MatchString(words) || telling.MatchString(p.Title()) || telling.MatchString(p.URL.String()) {
				t.Errorf("%s: a seat tells what it is about: %q", lang, telling.FindString(words))
			}
			outside(t, lang, p)
		}
		anna, _ := c.enters(x.anna.seat)
		kari, _ := c.enters(x.kari.seat)
		if plain(anna) != plain(kari) {
			t.Errorf("the two seats differ: %s", difference(reply{body: plain(anna)}, reply{body: plain(kari)}))
		}
	})
}

// whatever is answered, and whatever had been answered, what comes back is one page, and so is the seat afterwards.
func TestAnswersLookAlike(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		said := []string{episode.SafeYes, episode.SafeNo, episode.Stop}
		c := newCouples(t, h, len(said)+1)
		c.met()
		none, _ := c.enters(c.all[len(said)].kari.seat)
		in := storagetest.Look(t, h.DB)
		var thanks, again reply
		for i, answer := range said {
			x := c.all[i]
			_, stay := c.enters(x.anna.seat)
			for n, now := range []string{answer, episode.SafeYes, episode.SafeNo, episode.Stop} { // changing one's mind shows nothing either
				before := in.Digest()
				got := c.post("/code/answer", url.Values{"stay": {stay}, "answer": {now}})
				got.body = plain(got)
				changed := slices.DeleteFunc(before.Changed(in.Digest()), func(table string) bool { return table == "joint_answer" })
				if n == 0 && !slices.Equal(changed, []string{"job"}) { // a no does no more than a yes while somebody waits for the page
					t.Errorf("%s changes %v besides the answer", now, changed)
				}
				if thanks.status == 0 {
					thanks = got
				}
				if got.status != http.StatusOK || !got.same(thanks) || !strings.Contains(got.body, "Kiitos vastauksesta") {
					t.Errorf("%s after %s (%d) can be told: %d %s", now, answer, n, got.status, difference(thanks, got))
				}
			}
			c.jobs()
			look := c.post("/code/look", url.Values{"stay": {stay}})
			if look.body = plain(look); again.status == 0 {
				again = look
			}
			if !look.same(again) || look.body != plain(none) {
				t.Errorf("the seat after %s can be told: %s", answer, difference(again, look))
			}
		}
		_, stay := c.enters(c.all[0].anna.seat)
		if got := c.post("/code/answer", url.Values{"stay": {stay}, "answer": {"perhaps"}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("an answer that is none: %d", got.status)
		}
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			p, err := tx.PartyAt(ctx, c.all[0].anna.home)
			if err != nil {
				return err
			}
			side, err := tx.Side(ctx, p)
			if err == nil && side.Safe() {
				t.Error("a no was taken back by a yes of the same code")
			}
			return err
		})
	})
}

// What is one's own is behind the code of one's own visits. By a seat's code it is as if the stay had never been; and by the
// code of own visits nobody answers for two.
func TestSeatOpensNothingOfOnesOwn(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 1)
		c.met()
		x := c.all[0]
		_, seat := c.enters(x.anna.seat)
		_, own := c.enters(x.anna.own)
		var meeting appointment.ID
		h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			meeting, err = c.meeting(ctx, tx, x)
			return err
		})
		for path, v := range ownRoutes(string(meeting)) {
			v.Set("stay", "mZ0vQ4n8Xw1cB6yT3eR7uK5a")
			never := c.post(path, v)
			v.Set("stay", seat)
			if got := c.post(path, v); got.status != http.StatusConflict || !got.same(never) {
				t.Errorf("%s by a seat: %d, %s", path, got.status, difference(never, got))
			}
		}
		never := c.post("/code/answer", url.Values{"stay": {"x"}, "answer": {"no"}})
		if got := c.post("/code/answer", url.Values{"stay": {own}, "answer": {"no"}}); got.status != http.StatusConflict || !got.same(never) {
			t.Errorf("an answer by the own code: %d, %s", got.status, difference(never, got))
		}
		if page, _ := c.enters(x.anna.seat); !strings.Contains(page.body, "27.1.") {
			t.Error("something was done to the meeting")
		}
		// A worker who sees the joint process makes no code of it, no copy and no erasure: it is nobody's own.
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			for name, err := range map[string]error{
				"a code":     wrongOf(episode.NewCode(ctx, tx, c.Models, x.anna.worker, x.joint)),
				"a copy":     wrongOf(rights.CopyFor(ctx, tx, c.Models, x.anna.worker, x.joint)),
				"an erasure": wrongOf(rights.EraseFor(ctx, tx, c.Models, x.anna.worker, x.joint)),
			} {
				if err == nil || !strings.Contains(err.Error(), "not-found") {
					t.Errorf("%s of the joint process: %v", name, err)
				}
			}
			return nil
		})
	})
}

// ownRoutes are the steps that belong to one alone, with what may be sent.
func ownRoutes(meeting string) map[string]url.Values {
	return map[string]url.Values{"/code/pick": {"slot": {"x"}}, "/code/cancel": {"meeting": {meeting}}, "/code/goal": {"goal": {"x"}, "revision": {"1"}, "answer": {"yes"}},
		"/code/way": {"way": {"x"}, "answer": {"yes"}}, "/code/reach": {}, "/code/allow": {"channel": {"none"}}, "/code/erasure": {}, "/code/erase": {}, "/code/own": {},
		"/code/own/file": {}, "/code/release": {}, "/code/release/give": {"fact": {"client"}, "partner": {"social"}}}
}

func wrongOf[T any](_ T, err error) error { return err }

// The worker who meets Kari is told at once that the meeting waits, whatever the cause: the desk, the lists, the week and the
// calendar feed are the same byte for byte.
func TestPairIsToldOneWay(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, len(causes))
		c.met()
		c.turn("2027-01-26", "08:30")
		feeds, browsers := map[*couple]string{}, map[*couple]*webtest.Browser{}
		for i, cause := range causes {
			x, who := c.all[i], fmt.Sprint("mikko", i)
			h.Staff[who] = x.kari.worker
			browsers[x] = h.SignIn(who)
			h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
				feeds[x], err = feed.Make(ctx, tx, x.kari.worker)
				return err
			})
			if before := browsers[x].Get("/feed/" + feeds[x] + ".ics"); !strings.Contains(before.Body, "20270127T110000Z") {
				t.Fatalf("the feed does not tell of the meeting: %s", before.Body)
			}
			cause.do(c, x)
		}
		ill := c.all[len(causes)-1]
		for _, path := range []string{"/desk", "/calendar?week=2027-01-26", "/episodes", "feed"} {
			reads := func(x *couple) string {
				if path == "feed" {
					return uids.ReplaceAllString(browsers[x].Get("/feed/"+feeds[x]+".ics").Body, "")
				}
				return random.ReplaceAllString(uuids.ReplaceAllString(browsers[x].Want(browsers[x].Get(path), http.StatusOK).Body, ""), "")
			}
			want := reads(ill)
			for i, cause := range causes {
				if got := reads(c.all[i]); got != want {
					t.Errorf("%s: %s can be told from a worker who is ill: %s", path, cause.name, difference(reply{body: want}, reply{body: got}))
				}
			}
		}
	})
}

var uids = regexp.MustCompile(`UID:[^\r\n]*`)

// Own visits tell nothing of the other process: not that there is one, not the other party, not one's own wish; the telephone
// may be in another's hand. They stay bookable while a joint meeting waits, and so does every step of one's own.
func TestOwnVisitsTellNothingOfTwo(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 2)
		c.met()
		x := c.all[0]
		alone := c.comes("Oma", "Hanna V.") // somebody who has only visits of their own, as many
		single := &couples{House: h, t: t, handler: c.handler, all: []*couple{{anna: alone, kari: c.comes("Toinen", "Hanna V.")}}}
		single.alone("2027-01-20")
		single.alone("2027-01-21")
		same := func(when string, of ...party) {
			t.Helper()
			page, _ := c.enters(single.all[0].anna.own)
			for _, p := range of {
				got, _ := c.enters(p.own)
				if is, want := uuids.ReplaceAllString(plain(got), ""), uuids.ReplaceAllString(plain(page), ""); is != want {
					t.Errorf("%s: %s's own visits can be told from those of somebody alone: %s", when, p.name, difference(reply{body: want}, reply{body: is}))
				}
			}
		}
		same("with a joint meeting", x.anna, x.kari)
		c.answers(x.anna, episode.SafeNo)
		c.turn("2027-01-22", "09:30")
		same("with one that waits", x.anna, x.kari)
		for _, p := range []party{x.anna, single.all[0].anna} {
			h.Do(func(ctx context.Context, tx *storage.Tx) error {
				_, err := appointment.Book(ctx, tx, c.Models, p.worker, appointment.Target{Episode: p.home}, c.at(p.worker, "2027-01-25", "10:00"), "")
				return err
			})
		}
		if page, _ := c.enters(x.anna.own); !strings.Contains(page.body, "25.1.") {
			t.Error("no visit of her own can be booked")
		}
		same("with a visit of one's own", x.anna)
	})
}
