package demo

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// The demo's year has couples on their way: one that has met twice and meets again, one whose conditions are open, one
// whose meeting waits for a new time on both workers' desks.
func TestCouplesAreAlive(t *testing.T) {
	for _, at := range []string{"2027-01-12T14:40:00Z", "2026-11-22T06:05:00Z", "2027-06-26T20:30:00Z"} {
		until, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		p := founded(t, 1, until, 80) // the rest of the organisation stays still
		if err := p.found(p.ctx); err != nil {
			t.Fatal(err)
		}
		for _, u := range p.units {
			p.couples(u)
		}
		if err := p.live(p.ctx); err != nil {
			t.Fatal(err)
		}
		used, open := map[int]int{}, 0
		p.view(func(tx *storage.Tx) error {
			list, err := tx.Episodes(p.ctx, p.of("Leena"), episode.Filter{Stage: episode.StageOpen, Limit: 50})
			if err != nil {
				return err
			}
			for _, x := range list {
				if x.Regime != string(model.Joint) {
					continue
				}
				l, err := episode.Load(p.ctx, tx, p.models, p.of("Leena"), x.ID)
				if err != nil {
					return err
				}
				used[l.State.Used()]++
				for _, c := range episode.Conditions(l.Model, l.State) {
					if c.Refusal == "themes" && !c.Holds {
						open++
					}
				}
			}
			for _, who := range []string{"Hanna", "Outi"} {
				if held, err := tx.OnHold(p.ctx, p.of(who), 10); err != nil || len(held) != 1 {
					t.Errorf("%s: %s has %d on hold, %v", at, who, len(held), err)
				}
			}
			return nil
		})
		if used[2] != 1 || used[1] != 1 || used[0] != 1 || open != 1 {
			t.Errorf("%s: the couples have used %v, of %d the themes are open", at, used, open)
		}
	}
}
