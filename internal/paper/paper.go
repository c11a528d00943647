// Package paper writes the papers a controller must have (the notice to clients, the record of processing activities,
// the impact assessment to be filled in) from the data catalogue and the service models, so that they say what the
// program does and nothing else (D-072…D-075, design 3). It leaves law to the controller: what only they can answer is
// an empty place that says so.
package paper

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

//go:embed activities.yaml
var activityText []byte

// Activity is one thing the organisation does with data.
type Activity struct {
	ID       string
	Subjects []string // whose data: clients, staff; none when nobody can be told from it
	Tables   []string
}

// Activities are all of them, in the order of the papers.
var Activities = sync.OnceValues(func() ([]Activity, error) {
	var all []Activity
	if err := yaml.UnmarshalWithOptions(activityText, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("activities:\n%s", yaml.FormatError(err, false, true))
	}
	return all, nil
})

// Truth is what the papers are written from.
type Truth struct {
	Columns    []storage.Column
	Activities []Activity
	Models     []*model.Model // of the open offers, each once
	Controller organization.Controller
	Buyers     []Buyer // who pay for visits of a service open here, and are controllers of its documents
	Day        calendar.Date
}

// Buyer is who pays for visits, and whom to ask about the documents of them (D-030, D-036).
type Buyer struct{ Name, Privacy string }

// Read gathers what does not lie in the database.
func Read() (Truth, error) {
	columns, err := storage.Catalogue()
	if err != nil {
		return Truth{}, err
	}
	activities, err := Activities()
	return Truth{Columns: columns, Activities: activities}, err
}

// Document is one paper, ready to be shown or printed.
type Document struct {
	Title, Lead string
	Sections    []Section
}

// Section is one heading with what stands under it. Open is a place that only the controller can fill.
type Section struct {
	Heading string
	Lines   []string
	List    bool
	Head    []string
	Rows    [][]string
	Open    bool
}

// writer writes in one language.
type writer struct {
	Truth
	p *locale.Printer
}

func (w writer) t(key string, args ...any) string { return w.p.T("paper."+key, args...) }

// lines are the lines of a text.
func (w writer) lines(key string, args ...any) []string {
	return strings.Split(strings.TrimSpace(w.t(key, args...)), "\n")
}

func (w writer) section(key string, args ...any) Section {
	lines := w.lines(key+"-text", args...)
	return Section{Heading: w.t(key), Lines: lines, List: len(lines) > 1}
}

// open is a section the controller fills; the text says what belongs there.
func (w writer) open(key string) Section {
	s := w.section(key)
	s.Open = true
	return s
}

// told is a fact of the controller's, or the words that it is still missing.
func (w writer) told(s string) string {
	if s == "" {
		return w.t("missing")
	}
	return s
}

// columnsOf are the catalogue's columns of a table, in its order.
func (w writer) columnsOf(table string) (out []storage.Column) {
	for _, c := range w.Columns {
		if c.Table == table {
			out = append(out, c)
		}
	}
	return out
}

// kept are the retentions of an activity, each once, in the catalogue's order.
func (w writer) kept(a Activity) (out []string) {
	for _, table := range a.Tables {
		for _, c := range w.columnsOf(table) {
			if line := w.t("kept." + c.Retention); !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// data says what a table holds: what it is about, then how many values of which kind, the sealed ones by name.
func (w writer) data(table string) string {
	count := map[string]int{}
	var order, sealed []string
	for _, c := range w.columnsOf(table) {
		if c.Class == storage.ClassSealed || c.Class == storage.ClassShortLived {
			sealed = append(sealed, w.t("value."+table+"."+c.Name))
			continue
		}
		if count[c.Class] == 0 {
			order = append(order, c.Class)
		}
		count[c.Class]++
	}
	var parts []string
	for _, class := range order {
		parts = append(parts, w.t("class."+strings.ReplaceAll(class, " ", "-"), "n", count[class]))
	}
	if len(sealed) > 0 {
		parts = append(parts, w.t("sealed", "values", strings.Join(sealed, ", ")))
	}
	return w.t("table."+table) + " (" + strings.Join(parts, ", ") + ")"
}

// sealedOfClients are the values of clients that are kept sealed, in words, and until when.
func (w writer) sealedOfClients() (out [][]string) {
	for _, c := range w.Columns {
		if c.Regime != "-" && (c.Class == storage.ClassSealed || c.Class == storage.ClassShortLived) {
			out = append(out, []string{w.t("value." + c.Table + "." + c.Name), w.t("kept." + c.Retention)})
		}
	}
	return out
}
