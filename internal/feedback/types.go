// Package feedback is what people answer afterwards (R-150… … ). There is nothing here that could hold an
// answer: one is added to the sums of its month the moment it comes, and whoever had the sums before and after is the only one who
// could tell it (A-18, decision 0066). Which sums may be told to anybody is package disclosure's.
package feedback

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Sum is what was answered to one form of one service of one unit in a month.
type Sum struct {
	Unit  access.UnitID
	Model string
	Form  string
	Month string // "2006-01" in the unit's zone
	By    string // what the answers are divided by, as the model's form says; "" is all of them
	Value string // and which of its values
	N     int    // how many answered the form
	// Answers has for every question that anybody answered how many gave each answer: Answers["situation"][3] is how many gave the
	// fourth, which the model calls 4. A question that may be left out adds up to less than N.
	Answers map[string][]int
}

// Tx is the part of a storage transaction that answering needs.
type Tx interface {
	organization.Tx
	Now() time.Time
	// AddFeedback adds sums of one form and month to what is there.
	AddFeedback(ctx context.Context, unit access.UnitID, model, form, month string, sums ...Sum) error
}
