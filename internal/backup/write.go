package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/storage"
)

// A copy is lines of JSON, compressed and then encrypted. The first line is the head; then for each table one line with
// its name and columns and one for each row; the last is the manifest. Numbers and texts stand as they are, bytes as
// {"b": base64}. A file without its last line was cut. Both databases write the same lines.
const format = 1

// head is a copy's first line.
type head struct {
	Format  int       `json:"format"`
	Store   string    `json:"store"` // house or keys
	Driver  string    `json:"driver"`
	Schema  int64     `json:"schema"`
	Made    time.Time `json:"made"`
	Program string    `json:"program"`
}

// sum is what the manifest says of a table: no name of anybody, no value.
type sum struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
	SHA   string `json:"sha256"`
}

// line is every line that is not a row.
type line struct {
	Backup *head          `json:"rinnalla-backup,omitempty"`
	Table  *storage.Table `json:"table,omitempty"`
	End    []sum          `json:"end,omitempty"`
}

// encrypt writes a store's state for the recipients and tells how many rows it has.
func encrypt(ctx context.Context, to io.Writer, recipients []age.Recipient, s storage.Snapshot, h head) (int, error) {
	if len(recipients) == 0 {
		return 0, fmt.Errorf("nobody is named who could open the %s: set the recipients", h.Store)
	}
	box, err := age.Encrypt(to, recipients...)
	if err != nil {
		return 0, err
	}
	small, err := gzip.NewWriterLevel(box, gzip.BestSpeed)
	if err != nil {
		return 0, err
	}
	out := &writer{to: bufio.NewWriterSize(small, 64<<10)}
	err = out.all(ctx, s, h)
	return out.rows, errors.Join(err, out.to.Flush(), small.Close(), box.Close())
}

type writer struct {
	to   *bufio.Writer
	hash hash.Hash
	sums []sum
	rows int
}

func (w *writer) all(ctx context.Context, s storage.Snapshot, h head) (err error) {
	if h.Schema, err = s.Version(ctx); err != nil {
		return err
	}
	tables, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	if h.Schema == 0 || len(tables) == 0 {
		return fmt.Errorf("the %s has no schema yet: start the program once", h.Store)
	}
	if err := w.put(line{Backup: &h}); err != nil {
		return err
	}
	for _, t := range tables {
		if err := w.table(ctx, s, t); err != nil {
			return fmt.Errorf("copy %s: %w", t.Name, err)
		}
	}
	return w.put(line{End: w.sums})
}

func (w *writer) table(ctx context.Context, s storage.Snapshot, t storage.Table) error {
	if err := w.put(line{Table: &t}); err != nil {
		return err
	}
	w.hash = sha256.New()
	n := 0
	err := s.Each(ctx, t, func(row []any) error {
		n++
		for i, v := range row {
			row[i] = plain(v)
		}
		return w.put(row)
	})
	w.sums = append(w.sums, sum{t.Name, n, hex.EncodeToString(w.hash.Sum(nil))})
	w.rows, w.hash = w.rows+n, nil
	return err
}

func (w *writer) put(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if w.hash != nil {
		w.hash.Write(text)
	}
	_, err = w.to.Write(text)
	return err
}

// boxed stands for bytes, or for a text that is no UTF-8.
type boxed struct {
	B []byte `json:"b,omitempty"`
	T []byte `json:"t,omitempty"`
}

func plain(v any) any {
	switch v := v.(type) {
	case []byte:
		return boxed{B: v}
	case string:
		if !utf8.ValidString(v) {
			return boxed{T: []byte(v)}
		}
	}
	return v
}
