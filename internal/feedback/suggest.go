package feedback

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

// MaxSuggestion is how many characters say what somebody would like: as many as a proposed group's title has.
const MaxSuggestion = circle.MaxTitle

// MostSuggested wait together of one service: then somebody is playing. Storage, which has the heap open, refuses one more.
const MostSuggested = 200

// Said is what somebody would like, in the month in which they said so.
type Said struct {
	Month string // "2006-01"
	Text  string
}

// Heap is what was suggested of one offer and nobody has read: together under a key of its own, in an order that tells nothing.
type Heap struct {
	ID    string
	Offer organization.OfferID
	Said  []Said
}

// Suggests tells whether the form takes what somebody would like: the unit has to offer the service still, for there it is read.
func (h Hand) Suggests() bool { return h.Form.Suggest && h.Offer != "" }

// suggest puts what was suggested with what others have. The heap is written anew by an answer that suggests nothing too: which
// answers brought something is told by no row (decision 0071).
func (h Hand) suggest(ctx context.Context, tx Tx, text, month string) error {
	if !h.Suggests() {
		return nil
	}
	return tx.Suggest(ctx, h.Offer, Said{month, strings.TrimSpace(text)})
}

// checkSuggestion says what is wrong with the line.
func (m Marks) checkSuggestion(h Hand, form *fault.Form) {
	text := strings.TrimSpace(m.Suggestion)
	switch {
	case text == "":
	case !h.Suggests():
		form.Add("suggestion", "form.choice")
	case !person.Short(text, MaxSuggestion):
		form.Add("suggestion", "circle.topic", "most", MaxSuggestion)
	}
}

// Ripe divides what waits into what a coordinator may read now and what goes on waiting: all when so many are together that none of
// them is somebody's (the limit of everything that is told, five or what a coordinator has raised it to, D-213), otherwise those of months that are over.
// this is the month it is, "2006-01".
func Ripe(waiting []Said, this string, together int) (ripe, rest []Said) {
	for _, s := range waiting {
		if s.Month < this || len(waiting) >= together {
			ripe = append(ripe, s)
		} else {
			rest = append(rest, s)
		}
	}
	return ripe, rest
}

// Ripen makes proposed groups of what has waited long enough, in the order of their letters. A coordinator reads each of them like any other
// proposal: plans a group of it, says "not now" or lets it go, and what nobody reads goes as the model says. It tells how many.
func Ripen(ctx context.Context, tx Tx, ms model.Set) (n int, err error) {
	all, err := tx.AllSuggested(ctx)
	if err != nil {
		return 0, err
	}
	for _, h := range all {
		took, err := h.ripen(ctx, tx, ms)
		n += took
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (h Heap) ripen(ctx context.Context, tx Tx, ms model.Set) (int, error) {
	o, err := tx.Offer(ctx, h.Offer)
	if fault.Is(err, fault.NotFound) {
		return 0, tx.DropSuggested(ctx, h.ID) // nobody would ever read it
	}
	if err != nil {
		return 0, err
	}
	u, err := tx.Unit(ctx, o.Unit)
	if err != nil {
		return 0, err
	}
	kept, err := tx.Setting(ctx, disclosure.LeastSetting)
	if err != nil {
		return 0, err
	}
	limits, err := disclosure.Raised(kept).Filled()
	if err != nil {
		return 0, err
	}
	ripe, rest := Ripe(h.Said, calendar.LocalOf(tx.Now(), u.Zone).Day.Month(), limits.Threshold)
	if len(ripe) == 0 {
		return 0, nil
	}
	for i, s := range ripe {
		err := circle.Hear(ctx, tx, ms, h.Offer, s.Text)
		if fault.HasKey(err, "circle.ideas-full") { // the others wait
			ripe, rest = ripe[:i], slices.Concat(rest, h.fresh(ripe[i:], ms, o, calendar.DateOf(tx.Now(), time.UTC)))
			break
		}
		if err != nil {
			return 0, err
		}
	}
	if err := tx.DropSuggested(ctx, h.ID); err != nil {
		return 0, err
	}
	return len(ripe), tx.Suggest(ctx, h.Offer, rest...)
}

// fresh are those that are not older than a proposal may be.
func (h Heap) fresh(said []Said, ms model.Set, o organization.Offer, today calendar.Date) []Said {
	m, ok := ms.Model(o.Model, o.Version)
	return slices.DeleteFunc(slices.Clone(said), func(s Said) bool {
		if !ok {
			return true
		}
		k, _ := m.Retention("ideas")
		return LastOf(s.Month).Add(k.Days) < today
	})
}

// ByText orders what was said by its letters: that is nobody's doing.
func ByText(a, b Said) int { return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Month, b.Month)) }
