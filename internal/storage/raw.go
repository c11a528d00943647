package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/pressly/goose/v3/database"
)

// The two stores, as the catalogue calls them.
const (
	House = "house"
	Keys  = "keys"
)

// versions is goose's own table. A copy tells its schema's number instead of these rows.
const versions = "goose_db_version"

// Raw is one of the two stores as tables of plain rows, past the nouns: what a backup copies and a restore puts back.
// Values are nil, int64, string or []byte, alike on both databases. What is sealed stays sealed.
type Raw struct {
	db     *sql.DB
	driver string
	store  string
}

// Table is a table's name and its columns, in the order its rows have them.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// OpenRaw opens a store that is there, for reading. It brings no schema up to date: a running program may be using it.
func OpenRaw(ctx context.Context, o Options, store string) (*Raw, error) {
	r := &Raw{driver: o.Driver, store: store}
	var err error
	switch o.Driver {
	case "sqlite":
		if _, err := os.Stat(o.lies(store)); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no database at %s", o.lies(store))
		}
		r.db, err = openFile(o.lies(store), reading, 1)
	case "postgres":
		r.db, err = openServer(o.lies(store), 1)
	default:
		err = fmt.Errorf("storage: no driver %q; there are sqlite and postgres", o.Driver)
	}
	if err != nil {
		return nil, err
	}
	if err := r.db.PingContext(ctx); err != nil {
		return nil, errors.Join(clean(err), r.db.Close())
	}
	return r, nil
}

// lies is where a store lies: a file or an address.
func (o Options) lies(store string) string {
	if o.Driver == "postgres" {
		return map[string]string{House: o.URL, Keys: o.KeysURL}[store]
	}
	return map[string]string{House: o.Path, Keys: o.KeysPath}[store]
}

// Close closes the store.
func (r *Raw) Close() error { return r.db.Close() }

func (r *Raw) dialect() database.Dialect {
	if r.driver == "postgres" {
		return database.DialectPostgres
	}
	return database.DialectSQLite3
}

func (r *Raw) folder() string {
	if r.store == Keys {
		return "keymigrations/" + r.driver
	}
	return "migrations/" + r.driver
}

// rower is what rows can be asked of: a connection inside a transaction, or a store.
type rower interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Snapshot is one unchanging state of a store.
type Snapshot struct {
	on  rower
	raw *Raw
}

// Read runs fn over one unchanging state of the store, while others go on writing.
func (r *Raw) Read(ctx context.Context, fn func(Snapshot) error) (err error) {
	on, err := r.db.Conn(ctx)
	if err != nil {
		return clean(err)
	}
	defer func() { err = errors.Join(err, on.Close()) }()
	begin := "BEGIN"
	if r.driver == "postgres" {
		begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	if _, err := on.ExecContext(ctx, begin); err != nil {
		return clean(err)
	}
	defer on.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // nothing was written
	return fn(Snapshot{on, r})
}

// Passing runs fn over the store without holding any state of it: each table is read a page at a time, so that a key
// destroyed meanwhile leaves the disk at once and not when the copy is done.
func (r *Raw) Passing(fn func(Snapshot) error) error { return fn(Snapshot{r.db, r}) }

// Version is the number of the schema.
func (s Snapshot) Version(ctx context.Context) (int64, error) {
	var v sql.NullInt64
	found, err := s.on.QueryContext(ctx, "SELECT max(version_id) FROM "+versions)
	if err != nil {
		return 0, clean(err)
	}
	defer found.Close()
	for found.Next() {
		if err := found.Scan(&v); err != nil {
			return 0, err
		}
	}
	return v.Int64, clean(found.Err())
}

var schemaColumns = map[string]string{
	"sqlite": `SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c
		WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY s.name, c.cid`,
	"postgres": `SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = current_schema() ORDER BY table_name COLLATE "C", ordinal_position`,
}

// Tables are the store's own tables as its schema tells them, without the one that counts migrations.
func (s Snapshot) Tables(ctx context.Context) ([]Table, error) {
	found, err := s.on.QueryContext(ctx, schemaColumns[s.raw.driver])
	if err != nil {
		return nil, clean(err)
	}
	defer found.Close()
	var all []Table
	for found.Next() {
		var table, column string
		if err := found.Scan(&table, &column); err != nil {
			return nil, err
		}
		if table == versions {
			continue
		}
		if n := len(all); n == 0 || all[n-1].Name != table {
			all = append(all, Table{Name: table})
		}
		all[len(all)-1].Columns = append(all[len(all)-1].Columns, column)
	}
	return all, clean(found.Err())
}

// Each calls do with every row of a table.
func (s Snapshot) Each(ctx context.Context, t Table, do func(row []any) error) error {
	query := "SELECT " + strings.Join(t.Columns, ", ") + " FROM " + t.Name
	first := t.Columns[0] // most often the key
	if s.on != rower(s.raw.db) {
		_, err := s.page(ctx, t, do, query+" ORDER BY "+first) // not in the order in which rows came: that would tell
		return err
	}
	last, err := s.page(ctx, t, do, query+" ORDER BY "+first+" LIMIT 2000")
	for err == nil && last != nil {
		last, err = s.page(ctx, t, do, query+" WHERE "+first+" > $1 ORDER BY "+first+" LIMIT 2000", last)
	}
	return err
}

// page calls do with the rows of one query, after it has ended when no state is held, and gives the last row's first value.
func (s Snapshot) page(ctx context.Context, t Table, do func([]any) error, query string, args ...any) (last any, err error) {
	found, err := s.on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, clean(err)
	}
	defer found.Close()
	for found.Next() {
		row := make([]any, len(t.Columns))
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, cleanScan(err)
		}
		last = row[0] // do may change the row
		if err := do(row); err != nil {
			return nil, err
		}
	}
	return last, clean(found.Err())
}

// CatalogueTables are the tables of a store as the catalogue names them, in the order of names.
func CatalogueTables(store string) ([]Table, error) {
	all, err := Catalogue()
	if err != nil {
		return nil, err
	}
	by := map[string]*Table{}
	for _, c := range all {
		if c.Store != store || c.Table == versions {
			continue
		}
		if by[c.Table] == nil {
			by[c.Table] = &Table{Name: c.Table}
		}
		by[c.Table].Columns = append(by[c.Table].Columns, c.Name)
	}
	var out []Table
	for _, t := range by {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
