package courier_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/courier"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// leaving is a real message, let out by the gate: of a meeting called off on 12.1., to a number or an address.
func leaving(t *testing.T, by person.Channel, address string) outgoing.Leaving {
	t.Helper()
	db := storagetest.Open(t, "sqlite", nil)
	o := storagetest.Furnish(t, db)
	var l outgoing.Leaving
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		who := person.Person{ID: person.ID(id.New()), Key: key, Kind: person.Adult}
		e := episode.Episode{ID: episode.ID(id.New()), Unit: o.Unit.ID, Offer: o.Adults.ID, Person: who.ID, Model: o.Adults.Model, Version: 1, Part: "client",
			Regime: "none", Limit: 5, Worker: o.Worker.Account, Stage: episode.StageOpen, Lang: locale.Finnish, Age: -1, Wait: -1, Guardians: episode.Agree}
		a := appointment.Appointment{ID: appointment.ID(id.New()), Episode: e.ID, Limit: 5, Regime: "none", State: appointment.Cancelled, PlaceKind: "office", DayPart: "evening"}
		contact := person.SafeContact{Person: who.ID, Channel: by, Address: seal.Of(address), HourFrom: 9, HourTo: 20, LastDay: "2027-03-31", Asked: tx.Now()}
		for _, err := range []error{tx.PutPerson(ctx, who), tx.PutSafeContact(ctx, contact), tx.PutEpisode(ctx, e), tx.PutAppointment(ctx, a)} {
			if err != nil {
				return err
			}
		}
		meeting := outgoing.Meeting{ID: string(a.ID), Episode: e.ID, Starts: tx.Now().Add(48 * time.Hour)}
		if err := outgoing.MeetingCancelled(ctx, tx, meeting); err != nil {
			return err
		}
		l, _, _, err = outgoing.Take(ctx, tx, func(person.Channel) bool { return true })
		return err
	})
	if l.Key() == "" {
		t.Fatal("the gate let nothing out")
	}
	return l
}

// peer is a real gateway that answers as it is told and keeps what it was asked.
type peer struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	asked  []map[string]string
	heads  []http.Header
}

func gateway(t *testing.T) *peer {
	t.Helper()
	p := &peer{status: http.StatusAccepted}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		asked := map[string]string{}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Errorf("the gateway was sent no JSON: %v", err)
		}
		p.asked, p.heads = append(p.asked, asked), append(p.heads, r.Header.Clone())
		if p.status == http.StatusTemporaryRedirect {
			w.Header().Set("Location", p.URL+"/elsewhere")
		}
		w.WriteHeader(p.status)
		io.WriteString(w, `{"error":"`+asked["to"]+`"}`)
	}))
	t.Cleanup(p.Close)
	return p
}

func toGateway(t *testing.T, p *peer) *courier.Courier {
	t.Helper()
	g, err := courier.NewGateway(courier.GatewaySettings{URL: p.URL + "/send", Token: "secret", Sender: "Ajat"})
	if err != nil {
		t.Fatal(err)
	}
	return courier.New(g, nil)
}

func TestGatewayIsAskedAsDocumented(t *testing.T) {
	l, p := leaving(t, person.SMS, "040 555 0200"), gateway(t)
	c := toGateway(t, p)
	for range 2 { // the second time with the same key
		if err := c.Carry(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"id": l.Key(), "to": "+358405550200", "from": "Ajat", "text": "Aika siirtyy. Olemme yhteydessä."}
	for i, asked := range p.asked {
		if len(asked) != len(want) {
			t.Errorf("asked %v", asked)
		}
		for k, v := range want {
			if asked[k] != v {
				t.Errorf("%s = %q, want %q", k, asked[k], v)
			}
		}
		h := p.heads[i]
		if h.Get("Authorization") != "Bearer secret" || h.Get("Idempotency-Key") != l.Key() || h.Get("Content-Type") != "application/json" || h.Get("User-Agent") != "" {
			t.Errorf("headers %v", h)
		}
	}
	if len(p.asked) != 2 || !c.Can(person.SMS) || c.Can(person.Email) || c.Can(person.Call) {
		t.Errorf("asked %d times", len(p.asked))
	}
}

// What is wrong with the message is for good; what is wrong with the gateway or with us waits. No error names the number.
func TestGatewayAnswers(t *testing.T) {
	l, p := leaving(t, person.SMS, "040 555 0200"), gateway(t)
	c := toGateway(t, p)
	const good, later, never = "good", "later", "never"
	for status, want := range map[int]string{200: good, 201: good, 202: good, 204: good, 409: good, 400: never, 404: never, 410: never, 422: never, 451: never,
		401: later, 402: later, 403: later, 408: later, 425: later, 429: later, 500: later, 502: later, 503: later, 307: later} {
		p.status = status
		err := c.Carry(t.Context(), l)
		got := good
		if err != nil {
			got = later
			if errors.Is(err, courier.ErrRefused) {
				got = never
			}
			if strings.Contains(strings.ReplaceAll(err.Error(), " ", ""), "5550200") || strings.Contains(err.Error(), p.URL) {
				t.Errorf("%d: the error tells: %v", status, err)
			}
		}
		if got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
	if len(p.asked) != 20 {
		t.Errorf("asked %d times: a redirect was followed", len(p.asked))
	}
	p.Close()
	if err := c.Carry(t.Context(), l); err == nil || errors.Is(err, courier.ErrRefused) || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("a gateway that is away: %v", err)
	}
}

func TestGatewaySettings(t *testing.T) {
	for _, wrong := range []courier.GatewaySettings{{URL: ""}, {URL: "gateway"}, {URL: "ftp://gateway.example"}, {URL: "http://gateway.example/send"},
		{URL: "https://gateway.example/send", Sender: "Väkivaltatyön keskus"}} {
		if _, err := courier.NewGateway(wrong); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
	for _, right := range []string{"https://gateway.example/send", "http://127.0.0.1:9/send", "http://localhost/send", "http://[::1]/"} {
		if _, err := courier.NewGateway(courier.GatewaySettings{URL: right, Sender: "Ajat"}); err != nil {
			t.Errorf("%s: %v", right, err)
		}
	}
}

// A gateway that takes the message and never answers ends with the caller's patience, and may be tried again.
func TestGatewayThatNeverAnswers(t *testing.T) {
	l := leaving(t, person.SMS, "040 555 0200")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	g, err := courier.NewGateway(courier.GatewaySettings{URL: "http://" + listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := courier.New(g, nil).Carry(ctx, l); err == nil || errors.Is(err, courier.ErrRefused) {
		t.Errorf("got %v", err)
	}
}
