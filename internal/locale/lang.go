// Package locale is how Rinnalla speaks: the texts of the program in three languages, and days, clock times, lengths
// of time and numbers as each language writes them. The texts of service models are the models' own (package model).
package locale

import (
	"golang.org/x/text/language"
)

// Lang is a language of the pages.
type Lang string

// The languages. Finnish is first.
const (
	Finnish Lang = "fi"
	Swedish Lang = "sv"
	English Lang = "en"
)

// Default is the language when nobody has said another.
const Default = Finnish

// Langs are all languages, in the order in which they are offered.
func Langs() []Lang { return []Lang{Finnish, Swedish, English} }

// Parse reads a language's code. Anything else is not ok, and Default comes back.
func Parse(s string) (Lang, bool) {
	switch l := Lang(s); l {
	case Finnish, Swedish, English:
		return l, true
	default:
		return Default, false
	}
}

// Name is the language's name in itself, for the language links.
func (l Lang) Name() string {
	switch l {
	case Swedish:
		return "Svenska"
	case English:
		return "English"
	default:
		return "Suomi"
	}
}

func (l Lang) index() int {
	switch l {
	case Swedish:
		return 1
	case English:
		return 2
	default:
		return 0
	}
}

var offered = language.NewMatcher([]language.Tag{language.Finnish, language.Swedish, language.English})

// Negotiate chooses a language by the Accept-Language header. An unreadable or overlong header means Default.
func Negotiate(header string) Lang {
	if header == "" || len(header) > 400 {
		return Default
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return Default
	}
	_, i, confidence := offered.Match(tags...)
	if confidence == language.No {
		return Default
	}
	return Langs()[i]
}
