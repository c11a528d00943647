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
