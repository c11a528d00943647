package backup

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

const small = `{"rinnalla-backup":{"format":1,"store":"house","driver":"sqlite","schema":1,"made":"2027-01-12T09:00:00Z","program":"test"}}
{"table":{"name":"t","columns":["a","b"]}}
["x",{"b":"AAE="}]
[null,7]
{"end":[{"table":"t","rows":2,"sha256":"41886d08b5824329ef3554fd8c38cee0499d4145985452575379084eb114b69f"}]}
`

// nothing takes what is read and drops it.
var nothing = sink{head: func(head) error { return nil }, table: func(storage.Table) error { return nil }, row: func([]any) error { return nil }}

// What a copy's lines do not promise is refused: the manifest, the order, the kinds of values.
func TestReadRefuses(t *testing.T) {
	var rows [][]any
	into := nothing
	into.row = func(row []any) error { rows = append(rows, row); return nil }
	if _, err := read(strings.NewReader(small), "house", into); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0][0] != "x" || !bytes.Equal(rows[0][1].([]byte), []byte{0, 1}) || rows[1][0] != nil || rows[1][1] != int64(7) {
		t.Errorf("got %v", rows)
	}
	for what, change := range map[string][2]string{
		"another count":     {`"rows":2`, `"rows":3`},
		"another sum":       {`4188`, `4189`},
		"a lost row":        {"[null,7]\n", ""},
		"a changed value":   {"[null,7]", "[null,8]"},
		"no end":            {`{"end"`, `{"fin"`},
		"a newer format":    {`"format":1`, `"format":2`},
		"the other store":   {`"store":"house"`, `"store":"keys"`},
		"a row too short":   {`[null,7]`, `[7]`},
		"an odd value":      {`[null,7]`, `[true,7]`},
		"a fraction":        {`[null,7]`, `[null,7.5]`},
		"bytes that are no": {`"AAE="`, `"?"`},
		"something after":   {"b69f\"}]}\n", "b69f\"}]}\n[]\n"},
		"no head":           {small[:strings.Index(small, "\n")+1], ""},
	} {
		text := strings.Replace(small, change[0], change[1], 1)
		if text == small {
			t.Fatalf("%s: nothing was changed", what)
		}
		if _, err := read(strings.NewReader(text), "house", nothing); err == nil {
			t.Errorf("%s: read", what)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"rinnalla-backup":{}}`))
	f.Add([]byte("[1]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		width := 0
		into := nothing
		into.table = func(x storage.Table) error { width = len(x.Columns); return nil }
		into.row = func(row []any) error {
			if len(row) != width {
				t.Errorf("a row of %d values in a table of %d", len(row), width)
			}
			return nil
		}
		read(bytes.NewReader(text), "house", into)
	})
}

// A full disk is told as that.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	o := storagetest.Options(t, "sqlite")
	storagetest.OpenWith(t, o)
	raw, err := storage.OpenRaw(t.Context(), o, storage.House)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	err = raw.Read(t.Context(), func(s storage.Snapshot) error {
		_, err := encrypt(t.Context(), full, []age.Recipient{i.Recipient()}, s, head{Format: format, Store: storage.House})
		return err
	})
	if got := explain(err, "/backups"); got == nil || !strings.Contains(got.Error(), "the disk of /backups is full") {
		t.Errorf("got %v", got)
	}
}

const child = "RINNALLA_TEST_BACKUP"

func TestMain(m *testing.M) {
	if at := os.Getenv(child); at != "" {
		backUpAndHang(strings.Fields(at))
	}
	os.Exit(m.Run())
}

// hangs is a recipient that tells that a file is being written, and never lets it be done.
type hangs struct{}

func (hangs) Wrap([]byte) ([]*age.Stanza, error) {
	os.Stdout.WriteString("writing\n")
	select {}
}

func backUpAndHang(at []string) {
	p := Plan{Stores: storage.Options{Driver: "sqlite", Path: at[0], KeysPath: at[1]}, Dir: at[2], KeysDir: at[2], For: []age.Recipient{hangs{}}, KeysFor: []age.Recipient{hangs{}}}
	Make(context.Background(), p, time.Now())
	panic("the backup came to an end")
}

// Killed with kill -9 in the middle, a backup leaves nothing that looks whole, and the next one is made as ever.
func TestKilledInTheMiddle(t *testing.T) {
	o := storagetest.Options(t, "sqlite")
	dir := t.TempDir()
	storagetest.OpenWith(t, o)
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), child+"="+strings.Join([]string{o.Path, o.KeysPath, dir}, " "))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	c.Process.Kill()
	c.Wait()
	left, err := filepath.Glob(filepath.Join(dir, ".*.part"))
	if err != nil || len(left) != 1 {
		t.Fatalf("got %v, %v, want what was being written", left, err)
	}
	if name, _, err := Newest(dir, storage.House); name != "" || err != nil {
		t.Errorf("got %q, %v, want no backup", name, err)
	}
	i, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	p := Plan{Stores: o, Dir: dir, KeysDir: dir, For: []age.Recipient{i.Recipient()}, KeysFor: []age.Recipient{i.Recipient()}, Days: 1, KeyDays: 1}
	made, err := Make(t.Context(), p, time.Now().Add(25*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), made.House, made.Keys, []age.Identity{i}, o.Keyring); err != nil {
		t.Error(err)
	}
	if _, err := Prune(p, time.Now().Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left[0]); err == nil {
		t.Error("what was left half done is kept")
	}
}
