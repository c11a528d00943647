package locale

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Mistakes are all places where the three languages do not say the same: a missing or empty text, other arguments,
// a plural form its language needs, and exclamation marks, which the house does not use.
func Mistakes(t *Texts) []string {
	keys := map[string]bool{}
	for _, lang := range Langs() {
		for k := range t.in(lang).texts {
			keys[k] = true
		}
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		for _, lang := range Langs() {
			if wrong := t.wrong(lang, key); wrong != "" {
				out = append(out, fmt.Sprintf("%s: %s: %s", lang, key, wrong))
			}
		}
	}
	return out
}

func (t *Texts) wrong(lang Lang, key string) string {
	m, ok := t.in(lang).texts[key]
	first, hasFirst := t.in(Finnish).texts[key]
	switch {
	case !ok:
		return "missing"
	case m.other.plain() && strings.TrimSpace(m.other.literal) == "":
		return "empty"
	case strings.Contains(m.whole(), "!"):
		return "exclamation mark"
	case !hasFirst:
		return ""
	case (m.forms == nil) != (first.forms == nil):
		return "has no plural forms, fi has (or the other way round)"
	case m.forms != nil && m.forms["one"].plain() && m.forms["one"].literal == "":
		return `the plural form "one" is missing`
	case !slices.Equal(m.args(), first.args()):
		return fmt.Sprintf("arguments %v, fi has %v", m.args(), first.args())
	}
	return ""
}

// args are the names of all arguments in all forms, once each.
func (m message) args() []string {
	names := m.other.args()
	for _, f := range m.forms {
		names = append(names, f.args()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (m message) whole() string {
	var b strings.Builder
	for _, t := range append(slices.Collect(maps.Values(m.forms)), m.other) {
		b.WriteString(t.literal)
		for _, p := range t.pieces {
			b.WriteString(p.after)
		}
	}
	return b.String()
}
