package locale

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// message is one text; forms holds its plural forms by CLDR name, nil when it has none.
type message struct {
	other text
	forms map[string]text
}

// text is a literal, and after it pieces that each begin with an argument.
type text struct {
	literal string
	pieces  []piece
}

type piece struct{ arg, after string }

func (t text) plain() bool { return len(t.pieces) == 0 }

// compile reads "Sinulla on {n} aikaa." A brace without a name stays as it is.
func compile(s string) text {
	first, rest, found := strings.Cut(s, "{")
	t := text{literal: first}
	for found {
		arg, after, closed := strings.Cut(rest, "}")
		if !closed {
			t.add("", "{"+rest)
			break
		}
		var next string
		next, rest, found = strings.Cut(after, "{")
		t.add(arg, next)
	}
	return t
}

func (t *text) add(arg, after string) {
	if arg != "" {
		t.pieces = append(t.pieces, piece{arg, after})
		return
	}
	if len(t.pieces) == 0 {
		t.literal += after
		return
	}
	t.pieces[len(t.pieces)-1].after += after
}

// args are the names of the arguments, for the test that holds the three languages together.
func (t text) args() []string {
	var names []string
	for _, p := range t.pieces {
		names = append(names, p.arg)
	}
	return names
}

var pluralForms = []string{"zero", "one", "two", "few", "many", "other"}

func countedMessage(v map[string]any) (message, error) {
	m := message{forms: map[string]text{}}
	for _, form := range pluralForms {
		if s, ok := v[form].(string); ok {
			m.forms[form] = compile(s)
		}
	}
	if len(m.forms) != len(v) {
		return m, errors.New("beside \"other\" there may only be the plural forms zero, one, two, few, many")
	}
	if len(v) == 1 {
		return m, errors.New("\"other\" alone is neither a text with plural forms nor a group: say another form too, or give the key another name")
	}
	m.other = m.forms["other"]
	return m, nil
}

// values looks an argument up: pairs of names and values, or one map.
type values []any

func (v values) get(name string) (any, bool) {
	if len(v) == 1 {
		if m, ok := v[0].(map[string]any); ok {
			x, ok := m[name]
			return x, ok
		}
	}
	for i := 0; i+1 < len(v); i += 2 {
		if v[i] == name {
			return v[i+1], true
		}
	}
	return nil, false
}

func (t *Texts) fill(lang Lang, key string, m message, args values) string {
	say := m.other
	if m.forms != nil {
		n, _ := args.get("n")
		count, ok := n.(int)
		if !ok {
			return Missing(lang, key+": the number n")
		}
		if form, ok := m.forms[t.in(lang).plural.form(count)]; ok {
			say = form
		}
	}
	var b strings.Builder
	b.WriteString(say.literal)
	for _, p := range say.pieces {
		v, ok := args.get(p.arg)
		if !ok {
			b.WriteString(Missing(lang, key+": the argument "+p.arg))
		} else {
			b.WriteString(t.show(lang, v))
		}
		b.WriteString(p.after)
	}
	return b.String()
}

// Phrase is a value that knows how it is called in each language: a service's name, a reason out of a model.
type Phrase interface{ In(Lang) string }

// show writes a value as the language does.
func (t *Texts) show(lang Lang, v any) string {
	p := &Printer{t, lang}
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.N(v)
	case Phrase:
		return v.In(lang)
	case calendar.Date:
		return p.Day(v)
	case calendar.Clock:
		return p.Clock(v)
	case calendar.Local:
		return p.Moment(v)
	case time.Duration:
		return p.Duration(v)
	default:
		return fmt.Sprint(v)
	}
}
