package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/storage"
)

// longest is the longest line there may be: a row holds at most a message or a short text in each column.
const longest = 4 << 20

// sink takes what is read of a copy, in its order.
type sink struct {
	head  func(head) error
	table func(storage.Table) error
	row   func([]any) error
}

// openFile decrypts a copy. The caller closes what it gets.
func openFile(name string, identities []age.Identity) (io.Reader, io.Closer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	box, err := age.Decrypt(bufio.NewReaderSize(f, 64<<10), identities...)
	if err != nil {
		var other *age.NoIdentityMatchError
		if errors.As(err, &other) {
			err = errors.New("none of the identities given opens it")
		}
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	small, err := gzip.NewReader(box)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s is damaged or cut: %w", name, err), f.Close())
	}
	return small, f, nil
}

// readFile reads a whole copy into the sink. Until it returns without an error nothing of it may be relied on.
func readFile(name string, identities []age.Identity, store string, into sink) ([]sum, error) {
	text, file, err := openFile(name, identities)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sums, err := read(text, store, into)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return sums, nil
}

type reader struct {
	sink
	store string
	begun bool
	table *storage.Table
	hash  hash.Hash
	rows  int
	sums  []sum
}

// read reads the lines of a copy, and holds its counts and checksums against its manifest.
func read(from io.Reader, store string, into sink) ([]sum, error) {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 64<<10), longest)
	r := &reader{sink: into, store: store}
	for lines.Scan() {
		end, err := r.line(lines.Bytes())
		if err != nil {
			return nil, err
		}
		if end == nil {
			continue
		}
		if lines.Scan() || lines.Err() != nil {
			return nil, errors.Join(errors.New("it goes on after its end"), lines.Err())
		}
		if !slices.Equal(end, r.sums) {
			return nil, errors.New("its counts or checksums are not those of its manifest")
		}
		return end, nil
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("it is damaged or cut: %w", err)
	}
	return nil, errors.New("it is cut: the end is not there")
}

// line reads one line; of the last one it gives the manifest.
func (r *reader) line(text []byte) (end []sum, err error) {
	if len(text) > 0 && text[0] == '[' {
		return nil, r.values(text)
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, errors.New("it holds a line that cannot be read")
	}
	switch {
	case l.Backup != nil && !r.begun:
		return nil, r.begin(*l.Backup)
	case l.Table != nil && r.begun:
		r.close()
		r.table, r.hash, r.rows = l.Table, sha256.New(), 0
		return nil, r.sink.table(*l.Table)
	case l.End != nil && r.begun:
		r.close()
		return l.End, nil
	}
	return nil, errors.New("it is no backup of Rinnalla")
}

func (r *reader) begin(h head) error {
	r.begun = true
	if h.Format != format {
		return fmt.Errorf("its format is %d and this program reads %d: use the newer program", h.Format, format)
	}
	if h.Store != r.store {
		return fmt.Errorf("it is a backup of the %s, and one of the %s is needed", h.Store, r.store)
	}
	return r.head(h)
}

// close ends a table.
func (r *reader) close() {
	if r.table != nil {
		r.sums = append(r.sums, sum{r.table.Name, r.rows, hex.EncodeToString(r.hash.Sum(nil))})
	}
}

func (r *reader) values(text []byte) error {
	if r.table == nil {
		return errors.New("it holds a row outside any table")
	}
	r.hash.Write(text)
	r.hash.Write([]byte{'\n'})
	r.rows++
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var row []any
	if err := d.Decode(&row); err != nil || len(row) != len(r.table.Columns) {
		return errors.New("it holds a row that cannot be read")
	}
	for i, v := range row {
		var err error
		if row[i], err = value(v); err != nil {
			return fmt.Errorf("%s: %w", r.table.Name, err)
		}
	}
	return r.row(row)
}

// value turns what JSON knows back into what a row holds.
func value(v any) (any, error) {
	switch v := v.(type) {
	case nil, string:
		return v, nil
	case json.Number:
		return v.Int64()
	case map[string]any:
		for kind, text := range v {
			s, ok := text.(string)
			b, err := base64.StdEncoding.DecodeString(s)
			switch {
			case !ok || err != nil || len(v) != 1:
			case kind == "b":
				return b, nil
			case kind == "t":
				return string(b), nil
			}
		}
		if len(v) == 0 {
			return []byte{}, nil
		}
	}
	return nil, errors.New("it holds a value that cannot be read")
}
