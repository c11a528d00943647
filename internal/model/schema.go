package model

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// schemaJSON is the shape of model.yaml, for us and for editors, which complete and check by it while one types.
//
//go:embed model.schema.json
var schemaJSON []byte

type schema struct {
	compiled *jsonschema.Schema
	tree     any // the schema itself, for known keys and descriptions
}

var modelSchema = sync.OnceValue(func() schema {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic(err) // ours, and embedded
	}
	const here = "model.schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(here, tree); err != nil {
		panic(err)
	}
	return schema{c.MustCompile(here), tree}
})

// shape holds the draft against the schema.
func (d *draft) shape(ms *mistakes) {
	s := modelSchema()
	d.unsure = map[string]bool{}
	var err *jsonschema.ValidationError
	if errors.As(s.compiled.Validate(d.root.value()), &err) {
		s.tell(d, err, ms)
	}
}

func (d *draft) sure(keys ...string) bool {
	return !slices.ContainsFunc(keys, func(k string) bool { return d.unsure[k] })
}

// tell says the innermost causes: the outer ones only say that something inside is wrong.
func (s schema) tell(d *draft, e *jsonschema.ValidationError, ms *mistakes) {
	for _, c := range e.Causes {
		s.tell(d, c, ms)
	}
	if len(e.Causes) > 0 {
		return
	}
	for i := range min(2, len(e.InstanceLocation)) {
		d.unsure[path.Join(e.InstanceLocation[:i+1]...)] = true
	}
	at, top := d.root.at(e.InstanceLocation...), len(e.InstanceLocation) == 0
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, p := range k.Properties {
			known := s.keysAt(e.SchemaURL)
			if top {
				d.unsure[nearest(p, known)] = true
			}
			ms.at(at.at(p).named(), fmt.Sprintf("unknown key %q", p), suggest(p, known))
		}
	case *kind.Required:
		for _, p := range k.Missing {
			d.unsure[p] = d.unsure[p] || top
			ms.at(at, fmt.Sprintf("the key %q is missing", p), "Add it"+s.means(e.SchemaURL, p))
		}
	default:
		what, do := s.say(e, at)
		ms.at(at, what, do)
	}
}

// say puts the common mistakes in plain words; the rest comes as the schema's library says it.
func (s schema) say(e *jsonschema.ValidationError, at *node) (what, do string) {
	hint := s.description(e.SchemaURL)
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return "here is " + plainTypes[k.Got] + ", but " + plainWants(k.Want) + " was expected", orElse(hint, "Change it")
	case *kind.Enum:
		known := words(k.Want)
		if word, ok := k.Got.(string); ok {
			return fmt.Sprintf("%q is not known here", word), suggest(word, known)
		}
		return fmt.Sprintf("%v is not known here", k.Got), "Use one of: " + strings.Join(known, ", ")
	case *kind.Pattern:
		return fmt.Sprintf("%q is not written as it should be", k.Got), orElse(hint, "It must match "+k.Want)
	case *kind.UniqueItems:
		return fmt.Sprintf("%v stands here twice", at.item(k.Duplicates[1]).value()), "Keep one of them"
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties:
		return "there is too little here", orElse(hint, "Add what is missing, or take the key out")
	case *kind.MaxLength, *kind.MaxItems, *kind.MaxProperties:
		return "there is too much here", orElse(hint, "Shorten it")
	case *kind.Minimum, *kind.Maximum:
		return fmt.Sprintf("%v is too small or too large", at.value()), orElse(hint, "Choose another number")
	}
	return fmt.Sprintf("this does not fit: %v", e.ErrorKind), orElse(hint, "See docs/models.md")
}

var plainTypes = map[string]string{
	"null": "nothing", "boolean": "yes or no", "number": "a number", "integer": "a whole number", "string": "a text",
	"array": "a list", "object": "keys with values",
}

func plainWants(want []string) string {
	var out []string
	for _, w := range want {
		out = append(out, plainTypes[w])
	}
	return strings.Join(out, " or ")
}

func words(values []any) []string {
	var out []string
	for _, v := range values {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

func orElse(hint, otherwise string) string {
	if hint == "" {
		return otherwise
	}
	return strings.TrimSuffix(hint, ".")
}

// find goes to the place in the schema that an error names.
func (s schema) find(url string) map[string]any {
	_, pointer, _ := strings.Cut(url, "#")
	at := s.tree
	for _, step := range strings.Split(strings.Trim(pointer, "/"), "/") {
		m, ok := at.(map[string]any)
		if !ok || step == "" {
			break
		}
		at = m[strings.NewReplacer("~1", "/", "~0", "~", "%24", "$").Replace(step)]
	}
	m, _ := at.(map[string]any)
	return m
}

func (s schema) keysAt(url string) []string {
	properties, _ := s.find(url)["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

func (s schema) description(url string) string {
	text, _ := s.find(url)["description"].(string)
	return text
}

func (s schema) means(url, key string) string {
	properties, _ := s.find(url)["properties"].(map[string]any)
	if p, ok := properties[key].(map[string]any); ok {
		if text, ok := p["description"].(string); ok {
			return ": " + strings.TrimSuffix(text, ".")
		}
	}
	return ""
}
