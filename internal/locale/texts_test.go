package locale

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Every key stands in all three languages, with the same arguments and the forms its language needs.
func TestTexts(t *testing.T) {
	sub, _ := fs.Sub(embedded, "texts")
	texts, err := Load(sub)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range Mistakes(texts) {
		t.Error(m)
	}
	if len(texts.in(Finnish).texts) < 20 {
		t.Errorf("only %d texts were read", len(texts.in(Finnish).texts))
	}
}

func TestMistakesAreSeen(t *testing.T) {
	texts, err := Load(fstest.MapFS{
		"fi/a.yaml": {Data: []byte("a: yksi\nb: {one: \"{n} käynti\", other: \"{n} käyntiä\"}\nc: \"Hei {nimi}\"\nd: Tule mukaan!\n")},
		"sv/a.yaml": {Data: []byte("a: ett\nb: {few: \"{n} besök\", other: \"{n} besök\"}\nc: \"Hej {namn}\"\nd: Kom med\n")},
		"en/a.yaml": {Data: []byte("a: one\nb: \"{n} visits\"\nd: \"\"\ne: extra\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(Mistakes(texts), "\n")
	for _, want := range []string{
		"sv: b: the plural form \"one\" is missing", "en: b: has no plural forms, fi has", "sv: c: arguments [namn], fi has [nimi]",
		"en: c: missing", "en: d: empty", "fi: d: exclamation mark", "fi: e: missing", "sv: e: missing",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in:\n%s", want, got)
		}
	}
}

func TestLoadTellsEveryFile(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"fi/a.yaml": {Data: []byte("a: 1\n")},
		"fi/b.yaml": {Data: []byte("b: [")},
		"sv/a.yaml": {Data: []byte("x: {y: ett}\n")},
		"sv/b.yaml": {Data: []byte("x.y: två\n")},
		"en/a.yaml": {Data: []byte("v: {one: a, other: b, more: c}\n")},
		"en/b.yaml": {Data: []byte("reason: {other: Another}\n")},
	})
	for _, want := range []string{"fi/a.yaml: a: a text was expected", "fi/b.yaml:", "sv/b.yaml: x.y: the key stands in two places", "en/a.yaml: v: beside", "en/b.yaml: reason: \"other\" alone"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in: %v", want, err)
		}
	}
}

func TestMissingTextIsLoudInTests(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), "nowhere.at-all") {
			t.Errorf("a missing text passed silently: %v", r)
		}
	}()
	For(Finnish).T("nowhere.at-all")
}

func TestMissingTextShowsItsKeyInProduction(t *testing.T) {
	defer func(was bool) { strict = was }(strict)
	strict = false
	if got := For(Finnish).T("nowhere.at-all"); got != "nowhere.at-all" {
		t.Errorf("got %q", got)
	}
}

func TestCompile(t *testing.T) {
	for in, want := range map[string]string{
		"Hei": "Hei", "{a}": "[a]", "x {a} y {b} z": "x [a] y [b] z", "{a}{b}": "[a][b]", "auki { jää": "auki { jää", "{}": "",
	} {
		c := compile(in)
		got := c.literal
		for _, p := range c.pieces {
			got += "[" + p.arg + "]" + p.after
		}
		if got != want {
			t.Errorf("compile(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestArguments(t *testing.T) {
	texts := &Texts{}
	for _, l := range Langs() {
		texts.spoken[l.index()] = func() *spoken {
			return &spoken{plural: newPlurals(l), texts: map[string]message{
				"m": {other: compile("{a}|{b}")},
				"v": {other: compile("{n} käyntiä"), forms: map[string]text{"one": compile("{n} käynti"), "other": compile("{n} käyntiä")}},
			}}
		}
	}
	if got := texts.T(Finnish, "m", "a", 12345, "b", "x"); got != "12\u00a0345|x" {
		t.Errorf("pairs: %q", got)
	}
	if got := texts.T(English, "m", map[string]any{"a": 12345, "b": "{a}"}); got != "12,345|{a}" {
		t.Errorf("map: %q", got)
	}
	want := []string{"0 käyntiä", "1 käynti", "2 käyntiä", "101 käyntiä", "-1 käynti"}
	var got []string
	for _, n := range []int{0, 1, 2, 101, -1} {
		got = append(got, texts.T(Finnish, "v", "n", n))
	}
	if !slices.Equal(got, want) {
		t.Errorf("plurals: %q, want %q", got, want)
	}
}

func TestLanguages(t *testing.T) {
	for header, want := range map[string]Lang{
		"": Finnish, "sv-FI,sv;q=0.9,fi;q=0.5": Swedish, "en-US,en;q=0.8": English, "de-DE": Finnish, "fi": Finnish,
		"de,sv;q=0.2": Swedish, strings.Repeat("x,", 4000): Finnish, "\xff;;;q=": Finnish,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("Negotiate(%.20q) = %s, want %s", header, got, want)
		}
	}
	if l, ok := Parse("de"); ok || l != Finnish {
		t.Errorf("Parse(de) = %s, %v", l, ok)
	}
}

func BenchmarkPlain(b *testing.B) {
	p := For(Finnish)
	key := slices.Sorted(maps.Keys(p.texts.in(Finnish).texts))[0]
	b.ReportAllocs()
	for b.Loop() {
		p.T(key)
	}
}

func BenchmarkPlural(b *testing.B) {
	p := For(Finnish)
	b.ReportAllocs()
	for b.Loop() {
		p.T("time.long.hours", "n", 7)
	}
}
