package storage

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

var _ wall.Tx = (*Tx)(nil)

const tieColumns = "id, person_a, person_b, source"

func scanTie(r scanner) (t wall.Tie, err error) { return t, r.Scan(&t.ID, &t.A, &t.B, &t.Source) }

// ofPersons asks a query about a list of persons: $1 and on stand where the query has the list. nil asks about all.
func ofPersons[T any](ctx context.Context, tx *Tx, of []person.ID, scan func(scanner) (T, error), query func(list string) string) ([]T, error) {
	if of == nil {
		return many(ctx, tx, scan, query("(SELECT id FROM person)"))
	}
	var all []T
	err := inParts(anys(of), func(ids []any) error {
		part, err := many(ctx, tx, scan, query("("+marks(1, len(ids))+")"), ids...)
		all = append(all, part...)
		return err
	})
	return all, err
}

// Ties are those of any of the persons, each once; nil is all there are.
func (tx *Tx) Ties(ctx context.Context, of []person.ID) ([]wall.Tie, error) {
	if of == nil {
		return many(ctx, tx, scanTie, "SELECT "+tieColumns+" FROM tie ORDER BY id")
	}
	all, err := ofPersons(ctx, tx, of, scanTie, func(list string) string {
		return "SELECT " + tieColumns + " FROM tie WHERE person_a IN " + list + " UNION SELECT " + tieColumns + " FROM tie WHERE person_b IN " + list + " ORDER BY id"
	})
	slices.SortFunc(all, func(a, b wall.Tie) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Compact(all), err
}

// PutTie keeps that two persons are parties. A pair is kept once. Grants that would break it are put right before. It is
// listed too: a restored backup of before it would put both before one worker.
func (tx *Tx) PutTie(ctx context.Context, t wall.Tie) error {
	if err := tx.end(ctx, endNearby, pairWord(string(t.A), string(t.B))); err != nil {
		return err
	}
	return walled(tx.exec(ctx, "INSERT INTO tie ("+tieColumns+") VALUES ($1, $2, $3, $4) ON CONFLICT (person_a, person_b) DO NOTHING",
		t.ID, t.A, t.B, t.Source))
}

// DeleteTie takes a tie away, and the exceptions to it.
func (tx *Tx) DeleteTie(ctx context.Context, id wall.TieID) error {
	return tx.exec(ctx, "DELETE FROM tie WHERE id = $1", id)
}

const apartColumns = "id, account_id, other_id, person_id"

func scanApart(r scanner) (a wall.Apart, err error) {
	return a, r.Scan(&a.ID, textOf(&a.Account), textOf(&a.Other), &a.Person)
}

// Aparts are who keep away from any of the persons, whichever of a pair stands first; nil is all there are.
func (tx *Tx) Aparts(ctx context.Context, of []person.ID) ([]wall.Apart, error) {
	if of == nil {
		return many(ctx, tx, scanApart, "SELECT "+apartColumns+" FROM apart ORDER BY id")
	}
	all, err := ofPersons(ctx, tx, of, scanApart, func(list string) string {
		return "SELECT " + apartColumns + " FROM apart WHERE person_id IN " + list + " UNION SELECT " + apartColumns + " FROM apart WHERE other_id IN " + list + " ORDER BY id"
	})
	slices.SortFunc(all, func(a, b wall.Apart) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Compact(all), err
}

// PutApart keeps two apart. The same two are kept once.
func (tx *Tx) PutApart(ctx context.Context, a wall.Apart) error {
	if err := tx.end(ctx, endServing, pairWord(string(a.Account)+string(a.Other), string(a.Person))); err != nil {
		return err
	}
	return walled(tx.exec(ctx, "INSERT INTO apart ("+apartColumns+") VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		a.ID, null(a.Account), null(a.Other), a.Person))
}

// DeleteApart lets two come together again.
func (tx *Tx) DeleteApart(ctx context.Context, id string) error {
	return tx.exec(ctx, "DELETE FROM apart WHERE id = $1", id)
}

const exceptionColumns = "id, tie_id, account_id, stays_with, state, asked_by, approved_by, month, last_day"

func scanException(r scanner) (x wall.Exception, err error) {
	return x, r.Scan(&x.ID, &x.Tie, &x.Account, &x.StaysWith, &x.State, &x.AskedBy, textOf(&x.ApprovedBy), &x.Month, &x.LastDay)
}

// Exception finds an exception.
func (tx *Tx) Exception(ctx context.Context, id string) (wall.Exception, error) {
	return one(ctx, tx, scanException, "SELECT "+exceptionColumns+" FROM wall_exception WHERE id = $1", id)
}

// Exceptions are those wanted, by day and id.
func (tx *Tx) Exceptions(ctx context.Context, w wall.Wanted) ([]wall.Exception, error) {
	if w.Ties == nil {
		return tx.exceptions(ctx, w, "", nil)
	}
	var all []wall.Exception
	err := inParts(anys(w.Ties), func(ids []any) error {
		part, err := tx.exceptions(ctx, w, " AND tie_id IN ("+marks(3, len(ids))+")", ids)
		all = append(all, part...)
		return err
	})
	return all, err
}

func (tx *Tx) exceptions(ctx context.Context, w wall.Wanted, among string, ids []any) ([]wall.Exception, error) {
	return many(ctx, tx, scanException, "SELECT "+exceptionColumns+" FROM wall_exception WHERE ($1 = '' OR month = $1) "+
		"AND ($2 = 0 OR state IN ('asked', 'approved'))"+among+" ORDER BY last_day, id", append([]any{w.Month, flag(w.Live)}, ids...)...)
}

var putException = upsert("wall_exception", "id", exceptionColumns)

// PutException keeps an exception. Nobody approves what they asked for or have the good of.
func (tx *Tx) PutException(ctx context.Context, x wall.Exception) error {
	if x.State == wall.Ended || x.State == wall.Declined {
		if err := tx.end(ctx, endExempt, x.ID); err != nil {
			return err
		}
	}
	return walled(tx.exec(ctx, putException, x.ID, x.Tie, x.Account, x.StaysWith, x.State, x.AskedBy, null(x.ApprovedBy), x.Month, x.LastDay))
}

// PutMark keeps a fingerprint by which a party is noticed.
func (tx *Tx) PutMark(ctx context.Context, p person.ID, mark []byte, whose string) error {
	return tx.exec(ctx, "INSERT INTO party_mark (person_id, mark, whose) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", p, mark, whose)
}

// DeleteMarks drops a person's marks of one sort.
func (tx *Tx) DeleteMarks(ctx context.Context, p person.ID, whose string) error {
	return tx.exec(ctx, "DELETE FROM party_mark WHERE person_id = $1 AND whose = $2", p, whose)
}

// DeleteCommonMarks drops what two persons' marks tell of each other.
func (tx *Tx) DeleteCommonMarks(ctx context.Context, a, b person.ID) error {
	for _, pair := range [][2]person.ID{{a, b}, {b, a}} {
		err := tx.exec(ctx, "DELETE FROM party_mark WHERE person_id = $1 AND whose = 'other' "+
			"AND mark IN (SELECT m.mark FROM party_mark m WHERE m.person_id = $2 AND m.whose <> 'other')", pair[0], pair[1])
		if err != nil {
			return err
		}
	}
	return nil
}

// Met are those whose own marks the person told of as the other party's, or who told of the person's.
func (tx *Tx) Met(ctx context.Context, p person.ID) ([]person.ID, error) {
	return many(ctx, tx, scanAs[person.ID], `SELECT DISTINCT o.person_id FROM party_mark m JOIN party_mark o ON o.mark = m.mark
		AND o.person_id <> m.person_id AND (o.whose = 'other') <> (m.whose = 'other') WHERE m.person_id = $1 ORDER BY o.person_id`, p)
}

// Twins are who have an own mark in common with the person.
func (tx *Tx) Twins(ctx context.Context, p person.ID) ([]person.ID, error) {
	return many(ctx, tx, scanAs[person.ID], `SELECT DISTINCT o.person_id FROM party_mark m JOIN party_mark o ON o.mark = m.mark
		AND o.person_id <> m.person_id AND o.whose <> 'other' WHERE m.person_id = $1 AND m.whose <> 'other' ORDER BY o.person_id`, p)
}

// objectRow is a request or an episode with what puts it in its place: the moment somebody asked, or the day it was opened.
type objectRow struct {
	wall.Object
	since string
}

func (tx *Tx) scanObject(r scanner) (o objectRow, err error) {
	var box []byte
	if err := r.Scan(&o.Kind, &o.ID, &o.Person, &o.Unit, textOf(&o.Worker), &o.Closed, &o.since, &box); err != nil || len(box) == 0 {
		return o, err
	}
	e := episode.Episode{ID: episode.ID(o.ID)}
	err = spells{tx, &e}.Scan(box)
	o.since = string(e.Opened)
	return o, err
}

// objectQuery lists requests and episodes; a couple's joint process is neither party's alone.
func objectQuery(where string) string {
	return `SELECT kind, id, person_id, unit_id, worker_id, closed, since, times FROM (
		SELECT 'request' AS kind, id, person_id, unit_id, NULL AS worker_id, 0 AS closed, created AS since, CAST(NULL AS BYTEA) AS times FROM request
		UNION ALL SELECT 'episode', id, person_id, unit_id, worker_id, CASE state WHEN 'closed' THEN 1 ELSE 0 END, '', times FROM episode WHERE regime <> 'joint'
		) o WHERE ` + where
}

// PartyObjects are the requests and episodes of the persons, the oldest first.
func (tx *Tx) PartyObjects(ctx context.Context, of []person.ID) ([]wall.Object, error) {
	all, err := ofPersons(ctx, tx, of, tx.scanObject, func(list string) string { return objectQuery("person_id IN " + list) })
	slices.SortFunc(all, func(a, b objectRow) int { return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.ID, b.ID)) })
	out := make([]wall.Object, len(all))
	for i, o := range all {
		out[i] = o.Object
	}
	return out, err
}

// PartyOf is a request or an episode with whose it is.
func (tx *Tx) PartyOf(ctx context.Context, r wall.Ref) (wall.Object, error) {
	o, err := one(ctx, tx, tx.scanObject, objectQuery("kind = $1 AND id = $2"), r.Kind, r.ID)
	return o.Object, err
}

func scanGrant(r scanner) (g access.Grant, err error) {
	return g, r.Scan(&g.Holder, &g.Kind, &g.Object, &g.Relation, instant{&g.Until})
}

// PartyGrants are all the grants on objects of the persons.
func (tx *Tx) PartyGrants(ctx context.Context, of []person.ID) ([]access.Grant, error) {
	return ofPersons(ctx, tx, of, scanGrant, func(list string) string {
		return "SELECT holder, kind, object_id, relation, until FROM access_grant WHERE person_id IN " + list + " ORDER BY object_id, holder, relation"
	})
}

// DeleteGrant closes the object to one holder's one relation. The second of a pair of workers who may not see an episode
// any more is none of its workers either.
func (tx *Tx) DeleteGrant(ctx context.Context, g access.Grant) error {
	if g.Kind == access.Episode && g.Relation == access.ByWorker {
		if err := tx.leaveSecond(ctx, episode.ID(g.Object), access.AccountID(g.Holder)); err != nil {
			return err
		}
	}
	return tx.exec(ctx, deleteGrant, g.Holder, g.Kind, g.Object, g.Relation)
}

const deleteGrant = "DELETE FROM access_grant WHERE holder = $1 AND kind = $2 AND object_id = $3 AND relation = $4"

type lookRow struct {
	wall.Look
	entry audit.Entry
}

func (tx *Tx) scanLook(r scanner) (l lookRow, err error) {
	var box []byte
	if err := r.Scan(&l.Account, &l.Person, &l.entry.ID, &box); err != nil {
		return l, err
	}
	return l, tx.openLook(&l.entry, box)
}

// Looks are on how many days each account has had to do with each of the persons.
func (tx *Tx) Looks(ctx context.Context, of []person.ID) ([]wall.Look, error) {
	all, err := ofPersons(ctx, tx, of, tx.scanLook, func(list string) string {
		return `SELECT a.account_id, o.person_id, a.id, a.times FROM (SELECT id, person_id FROM request WHERE person_id IN ` + list + `
			UNION ALL SELECT id, person_id FROM episode WHERE regime <> 'joint' AND person_id IN ` + list + `) o
			JOIN audit a ON a.object_id = o.id ORDER BY a.account_id, o.person_id`
	})
	var out []wall.Look
	days := map[string]bool{}
	for _, l := range all {
		if n := len(out); n == 0 || out[n-1].Account != l.Account || out[n-1].Person != l.Person {
			out = append(out, l.Look)
			clear(days)
		}
		if !days[string(l.entry.Day)] {
			days[string(l.entry.Day)] = true
			out[len(out)-1].Days++
		}
	}
	return out, err
}

// Members are all whose account is not closed, with their roles.
func (tx *Tx) Members(ctx context.Context) ([]wall.Member, error) {
	rows, err := many(ctx, tx, scanMember, "SELECT m.account_id, m.unit_id, m.role FROM membership m JOIN account a ON a.id = m.account_id "+
		"WHERE a.state <> 'closed' ORDER BY m.account_id, m.unit_id, m.role")
	var out []wall.Member
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Account != r.of {
			out = append(out, wall.Member{Account: r.of})
		}
		last := &out[len(out)-1]
		last.Roles = append(last.Roles, r.Membership)
	}
	return out, err
}

func scanBar(r scanner) (b wall.Bar, err error) { return b, r.Scan(&b.Account, &b.Parties) }

// Barred are the accounts that may not serve the person: who hold something of a party's without an approved
// exception, and who keep away.
func (tx *Tx) Barred(ctx context.Context, p person.ID) ([]wall.Bar, error) {
	return many(ctx, tx, scanBar, `SELECT DISTINCT h.account_id, 1 FROM (
			SELECT id, person_b AS other FROM tie WHERE person_a = $1 UNION ALL SELECT id, person_a FROM tie WHERE person_b = $1) t
			JOIN access_grant g ON g.person_id = t.other JOIN holding h ON h.holder = g.holder
			WHERE NOT EXISTS (SELECT 1 FROM wall_exception x WHERE x.tie_id = t.id AND x.account_id = h.account_id AND x.state = 'approved')
		UNION SELECT account_id, 0 FROM apart WHERE person_id = $1 AND account_id IS NOT NULL ORDER BY 1, 2`, p)
}

// LeaveEpisode leaves an episode without a worker. Its booked meetings wait for the next.
func (tx *Tx) LeaveEpisode(ctx context.Context, episode string) error {
	return tx.exec(ctx, "UPDATE episode SET worker_id = NULL WHERE id = $1", episode)
}

// WithdrawFrom takes back the times of a worker that are offered to a request or an episode. A request that is left
// without any waits again.
func (tx *Tx) WithdrawFrom(ctx context.Context, r wall.Ref, worker access.AccountID) error {
	if r.Kind == access.Episode {
		return tx.exec(ctx, "DELETE FROM slot WHERE episode_id = $1 AND worker_id = $2", r.ID, worker)
	}
	n, err := tx.affect(ctx, "DELETE FROM slot WHERE request_id = $1 AND worker_id = $2", r.ID, worker)
	if err != nil || n == 0 {
		return err
	}
	err = tx.exec(ctx, "UPDATE request SET state = 'waiting' WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM slot s WHERE s.request_id = $1)", r.ID)
	if err != nil {
		return err
	}
	return tx.putRank(ctx, access.Request, r.ID)
}
