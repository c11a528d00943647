package storage

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/pressly/goose/v3"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
)

// Migration 18 seals the days that tell of visits without being a visit's own: of what was looked at and changed, of an
// episode's beginning and end, of what was agreed (decision 0057). It goes as migration 17 does.

const daysSchema = 18

func sealDaysStep(driver string, make timesMaker, ran *bool) *goose.Migration {
	return goose.NewGoMigration(daysSchema, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		*ran = true
		return clean(sealing{ctx, tx, driver, make, "0018_days"}.days())
	}}, nil)
}

func (s sealing) days() error {
	b := bounds{}
	return s.between([]string{"audit", "audit_day", "episode", "safe_contact", "ending", "commitment", "commitment_period", "joint_party", "joint_hold", "emergency"},
		[]string{"audit_day_account", "episode_erase", "safe_contact_last_day", "ending_day"},
		func() error { return s.looks(b) }, func() error { return s.lookDays(b) }, s.episodes, s.contacts, s.endings, s.commitments, s.periods,
		s.parties, s.holds, s.emergencies, s.counters)
}

// put seals words for a row and keeps the box by a query whose $1 is the row's id and whose $2 is the box.
func (s sealing) put(query, column, id string, words []string, more ...any) error {
	k, err := s.make()
	if err != nil {
		return err
	}
	return s.exec(query, append([]any{id, k.box(sealedAt(column, id), marked(words)...)}, more...)...)
}

// places numbers the rows of a query, by its order. Rows of one day are in the order of their ids, which are random.
func (s sealing) places(query string) (map[string]int, error) {
	found, err := s.tx.QueryContext(s.ctx, query)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	out := map[string]int{}
	for found.Next() {
		var id string
		if err := found.Scan(&id); err != nil {
			return nil, cleanScan(err)
		}
		out[id] = len(out) + 1
	}
	return out, found.Err()
}

// bounds are the first and the last place of each day's entries.
type bounds map[string][2]int

func (b bounds) add(day string, no int) {
	was, ok := b[day]
	if !ok {
		was[0] = no
	}
	b[day] = [2]int{min(was[0], no), max(was[1], no)}
}

const ofMonths = "EXISTS (SELECT 1 FROM episode e WHERE e.id = audit.object_id AND e.regime IN ('none', 'anonymous'))"

func (s sealing) looks(b bounds) error {
	places, err := s.places("SELECT id FROM audit WHERE NOT " + ofMonths + " ORDER BY day, id")
	if err != nil {
		return err
	}
	return s.each("a.id, a.day, a.account_id, a.action, a.kind, a.object_id", "audit a", "a.id", func(id string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		e := audit.Entry{ID: id, Day: calendar.Date(w[0]), Account: access.AccountID(w[1]), Action: w[2], Kind: access.Kind(w[3]), Object: w[4]}
		month := ""
		if places[id] == 0 {
			month = e.Day.Month()
		} else {
			b.add(w[0], places[id])
		}
		return s.exec("UPDATE audit SET times = $2, mark = $3, month = $4, no = $5 WHERE id = $1", id, sealLook(k, e, month), k.look(e), month, places[id])
	})
}

func (s sealing) lookDays(b bounds) error {
	places, err := s.places("SELECT day FROM audit_day ORDER BY day")
	if err != nil {
		return err
	}
	return s.each("a.day, a.entries", "audit_day a", "a.day", func(day string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(w[0])
		if err != nil {
			return errors.New("a count came as a word")
		}
		d := auditDay{Day: audit.Day{Day: calendar.Date(day), Entries: n}, no: places[day], first: b[day][0], last: b[day][1]}
		return s.exec("UPDATE audit_day SET no = $2, times = $3 WHERE day = $1", day, d.no, sealAuditDay(k, d))
	})
}

func (s sealing) episodes() error {
	places, err := s.places("SELECT id FROM episode ORDER BY opened, id")
	if err != nil {
		return err
	}
	return s.each("a.id, a.opened, a.closed, a.erase_on, a.decision_day, a.contacted, a.wait", "episode a", "a.id", func(id string, w []string) error {
		if w[5] != "" {
			k, err := s.make()
			if err != nil {
				return err
			}
			waited, err := k.words(sealedAt("episode.wait", id), []byte(w[5]))
			if err != nil {
				return err
			}
			w[5] = waited[0]
		}
		return s.put("UPDATE episode SET times = $2, no = $3 WHERE id = $1", "episode.times", id, w, places[id])
	})
}

func (s sealing) contacts() error {
	return s.each("a.person_id, a.asked, a.last_day, a.replied", "safe_contact a", "a.person_id", func(id string, w []string) error {
		return s.put("UPDATE safe_contact SET times = $2, reply = $3 WHERE person_id = $1", "safe_contact.times", id, w, flag(w[2] != ""))
	})
}

func (s sealing) endings() error {
	return s.each("a.episode_id, a.day", "ending a", "a.episode_id", func(id string, w []string) error {
		if w[0] == "" {
			return nil
		}
		return s.put("UPDATE ending SET times = $2 WHERE episode_id = $1", "ending.times", id, w)
	})
}

func (s sealing) commitments() error {
	return s.each("a.episode_id, a.recorded, a.agreed", "commitment a", "a.episode_id", func(id string, w []string) error {
		return s.put("UPDATE commitment SET times = $2 WHERE episode_id = $1", "commitment.times", id, w)
	})
}

func (s sealing) periods() error {
	n, last := 0, ""
	return s.each("a.episode_id || ' ' || a.first_day, a.episode_id, a.first_day, a.last_day, a.recorded", "commitment_period a", "a.episode_id || ' ' || a.first_day",
		func(_ string, w []string) error {
			k, err := s.make()
			if err != nil {
				return err
			}
			if n++; w[0] != last {
				n, last = 1, w[0]
			}
			p := commitment.Period{First: calendar.Date(w[1]), Last: calendar.Date(w[2]), Recorded: calendar.Date(w[3])}
			return s.exec("UPDATE commitment_period SET no = $3, mark = $4, times = $5 WHERE episode_id = $1 AND first_day = $2", w[0], w[1], n,
				k.period(w[0], p.First), sealPeriod(k, w[0], n, p))
		})
}

func (s sealing) parties() error {
	return s.each("a.id, a.wish_day, a.word_until", "joint_party a", "a.id", func(id string, w []string) error {
		for i, column := range []string{"wish", "word_times"} {
			if w[i] == "" {
				continue
			}
			if err := s.put("UPDATE joint_party SET "+column+" = $2 WHERE id = $1", "joint_party."+column, id, w[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s sealing) holds() error {
	return s.each("a.appointment_id, a.shows", "joint_hold a", "a.appointment_id", func(id string, w []string) error {
		return s.put("UPDATE joint_hold SET times = $2 WHERE appointment_id = $1", "joint_hold.times", id, w)
	})
}

func (s sealing) emergencies() error {
	return s.each("a.id, a.day, a.until", "emergency a", "a.id", func(id string, w []string) error {
		return s.put("UPDATE emergency SET times = $2 WHERE id = $1", "emergency.times", id, w)
	})
}

// counters go on after the last place that was given. SQLite looks at its rows instead.
func (s sealing) counters() error {
	if s.driver == "sqlite" {
		return nil
	}
	for _, c := range counters {
		if err := s.exec(c); err != nil {
			return err
		}
	}
	return nil
}

// counters bring PostgreSQL's counters to the rows that are there.
var counters = []string{
	"SELECT setval('audit_no', coalesce((SELECT max(no) FROM audit), 0) + 1, false)",
	"SELECT setval('episode_no', coalesce((SELECT max(no) FROM episode), 0) + 1, false)",
}
