package backup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/storage"
)

// From says what is put back, and where to. KeysFile "" leaves the keys' store as it is: the house alone was lost. List
// is a file of what has ended, "" when there is none but the one beside the keys.
type From struct {
	Stores     storage.Options
	House      string
	KeysFile   string
	List       string
	Identities []age.Identity
	// Sweep lets go of what has outlived its reason since the backup. AcceptGaps opens the house though nobody knows all
	// that ended since.
	Sweep      func(ctx context.Context, db *storage.DB) error
	AcceptGaps bool
}

// Restored tells what was put back, and what was ended again.
type Restored struct {
	Made     time.Time
	KeysMade time.Time // zero when the keys' store was left as it is
	Rows     int
	Again    storage.Replayed
	Walls    Walls
	// Known tells that the list was kept until the house was lost. Otherwise what ended after Till, and is not listed,
	// is back.
	Known bool
	Till  time.Time
	Held  bool // nobody may sign in until an operator accepts that
}

// Restore fills an empty place from a backup, and before anybody may sign in ends again what has ended since: erasures,
// codes, sessions, closed accounts, and what has outlived its time. A place that is not empty is left alone.
func Restore(ctx context.Context, f From) (Restored, error) {
	if err := f.vacant(ctx); err != nil {
		return Restored{}, err
	}
	r, err := f.fill(ctx)
	if err != nil {
		return r, err
	}
	o := f.Stores
	o.Restoring = true
	db, err := storage.Open(ctx, o)
	if err != nil {
		return r, err
	}
	return r, errors.Join(f.replay(ctx, db, &r), db.Close())
}

func (f From) vacant(ctx context.Context) error {
	err := storage.Vacant(ctx, f.Stores, storage.House)
	if errors.Is(err, storage.ErrNotEmpty) {
		return errors.New("there is a house already: a restore never writes over one. Move it away, or name an empty place in the settings")
	}
	if err != nil {
		return err
	}
	err = storage.Vacant(ctx, f.Stores, storage.Keys)
	switch {
	case f.KeysFile == "" && err == nil:
		return errors.New("there are no keys: name the backup of the keys too")
	case f.KeysFile == "" && errors.Is(err, storage.ErrNotEmpty):
		return nil
	case errors.Is(err, storage.ErrNotEmpty):
		return errors.New("there are keys already: leave the backup of the keys out to use them as they are, or move them away")
	}
	return err
}

// fill puts the rows of both copies into the empty place. The house is held in the same transaction.
func (f From) fill(ctx context.Context) (r Restored, err error) {
	h, err := headOf(f.House, f.Identities, storage.House)
	if err != nil {
		return r, err
	}
	r.Made, r.Till = h.Made, h.Made
	if f.KeysFile != "" {
		k, err := headOf(f.KeysFile, f.Identities, storage.Keys)
		if err != nil {
			return r, err
		}
		r.KeysMade = k.Made
		if k.Made.After(r.Till) {
			r.Till = k.Made
		}
		if _, err := f.put(ctx, f.KeysFile, storage.Keys, k, nil); err != nil {
			return r, err
		}
	}
	sums, err := f.put(ctx, f.House, storage.House, h, func(l *storage.Loader) error { return l.Hold(storage.HeldUnfinished) })
	for _, s := range sums {
		r.Rows += s.Rows
	}
	return r, err
}

func (f From) put(ctx context.Context, file, store string, h head, last func(*storage.Loader) error) ([]sum, error) {
	raw, err := storage.MakeRaw(ctx, f.Stores, store, h.Schema)
	if err != nil {
		return nil, err
	}
	sums, err := load(ctx, raw, file, f.Identities, store, last)
	return sums, errors.Join(err, raw.Close())
}

// replay ends again what has ended, and then sets the house free or holds it.
func (f From) replay(ctx context.Context, db *storage.DB, r *Restored) error {
	list, err := f.list(ctx, db, r)
	if err != nil {
		return err
	}
	if r.Again, err = db.Replay(ctx, list); err != nil {
		return err
	}
	if r.Walls, err = wallAgain(ctx, db, list, r.Made); err != nil {
		return err
	}
	if err := f.Sweep(ctx, db); err != nil {
		return err
	}
	if err := runner.New(db, slog.New(slog.DiscardHandler)).RunDue(ctx); err != nil {
		return fmt.Errorf("destroy keys: %w", err)
	}
	why := ""
	if r.Held = !r.Known && !f.AcceptGaps; r.Held {
		why = storage.HeldGaps
	}
	return db.Update(ctx, func(tx *storage.Tx) error {
		if !r.Known {
			if err := tx.HoldReleases(ctx); err != nil {
				return err
			}
		}
		return tx.Hold(ctx, why)
	})
}

// list is all that is known to have ended: what stands beside the keys, and in the file. Only a list that went on being
// kept after this backup, until the loss, tells everything: the file, or keys that were never lost.
func (f From) list(ctx context.Context, db *storage.DB, r *Restored) (storage.Ended, error) {
	if f.List != "" {
		more, err := storage.ReadEnded(f.List)
		if err != nil {
			return nil, fmt.Errorf("read the list: %w", err)
		}
		if err := db.AddEnded(ctx, more); err != nil {
			return nil, err
		}
		r.Known = more.Knows(r.Made)
	}
	list, err := db.Ended(ctx)
	if f.KeysFile == "" && list.Knows(r.Made) {
		r.Known = true
	}
	return list, err
}

// AcceptGaps sets a restored house free that is held because nobody knows all that ended after its backup.
func AcceptGaps(ctx context.Context, o storage.Options) error {
	o.Restoring = true
	db, err := storage.Open(ctx, o)
	if err != nil {
		return err
	}
	why, err := db.Held(ctx)
	switch {
	case err != nil:
	case why == "":
		err = errors.New("this house is not held: there is nothing to accept")
	case why != storage.HeldGaps:
		err = errors.New("this restore did not come to its end: remove the house with its keys and restore again")
	default:
		err = db.Update(ctx, func(tx *storage.Tx) error { return tx.Hold(ctx, "") })
	}
	return errors.Join(err, db.Close())
}
