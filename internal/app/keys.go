package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// While the master key is changed the new one has its own name beside it, and afterwards the former one has.
const (
	nextKey   = ".new"
	formerKey = ".former"
)

// runKeys is "rinnalla keys change": a new master key, every person's key wrapped by it, the former one put aside. Said
// again after a stop, it goes on where it was.
func runKeys(ctx context.Context, io IO, args []string) error {
	if len(args) == 0 || args[0] != "change" {
		return errors.New("say 'rinnalla keys change', while the house does not serve")
	}
	flags, file := settingsFlag("keys change", io)
	to := flags.String("to", "", "write the new master key there and leave the present file alone; for one that comes from elsewhere, such as a credential")
	if err := flags.Parse(args[1:]); err != nil {
		return quietHelp(err)
	}
	s, err := ReadSettings(*file, given(flags, "settings"), io.Env)
	if err != nil {
		return err
	}
	at := s.MasterKey + nextKey
	if *to != "" {
		at = *to
	}
	n, err := changeMaster(ctx, s, at)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "Wrapped %d keys anew.\n", n)
	if *to != "" {
		fmt.Fprintf(io.Out, "From now on the house opens with %s alone: put it in the place of %s, and keep a copy of it apart.\n", at, s.MasterKey)
	} else if err := takePlace(s.MasterKey); err != nil {
		return err
	} else {
		fmt.Fprintf(io.Out, "The master key at %s is the new one: keep a copy of it apart, as of the former. The former lies at %s.\n", s.MasterKey, s.MasterKey+formerKey)
	}
	fmt.Fprintf(io.Out, "Backups of the keys made before open with the former master key alone. Make one now; when the older ones are gone (%s days), destroy the former key.\n", s.BackupKeyDays)
	return nil
}

// changeMaster makes the new master key, or takes the one that a stop has left, and wraps everything by it.
func changeMaster(ctx context.Context, s Settings, at string) (int, error) {
	former, err := openMaster(s.MasterKey)
	if err != nil {
		return 0, err
	}
	if err := freeFormer(s.MasterKey); err != nil {
		return 0, err
	}
	if at == s.MasterKey {
		return 0, errors.New("the new master key needs another file than the present one")
	}
	next, err := seal.OpenMasterFile(at)
	made := errors.Is(err, fs.ErrNotExist)
	if made {
		next, err = seal.ChangeMasterFile(at, former)
	}
	if err != nil {
		return 0, err
	}
	n, err := storage.ChangeMaster(ctx, storageOptions(s, former, nil, &Clock{}), next)
	if made && (errors.Is(err, storage.ErrInUse) || errors.Is(err, storage.ErrWrongMaster)) {
		err = errors.Join(err, os.Remove(at)) // it belongs to nothing
	}
	return n, err
}

// freeFormer refuses to begin where a former key of another change would be written over: it may still open backups.
func freeFormer(path string) error {
	former, err := os.Stat(path + formerKey)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	present, err2 := os.Stat(path)
	if err = errors.Join(err, err2); err != nil || os.SameFile(former, present) { // a change that a stop has left
		return err
	}
	return fmt.Errorf("a former master key lies at %s: move it away, or destroy it if no backup of the keys needs it", path+formerKey)
}

// takePlace puts the new master key in the place of the former, which stays beside it. At every moment one of the names
// holds the key that opens.
func takePlace(path string) error {
	if err := os.Link(path, path+formerKey); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the keys are wrapped anew, and the new master key lies at %s; put it in the place of the former yourself: %w", path+nextKey, err)
	}
	return os.Rename(path+nextKey, path)
}

// stoppedChange says what to do about a house whose keys the master key does not open, because a change was stopped.
func stoppedChange(err error, path string) error {
	if _, none := os.Stat(path + nextKey); none == nil && errors.Is(err, storage.ErrWrongMaster) {
		return errors.New("a change of the master key was stopped in the middle: say 'rinnalla keys change' again")
	}
	return err
}
