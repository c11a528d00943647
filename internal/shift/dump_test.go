package shift_test

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/storage"
)

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// dump is every row of the house as words, sorted, without what is random anew in every house: ids that name nobody here, keys
// and sealed boxes. Accounts and evenings stand by their own names.
func dump(t *testing.T, o storage.Options, h *house) string {
	t.Helper()
	names := map[string]string{string(h.Coordinator.Account): "coordinator", string(h.Worker.Account): "worker"}
	for name, by := range h.men {
		names[string(by.Account)] = name
	}
	for i, e := range h.evenings {
		names[string(e.ID)] = fmt.Sprint("evening ", i)
	}
	driver, address := "sqlite", o.Path
	query := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if o.Driver == "postgres" {
		driver, address = "pgx", o.URL
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out []string
	for _, table := range column(t, db, query) {
		for _, row := range column(t, db, "SELECT * FROM "+table) {
			out = append(out, table+": "+anID.ReplaceAllStringFunc(row, func(id string) string {
				if name, ok := names[id]; ok {
					return name
				}
				return "-"
			}))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// column is every row of a query as one line of words; boxes of bytes are only "box".
func column(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, at := make([]any, len(cols)), make([]any, len(cols))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			t.Fatal(err)
		}
		var words []string
		for i, c := range cells {
			switch kind := strings.ToLower(kinds[i].DatabaseTypeName()); {
			case kind == "blob" || kind == "bytea":
				c = "box"
			case cols[i] == "tstamp" || cols[i] == "version_id":
				c = "-"
			}
			if b, ok := c.([]byte); ok {
				c = string(b)
			}
			words = append(words, fmt.Sprint(c))
		}
		out = append(out, strings.Join(words, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
