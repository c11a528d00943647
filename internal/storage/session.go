package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// mostStatements bounds what a session remembers: lists of varying length make new texts all the time.
const mostStatements = 500

// session is one connection to SQLite with the statements it has prepared. One goroutine at a time uses it. It speaks
// to the driver itself: database/sql looks after connections that many share, and its locks cost as much as a small
// statement.
type session struct {
	on       driver.Conn
	prepared map[string]statement
	// deaf sessions do not stop a statement when a context ends: SQLite would undo the whole transaction with it,
	// and with that the updates of others.
	deaf bool
}

// statement is what the driver prepares.
type statement interface {
	driver.StmtExecContext
	driver.StmtQueryContext
	io.Closer
}

func newSession(from driver.Driver, dsn string) (*session, error) {
	on, err := from.Open(dsn)
	if err != nil {
		return nil, err
	}
	return &session{on: on, prepared: map[string]statement{}}, nil
}

func (s *session) statement(query string) (statement, error) {
	if st, ok := s.prepared[query]; ok {
		return st, nil
	}
	if len(s.prepared) >= mostStatements {
		s.forget()
	}
	st, err := s.on.Prepare(query)
	if err != nil {
		return nil, err
	}
	s.prepared[query] = st.(statement) // SQLite's driver has both
	return s.prepared[query], nil
}

func (s *session) forget() error {
	var errs []error
	for _, st := range s.prepared {
		errs = append(errs, st.Close())
	}
	clear(s.prepared)
	return errors.Join(errs...)
}

func (s *session) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	st, err := s.statement(query)
	if err != nil {
		return nil, err
	}
	values, err := named(args)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(s.hears(ctx), values)
}

func (s *session) query(ctx context.Context, query string, args []any) (cursor, error) {
	st, err := s.statement(query)
	if err != nil {
		return nil, err
	}
	values, err := named(args)
	if err != nil {
		return nil, err
	}
	found, err := st.QueryContext(s.hears(ctx), values)
	if err != nil {
		return nil, err
	}
	return &lines{on: found, values: make([]driver.Value, len(found.Columns()))}, nil
}

// named are arguments as the driver takes them.
func named(args []any) ([]driver.NamedValue, error) {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i].Ordinal = i + 1
		switch a := a.(type) {
		case nil, string, int64, []byte:
			out[i].Value = a
		case int:
			out[i].Value = int64(a)
		default:
			v, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return nil, fmt.Errorf("argument %d of a statement is a %T", i+1, a)
			}
			out[i].Value = v
		}
	}
	return out, nil
}

func (s *session) hears(ctx context.Context) context.Context {
	if s.deaf {
		return context.Background()
	}
	return ctx
}

// command runs a statement that begins or ends something, whatever has become of the caller.
func (s *session) command(text string) error {
	_, err := s.exec(context.Background(), text, nil)
	return err
}

func (s *session) close() error { return errors.Join(s.forget(), s.on.Close()) }

// lines are the rows of an answer, one under the cursor.
type lines struct {
	on     driver.Rows
	values []driver.Value
	err    error
	closed bool
}

func (l *lines) Next() bool {
	if l.closed || l.err != nil {
		return false
	}
	err := l.on.Next(l.values)
	if err == nil {
		return true
	}
	if err != io.EOF {
		l.err = err
	}
	l.Close()
	return false
}

func (l *lines) Err() error { return l.err }

func (l *lines) Close() error {
	if l.closed {
		return nil
	}
	l.closed = true
	return l.on.Close()
}

func (l *lines) Scan(into ...any) error {
	if len(into) != len(l.values) {
		return fmt.Errorf("%d columns for %d values", len(l.values), len(into))
	}
	for i, to := range into {
		if err := assign(to, l.values[i]); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

// assign puts a column's value where it belongs. Errors name types, never values.
func assign(to any, v driver.Value) error {
	switch to := to.(type) {
	case sql.Scanner:
		return to.Scan(v)
	case *string:
		if s, ok := v.(string); ok {
			*to = s
			return nil
		}
	case *[]byte:
		switch v := v.(type) {
		case nil:
			*to = nil
			return nil
		case []byte: // the driver has copied it
			*to = v
			return nil
		}
	case *int:
		if n, ok := v.(int64); ok {
			*to = int(n)
			return nil
		}
	case *bool:
		if n, ok := v.(int64); ok {
			*to = n != 0
			return nil
		}
	}
	return assignKind(to, v)
}

// assignKind does it for types of our own that are words or numbers.
func assignKind(to any, v driver.Value) error {
	at := reflect.ValueOf(to)
	if at.Kind() == reflect.Pointer && !at.IsNil() {
		at = at.Elem()
		switch v := v.(type) {
		case string:
			if at.Kind() == reflect.String {
				at.SetString(v)
				return nil
			}
		case int64:
			if at.CanInt() && !at.OverflowInt(v) {
				at.SetInt(v)
				return nil
			}
		}
	}
	return fmt.Errorf("a %T does not fit into %T", v, to)
}
