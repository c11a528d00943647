package feedback

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

const (
	// SheetSlips are as many slips as one sheet of paper takes.
	SheetSlips = 12
	// LongestMonths is how many months after this one a slip may still be good.
	LongestMonths = 6
	mostInRoom    = 60
	mostInRound   = 2000
	longestRound  = 92 // days
	ticketLasts   = 24 * time.Hour
	drawnMonths   = 24 // after so many months nobody asks any more whether a form was given
)

// May tells whether somebody may hand out forms of a unit: its workers and coordinators; rounds are the coordinators'.
func May(by access.Actor, unit access.UnitID, kind string) bool {
	return by.Is(access.Coordinator, unit) || (kind != Round && by.Is(access.Worker, unit))
}

// Wanted is what somebody who hands out forms has chosen.
type Wanted struct {
	Offer   organization.OfferID
	Form    string
	Kind    string        // Slip, Room or Round
	N       int           // slips, or answers in a room
	Last    calendar.Date // the last day: of a slip its month's; of a room today
	Quoting bool
}

// Give makes codes for a form: as many as there are slips, otherwise one. They are shown once and kept only as keyed marks; nobody
// can tell afterwards who made them. A form of another unit is not there.
func Give(ctx context.Context, tx Tx, ms model.Set, by access.Actor, x Wanted) (Hand, []intake.Code, error) {
	o, err := tx.Offer(ctx, x.Offer)
	if err == nil && !May(by, o.Unit, x.Kind) {
		err = fault.New(fault.NotFound, "not-found")
	}
	if err != nil {
		return Hand{}, nil, err
	}
	h := Hand{Way: Way{Kind: x.Kind, Unit: o.Unit, Model: o.Model, Version: o.Version, Form: x.Form, Left: 1, Quoting: x.Quoting}}
	if h.Place, err = tx.Unit(ctx, o.Unit); err != nil {
		return h, nil, err
	}
	today := h.today(tx)
	n, err := h.Way.fit(x, today)
	if err != nil {
		return h, nil, err
	}
	if h, err = h.Way.hand(ctx, tx, ms); err != nil {
		return h, nil, err
	}
	if !h.handed() {
		return h, nil, fault.New(fault.NotFound, "not-found")
	}
	h.Way.Quoting = x.Quoting && h.Form.Words && h.Form.Of == model.OfChild
	codes := make([]intake.Code, n)
	for i := range codes {
		codes[i] = intake.NewCode()
	}
	return h, codes, tx.AddWays(ctx, h.Way, codes)
}

// handed tells whether a form goes to people by this kind of way: a round is for partners and for whoever comes to groups and events, and staff
// and volunteers sign in.
func (h Hand) handed() bool {
	switch h.Form.Of {
	case model.OfWorker, model.OfVolunteer:
		return false
	case model.OfPartner:
		return h.Kind != Room
	case model.OfMember, model.OfGuest:
		return true // one instrument on paper, on a tablet at an event and on the web
	}
	return h.Kind != Round
}

// Handed tells by which kinds of ways a form goes to people.
func Handed(f model.FeedbackForm) (kinds []string) {
	for _, k := range []string{Slip, Room, Round} {
		if (Hand{Way: Way{Kind: k}, Form: f}).handed() {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// fit completes the way with how often and until when, and tells how many codes it takes.
func (w *Way) fit(x Wanted, today calendar.Date) (codes int, err error) {
	var form fault.Form
	switch x.Kind {
	case Slip:
		w.Last = LastOf(x.Last.Month())
		if x.N < 1 || x.N > SheetSlips {
			form.Add("n", "feedback.slips", "most", SheetSlips)
		}
		if w.Last < today || w.Last > LastOf(monthOf(today, LongestMonths)) {
			form.Add("last", "feedback.last")
		}
		codes = x.N
	case Room:
		w.Last, w.Left, codes = today, x.N, 1
		if x.N < 1 || x.N > mostInRoom {
			form.Add("n", "feedback.in-room", "most", mostInRoom)
		}
	case Round:
		w.Last, w.Left, codes = x.Last, mostInRound, 1
		if x.Last < today || x.Last > today.Add(longestRound) {
			form.Add("last", "feedback.round-last", "days", longestRound)
		}
	default:
		form.Add("kind", "form.choice")
	}
	return codes, form.Err()
}

// LastOf is the last day of a month "2006-01"; "" of what is none.
func LastOf(month string) calendar.Date {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return calendar.DateOf(t.AddDate(0, 1, -1), time.UTC)
}

// monthOf is the month so many after a day's.
func monthOf(day calendar.Date, months int) string {
	t, _ := time.Parse("2006-01", day.Month())
	return t.AddDate(0, months, 0).Format("2006-01")
}

// Months are the months until which a slip may be good, the first being this one.
func Months(today calendar.Date) (out []string) {
	for i := range LongestMonths + 1 {
		out = append(out, monthOf(today, i))
	}
	return out
}

// Draw gives somebody a form of a unit's service once. who is a word that names them and, where they answer anew, the period: of it
// a keyed mark stays, and neither a day nor whether they answered. What it gives back stands in the page alone, for a day.
func Draw(ctx context.Context, tx Tx, ms model.Set, who string, w Way) (right string, h Hand, err error) {
	w.Kind, w.Left, w.ID = Ticket, 1, ""
	u, err := tx.Unit(ctx, w.Unit)
	if err != nil {
		return "", h, err
	}
	today := calendar.LocalOf(tx.Now(), u.Zone).Day
	w.Last = calendar.LocalOf(tx.Now().Add(ticketLasts), u.Zone).Day
	if h, err = w.hand(ctx, tx, ms); err != nil {
		return "", h, err
	}
	if err := tx.PutDrawn(ctx, drawnBy(who, w), monthOf(today, drawnMonths)); err != nil {
		return "", h, err
	}
	text, err := tx.MakeTicket(w)
	return ticketMark + text, h, err
}

// Drawn tells whether somebody was given a form.
func Drawn(ctx context.Context, tx Tx, who string, w Way) (bool, error) {
	return tx.Drawn(ctx, drawnBy(who, w))
}

func drawnBy(who string, w Way) string {
	return fmt.Sprintf("%s/%s/%s/%s", who, w.Unit, w.Model, w.Form)
}

// Period is the word for a period of so many months that a day is in: "2026-1" is the first of a year.
func Period(day calendar.Date, months int) string {
	t, err := time.Parse("2006-01", day.Month())
	if err != nil || months < 1 {
		return ""
	}
	return fmt.Sprintf("%d-%d-%d", t.Year(), months, (int(t.Month())-1)/months+1)
}

// Rounds are a unit's rounds and rooms that are open, by last day.
func Rounds(ctx context.Context, tx Tx, ms model.Set, unit access.UnitID) (out []Hand, err error) {
	all, err := tx.Ways(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		if w.Unit != unit || w.Kind == Slip {
			continue
		}
		h, err := w.hand(ctx, tx, ms)
		if fault.Is(err, fault.NotFound) {
			continue // over
		}
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Hand) int {
		switch {
		case a.Last != b.Last && a.Last < b.Last:
			return -1
		case a.Last != b.Last:
			return 1
		case a.Form.ID < b.Form.ID:
			return -1
		}
		return 1
	})
	return out, nil
}

// Close ends a round or a room before its day. One of another unit is not there.
func Close(ctx context.Context, tx Tx, by access.Actor, id string) error {
	all, err := tx.Ways(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(w Way) bool { return w.ID == id && w.Kind != Slip && May(by, w.Unit, w.Kind) })
	if i < 0 {
		return fault.New(fault.NotFound, "not-found")
	}
	return tx.DropWay(ctx, id)
}

// Sweep lets go of codes whose last day is over everywhere, of what was given in months long past, and of quotes whose days are over; what was suggested
// it lets be read when it has waited long enough.
func Sweep(ctx context.Context, tx Tx, ms model.Set) (dropped int, err error) {
	all, err := tx.Ways(ctx)
	if err != nil {
		return 0, err
	}
	yesterday := calendar.DateOf(tx.Now(), time.UTC).Add(-1)
	for _, w := range all {
		if w.Last >= yesterday {
			continue
		}
		if err := tx.DropWay(ctx, w.ID); err != nil {
			return dropped, err
		}
		dropped++
	}
	n, err := tx.DropDrawn(ctx, yesterday.Month())
	if err != nil {
		return dropped, err
	}
	quotes, err := forget(ctx, tx, ms, yesterday)
	if err == nil {
		_, err = Ripen(ctx, tx, ms)
	}
	return dropped + n + quotes, err
}

// forget lets go of quotes as their model says, counted from the end of the month in which they came.
func forget(ctx context.Context, tx Tx, ms model.Set, day calendar.Date) (dropped int, err error) {
	all, err := tx.Quotes(ctx)
	if err != nil {
		return 0, err
	}
	for _, q := range all {
		days := 0 // a model that keeps none any more
		if m, ok := ms.Latest(q.Model); ok {
			k, _ := m.Retention("quotes")
			days = k.Days
		}
		if LastOf(q.Month).Add(days) >= day {
			continue
		}
		if err := tx.DropQuote(ctx, q.ID); err != nil {
			return dropped, err
		}
		dropped++
	}
	return dropped, nil
}
