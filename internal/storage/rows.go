package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

// Helpers shared by the files that turn rows into values and back. A table's columns are written once, in one list
// that its query, its upsert and its scan follow in the same order.

// sealedAt is the place a value is sealed for: its column and the id of its row. A box moved elsewhere does not open.
func sealedAt[T ~string](column string, id T) string { return column + "/" + string(id) }

// scanner is a row under the cursor.
type scanner interface{ Scan(into ...any) error }

// scanAs reads a query's only column as a word of some type.
func scanAs[T ~string](r scanner) (v T, err error) { return v, r.Scan(&v) }

func scanWord(r scanner) (string, error) { return scanAs[string](r) }

func scanBytes(r scanner) (b []byte, err error) { return b, r.Scan(&b) }

// one reads the single row of a query, most often found by its key. No row is fault.NotFound, in the same words whatever
// was looked for. It is over before anybody could stop it: a watcher would cost as much as the row.
func one[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	v, err := scan(tx.row(unwatched{ctx}, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, fault.New(fault.NotFound, "not-found")
	}
	return v, err
}

// unwatched is a context that can be asked whether it has ended and does not tell it by itself.
type unwatched struct{ context.Context }

func (unwatched) Done() <-chan struct{} { return nil }

// many reads every row of a query before anything else is asked, so that what it calls may use the connection.
func many[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.rows(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// insert writes the statement that keeps a new row.
func insert(table, columns string) string {
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + marks(1, strings.Count(columns, ",")+1) + ")"
}

// upsert writes the statement that keeps a whole row: its values come in the order of the columns.
func upsert(table, key, columns string) string {
	keys := map[string]bool{}
	for _, k := range strings.Split(key, ", ") {
		keys[k] = true
	}
	names := strings.Split(columns, ", ")
	var set []string
	for _, n := range names {
		if !keys[n] {
			set = append(set, n+" = excluded."+n)
		}
	}
	do := "NOTHING"
	if len(set) > 0 {
		do = "UPDATE SET " + strings.Join(set, ", ")
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) ON CONFLICT (%s) DO %s", table, columns, marks(1, len(names)), key, do)
}

// marks is "$first, …" for n values: the inside of an IN list or of VALUES.
func marks(first, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(out, ", ")
}

// taken gives the message key to a value that another row has already.
func taken(err error, key string) error {
	var r *refusal
	if errors.As(err, &r) && r.broke == "unique" {
		return fault.Wrap(err, fault.Conflict, key)
	}
	return err
}

// inParts calls do for each part of a long list, so that an IN list stays within what both databases take.
func inParts[T any](all []T, do func(part []T) error) error {
	for part := range slices.Chunk(all, 500) {
		if err := do(part); err != nil {
			return err
		}
	}
	return nil
}

// of writes a list of columns as one table's, "a.id, a.name".
func of(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

// anys is a list of values as arguments.
func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// null keeps an empty word as NULL, where a column points at another row or may hold nothing.
func null[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return string(v)
}

// nullBytes keeps nothing as NULL: a driver may take an empty slice for an empty value.
func nullBytes(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// nullInt keeps the number that stands for "none" as NULL.
func nullInt(n, none int) any {
	if n == none {
		return nil
	}
	return n
}

// flag is a truth as 0 or 1, which both databases keep alike.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// instant reads a stamped instant; NULL and "" are the zero time.
type instant struct{ t *time.Time }

func (i instant) Scan(v any) error {
	s, err := word(v)
	if err == nil {
		*i.t, err = calendar.ParseStamp(s)
	}
	return err
}

// text reads a word; NULL is "".
type text[T ~string] struct{ s *T }

func (t text[T]) Scan(v any) error {
	s, err := word(v)
	*t.s = T(s)
	return err
}

// textOf is a text to scan into, with its type told by the compiler.
func textOf[T ~string](s *T) text[T] { return text[T]{s} }

// number reads a count; NULL is the number that stands for "none".
type number struct {
	n    *int
	none int
}

func (n number) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*n.n = n.none
	case int64:
		*n.n = int(v)
	default:
		return fmt.Errorf("a count came as %T", v)
	}
	return nil
}

// list reads what words wrote.
type list struct{ s *[]string }

func (l list) Scan(v any) error {
	s, err := word(v)
	if err != nil {
		return err
	}
	*l.s = nil
	switch {
	case s == "[]":
		return nil
	case len(s) > 4 && strings.HasPrefix(s, `["`) && strings.HasSuffix(s, `"]`) && !strings.Contains(s, `\`):
		*l.s = strings.Split(s[2:len(s)-2], `","`) // as words writes plain words
		return nil
	}
	return json.Unmarshal([]byte(s), l.s)
}

// words keeps a few choices in one column.
func words(s []string) string {
	if len(s) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(s) // strings always marshal
	return string(b)
}

func word(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	default:
		return "", fmt.Errorf("a text came as %T", v)
	}
}
