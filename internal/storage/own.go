package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
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
	// boxed opens a box of times into the shown columns that have stood in it, and the word by which the rows are in order.
	// It is the column boxes, "times" unless said.
	boxes string
	boxed func(s *timesSeal, place string, box []byte) (values map[string]string, at string, err error)
}

const (
	theirEpisodes = "(SELECT id FROM episode WHERE person_id = $1)"
	theirRequests = "(SELECT id FROM request WHERE person_id = $1)"
	theirParty    = "(SELECT id FROM joint_party WHERE home_id IN " + theirEpisodes + ")"
	theirTogether = "(SELECT joint_id FROM joint_party WHERE home_id IN " + theirEpisodes + ")"
	theirOwn      = "(request_id IN " + theirRequests + " OR episode_id IN " + theirEpisodes + ")"
	// A message about joint meetings that has not left would tell that something has happened before its hour comes.
	toldTogether = "(state = 'sent' OR NOT EXISTS (SELECT 1 FROM episode e WHERE e.id = outgoing.episode_id AND e.regime = 'joint'))"
	copied       = "a guardian's talks have it from the child's"
	ofAnother    = "it would tell of somebody else"
)

// unlessGuardian hides what a guardian's talks were given of the child's way.
func unlessGuardian(column string) string {
	return "CASE WHEN part = 'guardian' THEN NULL ELSE " + column + " END"
}

// ownTables are all tables that the catalogue says may hold something of a client; a test finds a forgotten one.
var ownTables = []ownTable{
	{table: "person", where: "id = $1", order: "id", id: "id", shown: []string{"kind", "name"}},
	{table: "safe_contact", where: "person_id = $1", order: "person_id", id: "person_id", shown: []string{"channel", "address", "code_word", "hour_from",
		"hour_to", "voicemail", "say_organisation", "others", "reminders", "ask_again", "last_day", "asked", "replied"}, boxed: ownWords("asked", "last_day", "replied"),
		hidden: map[string]string{"times": "opened into those that are shown", "reply": "shown by its day"}},
	{table: "request", where: "person_id = $1", order: "created, id", id: "id", shown: []string{"channel", "referrer", "lang", "age", "wish_times",
		"wish_places", "area", "state", "created", "due", "expires"}},
	{table: "slot", where: theirOwn, order: "id", id: "id", shown: []string{"day", "clock", "minutes", "place_kind"}, boxed: ownTimes,
		hidden: map[string]string{"times": "opened into those that are shown"}},
	{table: "episode", where: "person_id = $1", order: "id", id: "id", shown: []string{"model", "part", "visit_limit", "state", "lang", "channel",
		"referrer", "age", "contacted", "wait_minutes", "first_month", "opened", "closed", "erase_on"}, boxed: ownSpells,
		as: map[string]string{"lang": unlessGuardian("lang"), "channel": unlessGuardian("channel"), "referrer": unlessGuardian("referrer")},
		hidden: map[string]string{"version": "the model's", "regime": "the model's", "goal_limit": "the model's", "waiting": "told with the follow-up", "times": "opened into those that are shown", "month": "told by the day", "guardians": ofAnother, "decision": ofAnother,
			"decision_ground": ofAnother}},
	{table: "appointment", where: "(episode_id IN " + theirEpisodes + " OR episode_id IN " + theirTogether + ")", order: "visit_no, id", id: "id", boxed: ownTimes, shown: []string{"visit_no", "state", "counted",
		"cancelled_by", "participants", "day", "clock", "minutes", "place_kind", "place", "day_part"},
		as: map[string]string{"state": "CASE WHEN regime = 'joint' AND state = 'on-hold' THEN 'booked' ELSE state END", // that one waits is told at its hour
			"place": "CASE WHEN regime = 'joint' THEN NULL ELSE place END"},
		hidden: map[string]string{"visit_limit": "the episode's", "regime": "the model's", "times": "opened into those that are shown", "sequence": "how often the worker's calendar was told"}},
	{table: "way_on", where: "episode_id IN " + theirEpisodes, order: "kind, destination, id", id: "id", shown: []string{"kind", "destination", "state"}},
	{table: "application", where: "request_id IN " + theirRequests, order: "applied, id", id: "id", shown: []string{"applied", "refused"}},
	{table: "commitment", where: "episode_id IN " + theirEpisodes, order: "episode_id", id: "episode_id", shown: []string{"number", "kind", "granted", "workers", "recorded"}, boxed: ownWords("recorded", ""),
		hidden: map[string]string{"times": "opened into the day that is shown", "regime": "the model's", "social_worker": "somebody else's name; the payer's to tell", "route": "the payer's to tell",
			"child_welfare": "the payer's to tell"}},
	{table: "commitment_period", where: "episode_id IN " + theirEpisodes, order: "episode_id, no", id: "episode_id || '/' || CAST(no AS TEXT)", shown: []string{"first_day", "last_day", "recorded"},
		boxed: ownWords("first_day", "last_day", "recorded"), hidden: map[string]string{"no": "which it is", "times": "opened into those that are shown"}},
	{table: "buyer_entry", where: "episode_id IN " + theirEpisodes, order: "appointment_id", id: "appointment_id", shown: []string{"day"}, boxed: ownEntry,
		hidden: map[string]string{"regime": "the model's", "times": "opened into the day that is shown"}},
	{table: "end_visit", hidden: map[string]string{"": "who pays which visit of theirs; nothing of them"}},
	{table: "second_worker", hidden: map[string]string{"": "which of the staff meet them; the meetings tell"}},
	{table: "goal", where: "episode_id IN " + theirEpisodes, order: "episode_id, no", id: "id", shown: []string{"no", "wording", "by_client", "by_worker", "reached"},
		hidden: map[string]string{"regime": "the model's", "goal_limit": "the model's", "revision": "how often it was reworded"}},
	{table: "tick", where: "episode_id IN " + theirEpisodes, order: "episode_id, kind, item", id: "item", shown: []string{"kind", "item", "value"},
		hidden: map[string]string{"regime": "the model's"}},
	{table: "ending", where: "episode_id IN " + theirEpisodes, order: "episode_id", id: "episode_id", shown: []string{"follow_up", "day", "answer"},
		boxed: ownWords("day"), hidden: map[string]string{"regime": "the model's", "times": "opened into the day that is shown"}},
	{table: "outgoing", where: "person_id = $1 AND " + toldTogether, order: "kind, id", id: "id", shown: []string{"kind", "channel", "state", "run_at", "day"}, boxed: ownMessage,
		hidden: map[string]string{"why": "the sender's trouble", "times": "opened into those that are shown", "attempt": "the sender's"}},
	{table: "return_code", where: theirOwn, order: "used", id: "used", shown: []string{"used"}},
	{table: "joint_party", where: "home_id IN " + theirEpisodes, order: "role, id", id: "id", shown: []string{"role", "asked", "wish_day"},
		boxes: "wish", boxed: ownWords("wish_day"), hidden: map[string]string{"home_regime": "the model's", "joint_regime": "the model's", "wish": "opened into the day that is shown",
			"word_times": "a word between two workers"}},
	{table: "joint_point", where: "party_id IN " + theirParty, order: "point", id: "party_id", shown: []string{"point"}},
	{table: "joint_answer", where: "party_id IN " + theirParty, order: "visit_no", id: "party_id", shown: []string{"visit_no", "answer"}},
	{table: "joint_safer", hidden: map[string]string{"": "what two workers think of both"}},
	{table: "joint_hold", hidden: map[string]string{"": "the page tells it at its hour"}},
	{table: "release_code", where: theirOwn, order: "expires, fact, partner", id: "fact", shown: []string{"fact", "partner", "expires"}},
	{table: "erasure", where: "person_id = $1", order: "asked", id: "id", shown: []string{"asked", "due"},
		hidden: map[string]string{"done": "then the row is nobody's"}},
	{table: "audit", where: "object_id = $1 OR object_id IN " + theirEpisodes + " OR object_id IN " + theirRequests +
		" OR object_id IN (SELECT id FROM appointment WHERE episode_id IN " + theirEpisodes + ")", order: "action, id", id: "id", shown: []string{"day", "action"}, boxed: ownLook, // the month alone where no more is kept
		hidden: map[string]string{"kind": "what sort of row", "seq": "its place in a chain", "month": "told by the day", "times": "opened into the day that is shown"}},
	{table: "emergency", hidden: map[string]string{"": "its look stands among the looks"}},
	{table: "client_session", hidden: map[string]string{"": "it is this very stay, ten minutes long"}},
	{table: "booking_cell", hidden: map[string]string{"": "the same meeting again, in the worker's calendar"}},
	{table: "room_cell", hidden: map[string]string{"": "the same meeting again, in the room's calendar"}},
	{table: "access_grant", hidden: map[string]string{"": "which of the staff may see it; the notice tells who they are"}},
	{table: "conversation", hidden: map[string]string{"": "a talk is read in the talk itself, while it goes on"}},
	{table: "message", hidden: map[string]string{"": "a talk is read in the talk itself, while it goes on"}},
	{table: "tie", hidden: map[string]string{"": ofAnother}},
	{table: "party_mark", hidden: map[string]string{"": ofAnother}},
	{table: "wall_exception", hidden: map[string]string{"": ofAnother}},
	{table: "apart", hidden: map[string]string{"": ofAnother}},
	{table: "group_meeting", hidden: map[string]string{"": "heads, nobody's"}},
	{table: "line_evening", hidden: map[string]string{"": "how many contacts, nobody's"}},
	{table: "line_last", hidden: map[string]string{"": "fingerprints of a page of who answers"}},
	{table: "circle_participant", hidden: map[string]string{"": "a name of one's choice, under a code of its own; nothing says whose"}},
	{table: "circle_stay", hidden: map[string]string{"": "ten minutes of a group's page, of nobody"}},
	{table: "circle_topic", hidden: map[string]string{"": "a group's; who proposed it is kept nowhere"}},
	{table: "circle_vote", hidden: map[string]string{"": "a vote that leads to nobody"}},
	{table: "occasion_family", hidden: map[string]string{"": "a first name and numbers, under a code of its own; nothing says whose"}},
	{table: "occasion_stay", hidden: map[string]string{"": "ten minutes of a day's page, of nobody"}},
	{table: "circle_idea", hidden: map[string]string{"": "nobody's: who proposed it is kept nowhere"}},
	{table: "figure", hidden: map[string]string{"": "sums, nobody's"}},
	{table: "feedback_sum", hidden: map[string]string{"": "sums, nobody's"}},
	{table: "feedback_code", hidden: map[string]string{"": "a code that nothing says whose it is"}},
	{table: "feedback_suggestion", hidden: map[string]string{"": "suggestions that nothing says whose they are"}},
	{table: "feedback_quote", hidden: map[string]string{"": "words that nothing says whose they are"}},
	{table: "feedback_drawn", hidden: map[string]string{"": "a fingerprint that a form was given; of the answer nothing is anybody's"}},
	{table: "release_memory", hidden: map[string]string{"": "sums that have left, nobody's"}},
	{table: "outing", hidden: map[string]string{"": "the worker's own way there and back"}},
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

// boxedClasses are the classes of what stands in a box of times.
var boxedClasses = map[string]string{"day": ClassTime, "clock": ClassTime, "run_at": ClassTime, "minutes": ClassCount, "wait_minutes": ClassCount, "first_month": ClassTime, "place_kind": ClassChoice, "day_part": ClassChoice,
	"asked": ClassTime, "last_day": ClassTime, "replied": ClassTime, "opened": ClassTime, "closed": ClassTime, "erase_on": ClassTime, "contacted": ClassTime, "recorded": ClassTime,
	"first_day": ClassTime, "wish_day": ClassTime}

func ownTimes(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
	t, err := s.open(place, box)
	if err != nil || t.starts.IsZero() {
		return nil, "", err
	}
	return map[string]string{"day": string(t.at.Day), "clock": string(t.at.Clock), "minutes": strconv.Itoa(t.minutes), "place_kind": t.kind,
		"day_part": t.at.DayPart()}, calendar.Stamp(t.starts), nil
}

func ownMessage(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
	m, err := openMessage(s, place, box)
	return map[string]string{"run_at": calendar.Stamp(m.RunAt), "day": string(m.Day)}, calendar.Stamp(m.RunAt) + string(m.Day), err
}

func ownEntry(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
	w, err := s.words(place, box)
	if err != nil {
		return nil, "", err
	}
	return map[string]string{"day": w[0]}, w[0], nil
}

func ownLook(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
	day, byMonth, err := openLook(s, place, box)
	at := string(day)
	if byMonth {
		at = day.Month()
	}
	return map[string]string{"day": at}, at, err
}

// ownWords opens a box of words into columns; a word of no column is not shown. The first puts the row in its place.
func ownWords(columns ...string) func(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
	return func(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
		w, err := s.some(place, box, len(columns))
		if err != nil {
			return nil, "", err
		}
		out := map[string]string{}
		for i, c := range columns {
			if c != "" {
				out[c] = w[i]
			}
		}
		return out, w[0], nil
	}
}

// ownSpells are an episode's days, and the month in which its first meeting was counted: the rest of what it was counted as stands at the meeting and in the wait.
func ownSpells(s *timesSeal, place string, box []byte) (map[string]string, string, error) {
	w, err := s.spells(place, box)
	if err != nil {
		return nil, "", err
	}
	return map[string]string{"opened": w[0], "closed": w[1], "erase_on": w[2], "contacted": w[4], "wait_minutes": w[5], "first_month": openFirst(w[6]).Month}, w[0], nil
}

// ownRow is a row as it is shown, and the word that puts it in its place.
type ownRow struct {
	at     string
	values []rights.Value
}

func (tx *Tx) ownRows(ctx context.Context, t ownTable, id person.ID, key string, classes map[string]string) ([][]rights.Value, error) {
	columns := []string{t.id, "NULL"}
	if t.boxed != nil {
		columns[1] = cmp.Or(t.boxes, "times")
	}
	for _, c := range t.shown {
		switch {
		case t.as[c] != "":
			c = t.as[c]
		case classes[t.table+"."+c] == "":
			c = "NULL" // it stands in the box alone
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
	var rows []ownRow
	for _, row := range raw {
		one, err := tx.ownRow(ctx, t, row, key, classes)
		if err != nil {
			return nil, err
		}
		rows = append(rows, one)
	}
	slices.SortStableFunc(rows, func(a, b ownRow) int { return strings.Compare(a.at, b.at) })
	var out [][]rights.Value
	for _, r := range rows {
		out = append(out, r.values)
	}
	return out, nil
}

func (tx *Tx) ownRow(ctx context.Context, t ownTable, row []any, key string, classes map[string]string) (one ownRow, err error) {
	var boxed map[string]string
	if box, ok := row[1].([]byte); ok && t.boxed != nil {
		s, err := tx.timesSeal()
		if err != nil {
			return one, err
		}
		if boxed, one.at, err = t.boxed(s, sealedAt(t.table+"."+cmp.Or(t.boxes, "times"), fmt.Sprint(row[0])), box); err != nil {
			return one, err
		}
	}
	for i, c := range t.shown {
		class := classes[t.table+"."+c]
		text, err := tx.ownValue(ctx, key, sealedAt(t.table+"."+c, fmt.Sprint(row[0])), class, row[i+2])
		if err != nil {
			return one, err
		}
		if text.Empty() {
			class, text = boxedClasses[c], seal.Of(boxed[c])
		}
		if !text.Empty() {
			one.values = append(one.values, rights.Value{Column: c, Class: class, Text: text})
		}
	}
	return one, nil
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
