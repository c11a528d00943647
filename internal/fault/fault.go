// Package fault is how a refusal travels: a kind for the machine, a message key with its values for the
// reader, and a cause for us. A fault's text never holds anything about a person.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"sort"
	"strings"
)

// Kind says what sort of refusal it is. The web maps it to a status, once for all pages.
type Kind int

const (
	Internal    Kind = iota // ours; 500
	Invalid                 // what was typed or pressed cannot be; 422
	NotFound                // nothing here, or nothing this reader may know of; 404, one page for both
	Conflict                // somebody else was first, or the moment has passed; 409
	Forbidden               // another site made the browser send it; 403
	SignIn                  // signing in comes first; 401
	TooMany                 // wait a while; 429
	TooLarge                // more than the limit; 413
	Unavailable             // we are stopping or the database is gone; 503
)

// Fault is an error with a message key. The key is looked up in internal/locale in the reader's language.
type Fault struct {
	Kind   Kind
	Key    string         // e.g. "appointment.slot-taken"; the texts file has "fault.appointment.slot-taken"
	Args   map[string]any // values for the text: counts, limits, names of models; nothing about a person
	Fields []Field        // per-field mistakes of a form, in page order
	Cause  error
}

// Field is one mistake in a form: the input's name and a message key.
type Field struct {
	Name string
	Key  string
	Args map[string]any
}

// New makes a fault of a kind with a message key. Pairs after the key are argument names and values.
func New(k Kind, key string, pairs ...any) *Fault {
	return &Fault{Kind: k, Key: key, Args: args(pairs)}
}

func args(pairs []any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// Wrap keeps the cause for us beside the message for people.
func Wrap(cause error, k Kind, key string, pairs ...any) *Fault {
	f := New(k, key, pairs...)
	f.Cause = cause
	return f
}

// With is the fault with one more value for its text, unless it has one of that name. No fault stays none.
func (f *Fault) With(name string, value any) *Fault {
	if f == nil || f.Args[name] != nil {
		return f
	}
	with := *f
	with.Args = maps.Clone(f.Args)
	if with.Args == nil {
		with.Args = map[string]any{}
	}
	with.Args[name] = value
	return &with
}

// Form collects the mistakes of one form. Its Err is nil while there are none.
type Form struct{ fields []Field }

// Add notes one mistake at the input called name.
func (f *Form) Add(name, key string, pairs ...any) {
	f.fields = append(f.fields, Field{Name: name, Key: key, Args: args(pairs)})
}

// Err is the collected mistakes as one Invalid fault, or nil.
func (f *Form) Err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Key: "form.mistakes", Fields: f.fields}
}

func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Key)
	names := make([]string, 0, len(f.Fields))
	for _, x := range f.Fields {
		names = append(names, x.Name+":"+x.Key)
	}
	sort.Strings(names)
	if len(names) > 0 {
		b.WriteString(" [" + strings.Join(names, " ") + "]")
	}
	if f.Cause != nil {
		b.WriteString(": " + f.Cause.Error())
	}
	return b.String()
}

func (f *Fault) Unwrap() error { return f.Cause }

// Of finds the fault inside an error; anything else is Internal with key "internal".
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Kind: Internal, Key: "internal", Cause: err}
}

// Is tells whether err is a fault of the kind.
func Is(err error, k Kind) bool { return err != nil && Of(err).Kind == k }

// HasKey tells whether err is a fault with this message key.
func HasKey(err error, key string) bool { return err != nil && Of(err).Key == key }
