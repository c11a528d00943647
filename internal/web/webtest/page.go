package webtest

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Page is an answer as a browser without scripts has it.
type Page struct {
	Status int
	Header http.Header
	Body   string
	URL    *url.URL
	Root   *Node
}

// Node is an element of a page, or a piece of text where Name is empty.
type Node struct {
	Name     string
	Attr     map[string]string
	Text     string
	Children []*Node
	Parent   *Node
}

// parse reads our own pages; it is as forgiving as it must be and no more.
func parse(body string) (*Node, error) {
	d := xml.NewDecoder(strings.NewReader(body))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &Node{Name: "#document"}
	at := root
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			n := &Node{Name: t.Name.Local, Attr: map[string]string{}, Parent: at}
			for _, a := range t.Attr {
				n.Attr[a.Name.Local] = a.Value
			}
			at.Children = append(at.Children, n)
			at = n
		case xml.EndElement:
			if at.Parent != nil {
				at = at.Parent
			}
		case xml.CharData:
			at.Children = append(at.Children, &Node{Text: string(t), Parent: at})
		}
	}
}

// All are the elements below the node for which the question holds, in the page's order.
func (n *Node) All(which func(*Node) bool) []*Node {
	var out []*Node
	for _, c := range n.Children {
		if c.Name != "" && which(c) {
			out = append(out, c)
		}
		out = append(out, c.All(which)...)
	}
	return out
}

// Tags are the elements of a name.
func (n *Node) Tags(name string) []*Node { return n.All(func(x *Node) bool { return x.Name == name }) }

// Words is the text below the node, with single spaces.
func (n *Node) Words() string {
	var b strings.Builder
	n.words(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (n *Node) words(b *strings.Builder) {
	b.WriteString(n.Text)
	b.WriteString(" ")
	for _, c := range n.Children {
		c.words(b)
	}
}

// Has tells whether the element has the class.
func (n *Node) Has(class string) bool {
	return slices.Contains(strings.Fields(n.Attr["class"]), class)
}

// Title is the tab's title.
func (p *Page) Title() string { return p.first("title") }

// Heading is the first heading.
func (p *Page) Heading() string { return p.first("h1") }

func (p *Page) first(name string) string {
	if all := p.Root.Tags(name); len(all) > 0 {
		return all[0].Words()
	}
	return ""
}

// Says tells whether the words stand on the page.
func (p *Page) Says(words string) bool { return strings.Contains(p.Root.Words(), words) }

// Form is a form with the values a browser would send.
type Form struct {
	Action string
	Method string
	Values url.Values
	Node   *Node
}

// Forms are the page's forms.
func (p *Page) Forms() []*Form {
	var out []*Form
	for _, n := range p.Root.Tags("form") {
		f := &Form{Action: n.Attr["action"], Method: strings.ToUpper(n.Attr["method"]), Values: url.Values{}, Node: n}
		f.fill()
		out = append(out, f)
	}
	return out
}

func (f *Form) fill() {
	for _, n := range f.Node.Tags("input") {
		_, checked := n.Attr["checked"]
		if kind := n.Attr["type"]; (kind == "radio" || kind == "checkbox") && !checked || kind == "submit" {
			continue
		}
		f.Values.Add(n.Attr["name"], n.Attr["value"])
	}
	for _, n := range f.Node.Tags("textarea") {
		f.Values.Add(n.Attr["name"], n.Words())
	}
	for _, n := range f.Node.Tags("select") {
		options := n.Tags("option")
		if len(options) == 0 {
			continue
		}
		chosen := options[0]
		for _, o := range options {
			if _, ok := o.Attr["selected"]; ok {
				chosen = o
			}
		}
		f.Values.Add(n.Attr["name"], chosen.Attr["value"])
	}
}

// Options are the values a radio, checkbox or select offers.
func (f *Form) Options(name string) []string {
	var out []string
	for _, n := range f.Node.All(func(n *Node) bool { return n.Name == "input" || n.Name == "option" }) {
		if n.Attr["name"] == name || (n.Name == "option" && n.Parent.Attr["name"] == name) {
			out = append(out, n.Attr["value"])
		}
	}
	return out
}
