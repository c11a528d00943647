package explain_test

import (
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/explain"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/models"
)

func all(e explain.Explanation) string {
	var b strings.Builder
	for _, s := range e.Path {
		b.WriteString(s.Name + " " + s.Text + " " + s.Beside + "\n")
	}
	for _, s := range e.Sections {
		b.WriteString(s.Title + "\n" + strings.Join(s.Lines, "\n") + "\n")
	}
	return b.String()
}

// Every model that ships is told in every language, and all of it: a missing text panics here.
func TestEveryModelIsTold(t *testing.T) {
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, latest := range set.All() {
		for _, m := range set.Versions(latest.ID) {
			for _, lang := range locale.Langs() {
				e := explain.Of(m, set, locale.For(lang))
				if len(e.Path) < 2 || len(e.Sections) < 5 || e.Version != m.Version {
					t.Errorf("%s in %s has %d stops and %d sections", m.ID, lang, len(e.Path), len(e.Sections))
				}
				said := all(e)
				for _, k := range m.Keep {
					if !strings.Contains(said, m.Text(lang, "keep."+k.What)) {
						t.Errorf("%s in %s does not say how long %s is kept", m.ID, lang, k.What)
					}
				}
				for _, c := range m.Conditions {
					if !strings.Contains(said, m.Text(lang, "refusal."+c.Refusal)) {
						t.Errorf("%s in %s does not say when %s", m.ID, lang, c.Refusal)
					}
				}
				for _, p := range m.Parts {
					if !slices.ContainsFunc(e.Sections, func(s explain.Section) bool { return s.Title == m.Text(lang, "part."+p.ID) }) {
						t.Errorf("%s in %s does not tell of %s", m.ID, lang, p.ID)
					}
				}
			}
		}
	}
}

// What is said follows the rule: other numbers are other words.
func TestTheRuleIsWhatIsSaid(t *testing.T) {
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := set.Latest("turvaverkko-child")
	p := locale.For(locale.Finnish)
	said := all(explain.Of(m, set, p))
	for _, want := range []string{"Tapaamisia on enintään 5. Enempää ohjelma ei anna sopia.", "enintään 2 päivää", "Tapaamiset 2–5", "Huoltajan keskustelut",
		"ei käytä yhtään", "14 päivässä", "Ei mitään siitä, mitä puhuttiin.", "Lapsen oma toive", "30 päivän kuluttua", "Perhepäivä"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	other := *m
	other.Parts = slices.Clone(m.Parts)
	i := slices.IndexFunc(other.Parts, func(p model.Part) bool { return p.Who == model.Client })
	other.Parts[i].Max, other.Parts[i].MissedCounts, other.Parts[i].LateCancelHours, other.FirstVisit, other.Regime = 10, true, 24, 0, model.Buyer
	changed := all(explain.Of(&other, set, p))
	for _, want := range []string{"enintään 10.", "Tapaamiset 2–10", "käyttää yhden", "24 tuntia ennen", "ei ole luvattu aikaa", "palvelun ostajaa varten"} {
		if !strings.Contains(changed, want) || strings.Contains(said, want) {
			t.Errorf("%q is not what has changed", want)
		}
	}
}

// Whose wish it is, which conditions there are, the seats and the hours of a hold are told of two who meet together.
func TestTwoAreTold(t *testing.T) {
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := set.Latest("couple-meetings")
	said := all(explain.Of(m, set, locale.For(locale.Finnish)))
	for _, want := range []string{"väkivaltaa kokeneen toiveesta", "Omat käynnit", "Tunnesäätely, Aikalisä", "voimassa 3 päivää", "2 työntekijää", "oma koodi",
		"07.00, 09.00, 12.00, 15.00", "Molempien työntekijöiden on merkittävä", "kolme eri asiakkuutta"} {
		if !strings.Contains(said, want) {
			t.Errorf("it is not said: %q in\n%s", want, said)
		}
	}
	if strings.Contains(said, "Yhteyttä voi ottaa") {
		t.Error("it tells of a way of contact where there is none")
	}
}
