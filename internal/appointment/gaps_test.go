package appointment

import (
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/organization"
)

func TestGaps(t *testing.T) {
	hours := []organization.Hours{{Weekday: 1, Opens: "09:00", Closes: "12:00"}, {Weekday: 1, Opens: "13:00", Closes: "16:00"}, {Weekday: 2, Opens: "09:00", Closes: "16:00"}}
	for _, c := range []struct {
		taken []Stretch
		want  []Stretch
	}{
		{nil, []Stretch{{"09:00", "12:00"}, {"13:00", "16:00"}}},
		{[]Stretch{{"10:00", "11:00"}, {"12:30", "13:30"}}, []Stretch{{"09:00", "10:00"}, {"11:00", "12:00"}, {"13:30", "16:00"}}},
		{[]Stretch{{"08:00", "17:00"}}, nil},
		{[]Stretch{{"09:10", "12:00"}, {"13:00", "15:50"}}, nil}, // ten minutes are no gap
	} {
		if got := Gaps(hours, 1, c.taken); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.taken, got, c.want)
		}
	}
}
