// Package seal keeps what people trust us with from being printed by accident.
package seal

// Text is a value that prints as [sealed].
type Text struct{ plain string }

// Of makes a Text.
func Of(s string) Text { return Text{s} }

// Reveal is the value itself.
func (t Text) Reveal() string { return t.plain }

// Empty tells whether there is none.
func (t Text) Empty() bool { return t.plain == "" }

func (t Text) String() string { return "[sealed]" }
