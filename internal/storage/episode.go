package storage

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
)

var _ episode.Tx = (*Tx)(nil)

const episodeColumns = "id, unit_id, offer_id, person_id, request_id, about_id, model, version, part, regime, visit_limit, " +
	"worker_id, state, lang, channel, referrer, age, guardians, decision, decision_ground, decision_by, goal_limit, waiting, times"

func (tx *Tx) episodeInto(e *episode.Episode) []any {
	return []any{&e.ID, &e.Unit, &e.Offer, &e.Person, textOf(&e.Request), textOf(&e.About), &e.Model, &e.Version, &e.Part,
		&e.Regime, &e.Limit, textOf(&e.Worker), &e.Stage, &e.Lang, &e.Channel, &e.Referrer, number{&e.Age, -1},
		&e.Guardians, &e.Decision.Choice, &e.Decision.Ground, textOf(&e.Decision.By), &e.Goals, waits{&e.Stage}, spells{tx, e}}
}

// waits reads that visits are over and a follow-up is agreed: the row's state is ending, and the stage is one of its own.
type waits struct{ stage *episode.Stage }

func (w waits) Scan(v any) error {
	if n, ok := v.(int64); ok && n == 1 {
		*w.stage = episode.StageFollowUp
	}
	return nil
}

// stateOf is a stage as a row has it: the state, and whether it waits for a follow-up.
func stateOf(s episode.Stage) (state string, waiting int) {
	if s == episode.StageFollowUp {
		return string(episode.StageEnding), 1
	}
	return string(s), 0
}

func (tx *Tx) scanEpisode(r scanner) (e episode.Episode, err error) {
	return e, r.Scan(tx.episodeInto(&e)...)
}

// Episode finds an episode.
func (tx *Tx) Episode(ctx context.Context, id episode.ID) (episode.Episode, error) {
	return one(ctx, tx, tx.scanEpisode, "SELECT "+episodeColumns+" FROM episode WHERE id = $1", id)
}

// About are the guardians' episodes of a child's, in the order of their days.
func (tx *Tx) About(ctx context.Context, child episode.ID) ([]episode.Episode, error) {
	all, err := many(ctx, tx, tx.scanEpisode, "SELECT "+episodeColumns+" FROM episode WHERE about_id = $1", child)
	slices.SortFunc(all, func(a, b episode.Episode) int {
		return cmp.Or(cmp.Compare(a.Opened, b.Opened), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

var putEpisode = upsert("episode", "id", episodeColumns+", month")

// PutEpisode keeps an episode and its place in lists.
func (tx *Tx) PutEpisode(ctx context.Context, e episode.Episode) error {
	d := e.Decision
	state, waiting := stateOf(e.Stage)
	days, err := tx.sealSpells(e)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, putEpisode, e.ID, e.Unit, e.Offer, e.Person, null(e.Request), null(e.About), e.Model, e.Version,
		e.Part, e.Regime, e.Limit, null(e.Worker), state, e.Lang, e.Channel, e.Referrer, nullInt(e.Age, -1), agreeing(e.Guardians),
		d.Choice, d.Ground, null(d.By), e.Goals, waiting, days, e.Opened.Month())
	if err != nil {
		return walled(err)
	}
	return tx.putRank(ctx, access.Episode, string(e.ID))
}

// agreeing is what is known of guardians: they agree until somebody marks otherwise.
func agreeing(guardians string) string {
	if guardians == "" {
		return "agree"
	}
	return guardians
}

func (tx *Tx) scanMark(r scanner) (m episode.Mark, err error) {
	var box []byte
	if err := r.Scan(&m.ID, number{&m.No, 0}, &m.State, &m.Counted, &box, &m.End); err != nil || len(box) == 0 {
		return m, err
	}
	t, err := tx.openBox(sealedAt("appointment.times", m.ID), box)
	m.Starts, m.Ends, m.Day = t.starts, t.ends(), t.at.Day
	return m, err
}

// EpisodeState is all that decides what may happen next in an episode.
func (tx *Tx) EpisodeState(ctx context.Context, id episode.ID) (episode.State, error) {
	e, err := tx.Episode(ctx, id)
	if err != nil {
		return episode.State{}, err
	}
	marks, err := many(ctx, tx, tx.scanMark, "SELECT id, visit_no, state, counted, times, "+
		"EXISTS (SELECT 1 FROM end_visit x WHERE x.appointment_id = appointment.id) FROM appointment WHERE episode_id = $1 ORDER BY visit_no IS NULL, visit_no, id", id)
	if err != nil {
		return episode.State{}, err
	}
	talks, err := one(ctx, tx, scanInt, "SELECT count(*) FROM episode WHERE about_id = $1 AND state <> $2", id, episode.StageClosed)
	s := episode.State{Episode: e, Marks: marks, Age: e.Age, Talks: talks}
	if err == nil && e.Regime == string(model.Buyer) {
		err = tx.granted(ctx, &s)
	}
	if err == nil {
		err = tx.readPlan(ctx, &s)
	}
	if err == nil && e.Regime == string(model.Joint) {
		err = tx.together(ctx, &s)
	}
	if err == nil {
		s.Together, err = tx.restsOn(ctx, id)
	}
	return s, err
}

const wayOnColumns = "id, episode_id, kind, destination, state"

func scanWayOn(r scanner) (w episode.WayOn, err error) {
	return w, r.Scan(&w.ID, &w.Episode, &w.Kind, &w.Destination, &w.State)
}

// WayOn finds one offer of what comes after.
func (tx *Tx) WayOn(ctx context.Context, id string) (episode.WayOn, error) {
	return one(ctx, tx, scanWayOn, "SELECT "+wayOnColumns+" FROM way_on WHERE id = $1", id)
}

// WaysOn are what an episode has been offered to come after it.
func (tx *Tx) WaysOn(ctx context.Context, id episode.ID) ([]episode.WayOn, error) {
	return many(ctx, tx, scanWayOn,
		"SELECT "+wayOnColumns+" FROM way_on WHERE episode_id = $1 ORDER BY kind DESC, destination", id)
}

var putWayOn = upsert("way_on", "id", wayOnColumns)

// PutWayOn keeps an offer of what comes after. The same destination twice is fault.Conflict "way-on.offered".
func (tx *Tx) PutWayOn(ctx context.Context, w episode.WayOn) error {
	return taken(tx.exec(ctx, putWayOn, w.ID, w.Episode, w.Kind, w.Destination, w.State), "way-on.offered")
}

// Episodes lists what the actor may see, by stage and month; one more than asked for tells that there is more. A list that
// is whole on its page is by day: no page goes on from it.
func (tx *Tx) Episodes(ctx context.Context, by access.Actor, f episode.Filter) ([]episode.Item, error) {
	s := stretch{kind: access.Episode, below: "9", limit: f.Limit + 1, mine: f.Mine}
	if r, ok := stageRanks[f.Stage]; ok {
		s.after, s.below = r, r+"~"
	}
	if f.After != "" {
		after, err := tx.rankSeen(ctx, by, access.Episode, f.After)
		if err != nil {
			return nil, err
		}
		s.after, s.object = max(s.after, after), f.After
	}
	seen, err := tx.seen(ctx, by, s)
	if err != nil {
		return nil, err
	}
	items, err := tx.items(ctx, seen)
	if f.After == "" && len(items) <= f.Limit {
		at := []episode.Stage{episode.StageOpen, episode.StageEnding, episode.StageFollowUp, episode.StageClosed}
		slices.SortStableFunc(items, func(a, b episode.Item) int {
			return cmp.Or(slices.Index(at, a.Stage)-slices.Index(at, b.Stage), cmp.Compare(a.Opened, b.Opened))
		})
	}
	return items, err
}

// stageRanks is how the rank of an episode begins, as in standingQueries.
var stageRanks = map[episode.Stage]string{episode.StageOpen: "1 ", episode.StageEnding: "2 ", episode.StageFollowUp: "2w", episode.StageClosed: "3 "}

// items fills in the episodes that are seen. The name is opened for their worker alone.
func (tx *Tx) items(ctx context.Context, seen []seen) ([]episode.Item, error) {
	found := map[string]itemRow{}
	err := inParts(objects(seen), func(ids []any) error {
		rows, err := many(ctx, tx, tx.scanEpisodeItem, "SELECT "+of("e", episodeColumns)+", p.kind, p.key_id, p.name, "+
			"(SELECT count(*) FROM appointment a WHERE a.episode_id = e.id AND a.counted = 1 AND a.state <> 'booked') "+
			"FROM episode e JOIN person p ON p.id = e.person_id WHERE e.id IN ("+marks(1, len(ids))+")", ids...)
		for _, r := range rows {
			found[string(r.ID)] = r
		}
		if err != nil {
			return err
		}
		return tx.next(ctx, found, ids)
	})
	if err != nil {
		return nil, err
	}
	items := make([]episode.Item, 0, len(seen))
	for _, s := range seen {
		r, ok := found[s.object]
		if !ok {
			continue
		}
		r.Relation = s.relation
		if r.Name, err = tx.nameFor(ctx, s.relation, r.person); err != nil {
			return nil, err
		}
		items = append(items, r.Item)
	}
	return items, nil
}

type itemRow struct {
	episode.Item
	person personRow
}

func (tx *Tx) scanEpisodeItem(r scanner) (it itemRow, err error) {
	err = r.Scan(append(tx.episodeInto(&it.Episode), &it.Kind, &it.person.Key, &it.person.name, &it.Used)...)
	it.person.ID = it.Person
	return it, err
}

// nameFor opens a person's name for relation worker, and for nobody else.
func (tx *Tx) nameFor(ctx context.Context, why access.Relation, p personRow) (string, error) {
	if why != access.ByWorker {
		return "", nil
	}
	name, err := tx.open(ctx, p.Key, sealedAt("person.name", p.ID), p.name)
	return name.Reveal(), err
}

type nextRow struct {
	episode episode.ID
	times
}

func (tx *Tx) scanNext(r scanner) (n nextRow, err error) {
	var b boxed
	if err := r.Scan(&n.episode, &b.id, &b.box); err != nil {
		return n, err
	}
	n.times, err = tx.openBox(sealedAt("appointment.times", b.id), b.box)
	return n, err
}

// next notes when the episodes' next meetings are.
func (tx *Tx) next(ctx context.Context, found map[string]itemRow, ids []any) error {
	coming, err := many(ctx, tx, tx.scanNext, "SELECT episode_id, id, times FROM appointment "+
		"WHERE state = 'booked' AND episode_id IN ("+marks(1, len(ids))+")", ids...)
	slices.SortFunc(coming, func(a, b nextRow) int { return b.starts.Compare(a.starts) })
	for _, n := range coming { // the earliest comes last and stays
		if r := found[string(n.episode)]; n.ends().After(tx.Now()) {
			r.Next = n.at
			found[string(n.episode)] = r
		}
	}
	return err
}
