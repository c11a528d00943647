package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// node is a piece of a YAML file that knows where it stands, so that a mistake can be told with its place.
type node struct {
	file         string
	line, column int
	key          *node // where the name of a field stands
	scalar       any   // string, int, float64, bool or nil
	fields       map[string]*node
	order        []string
	items        []*node
	deeper       int // columns between the place and the first letter: quotes
}

// readYAML reads one file. It goes on after a mistake wherever the rest can still be read.
func readYAML(name string, data []byte, ms *mistakes) *node {
	root := &node{file: name, line: 1, column: 1}
	f, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		said := err.Error()
		if yamlErr := (yaml.Error)(nil); errors.As(err, &yamlErr) {
			root.place(yamlErr.GetToken())
			said = yamlErr.GetMessage()
		}
		ms.at(root, "this is not YAML: "+said, "Look at indentation, colons and quotes here and on the line before")
		return nil
	}
	r := reader{name, ms}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		ms.at(root, "one YAML document was expected", "Write the keys at the left margin, without ---")
		return nil
	}
	return r.read(f.Docs[0].Body)
}

func (n *node) place(t *token.Token) {
	if t != nil && t.Position != nil {
		n.line, n.column = t.Position.Line, t.Position.Column
	}
}

type reader struct {
	file string
	ms   *mistakes
}

func (r reader) read(a ast.Node) *node {
	n := &node{file: r.file}
	n.place(a.GetToken())
	switch a := a.(type) {
	case *ast.MappingNode:
		r.fields(n, a.Values)
	case *ast.MappingValueNode:
		r.fields(n, []*ast.MappingValueNode{a})
	case *ast.SequenceNode:
		n.items = []*node{}
		for _, v := range a.Values {
			n.items = append(n.items, r.read(v))
		}
	case *ast.StringNode:
		n.scalar = a.Value
		if t := a.Token.Type; t == token.SingleQuoteType || t == token.DoubleQuoteType {
			n.deeper = 1
		}
	case *ast.LiteralNode:
		n.scalar = strings.TrimRight(a.Value.Value, "\n")
	case *ast.IntegerNode:
		n.scalar, _ = strconv.Atoi(fmt.Sprint(a.Value))
	case *ast.FloatNode:
		n.scalar = a.Value
	case *ast.BoolNode:
		n.scalar = a.Value
	case *ast.NullNode:
	default:
		r.ms.at(n, "anchors, aliases, tags and special numbers are not read here", "Write the value out")
		switch a := a.(type) {
		case *ast.AnchorNode:
			return r.read(a.Value)
		case *ast.TagNode:
			return r.read(a.Value)
		}
	}
	return n
}

func (r reader) fields(n *node, values []*ast.MappingValueNode) {
	n.fields = map[string]*node{}
	for i, v := range values {
		key := &node{file: r.file}
		key.place(v.Key.GetToken())
		if i == 0 {
			n.line, n.column = key.line, key.column
		}
		name := key.name(v.Key)
		value := r.read(v.Value)
		value.key = key
		if first, twice := n.fields[name]; twice {
			r.ms.at(key, fmt.Sprintf("the key %q stands here twice; the first is on line %d", name, first.key.line), "Keep one of them")
			continue
		}
		n.fields[name] = value
		n.order = append(n.order, name)
	}
}

func (n *node) name(k ast.MapKeyNode) string {
	if s, ok := k.(*ast.StringNode); ok {
		return s.Value
	}
	return k.String()
}

// at goes to a field of a field; where the way ends early, it stays at the last place there is.
func (n *node) at(way ...string) *node {
	for _, name := range way {
		next, ok := n.field(name)
		if !ok {
			return n
		}
		n = next
	}
	return n
}

// field is a field of a mapping or, by its number, an item of a list.
func (n *node) field(name string) (*node, bool) {
	if f, ok := n.fields[name]; ok {
		return f, true
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.items) {
		return n.items[i], true
	}
	return nil, false
}

// item is the list's item with this number, or the list.
func (n *node) item(i int) *node { return n.at(strconv.Itoa(i)) }

// spelled is the list's item, or the field's value, with this text; it is n itself where there is none.
func (n *node) spelled(s string) *node {
	if f, ok := n.fields[s]; ok {
		return f.named()
	}
	for _, item := range n.items {
		if item.scalar == s {
			return item
		}
	}
	return n
}

// named is where a field's name stands.
func (n *node) named() *node {
	if n.key != nil {
		return n.key
	}
	return n
}

// value is the tree as JSON knows it.
func (n *node) value() any {
	switch {
	case n.fields != nil:
		m := make(map[string]any, len(n.fields))
		for k, f := range n.fields {
			m[k] = f.value()
		}
		return m
	case n.items != nil:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.value()
		}
		return list
	}
	return n.scalar
}
