package web

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

func (s *Server) substituteVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Substitute(ctx, tx, s.Models, q.By, meetingID(q), access.AccountID(q.PostFormValue("stand-in")))
}

// afterSubstitute is the episode's page, or the desk of somebody who has given the meeting back and sees the client no more.
func (s *Server) afterSubstitute(q *Ask, id episode.ID) string {
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		_, err := tx.Granted(q.Context(), q.By, access.Episode, string(id))
		return err
	})
	if err != nil {
		return "/desk"
	}
	return "/episodes/" + string(id)
}

// standIns are who may hold a coming meeting in its worker's place; the episode's own worker where somebody else does now.
func (p episodePage) standIns(q *Ask, m appointment.Shown) ui.Choice {
	c := ui.Choice{Name: "stand-in", Key: "stand-in-" + string(m.ID), Label: q.P.T("episode.stand-in"), Hint: q.P.T("episode.stand-in-hint"), Empty: q.P.T("episode.choose")}
	for _, w := range p.Times.Workers {
		if w.Account == m.Worker || w.Account == m.Second {
			continue
		}
		o := ui.Option{Value: string(w.Account), Label: w.Name}
		if w.Account == p.Episode.Worker {
			o.Label = q.P.T("episode.own-worker", "name", w.Name)
			c.Value = o.Value
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// aheadDays is how far ahead the desk looks for meetings whose worker is away.
const aheadDays = 14

// absent are coming meetings, of those the reader may see, on days on which the worker who would hold them is away.
func absent(ctx context.Context, tx *storage.Tx, q *Ask) (out []appointment.Entry, err error) {
	today := calendar.LocalOf(q.Now, q.zone()).Day
	until := today.Add(aheadDays)
	away := map[access.AccountID][]organization.Absence{}
	for _, unit := range unitsOf(q.By) {
		workers, err := tx.Workers(ctx, unit)
		if err != nil {
			return nil, err
		}
		for _, w := range workers {
			if slices.ContainsFunc(w.Absences, func(a organization.Absence) bool { return today <= a.Last && a.First < until }) {
				away[w.Account] = w.Absences
			}
		}
	}
	if len(away) == 0 { // as on most days: no meeting needs to be opened for it
		return nil, nil
	}
	all, err := tx.Calendar(ctx, q.By, q.Now, midnight(until, q.zone()), "")
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		gone := func(a organization.Absence) bool { return a.First <= e.At.Day && e.At.Day <= a.Last }
		if e.State == appointment.Booked && e.Starts.After(q.Now) && slices.ContainsFunc(e.Workers(), func(w access.AccountID) bool { return slices.ContainsFunc(away[w], gone) }) {
			out = append(out, e)
		}
	}
	return out, nil
}
