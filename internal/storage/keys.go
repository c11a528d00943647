package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/seal"
)

const (
	// A key made ahead and durable costs a new person no second sync.
	keysAhead = 256
	// A ready key that was made longer ago is not given out, and one whose user is not known by the second day after
	// is swept: between the two lies more than any transaction lasts.
	readyFor   = 12 * time.Hour
	sweptAfter = 2 // days
	keysCached = 2048
)

// keyStore keeps wrapped keys in their own database, where destroying one is erasing its subject (design 4.1).
type keyStore struct {
	db    *sql.DB
	ring  *seal.Keyring
	log   *slog.Logger
	cache *keyCache
	// The house's own key of times, once it was asked for.
	houseKey atomic.Pointer[timesSeal]
	file     *listFile // the second copy of what has ended
	// How destroyed keys leave the disk: SQLite does it at once, PostgreSQL would lock the table too long and does it
	// with the next sweep.
	wipeNow, wipeLater func(context.Context, *sql.DB) error
	unwiped            atomic.Bool // also after a start: nobody knows what a stopped program had left
	low                chan struct{}

	mu    sync.Mutex
	ready []readyKey

	stop, stopped chan struct{}
	kept          bool // keep was started
}

// readyKey is a durable key that nobody uses yet.
type readyKey struct {
	id   string
	key  *seal.Key
	made time.Time
}

func newKeyStore(db *sql.DB, ring *seal.Keyring, log *slog.Logger) *keyStore {
	s := &keyStore{
		db: db, ring: ring, log: log, cache: newKeyCache(keysCached), low: make(chan struct{}, 1),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	s.unwiped.Store(true)
	return s
}

// check tells at once when the master key is not the one that wrapped the keys here.
func (s *keyStore) check(ctx context.Context) error {
	var key string
	var wrapped []byte
	err := s.db.QueryRowContext(ctx, "SELECT id, wrapped FROM subject_key LIMIT 1").Scan(&key, &wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("keys: %w", clean(err))
	}
	if _, err := s.ring.Unwrap(key, wrapped); err != nil {
		return ErrWrongMaster
	}
	return nil
}

// keep fills the ready keys whenever they are low, until the store closes.
func (s *keyStore) keep() {
	defer close(s.stopped)
	for {
		if err := s.fill(keysAhead - s.ahead()); err != nil {
			s.log.Error("keys ahead cannot be made", "cause", err)
		}
		select {
		case <-s.low:
		case <-s.stop:
			return
		}
	}
}

func (s *keyStore) fill(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	made, err := s.make(ctx, n)
	if err != nil {
		return err
	}
	s.giveBack(made)
	return nil
}

// make makes n keys and returns once they are durable.
func (s *keyStore) make(ctx context.Context, n int) ([]readyKey, error) {
	if n <= 0 {
		return nil, nil
	}
	now := time.Now().Round(0) // the wall clock: it goes on while a laptop sleeps
	today := string(calendar.DateOf(now, time.UTC))
	made := make([]readyKey, n)
	values := make([]string, n)
	args := make([]any, 0, 3*n)
	for i := range made {
		made[i] = readyKey{id: id.New(), key: seal.NewKey(), made: now}
		values[i] = fmt.Sprintf("($%d, $%d, $%d)", 3*i+1, 3*i+2, 3*i+3)
		args = append(args, made[i].id, s.ring.Wrap(made[i].id, made[i].key), today)
	}
	_, err := s.db.ExecContext(ctx, "INSERT INTO subject_key (id, wrapped, made) VALUES "+strings.Join(values, ", "), args...)
	if err != nil {
		return nil, fmt.Errorf("make keys: %w", clean(err))
	}
	return made, nil
}

// take gives a ready key, or makes a few when there is none.
func (s *keyStore) take() (readyKey, error) {
	k, ok := s.next()
	if !ok {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		made, err := s.make(ctx, 8)
		if err != nil {
			return readyKey{}, err
		}
		k = made[0]
		s.giveBack(made[1:])
	}
	_, round := s.cache.get(k.id)
	s.cache.put(k.id, k.key, round)
	return k, nil
}

// next is a ready key that is not too old. Those made last come last, so that none waits for ever.
func (s *keyStore) next() (k readyKey, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := time.Now().Round(0).Add(-readyFor)
	for !ok && len(s.ready) > 0 {
		k, s.ready = s.ready[0], s.ready[1:]
		ok = k.made.After(old)
	}
	if len(s.ready) < keysAhead/2 {
		s.ask()
	}
	return k, ok
}

func (s *keyStore) ahead() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ready)
}

func (s *keyStore) ask() {
	select {
	case s.low <- struct{}{}:
	default:
	}
}

// giveBack readies keys for the next who needs one.
func (s *keyStore) giveBack(keys []readyKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = append(s.ready, keys...)
}

// key finds a subject's key. A destroyed one is not found, as if its subject had never been.
func (s *keyStore) key(ctx context.Context, key string) (*seal.Key, error) {
	k, round := s.cache.get(key)
	if k != nil {
		return k, nil
	}
	var wrapped []byte
	err := s.db.QueryRowContext(ctx, "SELECT wrapped FROM subject_key WHERE id = $1", key).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "not-found")
	}
	if err != nil {
		return nil, fmt.Errorf("find a key: %w", clean(err))
	}
	if k, err = s.ring.Unwrap(key, wrapped); err != nil {
		return nil, fmt.Errorf("open a key: %w", err)
	}
	s.cache.put(key, k, round)
	return k, nil
}

// destroy makes keys gone: from the table, from memory, and from the disk.
func (s *keyStore) destroy(ctx context.Context, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	for part := range chunks(keys, 400) {
		if _, err := s.db.ExecContext(ctx, "DELETE FROM subject_key WHERE id IN ("+places(len(part))+")", part...); err != nil {
			return fmt.Errorf("destroy keys: %w", clean(err))
		}
	}
	s.cache.forget(keys...)
	s.unwiped.Store(true)
	if s.wipeNow == nil {
		return nil
	}
	if err := s.wipeNow(ctx, s.db); err != nil {
		return fmt.Errorf("wipe destroyed keys: %w", clean(err))
	}
	return nil
}

// close ends the filling, drops the keys that were made ahead, and closes the store.
func (s *keyStore) close() error {
	if s.kept {
		close(s.stop)
		<-s.stopped
	}
	var unused []string
	for _, k := range s.ready {
		unused = append(unused, k.id)
	}
	var err error
	if len(unused) > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = s.destroy(ctx, unused...)
	}
	return errors.Join(err, s.db.Close())
}

// places is "$1, $2, …" for n values.
func places(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(out, ", ")
}

// chunks cuts words into lists of arguments no longer than most.
func chunks(all []string, most int) func(func([]any) bool) {
	return func(yield func([]any) bool) {
		for len(all) > 0 {
			n := min(most, len(all))
			part := make([]any, n)
			for i := range part {
				part[i] = all[i]
			}
			all = all[n:]
			if !yield(part) {
				return
			}
		}
	}
}

// place is one argument's mark.
func place(n int) string { return "$" + strconv.Itoa(n) }
