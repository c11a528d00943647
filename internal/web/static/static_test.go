package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var elsewhere = regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9-]+\.[a-z]|url\(|@import|localStorage|document\.cookie|innerHTML|eval\(`)

// No file asks another site for anything, keeps anything in the browser beyond the tab, or makes markup of text.
// The icon names its own format, which is no request.
func TestNothingFromElsewhere(t *testing.T) {
	files, err := fs.Glob(FS, "*")
	if err != nil || len(files) < 5 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, name := range files {
		data, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), `xmlns="http://www.w3.org/2000/svg"`, "", 1)
		if found := elsewhere.FindString(text); found != "" {
			t.Errorf("%s has %q", name, found)
		}
	}
}

// A visitor's first page view stays light on an old telephone: with some 6 kB of page these make less than 20 kB.
func TestSizes(t *testing.T) {
	for name, most := range map[string]int{"site.css": 7000, "exit.js": 2500, "icon.svg": 400, "chat.js": 3000, "stay.js": 1500, "show.js": 600, "staff.css": 4000} {
		data, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(data)
		z.Close()
		if b.Len() > most || len(data) < 100 {
			t.Errorf("%s: %d bytes, compressed %d, limit %d", name, len(data), b.Len(), most)
		}
	}
}

// The committed style sheets were built from the sources as they stand: `npm run css` writes BUILT.
func TestBuiltFromSources(t *testing.T) {
	built, err := os.ReadFile("../styles/BUILT")
	if err != nil {
		t.Fatal(err)
	}
	sources, err := filepath.Glob("../styles/*.scss")
	if err != nil || len(sources) == 0 {
		t.Fatalf("sources %v, %v", sources, err)
	}
	var want strings.Builder
	for _, name := range sources {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		line := fmt.Sprintf("%s  %s\n", hex.EncodeToString(sum[:]), filepath.Base(name))
		want.WriteString(line)
		if !strings.Contains(string(built), line) {
			t.Errorf("%s changed after the style sheets were built: run npm run css in internal/web/styles", filepath.Base(name))
		}
	}
	if len(built) != want.Len() {
		t.Errorf("BUILT lists other files than the sources")
	}
}
