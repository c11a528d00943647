package storage_test

import (
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// D-072: of every table that may hold something of a client it is said how it belongs to one, and of every column
// whether it is shown or why not. What is shown has its words in every language.
func TestOwnCopyIsDeclared(t *testing.T) {
	declared := storage.OwnTables()
	seen := map[string]bool{}
	for name, c := range catalogue(t) {
		if c.Regime == "-" || c.Store != "house" {
			continue
		}
		own, ok := declared[c.Table]
		if !ok {
			t.Errorf("%s may hold something of a client: say in own.go how it belongs to one, or why it is not shown", c.Table)
			continue
		}
		seen[c.Table] = true
		shown := slices.Contains(own.Shown, c.Name)
		secret := c.Class == storage.ClassID || c.Class == storage.ClassKey
		if shown && secret {
			t.Errorf("%s is shown and is an id or a key", name)
		}
		if !shown && !secret && own.Hidden[""] == "" && own.Hidden[c.Name] == "" {
			t.Errorf("%s is not shown: say why in own.go", name)
		}
		if shown && own.Hidden[c.Name] != "" {
			t.Errorf("%s is shown and hidden", name)
		}
	}
	for table, own := range declared {
		if !seen[table] {
			t.Errorf("own.go tells of %s, which holds nothing of a client", table)
		}
		for _, l := range locale.Langs() {
			p := locale.For(l)
			if len(own.Shown) > 0 && !p.Has("rights.table."+table) {
				t.Errorf("no words for the table %s in %s: rights.table", table, l)
			}
			for _, c := range own.Shown {
				if !p.Has("rights.column." + c) {
					t.Errorf("no words for the column %s.%s in %s: rights.column", table, c, l)
				}
			}
		}
	}
}
