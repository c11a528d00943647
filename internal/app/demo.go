package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/courier"
	"rinnalla.fi/rinnalla/internal/demo"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web"
)

type demoFlags struct {
	json, dev bool
	port      int
	dir, now  string
	days      int
	seed      uint64
}

func readDemoFlags(io IO, args []string) (demoFlags, error) {
	f := demoFlags{}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Err)
	flags.BoolVar(&f.json, "json", false, "print the address and one-time sign-in links as JSON")
	flags.IntVar(&f.port, "port", 8080, "port on this machine; 0 takes a free one")
	flags.StringVar(&f.dir, "dir", "", "folder to keep the demo in; empty is a temporary one, removed at the end")
	flags.StringVar(&f.now, "now", "", "what the clock says, like 2027-01-12T21:40 (Finnish time)")
	flags.IntVar(&f.days, "days", 365, "days of life to play through before now")
	flags.Uint64Var(&f.seed, "seed", 1, "the demo's dice")
	flags.BoolVar(&f.dev, "dev", false, "show the component gallery at /dev/pages")
	return f, flags.Parse(args)
}

// runDemo plays a year of an invented organisation through the real actions, then serves it on this machine alone.
func runDemo(ctx context.Context, io IO, args []string) error {
	f, err := readDemoFlags(io, args)
	if err != nil {
		return quietHelp(err)
	}
	dir, done, err := demoFolder(f.dir)
	if err != nil {
		return err
	}
	defer done()
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(f.port)))
	if err != nil {
		return fmt.Errorf("%w; choose another with --port", err)
	}
	d, err := newDemo(ctx, io, f, dir, demoAddress(l.Addr()))
	if err != nil {
		return errors.Join(err, l.Close())
	}
	links, err := d.play(ctx, io, f)
	if err != nil {
		return errors.Join(err, l.Close(), d.db.Close())
	}
	d.real.WithSink()
	d.courier = d.real
	d.announce(io, f, links)
	return d.listen(ctx, l)
}

func demoFolder(dir string) (string, func(), error) {
	if dir != "" {
		return dir, func() {}, os.MkdirAll(dir, 0o700)
	}
	dir, err := os.MkdirTemp("", "rinnalla-demo-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// demoHouse is a house whose clock can be turned.
type demoHouse struct {
	*house
	start time.Time
	real  *courier.Courier // from the end of the play on; what has no way of its own goes to its sink
}

func newDemo(ctx context.Context, io IO, f demoFlags, dir, address string) (*demoHouse, error) {
	keyring, err := demoKey(dir, f.dir != "")
	if err != nil {
		return nil, err
	}
	d := &demoHouse{start: time.Now()}
	if f.now != "" {
		if d.start, err = web.ParseMoment(f.now, "Europe/Helsinki"); err != nil {
			return nil, errors.New("--now is like 2027-01-12T21:40")
		}
	}
	s := Settings{BaseURL: address, Data: dir, ExitURL: DefaultExitURL, LogLevel: "warn"}
	if v := io.Env("RINNALLA_EXIT_URL"); v != "" {
		s.ExitURL = v
	}
	s.Models = io.Env("RINNALLA_MODELS")
	s.Database, s.Keys = io.Env("RINNALLA_DATABASE"), io.Env("RINNALLA_KEYS")
	s.SMSURL, s.SMSSender, s.SMSReplySecret = io.Env("RINNALLA_SMS_URL"), io.Env("RINNALLA_SMS_SENDER"), io.Env("RINNALLA_SMS_REPLY_SECRET")
	if s.SMTP = io.Env("RINNALLA_SMTP"); s.SMTP != "" {
		s.MailFrom = "Rinnalla <rinnalla@example.fi>"
	}
	if err := errors.Join(demoGateway(s), demoMail(s)); err != nil {
		return nil, err
	}
	clock := &Clock{}
	clock.Set(d.start.AddDate(0, 0, -f.days))
	if d.house, err = build(ctx, s, keyring, logger(io, s.LogLevel), clock, d, f.dev); err != nil {
		return nil, err
	}
	d.real, d.courier = d.courier, courier.New(nil, nil)
	d.courier.WithSink() // the year that is played writes to nobody
	return d, nil
}

// demoGateway lets a demo send to a gateway on this machine alone: its numbers are invented, and may be somebody's.
func demoGateway(s Settings) error {
	if s.SMSURL == "" {
		return nil
	}
	u, err := url.Parse(s.SMSURL)
	if err != nil || u.Scheme != "http" || !courier.Loopback(u.Hostname()) {
		return errors.New("a demo sends to a gateway on this machine alone: RINNALLA_SMS_URL must be like http://127.0.0.1:PORT/")
	}
	if wrong := s.checkMessages(); len(wrong) > 0 {
		return errors.New(wrong[0])
	}
	return nil
}

// demoMail lets a demo write letters to a mail server on this machine alone, for the same reason.
func demoMail(s Settings) error {
	if host, _, err := net.SplitHostPort(s.SMTP); s.SMTP != "" && (err != nil || !courier.Loopback(host)) {
		return errors.New("a demo writes to a mail server on this machine alone: RINNALLA_SMTP must be like 127.0.0.1:PORT")
	}
	return nil
}

// demoKey is a throw-away key for a throw-away folder, or a file's where the demo is to be kept.
func demoKey(dir string, keep bool) (*seal.Keyring, error) {
	if keep {
		return masterKey(filepath.Join(dir, "master.key"))
	}
	key := make([]byte, 32)
	rand.Read(key)
	return seal.NewKeyring(key)
}

// Now is the demo's clock.
func (d *demoHouse) Now() time.Time { return d.clock.Now() }

// nextMessage is when the next message to a client may leave; the zero time when none waits.
func (d *demoHouse) nextMessage(ctx context.Context) (at time.Time, err error) {
	err = d.db.View(ctx, func(tx *storage.Tx) (err error) {
		at, err = tx.NextMessage(ctx)
		return err
	})
	return at, err
}

// Turn sets the clock forward day by day, doing all that becomes due on the way, as if the time had passed. It stops at
// every message that may leave on the way, so that each leaves at its hour.
func (d *demoHouse) Turn(ctx context.Context, to time.Time) error {
	for {
		now := d.clock.Now()
		next := now.AddDate(0, 0, 1)
		message, err := d.nextMessage(ctx)
		if err != nil {
			return err
		}
		if message.After(now) && message.Before(next) {
			next = message
		}
		if next.After(to) {
			next = to
		}
		d.clock.Set(next)
		if next.Equal(message) {
			if err := d.db.Update(ctx, func(tx *storage.Tx) error { return tx.PutJob(ctx, outgoing.Due, "", tx.Now()) }); err != nil {
				return err
			}
		}
		if err := d.runner.RunDue(ctx); err != nil && ctx.Err() != nil {
			return err // a job that failed is logged and comes again by itself; the year goes on
		}
		if !next.Before(to) {
			return nil
		}
	}
}

func (d *demoHouse) play(ctx context.Context, io IO, f demoFlags) ([]demo.Link, error) {
	return demo.Play(ctx, demo.House{DB: d.db, Models: d.models, Turn: d.Turn, Now: d.clock.Now}, demo.Options{
		Seed: f.seed, Until: d.start, BaseURL: d.settings.BaseURL,
		Progress: func(day string) {
			if !f.json {
				fmt.Fprintf(io.Err, "\rplaying a year of an invented organisation: %s ", day)
			}
		}})
}

func (d *demoHouse) announce(io IO, f demoFlags, links []demo.Link) {
	if f.json {
		signIn := map[string]string{}
		for _, l := range links {
			signIn[l.Key] = l.URL
		}
		json.NewEncoder(io.Out).Encode(map[string]any{"address": d.settings.BaseURL, "sign_in": signIn, "now": d.clock.Now().Format(time.RFC3339)})
		return
	}
	fmt.Fprintf(io.Err, "\r%60s\r", "")
	fmt.Fprintf(io.Out, "Rinnalla's demo is at   %s\n\nSign in (each link works once; start the demo again for new ones):\n", d.settings.BaseURL)
	for _, l := range links {
		fmt.Fprintf(io.Out, "  %-28s %s\n", l.Label, l.URL)
	}
	fmt.Fprintf(io.Out, "\nEverybody in it is invented. Ctrl+C ends it and removes it.\n")
}

// demoAddress names this machine "localhost": browsers keep passkeys for names alone.
func demoAddress(a net.Addr) string {
	return "http://localhost:" + strconv.Itoa(a.(*net.TCPAddr).Port)
}
