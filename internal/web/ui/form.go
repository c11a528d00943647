package ui

import (
	"strconv"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Field is one input with its label, hint and mistake, and what was typed.
type Field struct {
	Name     string
	Key      string // tells fields of one name on one page apart; "" is the name
	Label    string
	Hint     string
	Error    string // Mistakes.Of(Name)
	Value    string
	Heading  bool   // the label is the page's heading
	Kind     string // "" is text; email, tel, search, password
	Auto     string // autocomplete; "" is off: what is typed here stays nowhere
	Mode     string // inputmode
	Width    string // characters expected: "2", "4", "8", "16"; "" is the whole measure
	Max      int    // characters at most
	Min      string // of numbers, days and clock times
	Most     string
	Step     string
	Rows     int  // of a Textarea
	Required bool // only says so to screen readers; the server decides
	Spelling bool // spelling help stays off unless asked: some browsers send text away for it
	Attrs    templ.Attributes
}

// Option is one choice. Reveal is shown below it when it is chosen, without a script.
type Option struct {
	Picture string // of Faces: face-1 … face-5
	Value   string
	Label   string
	Hint    string
	Reveal  templ.Component
}

// Choice is a Select, Radios or Checkboxes.
type Choice struct {
	Name    string
	Key     string // tells choices of one name on one page apart; "" is the name
	Label   string
	Hint    string
	Error   string
	Value   string   // of Select and Radios
	Values  []string // of Checkboxes
	Options []Option
	Heading bool
	Inline  bool   // short options beside each other
	Empty   string // of a Select: the text of its first, empty option
}

// mouths are how the faces look, the saddest first. The two sad ones differ in more than how far the mouth bends, for a child who looks
// from one to the other sees that last: the saddest has brows, and they are the same five in light and dark.
var mouths = map[string]string{
	"face-1": "M18 50Q32 30 46 50M16 21L26 16M48 21L38 16",
	"face-2": "M22 44Q32 39 42 44",
	"face-3": "M21 42H43",
	"face-4": "M21 39Q32 47 43 39",
	"face-5": "M19 37Q32 55 45 37Z",
}

// Group is a Fieldset around fields that belong together.
type Group struct {
	Name    string // for the error summary's link
	Label   string
	Hint    string
	Error   string
	Heading bool
}

// ID is the id of a field's input, to which the error summary links.
func ID(name string) string { return "f-" + name }

// describedBy names the hint and the mistake of a field for screen readers.
func describedBy(name, hint, wrong string) string {
	return classes(when(hint != "", ID(name)+"-hint"), when(wrong != "", ID(name)+"-error"))
}

func (f Field) key() string { return or(f.Key, f.Name) }

func (f Field) attrs() templ.Attributes {
	out := templ.Attributes{}
	put := func(name, value string) {
		if value != "" {
			out[name] = value
		}
	}
	put("aria-describedby", describedBy(f.key(), f.Hint, f.Error))
	put("aria-invalid", when(f.Error != "", "true"))
	put("aria-required", when(f.Required, "true"))
	put("autocomplete", or(f.Auto, "off"))
	put("inputmode", f.Mode)
	put("spellcheck", strconv.FormatBool(f.Spelling))
	if f.Max > 0 {
		out["maxlength"] = strconv.Itoa(f.Max)
	}
	for k, v := range f.Attrs {
		out[k] = v
	}
	return out
}

func (f Field) class() string {
	return classes("input", when(f.Width != "", "w"+f.Width), when(f.Error != "", "wrong"))
}

// kind is the input's type. A day or clock time that cannot be one stays readable as text, so that nothing typed is lost.
func (f Field) dateKind() string {
	if f.Value != "" {
		if _, err := calendar.ParseDate(f.Value); err != nil {
			return "text"
		}
	}
	return "date"
}

func (f Field) timeKind() string {
	if f.Value != "" {
		if _, err := calendar.ParseClock(f.Value); err != nil {
			return "text"
		}
	}
	return "time"
}

func (f Field) bounds() templ.Attributes {
	out := templ.Attributes{}
	for name, value := range map[string]string{"min": f.Min, "max": f.Most, "step": f.Step} {
		if value != "" {
			out[name] = value
		}
	}
	return out
}

func (c Choice) key() string { return or(c.Key, c.Name) }

// optionID is where the error summary lands: on the first option.
func (c Choice) optionID(i int) string {
	if i == 0 {
		return ID(c.key())
	}
	return ID(c.key()) + "-" + strconv.Itoa(i+1)
}

func (c Choice) has(value string) bool {
	for _, v := range c.Values {
		if v == value {
			return true
		}
	}
	return false
}

func (c Choice) describe() templ.Attributes {
	out := templ.Attributes{}
	if by := describedBy(c.key(), c.Hint, c.Error); by != "" {
		out["aria-describedby"] = by
	}
	if c.Error != "" {
		out["aria-invalid"] = "true"
	}
	return out
}

// group is the choice's fieldset: aria-invalid belongs to inputs alone.
func describeGroup(name, hint, wrong string) templ.Attributes {
	if by := describedBy(name, hint, wrong); by != "" {
		return templ.Attributes{"aria-describedby": by}
	}
	return nil
}

// Mistake is one thing wrong with a form. Without a name it concerns the whole form.
type Mistake struct{ Name, Text string }

// Mistakes are what the error summary lists and the fields say beside themselves.
type Mistakes []Mistake

// MistakesOf reads a refusal in the reader's language; nil for no error.
func MistakesOf(p *locale.Printer, err error) Mistakes {
	if err == nil {
		return nil
	}
	f := fault.Of(err)
	if len(f.Fields) == 0 {
		return Mistakes{{Text: p.Fault(err)}}
	}
	var out Mistakes
	for _, field := range f.Fields {
		out = append(out, Mistake{Name: field.Name, Text: p.Field(field)})
	}
	return out
}

// Of is what is wrong with one field, "" when nothing is.
func (m Mistakes) Of(name string) string {
	for _, x := range m {
		if x.Name == name {
			return x.Text
		}
	}
	return ""
}

func numeric(f Field) Field {
	f.Mode = or(f.Mode, "numeric")
	f.Width = or(f.Width, "4")
	f.Min, f.Most, f.Step = "", "", "" // a text input has no bounds; the server knows them
	return f
}

func wide(f Field, width string) Field {
	f.Width = or(f.Width, width)
	return f
}

func rows(f Field) int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 4
}

func optionDescribe(c Choice, i int, _ Option) templ.Attributes {
	if c.Error == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true"}
}
