// Package rooms holds the door test: which room may open which. The table is architecture.md's "Rooms and doors".
// It also holds the papers on safety to what is there.
package rooms

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "rinnalla.fi/rinnalla/"

var (
	words = []string{"id", "fault", "access", "calendar", "locale", "seal"}
	// Each noun may open the nouns before it.
	nouns = []string{"job", "person", "audit", "figure", "disclosure", "organization", "wall", "account", "model", "intake", "episode", "emergency", "outgoing", "appointment", "joint", "commitment", "feed", "outing", "chat", "group", "volunteer", "circle", "rota", "line", "shift", "occasion", "respite", "feedback", "rights", "retention", "release", "report"}
)

// doors says for every other room what it may open besides the standard library and modules.
var doors = map[string][]string{
	"storage":             all(words, nouns),
	"storage/storagetest": all(words, nouns, []string{"storage", "models"}),
	"notify":              words,
	"provider":            {"fault"},
	"courier":             all(words, []string{"person", "outgoing", "notify"}),
	"runner":              all(words, nouns, []string{"storage"}),
	"story":               all(words, nouns, []string{"storage"}),
	"backup":              all(words, nouns, []string{"storage", "runner"}),
	"demo":                all(words, nouns, []string{"storage", "runner"}),
	"paper":               all(words, nouns, []string{"storage"}),
	"bill":                all(words, nouns),
	"explain":             all(words, []string{"model"}),
	"web":                 all(words, nouns, []string{"storage", "paper", "bill", "explain", "provider", "web/ui", "web/static", "web/outside", "web/hours", "web/ready", "web/live", "web/pace", "web/departed"}),
	"web/ui":              {"calendar", "fault", "locale"},
	"web/static":          nil,
	"web/outside":         all(words, nouns, []string{"web/ui"}),
	"web/hours":           all(words, []string{"organization"}),
	"web/ready":           {"id", "locale"},
	"web/live":            nil,
	"web/pace":            {"chat"},
	"web/departed":        nil,
	"notify/mailtest":     nil,
	"web/webtest":         all(words, nouns, []string{"storage", "storage/storagetest", "web", "models"}),
	"app":                 all(words, nouns, []string{"storage", "explain", "notify", "courier", "runner", "backup", "provider", "web", "demo", "models"}),
	"models":              {"model"},
	"cmd/rinnalla":        {"app"},
	"rooms":               nil,
}

func all(lists ...[]string) []string { return slices.Concat(lists...) }

// mayOpen is what a room may open; false for a room that nobody has drawn.
func mayOpen(room string) ([]string, bool) {
	if i := slices.Index(words, room); i >= 0 {
		return words, true // words may lean on each other; Go itself refuses a ring
	}
	if i := slices.Index(nouns, room); i >= 0 {
		return all(words, nouns[:i]), true
	}
	may, ok := doors[room]
	return may, ok
}

func room(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "internal/")
}

func TestDoors(t *testing.T) {
	seen := 0
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == "tools" || d.Name() == "bench" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		seen++
		return checkDoors(t, name)
	})
	if err != nil || seen < 50 {
		t.Fatalf("looked at %d files: %v", seen, err)
	}
}

func checkDoors(t *testing.T, name string) error {
	f, err := parser.ParseFile(token.NewFileSet(), "../../"+name, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	here := room(module + path.Dir(name))
	may, drawn := mayOpen(here)
	if !drawn {
		t.Errorf("%s: the room %q is not drawn in docs/architecture.md and this table", name, here)
		return nil
	}
	for _, spec := range f.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if strings.HasPrefix(target, module) && !slices.Contains(may, room(target)) {
			t.Errorf("%s opens %s: that door is not drawn", name, room(target))
		}
	}
	return nil
}
