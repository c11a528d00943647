package storage_test

import (
	"reflect"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// planned puts an open episode of five visits and two goals in a regime that keeps them.
func (h house) planned(name string) episode.Episode {
	e := h.episode(name, "goals")
	e.Goals = 2
	h.must(h.tx.PutEpisode(h.ctx, e))
	return e
}

func goal(e episode.Episode, no int, text string) episode.Goal {
	return episode.Goal{ID: id.New(), Episode: e.ID, Regime: e.Regime, Limit: e.Goals, No: no, Wording: seal.Of(text), Revision: 1}
}

// What is put of goals, ticks and an ending comes back as it was; the state has it all but the words.
func TestGoalsComeBack(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.planned("n")
			first, second := goal(e, 1, "Nukun yöt"), goal(e, 2, "Puhun siskolle")
			second.ByClient, second.ByWorker, second.Reached, second.Revision = true, true, "partly", 3
			h.must(h.tx.PutGoal(h.ctx, second))
			h.must(h.tx.PutGoal(h.ctx, first))
			h.must(h.tx.PutTick(h.ctx, e, episode.Tick{Kind: episode.TickStep, Item: "trust", Value: "yes"}))
			h.must(h.tx.PutTick(h.ctx, e, episode.Tick{Kind: episode.TickResult, Item: "safe", Value: "partly"}))
			h.must(h.tx.PutTick(h.ctx, e, episode.Tick{Kind: episode.TickResult, Item: "safe", Value: "not-yet"}))
			h.must(h.tx.PutFollowUp(h.ctx, e, episode.FollowUp{How: episode.ByClient, Day: "2027-05-16"}))
			all, err := h.tx.Goals(h.ctx, e.ID)
			h.must(err)
			if !reflect.DeepEqual(all, []episode.Goal{first, second}) {
				t.Errorf("got %v, want %v", all, []episode.Goal{first, second})
			}
			s, err := h.tx.EpisodeState(h.ctx, e.ID)
			h.must(err)
			if len(s.Goals) != 2 || !s.Goals[1].Agreed() || s.Goals[0].Agreed() || !s.Goals[1].Wording.Empty() {
				t.Errorf("the state has %v", s.Goals)
			}
			if s.Ticked(episode.TickStep, "trust") != "yes" || s.Ticked(episode.TickResult, "safe") != "not-yet" || s.Ticked(episode.TickMark, "safe") != "" {
				t.Errorf("the state has %v", s.Ticks)
			}
			if s.FollowUp == nil || *s.FollowUp != (episode.FollowUp{How: "client", Day: "2027-05-16"}) {
				t.Errorf("the state has %v", s.FollowUp)
			}
		})
	})
}

// The schema holds the bounds, whatever the code above does: no third goal, no goal, tick or ending where the regime
// keeps none, no answer to a goal that two have not agreed on (R-010, R-011, design 3).
func TestSchemaHoldsGoals(t *testing.T) {
	none := func(h house) episode.Episode { return h.episode("n", "none") }
	as := func(e episode.Episode, regime string, goals int) episode.Episode {
		e.Regime, e.Goals = regime, goals
		return e
	}
	for name, do := range map[string]func(h house) error{
		"a third goal":                         func(h house) error { return h.tx.PutGoal(h.ctx, goal(h.planned("n"), 3, "x")) },
		"a third goal with a limit of its own": func(h house) error { return h.tx.PutGoal(h.ctx, goal(as(h.planned("n"), "goals", 3), 3, "x")) },
		"a goal without a record":              func(h house) error { return h.tx.PutGoal(h.ctx, goal(as(none(h), "none", 2), 1, "x")) },
		"a goal under another regime":          func(h house) error { return h.tx.PutGoal(h.ctx, goal(as(none(h), "goals", 2), 1, "x")) },
		"goals of an episode without":          func(h house) error { return h.tx.PutEpisode(h.ctx, as(none(h), "none", 2)) },
		"a story for a goal":                   func(h house) error { return h.tx.PutGoal(h.ctx, goal(h.planned("n"), 1, strings.Repeat("a", 800))) },
		"reached before it was agreed": func(h house) error {
			g := goal(h.planned("n"), 1, "x")
			g.ByClient, g.Reached = true, "yes"
			return h.tx.PutGoal(h.ctx, g)
		},
		"a tick without a record": func(h house) error {
			return h.tx.PutTick(h.ctx, none(h), episode.Tick{Kind: "step", Item: "x", Value: "yes"})
		},
		"a tick under another regime": func(h house) error {
			return h.tx.PutTick(h.ctx, as(none(h), "goals", 0), episode.Tick{Kind: "step", Item: "x", Value: "yes"})
		},
		"a tick in words": func(h house) error {
			return h.tx.PutTick(h.ctx, h.planned("n"), episode.Tick{Kind: "step", Item: "x", Value: "it went well"})
		},
		"an ending without a record": func(h house) error { return h.tx.PutFollowUp(h.ctx, none(h), episode.FollowUp{How: "none"}) },
		"a follow-up without a day":  func(h house) error { return h.tx.PutFollowUp(h.ctx, h.planned("n"), episode.FollowUp{How: "client"}) },
		"an answer to no follow-up": func(h house) error {
			return h.tx.PutFollowUp(h.ctx, h.planned("n"), episode.FollowUp{How: "none", Answer: "held"})
		},
		"waiting without a record": func(h house) error {
			e := none(h)
			e.Stage = episode.StageFollowUp
			return h.tx.PutEpisode(h.ctx, e)
		},
	} {
		t.Run(name, func(t *testing.T) {
			furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
				err := storage.Conflict(try(t, db, do), map[string]string{"check": "refused", "foreign": "refused"})
				if !fault.HasKey(err, "refused") && !fault.HasKey(err, "goal.limit") {
					t.Errorf("got %v, want the schema to refuse it", err)
				}
			})
		})
	}
}

// A stage of its own: an episode that waits for a follow-up stands between those that end and those that are closed, and
// is on its people's list alone, soonest day first.
func TestFollowUpsAreListed(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			var ids []episode.ID
			for i, day := range []string{"2027-06-01", "2027-05-01", ""} {
				e := h.planned("n")
				e.Stage = episode.StageFollowUp
				f := episode.FollowUp{How: episode.ByContact}
				f.Day = "2027-07-01"
				if day != "" {
					f.Day = calendar.Date(day)
				} else {
					f.Answer, e.Stage = "held", episode.StageEnding
				}
				h.must(h.tx.PutEpisode(h.ctx, e))
				h.must(h.tx.PutFollowUp(h.ctx, e, f))
				if i < 2 {
					ids = append(ids, e.ID)
				}
			}
			got, err := h.tx.FollowUps(h.ctx, by(own), 10)
			h.must(err)
			if len(got) != 2 || got[0].ID != ids[1] || got[1].ID != ids[0] || got[0].FollowUp.Day != "2027-05-01" || got[0].Stage != episode.StageFollowUp {
				t.Errorf("got %v", got)
			}
			for who, want := range map[access.AccountID]int{coordinator: 2, stranger: 0, colleague: 0} {
				if all, err := h.tx.FollowUps(h.ctx, by(who), 10); err != nil || len(all) != want {
					t.Errorf("%s sees %d, %v; want %d", who, len(all), err, want)
				}
			}
			for stage, want := range map[episode.Stage]int{episode.StageFollowUp: 2, episode.StageEnding: 1, episode.StageOpen: 0} {
				if list, err := h.tx.Episodes(h.ctx, by(own), episode.Filter{Stage: stage, Limit: 10}); err != nil || len(list) != want {
					t.Errorf("%s: %d in the list, %v; want %d", stage, len(list), err, want)
				}
			}
		})
	})
}
