// Package seal keeps what people trust us with unreadable to whoever takes the disk (design 4.1).
//
// A Text is such a value while the program holds it: it prints as [sealed] and is shown by asking. A Key is one
// person's own; a Keyring holds what derives from the organisation's master key. Where boxes and wrapped keys lie
// is left to storage, and who may open them to access.
package seal

import (
	"fmt"
	"log/slog"
)

// shown is what a Text, a Key and a Keyring print as, whatever prints them.
const shown = "[sealed]"

// Text is a value that is sealed in storage. The zero Text is empty. Two are compared by Equal.
type Text struct {
	// Behind a pointer, because fmt prints the unexported fields of other people's structs without asking them:
	// there it finds an address.
	p *string
	_ [0]func() // no ==, which would compare addresses
}

// Of makes a Text of what was typed.
func Of(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{p: &s}
}

// Reveal gives the text in the clear. Call it where somebody who may know reads it, and nowhere else.
func (t Text) Reveal() string {
	if t.p == nil {
		return ""
	}
	return *t.p
}

// Empty tells whether there is nothing in it.
func (t Text) Empty() bool { return t.p == nil }

// Equal tells whether two hold the same text.
func (t Text) Equal(o Text) bool { return t.Reveal() == o.Reveal() }

func (t Text) String() string               { return shown }
func (t Text) GoString() string             { return shown }
func (t Text) Format(s fmt.State, _ rune)   { fmt.Fprint(s, shown) }
func (t Text) LogValue() slog.Value         { return slog.StringValue(shown) }
func (t Text) MarshalText() ([]byte, error) { return []byte(shown), nil }
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + shown + `"`), nil }
