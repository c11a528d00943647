package backup_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/storage"
)

// A backup of the very first schema is brought forward through every migration since, with its people in it. The
// keys have the first schema that has the list.
func TestRestoreOfTheFirstSchema(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		dir := t.TempDir()
		first := storage.Options{Driver: "sqlite", Path: filepath.Join(dir, "house.db"), KeysPath: filepath.Join(dir, "keys.db"), Keyring: o.options.Keyring,
			Now: o.clock.Now, List: o.options.List}
		for store, version := range map[string]int64{storage.House: 1, storage.Keys: 5} {
			o.copyBack(first, store, version)
		}
		plan := o.plan
		plan.Stores = first
		made, err := backup.Make(t.Context(), plan, o.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		v, err := backup.Verify(t.Context(), made.House, made.Keys, o.open, o.options.Keyring)
		if err != nil || v.Schema != 1 || v.Sealed.Open < 10 {
			t.Fatalf("verify: %+v, %v", v, err)
		}
		o.end()
		to := o.nowhere()
		r, err := backup.Restore(t.Context(), o.from(made, to))
		if err != nil || !r.Known || r.Held || r.Again.Persons != 1 || r.Again.Codes != 1 {
			t.Fatalf("got %+v, %v", r, err)
		}
		o.db = o.start(to)
		o.there()
	})
}

// nowhere is an empty place without any schema, as a new one is: elsewhere has today's already.
func (o *organisation) nowhere() storage.Options {
	o.t.Helper()
	at := o.elsewhere()
	if o.driver == "sqlite" {
		dir := o.t.TempDir()
		at.Path, at.KeysPath = filepath.Join(dir, "house.db"), filepath.Join(dir, "keys.db")
		return at
	}
	for _, address := range []*string{&at.URL, &at.KeysURL} { // a namespace beside the tables that are there
		db, err := sql.Open("pgx", *address)
		if err != nil {
			o.t.Fatal(err)
		}
		if _, err := db.ExecContext(o.t.Context(), "CREATE SCHEMA nowhere"); err != nil {
			o.t.Fatal(err)
		}
		o.t.Cleanup(func() {
			_, err := db.Exec("DROP SCHEMA nowhere CASCADE")
			if err = errors.Join(err, db.Close()); err != nil {
				o.t.Error(err)
			}
		})
		*address += map[bool]string{true: "&", false: "?"}[strings.Contains(*address, "?")] + "search_path=nowhere"
	}
	return at
}

// copyBack fills a store of an older schema with as much of the house's rows as it has columns for.
func (o *organisation) copyBack(to storage.Options, store string, version int64) {
	t, ctx := o.t, o.t.Context()
	t.Helper()
	raw, err := storage.MakeRaw(ctx, to, store, version)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var old []storage.Table
	if err := raw.Read(ctx, func(s storage.Snapshot) (err error) { old, err = s.Tables(ctx); return err }); err != nil {
		t.Fatal(err)
	}
	house, err := storage.OpenRaw(ctx, o.options, store)
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	err = raw.Load(ctx, func(l *storage.Loader) error {
		return house.Read(ctx, func(s storage.Snapshot) error {
			now, err := s.Tables(ctx)
			if err != nil {
				return err
			}
			for _, table := range old {
				i := slices.IndexFunc(now, func(x storage.Table) bool { return x.Name == table.Name })
				if i < 0 || table.Name == "booking_cell" { // the quarters are put anew, of the meetings
					continue
				}
				if err := l.Table(table); err != nil {
					return err
				}
				if err := s.Each(ctx, now[i], func(row []any) error { return l.Row(as(table, now[i], row)) }); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// gone are columns that there were once and that may not be empty, and what now stands under a seal as it stood in the open.
var gone = map[string]any{"other_may_answer": int64(0), "day": "2027-01-20", "clock": "12:00", "zone": "Europe/Helsinki", "minutes": int64(60),
	"starts": "2027-01-20T10:00:00.000Z", "ends": "2027-01-20T11:00:00.000Z", "place_kind": "agreed", "day_part": "office-hours",
	"contacted": "", "decision_day": "", "opened": "2027-01-12", "closed": "", "erase_on": "", "asked": "2027-01-12T10:00:00.000Z", "last_day": "2027-04-30"}

// as picks the values of a row that another schema's table has.
func as(want, has storage.Table, row []any) []any {
	out := make([]any, len(want.Columns))
	for i, c := range want.Columns {
		if j := slices.Index(has.Columns, c); j >= 0 {
			out[i] = row[j]
		}
		if out[i] == nil || out[i] == "" && gone[c] != nil {
			out[i] = gone[c]
		}
	}
	return out
}
