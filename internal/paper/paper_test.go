package paper_test

import (
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/paper"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/models"
)

func truth(t *testing.T) paper.Truth {
	t.Helper()
	in, err := paper.Read()
	if err != nil {
		t.Fatal(err)
	}
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	in.Models, in.Day = set.All(), "2027-01-12"
	return in
}

// text is everything a paper says.
func text(d paper.Document) string {
	var b strings.Builder
	b.WriteString(d.Title + "\n" + d.Lead + "\n")
	for _, s := range d.Sections {
		b.WriteString(s.Heading + "\n" + strings.Join(s.Lines, "\n") + "\n" + strings.Join(s.Head, "|") + "\n")
		for _, r := range s.Rows {
			b.WriteString(strings.Join(r, "|") + "\n")
		}
	}
	return b.String()
}

// Each table of the catalogue belongs to one thing the organisation does, and nothing else stands in the record.
func TestActivitiesCoverTheCatalogue(t *testing.T) {
	in := truth(t)
	seen := map[string]int{}
	for _, a := range in.Activities {
		for _, table := range a.Tables {
			seen[table]++
		}
	}
	tables := map[string]bool{}
	for _, c := range in.Columns {
		tables[c.Table] = true
		if seen[c.Table] != 1 {
			t.Errorf("the table %s stands in %d activities, want one: add it to activities.yaml and its words to texts/*/paper.yaml", c.Table, seen[c.Table])
		}
	}
	for table := range seen {
		if !tables[table] {
			t.Errorf("activities.yaml tells of %s, which is not in the catalogue", table)
		}
	}
}

// The papers are whole in every language: each table, each sealed value and each time of keeping has its words, and so
// has every service of ours.
func TestPapersInEveryLanguage(t *testing.T) {
	in := truth(t)
	for _, lang := range locale.Langs() {
		p := locale.For(lang)
		record, notice, assessment := text(paper.Record(in, p)), text(paper.Notice(in, p)), text(paper.Assessment(in, p))
		for _, c := range in.Columns {
			want(t, record, p.T("paper.table."+c.Table))
			want(t, record, p.T("paper.kept."+c.Retention))
			if c.Class == storage.ClassSealed || c.Class == storage.ClassShortLived {
				want(t, record, p.T("paper.value."+c.Table+"."+c.Name))
				if c.Regime != "-" {
					want(t, notice, p.T("paper.value."+c.Table+"."+c.Name))
				}
			}
		}
		for _, m := range in.Models {
			for _, k := range m.Keep {
				want(t, notice, m.Text(lang, "keep."+k.What))
				want(t, assessment, p.T("paper.keep."+k.What))
			}
		}
		if strings.Count(assessment, p.T("paper.assessment.scope")) != 1 {
			t.Errorf("%s: the assessment does not ask what is assessed", lang)
		}
	}
}

func want(t *testing.T, all, part string) {
	t.Helper()
	if part == "" || !strings.Contains(all, part) {
		t.Errorf("the paper does not say %q", part)
	}
}

// What changes in the catalogue or in a service changes the papers by itself.
func TestPapersFollowTheTruth(t *testing.T) {
	in, p := truth(t), locale.For(locale.English)
	before := text(paper.Record(in, p))
	i := slices.IndexFunc(in.Columns, func(c storage.Column) bool { return c.Table == "person" && c.Name == "kind" })
	in.Columns = slices.Clone(in.Columns)
	in.Columns[i].Retention = "sums"
	after := text(paper.Record(in, p))
	if before == after || !strings.Contains(after, p.T("paper.kept.sums")) {
		t.Error("a column that is kept longer left the record as it was")
	}
	notice := text(paper.Notice(in, p))
	in.Models = in.Models[1:]
	if text(paper.Notice(in, p)) == notice {
		t.Error("a service less left the notice as it was")
	}
	in = truth(t)
	in.Buyers = []paper.Buyer{{Name: "North County", Privacy: "registry@north.example"}}
	want(t, text(paper.Notice(in, p)), p.T("paper.buyer", "name", "North County", "contact", "registry@north.example"))
}

// What only the controller knows is an open place until it is told.
func TestControllerIsOpenUntilTold(t *testing.T) {
	in, p := truth(t), locale.For(locale.Finnish)
	want(t, text(paper.Notice(in, p)), p.T("paper.missing"))
	in.Controller = organization.Controller{Name: "Esimerkki ry", Address: "Katu 1", Contact: "tietosuoja@example.fi", Officer: "O. Valvoja", Basis: organization.Consent}
	notice := text(paper.Notice(in, p))
	want(t, notice, "Esimerkki ry")
	want(t, notice, p.T("paper.basis-consent"))
	if strings.Contains(notice, p.T("paper.missing")) {
		t.Error("everything is told, and the notice still says that something is missing")
	}
	for _, b := range organization.Bases() {
		in.Controller.Basis = b
		want(t, text(paper.Record(in, p)), p.T("paper.basis-"+string(b)))
	}
}
