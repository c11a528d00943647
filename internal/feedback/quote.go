package feedback

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
)

// How far words have come to be quoted (R-159, decision 0067).
const (
	QuoteWaiting = "waiting" // nobody has read them
	QuoteRead    = "read"    // one has said what may remain
	QuoteAgreed  = "agreed"  // another has agreed to exactly that
)

// Covered stands where words were: how many is not told.
const Covered = "…"

// Quote is words that somebody allowed to be quoted: in a row of their own, with nothing that leads to what else was answered.
type Quote struct {
	ID       string // of its row; random
	Unit     access.UnitID
	Model    string
	Form     string
	Month    string // of answering, and no day
	Words    string // what remains of them
	Guardian bool   // of a child's: a guardian had agreed when the code was made
	State    string
	Reader   access.AccountID // who has read last; "" when nobody, or when they are gone
	Turn     int              // how often words were covered: whoever agrees has seen this one
}

// Parts are the words one by one, as they may be covered.
func (q Quote) Parts() []string { return strings.Fields(q.Words) }

// Left is what remains when some of the parts are covered. Several beside each other leave one mark.
func (q Quote) Left(covered []int) string {
	var out []string
	for i, part := range q.Parts() {
		if slices.Contains(covered, i) {
			part = Covered
		}
		if part != Covered || len(out) == 0 || out[len(out)-1] != Covered {
			out = append(out, part)
		}
	}
	return strings.Join(out, " ")
}

// Year is the year in which the words came.
func (q Quote) Year() string { return q.Month[:4] }

// over tells whether the words' year is over: nobody reads them before, for whoever reads soon may know who has just answered (D-217.5).
func (q Quote) over(today calendar.Date) bool { return string(today)[:4] > q.Year() }

// MayRead tells who reads words of a unit: those who work there with clients. Volunteers do not.
func MayRead(by access.Actor, unit access.UnitID) bool {
	return by.Is(access.Worker, unit) || by.Is(access.Coordinator, unit)
}

// Reading is words in a reader's hand, with what was asked.
type Reading struct {
	Quote
	Asked *model.Model
	Of    model.FeedbackForm
}

// Child tells of a child's words, for which two have said yes: a guardian before, and the child itself.
func (r Reading) Child() bool { return r.Of.Of == model.OfChild }

// Mine tells whether the reader was the last to read.
func (r Reading) Mine(by access.Actor) bool {
	return r.State == QuoteRead && r.Reader != "" && r.Reader == by.Account
}

// Waits tells whether the reader has something to do with the words.
func (r Reading) Waits(by access.Actor) bool { return r.State != QuoteAgreed && !r.Mine(by) }

// quotable puts words together with their form, as the newest version of the model asks it that still does: a form is not always asked for ever, and words
// of a year are read in the next. Of a model that has gone nobody knows what was asked, and nothing is quoted.
func quotable(ms model.Set, q Quote) (Reading, bool) {
	for _, m := range ms.Versions(q.Model) {
		if f, ok := m.FeedbackForm(q.Form); ok {
			return Reading{q, m, f}, true
		}
	}
	return Reading{}, false
}

// Readings are the words of a unit that may be read by now, in an order that tells nothing. Of another unit there are none.
func Readings(ctx context.Context, tx Tx, ms model.Set, by access.Actor, unit access.UnitID) (out []Reading, err error) {
	if !MayRead(by, unit) {
		return nil, fault.New(fault.NotFound, "not-found")
	}
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return nil, err
	}
	all, err := tx.QuotesOf(ctx, unit)
	today := calendar.LocalOf(tx.Now(), u.Zone).Day
	for _, q := range all {
		if r, ok := quotable(ms, q); ok && q.over(today) {
			out = append(out, r)
		}
	}
	return out, err
}

// Standing is how far the words of a unit have come that may be read by now.
type Standing struct {
	Waiting        []string // ids of those that wait for the reader, in an order that tells nothing
	Others, Agreed int
}

// Stand counts for a reader; of another unit there is nothing. It opens only those that wait for the reader: words whose form nobody asks any more wait for nobody, and
// would stand before all others.
func Stand(ctx context.Context, tx Tx, ms model.Set, by access.Actor, unit access.UnitID) (s Standing, err error) {
	if !MayRead(by, unit) {
		return s, fault.New(fault.NotFound, "not-found")
	}
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return s, err
	}
	all, err := tx.QuoteRows(ctx, unit)
	today := calendar.LocalOf(tx.Now(), u.Zone).Day
	for _, q := range all {
		switch {
		case !q.over(today):
		case Reading{Quote: q}.Waits(by):
			if q, err = tx.Quote(ctx, q.ID); err != nil {
				return s, err
			}
			if _, ok := quotable(ms, q); ok {
				s.Waiting = append(s.Waiting, q.ID)
			}
		case q.State == QuoteAgreed:
			s.Agreed++
		default:
			s.Others++
		}
	}
	return s, err
}

// ReadQuote shows somebody of the unit words whose year is over, and keeps that they were seen. Others, and sooner, they are not there.
func ReadQuote(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id string) (Reading, error) {
	r, err := reading(ctx, tx, ms, by, id)
	if err != nil {
		return r, err
	}
	return r, audit.Note(ctx, tx, by, audit.QuoteRead, audit.Unit, string(r.Unit))
}

func reading(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id string) (Reading, error) {
	gone := fault.New(fault.NotFound, "not-found")
	unit, err := tx.SeesQuote(ctx, by, id)
	if err != nil {
		return Reading{}, err
	}
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return Reading{}, err
	}
	q, err := tx.Quote(ctx, id)
	if err != nil {
		return Reading{}, err
	}
	if !q.over(calendar.LocalOf(tx.Now(), u.Zone).Day) {
		return Reading{}, gone
	}
	r, ok := quotable(ms, q)
	if !ok {
		return r, gone
	}
	return r, nil
}

// Review is a reader's word on what may remain: the parts with these numbers go for good. The first reader's word waits for another's; who
// covers nothing of what a colleague left agrees to exactly that, and who covers more has it go back to be agreed by somebody else. turn is the
// one that the reader has seen. Nobody reads alone, and words are never added.
func Review(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id string, turn int, covered []int) (Reading, error) {
	r, err := reading(ctx, tx, ms, by, id)
	if err != nil {
		return r, err
	}
	left := r.Left(covered)
	switch {
	case r.State == QuoteAgreed || r.Turn != turn:
		return r, fault.New(fault.Conflict, "feedback.quote-changed")
	case r.Child() && !r.Guardian:
		return r, fault.New(fault.Conflict, "feedback.quote-guardian")
	case left == Covered || left == "":
		return r, fault.New(fault.Invalid, "feedback.quote-empty")
	case r.Mine(by) && left == r.Words:
		return r, fault.New(fault.Conflict, "feedback.quote-alone")
	}
	agreed := r.State == QuoteRead && r.Reader != "" && left == r.Words
	r.State, r.Reader = QuoteRead, by.Account
	if agreed {
		r.State = QuoteAgreed
	}
	if left == r.Words {
		err = tx.SettleQuote(ctx, r.Quote)
	} else {
		r.Words, r.Turn = left, r.Turn+1
		err = tx.CoverQuote(ctx, r.Quote)
	}
	if err != nil {
		return r, err
	}
	return r, audit.Note(ctx, tx, by, audit.QuoteReviewed, audit.Unit, string(r.Unit))
}

// Refuse lets words go for good, with their key: any reader before they are agreed, and a coordinator of the unit afterwards.
func Refuse(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id string) (access.UnitID, error) {
	r, err := reading(ctx, tx, ms, by, id)
	if err != nil {
		return "", err
	}
	if r.State == QuoteAgreed && !by.Is(access.Coordinator, r.Unit) {
		return "", fault.New(fault.NotFound, "not-found")
	}
	if err := tx.DropQuote(ctx, id); err != nil {
		return "", err
	}
	return r.Unit, audit.Note(ctx, tx, by, audit.QuoteRefused, audit.Unit, string(r.Unit))
}

// Agreed are the words of units that two have agreed to, of a year, in an order that tells nothing.
func Agreed(ctx context.Context, tx interface {
	QuotesOf(ctx context.Context, unit access.UnitID) ([]Quote, error)
}, ms model.Set, units []access.UnitID, year int) (out []Reading, waiting int, err error) {
	for _, unit := range units {
		all, err := tx.QuotesOf(ctx, unit)
		if err != nil {
			return nil, 0, err
		}
		for _, q := range all {
			r, ok := quotable(ms, q)
			switch {
			case !ok || q.Year() != fmt.Sprintf("%04d", year):
			case q.State == QuoteAgreed:
				out = append(out, r)
			default:
				waiting++
			}
		}
	}
	slices.SortFunc(out, func(a, b Reading) int { return strings.Compare(a.ID, b.ID) })
	return out, waiting, nil
}
