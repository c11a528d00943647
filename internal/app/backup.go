package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/retention"
	"rinnalla.fi/rinnalla/internal/storage"
)

// backups are the settings of backups, read.
type backups struct {
	house, keys   []age.Recipient
	days, keyDays int
	every         time.Duration
}

// backups reads whom backups are for and how long they are kept. Without recipients none is made.
func (s Settings) backups() (b backups, err error) {
	var wrong []error
	recipients := func(name, text string) (all []age.Recipient) {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
			more, err := age.ParseRecipients(strings.NewReader(word))
			if err != nil {
				wrong = append(wrong, errors.New(name+" must be public keys as age-keygen shows them (age1...)"))
				return nil
			}
			all = append(all, more...)
		}
		return all
	}
	days := func(name, text string) int {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 3650 {
			wrong = append(wrong, errors.New(name+" must be a number of days from 1 to 3650"))
		}
		return n
	}
	b.house, b.keys = recipients("backup_for", s.BackupFor), recipients("backup_keys_for", s.BackupKeysFor)
	b.days, b.keyDays = days("backup_days", s.BackupDays), days("backup_key_days", s.BackupKeyDays)
	if b.every, err = time.ParseDuration(s.BackupEvery); err != nil || b.every < 0 {
		wrong = append(wrong, errors.New("backup_every must be a time such as 24h, or 0"))
	}
	if (len(b.house) == 0) != (len(b.keys) == 0) {
		wrong = append(wrong, errors.New("backup_for and backup_keys_for go together"))
	}
	if s.BackupFor != "" && strings.TrimSpace(s.BackupFor) == strings.TrimSpace(s.BackupKeysFor) {
		wrong = append(wrong, errors.New("backup_keys_for must be somebody else than backup_for: whoever opens the one must not open the other"))
	}
	if len(wrong) > 0 {
		all := make([]string, len(wrong))
		for i, e := range wrong {
			all[i] = e.Error()
		}
		slices.Sort(all)
		return b, errors.New(strings.Join(all, "; "))
	}
	return b, nil
}

func (s Settings) plan(b backups, o storage.Options) backup.Plan {
	return backup.Plan{Stores: o, Program: version(), Dir: s.Backup, KeysDir: s.BackupKeys, For: b.house, KeysFor: b.keys, Days: b.days, KeyDays: b.keyDays}
}

// keepBackups makes a backup whenever the newest is too old, and removes those whose days are over, while the house
// serves. It looks at the folders alone, so that what was missed while the machine was off is made up for.
func (h *house) keepBackups(ctx context.Context) {
	b, err := h.settings.backups()
	if err != nil || len(b.house) == 0 {
		return
	}
	p := h.settings.plan(b, storageOptions(h.settings, nil, h.log, h.clock))
	for {
		h.keepBackup(ctx, p, b.every)
		select {
		case <-time.After(30 * time.Minute):
		case <-ctx.Done():
			return
		}
	}
}

func (h *house) keepBackup(ctx context.Context, p backup.Plan, every time.Duration) {
	now := h.clock.Now()
	_, house, err := backup.Newest(p.Dir, storage.House)
	_, keys, err2 := backup.Newest(p.KeysDir, storage.Keys)
	if err = errors.Join(err, err2); err == nil && every > 0 && (now.Sub(house) >= every || now.Sub(keys) >= every) {
		var made backup.Made
		if made, err = backup.Make(ctx, p, now); err == nil {
			h.log.Info("backed up", "rows", made.Rows)
		}
	}
	_, err2 = backup.Prune(p, now)
	if err = errors.Join(err, err2); err != nil && ctx.Err() == nil {
		h.log.Error("backups cannot be kept", "cause", err.Error())
	}
}

func settingsFlag(name string, io IO) (*flag.FlagSet, *string) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Err)
	return flags, flags.String("settings", defaultFile, "settings file")
}

// runBackup is "rinnalla backup": one backup now, beside a running house, and the old ones removed.
func runBackup(ctx context.Context, io IO, args []string) error {
	flags, file := settingsFlag("backup", io)
	if err := flags.Parse(args); err != nil {
		return quietHelp(err)
	}
	s, err := ReadSettings(*file, given(flags, "settings"), io.Env)
	if err != nil {
		return err
	}
	b, err := s.backups()
	if err != nil {
		return err
	}
	if len(b.house) == 0 {
		return errors.New("nobody is named who could open a backup: make two pairs of keys with age-keygen and set backup_for and backup_keys_for (docs/operations.md)")
	}
	p := s.plan(b, storageOptions(s, nil, nil, &Clock{}))
	made, err := backup.Make(ctx, p, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "House: %s (%d rows, kept %d days)\nKeys:  %s (kept %d days; copy it elsewhere, apart from the house)\n", made.House, made.Rows, b.days, made.Keys, b.keyDays)
	gone, err := backup.Prune(p, time.Now())
	if gone > 0 {
		fmt.Fprintf(io.Out, "Removed %d whose days are over.\n", gone)
	}
	return err
}

// files is a flag that may be given several times.
type files []string

func (f *files) String() string     { return strings.Join(*f, " ") }
func (f *files) Set(s string) error { *f = append(*f, s); return nil }

// copies are the flags that name a backup and what opens it.
type copies struct {
	house, keys string
	identities  files
}

func (c *copies) flags(f *flag.FlagSet) {
	f.StringVar(&c.house, "house", "", "the backup of the house")
	f.StringVar(&c.keys, "keys", "", "the backup of the keys")
	f.Var(&c.identities, "identity", "file of age-keygen that opens them; give it twice when each has its own")
}

func (c copies) open() (all []age.Identity, err error) {
	if len(c.identities) == 0 {
		return nil, errors.New("say --identity FILE: the secret half that age-keygen made; two of them when the keys have their own")
	}
	for _, name := range c.identities {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		more, err := age.ParseIdentities(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("%s is no file of age-keygen", name) // its words may hold the secret
		}
		all = append(all, more...)
	}
	return all, nil
}

// runVerify is "rinnalla verify": whether a backup is whole and opens, told in counts.
func runVerify(ctx context.Context, io IO, args []string) error {
	flags, file := settingsFlag("verify", io)
	var c copies
	c.flags(flags)
	if err := flags.Parse(args); err != nil {
		return quietHelp(err)
	}
	s, err := ReadSettings(*file, given(flags, "settings"), io.Env)
	if err != nil {
		return err
	}
	identities, err := c.open()
	if err != nil {
		return err
	}
	if err := c.newest(s); err != nil {
		return err
	}
	// A master key is never made here: a new one would open nothing.
	ring, err := openMaster(s.MasterKey)
	if err != nil {
		return err
	}
	v, err := backup.Verify(ctx, c.house, c.keys, identities, ring)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.Out, "House of %s, schema %d (%s): %d tables, %d rows; checksums, schema, references and catalogue hold.\n",
		v.Made.Format(time.RFC3339), v.Schema, v.Driver, v.Tables, v.Rows)
	fmt.Fprintf(io.Out, "Keys of %s: %d, all opened by the master key.\n", v.KeysMade.Format(time.RFC3339), v.Keys)
	fmt.Fprintf(io.Out, "Sealed values: %d open, %d are of the erased, none is damaged.\n", v.Sealed.Open, v.Sealed.Gone)
	return nil
}

// newest takes the newest files of the settings' folders for those not named.
func (c *copies) newest(s Settings) (err error) {
	if c.house == "" {
		c.house, _, err = backup.Newest(s.Backup, storage.House)
	}
	if c.keys == "" && err == nil {
		c.keys, _, err = backup.Newest(s.BackupKeys, storage.Keys)
	}
	if err == nil && (c.house == "" || c.keys == "") {
		err = errors.New("there is no backup in the settings' folders: name the files with --house and --keys")
	}
	return err
}

// runRestore is "rinnalla restore": a backup put back into an empty place, and what has ended since ended again.
func runRestore(ctx context.Context, io IO, args []string) error {
	flags, file := settingsFlag("restore", io)
	var c copies
	c.flags(flags)
	list := flags.String("list", "", "the newest list of what has ended (erased.list), when it was not lost")
	accept := flags.Bool("accept-gaps", false, "open the house though nobody knows all that ended after its backup")
	if err := flags.Parse(args); err != nil {
		return quietHelp(err)
	}
	s, err := ReadSettings(*file, given(flags, "settings"), io.Env)
	if err != nil {
		return err
	}
	ring, err := openMaster(s.MasterKey)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	o := storageOptions(s, ring, log, &Clock{})
	if c.house == "" && *accept {
		if err := backup.AcceptGaps(ctx, o); err != nil {
			return err
		}
		fmt.Fprintln(io.Out, "The house may be opened: 'rinnalla serve'.")
		return nil
	}
	if c.house == "" {
		return errors.New("say --house FILE, --keys FILE (unless the keys were not lost), --identity FILE and, if it was not lost, --list FILE")
	}
	identities, err := c.open()
	if err != nil {
		return err
	}
	set, err := loadModels(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return err
	}
	r, err := backup.Restore(ctx, backup.From{Stores: o, House: c.house, KeysFile: c.keys, List: *list, Identities: identities, AcceptGaps: *accept,
		Sweep: func(ctx context.Context, db *storage.DB) error {
			return sweepAll(ctx, db, func(ctx context.Context, tx *storage.Tx) (bool, error) { return retention.Sweep(ctx, tx, set) })
		}})
	if err != nil {
		return err
	}
	tellRestored(io, r)
	return nil
}

// tellRestored says what is back, what was ended again, and plainly what could not be.
func tellRestored(io IO, r backup.Restored) {
	a := r.Again
	fmt.Fprintf(io.Out, "Restored %d rows of the backup of %s.\n", r.Rows, r.Made.Format(time.RFC3339))
	fmt.Fprintf(io.Out, "Ended again, because it ended after the backup: %d people, %d episodes, %d requests, %d talks, %d keys, %d codes, %d ways to reach a client, %d accounts, %d passkeys, %d roles.\n",
		a.Persons, a.Episodes, a.Requests, a.Talks, a.Keys, a.Codes, a.Contacts, a.Accounts, a.Passkeys, a.Roles)
	fmt.Fprintf(io.Out, "Kept apart again, because it was so after the backup: %d pairs of parties, %d who keep away from somebody; %d exceptions ended.\n", r.Walls.Ties, r.Walls.Aparts, r.Walls.Exceptions)
	fmt.Fprintf(io.Out, "Ended for everybody: %d sessions, stays and one-time links. Everybody signs in anew, and clients enter their code again.\n", a.Stays)
	fmt.Fprintf(io.Out, "Not done again: %d pieces of work that were waiting, letters among them: they may have been sent. %d codes count as used.\n", a.Jobs, a.Used)
	if a.Releases > 0 {
		fmt.Fprintln(io.Out, "Figures had left the house after the backup. What they told is not known, so months before this quarter are not told anew.")
	}
	fmt.Fprintln(io.Out, "Lost: contacts, bookings, sums and accounts made after the backup. Passwords changed after it are the former ones again: have them changed.")
	fmt.Fprintln(io.Out, "Who serves whom is as it was at the backup, but for the walls that are known. What was told of other parties after it is gone: ask those clients again.")
	if r.Known {
		return
	}
	fmt.Fprintf(io.Out, "NOT KNOWN: no list went on until the loss, so what ended after %s is back: people who were erased, codes, accounts, passkeys, roles. Walls between parties that were made after it do not stand: two parties may be with one worker.\n", r.Till.Format(time.RFC3339))
	if r.Held {
		fmt.Fprintln(io.Out, "Nobody may sign in yet. If you have the list (erased.list), empty the place and restore with --list. Otherwise say 'rinnalla restore --accept-gaps', and at once erase, close and link again what you know of; let coordinators do that before others sign in.")
	}
}
