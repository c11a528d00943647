package commitment

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// Bill is the basis of what a payer is billed for a stretch of days: numbers, days or counts, kinds of work. It has no name
// of anybody, no service's name and no price.
type Bill struct {
	Payer       Payer
	First, Last calendar.Date
	Lines       []Line
}

// Line is one visit; or, where the payer wants numbers alone, all of one number that are alike.
type Line struct {
	Number  string
	Day     calendar.Date // "" where the payer wants numbers alone
	Kind    locale.Phrase // in the model's own words
	Work    string        // individual, couple, family, network
	Workers int
	State   string // held, missed
	Visits  int
}

// Visits are all that are billed.
func (b Bill) Visits() (n int) {
	for _, l := range b.Lines {
		n += l.Visits
	}
	return n
}

// Billed puts together what a payer is billed: visits that used one of those granted, on days of the stretch. What the
// organisation pays itself is not among them. It is pure.
func Billed(p Payer, all []Standing, first, last calendar.Date) Bill {
	b := Bill{Payer: p, First: first, Last: last}
	for _, s := range all {
		for _, v := range s.Visits {
			if !v.Counted || v.End || v.At.Day < first || v.At.Day > last {
				continue
			}
			b.add(s, v)
		}
	}
	slices.SortStableFunc(b.Lines, func(a, c Line) int {
		return cmp.Or(cmp.Compare(a.Number, c.Number), cmp.Compare(a.Day, c.Day), cmp.Compare(a.Work, c.Work), cmp.Compare(a.Workers, c.Workers), cmp.Compare(a.State, c.State))
	})
	return b
}

func (b *Bill) add(s Standing, v Visit) {
	work := appointment.KindOf(cmp.Or(v.Participants, appointment.WithClient))
	l := Line{Number: s.Number.Reveal(), Day: v.At.Day, Kind: s.Service.Phrase("commitment.kind." + work), Work: work, Workers: v.Workers, State: appointment.Held, Visits: 1}
	if v.State != appointment.Held {
		l.State = appointment.Missed
	}
	if b.Payer.ByNumber {
		l.Day = ""
		for i, x := range b.Lines {
			if x.Number == l.Number && x.Work == l.Work && x.Workers == l.Workers && x.State == l.State {
				b.Lines[i].Visits++
				return
			}
		}
	}
	b.Lines = append(b.Lines, l)
}

// longestBill is a year.
const longestBill = 366

// BillFor is the bill of the commitments that a coordinator may see. Each is noted as taken out.
func BillFor(ctx context.Context, tx Tx, ms model.Set, by access.Actor, payer PayerID, first, last calendar.Date) (Bill, error) {
	if !by.System && !by.Has(access.Coordinator) {
		return Bill{}, fault.New(fault.NotFound, "not-found")
	}
	var form fault.Form
	if first == "" || last == "" || last < first || last > first.Add(longestBill) {
		form.Add("last", "commitment.period")
	}
	p, err := tx.Payer(ctx, payer)
	if fault.Is(err, fault.NotFound) {
		form.Add("payer", "form.choice")
	} else if err != nil {
		return Bill{}, err
	}
	if err := form.Err(); err != nil {
		return Bill{}, err
	}
	all, err := List(ctx, tx, ms, by, Wanted{All: true, Payer: payer})
	if err != nil {
		return Bill{}, err
	}
	all = slices.DeleteFunc(all, func(s Standing) bool { return s.Relation != access.ByCoordinator && !by.Is(access.Coordinator, s.Unit) })
	b := Billed(p, all, first, last)
	for _, s := range all {
		if !slices.ContainsFunc(b.Lines, func(l Line) bool { return l.Number == s.Number.Reveal() }) {
			continue
		}
		if err := audit.Note(ctx, tx, by, audit.Billed, access.Episode, string(s.Episode)); err != nil {
			return Bill{}, err
		}
	}
	return b, nil
}
