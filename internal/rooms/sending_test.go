package rooms

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What can send something to somebody, and the files of app that may open it: letters to staff, and the job of the gate.
var senders = map[string][]string{
	"notify":  {"jobs.go", "volunteers.go", "messages.go"},
	"courier": {"house.go", "messages.go", "demo.go"},
}

// TestSendingDoors: no room but app can open what sends, and in it no file but those named; so that no message goes to a
// client but through the gate.
func TestSendingDoors(t *testing.T) {
	for room, may := range doors {
		if room != "app" && room != "courier" && (slices.Contains(may, "notify") || slices.Contains(may, "courier")) {
			t.Errorf("%s may open what sends", room)
		}
	}
	files, err := filepath.Glob("../app/*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of app, %v", len(files), err)
	}
	opened := map[string]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			target := room(strings.Trim(spec.Path.Value, `"`))
			if by, sends := senders[target]; sends {
				opened[target]++
				if !slices.Contains(by, filepath.Base(name)) {
					t.Errorf("%s opens %s: only %v may", filepath.Base(name), target, by)
				}
			}
		}
		if base := filepath.Base(name); base != "messages.go" && strings.Contains(string(text), ".Carry(") {
			t.Errorf("%s carries a message by itself", base)
		}
	}
	if opened["notify"] == 0 || opened["courier"] == 0 {
		t.Errorf("nothing sends: %v", opened)
	}
}
