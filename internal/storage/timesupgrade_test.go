package storage_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// asItWas are a house's rows from before times were sealed, as the program of that day had written them.
var asItWas = []string{
	"INSERT INTO unit (id, slug, name_fi, name_sv, name_en) VALUES ('north', 'n', 'n', 'n', 'n')",
	"INSERT INTO offer (id, unit_id, model, version, slug, position, open) VALUES ('o', 'north', 'm', 1, 'o', 1, 1)",
	"INSERT INTO place (id, unit_id, name_fi, name_sv, name_en, address, active) VALUES ('office-1', 'north', 't', 't', 't', 'k', 1)",
	"INSERT INTO account (id, key_id, name, email, email_index, state, lang, created) VALUES ('own', '', EMPTY, $1, $1, 'active', 'fi', '')",
	"INSERT INTO account (id, key_id, name, email, email_index, state, lang, created) VALUES ('colleague', '', EMPTY, $1, $2, 'active', 'fi', '')",
	"INSERT INTO holding (account_id, holder) VALUES ('own', 'own')",
	"INSERT INTO person (id, key_id, kind) VALUES ('p', 'k', 'adult')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, worker_id, state, lang, channel, referrer, opened, wait_minutes) VALUES ('e', 'north', 'o', 'p', 'm', 1, 'client', 'goals', 0, 'own', 'open', 'fi', 'form', 'self', '', 13155)",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, worker_id, state, lang, channel, referrer, opened) VALUES ('n', 'north', 'o', 'p', 'm', 1, 'client', 'none', 0, 'own', 'open', 'fi', 'form', 'self', '')",
	"INSERT INTO access_grant (holder, kind, object_id, relation, rank, person_id) VALUES ('own', 'episode', 'e', 'worker', '', 'p')",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, worker_id, second_id, place_kind, place_id, day, clock, zone, minutes, starts, ends, day_part) VALUES ('booked', 'e', 0, 'goals', 3, 'booked', 0, 'own', 'colleague', 'office', 'office-1', '2027-01-19', '18:45', 'Europe/Helsinki', 60, '2027-01-19T16:45:00.000Z', '2027-01-19T17:45:00.000Z', 'evening')",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, worker_id, place_kind, day, clock, zone, minutes, starts, ends, day_part) VALUES ('held', 'e', 0, 'goals', 1, 'held', 1, 'own', 'home', '2026-12-29', '18:45', 'Europe/Helsinki', 60, '2026-12-29T16:45:00.000Z', '2026-12-29T17:45:00.000Z', 'evening')",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, place_kind, zone, minutes, day_part) VALUES ('over', 'n', 0, 'none', 1, 'held', 1, 'agreed', 'Europe/Helsinki', 60, 'weekend')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, worker_id, state, lang, channel, referrer, opened) VALUES ('b', 'north', 'o', 'p', 'm', 1, 'client', 'buyer', 0, 'own', 'open', 'fi', 'form', 'self', '')",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, worker_id, place_kind, day, clock, zone, minutes, starts, ends, day_part) VALUES ('paid', 'b', 0, 'buyer', 1, 'held', 1, 'own', 'home', '2027-01-05', '18:45', 'Europe/Helsinki', 60, '2027-01-05T16:45:00.000Z', '2027-01-05T17:45:00.000Z', 'evening')",
	"INSERT INTO buyer_entry (appointment_id, episode_id, regime, day) VALUES ('paid', 'b', 'buyer', '2027-01-05')",
	"INSERT INTO booking_cell (worker_id, cell, appointment_id) VALUES ('own', '2027-01-19T16:45:00.000Z', 'booked')",
	"INSERT INTO slot (id, episode_id, worker_id, place_kind, place_id, day, clock, zone, minutes, starts) VALUES ('slot', 'e', 'own', 'office', 'office-1', '2027-01-22', '18:45', 'Europe/Helsinki', 60, '2027-01-22T16:45:00.000Z')",
	"INSERT INTO outgoing (id, person_id, episode_id, appointment_id, kind, channel, state, run_at, until) VALUES ('message', 'p', 'e', 'booked', 'reminder', 'sms', 'queued', '2027-01-18T15:00:00.000Z', '2027-01-19T16:45:00.000Z')",
	"INSERT INTO outgoing (id, person_id, episode_id, appointment_id, kind, channel, state, day) VALUES ('sent', 'p', 'e', 'held', 'moved', 'sms', 'sent', '2027-01-05')",
	"INSERT INTO job (id, kind, object_id, run_at, lease_until, attempt) VALUES ('j', 'send-messages', '', '2027-01-18T15:00:00.000Z', '', 0)",
	"INSERT INTO job (id, kind, object_id, run_at, lease_until, attempt) VALUES ('i', 'notify-desk', '', '2027-01-12T09:00:00.000Z', '', 0)",
}

// A house from before times were sealed opens with all of them there, and neither a file nor a page holds one any more.
func TestTimesAreSealedAtTheUpgrade(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := before(t, driver)
			clock := storagetest.NewClock()
			o.Now = clock.Now
			db := opened(t, o)
			in(t, db, func(h house) { h.upgraded() })
			inside := within(t, o)
			tellNothing(t, inside, files(o))
			shut(t, db)
			db = opened(t, o) // once more: nothing is done twice
			in(t, db, func(h house) { h.upgraded() })
			err := try(t, db, func(h house) error {
				a := appointment.Appointment{ID: "another", Episode: "n", Regime: "none", No: 2, State: appointment.Booked, Worker: own, PlaceKind: appointment.Home,
					At: clockAt("2027-01-19", "18:00"), Minutes: 60, Starts: time.Date(2027, 1, 19, 16, 0, 0, 0, time.UTC), Ends: time.Date(2027, 1, 19, 17, 0, 0, 0, time.UTC)}
				return h.tx.PutAppointment(h.ctx, a)
			})
			if !fault.HasKey(err, "appointment.slot-taken") {
				t.Errorf("a quarter that was taken before: got %v", err)
			}
			for _, query := range []string{ // the walls still stand
				"INSERT INTO booking_cell (worker_id, cell, appointment_id) SELECT 'own', month, 'over' FROM appointment WHERE id = 'held'",
				"UPDATE slot SET worker_id = 'colleague'", "UPDATE booking_cell SET appointment_id = 'held'",
			} {
				if err := try(t, db, func(h house) error { return h.tx.Exec(h.ctx, query) }); err == nil {
					t.Errorf("%s was let through", query)
				}
			}
			shut(t, db)
		})
	}
}

func (h house) upgraded() {
	h.t.Helper()
	starts := time.Date(2027, 1, 19, 16, 45, 0, 0, time.UTC)
	booked := appointment.Appointment{ID: "booked", Episode: "e", Regime: "goals", No: 3, State: appointment.Booked, Worker: own, Second: colleague, PlaceKind: appointment.Office,
		PlaceID: office, At: clockAt("2027-01-19", "18:45"), Minutes: 60, Starts: starts, Ends: starts.Add(time.Hour), DayPart: "evening"}
	held := booked
	held.ID, held.No, held.State, held.Counted, held.Second, held.PlaceKind, held.PlaceID = "held", 1, appointment.Held, true, "", appointment.Home, ""
	held.At.Day, held.Starts, held.Ends = "2026-12-29", starts.AddDate(0, 0, -21), starts.AddDate(0, 0, -21).Add(time.Hour)
	over := appointment.Appointment{ID: "over", Episode: "n", Regime: "none", No: 1, State: appointment.Held, Counted: true, PlaceKind: appointment.Agreed, DayPart: "weekend"}
	slot := appointment.Slot{ID: "slot", Episode: "e", Worker: own, PlaceKind: appointment.Office, Place: organization.PlaceID(office), At: clockAt("2027-01-22", "18:45"), Minutes: 60,
		Starts: starts.AddDate(0, 0, 3)}
	message := outgoing.Message{ID: "message", Person: "p", Episode: "e", Meeting: "booked", Kind: outgoing.Reminder, Channel: "sms", State: outgoing.Queued,
		RunAt: time.Date(2027, 1, 18, 15, 0, 0, 0, time.UTC), Until: starts}
	timely{meetings: []appointment.Appointment{held, over, booked}, slot: slot, message: message}.each(h)
	if sent, err := h.tx.Outgoing(h.ctx, "sent"); err != nil || sent.Day != "2027-01-05" || !sent.RunAt.IsZero() {
		h.t.Errorf("got %+v, %v, want the day it left", sent, err)
	}
	if day, err := h.tx.Entry(h.ctx, "paid"); err != nil || day != "2027-01-05" {
		h.t.Errorf("got %s, %v, want the day of the entry", day, err)
	}
	for id, minutes := range map[episode.ID]int{"e": 13155, "n": -1} {
		if e, err := h.tx.Episode(h.ctx, id); err != nil || e.Wait != minutes {
			h.t.Errorf("got %+v, %v, want a wait of %d minutes", e, err, minutes)
		}
	}
	h.cells("two workers' hour", 8)
	var marks int
	h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM room_cell WHERE appointment_id = 'booked'").Scan(&marks))
	if marks != 4 {
		h.t.Errorf("got %d quarters of no room, want 4: a meeting from before there were rooms looks like any other", marks)
	}
	shown, err := h.tx.Calendar(h.ctx, by(own), held.Starts, slot.Starts, north)
	if err != nil || len(shown) != 2 || shown[0].ID != "held" || shown[1].ID != "booked" {
		h.t.Errorf("got %+v, %v, want the held and the booked one", shown, err)
	}
	busy, err := h.tx.Busy(h.ctx, []access.AccountID{colleague}, starts, starts.Add(time.Hour))
	if err != nil || len(busy) != 1 || busy[0].PlaceID != office {
		h.t.Errorf("got %+v, %v, want the second worker busy", busy, err)
	}
	var jobs int
	h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM job").Scan(&jobs))
	if jobs != 1 {
		h.t.Errorf("%d jobs are left, want the one that tells no hour of a meeting", jobs)
	}
}

// lastOpen is the last schema in which they did.
const lastOpen = 16

// before is a house of a schema in which times stood in the open.
func before(t *testing.T, driver string) storage.Options {
	t.Helper()
	return beforeOf(t, driver, lastOpen, func(storage.Options) []string { return asItWas })
}

// beforeOf is a house of a former schema with rows.
func beforeOf(t *testing.T, driver string, schema int64, rows func(o storage.Options) []string) storage.Options {
	t.Helper()
	o := storagetest.Options(t, driver)
	if driver == "sqlite" {
		dir := t.TempDir()
		o.Path, o.KeysPath = filepath.Join(dir, "house.db"), filepath.Join(dir, "keys.db")
	} else {
		for _, address := range []*string{&o.URL, &o.KeysURL} { // a namespace beside the tables that are there
			db, err := sql.Open("pgx", *address)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), "CREATE SCHEMA before"); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if _, err := db.Exec("DROP SCHEMA before CASCADE"); err != nil {
					t.Error(err)
				}
				db.Close()
			})
			*address += map[bool]string{true: "&", false: "?"}[strings.Contains(*address, "?")] + "search_path=before"
		}
	}
	raw, err := storage.MakeRaw(t.Context(), o, storage.House, schema)
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	db := within(t, o)
	for _, q := range rows(o) {
		var args []any
		if strings.Contains(q, "$1") {
			args = []any{[]byte("x"), []byte("y")}[:strings.Count(q, "$2")+1]
		}
		q = strings.ReplaceAll(q, "EMPTY", map[string]string{"sqlite": "x''", "postgres": "''::bytea"}[driver])
		if _, err := db.ExecContext(t.Context(), q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

func within(t *testing.T, o storage.Options) *sql.DB {
	t.Helper()
	driver, at := "sqlite", o.Path
	if o.Driver == "postgres" {
		driver, at = "pgx", o.URL
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func files(o storage.Options) []string {
	if o.Driver == "postgres" {
		return nil
	}
	return []string{o.Path, o.KeysPath}
}
