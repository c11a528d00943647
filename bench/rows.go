package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver of the house

	"rinnalla.fi/rinnalla/internal/id"
)

// A contact is several rows: a person, the request, its code, the desk's grant, sums, an audit entry, a letter to send,
// and a key in a file of its own. Comparing it with one row would make us look slow, and with rows of no index fast.
// So the comparison takes what one real submission wrote and writes the same rows, with ids of their own, to a copy of
// the same database: the same tables, indexes, checks and settings, statements prepared once, one commit each.

// row is a row that a submission wrote.
type row struct {
	table   string
	columns []string
	values  []any
	again   string // how a sum that is there already grows
}

// rowsOfOne sends one contact and finds what it added to each table. Keys are made ahead, so the key's row is copied
// from one that is there.
func (h *house) rowsOfOne() ([]row, error) {
	db, err := sql.Open("sqlite", "file:"+h.path())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	before, err := allRows(db)
	if err != nil {
		return nil, err
	}
	if _, err := fetch(h.address, h.contact()); err != nil {
		return nil, err
	}
	after, err := allRows(db)
	if err != nil {
		return nil, err
	}
	var out []row
	for _, text := range slices.Sorted(maps.Keys(after)) {
		if _, was := before[text]; !was {
			out = append(out, after[text])
		}
	}
	keys, err := sql.Open("sqlite", "file:"+h.keysPath())
	if err != nil {
		return nil, err
	}
	defer keys.Close()
	all, err := rowsOf(keys, "subject_key")
	if err != nil || len(all) == 0 || len(out) < 5 {
		return nil, fmt.Errorf("one submission wrote %d rows; %w", len(out), err)
	}
	return append(out, all[0]), nil
}

// allRows is every row of the house under its whole text.
func allRows(db *sql.DB) (map[string]row, error) {
	tables, err := db.Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%'")
	if err != nil {
		return nil, err
	}
	defer tables.Close()
	out := map[string]row{}
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			return nil, err
		}
		rows, err := rowsOf(db, name)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[fmt.Sprint(r)] = r
		}
	}
	return out, tables.Err()
}

func rowsOf(db *sql.DB, table string) ([]row, error) {
	found, err := db.Query("SELECT * FROM " + table)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		return nil, err
	}
	var out []row
	for found.Next() {
		r := row{table: table, columns: columns, values: make([]any, len(columns))}
		into := make([]any, len(columns))
		for i := range into {
			into[i] = &r.values[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		if table == "figure" {
			r.again = " ON CONFLICT (month, unit_id, model, name, value) DO UPDATE SET n = figure.n + 1"
		}
		out = append(out, r)
	}
	return out, found.Err()
}

func (r row) insert() string {
	return "INSERT INTO " + r.table + " (" + strings.Join(r.columns, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(r.columns)-1) + ")" + r.again
}

// same commits the same rows one contact at a time.
type same struct {
	*sql.DB
	on         *sql.Conn
	rows       []row
	begin, end *sql.Stmt
	insert     []*sql.Stmt
	made       map[string]bool // ids that the submission made: each contact has its own
}

// newSame copies the house, so that both begin with tables and indexes of the same size.
func newSame(h *house, rows []row) (*same, error) {
	path := filepath.Join(h.dir, "same.db")
	from, err := sql.Open("sqlite", "file:"+h.path())
	if err != nil {
		return nil, err
	}
	defer from.Close()
	if _, err := from.Exec("VACUUM INTO ?", path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=temp_store(2)")
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec("CREATE TABLE subject_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL, made TEXT NOT NULL) STRICT; CREATE INDEX subject_key_made ON subject_key(made)"); err != nil {
		return nil, err
	}
	s := &same{DB: db, rows: inOrder(rows), made: map[string]bool{}}
	if s.on, err = db.Conn(context.Background()); err != nil {
		return nil, err
	}
	if s.begin, err = s.on.PrepareContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	if s.end, err = s.on.PrepareContext(context.Background(), "COMMIT"); err != nil {
		return nil, err
	}
	for _, r := range s.rows {
		if v, ok := r.values[0].(string); ok && r.columns[0] == "id" && id.Valid(v) {
			s.made[v] = true
		}
		insert, err := s.on.PrepareContext(context.Background(), r.insert())
		if err != nil {
			return nil, err
		}
		s.insert = append(s.insert, insert)
	}
	return s, nil
}

// inOrder puts what others point at first.
func inOrder(rows []row) []row {
	first := []string{"subject_key", "person", "request"}
	slices.SortStableFunc(rows, func(a, b row) int {
		place := func(r row) int { return (slices.Index(first, r.table) + len(first) + 1) % (len(first) + 1) }
		return place(a) - place(b)
	})
	return rows
}

// commit writes contacts one after another, whatever the number of connections: one writer is as fast as it gets.
func (s *same) commit(_ int, d time.Duration) (load, error) {
	n, start, before := 0, time.Now(), spent()
	for ; time.Since(start) < d; n++ {
		if err := s.one(); err != nil {
			return load{}, err
		}
	}
	return load{perSecond: float64(n) / time.Since(start).Seconds(), spent: float64((spent() - before).Microseconds()) / float64(n)}, nil
}

func (s *same) one() error {
	if _, err := s.begin.Exec(); err != nil {
		return err
	}
	fresh := map[string]string{}
	for i, r := range s.rows {
		values := make([]any, len(r.values))
		for j, v := range r.values {
			values[j] = s.own(v, fresh)
		}
		if _, err := s.insert[i].Exec(values...); err != nil {
			return fmt.Errorf("%s: %w", r.table, err)
		}
	}
	_, err := s.end.Exec()
	return err
}

// own is the value as another contact would have it: its own ids and fingerprints, of the same length.
func (s *same) own(v any, fresh map[string]string) any {
	switch v := v.(type) {
	case string:
		if !s.made[v] {
			return v
		}
		if fresh[v] == "" {
			fresh[v] = id.New()
		}
		return fresh[v]
	case []byte:
		b := make([]byte, len(v))
		rand.Read(b)
		return b
	}
	return v
}

func (s *same) Close() error {
	for _, i := range append(s.insert, s.begin, s.end) {
		i.Close()
	}
	s.on.Close()
	return s.DB.Close()
}

// plain is one row, one commit, full durability.
type plain struct{ *sql.DB }

func newPlain(path string) (plain, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return plain{}, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE contact (id TEXT PRIMARY KEY, body BLOB NOT NULL)")
	return plain{db}, err
}

func (p plain) commit(_ int, d time.Duration) (load, error) {
	body := make([]byte, 700)
	insert, err := p.Prepare("INSERT INTO contact VALUES (?, ?)")
	if err != nil {
		return load{}, err
	}
	defer insert.Close()
	n, start, before := 0, time.Now(), spent()
	for ; time.Since(start) < d; n++ {
		if _, err := insert.Exec(id.New(), body); err != nil {
			return load{}, err
		}
	}
	return load{perSecond: float64(n) / time.Since(start).Seconds(), spent: float64((spent() - before).Microseconds()) / float64(n)}, nil
}
