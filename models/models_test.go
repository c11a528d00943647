package models_test

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/models"
)

func TestShippedModelsAreGood(t *testing.T) {
	var out strings.Builder
	if !model.Check(&out, models.FS, func(string) bool { return true }) {
		t.Fatal(out.String())
	}
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"family-day", "open-peer-group", "turvaverkko-adult", "turvaverkko-child", "vkm-individual"} {
		if _, ok := set.Latest(id); !ok {
			t.Errorf("there is no model %s", id)
		}
	}
}

// What the program starts with is what has been walked, without the walks.
func TestServedModelsAreTheWalked(t *testing.T) {
	walked, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	served, err := models.Serve()
	if err != nil {
		t.Fatal(err)
	}
	if len(served.All()) == 0 || len(served.All()) != len(walked.All()) {
		t.Fatalf("%d models are served and %d were walked", len(served.All()), len(walked.All()))
	}
	for i, m := range walked.All() {
		s := served.All()[i]
		if s.ID != m.ID || s.Version != m.Version || len(served.Versions(m.ID)) != len(walked.Versions(m.ID)) {
			t.Errorf("%s version %d is served as %s version %d", m.ID, m.Version, s.ID, s.Version)
		}
		if len(walked.Stories(m.ID)) == 0 || len(served.Stories(m.ID)) > 0 {
			t.Errorf("%s: %d stories walked, %d read at the start", m.ID, len(walked.Stories(m.ID)), len(served.Stories(m.ID)))
		}
	}
}
