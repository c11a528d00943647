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
	return s.between([]string{"audit", "audit_day", "episode", "safe_contact", "ending", "commitment", "commitment_period", "joint_party", "joint_hold", "emergency", "outing"},
		[]string{"audit_day_account", "episode_erase", "safe_contact_last_day", "ending_day", "outing_appointment"},
		s.looks, s.lookDays, s.episodes, s.contacts, s.endings, s.commitments, s.periods,
		s.parties, s.holds, s.emergencies, s.outings)
}

// put seals words for a row and keeps the box by a query whose $1 is the row's id and whose $2 is the box.
func (s sealing) put(query, column, id string, words []string, more ...any) error {
	k, err := s.make()
	if err != nil {
		return err
	}
	return s.exec(query, append([]any{id, k.box(sealedAt(column, id), marked(words)...)}, more...)...)
}

func (s sealing) looks() error {
	return s.each("a.id, a.day, a.account_id, a.action, a.kind, a.object_id, e.regime", "audit a LEFT JOIN episode e ON e.id = a.object_id AND a.kind = 'episode'", "a.id",
		func(id string, w []string) error {
			k, err := s.make()
			if err != nil {
				return err
			}
			e := audit.Entry{ID: id, Day: calendar.Date(w[0]), Account: access.AccountID(w[1]), Action: w[2], Kind: access.Kind(w[3]), Object: w[4]}
			return s.exec("UPDATE audit SET times = $2, mark = $3, month = $4 WHERE id = $1", id, sealLook(k, e, audit.ByMonth(w[5])), k.look(e), e.Day.Month())
		})
}

func (s sealing) lookDays() error {
	no := 0
	return s.each("a.day, a.entries", "audit_day a", "a.day", func(day string, w []string) error {
		k, err := s.make()
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(w[0])
		if err != nil {
			return errors.New("a count came as a word")
		}
		no++
		return s.exec("UPDATE audit_day SET no = $2, times = $3 WHERE day = $1", day, no, sealAuditDay(k, auditDay{audit.Day{Day: calendar.Date(day), Entries: n}, no}))
	})
}

func (s sealing) episodes() error {
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
		return s.put("UPDATE episode SET times = $2, month = $3 WHERE id = $1", "episode.times", id, w, calendar.Date(w[0]).Month())
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

func (s sealing) outings() error {
	return s.each("a.account_id, a.appointment_id", "outing a", "a.account_id", func(id string, w []string) error {
		return s.put("UPDATE outing SET meeting = $2 WHERE account_id = $1", "outing.meeting", id, w)
	})
}
