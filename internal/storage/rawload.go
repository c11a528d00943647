package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"rinnalla.fi/rinnalla/internal/seal"
)

// ErrNotEmpty says that a store which something is to be put into holds something already.
var ErrNotEmpty = errors.New("it is not empty")

// MakeRaw opens a store to be filled, with the schema of that number and no row. One that holds a row is ErrNotEmpty.
func MakeRaw(ctx context.Context, o Options, store string, version int64) (*Raw, error) {
	r := &Raw{driver: o.Driver, store: store}
	var err error
	if o.Driver == "postgres" {
		r.db, err = openServer(o.lies(store), 1)
	} else if err = private(o.lies(store)); err == nil {
		r.db, err = openFile(o.lies(store), migrating, 1)
	}
	if err != nil {
		return nil, err
	}
	return r.made(ctx, version)
}

// MemoryRaw is an SQLite store in memory alone, with the schema of that number: a copy is tried in it without a trace.
func MemoryRaw(ctx context.Context, store string, version int64) (*Raw, error) {
	db, err := sql.Open("sqlite", "file::memory:?_pragma=foreign_keys(0)&_pragma=temp_store(2)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // with its connection the memory goes
	return (&Raw{db: db, driver: "sqlite", store: store}).made(ctx, version)
}

func (r *Raw) made(ctx context.Context, version int64) (*Raw, error) {
	err := r.Empty(ctx)
	if err == nil {
		_, err = migrateTo(ctx, r.db, r.dialect(), r.folder(), version, noTimes) // it holds no row
	}
	if err != nil {
		return nil, errors.Join(clean(err), r.db.Close())
	}
	return r, nil
}

// Upgrade brings the store to this program's schema. The key seals times that stood in the open.
func (r *Raw) Upgrade(ctx context.Context, times *seal.Key) error {
	_, err := migrate(ctx, r.db, r.dialect(), r.folder(), func() (*timesSeal, error) { return newTimesSeal(times), nil })
	return err
}

func noTimes() (*timesSeal, error) { return nil, errors.New("there is no key to seal times with") }

// Vacant tells whether a store can be filled: it is not there, or holds no row. Otherwise ErrNotEmpty says so.
func Vacant(ctx context.Context, o Options, store string) error {
	if o.Driver == "sqlite" {
		if info, err := os.Stat(o.lies(store)); err != nil || info.Size() == 0 {
			return nil
		}
	}
	r, err := OpenRaw(ctx, o, store)
	if err != nil {
		return err
	}
	return errors.Join(r.Empty(ctx), r.Close())
}

// Empty tells by ErrNotEmpty that a table of the store holds a row.
func (r *Raw) Empty(ctx context.Context) error {
	s := Snapshot{r.db, r}
	tables, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		var n int
		if err := r.db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+t.Name+" LIMIT 1) AS first").Scan(&n); err != nil {
			return clean(err)
		}
		if n > 0 {
			return ErrNotEmpty
		}
	}
	return nil
}

// Loader puts rows into a store.
type Loader struct {
	ctx    context.Context
	on     *sql.Conn
	driver string
	known  map[string]bool
	table  Table
	wait   []any
	rows   int
}

// Load runs fill in one transaction that holds all rows or none. Rows may come in any order: references are asked after
// the last one.
func (r *Raw) Load(ctx context.Context, fill func(*Loader) error) (err error) {
	tables, err := Snapshot{r.db, r}.Tables(ctx)
	if err != nil {
		return err
	}
	on, err := r.db.Conn(ctx)
	if err != nil {
		return clean(err)
	}
	defer func() { err = errors.Join(err, on.Close()) }()
	if _, err := on.ExecContext(ctx, "BEGIN"); err != nil {
		return clean(err)
	}
	defer on.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // after a commit there is nothing to undo
	l := &Loader{ctx: ctx, on: on, driver: r.driver, known: map[string]bool{}}
	for _, t := range tables {
		l.known[strings.Join(append([]string{t.Name}, t.Columns...), " ")] = true
	}
	back, err := l.unbind()
	if err != nil {
		return clean(err)
	}
	if err := fill(l); err != nil {
		return err
	}
	if err := errors.Join(l.flush(), l.run(back...), l.references()); err != nil {
		return err
	}
	_, err = on.ExecContext(ctx, "COMMIT")
	return clean(err)
}

// Table says which table the next rows are of. One that the schema does not have so is refused.
func (l *Loader) Table(t Table) error {
	if err := l.flush(); err != nil {
		return err
	}
	if !l.known[strings.Join(append([]string{t.Name}, t.Columns...), " ")] {
		return fmt.Errorf("the copy has a table %q that its schema does not have so", t.Name)
	}
	l.table = t
	return nil
}

// Row puts one row.
func (l *Loader) Row(row []any) error {
	if len(row) != len(l.table.Columns) {
		return fmt.Errorf("a row of %s has %d values", l.table.Name, len(row))
	}
	l.wait, l.rows = append(l.wait, row...), l.rows+1
	if l.rows >= 200 {
		return l.flush()
	}
	return nil
}

// flush writes the rows that wait in one statement.
func (l *Loader) flush() error {
	if l.rows == 0 {
		return nil
	}
	n := len(l.table.Columns)
	values := make([]string, l.rows)
	for i := range values {
		values[i] = "(" + marks(i*n+1, n) + ")"
	}
	_, err := l.on.ExecContext(l.ctx, "INSERT INTO "+l.table.Name+" ("+strings.Join(l.table.Columns, ", ")+") VALUES "+strings.Join(values, ", "), l.wait...)
	l.wait, l.rows = nil, 0
	if err != nil {
		return fmt.Errorf("put rows of %s: %w", l.table.Name, clean(err))
	}
	return nil
}

// Hold keeps a word that makes the house stay closed until whoever restores it says that it is ready.
func (l *Loader) Hold(why string) error {
	if err := l.flush(); err != nil {
		return err
	}
	_, err := l.on.ExecContext(l.ctx, upsert("setting", "name", "name, value"), holdName, why)
	return clean(err)
}

// What differs: how references and triggers are set aside while rows come in any order, and put back.
const (
	sqliteTriggers    = `SELECT 'DROP TRIGGER "' || name || '"', sql FROM sqlite_schema WHERE type = 'trigger'`
	postgresReference = `SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
		'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid)
		FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`
	postgresTriggers = `SELECT 'ALTER TABLE ' || tgrelid::regclass || ' DISABLE TRIGGER ' || quote_ident(tgname),
		'ALTER TABLE ' || tgrelid::regclass || ' ENABLE TRIGGER ' || quote_ident(tgname)
		FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace`
)

// unbind sets references and triggers aside, and gives what puts them back.
func (l *Loader) unbind() (back []string, err error) {
	queries := []string{sqliteTriggers}
	if l.driver == "postgres" {
		queries = []string{postgresTriggers, postgresReference}
	}
	for _, q := range queries {
		var away []string
		found, err := l.on.QueryContext(l.ctx, q)
		if err != nil {
			return nil, err
		}
		for found.Next() {
			var drop, add string
			if err := found.Scan(&drop, &add); err != nil {
				return nil, errors.Join(err, found.Close())
			}
			away, back = append(away, drop), append(back, add)
		}
		if err := errors.Join(found.Err(), found.Close(), l.run(away...)); err != nil {
			return nil, err
		}
	}
	return back, nil
}

func (l *Loader) run(statements ...string) error {
	for _, s := range statements {
		if _, err := l.on.ExecContext(l.ctx, s); err != nil {
			return fmt.Errorf("the copy's rows do not hold together: %w", clean(err))
		}
	}
	return nil
}

// references refuses rows that point at rows which are not there. PostgreSQL asks when the references are put back.
func (l *Loader) references() error {
	if l.driver == "postgres" {
		return nil
	}
	found, err := l.on.QueryContext(l.ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return clean(err)
	}
	defer found.Close()
	if !found.Next() {
		return clean(found.Err())
	}
	var table, parent string
	var row, key any
	if err := found.Scan(&table, &row, &parent, &key); err != nil {
		return err
	}
	return fmt.Errorf("the copy's rows do not hold together: a row of %s points at a row of %s that is not there", table, parent)
}
