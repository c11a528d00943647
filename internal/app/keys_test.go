package app

import (
	"os"
	"path/filepath"
	"testing"

	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// The master key is changed by the command people type: the house opens with the new one, backups made before with the
// former, backups made after with the new; and a stop at any moment is gone on from.
func TestKeysChange(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			y := place(t)
			if driver == "postgres" {
				o := storagetest.Options(t, driver)
				y.env["RINNALLA_DATABASE"], y.env["RINNALLA_KEYS"] = o.URL, o.KeysURL
			}
			y.run(0, "init")
			y.run(0, "backup")
			before := []string{"-house", only(t, y.env["RINNALLA_BACKUP"]), "-keys", only(t, y.env["RINNALLA_BACKUP_KEYS"])}
			for i, name := range []int{1, 3} {
				before[name] = y.moved(before[name], []string{"house", "keys"}[i])
			}
			y.opened(func() { y.says(y.run(1, "keys", "change"), "stop it first") })
			y.gone("master.key.new", "a refused change left a key that belongs to nothing")

			text := y.run(0, "keys", "change")
			y.says(text, "keys anew")
			y.says(text, "master.key.former")
			verify := append([]string{"verify"}, y.opens...)
			y.says(y.run(1, append(verify, before...)...), "does not open its keys")
			y.run(0, "backup")
			y.says(y.run(0, verify...), "all opened by the master key")

			master := y.env["RINNALLA_MASTER_KEY"]
			y.env["RINNALLA_MASTER_KEY"] = master + ".former"
			y.says(y.run(0, append(verify, before...)...), "all opened by the master key")
			y.says(y.run(1, "keys", "change"), "does not open the keys") // a wrong old key changes nothing
			y.env["RINNALLA_MASTER_KEY"] = master
			y.says(y.run(1, "keys", "change"), "a former master key lies at")
			y.gone("master.key.former.new", "a change with a wrong key left a new one")
			y.opened(func() {})
		})
	}
}

// A stop between any two steps: everything is wrapped by one of the two, and the command said again ends it.
func TestKeysChangeGoesOnAfterAStop(t *testing.T) {
	y := place(t)
	y.run(0, "init")
	master := y.env["RINNALLA_MASTER_KEY"]
	former, err := seal.OpenMasterFile(master)
	if err != nil {
		t.Fatal(err)
	}
	// The new key lies there, nothing is wrapped yet.
	next, err := seal.ChangeMasterFile(master+nextKey, former)
	if err != nil {
		t.Fatal(err)
	}
	y.opened(func() {})
	// Everything is wrapped, the files have their old names.
	s, err := ReadSettings(y.settings, true, func(k string) string { return y.env[k] })
	if err != nil {
		t.Fatal(err)
	}
	if n, err := storage.ChangeMaster(t.Context(), storageOptions(s, former, nil, &Clock{}), next); err != nil || n == 0 {
		t.Fatalf("wrapped %d, %v", n, err)
	}
	if _, err := open(t.Context(), IO{Out: os.Stdout, Err: os.Stderr}, s); err == nil {
		t.Fatal("the house opened with the former key")
	} else {
		y.says(err.Error(), "say 'rinnalla keys change' again")
	}
	// The former is put aside, and has its old name too.
	if err := os.Link(master, master+formerKey); err != nil {
		t.Fatal(err)
	}
	y.says(y.run(0, "keys", "change"), "Wrapped 0 keys")
	y.opened(func() {})
	y.gone("master.key.new", "the new key still has its other name")
	if again, err := seal.OpenMasterFile(master + formerKey); err != nil || !again.Related(former) {
		t.Errorf("the former key was not kept: %v", err)
	}
}

// A master key that comes from elsewhere, and cannot be written there, stays; the new one lies where it was asked for.
func TestKeysChangeElsewhere(t *testing.T) {
	y := place(t)
	y.run(0, "init")
	to := filepath.Join(y.dir, "elsewhere.key")
	y.says(y.run(0, "keys", "change", "-to", to), to+" alone")
	y.env["RINNALLA_MASTER_KEY"] = to
	y.opened(func() {})
	y.gone("master.key.former", "a file was moved that was to stay")
	y.says(y.run(1, "keys"), "keys change")
}

// opened opens the house as a program that serves would, and does something meanwhile.
func (y *typed) opened(meanwhile func()) {
	y.t.Helper()
	s, err := ReadSettings(y.settings, true, func(k string) string { return y.env[k] })
	if err != nil {
		y.t.Fatal(err)
	}
	h, err := open(y.t.Context(), IO{Out: os.Stdout, Err: os.Stderr}, s)
	if err != nil {
		y.t.Fatal(err)
	}
	meanwhile()
	if err := h.db.Close(); err != nil {
		y.t.Fatal(err)
	}
}

func (y *typed) moved(name, to string) string {
	y.t.Helper()
	to = filepath.Join(y.dir, "before."+to)
	if err := os.Rename(name, to); err != nil {
		y.t.Fatal(err)
	}
	return to
}

func (y *typed) gone(name, why string) {
	y.t.Helper()
	if _, err := os.Stat(filepath.Join(y.dir, name)); err == nil {
		y.t.Error(why)
	}
}
