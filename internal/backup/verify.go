package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// errEnough ends the reading of a copy whose head is known.
var errEnough = errors.New("enough")

// headOf reads what a copy says of itself.
func headOf(name string, identities []age.Identity, store string) (h head, err error) {
	_, err = readFile(name, identities, store, sink{head: func(is head) error { h = is; return errEnough }})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return h, err
}

// Verified is what a tried copy turned out to hold: counts alone.
type Verified struct {
	Made, KeysMade time.Time
	Driver         string
	Schema         int64
	Tables, Rows   int
	Keys           int // that open with the master key
	Sealed         storage.Opened
}

// Verify reads both copies whole, in memory and without starting anything: counts and checksums are the manifest's, the
// rows keep every promise of their schema, point at rows that are there, come through the migrations to the tables the
// catalogue names, the keys open with the master key, and what is sealed opens with the keys.
func Verify(ctx context.Context, house, keys string, identities []age.Identity, ring *seal.Keyring) (v Verified, err error) {
	found, err := v.verifyKeys(keys, identities, ring)
	if err != nil {
		return v, err
	}
	h, err := headOf(house, identities, storage.House)
	if err != nil {
		return v, err
	}
	v.Made, v.Driver, v.Schema = h.Made, h.Driver, h.Schema
	raw, err := storage.MemoryRaw(ctx, storage.House, h.Schema)
	if err != nil {
		return v, err
	}
	defer raw.Close()
	sums, err := load(ctx, raw, house, identities, storage.House, nil)
	if err != nil {
		return v, err
	}
	for _, s := range sums {
		v.Tables, v.Rows = v.Tables+1, v.Rows+s.Rows
	}
	if found[storage.TimesKey] == nil { // a copy from before times were sealed: they are tried with a key of the moment
		found[storage.TimesKey] = seal.NewKey()
	}
	if err := raw.Upgrade(ctx, found[storage.TimesKey]); err != nil {
		return v, err
	}
	if err := catalogued(ctx, raw); err != nil {
		return v, err
	}
	if v.Sealed, err = raw.OpenSealed(ctx, found); err == nil && v.Sealed.Broken > 0 {
		err = fmt.Errorf("%d sealed values do not open with their own keys: the copies do not belong together, or are damaged", v.Sealed.Broken)
	}
	return v, err
}

// load puts a copy's rows into a store, all or none.
func load(ctx context.Context, raw *storage.Raw, file string, identities []age.Identity, store string, last func(*storage.Loader) error) (sums []sum, err error) {
	err = raw.Load(ctx, func(l *storage.Loader) (err error) {
		sums, err = readFile(file, identities, store, sink{head: func(head) error { return nil }, table: l.Table, row: l.Row})
		if err == nil && last != nil {
			err = last(l)
		}
		return err
	})
	return sums, err
}

// verifyKeys opens every key of the copy with the master key, in memory alone.
func (v *Verified) verifyKeys(file string, identities []age.Identity, ring *seal.Keyring) (map[string]*seal.Key, error) {
	keys := map[string]*seal.Key{}
	var id, wrapped int
	into := sink{
		head: func(h head) error { v.KeysMade = h.Made; return nil },
		table: func(t storage.Table) error {
			id, wrapped = slices.Index(t.Columns, "id"), slices.Index(t.Columns, "wrapped")
			return nil
		},
		row: func(row []any) error {
			if id < 0 || wrapped < 0 {
				return nil // the list of what has ended
			}
			name, _ := row[id].(string)
			box, _ := row[wrapped].([]byte)
			k, err := ring.Unwrap(name, box)
			if err != nil {
				return errors.New("the master key does not open its keys: give the one they were made with")
			}
			keys[name] = k
			return nil
		},
	}
	_, err := readFile(file, identities, storage.Keys, into)
	v.Keys = len(keys)
	return keys, err
}

// catalogued holds a store's tables against the data catalogue.
func catalogued(ctx context.Context, raw *storage.Raw) error {
	want, err := storage.CatalogueTables(storage.House)
	if err != nil {
		return err
	}
	var has []storage.Table
	err = raw.Read(ctx, func(s storage.Snapshot) (err error) {
		has, err = s.Tables(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if a, b := spell(has), spell(want); !slices.Equal(a, b) {
		return errors.New("its tables are not those of the data catalogue")
	}
	return nil
}

func spell(tables []storage.Table) (all []string) {
	for _, t := range tables {
		columns := slices.Sorted(slices.Values(t.Columns))
		all = append(all, t.Name+"("+strings.Join(columns, " ")+")")
	}
	slices.Sort(all)
	return all
}
