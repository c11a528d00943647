package retention_test

import (
	"context"
	"database/sql"
	"log/slog"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/retention"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// house is a database that can also be looked at past the program.
type house struct {
	storagetest.Organisation
	t     *testing.T
	db    *storage.DB
	clock *storagetest.Clock
	raw   *sql.DB
}

func each(t *testing.T, run func(t *testing.T, h house)) {
	t.Helper()
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			options, clock := storagetest.Options(t, driver), storagetest.NewClock()
			options.Now = clock.Now
			h := house{t: t, db: storagetest.OpenWith(t, options), clock: clock}
			if driver == "sqlite" {
				h.raw = open(t, "sqlite", options.Path)
			} else {
				h.raw = open(t, "pgx", options.URL)
			}
			h.Organisation = storagetest.Furnish(t, h.db)
			run(t, h)
		})
	}
}

func open(t *testing.T, driver, at string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func (h house) must(do func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	storagetest.Update(h.t, h.db, do)
}

// sweep sweeps until there is no more, and destroys the keys of what went. It tells in how many transactions.
func (h house) sweep() (times int) {
	h.t.Helper()
	for more := true; more; times++ {
		h.must(func(ctx context.Context, tx *storage.Tx) (err error) {
			more, err = retention.Sweep(ctx, tx, h.Models)
			return err
		})
	}
	r := runner.New(h.db, slog.New(slog.DiscardHandler))
	r.Handle("notify-desk", func(context.Context, *storage.DB, job.Job) error { return nil })
	if err := r.RunDue(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	return times
}

// count is how many rows lie in a table.
func (h house) count(query string) (n int) {
	h.t.Helper()
	if err := h.raw.QueryRowContext(h.t.Context(), "SELECT count(*) FROM "+query).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h house) ask(offer intake.New) intake.Made {
	h.t.Helper()
	var made intake.Made
	h.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, h.Models, h.Worker, offer)
		return err
	})
	return made
}

func (h house) wish() intake.New {
	return intake.New{Offer: h.Adults.ID, Channel: intake.Telephone, Name: "Meri", Age: -1,
		Contact: person.SafeContact{Channel: person.SMS, Address: seal.Of("0405550200"), HourFrom: 9, HourTo: 12}}
}

// subjects are the keys of all clients and talks.
func (h house) subjects() (keys []string) {
	h.t.Helper()
	rows, err := h.raw.QueryContext(h.t.Context(), "SELECT key_id FROM person UNION SELECT key_id FROM conversation")
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			h.t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if len(keys) != 3 {
		h.t.Fatalf("%d keys, want those of two clients and a talk", len(keys))
	}
	return keys
}

// live plays one of everything: a contact nobody came back for, an episode with a meeting, a way on and a booking left
// open, a talk.
func (h house) live() {
	h.t.Helper()
	h.Present(h.t, h.db, h.Worker, time.Hour)
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		stay, err := chat.Start(ctx, tx, h.Models, h.Adults.ID, "fi")
		if err == nil {
			_, err = chat.Say(ctx, tx, stay.Token, "Hei")
		}
		return err
	})
	unused, served := h.ask(h.wish()), h.ask(h.wish())
	at := func(day calendar.Date) appointment.Free {
		return appointment.Free{Worker: h.Worker.Account, At: calendar.Local{Day: day, Clock: "12:00", Zone: h.Unit.Zone}, Minutes: 60, PlaceKind: "agreed"}
	}
	var first, second appointment.Appointment
	h.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		if err = appointment.Offer(ctx, tx, h.Models, h.Worker, appointment.Target{Request: unused.Request.ID}, []appointment.Free{at("2027-01-20")}); err != nil {
			return err
		}
		first, err = appointment.Book(ctx, tx, h.Models, h.Worker, appointment.Target{Request: served.Request.ID}, at("2027-01-14"), "kirjaston aula")
		if err != nil {
			return err
		}
		second, err = appointment.Book(ctx, tx, h.Models, h.Worker, appointment.Target{Episode: first.Episode}, at("2027-01-18"), "kirjaston aula")
		return err
	})
	h.clock.Add(3 * 24 * time.Hour)
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		if err := appointment.Hold(ctx, tx, h.Models, h.Worker, first.ID); err != nil {
			return err
		}
		_, err := intake.Enter(ctx, tx, served.Code)
		return err
	})
	h.leaveTraces(first.Episode, second.ID)
}

// leaveTraces ends the episode of an appointment.
func (h house) leaveTraces(ep episode.ID, coming appointment.ID) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		if err := appointment.Cancel(ctx, tx, h.Models, h.Worker, coming, "ill"); err != nil {
			return err
		}
		if err := episode.Ending(ctx, tx, h.Models, h.Worker, ep); err != nil {
			return err
		}
		if err := episode.OfferWayOn(ctx, tx, h.Models, h.Worker, ep, "service", h.Group.Model); err != nil {
			return err
		}
		return episode.Close(ctx, tx, h.Models, h.Worker, ep)
	})
}

func (h house) ask2(ctx context.Context, tx *storage.Tx) intake.RequestID {
	h.t.Helper()
	made, err := intake.Make(ctx, tx, h.Models, access.Anyone(), intake.New{Offer: h.Adults.ID, Channel: intake.Form, Age: -1})
	if err != nil {
		h.t.Fatal(err)
	}
	return made.Request.ID
}

func (h house) rows() (n int) {
	for _, table := range personal {
		n += h.count(table)
	}
	return n
}
