package app

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listOf writes a list of leaked passwords as they are given out.
func listOf(t *testing.T, ending string, passwords ...string) string {
	t.Helper()
	var lines []string
	for i, p := range passwords {
		sum := sha1.Sum([]byte(p))
		lines = append(lines, fmt.Sprintf("%s:%d", strings.ToUpper(hex.EncodeToString(sum[:])), 1+i*i*i))
	}
	slices.Sort(lines)
	path := filepath.Join(t.TempDir(), "leaked.txt")
	if err := os.WriteFile(path, []byte(strings.Join(lines, ending)+ending), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every password of the list is found, the first and the last too, and no other is (V6.2.12).
func TestLeakedPasswords(t *testing.T) {
	var all []string
	for i := range 500 {
		all = append(all, fmt.Sprintf("villasukka %d kuivuu", i))
	}
	for _, ending := range []string{"\n", "\r\n"} {
		for _, some := range [][]string{all, all[:1], all[:2]} {
			leaked, err := leakedPasswords(listOf(t, ending, some...))
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range all {
				if found, err := leaked(p); err != nil || found != (i < len(some)) {
					t.Errorf("%d of %d: found %v, %v", i, len(some), found, err)
				}
			}
			if found, err := leaked("jotain aivan muuta tässä"); found || err != nil {
				t.Errorf("one that has not leaked: %v, %v", found, err)
			}
		}
	}
}

func TestLeakedPasswordsFile(t *testing.T) {
	if leaked, err := leakedPasswords(""); leaked != nil || err != nil {
		t.Error("without a file there is a list")
	}
	wrong := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(wrong, []byte("salasana\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{wrong, wrong + "-none", t.TempDir()} {
		if _, err := leakedPasswords(path); err == nil {
			t.Errorf("%s was taken", filepath.Base(path))
		}
	}
}

// Whatever a file holds, looking in it ends.
func FuzzLeakedList(f *testing.F) {
	f.Add("da39a3ee5e6b4b0d3255bfef95601890afd80709:1\n", "x")
	f.Add("\n\n\n", "")
	f.Add(strings.Repeat("a", 300)+"\n", "y")
	f.Fuzz(func(t *testing.T, text, password string) {
		sum := sha1.Sum([]byte(password))
		listHolds(strings.NewReader(text), int64(len(text)), []byte(strings.ToUpper(hex.EncodeToString(sum[:]))))
	})
}
