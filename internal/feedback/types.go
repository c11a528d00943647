// Package feedback is what people answer afterwards (R-150… … ). There is nothing here that could hold an
// answer: one is added to the sums of its month the moment it comes, and whoever had the sums before and after is the only one who
// could tell it (A-18, decision 0066). Which sums may be told to anybody is package disclosure's.
package feedback

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/intake"
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

// Kinds of ways to answer.
const (
	Slip   = "slip"   // a code on paper, good once
	Room   = "room"   // typed in on a device in the room or at an event, good until the day is over
	Round  = "round"  // the address of a round of asking partners, good until its last day
	Ticket = "ticket" // stands in the page that somebody was given, and nowhere else
)

// Way is a way to answer one form. It knows nothing of who has it or who made it.
type Way struct {
	ID      string // of a code's row; random, and "" of a ticket
	Kind    string
	Unit    access.UnitID
	Model   string
	Version int
	Form    string
	Last    calendar.Date // the last day on which it is good, in the unit's zone
	Left    int           // answers that may still come
	Quoting bool          // a guardian has agreed that a child's words may be quoted
}

// Tx is the part of a storage transaction that answering needs.
type Tx interface {
	// AddFeedback adds sums of one form and month to what is there.
	AddFeedback(ctx context.Context, unit access.UnitID, model, form, month string, sums ...Sum) error
	AddWays(ctx context.Context, w Way, codes []intake.Code) error // the same way, once for each code
	WayOf(ctx context.Context, code intake.Code) (Way, error)      // fault.NotFound when there is none, or none any more
	Ways(ctx context.Context) ([]Way, error)                       // all codes that stand, in no order
	LessenWay(ctx context.Context, w Way, code intake.Code) error  // one answer less; the last one ends it
	DropWay(ctx context.Context, id string) error                  // without an answer
	MakeTicket(w Way) (string, error)                              // sealed; kept nowhere
	OpenTicket(text string) (Way, string, error)                   // and its own random word
	SpendTicket(ctx context.Context, word string, w Way) error     // fault.Conflict when it was spent, also before a restore
	Drawn(ctx context.Context, who string) (bool, error)           // whether somebody was given a form
	PutDrawn(ctx context.Context, who, month string) error         // fault.Conflict "feedback.drawn" when they were
	DropDrawn(ctx context.Context, before string) (int, error)     // of months before
	AddQuote(ctx context.Context, q Quote) error                   // words with the respondent's permission
	Quotes(ctx context.Context) ([]Quote, error)                   // all that are kept
	QuotesOf(ctx context.Context, unit access.UnitID) ([]Quote, error)
	QuoteRows(ctx context.Context, unit access.UnitID) ([]Quote, error) // nothing of them opened
	Setting(ctx context.Context, name string) (string, error)
	SeesQuote(ctx context.Context, by access.Actor, id string) (access.UnitID, error) // fault.NotFound unless by reads the words of its unit; opens nothing
	Quote(ctx context.Context, id string) (Quote, error)
	SettleQuote(ctx context.Context, q Quote) error // another state and reader, and the same words
	CoverQuote(ctx context.Context, q Quote) error  // fewer words, under a new key: the old one goes
	PutAudit(ctx context.Context, e audit.Entry) error
	DropQuote(ctx context.Context, id string) error // with its key
	Audit(ctx context.Context, object string) ([]audit.Entry, error)

	circle.Tx // a suggestion becomes a proposed group
	// Suggest adds to what waits of an offer, and writes it anew, under the same key, also when nothing is added; it makes none of nothing
	// but when called with one that is empty.
	Suggest(ctx context.Context, offer organization.OfferID, said ...Said) error
	AllSuggested(ctx context.Context) ([]Heap, error)
	DropSuggested(ctx context.Context, id string) error // with its key
}
