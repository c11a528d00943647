package storage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// When and where meetings are stands in the database under a seal, so that whoever takes the disk cannot wait at the door
// (decision 0050). One key of the house seals the times of all: calendars open many at once. It lies wrapped among the
// subjects' keys, so that a change of the master key wraps it anew and no former master key opens a time. What must be held
// apart or found without being opened has keyed marks beside it.

// TimesKey is the name of the house's key of times in the keys' store.
const TimesKey = "times"

// timesSize is what every box of times holds, filled up: its size tells nothing.
const timesSize = 160

// ErrKeysApart says that the keys' store is not the one this house was kept with.
var ErrKeysApart = errors.New("these keys do not open the times of this house's meetings: they are another house's, or older than the house")

// timesSeal seals times, and makes the marks.
type timesSeal struct {
	key   *seal.Key
	marks *seal.Marker
}

func newTimesSeal(key *seal.Key) *timesSeal { return &timesSeal{key, key.Marker()} }

// times is all that tells when and where a meeting is, was or may be.
type times struct {
	at      calendar.Local
	minutes int
	starts  time.Time
	kind    string // of place
	place   organization.PlaceID
	room    organization.RoomID // of the office, where it lists rooms
}

func (t times) ends() time.Time { return t.starts.Add(time.Duration(t.minutes) * time.Minute) }

// within tells whether it goes on between two instants.
func (t times) within(from, to time.Time) bool { return t.starts.Before(to) && t.ends().After(from) }

// box seals words for a row, all boxes being of one size.
func (s *timesSeal) box(place string, words ...string) []byte {
	plain := strings.Join(words, " ")
	if len(plain) > timesSize {
		panic("storage: a time does not fit into its box") // ids and names of zones are far shorter
	}
	return s.key.Seal(place, append([]byte(plain), bytes.Repeat([]byte{' '}, timesSize-len(plain))...))
}

// words opens what box sealed.
func (s *timesSeal) words(place string, box []byte) ([]string, error) {
	plain, err := s.key.Open(place, box)
	if err != nil {
		return nil, fmt.Errorf("open times: %w", err)
	}
	return strings.Split(strings.TrimRight(string(plain), " "), " "), nil
}

func (s *timesSeal) seal(place string, t times) []byte {
	return s.box(place, string(t.at.Day), string(t.at.Clock), t.at.Zone, strconv.Itoa(t.minutes), strconv.FormatInt(t.starts.UnixMilli(), 10),
		t.kind, string(t.place), string(t.room))
}

// open gives back what seal sealed. No box is no time.
func (s *timesSeal) open(place string, box []byte) (t times, err error) {
	if len(box) == 0 {
		return t, nil
	}
	w, err := s.words(place, box)
	if err != nil {
		return t, err
	}
	if len(w) < 6 {
		return t, errors.New("open times: a word is missing")
	}
	t.at = calendar.Local{Day: calendar.Date(w[0]), Clock: calendar.Clock(w[1]), Zone: w[2]}
	t.minutes, err = strconv.Atoi(w[3])
	starts, err2 := strconv.ParseInt(w[4], 10, 64)
	t.starts, t.kind = time.UnixMilli(starts).UTC(), w[5]
	if len(w) > 6 {
		t.place = organization.PlaceID(w[6])
	}
	if len(w) > 7 {
		t.room = organization.RoomID(w[7])
	}
	if err != nil || err2 != nil {
		return t, errors.New("open times: a count is none") // never the word itself
	}
	return t, nil
}

// cell is the grain in which a worker's time is given.
const cell = 15 * time.Minute

// cells are the marks of the quarters of an hour that a meeting takes of a worker. The worker is in them: two workers'
// quarters cannot be compared.
func (s *timesSeal) cells(worker access.AccountID, t times) (marks [][]byte) {
	for _, at := range t.quarters() {
		marks = append(marks, s.marks.Mark("cell", string(worker)+" "+at))
	}
	return marks
}

// quarters are the quarters of an hour that a meeting touches, as stamps.
func (t times) quarters() (all []string) {
	for at := t.starts.UTC().Truncate(cell); at.Before(t.ends()); at = at.Add(cell) {
		all = append(all, calendar.Stamp(at))
	}
	return all
}

// month is the mark of a unit's month, by which meetings that are over are found again. A finer one would give their days
// away: the visits of many ways, put in order, are a calendar.
func (s *timesSeal) month(unit string, day calendar.Date) []byte {
	return s.marks.Mark("month", unit+" "+string(day)[:7])
}

// slot is the mark of an offered time: the same is not offered twice.
func (s *timesSeal) slot(to, worker string, starts time.Time) []byte {
	return s.marks.Mark("slot", to+" "+worker+" "+calendar.Stamp(starts))
}

// times finds the key of times. wanted makes it where there is none yet, durable before it is used; otherwise none is nil.
func (s *keyStore) times(ctx context.Context, wanted bool) (*timesSeal, error) {
	if k := s.houseKey.Load(); k != nil {
		return k, nil
	}
	for {
		var wrapped []byte
		err := s.db.QueryRowContext(ctx, "SELECT wrapped FROM subject_key WHERE id = $1", TimesKey).Scan(&wrapped)
		if errors.Is(err, sql.ErrNoRows) {
			if !wanted {
				return nil, nil
			}
			_, err = s.db.ExecContext(ctx, "INSERT INTO subject_key (id, wrapped, made) VALUES ($1, $2, '') ON CONFLICT (id) DO NOTHING",
				TimesKey, s.ring.Wrap(TimesKey, seal.NewKey()))
			if err == nil {
				continue // of two that come at once one has made it
			}
		}
		if err != nil {
			return nil, fmt.Errorf("find the key of times: %w", clean(err))
		}
		key, err := s.ring.Unwrap(TimesKey, wrapped)
		if err != nil {
			return nil, ErrWrongMaster
		}
		s.houseKey.Store(newTimesSeal(key))
		return s.houseKey.Load(), nil
	}
}

// maker makes the key for a schema that seals what stood in the open.
func (s *keyStore) maker(ctx context.Context) timesMaker {
	return func() (*timesSeal, error) { return s.times(ctx, true) }
}

// timesSeal is what seals and opens the times of this house.
func (tx *Tx) timesSeal() (*timesSeal, error) {
	if k := tx.db.keys.houseKey.Load(); k != nil {
		return k, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return tx.db.keys.times(ctx, true)
}

// openBox opens a meeting's or an offered time.
func (tx *Tx) openBox(place string, box []byte) (times, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return times{}, err
	}
	return s.open(place, box)
}

// timesOpen tells by ErrKeysApart that what the house has sealed of times does not open: better at the start than on a page.
func (db *DB) timesOpen(ctx context.Context) error {
	return db.View(ctx, func(tx *Tx) error {
		for table, id := range map[string]string{"appointment": "id", "slot": "id", "outgoing": "id", "buyer_entry": "appointment_id", "episode": "id", "audit": "id"} {
			some, err := many(ctx, tx, scanBox, "SELECT "+id+", times FROM "+table+" WHERE times IS NOT NULL LIMIT 1")
			if err != nil {
				return err
			}
			for _, b := range some {
				s, err := db.keys.times(ctx, false)
				if err == nil && s != nil {
					_, err = s.words(sealedAt(table+".times", b.id), b.box)
				}
				if err != nil || s == nil {
					return ErrKeysApart
				}
			}
		}
		return nil
	})
}

// boxed is a row's id and its box of times.
type boxed struct {
	id  string
	box []byte
}

func scanBox(r scanner) (b boxed, err error) { return b, r.Scan(&b.id, &b.box) }
