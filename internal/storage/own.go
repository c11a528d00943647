package storage

import (
	"context"
	"fmt"
	"strings"

	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
)

// ownTable says how a table's rows belong to a person, and which columns are shown to them. A column that is neither
// shown nor an id or a key stands in hidden with the reason; so does a table of which nothing is shown, under "".
type ownTable struct {
	table  string
	where  string // the rows of person $1
	order  string // the same whatever anybody else does
	id     string // the column that seals are bound to
	shown  []string
	as     map[string]string // columns that are shown otherwise than they are
	hidden map[string]string
}

const (
	theirEpisodes = "(SELECT id FROM episode WHERE person_id = $1)"
	theirRequests = "(SELECT id FROM request WHERE person_id = $1)"
	theirOwn      = "(request_id IN " + theirRequests + " OR episode_id IN " + theirEpisodes + ")"
	copied        = "a guardian's talks have it from the child's"
	ofAnother     = "it would tell of somebody else"
)

// unlessGuardian hides what a guardian's talks were given of the child's way.
func unlessGuardian(column string) string {
	return "CASE WHEN part = 'guardian' THEN NULL ELSE " + column + " END"
}

// ownTables are all tables that the catalogue says may hold something of a client; a test finds a forgotten one.
var ownTables = []ownTable{
	{table: "person", where: "id = $1", order: "id", id: "id", shown: []string{"kind", "name"}},
	{table: "safe_contact", where: "person_id = $1", order: "person_id", id: "person_id", shown: []string{"channel", "address", "code_word", "hour_from",
		"hour_to", "voicemail", "say_organisation", "others", "reminders", "ask_again", "last_day", "asked", "replied"}},
	{table: "request", where: "person_id = $1", order: "created, id", id: "id", shown: []string{"channel", "referrer", "lang", "age", "wish_times",
		"wish_places", "area", "state", "created", "due", "expires"}},
	{table: "slot", where: theirOwn, order: "starts, id", id: "id", shown: []string{"day", "clock", "minutes", "place_kind"},
		hidden: map[string]string{"zone": "the unit's", "starts": "day and clock again"}},
	{table: "episode", where: "person_id = $1", order: "opened, id", id: "id", shown: []string{"model", "part", "visit_limit", "state", "lang", "channel",
		"referrer", "age", "contacted", "wait_minutes", "opened", "closed", "erase_on"},
		as: map[string]string{"lang": unlessGuardian("lang"), "channel": unlessGuardian("channel"), "referrer": unlessGuardian("referrer")},
		hidden: map[string]string{"version": "the model's", "regime": "the model's", "guardians": ofAnother, "decision": ofAnother,
			"decision_ground": ofAnother, "decision_day": ofAnother}},
	{table: "appointment", where: "episode_id IN " + theirEpisodes, order: "starts, visit_no, id", id: "id", shown: []string{"visit_no", "state", "counted",
		"cancelled_by", "day", "clock", "minutes", "place_kind", "place", "day_part"},
		hidden: map[string]string{"visit_limit": "the episode's", "regime": "the model's", "zone": "the unit's", "starts": "day and clock again",
			"ends": "day and clock again", "sequence": "how often the worker's calendar was told"}},
	{table: "way_on", where: "episode_id IN " + theirEpisodes, order: "kind, destination, id", id: "id", shown: []string{"kind", "destination", "state"}},
	{table: "outgoing", where: "person_id = $1", order: "run_at, day, kind, id", id: "id", shown: []string{"kind", "channel", "state", "run_at", "day"},
		hidden: map[string]string{"why": "the sender's trouble", "until": "the sender's", "attempt": "the sender's"}},
	{table: "return_code", where: theirOwn, order: "used", id: "used", shown: []string{"used"}},
	{table: "release_code", where: theirOwn, order: "expires, fact, partner", id: "fact", shown: []string{"fact", "partner", "expires"}},
	{table: "erasure", where: "person_id = $1", order: "asked", id: "id", shown: []string{"asked", "due"},
		hidden: map[string]string{"done": "then the row is nobody's"}},
	{table: "audit", where: "object_id = $1 OR object_id IN " + theirEpisodes + " OR object_id IN " + theirRequests +
		" OR object_id IN (SELECT id FROM appointment WHERE episode_id IN " + theirEpisodes + ")", order: "day, action, id", id: "id",
		shown: []string{"day", "action"}, as: map[string]string{"day": "CASE WHEN EXISTS (SELECT 1 FROM episode e WHERE e.id = audit.object_id AND e.regime IN ('none', 'anonymous')) " +
			"THEN substr(day, 1, 7) ELSE day END"}, // the month alone is kept of those
		hidden: map[string]string{"kind": "what sort of row", "seq": "its place in a chain"}},
	{table: "emergency", hidden: map[string]string{"": "its look stands among the looks"}},
	{table: "client_session", hidden: map[string]string{"": "it is this very stay, ten minutes long"}},
	{table: "booking_cell", hidden: map[string]string{"": "the same meeting again, in the worker's calendar"}},
	{table: "access_grant", hidden: map[string]string{"": "which of the staff may see it; the notice tells who they are"}},
	{table: "conversation", hidden: map[string]string{"": "a talk is read in the talk itself, while it goes on"}},
	{table: "message", hidden: map[string]string{"": "a talk is read in the talk itself, while it goes on"}},
	{table: "tie", hidden: map[string]string{"": ofAnother}},
	{table: "party_mark", hidden: map[string]string{"": ofAnother}},
	{table: "wall_exception", hidden: map[string]string{"": ofAnother}},
	{table: "apart", hidden: map[string]string{"": ofAnother}},
	{table: "group_meeting", hidden: map[string]string{"": "heads, nobody's"}},
	{table: "figure", hidden: map[string]string{"": "sums, nobody's"}},
	{table: "job", hidden: map[string]string{"": "ids of rows told elsewhere"}},
	{table: "ended", hidden: map[string]string{"": "fingerprints"}},
}

// OwnRows are a person's own rows as they are shown to them, in an order that nothing of anybody else's changes.
func (tx *Tx) OwnRows(ctx context.Context, id person.ID) ([]rights.Table, error) {
	key, err := tx.personKey(ctx, id)
	if err != nil {
		return nil, err
	}
	classes, err := columnClasses()
	if err != nil {
		return nil, err
	}
	var out []rights.Table
	for _, t := range ownTables {
		if len(t.shown) == 0 {
			continue
		}
		rows, err := tx.ownRows(ctx, t, id, key, classes)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			out = append(out, rights.Table{Name: t.table, Rows: rows})
		}
	}
	return out, nil
}

func columnClasses() (map[string]string, error) {
	all, err := Catalogue()
	if err != nil {
		return nil, err
	}
	classes := map[string]string{}
	for _, c := range all {
		classes[c.Table+"."+c.Name] = c.Class
	}
	return classes, nil
}

func (tx *Tx) ownRows(ctx context.Context, t ownTable, id person.ID, key string, classes map[string]string) ([][]rights.Value, error) {
	columns := []string{t.id}
	for _, c := range t.shown {
		if as := t.as[c]; as != "" {
			c = as
		}
		columns = append(columns, c)
	}
	raw, err := many(ctx, tx, func(r scanner) ([]any, error) {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = anything{&row[i]}
		}
		return row, r.Scan(into...)
	}, "SELECT "+strings.Join(columns, ", ")+" FROM "+t.table+" WHERE "+t.where+" ORDER BY "+t.order, id)
	if err != nil {
		return nil, err
	}
	var out [][]rights.Value
	for _, row := range raw {
		var values []rights.Value
		for i, c := range t.shown {
			class := classes[t.table+"."+c]
			text, err := tx.ownValue(ctx, key, sealedAt(t.table+"."+c, fmt.Sprint(row[0])), class, row[i+1])
			if err != nil {
				return nil, err
			}
			if !text.Empty() {
				values = append(values, rights.Value{Column: c, Class: class, Text: text})
			}
		}
		out = append(out, values)
	}
	return out, nil
}

func (tx *Tx) ownValue(ctx context.Context, key, place, class string, v any) (seal.Text, error) {
	box, bytes := v.([]byte)
	switch {
	case v == nil:
		return seal.Text{}, nil
	case class == ClassSealed || class == ClassShortLived:
		return tx.open(ctx, key, place, box)
	case bytes:
		return seal.Of(string(box)), nil
	}
	return seal.Of(fmt.Sprint(v)), nil
}

// anything reads a value of whatever kind it is.
type anything struct{ v *any }

func (a anything) Scan(v any) error {
	if b, ok := v.([]byte); ok {
		v = append([]byte(nil), b...) // the driver's own until the next row
	}
	*a.v = v
	return nil
}
