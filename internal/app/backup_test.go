package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/backup"
)

// typed is a place where commands are typed, with settings that make backups.
type typed struct {
	t             *testing.T
	dir, settings string
	env           map[string]string
	opens         []string // what opens a backup
}

func place(t *testing.T) *typed {
	t.Helper()
	dir := t.TempDir()
	y := &typed{t: t, dir: dir, settings: filepath.Join(dir, "rinnalla.yaml"), env: map[string]string{"RINNALLA_DATA": filepath.Join(dir, "data"),
		"RINNALLA_MASTER_KEY": filepath.Join(dir, "master.key"), "RINNALLA_BACKUP": filepath.Join(dir, "b"), "RINNALLA_BACKUP_KEYS": filepath.Join(dir, "k"),
		"RINNALLA_ERASED_LIST": filepath.Join(dir, "erased.list")}}
	for name, variable := range map[string]string{"house": "RINNALLA_BACKUP_FOR", "keys": "RINNALLA_BACKUP_KEYS_FOR"} {
		i, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		y.env[variable] = i.Recipient().String()
		file := filepath.Join(dir, name+".identity")
		if err := os.WriteFile(file, []byte("# made for a test\n"+i.String()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		y.opens = append(y.opens, "-identity", file)
	}
	return y
}

// run types a command, after whose words the settings are named, and gives what it said.
func (y *typed) run(want int, args ...string) string {
	y.t.Helper()
	words := 1
	if len(args) > 1 && args[0] == "keys" {
		words = 2
	}
	args = append(args[:words:words], append([]string{"-settings", y.settings}, args[words:]...)...)
	var out bytes.Buffer
	if got := Run(y.t.Context(), IO{&out, &out, func(k string) string { return y.env[k] }}, args); got != want {
		y.t.Fatalf("%v: got exit %d, want %d:\n%s", args, got, want, out.String())
	}
	return out.String()
}

func (y *typed) says(text, want string) {
	y.t.Helper()
	if !strings.Contains(text, want) {
		y.t.Errorf("got %q, want %q in it", text, want)
	}
}

// A whole round by the commands people type: init, backup, verify, loss, restore.
func TestBackupByCommands(t *testing.T) {
	y := place(t)
	env, run, says, opens := y.env, y.run, y.says, y.opens
	run(0, "init")
	says(run(0, "backup"), "kept 14 days")
	says(run(0, append([]string{"verify"}, opens...)...), "none is damaged")
	says(run(1, "verify"), "-identity")
	house, keys := only(t, env["RINNALLA_BACKUP"]), only(t, env["RINNALLA_BACKUP_KEYS"])
	restore := append([]string{"restore", "-house", house, "-keys", keys, "-list", env["RINNALLA_ERASED_LIST"]}, opens...)
	says(run(1, restore...), "never writes over")
	if err := os.RemoveAll(env["RINNALLA_DATA"]); err != nil {
		t.Fatal(err)
	}
	text := run(0, restore...)
	says(text, "Restored")
	if strings.Contains(text, "NOT KNOWN") {
		t.Errorf("with the newest list nothing is unknown:\n%s", text)
	}
	says(run(1, "restore", "-accept-gaps"), "nothing to accept")
	if err := os.Rename(env["RINNALLA_MASTER_KEY"], env["RINNALLA_MASTER_KEY"]+".lost"); err != nil {
		t.Fatal(err)
	}
	says(run(1, append([]string{"verify"}, opens...)...), "the master key is needed")
	if _, err := os.Stat(env["RINNALLA_MASTER_KEY"]); err == nil {
		t.Error("verify made a master key, which would open nothing")
	}
}

// only is the one backup in a folder.
func only(t *testing.T, dir string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.age"))
	if err != nil || len(all) != 1 {
		t.Fatalf("got %v, %v, want one backup", all, err)
	}
	return all[0]
}

func TestBackupSettings(t *testing.T) {
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	key := i.Recipient().String()
	for want, env := range map[string]map[string]string{
		"go together":         {"RINNALLA_BACKUP_FOR": key},
		"somebody else":       {"RINNALLA_BACKUP_FOR": key, "RINNALLA_BACKUP_KEYS_FOR": key},
		"as age-keygen shows": {"RINNALLA_BACKUP_FOR": i.String(), "RINNALLA_BACKUP_KEYS_FOR": key},
		"backup_key_days":     {"RINNALLA_BACKUP_KEY_DAYS": "0"},
		"backup_every":        {"RINNALLA_BACKUP_EVERY": "daily"},
	} {
		_, err := ReadSettings(filepath.Join(t.TempDir(), "none.yaml"), false, func(k string) string { return env[k] })
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "AGE-SECRET") {
			t.Errorf("got %v, want %q and no secret", err, want)
		}
	}
	s, err := ReadSettings(filepath.Join(t.TempDir(), "none.yaml"), false, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	if b, err := s.backups(); err != nil || b.days != 35 || b.keyDays != 14 || b.every != 24*time.Hour {
		t.Errorf("got %+v, %v", b, err)
	}
}

// A restore says plainly what is lost, and what may be back because nobody knows that it ended.
func TestRestoreTells(t *testing.T) {
	var known, unknown bytes.Buffer
	r := backup.Restored{Known: true, Walls: backup.Walls{Ties: 3, Aparts: 2, Exceptions: 1}}
	tellRestored(IO{Out: &known}, r)
	r.Known, r.Held, r.Walls = false, true, backup.Walls{}
	tellRestored(IO{Out: &unknown}, r)
	for _, want := range []string{"3 pairs of parties, 2 who keep away from somebody; 1 exceptions ended", "Who serves whom is as it was at the backup", "Lost: contacts, bookings"} {
		if !strings.Contains(known.String(), want) || strings.Contains(known.String(), "NOT KNOWN") {
			t.Errorf("got\n%s\nwant %q", known.String(), want)
		}
	}
	for _, want := range []string{"NOT KNOWN", "two parties may be with one worker", "Nobody may sign in yet", "--accept-gaps"} {
		if !strings.Contains(unknown.String(), want) {
			t.Errorf("got\n%s\nwant %q", unknown.String(), want)
		}
	}
}
