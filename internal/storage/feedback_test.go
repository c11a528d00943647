package storage_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// The sums are what a full count of the same answers gives, also when several come at once; the count is kept by the test alone.
func TestFeedbackSumsAreAFullCount(t *testing.T) {
	units, forms, months, values := []access.UnitID{"u1", "u2"}, []string{"adult", "child"}, []string{"2026-11", "2026-12", "2027-01"}, []string{"", "", "near", "far"}
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			db := storagetest.OpenWith(t, storagetest.Options(t, driver))
			counted, mine := map[string]feedback.Sum{}, sync.Mutex{}
			count := func(unit access.UnitID, form, month, by, value string, answers map[string]int) {
				s := counted[fmt.Sprint(unit, form, month, value)]
				s.Unit, s.Model, s.Form, s.Month, s.By, s.Value, s.N = unit, "well", form, month, by, value, s.N+1
				if s.Answers == nil {
					s.Answers = map[string][]int{}
				}
				for q, a := range answers {
					for len(s.Answers[q]) < 5 {
						s.Answers[q] = append(s.Answers[q], 0)
					}
					s.Answers[q][a-1]++
				}
				counted[fmt.Sprint(unit, form, month, value)] = s
			}
			one := func(r *rand.Rand) error {
				unit, form, month, value := units[r.IntN(2)], forms[r.IntN(2)], months[r.IntN(3)], values[r.IntN(4)]
				answers, sum := map[string]int{}, feedback.Sum{N: 1, Answers: map[string][]int{}}
				for _, q := range []string{"situation", "safety", "left-out"} {
					if q == "left-out" && r.IntN(2) == 0 {
						continue
					}
					answers[q] = 1 + r.IntN(5)
					sum.Answers[q] = make([]int, 5)
					sum.Answers[q][answers[q]-1] = 1
				}
				all := []feedback.Sum{sum}
				if value != "" {
					part := sum
					part.By, part.Value = "place", value
					all = append(all, part)
				}
				err := db.Update(t.Context(), func(tx *storage.Tx) error {
					return tx.AddFeedback(t.Context(), unit, "well", form, month, all...)
				})
				mine.Lock()
				defer mine.Unlock()
				count(unit, form, month, "", "", answers)
				if value != "" {
					count(unit, form, month, "place", value, answers)
				}
				return err
			}
			var wait sync.WaitGroup
			for seed := range uint64(4) {
				wait.Go(func() {
					for r := rand.New(rand.NewPCG(seed, 1)); ; {
						if r.IntN(60) == 0 {
							return
						}
						if err := one(r); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			wait.Wait()
			total := 0
			for _, form := range forms {
				var got []feedback.Sum
				if err := db.View(t.Context(), func(tx *storage.Tx) (err error) {
					got, err = tx.FeedbackSums(t.Context(), units, "well", form, months[0], months[2])
					return err
				}); err != nil {
					t.Fatal(err)
				}
				for _, s := range got {
					key := fmt.Sprint(s.Unit, s.Form, s.Month, s.Value)
					if want := counted[key]; !reflect.DeepEqual(s, want) {
						t.Errorf("got %+v, a full count gives %+v", s, want)
					}
					delete(counted, key)
					total += s.N
				}
				if !slices.IsSortedFunc(got, func(a, b feedback.Sum) int { return cmpMonths(a, b) }) {
					t.Error("the sums are in no order")
				}
			}
			if len(counted) > 0 || total < 50 {
				t.Errorf("%d sums were not given back, and %d answers were counted: %v", len(counted), total, counted)
			}
		})
	}
}

func cmpMonths(a, b feedback.Sum) int {
	switch {
	case string(a.Unit)+a.Month < string(b.Unit)+b.Month:
		return -1
	case string(a.Unit)+a.Month > string(b.Unit)+b.Month:
		return 1
	}
	return 0
}
