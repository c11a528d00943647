package app

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// aDay is a day, or an instant's, as a row would have it.
var aDay = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}`)

// looks wants no day kept, sealed or not, of what was done about an episode in a service without records: the months' last
// days stand for all.
func (h *thief) looks() {
	h.t.Helper()
	objects := h.ids("SELECT id FROM episode WHERE regime = 'none'")
	n := 0
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		for _, id := range objects {
			all, err := tx.Audit(ctx, id)
			if err != nil {
				return err
			}
			for _, e := range all {
				n++
				if tomorrow := e.Day.Add(1); !strings.HasSuffix(string(tomorrow), "-01") {
					h.t.Errorf("the audit tells that somebody saw to an episode on %s", e.Day)
				}
			}
		}
		return nil
	})
	if n == 0 {
		h.t.Fatal("nothing was looked at")
	}
}

// namesAClient are the tables of which a row may hold a day in the open beside the id of somebody's object: that they asked
// and wait, what they do on their own page, an emergency's three hours, work that is done at once. Decision 0057 judges each.
var namesAClient = []string{"request", "client_session", "release_code", "erasure", "access_grant", "wall_exception", "job"}

// toldAnyway is the table whose boxes grow by grains: a memory of figures that have left the house is as long as what was told of them.
const toldAnyway = "release_memory"

// days wants no column to hold a day but those that are known to (TestTimesInTheOpenAreKnown), and of a row that names
// a client's object only the few tables above. Every box is of one size and like no other.
func (h *thief) days() {
	h.t.Helper()
	columns, err := storage.Catalogue()
	if err != nil {
		h.t.Fatal(err)
	}
	known, boxes := map[string]bool{}, 0
	for _, c := range columns {
		known[c.Table+"."+c.Name] = c.Class == storage.ClassTime || c.Class == storage.ClassStaff || c.Class == storage.ClassPublic
		if c.Store != storage.House || !strings.Contains(c.Purpose, "key of times") {
			continue
		}
		name := c.Name + " FROM " + c.Table
		n := h.count("SELECT count(" + c.Name + ") FROM " + c.Table)
		boxes += n
		if kinds := h.count("SELECT count(DISTINCT " + c.Name + ") FROM " + c.Table); kinds != n {
			h.t.Errorf("%s: %d boxes of which %d differ", name, n, kinds)
		}
		if sizes := h.count("SELECT count(DISTINCT length(" + c.Name + ")) FROM " + c.Table); sizes > 1 && c.Table != toldAnyway {
			h.t.Errorf("%s: %d boxes of %d sizes", name, n, sizes)
		}
	}
	if boxes < 150 {
		h.t.Errorf("%d boxes: too few to learn from", boxes)
	}
	client := map[string]bool{}
	for _, table := range []string{"person", "episode", "appointment", "slot", "joint_party"} {
		for _, id := range h.ids("SELECT id FROM " + table) {
			client[id] = true
		}
	}
	all, names := h.cells(), map[string]bool{}
	for _, c := range all {
		if client[c.text] {
			names[c.row] = true
		}
	}
	for _, c := range all {
		table, _, _ := strings.Cut(c.column, ".")
		switch {
		case !aDay.MatchString(c.text):
		case !known[c.column]:
			h.t.Errorf("%s holds a day: %s", c.column, c.text)
		case names[c.row] && !slices.Contains(namesAClient, table):
			h.t.Errorf("%s tells a day beside whose it is: %s", c.column, c.text)
		case c.column == "access_grant.rank" && client[strings.TrimPrefix(c.row, "access_grant ")]:
			h.t.Errorf("a grant tells a day of an episode: %s", c.text)
		}
	}
}

// metOn is a visit of which the test knows the day, and the thief should not.
type metOn struct {
	id, episode, person string
	day                 calendar.Date
}

// Months of a house: whoever holds everything but the keys tries to tell the day of each visit whose times are kept, and does
// no better than by its month, which the sums tell. They look for days beside it, and for an order: of rows as they lie,
// of rows in a backup, of ids, boxes and marks, any of which would do to count days off.
func TestThiefTellsNoDay(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			h := steal(t, driver, map[string]int{"sqlite": 240, "postgres": 80}[driver]) // a year would take a minute
			visits := h.visits()
			h.work(visits)
			h.beside(visits)
			h.orders(visits)
		})
	}
}

func (h *thief) visits() (all []metOn) {
	h.t.Helper()
	episodes := h.ids("SELECT id FROM episode")
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		for _, way := range episodes {
			e, err := tx.Episode(ctx, episode.ID(way))
			if err != nil {
				return err
			}
			meetings, err := tx.Appointments(ctx, e.ID)
			if err != nil {
				return err
			}
			for _, a := range meetings {
				if a.At.Day != "" {
					all = append(all, metOn{string(a.ID), way, string(e.Person), a.At.Day})
				}
			}
		}
		return nil
	})
	if len(all) < 30 {
		h.t.Fatalf("%d visits have times: too few to learn from", len(all))
	}
	return all
}

// work has somebody look at each client's way on the days on which pages would be opened: of each visit, and now and then
// between. In the demo nobody opens a page. Entries come as they would, day after day.
func (h *thief) work(visits []metOn) {
	h.t.Helper()
	var all []audit.Entry
	worker := access.AccountID(h.ids("SELECT account_id FROM worker ORDER BY account_id LIMIT 1")[0])
	for i, v := range visits {
		e := audit.Entry{ID: id.New(), Day: v.day, Account: worker, Action: audit.Changed, Kind: access.Episode, Object: v.episode}
		all = append(all, e)
		for d := range 6 {
			e.ID, e.Day, e.Action = id.New(), v.day.Add(-3*d-i%3), audit.Seen
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b audit.Entry) int { return strings.Compare(string(a.Day), string(b.Day)) })
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		for _, e := range all {
			if err := tx.PutAudit(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// beside goes from each visit to every row that names it, its episode or its person, and from there to every row that
// these name, and wants no column in which the day of the visit stands more often than the few that stand there (an
// exception's last day) fall on it by chance.
func (h *thief) beside(visits []metOn) {
	h.t.Helper()
	rows, of := map[string][]cell{}, map[string][]string{}
	for _, c := range h.cells() {
		rows[c.row] = append(rows[c.row], c)
		if len(c.text) == 36 && !slices.Contains([]string{"account", "unit", "offer", "place"}, strings.Fields(c.row)[0]) {
			of[c.text] = append(of[c.text], c.row)
		}
	}
	staff := map[string]bool{}
	for _, table := range []string{"account", "unit", "offer", "place", "payer"} {
		for _, id := range h.ids("SELECT id FROM " + table) {
			staff[id] = true
		}
	}
	told, reached := map[string]int{}, 0
	for _, v := range visits {
		seen, wait := map[string]bool{}, []string{v.id, v.episode, v.person}
		for far := 0; far < 2; far++ {
			var next []string
			for _, id := range wait {
				for _, r := range of[id] {
					if seen[r] {
						continue
					}
					seen[r] = true
					for _, c := range rows[r] {
						reached++
						if strings.Contains(c.text, string(v.day)) {
							told[c.column]++
						}
						if len(c.text) == 36 && !staff[c.text] {
							next = append(next, c.text)
						}
					}
				}
			}
			wait = next
		}
	}
	for column, n := range told {
		if n > max(3, len(visits)/15) {
			h.t.Errorf("%s tells the days of %d of %d visits", column, n, len(visits))
		}
	}
	if reached < 20*len(visits) {
		h.t.Errorf("%d values were looked at beside %d visits: too few", reached, len(visits))
	}
}

// orders tries whether anything puts what was done in a month in the order of its days.
func (h *thief) orders(visits []metOn) {
	h.t.Helper()
	days := map[string]calendar.Date{} // of each entry of the audit, meeting and episode that has a day of its own
	for _, v := range visits {
		days[v.id] = v.day
	}
	recorded := h.ids("SELECT id FROM episode WHERE regime NOT IN ('none', 'anonymous')")
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		for _, id := range recorded {
			e, err := tx.Episode(ctx, episode.ID(id))
			if err != nil {
				return err
			}
			days[id] = e.Opened
			entries, err := tx.Audit(ctx, id)
			if err != nil {
				return err
			}
			for _, a := range entries {
				days[a.ID] = a.Day
			}
		}
		return nil
	})
	loot := map[string][]byte{}
	h.copies(loot)
	for where, text := range loot {
		if strings.HasPrefix(where, "the opened ") {
			for _, table := range []string{"audit", "appointment", "episode"} {
				h.unordered("the backup's rows of "+table, inBackup(text, table), days)
			}
		}
	}
	by := map[string]string{"the audit by its mark": "SELECT id FROM audit ORDER BY mark", "the audit by its box": "SELECT id FROM audit ORDER BY times",
		"the audit by its id": "SELECT id FROM audit ORDER BY id", "episodes in lists": "SELECT object_id FROM access_grant WHERE kind = 'episode' ORDER BY rank, object_id",
		"meetings by their box": "SELECT id FROM appointment ORDER BY times", "days that are sealed": "SELECT id FROM audit ORDER BY month, object_id"}
	if h.driver == "sqlite" { // PostgreSQL's own pages lie in the order in which they were written: docs/threat-model.md says so
		by["the audit as it lies"], by["episodes as they lie"] = "SELECT id FROM audit NOT INDEXED", "SELECT id FROM episode NOT INDEXED"
	}
	for what, query := range by {
		h.unordered(what, h.ids(query), days)
	}
}

// unordered wants the rank correlation of the order with the days to be within chance, month by month: five deviations.
func (h *thief) unordered(what string, ids []string, days map[string]calendar.Date) {
	h.t.Helper()
	months := map[string][]float64{}
	for _, id := range ids {
		if day := days[id]; day != "" {
			months[day.Month()] = append(months[day.Month()], float64(day.Midnight().Day()))
		}
	}
	if len(months) == 0 {
		return // the keys' store has no such rows
	}
	sum, n := 0.0, 0
	for _, in := range months {
		if len(in) < 3 {
			continue
		}
		sum += correlation(in) * math.Sqrt(float64(len(in)-1)) // about one, were it chance
		n++
	}
	if n == 0 {
		if strings.Contains(what, "audit") {
			h.t.Errorf("%s: too few in any month", what)
		}
		return
	}
	if z := sum / math.Sqrt(float64(n)); math.Abs(z) > 5 {
		h.t.Errorf("%s: its order tells the days: %.1f deviations from chance in %d months", what, z, n)
	}
}

// correlation of values with the order in which they come: 1 where they rise with it.
func correlation(values []float64) float64 {
	ranks, n := make([]float64, len(values)), float64(len(values))
	for i, v := range values {
		less, same := 0.0, 0.0
		for _, o := range values {
			if o < v {
				less++
			} else if o == v {
				same++
			}
		}
		ranks[i] = less + (same-1)/2
	}
	mean := (n - 1) / 2
	var both, one, other float64
	for i, r := range ranks {
		a, b := float64(i)-mean, r-mean
		both, one, other = both+a*b, one+a*a, other+b*b
	}
	if other == 0 {
		return 0
	}
	return both / math.Sqrt(one*other)
}

// inBackup are the ids of a table's rows in an opened backup, in its order.
func inBackup(text []byte, table string) (ids []string) {
	inside := false
	for line := range bytes.Lines(text) {
		var of struct {
			Table *storage.Table `json:"table"`
		}
		if json.Unmarshal(line, &of) == nil && of.Table != nil {
			inside = of.Table.Name == table
			continue
		}
		var row []any
		if inside && json.Unmarshal(line, &row) == nil && len(row) > 0 {
			if id, ok := row[0].(string); ok {
				ids = append(ids, id)
			}
		}
	}
	return ids
}
