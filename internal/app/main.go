// Package app reads settings, puts the rooms together, serves and stops. Decisions are other rooms'.
package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Version is set by the release build; a build from a checkout says its revision.
var Version = ""

const usage = `rinnalla: beside people who seek help

  rinnalla demo          a demo organisation on the embedded database; nothing to set up
  rinnalla init          write a settings file, make the keys and the first coordinator's link
  rinnalla serve         run it for real
  rinnalla backup        copy the house and its keys away, encrypted, while it runs
  rinnalla verify        try a backup without starting anything
  rinnalla restore       put a backup back into an empty place
  rinnalla keys change   make a new master key and wrap everybody's key by it
  rinnalla model check   tell every mistake of the service models at once
  rinnalla model explain tell a service model in plain words
  rinnalla version       what this is

rinnalla COMMAND -h tells more.
`

type command struct {
	name string
	run  func(ctx context.Context, io IO, args []string) error
}

// IO is where a command writes and what surrounds it.
type IO struct {
	Out, Err io.Writer
	Env      func(string) string
}

var commands = []command{
	{"demo", runDemo}, {"init", runInit}, {"serve", runServe}, {"model", runModel},
	{"backup", runBackup}, {"verify", runVerify}, {"restore", runRestore}, {"keys", runKeys},
	{"version", func(_ context.Context, io IO, _ []string) error {
		fmt.Fprintln(io.Out, "rinnalla", version())
		return nil
	}},
}

// Main runs one command and gives the exit code. An interrupt or a polite end stops it gracefully.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, IO{os.Stdout, os.Stderr, os.Getenv}, args)
}

// Run is Main with everything handed in.
func Run(ctx context.Context, io IO, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Fprint(io.Out, usage)
		return 0
	}
	for _, c := range commands {
		if c.name != args[0] {
			continue
		}
		if err := c.run(ctx, io, args[1:]); err != nil {
			fmt.Fprintln(io.Err, "rinnalla:", err)
			return 1
		}
		return 0
	}
	fmt.Fprintf(io.Err, "rinnalla: there is no command %q\n\n%s", args[0], usage)
	return 2
}

func version() string {
	if Version != "" {
		return Version
	}
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, s := range b.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "development " + s.Value[:12]
			}
		}
	}
	return "development"
}
