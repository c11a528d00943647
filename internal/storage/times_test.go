package storage_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// timely are meetings in every state, an offered time and messages, as they were put in.
type timely struct {
	meetings []appointment.Appointment
	slot     appointment.Slot
	message  outgoing.Message
}

func (h house) timely() (is timely) {
	e := h.episode("Salla", "goals")
	h.put(visit(e, 1, clockAt("2027-01-04", "09:15")))
	states := map[string]string{"2026-12-29": appointment.Held, "2027-01-05": appointment.Missed, "2027-01-19": appointment.Booked, "2027-01-21": appointment.OnHold}
	no := 1
	for _, day := range []string{"2026-12-29", "2027-01-05", "2027-01-19", "2027-01-21"} {
		no++
		a := visit(e, no, clockAt(day, "18:45"))
		a.PlaceKind, a.PlaceID, a.Place = appointment.Office, office, seal.Text{}
		a.State = states[day]
		a.Counted = a.State == appointment.Held || a.State == appointment.Missed
		is.meetings = append(is.meetings, h.put(a))
	}
	is.slot = appointment.Slot{ID: "slot-1", Episode: e.ID, Worker: own, PlaceKind: appointment.Office, Place: office, At: clockAt("2027-01-22", "18:45"),
		Minutes: 60, Starts: time.Date(2027, 1, 22, 16, 45, 0, 0, time.UTC)}
	h.must(h.tx.PutSlot(h.ctx, is.slot))
	is.message = outgoing.Message{ID: "message-1", Person: e.Person, Episode: e.ID, Meeting: string(is.meetings[2].ID), Kind: outgoing.Reminder, Channel: "sms",
		State: outgoing.Queued, RunAt: time.Date(2027, 1, 18, 15, 0, 0, 0, time.UTC), Until: is.meetings[2].Starts}
	h.must(h.tx.PutOutgoing(h.ctx, is.message))
	return is
}

// each looks whether each came back as it was put.
func (is timely) each(h house) {
	h.t.Helper()
	for _, a := range is.meetings {
		if back, err := h.tx.Appointment(h.ctx, a.ID); err != nil || !reflect.DeepEqual(back, a) {
			h.t.Errorf("got %+v, %v, want %+v", back, err, a)
		}
	}
	if back, err := h.tx.Slot(h.ctx, is.slot.ID); err != nil || back != is.slot {
		h.t.Errorf("got %+v, %v, want %+v", back, err, is.slot)
	}
	if back, err := h.tx.Outgoing(h.ctx, is.message.ID); err != nil || back != is.message {
		h.t.Errorf("got %+v, %v, want %+v", back, err, is.message)
	}
}

// same looks whether all came back, and is found.
func (is timely) same(h house) {
	h.t.Helper()
	is.each(h)
	shown, err := h.tx.Calendar(h.ctx, by(own), is.meetings[0].Starts, is.slot.Starts, north)
	days := []calendar.Date{}
	for _, e := range shown {
		if e.At.Clock == "18:45" {
			days = append(days, e.At.Day)
		}
	}
	if want := []calendar.Date{"2026-12-29", "2027-01-05", "2027-01-19", "2027-01-21"}; err != nil || !slices.Equal(days, want) {
		h.t.Errorf("the calendar has %v, %v, want %v", days, err, want)
	}
	busy, err := h.tx.Busy(h.ctx, []access.AccountID{own}, is.meetings[2].Starts, is.meetings[3].Ends)
	if err != nil || len(busy) != 1 || busy[0].PlaceID != office {
		h.t.Errorf("got %+v, %v, want one busy stretch at the office", busy, err)
	}
}

// spoken are the words by which one of them could be found on a disk.
var spoken = []string{"2026-12-29", "2027-01-05", "2027-01-19", "2027-01-21", "2027-01-22", "2027-01-18", "18:45", "16:45", "T15:00"}

// No file, page or row has a word of when a meeting is, was, or is offered, nor of when it is reminded of (decision 0050).
func TestTimesAreOnNoDisk(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		inside := storagetest.Look(t, db)
		if _, err := inside.House.ExecContext(t.Context(), map[string]string{"sqlite": "SELECT 1", "postgres": "VACUUM (FULL)"}[inside.Driver]); err != nil {
			t.Fatal(err) // what earlier tests have deleted in the same database
		}
		in(t, db, func(h house) { is := h.timely(); is.same(h) })
		tellNothing(t, inside.House, inside.Files)
		for table, n := range map[string]int{"appointment": 5, "slot": 1, "outgoing": 1} {
			if got := inside.Word("SELECT CAST(count(DISTINCT times) AS TEXT) FROM " + table + " WHERE length(times) = 188"); got != string(rune('0'+n)) {
				t.Errorf("%s has %s boxes of the one size, want %d that differ", table, got, n)
			}
		}
		// Of all that is told in the open, nothing sets two meetings of one worker and day beside each other.
		if n := inside.Word("SELECT CAST(count(*) AS TEXT) FROM appointment WHERE state IN ('booked', 'on-hold') AND month IS NOT NULL"); n != "0" {
			t.Errorf("%s meetings to come have the mark of their month", n)
		}
		var marks int
		in(t, db, func(h house) {
			h.must(h.tx.Row(h.ctx, "SELECT count(DISTINCT month) FROM appointment WHERE month IS NOT NULL").Scan(&marks))
		})
		if marks != 2 {
			t.Errorf("got %d marks of months, want one of December and one of January", marks)
		}
	})
}

// tellNothing looks through files, or through the pages of PostgreSQL's tables and indexes.
func tellNothing(t *testing.T, db *sql.DB, files []string) {
	t.Helper()
	tellNone(t, db, files, spoken)
}

func tellNone(t *testing.T, db *sql.DB, files []string, spoken []string) {
	t.Helper()
	held := map[string][]byte{}
	for _, f := range files {
		for _, name := range []string{f, f + "-wal"} {
			text, err := os.ReadFile(name)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			held[filepath.Base(name)] = text
		}
	}
	if len(files) == 0 {
		pages(t, db, held)
	}
	if len(held) == 0 {
		t.Fatal("nothing was looked through")
	}
	for where, text := range held {
		for _, word := range spoken {
			for _, form := range []string{word, strings.ReplaceAll(word, "-", "")} {
				if bytes.Contains(text, []byte(form)) {
					t.Errorf("%s holds %q", where, form)
				}
			}
		}
	}
}

func pages(t *testing.T, db *sql.DB, held map[string][]byte) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), "CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	rows, err := db.QueryContext(t.Context(), `SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class
		WHERE relkind IN ('r', 'i', 't') AND relnamespace = current_schema()::regnamespace AND relname !~ '^goose'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var file []byte
		if err := rows.Scan(&name, &file); err != nil {
			t.Fatal(err)
		}
		held[name] = file
	}
}

// A changed master key wraps the key of times with the others, the sweep never takes it for one that nobody uses, and a
// house whose keys are another's says so before it opens.
func TestKeyOfTimes(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			clock := storagetest.NewClock()
			o.Now = clock.Now
			db := opened(t, o)
			var is timely
			in(t, db, func(h house) { furnish(h); is = h.timely() })
			ctx := t.Context()
			if _, err := db.KeysDB().ExecContext(ctx, "UPDATE subject_key SET made = '2020-01-01'"); err != nil {
				t.Fatal(err)
			}
			if err := db.SweepKeys(ctx); err != nil {
				t.Fatal(err)
			}
			shut(t, db)
			next, err := o.Keyring.Next(seal.NewMaster())
			if err != nil {
				t.Fatal(err)
			}
			for try := 0; try == 0 || try < 10 && errors.Is(err, storage.ErrInUse); try++ { // the server may still be closing a connection
				_, err = storage.ChangeMaster(ctx, o, next)
			}
			if err != nil {
				t.Fatal(err)
			}
			o.Keyring = next
			db = opened(t, o)
			in(t, db, func(h house) { is.same(h) })
			if _, err := db.KeysDB().ExecContext(ctx, "DELETE FROM subject_key WHERE id = $1", storage.TimesKey); err != nil {
				t.Fatal(err)
			}
			shut(t, db)
			for _, what := range []string{"without the key", "with another"} {
				if db, err := storage.Open(ctx, o); !errors.Is(err, storage.ErrKeysApart) {
					t.Errorf("%s: got %v, want it told that the keys are apart", what, err)
					if err == nil {
						shut(t, db)
					}
				}
				inKeys(t, o, "INSERT INTO subject_key (id, wrapped, made) VALUES ($1, $2, '')", storage.TimesKey, next.Wrap(storage.TimesKey, seal.NewKey()))
			}
		})
	}
}

// inKeys writes into the keys' store, which nobody has open.
func inKeys(t *testing.T, o storage.Options, query string, args ...any) {
	t.Helper()
	driver, at := "sqlite", o.KeysPath
	if o.Driver == "postgres" {
		driver, at = "pgx", o.KeysURL
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.ExecContext(context.Background(), "DELETE FROM subject_key WHERE id = $1", storage.TimesKey)
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func shut(t *testing.T, db *storage.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
