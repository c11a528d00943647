package app

import (
	"strings"
	"testing"
)

// A model in plain words, and a way on from every mistake (issue: "as a coordinator would say it").
func TestModelExplain(t *testing.T) {
	said := func(args ...string) (string, string, int) {
		var out, wrong strings.Builder
		code := Run(t.Context(), IO{&out, &wrong, func(string) string { return "" }}, append([]string{"model"}, args...))
		return out.String(), wrong.String(), code
	}
	if out, _, code := said("explain", "turvaverkko-adult"); code != 0 || !strings.Contains(out, "Palvelun kulku") || !strings.Contains(out, "enintään 5") {
		t.Errorf("%d: %s", code, out)
	}
	if out, _, code := said("explain", "-lang", "en", "family-day"); code != 0 || !strings.Contains(out, "Only numbers stay.") {
		t.Errorf("%d: %s", code, out)
	}
	if out, _, code := said("explain", "turvaverkko-adult", "../../models"); code != 0 || !strings.Contains(out, "Tukea arkeen") {
		t.Errorf("from a folder, %d: %s", code, out)
	}
	for _, args := range [][]string{{}, {"explain"}, {"explain", "-lang", "de", "family-day"}, {"tell"}} {
		if _, wrong, code := said(args...); code != 1 || !strings.Contains(wrong, "rinnalla model explain") {
			t.Errorf("%v = %d: %s", args, code, wrong)
		}
	}
	if _, wrong, code := said("explain", "nobody"); code != 1 || !strings.Contains(wrong, "family-day, ") {
		t.Errorf("%d: %s", code, wrong)
	}
}
