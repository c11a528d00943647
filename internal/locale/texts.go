package locale

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
)

//go:embed texts
var embedded embed.FS

// Texts are all texts of the program, by language. A language is read when it is first spoken: a visitor at the door of
// a program that has just started waits for one and not for three.
type Texts struct {
	spoken [3]func() *spoken
}

// spoken is one language: its texts by key, and which form a number takes.
type spoken struct {
	texts  map[string]message
	plural *plurals
}

func (t *Texts) in(lang Lang) *spoken { return t.spoken[lang.index()]() }

var builtin = sync.OnceValue(func() *Texts {
	sub, err := fs.Sub(embedded, "texts")
	if err != nil {
		panic(err)
	}
	t := &Texts{}
	for _, lang := range Langs() {
		t.spoken[lang.index()] = sync.OnceValue(func() *spoken {
			s, err := load(sub, lang)
			if err != nil {
				panic(err) // TestTexts holds the embedded files together
			}
			return s
		})
	}
	return t
})

// Load reads every {fi,sv,en}/*.yaml. One file holds one page family; a key is the way to it, joined by dots.
// A text with plural forms is a map of CLDR forms, of which "other" is always one; {n} is the counted number.
func Load(fsys fs.FS) (*Texts, error) {
	t := &Texts{}
	var mistakes []error
	for _, lang := range Langs() {
		s, err := load(fsys, lang)
		mistakes = append(mistakes, err)
		t.spoken[lang.index()] = func() *spoken { return s }
	}
	return t, errors.Join(mistakes...)
}

func load(fsys fs.FS, lang Lang) (*spoken, error) {
	files, err := fs.Glob(fsys, path.Join(string(lang), "*.yaml"))
	if err != nil {
		return nil, err
	}
	s := &spoken{texts: map[string]message{}, plural: newPlurals(lang)}
	var mistakes []error
	for _, name := range files {
		mistakes = append(mistakes, readFile(fsys, name, s.texts)...)
	}
	return s, errors.Join(mistakes...)
}

func readFile(fsys fs.FS, name string, into map[string]message) (mistakes []error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return []error{err}
	}
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return []error{fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, true))}
	}
	flatten("", tree, func(key string, m message, err error) {
		if _, twice := into[key]; twice && err == nil {
			err = errors.New("the key stands in two places")
		}
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("%s: %s: %w", name, key, err))
			return
		}
		into[key] = m
	})
	return mistakes
}

func flatten(prefix string, tree map[string]any, found func(key string, m message, err error)) {
	for _, k := range slices.Sorted(maps.Keys(tree)) {
		key := strings.TrimPrefix(prefix+"."+k, ".")
		switch v := tree[k].(type) {
		case string:
			found(key, message{other: compile(v)}, nil)
		case map[string]any:
			if _, counted := v["other"].(string); counted {
				m, err := countedMessage(v)
				found(key, m, err)
				continue
			}
			flatten(key, v, found)
		default:
			found(key, message{}, fmt.Errorf("a text was expected, not %v (quote it)", v))
		}
	}
}

// strict makes a missing text a panic: in development and in tests it must not go unseen.
var strict = testing.Testing()

// Strict makes a missing text a panic from now on. Development asks for it before it serves.
func Strict() { strict = true }

// T is the text of a key in a language. Arguments are pairs of names and values, or one map of them as fault.Args is.
func (t *Texts) T(lang Lang, key string, args ...any) string {
	m, ok := t.in(lang).texts[key]
	if !ok {
		return Missing(lang, key)
	}
	if m.forms == nil && m.other.plain() {
		return m.other.literal
	}
	return t.fill(lang, key, m, values(args))
}

// Has tells whether there is a text for the key.
func (t *Texts) Has(lang Lang, key string) bool {
	_, ok := t.in(lang).texts[key]
	return ok
}

// Missing is what stands where a text should: a panic in development and in tests, the key itself for readers.
func Missing(lang Lang, key string) string {
	if strict {
		panic(fmt.Sprintf("locale: no text %q in %s: add it to internal/locale/texts/%s/", key, lang, lang))
	}
	return key
}
