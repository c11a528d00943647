package demo

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/storage"
)

// The demo's year has men on every stage of five visits: on the way, waiting for a follow-up whose day has come or is
// ahead, one whose ending nobody has answered; and sums of results behind them.
func TestThemesAreAlive(t *testing.T) {
	until := time.Date(2027, 1, 12, 14, 40, 0, 0, time.UTC)
	p := founded(t, 1, until, 365) // the rest of the organisation stays still
	if err := p.found(p.ctx); err != nil {
		t.Fatal(err)
	}
	for _, u := range p.units {
		p.themes(u)
	}
	if err := p.live(p.ctx); err != nil {
		t.Fatal(err)
	}
	jukka, sari := p.of("Jukka"), p.of("Sari")
	p.view(func(tx *storage.Tx) error {
		waiting, err := tx.FollowUps(p.ctx, jukka, 20)
		if err != nil {
			return err
		}
		today, due := calendar.LocalOf(until, zone).Day, 0
		for _, x := range waiting {
			if x.FollowUp.Day <= today {
				due++
			}
		}
		if len(waiting) < 2 || due == 0 || due == len(waiting) {
			t.Errorf("%d wait for a follow-up, %d of them today", len(waiting), due)
		}
		unended, err := episode.ToAnswer(p.ctx, tx, p.models, jukka, 20)
		if err != nil || len(unended) != 1 {
			t.Errorf("%d endings are to be answered, %v", len(unended), err)
		}
		open, err := tx.Episodes(p.ctx, jukka, episode.Filter{Stage: episode.StageOpen, Limit: 20})
		if err != nil || len(open) < 1 {
			t.Errorf("%d are on the way, %v", len(open), err)
		}
		sums := map[string]int{}
		all, err := tx.Figures(p.ctx, sari.Roles[0].Unit, "2026-01", "2027-12")
		for _, s := range all {
			sums[s.Name] += s.N
		}
		for _, name := range []string{figure.GoalsReached, figure.Results, figure.EndingMarks, figure.FollowUps, figure.FollowUpsAnswered, figure.WaysOnMade, figure.WaysOnDeclined, figure.Again} {
			if sums[name] == 0 {
				t.Errorf("nothing is counted of %s", name)
			}
		}
		if sums[figure.Held] < 50 || sums[figure.Results]%5 != 0 {
			t.Errorf("got %v", sums)
		}
		return err
	})
}
