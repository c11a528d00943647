package storagetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rinnalla.fi/rinnalla/internal/storage"
)

// opened remembers how each database was opened, so that a test may look at it from the outside.
var opened sync.Map

// Inside is a database as somebody who holds the disk or the server sees it: rows, without keys and without rules.
type Inside struct {
	Driver      string
	House, Keys *sql.DB
	// Files are where SQLite keeps them; none on PostgreSQL.
	Files []string

	t       *testing.T
	same    *sql.Conn // on SQLite, what tells whether anybody else has written since the last digest
	writes  string    // on PostgreSQL, the question that does
	tables  []string  // of the house
	version string    // when last was read
	last    Digest
}

// Look opens connections of the test's own to a database that OpenWith has opened.
func Look(t *testing.T, db *storage.DB) *Inside {
	t.Helper()
	found, ok := opened.Load(db)
	if !ok {
		t.Fatal("that database was opened elsewhere")
	}
	o := found.(storage.Options)
	in := &Inside{Driver: o.Driver, t: t}
	driver, house, keys := "pgx", o.URL, o.KeysURL
	if o.Driver == "sqlite" {
		driver, house, keys = "sqlite", "file:"+o.Path+"?_pragma=busy_timeout(10000)", "file:"+o.KeysPath+"?_pragma=busy_timeout(10000)"
		in.Files = []string{o.Path, o.KeysPath}
	}
	in.House, in.Keys = in.open(driver, house), in.open(driver, keys)
	return in
}

func (in *Inside) open(driver, at string) *sql.DB {
	in.t.Helper()
	db, err := sql.Open(driver, at)
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() { db.Close() })
	return db
}

// Exec changes one row behind the house's back: what a test needs and no action gives, such as a grant that has run out.
func (in *Inside) Exec(query string, args ...any) {
	in.t.Helper()
	done, err := in.House.ExecContext(in.t.Context(), query, args...)
	if err != nil {
		in.t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 1 || err != nil {
		in.t.Fatalf("%s met %d rows (%v), not one", query, n, err)
	}
}

// Word is one value of one row.
func (in *Inside) Word(query string, args ...any) (word string) {
	in.t.Helper()
	if err := in.House.QueryRowContext(in.t.Context(), query, args...).Scan(&word); err != nil {
		in.t.Fatal(err)
	}
	return word
}

// Tables are the tables of a database that the house made, by name.
func (in *Inside) Tables(db *sql.DB) []string {
	in.t.Helper()
	query := "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	if in.Driver == "sqlite" {
		query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	}
	var out []string
	in.each(db, query, func(row []any) { out = append(out, fmt.Sprint(row[0])) })
	slices.Sort(out)
	return slices.DeleteFunc(out, func(name string) bool { return name == "goose_db_version" })
}

// Rows calls with each row of a table as text: bytes in hexadecimal and, where they are text, as they are.
func (in *Inside) Rows(db *sql.DB, table string, with func(row string)) {
	in.t.Helper()
	in.each(db, `SELECT * FROM "`+table+`"`, func(row []any) {
		var b strings.Builder
		for _, v := range row {
			if bytes, ok := v.([]byte); ok {
				fmt.Fprintf(&b, "%x ", bytes)
			}
			fmt.Fprintf(&b, "%s\x1f", fmt.Sprint(text(v)))
		}
		with(b.String())
	})
}

func text(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

func (in *Inside) each(db *sql.DB, query string, with func(row []any)) {
	in.t.Helper()
	rows, err := db.QueryContext(context.WithoutCancel(in.t.Context()), query)
	if err != nil {
		in.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		in.t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			in.t.Fatal(err)
		}
		with(row)
	}
	if err := rows.Err(); err != nil {
		in.t.Fatal(err)
	}
}

// Digest is what every table of the house's database holds, as one word a table.
type Digest map[string]string

// Digest reads all of it, where anything has been written since it last did. Keys made ahead come and go by themselves and are left out.
func (in *Inside) Digest() Digest {
	in.t.Helper()
	if in.tables == nil {
		in.tables = in.Tables(in.House)
	}
	version := in.written()
	if in.last != nil && version == in.version {
		return in.last
	}
	out := Digest{}
	if in.Driver == "postgres" {
		var parts []string
		for _, table := range in.tables {
			parts = append(parts, fmt.Sprintf(`SELECT '%s', coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') FROM "%s" x`, table, table))
		}
		in.each(in.House, strings.Join(parts, " UNION ALL "), func(row []any) { out[fmt.Sprint(row[0])] = fmt.Sprint(row[1]) })
	} else {
		for _, table := range in.tables {
			var rows []string
			in.Rows(in.House, table, func(row string) { rows = append(rows, row) })
			slices.Sort(rows)
			sum := sha256.Sum256([]byte(strings.Join(rows, "\n")))
			out[table] = hex.EncodeToString(sum[:8])
		}
	}
	in.version, in.last = version, out
	return out
}

// written is another word after any commit of another connection that wrote. PostgreSQL tells it by how many rows each table has
// and which transaction wrote the youngest of them: whatever is written is younger than all that was there.
func (in *Inside) written() (version string) {
	in.t.Helper()
	if in.Driver == "postgres" {
		if in.writes == "" {
			var parts []string
			for _, table := range in.tables {
				parts = append(parts, `(SELECT count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) FROM "`+table+`")`)
			}
			in.writes = "SELECT " + strings.Join(parts, " || ',' || ")
		}
		in.each(in.House, in.writes, func(row []any) { version = fmt.Sprint(row[0]) })
		return version
	}
	if in.same == nil {
		conn, err := in.House.Conn(context.WithoutCancel(in.t.Context()))
		if err != nil {
			in.t.Fatal(err)
		}
		in.t.Cleanup(func() { conn.Close() })
		in.same = conn
	}
	if err := in.same.QueryRowContext(context.WithoutCancel(in.t.Context()), "PRAGMA data_version").Scan(&version); err != nil {
		in.t.Fatal(err)
	}
	return version
}

// Changed are the tables that differ between two digests.
func (d Digest) Changed(later Digest) []string {
	var out []string
	for table, was := range d {
		if later[table] != was {
			out = append(out, table)
		}
	}
	slices.Sort(out)
	return out
}

// Companions are every file that SQLite keeps for the database: itself, its log, its shared index.
func (in *Inside) Companions() []string {
	in.t.Helper()
	var out []string
	for _, f := range in.Files {
		all, err := filepath.Glob(f + "*")
		if err != nil {
			in.t.Fatal(err)
		}
		out = append(out, all...)
	}
	return out
}
