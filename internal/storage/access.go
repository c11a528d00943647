package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

// A grant's rank is where its object stands in the lists it belongs to: requests by urgency, episodes by stage and
// day, conversations by age. It lies in the row that opens the object, so that a list is one stretch of an index
// for a worker with thirty episodes and for a coordinator with a million alike. PutRequest, PutEpisode and
// PutConversation keep it.

// strongest is the relation that shows the most, as a number: MIN picks it.
const strongest = "MIN(CASE g.relation WHEN 'worker' THEN 1 WHEN 'coordinator' THEN 2 ELSE 3 END)"

var relations = [...]access.Relation{1: access.ByWorker, 2: access.ByCoordinator, 3: access.ByIntake}

// Granted is why the actor may see the object. Without a row it is not found, as if it were not there.
func (tx *Tx) Granted(ctx context.Context, by access.Actor, kind access.Kind, object string) (access.Relation, error) {
	found, err := one(ctx, tx, scanSeen, `SELECT '', g.object_id, `+strongest+`
		FROM holding h JOIN access_grant g ON g.holder = h.holder
		WHERE h.account_id = $1 AND g.kind = $2 AND g.object_id = $3 AND (g.until = '' OR g.until > $4)
		GROUP BY g.object_id`, by.Account, kind, object, calendar.Stamp(tx.Now()))
	return found.relation, err
}

// PutGrant lets the holder see the object. The row names whose object it is, so that the schema can refuse one that
// would break a wall: that is said in the words of a taken time, which tell nobody anything.
func (tx *Tx) PutGrant(ctx context.Context, g access.Grant) error {
	p, err := tx.standing(ctx, g.Kind, g.Object)
	if err != nil {
		return err
	}
	return walled(tx.exec(ctx, putGrant, g.Holder, g.Kind, g.Object, g.Relation, calendar.Stamp(g.Until), p.rank, null(p.person)))
}

var putGrant = upsert("access_grant", "holder, kind, object_id, relation", "holder, kind, object_id, relation, until, rank, person_id")

// A rank tells the month in which an episode was opened, and no day (decision 0057).

// standing is an object's place in lists and whose it is; empty while the object itself is still to be written. A
// couple's joint process is no single person's.
type standing struct{ rank, person string }

func scanStanding(r scanner) (s standing, err error) { return s, r.Scan(&s.rank, textOf(&s.person)) }

func (tx *Tx) standing(ctx context.Context, kind access.Kind, object string) (standing, error) {
	found, err := many(ctx, tx, scanStanding, standingQueries[kind], object)
	if err != nil || len(found) == 0 {
		return standing{}, err
	}
	return found[0], nil
}

func (tx *Tx) rank(ctx context.Context, kind access.Kind, object string) (string, error) {
	s, err := tx.standing(ctx, kind, object)
	return s.rank, err
}

var standingQueries = map[access.Kind]string{
	access.Request: "SELECT CASE state WHEN 'waiting' THEN '1 ' ELSE '2 ' END || due, person_id FROM request WHERE id = $1",
	access.Episode: "SELECT CASE state WHEN 'open' THEN '1 ' WHEN 'ending' THEN CASE waiting WHEN 1 THEN '2w' ELSE '2 ' END ELSE '3 ' END || month, " +
		"CASE WHEN regime <> 'joint' THEN person_id END FROM episode WHERE id = $1",
	access.Conversation: "SELECT CASE state WHEN 'waiting' THEN '1 ' ELSE '2 ' END || created, NULL FROM conversation WHERE id = $1",
}

// walled tells that the schema refused a row because of a wall, in the words of a time that is taken.
func walled(err error) error {
	var r *refusal
	if errors.As(err, &r) && r.broke == "check" && strings.Contains(r.words, "wall") {
		return fault.Wrap(err, fault.Conflict, "appointment.slot-taken")
	}
	return err
}

// putRank brings the object's grants to its place in lists, after the object has changed.
func (tx *Tx) putRank(ctx context.Context, kind access.Kind, object string) error {
	rank, err := tx.rank(ctx, kind, object)
	if err != nil {
		return err
	}
	return tx.setRank(ctx, object, rank)
}

// rankSeen is the object's place in lists for an actor who may see it, and that of none for everybody else: where a page
// goes on must not tell of what is hidden.
func (tx *Tx) rankSeen(ctx context.Context, by access.Actor, kind access.Kind, object string) (string, error) {
	_, err := tx.Granted(ctx, by, kind, object)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return tx.rank(ctx, kind, object)
}

func (tx *Tx) setRank(ctx context.Context, object, rank string) error {
	return tx.exec(ctx, "UPDATE access_grant SET rank = $1 WHERE object_id = $2 AND rank <> $1", rank, object)
}

// DeleteGrants closes the object to everybody.
func (tx *Tx) DeleteGrants(ctx context.Context, object string) error {
	return tx.exec(ctx, "DELETE FROM access_grant WHERE object_id = $1", object)
}

// seen is an object that somebody may see, where it stands and why.
type seen struct {
	rank, object string
	relation     access.Relation
}

func scanSeen(r scanner) (s seen, err error) {
	var why int
	err = r.Scan(&s.rank, &s.object, &why)
	if err == nil {
		s.relation = relations[why]
	}
	return s, err
}

// stretch is a part of a list: objects of a kind after one place and below a rank.
type stretch struct {
	kind         access.Kind
	after, below string // ranks
	object       string // the object at the place, when a page continues
	limit        int
	mine         bool // as worker, by the account's own rows alone
}

// seen lists what the actor may see of a stretch, in rank order, each object once with its strongest relation.
// Every holder's rows are read in order up to the limit and then merged: the first n of all are among the first n
// of each.
func (tx *Tx) seen(ctx context.Context, by access.Actor, s stretch) ([]seen, error) {
	holders, err := tx.holders(ctx, by, s.mine)
	if err != nil {
		return nil, err
	}
	var all []seen
	for _, h := range holders {
		part, err := tx.seenBy(ctx, h, s)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return merge(all, s.limit), nil
}

func (tx *Tx) holders(ctx context.Context, by access.Actor, mine bool) ([]string, error) {
	if mine && by.Staff() {
		return []string{string(by.Account)}, nil
	}
	if held, ok := tx.held[by.Account]; ok {
		return held, nil
	}
	held, err := many(ctx, tx, scanWord, "SELECT holder FROM holding WHERE account_id = $1 ORDER BY holder", by.Account)
	if err == nil && !tx.write {
		tx.held = map[access.AccountID][]string{by.Account: held}
	}
	return held, err
}

var seenColumns = listingOf("g.rank", "g.object_id", strongest)

// A limit is written as a sum all over this room: of a bare argument SQLite makes a plan for its very value, and would
// make a new one each time.
func (tx *Tx) seenBy(ctx context.Context, holder string, s stretch) ([]seen, error) {
	only := ""
	if s.mine {
		only = string(access.ByWorker)
	}
	return listed(ctx, tx, scanSeen, seenColumns, `FROM access_grant g
		WHERE g.holder = $1 AND g.kind = $2 AND (g.rank, g.object_id) > ($3, $4) AND g.rank < $5
		  AND (g.until = '' OR g.until > $6) AND ($7 = '' OR g.relation = $7)
		GROUP BY g.rank, g.object_id ORDER BY g.rank, g.object_id LIMIT 0 + $8`,
		holder, s.kind, s.after, s.object, s.below, calendar.Stamp(tx.Now()), only, s.limit)
}

// merge orders what several holders see, keeps each object once by its strongest relation, and cuts at the limit.
func merge(all []seen, limit int) []seen {
	slices.SortFunc(all, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.object, b.object),
			cmp.Compare(slices.Index(relations[:], a.relation), slices.Index(relations[:], b.relation)))
	})
	all = slices.CompactFunc(all, func(a, b seen) bool { return a.object == b.object })
	return all[:min(limit, len(all))]
}

// objects are the ids of what is seen, as arguments.
func objects(all []seen) []any {
	out := make([]any, len(all))
	for i, s := range all {
		out[i] = s.object
	}
	return out
}
