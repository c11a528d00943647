// Package storagetest runs a case on real databases: SQLite in a temporary folder, and PostgreSQL in a pair of
// databases that the test has to itself. Databases it has made on the server are used again, and dropped on another day.
package storagetest

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Drivers are the databases that storage serves. Only -short leaves PostgreSQL out where no server is named, and says so.
func Drivers(t *testing.T) []string {
	t.Helper()
	if testing.Short() && os.Getenv(Server) == "" {
		t.Logf("PostgreSQL was left out: -short, and %s is not set", Server)
		return []string{"sqlite"}
	}
	return []string{"sqlite", "postgres"}
}

// Start is what a new clock shows: a Tuesday at eleven in Helsinki.
var Start = time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)

// Clock stands until it is turned.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock shows Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now is the instant it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set turns it to an instant.
func (c *Clock) Set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to
}

// Add turns it forward.
func (c *Clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// Each runs a case on SQLite and on PostgreSQL, one after the other, with a clock that stands at Start.
func Each(t *testing.T, run func(t *testing.T, db *storage.DB)) {
	t.Helper()
	EachWithClock(t, func(t *testing.T, db *storage.DB, _ *Clock) { run(t, db) })
}

// EachWithClock is Each for a case that turns the clock.
func EachWithClock(t *testing.T, run func(t *testing.T, db *storage.DB, clock *Clock)) {
	t.Helper()
	for _, driver := range Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			clock := NewClock()
			run(t, Open(t, driver, clock), clock)
		})
	}
}

// Open opens an empty database of the driver for the length of the test. The clock may be nil for one at Start.
func Open(t *testing.T, driver string, clock *Clock) *storage.DB {
	t.Helper()
	o := Options(t, driver)
	if clock == nil {
		clock = NewClock()
	}
	o.Now = clock.Now
	return OpenWith(t, o)
}

// OpenWith opens what the options say for the length of the test.
func OpenWith(t *testing.T, o storage.Options) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open %s: %v", o.Driver, err)
	}
	opened.Store(db, o)
	t.Cleanup(func() {
		opened.Delete(db)
		if err := db.Close(); err != nil {
			t.Errorf("close %s: %v", o.Driver, err)
		}
	})
	return db
}

// Options are an empty database of the driver, a new keyring, and the real clock.
func Options(t *testing.T, driver string) storage.Options {
	t.Helper()
	master := make([]byte, seal.KeySize)
	rand.Read(master)
	ring, err := seal.NewKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	o := storage.Options{Driver: driver, Keyring: ring}
	if driver == "postgres" {
		o.URL, o.KeysURL = pair(t)
		return o
	}
	dir := t.TempDir()
	o.Path, o.KeysPath = filepath.Join(dir, "rinnalla.db"), filepath.Join(dir, "keys.db")
	empty := files()
	if empty.err != nil {
		t.Fatalf("make the template files: %v", empty.err)
	}
	for path, text := range map[string][]byte{o.Path: empty.house, o.KeysPath: empty.keys} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// copies are the two files of an empty database.
type copies struct {
	house, keys []byte
	err         error
}

// files are brought up to date once, for every test to copy.
var files = sync.OnceValue(func() (c copies) {
	dir, err := os.MkdirTemp("", "rinnalla-template")
	if err != nil {
		return copies{err: err}
	}
	defer os.RemoveAll(dir)
	house, keys := filepath.Join(dir, "rinnalla.db"), filepath.Join(dir, "keys.db")
	if err := makeEmpty(storage.Options{Driver: "sqlite", Path: house, KeysPath: keys}); err != nil {
		return copies{err: err}
	}
	if c.house, c.err = os.ReadFile(house); c.err == nil {
		c.keys, c.err = os.ReadFile(keys)
	}
	return c
})

// makeEmpty brings empty databases up to date. No key is left in them, so any master key may open them later.
func makeEmpty(o storage.Options) (err error) {
	if o.Keyring, err = seal.NewKeyring(make([]byte, seal.KeySize)); err != nil {
		return err
	}
	db, err := storage.Open(context.Background(), o)
	if err != nil {
		return err
	}
	return db.Close()
}
