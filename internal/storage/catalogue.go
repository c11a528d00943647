package storage

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed catalogue.yaml
var catalogueText []byte

// Column is one column of one table as the data catalogue tells it.
type Column struct {
	Store     string // "house" or "keys"
	Table     string
	Name      string
	Class     string
	Regime    string // the strictest recording regime under which it may be kept; "-" is nothing of a client's
	Retention string // a name, such as "episode"
	Kept      string // the retention in words
	Purpose   string
	About     string // what the table holds
}

// Classes of columns. There is none for free text about a client.
const (
	ClassID         = "id"
	ClassChoice     = "choice"
	ClassCount      = "count"
	ClassTime       = "time"
	ClassPublic     = "public text"
	ClassStaff      = "staff text"
	ClassSealed     = "sealed"
	ClassShortLived = "short-lived sealed"
	ClassKey        = "key"
)

var (
	classes = []string{ClassID, ClassChoice, ClassCount, ClassTime, ClassPublic, ClassStaff, ClassSealed, ClassShortLived, ClassKey}
	regimes = []string{"-", "none", "anonymous", "goals", "joint", "buyer"}
	stores  = []string{"house", "keys"}
)

// Catalogue is every column of both stores, in the order of catalogue.yaml.
var Catalogue = sync.OnceValues(func() ([]Column, error) { return readCatalogue(catalogueText) })

type catalogueFile struct {
	Retentions map[string]string
	Tables     []struct {
		Table, Store, About, Regime, Retention string

		Columns []struct{ Name, Class, Regime, Retention, Purpose string }
	}
}

func readCatalogue(text []byte) ([]Column, error) {
	var file catalogueFile
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("catalogue:\n%s", yaml.FormatError(err, false, true))
	}
	var all []Column
	var wrong []string
	for _, t := range file.Tables {
		for _, c := range t.Columns {
			col := Column{
				Store: t.Store, Table: t.Table, Name: c.Name, Class: c.Class, Regime: or(c.Regime, t.Regime),
				Retention: or(c.Retention, t.Retention), Purpose: c.Purpose, About: t.About,
			}
			col.Kept = file.Retentions[col.Retention]
			wrong = append(wrong, col.mistakes()...)
			all = append(all, col)
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("catalogue: %s", strings.Join(wrong, "; "))
	}
	return all, nil
}

func or(own, table string) string {
	if own != "" {
		return own
	}
	return table
}

func (c Column) mistakes() (wrong []string) {
	say := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf("%s.%s: %s", c.Table, c.Name, what))
		}
	}
	say(slices.Contains(stores, c.Store), "no store "+c.Store)
	say(slices.Contains(classes, c.Class), "no class "+c.Class)
	say(slices.Contains(regimes, c.Regime), "no regime "+c.Regime)
	say(c.Kept != "", "no retention "+c.Retention)
	say(c.Purpose != "", "no purpose")
	say(c.About != "", "nothing said about the table")
	return wrong
}
