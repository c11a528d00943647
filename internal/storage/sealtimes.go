package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
)

// Migration 17 seals the times that stood in the open (decision 0050). SQL cannot seal, so this is the one step of a schema
// that is written in Go: first.sql makes room, the rows are sealed one by one, second.sql lets go of the former columns, all
// in one transaction.

const timesSchema = 17

// timesMaker gives the key of times when there is a row to be sealed: an empty store is left without one.
type timesMaker func() (*timesSeal, error)

// sealing is one run of the step.
type sealing struct {
	ctx    context.Context
	tx     *sql.Tx
	driver string
	make   timesMaker
	folder string // of its two files
}

func sealTimesStep(driver string, make timesMaker, ran *bool) *goose.Migration {
	return goose.NewGoMigration(timesSchema, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		*ran = true
		return clean(sealing{ctx, tx, driver, make, "0017_times"}.run())
	}}, nil)
}

func (s sealing) run() error {
	return s.between([]string{"appointment", "booking_cell", "slot", "outgoing", "buyer_entry"},
		[]string{"appointment_worker", "appointment_state", "appointment_starts", "slot_starts", "outgoing_due", "outgoing_until"},
		s.appointments, s.slots, s.messages, s.entries, s.waits)
}

// between runs the steps between the two files. SQLite builds the tables anew; the indexes that went with their columns are gone.
func (s sealing) between(tables, gone []string, steps ...func() error) error {
	others, err := s.othersParts(tables)
	if err != nil {
		return err
	}
	steps = slices.Concat([]func() error{func() error { return s.file("first") }}, steps, []func() error{func() error { return s.file("second") }})
	if s.driver == "sqlite" { // references to the tables hold by their names
		steps = slices.Concat([]func() error{func() error { return s.exec("PRAGMA legacy_alter_table = ON") }}, steps,
			[]func() error{func() error { return s.putBack(others, gone) }, func() error { return s.exec("PRAGMA legacy_alter_table = OFF") }})
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s sealing) exec(query string, args ...any) error {
	_, err := s.tx.ExecContext(s.ctx, query, args...)
	return err
}

func (s sealing) file(name string) error {
	text, err := migrations.ReadFile("migrations/" + s.driver + "/" + s.folder + "/" + name + ".sql")
	if err != nil {
		return err
	}
	return s.exec(string(text))
}

// each calls do with every row of a query, of which the first column is its id, a part at a time: no cursor is open while do
// writes.
func (s sealing) each(columns, from, where string, do func(id string, row []string) error) error {
	n := strings.Count(columns, ",") + 1
	for last := ""; ; {
		found, err := s.tx.QueryContext(s.ctx, "SELECT "+columns+" FROM "+from+" WHERE "+where+" > $1 ORDER BY "+where+" LIMIT 500", last)
		if err != nil {
			return err
		}
		var part [][]string
		for found.Next() {
			row, into := make([]sql.NullString, n), make([]any, n)
			for i := range row {
				into[i] = &row[i]
			}
			if err := found.Scan(into...); err != nil {
				return errors.Join(cleanScan(err), found.Close())
			}
			words := make([]string, n)
			for i := range row {
				words[i] = row[i].String
			}
			part = append(part, words)
		}
		if err := errors.Join(found.Err(), found.Close()); err != nil {
			return err
		}
		for _, row := range part {
			if err := do(row[0], row[1:]); err != nil {
				return err
			}
		}
		if len(part) == 0 {
			return nil
		}
		last = part[len(part)-1][0]
	}
}

// timesOfRow are day, clock, zone, minutes, starts, kind of place and office as they stood in the open.
func timesOfRow(w []string) (t times, err error) {
	t.at = calendar.Local{Day: calendar.Date(w[0]), Clock: calendar.Clock(w[1]), Zone: w[2]}
	if _, err := fmt.Sscan(w[3], &t.minutes); err != nil {
		return t, errors.New("a meeting has no length")
	}
	t.kind, t.place = w[5], organization.PlaceID(w[6])
	t.starts, err = calendar.ParseStamp(w[4])
	return t, err
}

const formerTimes = "a.day, a.clock, a.zone, a.minutes, a.starts, a.place_kind, a.place_id"

func (s sealing) appointments() error {
	return s.each("a.id, "+formerTimes+", a.state, a.worker_id, a.second_id, e.unit_id", "appointment a JOIN episode e ON e.id = a.episode_id", "a.id",
		func(id string, w []string) error {
			var box, month []byte
			coming := w[7] == "booked" || w[7] == "on-hold"
			if w[4] != "" {
				k, err := s.make()
				if err != nil {
					return err
				}
				t, err := timesOfRow(w)
				if err != nil {
					return err
				}
				box = k.seal(sealedAt("appointment.times", id), t)
				if !coming {
					month = k.month(w[10], t.at.Day)
				}
				if err := s.putAppointment(id, coming, box, month); err != nil || w[7] != "booked" {
					return err
				}
				return s.putCells(id, k, t, w[8], w[9])
			}
			return s.putAppointment(id, coming, nil, nil)
		})
}

const movedAppointment = `INSERT INTO appointment_new (id, episode_id, visit_limit, regime, visit_no, state, counted, cancelled_by, worker_id, place_kind, place, day_part,
		sequence, second_id, participants, times, month)
	SELECT id, episode_id, visit_limit, regime, visit_no, state, counted, cancelled_by, worker_id, CASE WHEN $2 = 1 THEN '' ELSE place_kind END, place,
		CASE WHEN $2 = 1 THEN '' ELSE day_part END, sequence, second_id, participants, $3, $4 FROM appointment WHERE id = $1`

func (s sealing) putAppointment(id string, coming bool, box, month []byte) error {
	if s.driver == "sqlite" {
		return s.exec(movedAppointment, id, flag(coming), nullBytes(box), nullBytes(month))
	}
	return s.exec("UPDATE appointment SET place_kind = CASE WHEN $2 THEN '' ELSE place_kind END, day_part = CASE WHEN $2 THEN '' ELSE day_part END, "+
		"times = $3, month = $4 WHERE id = $1", id, coming, nullBytes(box), nullBytes(month))
}

func (s sealing) putCells(id string, k *timesSeal, t times, workers ...string) error {
	table := map[string]string{"sqlite": "booking_cell_new", "postgres": "booking_cell"}[s.driver]
	for _, w := range workers {
		if w == "" {
			continue
		}
		for _, mark := range k.cells(access.AccountID(w), t) {
			if err := s.exec("INSERT INTO "+table+" (worker_id, cell, appointment_id) VALUES ($1, $2, $3)", w, mark, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s sealing) slots() error {
	return s.each("a.id, "+formerTimes+", a.request_id, a.episode_id, a.worker_id", "slot a", "a.id", func(id string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		t, err := timesOfRow(w)
		if err != nil {
			return err
		}
		query := "UPDATE slot SET times = $2, mark = $3 WHERE id = $1"
		if s.driver == "sqlite" {
			query = "INSERT INTO slot_new (id, request_id, episode_id, worker_id, second_id, times, mark) SELECT id, request_id, episode_id, worker_id, second_id, $2, $3 FROM slot WHERE id = $1"
		}
		return s.exec(query, id, k.seal(sealedAt("slot.times", id), t), k.slot(w[7]+w[8], w[9], t.starts))
	})
}

func (s sealing) messages() error {
	return s.each("a.id, a.run_at, a.until, a.day", "outgoing a", "a.id", func(id string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		m := outgoing.Message{ID: outgoing.ID(id), Day: calendar.Date(w[2])}
		runAt, err := calendar.ParseStamp(w[0])
		if err != nil {
			return err
		}
		if m.Until, err = calendar.ParseStamp(w[1]); err != nil {
			return err
		}
		m.RunAt = runAt
		query := "UPDATE outgoing SET times = $2 WHERE id = $1"
		if s.driver == "sqlite" {
			query = `INSERT INTO outgoing_new (id, person_id, request_id, episode_id, appointment_id, kind, channel, state, why, attempt, times)
				SELECT id, person_id, request_id, episode_id, appointment_id, kind, channel, state, why, attempt, $2 FROM outgoing WHERE id = $1`
		}
		return s.exec(query, id, sealMessage(k, m))
	})
}

func (s sealing) entries() error {
	return s.each("a.appointment_id, a.day", "buyer_entry a", "a.appointment_id", func(id string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		query := "UPDATE buyer_entry SET times = $2 WHERE appointment_id = $1"
		if s.driver == "sqlite" {
			query = "INSERT INTO buyer_entry_new (appointment_id, episode_id, regime, times) SELECT appointment_id, episode_id, regime, $2 FROM buyer_entry WHERE appointment_id = $1"
		}
		return s.exec(query, id, k.box(sealedAt("buyer_entry.times", id), w[0]))
	})
}

func (s sealing) waits() error {
	return s.each("a.id, a.wait_minutes", "episode a", "a.id", func(id string, w []string) error {
		if w[0] == "" {
			return nil
		}
		k, err := s.make()
		if err != nil {
			return err
		}
		return s.exec("UPDATE episode SET wait = $2 WHERE id = $1", id, k.box(sealedAt("episode.wait", id), w[0]))
	})
}

// part is an index or a trigger of a table.
type part struct{ name, sql string }

// othersParts are the indexes and triggers of the tables that SQLite builds anew, whichever migration made them.
func (s sealing) othersParts(tables []string) (all []part, err error) {
	if s.driver != "sqlite" {
		return nil, nil
	}
	found, err := s.tx.QueryContext(s.ctx, `SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
		AND tbl_name IN (`+marks(1, len(tables))+`) ORDER BY name`, anys(tables)...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var p part
		if err := found.Scan(&p.name, &p.sql); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, found.Err()
}

// putBack makes those again that other migrations had put on the tables.
func (s sealing) putBack(all []part, gone []string) error {
	for _, p := range all {
		var there bool
		if err := s.tx.QueryRowContext(s.ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1)", p.name).Scan(&there); err != nil {
			return err
		}
		if there || slices.Contains(gone, p.name) {
			continue
		}
		if err := s.exec(p.sql); err != nil {
			return fmt.Errorf("put back %s: %w", p.name, err)
		}
	}
	return nil
}
