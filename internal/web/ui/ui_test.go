package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/locale"
)

func plainAsset(name string) string { return "/static/" + name }

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every component draws in three languages with all its texts (a missing text panics), without an inline style or
// script, an empty or doubled id, a link to another site, or an input without a name for it.
// RINNALLA_PAGES names a folder in which the pages are left to be looked at.
func TestSamples(t *testing.T) {
	dir := os.Getenv("RINNALLA_PAGES")
	for _, lang := range locale.Langs() {
		for _, s := range Samples(locale.For(lang), plainAsset) {
			html := render(t, s.Page)
			for _, m := range mistakesIn(html) {
				t.Errorf("%s %s: %s", lang, s.Name, m)
			}
			if dir == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, s.Name+"-"+string(lang)+".html"), []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var (
	ids       = regexp.MustCompile(` id="([^"]*)"`)
	pointing  = regexp.MustCompile(` (?:for|aria-labelledby|aria-describedby)="([^"]*)"`)
	addresses = regexp.MustCompile(` (?:href|src|action)="([^"]*)"`)
	inline    = regexp.MustCompile(`(?i)<style| style="| on[a-z]+="|<script[^>]*>[^<]`)
)

func mistakesIn(html string) (out []string) {
	seen := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(html, -1) {
		if m[1] == "" || seen[m[1]] {
			out = append(out, "empty or doubled id "+m[1])
		}
		seen[m[1]] = true
	}
	for _, m := range pointing.FindAllStringSubmatch(html, -1) {
		for id := range strings.FieldsSeq(m[1]) {
			if !seen[id] {
				out = append(out, "nothing has the id "+id)
			}
		}
	}
	for _, m := range addresses.FindAllStringSubmatch(html, -1) {
		if a := m[1]; !strings.HasPrefix(a, "#") && (!strings.HasPrefix(a, "/") || strings.HasPrefix(a, "//")) {
			out = append(out, "address "+a)
		}
	}
	if m := inline.FindString(html); m != "" {
		out = append(out, "inline "+m)
	}
	return out
}

func TestMistakesInAreSeen(t *testing.T) {
	for _, html := range []string{`<p id="">`, `<p id="a"><p id="a">`, `<label for="x">`, `<a href="//b.example">`, `<img src="https://c.example/d">`,
		`<p style="x">`, `<a onclick="x">`, `<script>alert(1)</script>`} {
		if len(mistakesIn(html)) == 0 {
			t.Errorf("nothing wrong was seen in %s", html)
		}
	}
}
