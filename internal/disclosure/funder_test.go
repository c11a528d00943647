package disclosure

import (
	"slices"
	"testing"
)

// Published results (requirements 9.2, F-01 to F-14; A-15). No n was published with them, so these are the answers of an invented year with which each comes out:
// the smallest that do where nothing else is known, forty of forty-seven adults as in A-15.

// people gives a form's year: of n, for each question how many gave each answer.
func people(n int, answers ...[]int) Data {
	return Data{"": {{Service: "s", Month: "2026-05"}: {N: n, Answers: answers}}}
}

func yearOf(t *testing.T, form []Question, d Data) []Answer {
	t.Helper()
	row := Row{Services: []string{"s"}, Period: Period{2026, 1, 1}}
	lines, _, err := Release(New(), Ask{Form: form, Data: d, Rows: []Row{row}, Month: "2027-03"})
	if err != nil || len(lines[0].Answers) != len(form) {
		t.Fatalf("%+v, %v", lines, err)
	}
	return lines[0].Answers
}

func TestPublishedFigures(t *testing.T) {
	yes := func(id string) Question { return Question{ID: id, Answers: 2, Good: []int{1}} }
	five := Question{ID: "F-01", Answers: 5, Good: []int{3, 4}}
	for _, c := range []struct {
		who  string
		form []Question
		data Data
		want []Share
	}{
		{"adults", []Question{five}, people(47, []int{1, 2, 4, 25, 15}), []Share{{Exactly, 85}}},
		{"children", []Question{{ID: "F-02", Answers: 4, Good: []int{2, 3}}}, people(34, []int{2, 4, 12, 16}), []Share{{Exactly, 82}}},
		// "All were satisfied": from ten answers that may be told.
		{"parents", []Question{yes("F-03"), yes("F-04"), yes("F-05"), yes("F-06")}, people(16, []int{0, 16}, []int{1, 15}, []int{1, 15}, []int{5, 11}),
			[]Share{{Exactly, 100}, {Exactly, 94}, {Exactly, 94}, {Exactly, 69}}},
		// Of seven in a group 86 % is all but one: that one would know what everybody else answered. And 100 % tells it to everybody.
		{"a peer group of seven", []Question{yes("F-07"), yes("F-08"), yes("F-09")}, people(7, []int{1, 6}, []int{1, 6}, []int{0, 7}),
			[]Share{{AtLeast, 70}, {AtLeast, 70}, {AtLeast, 70}}},
		{"peer groups of fourteen", []Question{yes("F-07"), yes("F-08"), yes("F-09")}, people(14, []int{2, 12}, []int{2, 12}, []int{0, 14}),
			[]Share{{Exactly, 86}, {Exactly, 86}, {Exactly, 100}}},
		{"family days", []Question{yes("F-10")}, people(15, []int{2, 13}), []Share{{Exactly, 87}}},
		{"parents, nine", []Question{yes("F-03")}, people(9, []int{0, 9}), []Share{{AtLeast, 70}}},
	} {
		for i, a := range yearOf(t, c.form, c.data) {
			if a.Share != c.want[i] || a.Hidden {
				t.Errorf("%s, %s: %+v, want %+v", c.who, a.Question, a, c.want[i])
			}
		}
	}
	partners := yearOf(t, []Question{{ID: "knows", Answers: 3, Good: []int{0}}, yes("F-12"), yes("F-14")}, people(25, []int{18, 7, 0}, []int{11, 14}, []int{3, 22}))
	if !slices.Equal(partners[0].Percent, []int{72, 28, 0}) || partners[1].Share.Percent != 56 || partners[2].Share.Percent != 88 { // F-11 and F-13, F-12, F-14
		t.Errorf("partners: %+v", partners)
	}
	for n := 1; n < 7; n++ {
		for k := range n + 1 {
			if percent(k, n) == 86 {
				t.Errorf("86 %% comes out of %d of %d already", k, n)
			}
		}
	}
}

// The parents of three answers and a question that few of many answered.
func TestOfAQuestionFewAnswered(t *testing.T) {
	form := []Question{{ID: "a", Answers: 2, Good: []int{1}}, {ID: "b", Answers: 2, Good: []int{1}}, {ID: "c", Answers: 2}}
	got := yearOf(t, form, people(20, []int{6, 12}, []int{1, 3}, []int{2, 6}))
	if got[0].N != 18 || got[0].Share != (Share{Exactly, 67}) {
		t.Errorf("%+v", got[0])
	}
	for _, a := range got[1:] { // four answered one; the other has no share that a bound could be told of
		if !a.Hidden || a.N != 0 || a.Percent != nil || a.Share != (Share{}) {
			t.Errorf("%+v tells of few", a)
		}
	}
}
