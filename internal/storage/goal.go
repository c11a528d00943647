package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

// Goals, ticks and endings lie in tables that only the regimes that keep such things have rows in.

const goalColumns = "id, episode_id, regime, goal_limit, no, wording, revision, by_client, by_worker, reached"

type goalRow struct {
	episode.Goal
	wording []byte
}

func scanGoal(r scanner) (g goalRow, err error) {
	return g, r.Scan(&g.ID, &g.Episode, &g.Regime, &g.Limit, &g.No, &g.wording, &g.Revision, &g.ByClient, &g.ByWorker, &g.Reached)
}

// Goal finds a goal with its wording.
func (tx *Tx) Goal(ctx context.Context, id string) (episode.Goal, error) {
	row, err := one(ctx, tx, scanGoal, "SELECT "+goalColumns+" FROM goal WHERE id = $1", id)
	if err != nil {
		return episode.Goal{}, err
	}
	key, err := tx.keyOfEpisode(ctx, row.Episode)
	if err != nil {
		return episode.Goal{}, err
	}
	row.Wording, err = tx.open(ctx, key, sealedAt("goal.wording", row.ID), row.wording)
	return row.Goal, err
}

// Goals are an episode's goals with their wordings, by number.
func (tx *Tx) Goals(ctx context.Context, id episode.ID) ([]episode.Goal, error) {
	rows, err := many(ctx, tx, scanGoal, "SELECT "+goalColumns+" FROM goal WHERE episode_id = $1 ORDER BY no", id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	key, err := tx.keyOfEpisode(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]episode.Goal, len(rows))
	for i, row := range rows {
		if row.Wording, err = tx.open(ctx, key, sealedAt("goal.wording", row.ID), row.wording); err != nil {
			return nil, err
		}
		out[i] = row.Goal
	}
	return out, nil
}

func (tx *Tx) keyOfEpisode(ctx context.Context, id episode.ID) (string, error) {
	return one(ctx, tx, scanWord, "SELECT p.key_id FROM episode e JOIN person p ON p.id = e.person_id WHERE e.id = $1", id)
}

var putGoal = upsert("goal", "id", goalColumns)

// PutGoal keeps a goal. One more than the episode's model allows is fault.Conflict "goal.limit", whoever was quicker.
func (tx *Tx) PutGoal(ctx context.Context, g episode.Goal) error {
	key, err := tx.keyOfEpisode(ctx, g.Episode)
	if err != nil {
		return err
	}
	wording, err := tx.seal(ctx, key, sealedAt("goal.wording", g.ID), g.Wording)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, putGoal, g.ID, g.Episode, g.Regime, g.Limit, g.No, wording, g.Revision, flag(g.ByClient), flag(g.ByWorker), g.Reached)
	var r *refusal
	if errors.As(err, &r) && (r.broke == "unique" || r.broke == "check" && strings.Contains(r.words, "goal_limit")) {
		return fault.Wrap(err, fault.Conflict, "goal.limit")
	}
	return err
}

// DeleteGoal drops a goal.
func (tx *Tx) DeleteGoal(ctx context.Context, id string) error {
	return tx.exec(ctx, "DELETE FROM goal WHERE id = $1", id)
}

var putTick = upsert("tick", "episode_id, kind, item", "episode_id, regime, kind, item, value")

// PutTick keeps what was ticked or chosen.
func (tx *Tx) PutTick(ctx context.Context, e episode.Episode, t episode.Tick) error {
	return tx.exec(ctx, putTick, e.ID, e.Regime, t.Kind, t.Item, t.Value)
}

// DeleteTick takes a tick back.
func (tx *Tx) DeleteTick(ctx context.Context, id episode.ID, kind, item string) error {
	return tx.exec(ctx, "DELETE FROM tick WHERE episode_id = $1 AND kind = $2 AND item = $3", id, kind, item)
}

var putEnding = upsert("ending", "episode_id", "episode_id, regime, follow_up, answer, times")

// PutFollowUp keeps that the ending was answered and what was agreed.
func (tx *Tx) PutFollowUp(ctx context.Context, e episode.Episode, f episode.FollowUp) error {
	var box []byte
	if f.Day != "" {
		var err error
		if box, err = tx.sealWords(sealedAt("ending.times", e.ID), string(f.Day)); err != nil {
			return err
		}
	}
	return tx.exec(ctx, putEnding, e.ID, e.Regime, f.How, f.Answer, nullBytes(box))
}

// DeleteFollowUp takes the ending's answer back.
func (tx *Tx) DeleteFollowUp(ctx context.Context, id episode.ID) error {
	return tx.exec(ctx, "DELETE FROM ending WHERE episode_id = $1", id)
}

func scanBareGoal(r scanner) (g episode.Goal, err error) {
	return g, r.Scan(&g.ID, &g.No, &g.Revision, &g.ByClient, &g.ByWorker, &g.Reached)
}

func scanTick(r scanner) (t episode.Tick, err error) { return t, r.Scan(&t.Kind, &t.Item, &t.Value) }

// followUp is what was agreed of an episode, by its id.
type followUp struct {
	episode.FollowUp
	of  episode.ID
	why int
}

func (tx *Tx) scanFollowUp(r scanner) (f followUp, err error) {
	var box []byte
	if err := r.Scan(&f.of, &f.How, &f.Answer, &box, &f.why); err != nil || len(box) == 0 {
		return f, err
	}
	w, err := tx.openWords(sealedAt("ending.times", f.of), box, 1)
	if err == nil {
		f.Day = calendar.Date(w[0])
	}
	return f, err
}

// readPlan fills in what an episode that may keep such things has of goals, ticks and an ending. Wordings stay sealed.
func (tx *Tx) readPlan(ctx context.Context, s *episode.State) (err error) {
	switch model.Regime(s.Episode.Regime) {
	case model.Goals, model.Joint, model.Buyer:
	default:
		return nil
	}
	id := s.Episode.ID
	if s.Goals, err = many(ctx, tx, scanBareGoal, "SELECT id, no, revision, by_client, by_worker, reached FROM goal WHERE episode_id = $1 ORDER BY no", id); err != nil {
		return err
	}
	if s.Ticks, err = many(ctx, tx, scanTick, "SELECT kind, item, value FROM tick WHERE episode_id = $1 ORDER BY kind, item", id); err != nil {
		return err
	}
	found, err := many(ctx, tx, tx.scanFollowUp, "SELECT episode_id, follow_up, answer, times, 1 FROM ending WHERE episode_id = $1", id)
	if len(found) > 0 {
		s.FollowUp = &found[0].FollowUp
	}
	return err
}

// OpenFor tells whether the person has an episode of the model that is not closed and not waiting for a follow-up, beside one.
func (tx *Tx) OpenFor(ctx context.Context, p person.ID, modelID string, beside episode.ID) (bool, error) {
	n, err := one(ctx, tx, scanInt, "SELECT count(*) FROM episode WHERE person_id = $1 AND model = $2 AND id <> $3 AND state <> 'closed' AND waiting = 0",
		p, modelID, beside)
	return n > 0, err
}

// FollowUps are the episodes the actor may see that wait for a follow-up, soonest first.
func (tx *Tx) FollowUps(ctx context.Context, by access.Actor, limit int) ([]episode.Waiting, error) {
	all, err := many(ctx, tx, tx.scanFollowUp, "SELECT id, follow_up, answer, times, why FROM (SELECT n.episode_id AS id, n.follow_up, n.answer, n.times, "+whyOfEnding+
		" FROM ending n JOIN episode e ON e.id = n.episode_id WHERE e.waiting = 1 AND n.times IS NOT NULL AND n.answer = '') s WHERE why IS NOT NULL",
		by.Account, calendar.Stamp(tx.Now()))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b followUp) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.of, b.of)) })
	var first []seen
	for _, f := range all[:min(limit, len(all))] {
		first = append(first, seen{object: string(f.of), relation: relations[f.why]})
	}
	return tx.waitingOf(ctx, first)
}

// Unended are the episodes the actor may see whose visits are over and whose ending has no answer, the oldest first. Which
// models ask anything then is not known here.
func (tx *Tx) Unended(ctx context.Context, by access.Actor, limit int) ([]episode.Waiting, error) {
	all, err := many(ctx, tx, tx.scanUnended, "SELECT id, why, times FROM (SELECT n.id AS id, n.times, "+whyOfEpisode+` FROM episode n
		WHERE n.state IN ('open', 'ending') AND n.waiting = 0 AND n.regime IN ('goals', 'joint', 'buyer')
		AND NOT EXISTS (SELECT 1 FROM ending d WHERE d.episode_id = n.id)
		AND EXISTS (SELECT 1 FROM appointment a WHERE a.episode_id = n.id AND a.state = 'held')
		AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.episode_id = n.id AND a.state IN ('booked', 'on-hold'))
		AND (n.state = 'ending' OR n.visit_limit > 0 AND n.visit_limit <=
			(SELECT count(*) FROM appointment a WHERE a.episode_id = n.id AND a.counted = 1))) s WHERE why IS NOT NULL`, by.Account, calendar.Stamp(tx.Now()))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b unended) int { return cmp.Or(cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.ID, b.ID)) })
	var first []seen
	for _, e := range all[:min(limit, len(all))] {
		first = append(first, seen{object: string(e.ID), relation: relations[e.why]})
	}
	return tx.waitingOf(ctx, first)
}

// unended is an episode with its days alone.
type unended struct {
	episode.Episode
	why int
}

func (tx *Tx) scanUnended(r scanner) (e unended, err error) {
	return e, r.Scan(&e.ID, &e.why, spells{tx, &e.Episode})
}

// whyOfEnding and whyOfEpisode ask of each row why the actor may see its episode, as whyOf does of a meeting.
const (
	whyOfRow = "(SELECT " + strongest + ` FROM access_grant g JOIN holding h ON h.holder = g.holder AND h.account_id = $1
		WHERE g.kind = 'episode' AND (g.until = '' OR g.until > $2) AND g.object_id = `
	whyOfEnding  = whyOfRow + "n.episode_id) AS why"
	whyOfEpisode = whyOfRow + "n.id) AS why"
)

// waitingOf fills in what is seen to be waiting.
func (tx *Tx) waitingOf(ctx context.Context, seen []seen) ([]episode.Waiting, error) {
	items, err := tx.items(ctx, seen)
	if err != nil {
		return nil, err
	}
	var out []episode.Waiting
	for _, it := range items {
		w := episode.Waiting{Item: it}
		s := episode.State{Episode: it.Episode}
		if err := tx.readPlan(ctx, &s); err != nil {
			return nil, err
		}
		if s.FollowUp != nil {
			w.FollowUp = *s.FollowUp
		}
		out = append(out, w)
	}
	return out, nil
}
