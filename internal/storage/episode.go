package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
)

var _ episode.Tx = (*Tx)(nil)

const episodeColumns = "id, unit_id, offer_id, person_id, request_id, about_id, model, version, part, regime, visit_limit, " +
	"worker_id, state, lang, channel, referrer, age, contacted, wait_minutes, guardians, decision, decision_ground, " +
	"decision_day, decision_by, opened, closed, erase_on"

func episodeInto(e *episode.Episode) []any {
	return []any{&e.ID, &e.Unit, &e.Offer, &e.Person, textOf(&e.Request), textOf(&e.About), &e.Model, &e.Version, &e.Part,
		&e.Regime, &e.Limit, textOf(&e.Worker), &e.Stage, &e.Lang, &e.Channel, &e.Referrer, number{&e.Age, -1},
		instant{&e.Contacted}, number{&e.Wait, -1}, &e.Guardians, &e.Decision.Choice, &e.Decision.Ground,
		&e.Decision.Day, textOf(&e.Decision.By), &e.Opened, &e.Closed, &e.EraseOn}
}

func scanEpisode(r scanner) (e episode.Episode, err error) { return e, r.Scan(episodeInto(&e)...) }

// Episode finds an episode.
func (tx *Tx) Episode(ctx context.Context, id episode.ID) (episode.Episode, error) {
	return one(ctx, tx, scanEpisode, "SELECT "+episodeColumns+" FROM episode WHERE id = $1", id)
}

// About are the guardians' episodes of a child's, in the order of their days.
func (tx *Tx) About(ctx context.Context, child episode.ID) ([]episode.Episode, error) {
	return many(ctx, tx, scanEpisode, "SELECT "+episodeColumns+" FROM episode WHERE about_id = $1 ORDER BY opened, id", child)
}

var putEpisode = upsert("episode", "id", episodeColumns)

// PutEpisode keeps an episode and its place in lists.
func (tx *Tx) PutEpisode(ctx context.Context, e episode.Episode) error {
	d := e.Decision
	err := tx.exec(ctx, putEpisode, e.ID, e.Unit, e.Offer, e.Person, null(e.Request), null(e.About), e.Model, e.Version,
		e.Part, e.Regime, e.Limit, null(e.Worker), e.Stage, e.Lang, e.Channel, e.Referrer, nullInt(e.Age, -1),
		calendar.Stamp(e.Contacted), nullInt(e.Wait, -1), agreeing(e.Guardians), d.Choice, d.Ground, d.Day, null(d.By),
		e.Opened, e.Closed, e.EraseOn)
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

func scanMark(r scanner) (m episode.Mark, err error) {
	return m, r.Scan(&m.ID, number{&m.No, 0}, &m.State, &m.Counted, instant{&m.Starts}, instant{&m.Ends})
}

// EpisodeState is all that decides what may happen next in an episode.
func (tx *Tx) EpisodeState(ctx context.Context, id episode.ID) (episode.State, error) {
	e, err := tx.Episode(ctx, id)
	if err != nil {
		return episode.State{}, err
	}
	marks, err := many(ctx, tx, scanMark, "SELECT id, visit_no, state, counted, starts, ends FROM appointment "+
		"WHERE episode_id = $1 ORDER BY visit_no IS NULL, visit_no, id", id)
	if err != nil {
		return episode.State{}, err
	}
	talks, err := one(ctx, tx, scanInt, "SELECT count(*) FROM episode WHERE about_id = $1 AND state <> $2", id, episode.StageClosed)
	return episode.State{Episode: e, Marks: marks, Age: e.Age, Talks: talks}, err
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

// Episodes lists what the actor may see, by stage and day; one more than asked for tells that there is more.
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
	return tx.items(ctx, seen)
}

// stageRanks is how the rank of an episode begins, as in standingQueries.
var stageRanks = map[episode.Stage]string{episode.StageOpen: "1 ", episode.StageEnding: "2 ", episode.StageClosed: "3 "}

// items fills in the episodes that are seen. The name is opened for their worker alone.
func (tx *Tx) items(ctx context.Context, seen []seen) ([]episode.Item, error) {
	found := map[string]itemRow{}
	err := inParts(objects(seen), func(ids []any) error {
		rows, err := many(ctx, tx, scanEpisodeItem, "SELECT "+of("e", episodeColumns)+", p.kind, p.key_id, p.name, "+
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

func scanEpisodeItem(r scanner) (it itemRow, err error) {
	err = r.Scan(append(episodeInto(&it.Episode), &it.Kind, &it.person.Key, &it.person.name, &it.Used)...)
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
	at      calendar.Local
}

func scanNext(r scanner) (n nextRow, err error) {
	return n, r.Scan(&n.episode, &n.at.Day, &n.at.Clock, &n.at.Zone)
}

// next notes when the episodes' next meetings are.
func (tx *Tx) next(ctx context.Context, found map[string]itemRow, ids []any) error {
	coming, err := many(ctx, tx, scanNext, "SELECT episode_id, day, clock, zone FROM appointment "+
		"WHERE state = $1 AND ends > $2 AND episode_id IN ("+marks(3, len(ids))+") ORDER BY starts DESC",
		append([]any{appointment.Booked, calendar.Stamp(tx.Now())}, ids...)...)
	for _, n := range coming { // the earliest comes last and stays
		r := found[string(n.episode)]
		r.Next = n.at
		found[string(n.episode)] = r
	}
	return err
}
