package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

const defaultFile = "rinnalla.yaml"

// runServe runs the house for real. The first start makes the keys and prints the first coordinator's link.
func runServe(ctx context.Context, io IO, args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(io.Err)
	file := flags.String("settings", defaultFile, "settings file, as init writes it with every key explained; each can be given as RINNALLA_KEY too")
	if err := flags.Parse(args); err != nil {
		return quietHelp(err)
	}
	s, err := ReadSettings(*file, given(flags, "settings"), io.Env)
	if err != nil {
		return err
	}
	h, err := open(ctx, io, s)
	if err != nil {
		return err
	}
	if err := h.firstCoordinator(ctx, io); err != nil {
		return errors.Join(err, h.db.Close())
	}
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return errors.Join(err, h.db.Close())
	}
	if s.keyBesideData() {
		h.log.Warn("the master key lies in the folder of the database: whoever takes the folder can read what is sealed; see master_key in the settings")
	}
	if s.OIDCIssuer != "" && s.oneWay() {
		h.log.Warn("the organisation's sign-in is taken without word of a second factor; see oidc_mfa in the settings")
	}
	h.log.Info("listening", "base_url", s.BaseURL, "version", version())
	return h.listen(ctx, l)
}

// open makes what a first start needs (folder, master key) and builds the house.
func open(ctx context.Context, io IO, s Settings) (*house, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, err
	}
	keyring, err := masterKey(s.MasterKey)
	if err != nil {
		return nil, err
	}
	h, err := build(ctx, s, keyring, logger(io, s.LogLevel), &Clock{}, nil, false)
	return h, stoppedChange(err, s.MasterKey)
}

// masterKey opens the master key's file, or makes it at the first start.
func masterKey(path string) (*seal.Keyring, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		return seal.CreateMasterFile(path)
	}
	return seal.OpenMasterFile(path)
}

// openMaster opens the master key's file and never makes one: a new key would open nothing that is there.
func openMaster(path string) (*seal.Keyring, error) {
	k, err := seal.OpenMasterFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the master key is needed and is not at %s: put back the copy you kept apart", path)
	}
	return k, err
}

func storageOptions(s Settings, k *seal.Keyring, log *slog.Logger, c *Clock) storage.Options {
	o := storage.Options{Driver: "sqlite", Path: filepath.Join(s.Data, "rinnalla.db"), KeysPath: filepath.Join(s.Data, "keys.db"),
		Keyring: k, Now: c.Now, Logger: log, List: s.ErasedList}
	if b, err := s.backups(); err == nil {
		o.ListDays = max(b.days, b.keyDays) + 7
	}
	if s.Database != "" {
		o.Driver, o.URL, o.KeysURL = "postgres", s.Database, s.Keys
	}
	return o
}

func given(f *flag.FlagSet, name string) bool {
	found := false
	f.Visit(func(x *flag.Flag) { found = found || x.Name == name })
	return found
}

// quietHelp makes -h no error.
func quietHelp(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return fmt.Errorf("%w (see -h)", err)
}
