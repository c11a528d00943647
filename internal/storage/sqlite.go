package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Every connection waits for other programs, forgets what it deletes and keeps temporary tables off the disk.
var everyConnection = []string{"busy_timeout(10000)", "foreign_keys(1)", "secure_delete(1)", "temp_store(2)", "trusted_schema(0)"}

// A writer syncs each commit before it answers.
var writing = append([]string{"journal_mode(wal)", "synchronous(2)"}, everyConnection...)

var reading = append([]string{"query_only(1)"}, everyConnection...)

// migrating has foreign keys off: a table that is rebuilt would take its children with it. Closing the file syncs it.
var migrating = []string{"busy_timeout(10000)", "journal_mode(wal)", "synchronous(1)", "secure_delete(1)", "foreign_keys(0)"}

// address is a file and its pragmas as the driver reads them.
func address(path string, pragmas []string) (string, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	whole = filepath.ToSlash(whole)
	if !strings.HasPrefix(whole, "/") {
		whole = "/" + whole // a drive letter
	}
	q := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	return (&url.URL{Scheme: "file", Path: whole, RawQuery: q.Encode()}).String(), nil
}

func openFile(path string, pragmas []string, most int) (*sql.DB, error) {
	dsn, err := address(path, pragmas)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

// private makes the file, for its owner alone, unless it is there. SQLite gives its companions the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make the database file: %w", err)
	}
	return f.Close()
}

func migrateFile(ctx context.Context, path, folder string, make timesMaker) error {
	if err := private(path); err != nil {
		return err
	}
	db, err := openFile(path, migrating, 1)
	if err != nil {
		return err
	}
	sealed, err := migrate(ctx, db, database.DialectSQLite3, folder, make)
	if err == nil {
		err = wholeReferences(ctx, db)
	}
	if err == nil && sealed { // what was deleted is zeros already; a file written anew has not even those
		if _, err = db.ExecContext(ctx, "VACUUM"); err == nil {
			err = truncateLog(ctx, db)
		}
	}
	return errors.Join(err, db.Close())
}

// wholeReferences refuses a schema change that left rows pointing at nothing.
func wholeReferences(ctx context.Context, db *sql.DB) error {
	found, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer found.Close()
	if found.Next() {
		return errors.New("after the migrations some rows point at rows that are gone")
	}
	return found.Err()
}

func (db *DB) openSQLite(ctx context.Context, o Options) error {
	if o.Path == "" || o.KeysPath == "" {
		return errors.New("storage: sqlite needs a path and a path for the keys")
	}
	if err := migrateFile(ctx, o.KeysPath, "keymigrations/sqlite", nil); err != nil {
		return err
	}
	keys, err := openFile(o.KeysPath, writing, 4)
	if err != nil {
		return err
	}
	db.keys = newKeyStore(keys, o.Keyring, db.log)
	db.keys.wipeNow = truncateLog
	if err := db.keys.check(ctx); err != nil {
		return err
	}
	if err := migrateFile(ctx, o.Path, "migrations/sqlite", db.keys.maker(ctx)); err != nil {
		return err
	}
	e, err := openLite(o.Path)
	if err != nil {
		return err
	}
	db.engine = e
	return nil
}

// lite is SQLite: one writer for all updates, and readers as many as there are processors, because more of them only
// take each other's turns.
type lite struct {
	writer  *writer
	readers chan *session
}

func openLite(path string) (*lite, error) {
	n := max(2, runtime.GOMAXPROCS(0))
	e := &lite{readers: make(chan *session, n)}
	on, err := openSession(path, writing)
	if err != nil {
		return nil, err
	}
	e.writer = startWriter(on)
	for range n {
		s, err := openSession(path, reading)
		if err != nil {
			return nil, errors.Join(err, e.close())
		}
		e.readers <- s
	}
	return e, nil
}

func openSession(path string, pragmas []string) (*session, error) {
	dsn, err := address(path, pragmas)
	if err != nil {
		return nil, err
	}
	return newSession(&sqlite.Driver{}, dsn)
}

func (e *lite) update(ctx context.Context, do func(querier) error) error {
	return e.writer.update(ctx, do)
}

func (e *lite) view(ctx context.Context, do func(querier) error) error {
	var s *session
	select {
	case s = <-e.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		s.command("ROLLBACK") // nothing was written; an error means there is nothing to end
		e.readers <- s
	}()
	if err := s.command("BEGIN"); err != nil {
		return clean(err)
	}
	return do(s)
}

// close ends the readers first: the last to close a file folds the log into it.
func (e *lite) later() string  { return "PRAGMA defer_foreign_keys = ON" }
func (e *lite) atOnce() string { return "PRAGMA defer_foreign_keys = OFF" }

func (e *lite) close() error {
	var errs []error
	for {
		select {
		case s := <-e.readers:
			errs = append(errs, s.close())
			continue
		default:
		}
		break
	}
	return errors.Join(append(errs, e.writer.close())...)
}

var uniqueWords = regexp.MustCompile(`UNIQUE constraint failed: ([a-z_.]+(?:, [a-z_.]+)*)`)

// sqliteRefusal reads an error of SQLite. Its words name tables and columns, never values.
func sqliteRefusal(err error) *refusal {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	r := &refusal{code: "sqlite " + strconv.Itoa(e.Code()), words: e.Error()}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		r.broke = "unique"
		if m := uniqueWords.FindStringSubmatch(e.Error()); m != nil {
			r.table, _, _ = strings.Cut(m[1], ".")
			r.columns = strings.ReplaceAll(m[1], r.table+".", "")
		}
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_TRIGGER: // a trigger of ours refuses as a check does
		r.broke = "check"
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		r.broke = "foreign"
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		r.broke = "null"
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM:
		r.is = gone()
	}
	return r
}
