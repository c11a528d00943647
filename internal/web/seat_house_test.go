package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// party is one of a couple: their own visits, with whom, the code of these and the code of their seat.
type party struct {
	name, number string
	worker       access.Actor
	request      intake.RequestID
	home         episode.ID
	own, seat    intake.Code
}

// couple is Anna, whose wish it is, and Kari, with a pair of workers of their own.
type couple struct {
	anna, kari party
	joint      episode.ID
}

// couples is a house with as many couples as a test compares. All live the same life to the minute, and their workers
// have the same names: whatever their pages differ in is what has been done.
type couples struct {
	*webtest.House
	t       *testing.T
	offer   organization.OfferID // of the own visits
	all     []*couple
	handler http.Handler
	asked   int
	people  int
}

func newCouples(t *testing.T, h *webtest.House, n int) *couples {
	t.Helper()
	c := &couples{House: h, t: t, handler: h.Server.Handler()}
	c.offers()
	hireIn(t, h, "kirsi", locale.Finnish, h.Unit, access.Coordinator)
	for range n {
		c.all = append(c.all, &couple{anna: c.comes("Anna", "Hanna V."), kari: c.comes("Kari", "Mikko R.")})
	}
	c.alone("2027-01-13")
	c.alone("2027-01-14")
	for _, x := range c.all {
		c.join(x)
	}
	return c
}

// justJoined is a couple who have a time of their own each, and seats: no clock is turned for them.
func justJoined(t *testing.T, h *webtest.House) (*couples, *couple) {
	t.Helper()
	c := &couples{House: h, t: t, handler: h.Server.Handler()}
	c.offers()
	x := &couple{anna: c.comes("Anna", "Hanna V."), kari: c.comes("Kari", "Mikko R.")}
	c.all = []*couple{x}
	c.visits("2027-03-20")
	c.join(x)
	return c, x
}

// offers has the unit offer own visits and joint meetings, unless it does.
func (c *couples) offers() {
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		there, err := tx.Offers(ctx, c.Unit)
		if err != nil {
			return err
		}
		for i, id := range []string{"couple-meetings", "low-threshold-individual"} {
			m, _ := c.Models.Latest(id)
			o := organization.Offer{Unit: c.Unit, Model: id, Version: m.Version, Slug: m.Slug, Position: 20 + i, Open: true}
			if n := slices.IndexFunc(there, func(o organization.Offer) bool { return o.Model == id }); n >= 0 {
				o = there[n]
			} else if o, err = organization.KeepOffer(ctx, tx, access.System(), o); err != nil {
				return err
			}
			c.offer = o.ID // at the end that of the own visits
		}
		return nil
	})
}

// comes is somebody who begins visits of their own with a worker of their own.
func (c *couples) comes(name, worker string) (p party) {
	c.t.Helper()
	c.people++
	p.name, p.number = name, fmt.Sprintf("04055%05d", c.people)
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		roles := []access.Membership{{Unit: c.Unit, Role: access.Worker}}
		a, _, err := account.InviteFor(ctx, tx, access.System(), worker, fmt.Sprintf("w%d@example.org", c.people), locale.Finnish, roles)
		if err != nil {
			return err
		}
		p.worker = access.Actor{Account: a.ID, Roles: roles}
		made, err := intake.Make(ctx, tx, c.Models, p.worker, intake.New{Offer: c.offer, Channel: intake.Telephone, Name: name, Age: -1, Lang: locale.Finnish,
			Contact: person.SafeContact{Channel: person.SMS, Address: seal.Of(p.number), HourFrom: 6, HourTo: 22, LastDay: "2027-03-01", Reminders: true}})
		p.request, p.own = made.Request.ID, made.Code
		return err
	})
	return p
}

func (c *couples) at(by access.Actor, day calendar.Date, clock calendar.Clock) appointment.Free {
	return appointment.Free{Worker: by.Account, At: calendar.Local{Day: day, Clock: clock, Zone: webtest.Zone}, Minutes: 60, PlaceKind: appointment.Office, Place: c.Places[0].ID}
}

// turn sets the clock to a local time.
func (c *couples) turn(day calendar.Date, clock calendar.Clock) {
	c.t.Helper()
	at, err := calendar.Local{Day: day, Clock: clock, Zone: webtest.Zone}.Instant()
	if err != nil {
		c.t.Fatal(err)
	}
	c.Clock.Set(at)
}

// alone has everybody visit their own worker.
func (c *couples) alone(day calendar.Date) {
	booked := c.visits(day)
	c.turn(day, "11:00")
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		for p, id := range booked {
			if err := appointment.Hold(ctx, tx, c.Models, p.worker, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// visits books everybody with their own worker.
func (c *couples) visits(day calendar.Date) map[*party]appointment.ID {
	booked := map[*party]appointment.ID{}
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		for _, x := range c.all {
			for _, p := range []*party{&x.anna, &x.kari} {
				target := appointment.Target{Request: p.request}
				if p.home != "" {
					target = appointment.Target{Episode: p.home}
				}
				a, err := appointment.Book(ctx, tx, c.Models, p.worker, target, c.at(p.worker, day, "10:00"), "")
				if err != nil {
					return err
				}
				p.home, booked[p] = a.Episode, a.ID
			}
		}
		return nil
	})
	return booked
}

// join brings a couple as far as a first meeting that may be booked.
func (c *couples) join(x *couple) {
	points := []string{"motivated", "charted", "emotion-regulation", "time-out"}
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		ms, a, k := c.Models, &x.anna, &x.kari
		for _, err := range []error{
			joint.Prepare(ctx, tx, ms, a.worker, a.home, model.Experienced), joint.Wish(ctx, tx, ms, a.worker, a.home, calendar.LocalOf(tx.Now(), webtest.Zone).Day, true),
			joint.Mark(ctx, tx, ms, a.worker, a.home, points), joint.Prepare(ctx, tx, ms, k.worker, k.home, model.Used), joint.Mark(ctx, tx, ms, k.worker, k.home, points),
		} {
			if err != nil {
				return err
			}
		}
		word, err := joint.Word(ctx, tx, ms, a.worker, a.home)
		if err != nil {
			return err
		}
		if x.joint, err = joint.Join(ctx, tx, ms, k.worker, k.home, word.String()); err != nil {
			return err
		}
		for _, p := range []*party{a, k} {
			if p.seat, err = joint.NewCode(ctx, tx, ms, p.worker, p.home); err != nil {
				return err
			}
			if err := joint.Safer(ctx, tx, ms, p.worker, x.joint, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// agree books a joint meeting of every couple.
func (c *couples) agree(day calendar.Date, clock calendar.Clock) {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		for _, x := range c.all {
			at := c.at(x.anna.worker, day, clock)
			if _, err := appointment.Book(ctx, tx, c.Models, x.anna.worker, appointment.Target{Episode: x.joint}, at, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// meeting is a couple's meeting that is booked or waits.
func (c *couples) meeting(ctx context.Context, tx *storage.Tx, x *couple) (appointment.ID, error) {
	all, err := tx.Appointments(ctx, x.joint)
	for _, a := range all {
		if a.State == appointment.Booked || a.State == appointment.OnHold {
			return a.ID, err
		}
	}
	return "", err
}

// hold marks every couple's meeting held.
func (c *couples) hold() {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		for _, x := range c.all {
			id, err := c.meeting(ctx, tx, x)
			if err == nil {
				err = appointment.Hold(ctx, tx, c.Models, x.kari.worker, id)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// met brings every couple past a first meeting, both safe, to a second one on the 27th at one.
func (c *couples) met() {
	c.t.Helper()
	c.turn("2027-01-18", "12:00")
	c.agree("2027-01-19", "10:00")
	c.turn("2027-01-19", "12:00")
	c.hold()
	for _, x := range c.all {
		c.answers(x.anna, episode.SafeYes)
		c.answers(x.kari, episode.SafeYes)
	}
	c.agree("2027-01-27", "13:00")
}

func (c *couples) holder(ctx context.Context, tx *storage.Tx, code intake.Code) intake.Holder {
	stay, err := intake.Enter(ctx, tx, code)
	if err != nil {
		c.t.Fatal(err)
	}
	return stay.Holder
}

// answers is a party's answer by their own seat, with what comes of it.
func (c *couples) answers(p party, said string) {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		return joint.Answer(ctx, tx, c.Models, c.holder(ctx, tx, p.seat), said)
	})
	c.jobs()
}

// jobs does what answers have left to be done.
func (c *couples) jobs() {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.TakeJobs(ctx, []string{joint.AnsweredJob}, tx.Now().Add(time.Hour), 1000)
		for _, j := range all {
			if err == nil {
				err = joint.Heed(ctx, tx, c.Models, episode.ID(j.Object))
			}
		}
		return err
	})
}

// post sends a form straight to the handler, from a network of its own.
func (c *couples) post(path string, v url.Values) reply {
	c.asked++
	q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", 1+c.asked>>16, c.asked>>8&255, c.asked&255)
	out := httptest.NewRecorder()
	c.handler.ServeHTTP(out, q)
	return reply{out.Code, out.Header(), out.Body.String()}
}

var stays = regexp.MustCompile(`name="stay" value="([^"]*)"`)

// enters opens a page with a code, and gives the stay.
func (c *couples) enters(code intake.Code) (page reply, stay string) {
	c.t.Helper()
	page = c.post("/code", url.Values{"code": {code.String()}})
	found := stays.FindStringSubmatch(page.body)
	if page.status != http.StatusOK || found == nil {
		c.t.Fatalf("a code is answered by %d", page.status)
	}
	return page, found[1]
}

var exits = regexp.MustCompile(`/exit/[A-Za-z0-9_-]+`)

// plain is a page without what is random on it.
func plain(r reply) string {
	return exits.ReplaceAllString(stays.ReplaceAllString(r.body, ""), "")
}

// sees is all that a party can have of the house: the page of the seat and of the own visits, and the copy of what is theirs;
// whole is with every language and page.
func (c *couples) sees(p party, whole bool) string {
	c.t.Helper()
	langs, pages := []string{""}, []string{"/code/own/file"}
	if whole {
		langs, pages = []string{"", "/sv", "/en"}, []string{"/code/reach", "/code/erasure", "/code/own", "/code/own/file"}
	}
	var out strings.Builder
	for _, lang := range langs {
		out.WriteString(plain(c.post(lang+"/code", url.Values{"code": {p.seat.String()}})))
	}
	page, stay := c.enters(p.own)
	out.WriteString(plain(page))
	for _, path := range pages {
		got := c.post(path, url.Values{"stay": {stay}})
		if got.status != http.StatusOK {
			c.t.Fatalf("%s: %d", path, got.status)
		}
		out.WriteString("\n" + path + plain(got))
	}
	return strings.ReplaceAll(strings.ReplaceAll(out.String(), p.number, "number"), "+358"+p.number[1:], "number")
}

// copied is a party's own copy, by table.
func (c *couples) copied(p party) map[string][]map[string]string {
	c.t.Helper()
	_, stay := c.enters(p.own)
	var got struct {
		Data map[string][]map[string]string
	}
	if err := json.Unmarshal([]byte(c.post("/code/own/file", url.Values{"stay": {stay}}).body), &got); err != nil {
		c.t.Fatal(err)
	}
	return got.Data
}

// leaves carries all messages that may leave now: what was said to each number.
func (c *couples) leaves() map[string][]string {
	c.t.Helper()
	out := map[string][]string{}
	for more := true; more; {
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			l, ok, again, err := outgoing.Take(ctx, tx, func(person.Channel) bool { return true })
			if more = again; err != nil || !ok {
				return err
			}
			to := "0" + strings.TrimPrefix(l.To(), "+358")
			out[to] = append(out[to], l.Text())
			return outgoing.Done(ctx, tx, l.ID())
		})
	}
	return out
}

// erases has a party ask for an erasure by the code of the own visits, and where whole is asked two people carry it out.
func (c *couples) erases(p party, whole bool) {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		x, err := rights.EraseByClient(ctx, tx, c.Models, c.holder(ctx, tx, p.own))
		if err != nil || !whole {
			return err
		}
		for _, who := range []string{"marja", "kirsi"} { // one of them is on her side of the wall
			if err = rights.Approve(ctx, tx, c.Staff[who], x.ID); !fault.Is(err, fault.NotFound) {
				break
			}
		}
		if err != nil {
			return err
		}
		return rights.CarryOut(ctx, tx, c.Models, p.worker, x.ID)
	})
}
