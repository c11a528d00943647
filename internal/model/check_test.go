package model_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"rinnalla.fi/rinnalla/internal/model"
)

var update = flag.Bool("update", false, "write what is said now into the cases in testdata")

// Each case in testdata changes the two good models of base.txtar and says what the check then tells, word for word.
func TestCheckTellsEveryMistake(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) < 30 {
		t.Fatalf("there are %d cases (%v)", len(cases), err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { checkCase(t, name) })
	}
}

func checkCase(t *testing.T, name string) {
	base, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	c, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files, want := fstest.MapFS{}, 0
	for _, f := range base.Files {
		files[f.Name] = &fstest.MapFile{Data: headed(f)}
	}
	for i, f := range c.Files {
		if f.Name == "want" {
			want = i
			continue
		}
		change(t, files, f)
	}
	var out strings.Builder
	if good := model.Check(&out, files, func(string) bool { return true }); good != (filepath.Base(name) == "base.txtar") {
		t.Errorf("Check = %v", good)
	}
	if filepath.Base(name) == "base.txtar" {
		if out.String() != "fair version 1: good\nwell version 2: good\n" {
			t.Error(out.String())
		}
		return
	}
	if *update {
		c.Files[want].Data = []byte(out.String())
		if err := os.WriteFile(name, txtar.Format(c), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got, want := out.String(), string(c.Files[want].Data); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

var threeHyphens = regexp.MustCompile(`(?m)^--- (.*) ---$`)

// headed gives a story inside a case its headings back.
func headed(f txtar.File) []byte {
	if !strings.HasSuffix(f.Name, "story.txtar") {
		return f.Data
	}
	return threeHyphens.ReplaceAll(f.Data, []byte("-- $1 --"))
}

// change carries out "change FILE" (old text, =>, new text), "remove FILE", "with NAME" (the files of another archive), or
// puts the file as it stands.
func change(t *testing.T, files fstest.MapFS, f txtar.File) {
	t.Helper()
	if name, ok := strings.CutPrefix(f.Name, "remove "); ok {
		delete(files, name)
		return
	}
	if with, ok := strings.CutPrefix(f.Name, "with "); ok {
		more, err := txtar.ParseFile("testdata/" + with + "/" + with + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range more.Files {
			files[x.Name] = &fstest.MapFile{Data: headed(x)}
		}
		return
	}
	name, ok := strings.CutPrefix(f.Name, "change ")
	if !ok {
		files[f.Name] = &fstest.MapFile{Data: headed(f)}
		return
	}
	old, new, ok := strings.Cut(string(f.Data), "=>\n")
	if !ok || files[name] == nil {
		t.Fatalf("%s: no =>, or no such file", f.Name)
	}
	before := string(files[name].Data)
	after := strings.Replace(before, old, new, 1)
	if after == before {
		old, new = strings.TrimSuffix(old, "\n"), strings.TrimSuffix(new, "\n")
		after = strings.Replace(before, old, new, 1)
	}
	if after == before {
		t.Fatalf("%s: %q is not there", f.Name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(after)}
}

func TestLoadCannotReadTheFolder(t *testing.T) {
	if _, _, err := model.Load(os.DirFS(filepath.Join(t.TempDir(), "none"))); err == nil {
		t.Error("no error for a folder that is not there")
	}
}

func FuzzCheck(f *testing.F) {
	base, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range base.Files {
		f.Add(file.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var fsys fs.FS = fstest.MapFS{"well/model.yaml": {Data: data}, "well/texts/fi.yaml": {Data: data}}
		var out strings.Builder
		if model.Check(&out, fsys, func(string) bool { return true }) {
			t.Errorf("a model without Swedish was called good: %s", data)
		}
	})
}
