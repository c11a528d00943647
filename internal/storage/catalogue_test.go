package storage_test

import (
	"database/sql"
	"maps"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

func catalogue(t *testing.T) map[string]storage.Column {
	t.Helper()
	all, err := storage.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]storage.Column{}
	for _, c := range all {
		name := c.Store + " " + c.Table + "." + c.Name
		if _, twice := by[name]; twice {
			t.Errorf("%s stands in the catalogue twice", name)
		}
		by[name] = c
	}
	return by
}

// The columns of a real database, with their types.
const (
	sqliteColumns = `SELECT s.name, c.name, lower(c.type) FROM sqlite_schema s, pragma_table_info(s.name) c
		WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'`
	postgresColumns = `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'`
)

func realColumns(t *testing.T, o storage.Options) map[string]string {
	t.Helper()
	all := map[string]string{}
	driver, query, at := "sqlite", sqliteColumns, map[string]string{"house": o.Path, "keys": o.KeysPath}
	if o.Driver == "postgres" {
		driver, query, at = "pgx", postgresColumns, map[string]string{"house": o.URL, "keys": o.KeysURL}
	}
	for store, address := range at {
		db, err := sql.Open(driver, address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var table, column, kind string
			if err := rows.Scan(&table, &column, &kind); err != nil {
				t.Fatal(err)
			}
			all[store+" "+table+"."+column] = kind
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Every column of both stores stands in the catalogue, on both databases, and the catalogue tells of no other
// (design 3). What is sealed or a fingerprint is never a column of text, but for the password's hash.
func TestCatalogueTellsTheSchema(t *testing.T) {
	says := catalogue(t)
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			storagetest.OpenWith(t, o)
			is := realColumns(t, o)
			for _, name := range slices.Sorted(maps.Keys(is)) {
				c, ok := says[name]
				if !ok {
					t.Errorf("%s is in the schema and not in catalogue.yaml: name it, with its class, regime and retention", name)
				}
				text := is[name] == "text"
				switch c.Class {
				case storage.ClassSealed, storage.ClassShortLived, storage.ClassKey:
					if text && c.Table+"."+c.Name != "account.password" {
						t.Errorf("%s is %s and a column of text", name, c.Class)
					}
				case storage.ClassPublic, storage.ClassStaff:
					if !text {
						t.Errorf("%s is %s and no column of text", name, c.Class)
					}
				}
			}
			for _, name := range slices.Sorted(maps.Keys(says)) {
				if _, ok := is[name]; !ok {
					t.Errorf("%s stands in catalogue.yaml and not in the schema", name)
				}
			}
		})
	}
}

// Of a client nothing is kept as free text, and sealed only where it is known what for (A-14, design 3).
func TestCatalogueHasNoTextOfClients(t *testing.T) {
	sealed := []string{"person.name", "safe_contact.address", "safe_contact.code_word", "appointment.place", "message.body", "outing.about", "outing.meeting", "goal.wording",
		"appointment.times", "slot.times", "outgoing.times", "buyer_entry.times", "episode.times", "audit.times", "safe_contact.times", "ending.times",
		"commitment.times", "commitment_period.times", "joint_party.wish", "joint_party.word_times", "joint_hold.times", "emergency.times",
		"release_memory.box",                                                  // sums of months, no answer
		"occasion_family.words",                                               // a first name of one's choice, gone with the list
		"circle_participant.words", "circle_topic.words", "circle_idea.words", // a name of one's choice, what to talk about, what group one would like: gone with the group
		"feedback_sum.sums", "feedback_code.about", "feedback_quote.words", "feedback_suggestion.words", // sums, codes and words of nobody
		"commitment.number", "commitment.social_worker"} // what a bill names, and whom the law has agree on goals
	for _, c := range catalogue(t) {
		if c.Regime == "-" {
			continue
		}
		name := c.Table + "." + c.Name
		switch c.Class {
		case storage.ClassPublic, storage.ClassStaff:
			t.Errorf("%s is free text about a client", name)
		case storage.ClassSealed, storage.ClassShortLived:
			if !slices.Contains(sealed, name) {
				t.Errorf("%s is a new sealed value of a client: is there no other way? Then name it here", name)
			}
		}
	}
}

// The sweep of keys looks at every table that names one.
func TestSweepKnowsAllKeyUsers(t *testing.T) {
	var users []string
	for _, c := range catalogue(t) {
		if c.Name == "key_id" {
			users = append(users, c.Table)
		}
	}
	slices.Sort(users)
	if got := slices.Sorted(slices.Values(storage.KeyUsers)); !slices.Equal(got, users) {
		t.Errorf("the sweep looks at %v, want %v", got, users)
	}
}

// A backup is tried by opening every sealed value in it, so it must be told how.
func TestSealedColumnsAreAllKnown(t *testing.T) {
	known := storage.SealedColumns()
	for _, c := range catalogue(t) {
		name := c.Table + "." + c.Name
		sealed := c.Class == storage.ClassSealed || c.Class == storage.ClassShortLived
		if sealed && !slices.Contains(known, name) {
			t.Errorf("%s is sealed: tell sealedColumns (sealedcolumns.go) whose key opens it and for which place", name)
		}
	}
	for _, name := range known {
		if _, ok := catalogue(t)["house "+name]; !ok {
			t.Errorf("sealedColumns tells of %s, which is no column", name)
		}
	}
}

func TestCatalogueTellsItsMistakes(t *testing.T) {
	_, err := storage.ReadCatalogue([]byte(`
retentions: {episode: a while}
tables:
- table: note
  store: house
  about: notes
  regime: none
  retention: for ever
  columns:
  - {name: text, class: free text, purpose: ""}
`))
	for _, want := range []string{"note.text: no class free text", "no retention for ever", "no purpose"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if _, err := storage.ReadCatalogue([]byte("tables:\n- table: note\n  colums: []\n")); err == nil {
		t.Error("a misspelt key was passed over")
	}
}
