// Package locale knows the languages that Rinnalla speaks.
package locale

// Lang is a language of the pages.
type Lang string

// The languages. Finnish is first.
const (
	Finnish Lang = "fi"
	Swedish Lang = "sv"
	English Lang = "en"
)
