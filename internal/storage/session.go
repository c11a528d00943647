package storage

import (
	"context"
	"database/sql"
	"errors"
)

// mostStatements bounds what a session remembers: lists of varying length make new texts all the time.
const mostStatements = 500

// session is one connection to SQLite with the statements it has prepared. One goroutine at a time uses it.
type session struct {
	on       *sql.Conn
	prepared map[string]*sql.Stmt
	// deaf sessions do not stop a statement when a context ends: SQLite would undo the whole transaction with it,
	// and with that the updates of others.
	deaf bool
}

func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	on, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{on: on, prepared: map[string]*sql.Stmt{}}, nil
}

func (s *session) statement(query string) (*sql.Stmt, error) {
	if st, ok := s.prepared[query]; ok {
		return st, nil
	}
	if len(s.prepared) >= mostStatements {
		s.forget()
	}
	st, err := s.on.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s.prepared[query] = st
	return st, nil
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
	return st.ExecContext(s.hears(ctx), args...)
}

func (s *session) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	st, err := s.statement(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(s.hears(ctx), args...)
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
