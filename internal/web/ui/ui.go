// Package ui is what pages are built of: layouts and components as plain structs and templ functions. It knows no
// handler, no noun and no rule; texts of a page come by its struct, the components' own few words by the printer.
//
// Pages lay their content out with a handful of classes: "narrow" (a reading measure), "grid" (cards side by side),
// "stack" (things below each other with air between), "row" (buttons and tags beside each other), "split" (a main
// column and a side one), "section" (an h2 with a button at the other end), "stats" (with "grid": Figures, two beside
// each other on a phone), "fields" (short fields on one line), "soft" (quieter text), "above" (a quiet line over the
// heading), "lead" (the first paragraph), "big" (a number that is read first).
package ui

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
)

// Tone is what a tag or a notice feels like. The word beside it always says the same.
type Tone string

// Tones. Colour is never the only difference: tags carry a word and, where it matters, a shape.
const (
	Plain Tone = "plain"
	Info  Tone = "info" // for your knowledge, or what is next
	Good  Tone = "good" // held, open, done
	Soon  Tone = "soon" // needs care before long
	Late  Tone = "late" // over the promise
	Bad   Tone = "bad"  // a mistake, or something that was stopped
)

func (t Tone) or(other Tone) Tone {
	if t == "" {
		return other
	}
	return t
}

// Link is an address with its text.
type Link struct {
	Text string
	URL  string
	Note string // a quieter word after it
}

// Hidden is a value that a form carries along.
type Hidden struct{ Name, Value string }

// In is an address in the printer's language: Finnish has no prefix.
func In(p *locale.Printer, path string) string { return inLanguage(p.Lang(), path) }

func inLanguage(l locale.Lang, path string) string {
	if l == locale.Finnish {
		return path
	}
	if path == "/" {
		return "/" + string(l)
	}
	return "/" + string(l) + path
}

func classes(names ...string) string {
	var out []string
	for _, n := range names {
		if n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, " ")
}

func when(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}
