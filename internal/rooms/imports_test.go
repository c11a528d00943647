package rooms

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What no room opens: other programs, memory without bounds, parsers that can be made to fetch or build things, weak or
// broken ciphers, and what shows the inside of a running program. The standards' words for it are in docs/asvs.md.
var closed = []string{"os/exec", "plugin", "unsafe", "C", "net/rpc", "encoding/gob", "encoding/xml", "text/template", "html/template", "net/http/pprof", "expvar",
	"net/http/cgi", "crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4", "crypto/dsa", "math/rand"}

// named are files that open one of them, and why: lists of leaked passwords are given out as SHA-1, and nothing of ours is
// kept or proved by it.
var named = map[string]string{"internal/app/leaked.go": "crypto/sha1"}

// dice are rooms that use a random number nobody could gain by guessing: how long to pause, the demo's invented year,
// and which of several alike evenings a rota fills first.
var dice = []string{"job", "storage", "demo", "rota"}

// sources gives every Go file of the program itself with its room.
func sources(t *testing.T, look func(name, room string)) {
	t.Helper()
	seen := 0
	for _, root := range []string{"cmd", "internal", "models"} {
		err := fs.WalkDir(os.DirFS("../.."), root, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == "webtest" || d.Name() == "storagetest" || d.Name() == "mailtest"):
				return fs.SkipDir
			case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
				seen++
				look(name, room(module+path.Dir(name)))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 50 {
		t.Fatalf("looked at %d files", seen)
	}
}

func imports(t *testing.T, name string) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../"+name, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, target)
	}
	return out
}

func TestClosedDoors(t *testing.T) {
	sources(t, func(name, room string) {
		for _, target := range imports(t, name) {
			if named[name] == target {
				continue
			}
			if slices.Contains(closed, target) || (target == "math/rand/v2" && !slices.Contains(dice, room)) {
				t.Errorf("%s opens %s", name, target)
			}
		}
	})
}

// Ways to put unescaped text into a page, or to keep or take things in a browser behind the page's back.
var rawWays = regexp.MustCompile(`templ\.Raw|\.WriteUnescaped|innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function|\beval\(|localStorage|indexedDB|document\.cookie|postMessage|addEventListener\("message"|WebSocket|serviceWorker|__proto__`)

func TestPagesHaveNoRawWay(t *testing.T) {
	seen := 0
	err := fs.WalkDir(os.DirFS("../../internal/web"), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "node_modules" {
			return fs.SkipDir // the styles' compiler, which no page loads
		}
		if err != nil || d.IsDir() || !slices.Contains([]string{".templ", ".js", ".go"}, path.Ext(name)) || strings.HasSuffix(name, "_test.go") {
			return err
		}
		seen++
		text, err := os.ReadFile("../web/" + name)
		if found := rawWays.Find(text); found != nil {
			t.Errorf("internal/web/%s has %s", name, found)
		}
		return err
	})
	if err != nil || seen < 50 {
		t.Fatalf("looked at %d files: %v", seen, err)
	}
}
