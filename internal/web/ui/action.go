package ui

import "github.com/a-h/templ"

// Kind is how much a button asks for attention. A page has one Primary: the likely next step.
type Kind string

// Kinds of buttons. The zero Kind is Primary.
const (
	Primary   Kind = "primary"
	Secondary Kind = "secondary"
	Quiet     Kind = "quiet"
	Danger    Kind = "danger" // plain text; a question comes after it
)

// Action is a button or a link that looks like one.
type Action struct {
	Text  string
	Kind  Kind
	URL   string // of a LinkButton, and where a PostButton sends
	Name  string // of a Button: the value it adds to the form
	Value string
	About string // what it is about, for screen readers: "Offer times" + "adult, waiting 2 days"
	Small bool
	Attrs templ.Attributes
}

func (a Action) class() string {
	kind := a.Kind
	if kind == "" {
		kind = Primary
	}
	return classes("btn", string(kind), when(a.Small, "small"))
}

func (a Action) attrs() templ.Attributes {
	out := templ.Attributes{}
	for k, v := range a.Attrs {
		out[k] = v
	}
	if a.Name != "" {
		out["name"], out["value"] = a.Name, a.Value
	}
	return out
}

func current(yes bool) templ.Attributes {
	if yes {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}
