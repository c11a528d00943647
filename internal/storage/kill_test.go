package storage_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// The child that is killed is this test binary itself, told by the environment what to open.
const child = "RINNALLA_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		writeUntilKilled()
	}
	os.Exit(m.Run())
}

func childOptions(master []byte) (storage.Options, error) {
	ring, err := seal.NewKeyring(master)
	at := strings.Fields(os.Getenv(child))
	o := storage.Options{Driver: at[0], Keyring: ring}
	if o.Driver == "sqlite" {
		o.Path, o.KeysPath = at[1], at[2]
	} else {
		o.URL, o.KeysURL = at[1], at[2]
	}
	return o, err
}

// writeUntilKilled keeps sealed names from many goroutines and prints each one's id once it is told "kept".
func writeUntilKilled() {
	o, err := childOptions(make([]byte, seal.KeySize))
	if err != nil {
		panic(err)
	}
	db, err := storage.Open(context.Background(), o)
	if err != nil {
		panic(err)
	}
	for range 16 {
		go func() {
			for {
				who, err := keepSomebody(db)
				if err != nil {
					panic(err)
				}
				os.Stdout.WriteString(who + "\n")
			}
		}()
	}
	select {}
}

func keepSomebody(db *storage.DB) (who string, err error) {
	ctx := context.Background()
	who = id.New()
	err = db.Update(ctx, func(tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		box, err := tx.Seal(ctx, key, who, seal.Of("name of "+who))
		if err != nil {
			return err
		}
		if err := tx.Exec(ctx, put, who, key+" "+hex.EncodeToString(box)); err != nil {
			return err
		}
		return tx.Exec(ctx, put, who+" too", "")
	})
	return who, err
}

// Killed with kill -9 under load, everything that was acknowledged is there, whole and readable (design 8).
func TestKilledUnderLoad(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			ring, err := seal.NewKeyring(make([]byte, seal.KeySize))
			if err != nil {
				t.Fatal(err)
			}
			o.Keyring = ring
			for range 3 {
				told := killAfter(t, o, 300)
				db, err := storage.Open(t.Context(), o)
				if err != nil {
					t.Fatalf("open after the kill: %v", err)
				}
				allThere(t, db, told)
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// killAfter starts the child, kills it once it has told of n, and gives all it told.
func killAfter(t *testing.T, o storage.Options, n int) (told []string) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), child+"="+strings.TrimSpace(o.Driver+" "+o.Path+o.URL+" "+o.KeysPath+o.KeysURL))
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { c.Process.Kill() })
	defer stuck.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if len(lines.Text()) == len(id.New()) { // the last line may be cut
			told = append(told, lines.Text())
		}
		if len(told) == n {
			c.Process.Kill()
		}
	}
	c.Wait()
	if len(told) < n {
		t.Fatalf("the child told of %d and ended: %s", len(told), complaint.String())
	}
	return told
}

func allThere(t *testing.T, db *storage.DB, told []string) {
	t.Helper()
	ctx := t.Context()
	err := db.View(ctx, func(tx *storage.Tx) error {
		for _, who := range told {
			var value, too string
			if err := tx.Row(ctx, "SELECT value FROM setting WHERE name = $1", who).Scan(&value); err != nil {
				return fmt.Errorf("%s was acknowledged and is gone: %w", who, err)
			}
			if err := tx.Row(ctx, "SELECT value FROM setting WHERE name = $1", who+" too").Scan(&too); err != nil {
				return fmt.Errorf("half of %s is gone: %w", who, err)
			}
			key, boxed, _ := strings.Cut(value, " ")
			box, err := hex.DecodeString(boxed)
			if err != nil {
				return err
			}
			if name, err := tx.Unseal(ctx, key, who, box); err != nil || name.Reveal() != "name of "+who {
				return fmt.Errorf("the key of %s is gone: %w", who, err)
			}
		}
		var halves int
		if err := tx.Row(ctx, "SELECT count(*) FROM setting").Scan(&halves); err != nil {
			return err
		}
		if halves%2 != 0 {
			return fmt.Errorf("%d rows: an update is kept by half", halves)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
