package retention_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// personal are the tables of a client's way through the house; what lies in the others is the organisation's own, or sums.
var personal = []string{"person", "safe_contact", "request", "episode", "return_code", "client_session", "slot", "appointment",
	"way_on", "access_grant", "conversation", "message", "audit"}

// Everything about people has its last day, and then only sums are left: in no table a row, in the keys' store no key.
func TestOnlySumsAreLeft(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.live()
		keys := h.subjects()
		for _, table := range personal {
			if h.count(table) == 0 {
				t.Errorf("nothing lies in %s to begin with", table)
			}
		}
		h.clock.Add(30 * 24 * time.Hour)
		h.sweep()
		for _, table := range append(personal, "booking_cell", "job WHERE object_id <> ''") {
			if n := h.count(table); n != 0 {
				t.Errorf("%d rows stay in %s", n, table)
			}
		}
		for _, key := range keys {
			if there, err := h.db.HasKey(t.Context(), key); there || err != nil {
				t.Errorf("a key stays: %v", err)
			}
		}
		for _, name := range []string{"contacts", "unused", "started", "held", "closed", "ways-on", "chats-started"} {
			if h.count("figure WHERE name = '"+name+"'") == 0 {
				t.Errorf("the sum %s is gone", name)
			}
		}
	})
}

// A sweep takes a batch at a time and says that there is more.
func TestBatches(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		for range 60 {
			h.ask(h.wish())
		}
		h.clock.Add(14 * 24 * time.Hour)
		if n := h.sweep(); n != 2 {
			t.Errorf("swept in %d transactions, want 2", n)
		}
		if n := h.count("request"); n != 0 {
			t.Errorf("%d requests stay", n)
		}
		if n := h.sweep(); n != 1 {
			t.Errorf("with nothing to do it took %d transactions", n)
		}
	})
}

// What is still of use stays: a contact within its days, a talk that goes on, the place of a meeting to come.
func TestNothingGoesEarly(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.Present(t, h.db, h.Worker, time.Hour)
		made := h.ask(h.wish())
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			talk, err := chat.Start(ctx, tx, h.Models, h.Adults.ID, "fi")
			if err != nil {
				return err
			}
			if _, err := chat.Say(ctx, tx, talk.Token, "Hei"); err != nil {
				return err
			}
			if _, err := intake.Enter(ctx, tx, made.Code); err != nil {
				return err
			}
			at := appointment.Free{Worker: h.Worker.Account, At: calendar.Local{Day: "2027-01-14", Clock: "12:00", Zone: h.Unit.Zone}, Minutes: 60, PlaceKind: "agreed"}
			_, err = appointment.Book(ctx, tx, h.Models, h.Worker, appointment.Target{Request: h.ask2(ctx, tx)}, at, "kirjaston aula")
			return err
		})
		h.clock.Add(9 * time.Minute)
		before := h.rows()
		h.sweep()
		if after := h.rows(); after != before {
			t.Errorf("%d rows of people, before the sweep %d", after, before)
		}
		h.clock.Set(time.Date(2027, 1, 14, 11, 1, 0, 0, time.UTC)) // the meeting is over
		h.sweep()
		if n := h.count("appointment WHERE place IS NOT NULL"); n != 0 {
			t.Error("the place of a meeting that is over stays")
		}
		if n := h.count("conversation"); n != 0 {
			t.Error("a silent talk stays")
		}
		if n := h.count("client_session"); n != 0 {
			t.Error("an idle stay stays")
		}
		if n := h.count("request"); n != 1 {
			t.Errorf("%d requests, want the one whose days are not over", n)
		}
	})
}
