package app

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
)

// settingsExample is what init writes: every key with what it means.
//
//go:embed rinnalla.example.yaml
var settingsExample []byte

// runInit gets a house ready without opening its doors: a settings file to edit, the keys, the database, and the first
// coordinator's link. What exists is left as it is.
func runInit(ctx context.Context, io IO, args []string) error {
	flags := flag.NewFlagSet("init", flag.ContinueOnError)
	flags.SetOutput(io.Err)
	file := flags.String("settings", defaultFile, "settings file; written when it does not exist")
	if err := flags.Parse(args); err != nil {
		return quietHelp(err)
	}
	if err := writeSettings(io, *file); err != nil {
		return err
	}
	s, err := ReadSettings(*file, true, io.Env)
	if err != nil {
		return err
	}
	h, err := open(ctx, io, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "Master key: %s (keep a copy somewhere safe, apart from the data)\n", s.MasterKey)
	err = h.firstCoordinator(ctx, io)
	return errors.Join(err, h.db.Close())
}

func writeSettings(io IO, file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(settingsExample); err != nil {
		return errors.Join(err, f.Close())
	}
	fmt.Fprintf(io.Out, "Wrote %s: read it through, and set base_url to the address people will use.\n", file)
	return f.Close()
}
