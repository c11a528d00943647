package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// The driver of SQLite hands over every value of a row at about the cost of finding the row. A desk's list is fifty
// rows of a dozen short words, so there a row comes as one text and is parted here; PostgreSQL sends its rows as they
// are. Only columns that hold words, times and counts go this way, never a sealed value.

// parting stands between the values of a row. The last value may hold it.
const parting = "\x1f"

// listing is a list's columns as each database is asked for them.
type listing struct {
	columns string
	n       int
}

func listingOf(columns ...string) listing {
	return listing{columns: strings.Join(columns, ", "), n: len(columns)}
}

// listed reads every row of a list. The query goes on after its columns.
func listed[T any](ctx context.Context, tx *Tx, scan func(scanner) (T, error), l listing, from string, args ...any) ([]T, error) {
	if _, lite := tx.on.(*session); !lite {
		return many(ctx, tx, scan, "SELECT "+l.columns+" "+from, args...)
	}
	form := strings.TrimSuffix(strings.Repeat("%s"+parting, l.n), parting)
	return many(ctx, tx, func(r scanner) (v T, err error) {
		p := packed{n: l.n}
		if err := r.Scan(&p.text); err != nil {
			return v, err
		}
		return scan(p)
	}, "SELECT printf('"+form+"', "+l.columns+") "+from, args...)
}

// packed is a row that came as one text. NULL and the empty word are one there, as they are in the rows of a list.
type packed struct {
	text string
	n    int
}

func (p packed) Scan(into ...any) error {
	if len(into) != p.n {
		return fmt.Errorf("%d columns for %d values", p.n, len(into))
	}
	rest := p.text
	for i, to := range into {
		word, after, more := strings.Cut(rest, parting)
		if i == p.n-1 {
			word, more = rest, true
		}
		if !more {
			return fmt.Errorf("a row of %d columns has %d", p.n, i+1)
		}
		if err := assignWord(to, word); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
		rest = after
	}
	return nil
}

// assignWord puts a value that came as a word where it belongs.
func assignWord(to any, word string) error {
	var n *int
	switch to := to.(type) {
	case *int:
		n = to
	case number:
		if word == "" {
			*to.n = to.none
			return nil
		}
		n = to.n
	default:
		return assign(to, word)
	}
	v, err := strconv.Atoi(word)
	if err != nil {
		return fmt.Errorf("a count came as a word") // never the word itself
	}
	*n = v
	return nil
}
