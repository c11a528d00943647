package model_test

import (
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

func well(t *testing.T) model.Set {
	t.Helper()
	base, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range base.Files {
		files[f.Name] = &fstest.MapFile{Data: headed(f)}
	}
	set, mistakes, err := model.Load(files)
	if err != nil || len(mistakes) > 0 {
		t.Fatal(err, mistakes)
	}
	return set
}

// while guardians disagree, new times wait for a decision; the guardians' own talks go on.
func TestRefused(t *testing.T) {
	m, _ := well(t).Latest("well")
	for _, c := range []struct {
		name     string
		action   model.Action
		part     string
		facts    model.Facts
		refusing bool
	}{
		{"agree", model.Book, "client", model.Facts{Guardians: "agree"}, false},
		{"disagree", model.Book, "client", model.Facts{Guardians: "disagree"}, true},
		{"disagree, offering", model.Offer, "client", model.Facts{Guardians: "disagree"}, true},
		{"decided to go on", model.Book, "client", model.Facts{Guardians: "disagree", Decision: "continue"}, false},
		{"decided to stop", model.Book, "client", model.Facts{Guardians: "disagree", Decision: "stop"}, true},
		{"an action nobody guards", model.Cancel, "client", model.Facts{Guardians: "disagree"}, false},
		{"a guardian's own talk", model.Book, "guardian", model.Facts{Guardians: "disagree"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			refusal := m.Refused(c.action, c.part, c.facts)
			if (refusal != nil) != c.refusing {
				t.Fatalf("Refused = %v", refusal)
			}
			if refusal == nil {
				return
			}
			if refusal.Kind != fault.Conflict || refusal.Key != "model.refused" {
				t.Errorf("refused by %v %s", refusal.Kind, refusal.Key)
			}
			for _, lang := range locale.Langs() {
				if got, want := locale.For(lang).Fault(refusal), m.Name(lang)+": wait in "+string(lang); got != want {
					t.Errorf("said %q, want %q", got, want)
				}
			}
		})
	}
}

func TestSetKeepsVersionsApart(t *testing.T) {
	set := well(t)
	newest, _ := set.Latest("well")
	old, ok := set.Model("well", 1)
	if !ok || newest.Version != 2 || old.Version != 1 {
		t.Fatalf("Latest is %d, version 1 is there: %v", newest.Version, ok)
	}
	for m, want := range map[*model.Model]int{newest: 5, old: 3} {
		if p, _ := m.PartOf(model.Client); p.Max != want {
			t.Errorf("version %d: max %d, want %d", m.Version, p.Max, want)
		}
	}
	if _, ok := set.Model("well", 3); ok {
		t.Error("there is a version 3")
	}
	if got := len(set.All()); got != 2 {
		t.Errorf("All gives %d, want the newest of two models", got)
	}
}

func TestModelValues(t *testing.T) {
	m, _ := well(t).Latest("well")
	guardian, ok := m.PartOf(model.Guardian)
	if !ok || guardian.Max != 0 || !guardian.PerGuardian || guardian.Minutes != 45 {
		t.Errorf("the guardian's part is %+v", guardian)
	}
	if m.FirstVisit.Hours() != 48 || m.UnusedDays != 14 || m.EraseAfterDays() != 30 {
		t.Errorf("first visit in %v, unused %d days, erased after %d", m.FirstVisit, m.UnusedDays, m.EraseAfterDays())
	}
	if !m.Leads(model.Service, "fair") || !m.Leads(model.Elsewhere, "police") || m.Leads(model.Service, "police") {
		t.Errorf("ways on are %v", m.WaysOn)
	}
	if got := m.Phrase("way.police").In(locale.Swedish); got != "police in sv" {
		t.Errorf("the phrase is %q", got)
	}
}
