package shift

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/rota"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// Answers tells whether somebody belongs to those of a unit who may be asked to answer its line.
func Answers(by access.Actor, unit access.UnitID) bool { return by.Is(access.Volunteer, unit) }

// Volunteers is what Eligible reads.
type Volunteers interface {
	Offer(ctx context.Context, id organization.OfferID) (organization.Offer, error)
	VolunteerOf(ctx context.Context, who access.AccountID) (volunteer.Volunteer, error)
}

// Eligible asks the rules of the volunteer's own path. Each volunteer is read once, however many days are asked about.
func Eligible(tx Volunteers, ms model.Set) May {
	type known struct {
		volunteer.Volunteer
		path *model.Model
		err  error
	}
	read := map[access.AccountID]known{}
	return func(ctx context.Context, who access.AccountID, task string, day calendar.Date) error {
		k, ok := read[who]
		if !ok {
			if k.Volunteer, k.err = tx.VolunteerOf(ctx, who); k.err == nil {
				var o organization.Offer
				o, k.err = tx.Offer(ctx, k.Offer)
				k.path, ok = ms.Model(o.Model, o.Version)
				if k.err == nil && !ok {
					k.err = hidden()
				}
			}
			read[who] = k
		}
		if fault.Is(k.err, fault.NotFound) {
			return fault.New(fault.Conflict, "rota.rule.eligible")
		}
		if k.err != nil {
			return k.err
		}
		return volunteer.May(k.path, k.Volunteer, task, day)
	}
}

// Own is one of somebody's own evenings.
type Own struct {
	line.Evening
	Hall    line.Hall
	Place   Place
	Needs   bool     // nobody answers it yet, and a reserve may say yes
	Against error    // why a reserve may not, nil where they may
	With    []string // line names of who answers with them
	Begun   bool
}

// Evenings are somebody's own coming evenings, and the one that is over but can still be marked, by start.
func Evenings(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor) ([]Own, error) {
	places, err := tx.ShiftPlacesBy(ctx, by.Account, tx.Now().Add(-(after + longest)))
	if err != nil {
		return nil, err
	}
	var out []Own
	for _, p := range places {
		if !p.Published {
			continue
		}
		e, err := load(ctx, tx, ms, p.Evening)
		if err != nil {
			return nil, err
		}
		if tx.Now().After(e.Ends().Add(after)) {
			continue
		}
		o := Own{Evening: e.Evening, Hall: e.Hall, Place: p, Needs: e.State == line.Open && p.Reserve() && e.free() > 0, Begun: !tx.Now().Before(e.Starts)}
		if p.Reserve() && (!o.Needs || !tx.Now().Before(e.Ends())) && o.Begun {
			continue // over for a reserve who was not needed
		}
		if o.Needs {
			err := may(ctx, by.Account, e.Model.Line.Task, e.At.Day)
			if err != nil && !fault.Is(err, fault.Conflict) {
				return nil, err
			}
			o.Needs, o.Against = err == nil, err
		}
		for _, x := range e.places {
			if x.Published && !x.Reserve() && x.Account != by.Account {
				name, err := LineName(ctx, tx, x.Account)
				if err != nil {
					return nil, err
				}
				o.With = append(o.With, name)
			}
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Own) int { return a.Starts.Compare(b.Starts) })
	return out, nil
}

// after is how long an evening stays on its answerer's page when it is over.
const after = 12 * time.Hour

// LineName is the name somebody answers by; their first name where they have chosen none.
func LineName(ctx context.Context, tx Tx, who access.AccountID) (string, error) {
	w, err := tx.ShiftWish(ctx, who)
	if err != nil || !w.LineName.Empty() {
		return w.LineName.Reveal(), err
	}
	a, err := tx.Account(ctx, who)
	first, _, _ := strings.Cut(a.Name.Reveal(), " ")
	return first, err
}

// mostName is the longest line name.
const mostName = 30

// KeepWish keeps what somebody has said of themselves. It holds for what is proposed from now on; nobody is asked why.
func KeepWish(ctx context.Context, tx Tx, by access.Actor, w Wish) error {
	var form fault.Form
	if name := w.LineName.Reveal(); utf8.RuneCountInString(name) > mostName || strings.ContainsAny(name, "\n\r@") {
		form.Add("name", "shift.line-name", "most", mostName)
	}
	if w.Most < 0 || w.Most > 31 {
		form.Add("most", "shift.most")
	}
	if !weekdays(w.Wished) || !weekdays(w.Never) {
		form.Add("wished", "form.choice")
	} else if slices.ContainsFunc(w.Wished, func(d int) bool { return slices.Contains(w.Never, d) }) {
		form.Add("never", "shift.both-weekdays")
	}
	if !days(w.Away) {
		form.Add("away-first", "shift.away")
	}
	if err := form.Err(); err != nil {
		return err
	}
	w.Account = by.Account
	slices.Sort(w.Wished)
	slices.Sort(w.Never)
	return tx.PutShiftWish(ctx, w)
}

func weekdays(all []int) bool {
	for i, d := range all {
		if d < 1 || d > 7 || slices.Contains(all[:i], d) {
			return false
		}
	}
	return true
}

func days(s rota.Span) bool {
	if s == (rota.Span{}) {
		return true
	}
	_, first := calendar.ParseDate(string(s.First))
	_, last := calendar.ParseDate(string(s.Last))
	return first == nil && last == nil && s.First <= s.Last
}

// AskSwap asks another to change evenings. Whoever is asked says yes or no; no leaves nothing.
func AskSwap(ctx context.Context, tx Tx, ms model.Set, by access.Actor, s Swap) error {
	own, err := load(ctx, tx, ms, s.Evening)
	if err == nil {
		_, err = own.of(by.Account)
	}
	if err != nil {
		return err
	}
	if s.Account = by.Account; s.For == "" {
		return fault.New(fault.Invalid, "shift.choose-evening")
	}
	mine, theirs, err := pair(ctx, tx, ms, s)
	if err == nil && (s.To == by.Account || mine.Evening.Offer != theirs.Evening.Offer) || fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Conflict, "shift.swap-gone")
	}
	if err != nil {
		return err
	}
	if err := tx.PutSwap(ctx, s); err != nil {
		return err
	}
	return write(ctx, tx, s.To)
}

// pair are the two evenings of a swap, both to come, each answered by whom the swap says.
func pair(ctx context.Context, tx Tx, ms model.Set, s Swap) (mine, theirs evening, err error) {
	for _, x := range []struct {
		at  *evening
		id  line.EveningID
		who access.AccountID
	}{{&mine, s.Evening, s.Account}, {&theirs, s.For, s.To}} {
		if *x.at, err = load(ctx, tx, ms, x.id); err != nil {
			return mine, theirs, err
		}
		p, err := x.at.of(x.who)
		if err == nil && p.Reserve() {
			err = hidden()
		}
		if err == nil && !tx.Now().Before(x.at.Starts) {
			err = fault.New(fault.Conflict, "shift.over")
		}
		if err == nil {
			err = x.at.coming(tx)
		}
		if err != nil {
			return mine, theirs, err
		}
	}
	return mine, theirs, nil
}

// AnswerSwap answers one who asked. Yes changes the two around, if both may answer on the other's day.
func AnswerSwap(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, evening line.EveningID, from access.AccountID, yes bool) error {
	all, err := tx.Swaps(ctx, by.Account)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s Swap) bool { return s.Evening == evening && s.Account == from && s.To == by.Account })
	if i < 0 {
		return fault.New(fault.Conflict, "shift.swap-gone")
	}
	s := all[i]
	if !yes {
		return tx.DeleteSwap(ctx, s.Evening, s.Account)
	}
	mine, theirs, err := pair(ctx, tx, ms, s)
	if err != nil {
		return err
	}
	if err := may(ctx, s.Account, theirs.Model.Line.Task, theirs.At.Day); err != nil {
		return err
	}
	if err := may(ctx, s.To, mine.Model.Line.Task, mine.At.Day); err != nil {
		return err
	}
	a, _ := mine.of(s.Account)
	b, _ := theirs.of(s.To)
	for _, p := range []Place{a, b} {
		if err := tx.DeleteShiftPlace(ctx, p.Evening, p.Account); err != nil {
			return err
		}
	}
	a.Account, b.Account = s.To, s.Account
	for _, p := range []Place{a, b} {
		if err := tx.PutShiftPlace(ctx, p); err != nil { // a reserve of that evening answers it now
			return err
		}
	}
	return write(ctx, tx, s.Account)
}

// WithdrawSwap takes one's own asking back.
func WithdrawSwap(ctx context.Context, tx Tx, by access.Actor, evening line.EveningID) error {
	return tx.DeleteSwap(ctx, evening, by.Account)
}

// keptPlaces is how long it is known who answered an evening that has been settled: its hours are counted by then (decision 0073).
const keptPlaces = 2 * 24 * time.Hour

// Sweep lets go of who answered evenings long over, of askings for evenings that have begun, and of whatever somebody left
// behind who has stopped.
func Sweep(ctx context.Context, tx Tx) error {
	if err := tx.DropSwaps(ctx, tx.Now()); err != nil {
		return err
	}
	if err := tx.DropShiftsOfGone(ctx, tx.Now()); err != nil {
		return err
	}
	return tx.DropShiftPlaces(ctx, tx.Now().Add(-keptPlaces))
}

// Usual is what holds for somebody who has said nothing of themselves.
func Usual(who access.AccountID) Wish { return Wish{Account: who, Most: mostUsual} }
