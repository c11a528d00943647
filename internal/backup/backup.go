// Package backup copies the two stores away, tries copies and puts them back. A copy of the house and a copy of the
// keys are two files with recipients of their own, encrypted with age while they are read, so that nothing lies on the
// disk in the clear; the master key is in neither. What was erased after a copy was made is erased again before anybody
// may sign in (design 4.1, 4.7). Which rows there are is storage's; when a copy is due and where it lies is app's.
package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/storage"
)

// Plan says what is copied, where to, for whom, and how long it is kept. The machine holds the recipients alone: what
// it has written it cannot read again.
type Plan struct {
	Stores        storage.Options
	Program       string // the version that makes the copy
	Dir, KeysDir  string
	For, KeysFor  []age.Recipient
	Days, KeyDays int
}

// Made are the files of one backup.
type Made struct {
	At          time.Time
	House, Keys string
	Rows        int
}

// stamped is how a backup's moment stands in its name.
const stamped = "20060102T150405Z"

// Make copies both stores while the program runs. The keys are read after the state of the house is fixed: a key is
// made before and destroyed after what it seals, so none that the copy needs can lack.
func Make(ctx context.Context, p Plan, now time.Time) (Made, error) {
	made := Made{At: now.UTC().Truncate(time.Second)}
	if err := storage.MarkBackup(ctx, p.Stores, made.At); err != nil {
		return Made{}, err
	}
	house, err := storage.OpenRaw(ctx, p.Stores, storage.House)
	if err != nil {
		return Made{}, err
	}
	defer house.Close()
	keys, err := storage.OpenRaw(ctx, p.Stores, storage.Keys)
	if err != nil {
		return Made{}, err
	}
	defer keys.Close()
	err = house.Read(ctx, func(s storage.Snapshot) (err error) {
		made.House, made.Rows, err = p.copy(ctx, s, storage.House, made.At)
		return err
	})
	if err != nil {
		return Made{}, err
	}
	err = keys.Passing(func(s storage.Snapshot) (err error) {
		made.Keys, _, err = p.copy(ctx, s, storage.Keys, made.At)
		return err
	})
	return made, err
}

// copy writes one store's file under a name that says it is not whole, and gives it its name when it lies on the disk.
func (p Plan) copy(ctx context.Context, s storage.Snapshot, store string, at time.Time) (name string, rows int, err error) {
	dir, recipients := p.Dir, p.For
	if store == storage.Keys {
		dir, recipients = p.KeysDir, p.KeysFor
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", 0, explain(err, dir)
	}
	name = filepath.Join(dir, nameOf(store, at))
	part := filepath.Join(dir, "."+nameOf(store, at)+partly)
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, explain(err, dir)
	}
	rows, err = encrypt(ctx, f, recipients, s, head{Format: format, Store: store, Driver: p.Stores.Driver, Made: at, Program: p.Program})
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		if err = os.Rename(part, name); err == nil {
			return name, rows, syncFolder(dir)
		}
	}
	return "", 0, errors.Join(explain(err, dir), os.Remove(part))
}

const (
	suffix = ".age"
	partly = ".part"
)

func nameOf(store string, at time.Time) string {
	return "rinnalla-" + store + "-" + at.Format(stamped) + suffix
}

// madeAt reads a backup's moment from its name; false for any other file.
func madeAt(store, name string) (time.Time, bool) {
	middle, ok := strings.CutPrefix(name, "rinnalla-"+store+"-")
	if !ok {
		return time.Time{}, false
	}
	middle, ok = strings.CutSuffix(middle, suffix)
	at, err := time.Parse(stamped, middle)
	return at, ok && err == nil
}

// Newest is the newest backup of a store in a folder; "" when there is none.
func Newest(dir, store string) (name string, at time.Time, err error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return "", time.Time{}, nil
	}
	for _, f := range files {
		if made, ok := madeAt(store, f.Name()); ok && made.After(at) {
			name, at = filepath.Join(dir, f.Name()), made
		}
	}
	return name, at, err
}

// Prune removes what has been kept for its days, and what a stopped program has left half done. It tells how many
// backups went. The newest goes too when its days are over: a stated life is a promise.
func Prune(p Plan, now time.Time) (gone int, err error) {
	var errs []error
	for _, k := range []struct {
		dir, store string
		days       int
	}{{p.Dir, storage.House, p.Days}, {p.KeysDir, storage.Keys, p.KeyDays}} {
		files, err := os.ReadDir(k.dir)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		for _, f := range files {
			whole := f.Name()
			half := strings.HasPrefix(whole, ".") && strings.HasSuffix(whole, partly)
			if half {
				whole = strings.TrimSuffix(whole[1:], partly)
			}
			at, ours := madeAt(k.store, whole)
			life := time.Duration(k.days) * 24 * time.Hour
			if half {
				life = 24 * time.Hour
			}
			if !ours || now.Sub(at) < life {
				continue
			}
			if err := os.Remove(filepath.Join(k.dir, f.Name())); err != nil {
				errs = append(errs, err)
			} else if !half {
				gone++
			}
		}
	}
	return gone, errors.Join(errs...)
}

// explain says what to do about a folder that cannot be written to.
func explain(err error, dir string) error {
	if err == nil {
		return nil
	}
	if full(err) {
		return fmt.Errorf("the disk of %s is full: nothing was kept; make room and back up again: %w", dir, err)
	}
	return fmt.Errorf("back up to %s: %w", dir, err)
}
