package web

import (
	"context"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// readEnds reads what is to be done when visits are over: endings to answer, and follow-ups, first those whose day has
// come.
func (d *desk) readEnds(ctx context.Context, tx *storage.Tx, ms model.Set, q *Ask) (err error) {
	if d.unended, err = episode.ToAnswer(ctx, tx, ms, q.By, deskRows); err != nil {
		return err
	}
	all, err := tx.FollowUps(ctx, q.By, deskRows)
	today := calendar.LocalOf(q.Now, q.zone()).Day
	for _, x := range all {
		if x.FollowUp.Day <= today {
			d.follow = append(d.follow, x)
		} else {
			d.ahead++
		}
	}
	return err
}

// endsTable lists both, with what comes next.
func (s *Server) endsTable(q *Ask, d desk) ui.Grid {
	t := ui.Grid{Caption: q.P.T("desk.ends"), Hide: true, Cols: []ui.Col{{Head: q.P.T("desk.col.client")}, {Head: q.P.T("desk.col.what")},
		{Head: q.P.T("desk.col.day")}, {Head: q.P.T("desk.col.do"), Quiet: true}}}
	row := func(x episode.Waiting, what, day templ.Component, do ui.Action) {
		do.Small, do.About = true, q.clientName(x.Item)
		t.Rows = append(t.Rows, ui.Row{ID: "n-" + string(x.ID), Cells: []templ.Component{
			ui.Lines(q.clientName(x.Item), s.serviceName(q, x.Item)), what, day, ui.LinkButton(do)}})
	}
	for _, x := range d.follow {
		row(x, ui.Lines(q.P.T("follow-up.title"), q.P.T("follow-up.by."+x.FollowUp.How)), dayWord(q, x.FollowUp.Day),
			ui.Action{Text: q.P.T("desk.open"), URL: "/episodes/" + string(x.ID) + "#follow-up"})
	}
	for _, x := range d.unended {
		row(x, ui.Words(q.P.T("ending.due")), ui.Words("–"), ui.Action{Text: q.P.T("desk.open"), URL: "/episodes/" + string(x.ID), Kind: ui.Secondary})
	}
	return t
}
