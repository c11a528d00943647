package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rinnalla.fi/rinnalla/internal/fault"
)

// What a database refuses, in words that hold no value of anybody's: drivers like to quote what they were given.

// errRace says that a transaction lost against another and may run again.
var errRace = errors.New("storage: another transaction was first")

// refusal is a database's error: its code, what kind of promise of the schema was broken, and where.
type refusal struct {
	code    string
	broke   string // "unique", "check", "foreign", "null" or ""
	table   string // where it is known
	columns string // "worker_id, cell", for unique
	words   string // of the database, when they hold no value
	is      error  // errRace, a fault, or nil
}

func (r *refusal) Error() string {
	at := r.table
	if r.columns != "" {
		at += "(" + r.columns + ")"
	}
	return strings.Join(strings.Fields(fmt.Sprint("database: ", r.code, " ", r.broke, " ", at, " ", r.words)), " ")
}

func (r *refusal) Unwrap() error { return r.is }

// clean turns a driver's error into ours.
func clean(err error) error {
	var ours *refusal
	switch {
	case err == nil, errors.As(err, &ours), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	if r := sqliteRefusal(err); r != nil {
		return r
	}
	if r := postgresRefusal(err); r != nil {
		return r
	}
	before, _, quoted := strings.Cut(err.Error(), ": unable to encode")
	if quoted {
		return errors.New(before)
	}
	return err
}

// cleanScan keeps which column could not be read, and drops what stood in it.
func cleanScan(err error) error {
	if err == nil {
		return nil
	}
	if before, _, quoted := strings.Cut(err.Error(), `": `); quoted {
		return errors.New(before + `"`)
	}
	return err
}

// conflict gives a broken promise of the schema the message key its statement has for it. The keys of the map are
// "table(column, column)" or "table" for what must be unique, "check" and "foreign" for the rest. Any other error
// passes unchanged.
func conflict(err error, keys map[string]string) error {
	var r *refusal
	if err == nil || !errors.As(err, &r) || r.broke == "" {
		return err
	}
	try := []string{r.broke}
	if r.broke == "unique" {
		try = []string{r.table + "(" + r.columns + ")", r.table}
	}
	for _, k := range try {
		if key, ok := keys[k]; ok {
			return fault.Wrap(err, fault.Conflict, key)
		}
	}
	return err
}

// gone is what people read when the database cannot be reached or cannot write.
func gone() error { return fault.New(fault.Unavailable, "unavailable") }
