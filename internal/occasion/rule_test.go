package occasion_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/occasion"
)

func families(heads ...int) (all []occasion.Family) {
	for i, n := range heads {
		all = append(all, occasion.Family{ID: occasion.FamilyID(fmt.Sprint(i)), Adults: 1, Children: n - 1})
	}
	return all
}

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		heads        []int
		places       int
		in, waiting  int
		room         int
		adults, kids int
	}{
		"nobody":                              {nil, 10, 0, 0, 10, 0, 0},
		"all fit":                             {[]int{3, 4}, 10, 2, 0, 3, 2, 5},
		"to the last place":                   {[]int{3, 4, 3}, 10, 3, 0, 0, 3, 7},
		"one too many waits":                  {[]int{3, 4, 4}, 10, 2, 1, 0, 2, 5},
		"a small family passes no large one":  {[]int{6, 5, 2}, 10, 1, 2, 0, 1, 5},
		"a family larger than the day":        {[]int{11}, 10, 0, 1, 0, 0, 0},
		"A-17: eight families, nineteen":      {[]int{2, 3, 2, 3, 2, 2, 2, 3}, 19, 8, 0, 0, 8, 11},
		"who waits first lets nobody else in": {[]int{9, 2, 1}, 10, 1, 2, 0, 1, 8},
	} {
		all := families(c.heads...)
		in, waiting := occasion.Split(all, c.places)
		adults, kids := occasion.Heads(in)
		got := [5]int{len(in), len(waiting), occasion.Room(all, c.places), adults, kids}
		if want := [5]int{c.in, c.waiting, c.room, c.adults, c.kids}; got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// Whatever others do (sign up, cancel, become fewer, become more as far as the action lets them), whoever comes goes on coming. A rule that
// lets small families pass large ones fails here within a few of the tries.
func TestNobodyLosesTheirPlace(t *testing.T) {
	dice := rand.New(rand.NewPCG(17, 149))
	for range 2000 {
		places, next := 6+dice.IntN(10), 0
		var all []occasion.Family
		for range 30 {
			in, _ := occasion.Split(all, places)
			before := slices.Clone(in)
			left := occasion.FamilyID("")
			switch step := dice.IntN(4); {
			case step == 0 || len(all) == 0:
				next++
				all = append(all, occasion.Family{ID: occasion.FamilyID(fmt.Sprint(next)), Adults: 1, Children: dice.IntN(4)})
			case step == 1:
				i := dice.IntN(len(all))
				left = all[i].ID
				all = slices.Delete(slices.Clone(all), i, i+1)
			case step == 2:
				all = slices.Clone(all)
				i := dice.IntN(len(all))
				all[i].Children = dice.IntN(all[i].Children + 1)
			default:
				i := dice.IntN(len(all))
				adults, children := occasion.Heads(in)
				if occasion.Waits(all, places, all[i].ID) || adults+children < places { // as Change has it
					all = slices.Clone(all)
					all[i].Children++
				}
			}
			now, _ := occasion.Split(all, places)
			for _, f := range before {
				if f.ID != left && !slices.ContainsFunc(now, func(x occasion.Family) bool { return x.ID == f.ID }) {
					t.Fatalf("family %s lost its place: %v of %d", f.ID, all, places)
				}
			}
		}
	}
}

func TestWhenTheListIsThere(t *testing.T) {
	m := &model.Model{Occasion: &model.Occasion{ListDays: 1}, Keep: []model.Keep{{What: "families", Days: 7, After: "meeting"}}}
	d := occasion.Day{Key: "k", State: occasion.Planned, Closes: "2027-05-27", At: calendar.Local{Day: "2027-05-29", Clock: "11:00", Zone: "Europe/Helsinki"}}
	d.Starts, _ = d.At.Instant()
	if d.ListGoes(m) != "2027-06-05" {
		t.Errorf("the list goes after %s", d.ListGoes(m))
	}
	for clock, want := range map[string][2]bool{ // listed, open to sign up
		"2027-05-27T20:59:00Z": {false, true}, // 23.59 in Helsinki
		"2027-05-27T21:00:00Z": {true, false}, // midnight: the day before begins
		"2027-05-29T07:59:00Z": {true, false}, // just before it begins
		"2027-06-05T12:00:00Z": {true, false},
	} {
		at, _ := time.Parse(time.RFC3339, clock)
		if got := [2]bool{d.Listed(m, at), d.Open(at)}; got != want {
			t.Errorf("%s: got %v, want %v", clock, got, want)
		}
	}
	d.State = occasion.Cancelled
	at, _ := time.Parse(time.RFC3339, "2027-05-28T12:00:00Z")
	if d.Listed(m, at) || d.Open(at) {
		t.Error("a day that was called off has a list")
	}
}
