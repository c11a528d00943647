package audit

import (
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// Where nothing is recorded the month's last day stands for every day of it.
func TestKeeps(t *testing.T) {
	for _, c := range []struct {
		regime    string
		day, want calendar.Date
	}{
		{"none", "2027-01-01", "2027-01-31"}, {"none", "2027-01-31", "2027-01-31"}, {"none", "2027-02-10", "2027-02-28"}, {"anonymous", "2028-02-10", "2028-02-29"},
		{"none", "2027-12-05", "2027-12-31"}, {"goals", "2027-02-10", "2027-02-10"}, {"joint", "2027-02-10", "2027-02-10"}, {"", "2027-02-10", "2027-02-10"},
	} {
		if got := Keeps(c.regime, c.day); got != c.want {
			t.Errorf("%s of %s: got %s, want %s", c.regime, c.day, got, c.want)
		}
	}
}
