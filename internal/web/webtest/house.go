// Package webtest is a real house for tests of pages: the real server over a real database, a small organisation, a
// clock that can be turned, and browsers that run no scripts.
package webtest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/web"
	"rinnalla.fi/rinnalla/models"
)

// ExitURL is where leaving leads.
const ExitURL = "https://www.example.org/weather"

// ReplySecret ends the address to which an SMS gateway tells of replies.
const ReplySecret = "0123456789abcdef0123456789abcdef"

// Slugs of the services that the organisation offers.
const (
	Adult = "tuki"
	Child = "lapset"
	Group = "ryhma"
)

// Zone is where the organisation is.
const Zone = "Europe/Helsinki"

// House is a server with a small organisation: one unit, two offices, three services, two workers, a coordinator.
type House struct {
	URL    string
	DB     *storage.DB
	Clock  *storagetest.Clock
	Models model.Set
	Server *web.Server
	Unit   access.UnitID
	Offers map[string]organization.Offer // by slug
	Places []organization.Place
	Staff  map[string]access.Actor // "noora" and "elina" work, "marja" coordinates, "olli" operates
	Log    *Log

	t *testing.T
}

// Each runs a case in a house on SQLite and in one on PostgreSQL. The clock stands at storagetest.Start, a Tuesday at
// eleven in the morning.
func Each(t *testing.T, run func(t *testing.T, h *House)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) { run(t, In(t, db, clock)) })
}

// EachAtOnce is Each for a long case: both databases at the same time.
func EachAtOnce(t *testing.T, run func(t *testing.T, h *House)) {
	t.Helper()
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			clock := storagetest.NewClock()
			run(t, In(t, storagetest.Open(t, driver, clock), clock))
		})
	}
}

// New is a house on SQLite.
func New(t *testing.T) *House {
	t.Helper()
	clock := storagetest.NewClock()
	return In(t, storagetest.Open(t, "sqlite", clock), clock)
}

// In is a house on a database of the test's own.
func In(t *testing.T, db *storage.DB, clock *storagetest.Clock) *House {
	t.Helper()
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := &House{t: t, DB: db, Clock: clock, Models: set, Offers: map[string]organization.Offer{}, Staff: map[string]access.Actor{}, Log: &Log{}}
	h.Do(h.organise)
	h.serve()
	return h
}

func (h *House) serve() {
	h.t.Helper()
	front := httptest.NewUnstartedServer(nil)
	h.URL = "http://" + front.Listener.Addr().String()
	base, err := url.Parse(h.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	stop, stopping := context.WithCancel(context.Background())
	h.Server, err = web.New(web.Options{DB: h.DB, Models: h.Models, Log: slog.New(slog.NewJSONHandler(h.Log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		BaseURL: base, ExitURL: ExitURL, ReplySecret: ReplySecret, TrustedProxy: "127.0.0.1", Stopping: stop.Done()})
	if err != nil {
		h.t.Fatal(err)
	}
	front.Config.Handler = h.Server.Handler()
	front.Start()
	h.t.Cleanup(func() {
		stopping()
		front.Close()
	})
}

// Do runs an update and fails the test when it fails.
func (h *House) Do(fn func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	if err := h.DB.Update(h.t.Context(), func(tx *storage.Tx) error { return fn(h.t.Context(), tx) }); err != nil {
		h.t.Fatal(err)
	}
}

func (h *House) organise(ctx context.Context, tx *storage.Tx) error {
	sys := access.System()
	u, err := organization.KeepUnit(ctx, tx, sys, organization.Unit{Slug: "keskus", Name: names("Keskus", "Centrum", "Centre"),
		Phone: "040 000 1122", Email: "keskus@example.org", Zone: Zone, Area: "Hervanta, Keskusta"})
	if err != nil {
		return err
	}
	h.Unit = u.ID
	for _, o := range []organization.Opening{
		{Channel: "chat", Weekday: 2, Opens: "10:00", Closes: "13:00"}, {Channel: "chat", Weekday: 6, Opens: "12:00", Closes: "18:00"},
		{Channel: "telephone", Weekday: 2, Opens: "09:00", Closes: "15:00"}, {Channel: "telephone", Weekday: 4, Opens: "09:00", Closes: "15:00"},
	} {
		o.Unit = u.ID
		if err := organization.KeepOpening(ctx, tx, sys, o); err != nil {
			return err
		}
	}
	for i, x := range []struct{ slug, model string }{{Adult, "turvaverkko-adult"}, {Child, "turvaverkko-child"}, {Group, "open-peer-group"}} {
		m, _ := h.Models.Latest(x.model)
		o, err := organization.KeepOffer(ctx, tx, sys, organization.Offer{Unit: u.ID, Model: m.ID, Version: m.Version, Slug: x.slug, Position: i, Open: true})
		if err != nil {
			return err
		}
		h.Offers[x.slug] = o
	}
	for _, p := range []organization.Place{
		{Name: names("Keskustan toimisto", "Centrums kontor", "Centre office"), Address: "Esimerkkikatu 1", Area: "Keskusta", Active: true},
		{Name: names("Hervannan toimisto", "Hervanta kontor", "Hervanta office"), Address: "Mallitie 2", Area: "Hervanta", Active: true},
	} {
		p.Unit = u.ID
		p, err := organization.KeepPlace(ctx, tx, sys, p)
		if err != nil {
			return err
		}
		h.Places = append(h.Places, p)
	}
	return h.hire(ctx, tx)
}

func (h *House) hire(ctx context.Context, tx *storage.Tx) error {
	for _, x := range []struct {
		key, name string
		role      access.Role
	}{{"noora", "Noora", access.Worker}, {"elina", "Elina", access.Worker}, {"marja", "Marja", access.Coordinator}, {"olli", "Olli", access.Operator}} {
		ms := []access.Membership{{Unit: h.Unit, Role: x.role}}
		a, _, err := account.InviteFor(ctx, tx, access.System(), x.name, x.key+"@example.org", locale.Finnish, ms)
		if err != nil {
			return err
		}
		h.Staff[x.key] = access.Actor{Account: a.ID, Roles: ms}
		if x.role != access.Worker {
			continue
		}
		w := organization.Worker{Account: a.ID, Languages: []string{"fi", "sv", "en"}, Places: []string{"office", "home", "agreed"}, TravelMinutes: 30}
		if err := organization.KeepWorker(ctx, tx, access.System(), w); err != nil {
			return err
		}
		for day := 1; day <= 7; day++ {
			hours := organization.Hours{ID: id.New(), Weekday: day, Opens: "09:00", Closes: "20:00"}
			if err := organization.KeepHours(ctx, tx, access.System(), a.ID, hours); err != nil {
				return err
			}
		}
	}
	return nil
}

func names(fi, sv, en string) organization.Names {
	return organization.Names{locale.Finnish: fi, locale.Swedish: sv, locale.English: en}
}

// Answering makes a worker be there for the chat until a clock time today.
func (h *House) Answering(who string, until calendar.Clock) {
	h.t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		return organization.BePresent(ctx, tx, h.Staff[who], h.Unit, until)
	})
}

// Visitor is a browser that nobody knows.
func (h *House) Visitor() *Browser {
	return &Browser{t: h.t, house: h, cookies: map[string]string{}, Header: map[string][]string{}}
}

// SignIn is a staff member's browser, signed in by a link of the demo's kind.
func (h *House) SignIn(who string) *Browser {
	h.t.Helper()
	b := h.Visitor()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		link, err := account.LinkFor(ctx, tx, access.System(), h.Staff[who].Account, account.Demo)
		if err != nil {
			return err
		}
		in, err := account.UseLink(ctx, tx, link, "", "")
		b.cookies["rinnalla"] = in.Token
		return err
	})
	return b
}

// Log is what the server logged.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
