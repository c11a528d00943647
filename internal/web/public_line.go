package web

import (
	"context"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// publicLine is what a caller needs to know of a telephone line: is it open, when next, what it costs, where it shows
//
type publicLine struct {
	Tag         string
	Tone        ui.Tone
	Number      string
	Price, Bill string
	Tonight     string   // that tonight is closed
	Coming      []string // next evenings, with their hours
}

// comingEvenings is how many evenings the page tells.
const comingEvenings = 6

func readLine(ctx context.Context, tx *storage.Tx, q *Ask, o openOffer) (*publicLine, error) {
	now, lang := tx.Now(), q.P.Lang()
	all, err := tx.Evenings(ctx, o.ID, now.AddDate(0, 0, -1), now.AddDate(0, 0, 60))
	if err != nil {
		return nil, err
	}
	v := &publicLine{Tag: q.P.T("public.line.not-planned"), Tone: ui.Plain, Price: o.Model.Text(lang, "call-price"), Bill: o.Model.Text(lang, "call-bill")}
	if v.Number, err = tx.LineNumber(ctx, o.ID); err != nil {
		return nil, err
	}
	today := calendar.LocalOf(now, q.zone()).Day
	for _, e := range all {
		if e.State == line.Closed && e.At.Day == today && now.Before(e.Ends()) {
			v.Tonight = q.P.T("public.line.closed-tonight")
		}
		if e.State == line.Open && now.Before(e.Ends()) && len(v.Coming) < comingEvenings {
			v.Coming = append(v.Coming, q.P.DayLong(e.At.Day)+" "+q.hours(e))
		}
	}
	if next, ok := line.Next(all, now); ok {
		v.Tag, v.Tone = q.P.T("public.line.opens", "when", q.P.When(next.At)), ui.Soon
		if next.On(now) {
			v.Tag, v.Tone = q.P.T("public.line.open", "until", q.P.Clock(clockHere(next.Ends()))), ui.Good
		}
	}
	return v, nil
}

// lineWays are the front page's cards of lines: whether one is open, and the way to what it costs and where it shows.
func lineWays(ctx context.Context, tx *storage.Tx, q *Ask, units []openUnit) (out []way, err error) {
	for _, u := range units {
		for _, o := range u.Offers {
			if !o.Open || !o.Model.Calls() {
				continue
			}
			v, err := readLine(ctx, tx, q, o)
			if err != nil {
				return nil, err
			}
			out = append(out, way{Tag: v.Tag, Tone: v.Tone, Heading: o.Model.Name(q.P.Lang()), Text: o.Model.Text(q.P.Lang(), "lead"), Hours: v.Tonight,
				Do: ui.Action{Text: q.P.T("public.line.look"), URL: q.path("/services/" + o.Slug), Kind: ui.Secondary}})
		}
	}
	return out, nil
}
