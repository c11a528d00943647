package disclosure

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// Helpers of all tests of this package: data of one service, one month for each quarter.

var quarters = []string{"2027-02", "2027-05", "2027-08", "2027-11"}

func year(services ...string) Row    { return Row{Services: services, Period: Period{2027, 1, 1}} }
func half(n int, s ...string) Row    { return Row{Services: s, Period: Period{2027, 2, n}} }
func quarter(n int, s ...string) Row { return Row{Services: s, Period: Period{2027, 4, n}} }

// grid is the whole year of one population: the year, its halves, its quarters.
func grid(s ...string) (out []Row) {
	out = append(out, year(s...), half(1, s...), half(2, s...))
	for i := range 4 {
		out = append(out, quarter(i+1, s...))
	}
	return out
}

// covers says whether an atom is one of a row's.
func (r Row) covers(a Atom) bool {
	return slices.Contains(r.Services, a.Service) && slices.Contains(r.Period.Months(), a.Month) && (r.Dimension == "" || r.Value == a.Value)
}

// satisfied asks for one question with two answers, of which the second is the good one.
var satisfied = []Question{{ID: "satisfied", Answers: 2, Good: []int{1}}}

// kn is n answers of which k are good.
type kn struct{ k, n int }

func count(v kn) Count { return Count{v.n, [][]int{{v.n - v.k, v.k}}} }

// byQuarter counts one service.
func byQuarter(service string, values ...kn) Data {
	d := Data{"": {}}
	for i, v := range values {
		d[""][Atom{Service: service, Month: quarters[i]}] = count(v)
	}
	return d
}

func must(t testing.TB, m Memory, d Data, rows ...Row) (map[string]Line, Memory) {
	t.Helper()
	lines, after, err := Release(m, Ask{Form: satisfied, Data: d, Rows: rows, Month: "2028-01"})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Line{}
	for _, l := range lines {
		out[l.Row.key()] = l
	}
	// What the caller stores comes back the same.
	stored, err := json.Marshal(after)
	if err != nil {
		t.Fatal(err)
	}
	var again Memory
	if err := json.Unmarshal(stored, &again); err != nil || !reflect.DeepEqual(after, again) {
		t.Fatalf("the memory comes back as %+v, was %+v: %v", again, after, err)
	}
	return out, again
}

// want looks at one line; hidden is n = 0.
func want(t *testing.T, lines map[string]Line, row Row, n int) Line {
	t.Helper()
	l, ok := lines[row.key()]
	if !ok || l.N != n || l.Hidden != (n == 0) {
		t.Errorf("%s: n %d, hidden %t; want %d", row.key(), l.N, l.Hidden, n)
	}
	if l.Hidden && (l.N != 0 || len(l.Answers) != 0 || l.Since != 0) {
		t.Errorf("%s is hidden and yet tells %+v", row.key(), l)
	}
	return l
}

// three answers, all "satisfied", tell nothing at all; four more make the half-year seven, and neither quarter.
func TestOnlyThreeAnswered(t *testing.T) {
	lines, m := must(t, New(), byQuarter("parents", kn{3, 3}), grid("parents")...)
	for _, row := range grid("parents") {
		want(t, lines, row, 0)
	}
	lines, m = must(t, m, byQuarter("parents", kn{3, 3}, kn{2, 4}), grid("parents")...)
	want(t, lines, year("parents"), 7)
	want(t, lines, half(1, "parents"), 7)
	want(t, lines, quarter(1, "parents"), 0)
	want(t, lines, quarter(2, "parents"), 0)
	if err := Audit(m); err != nil {
		t.Error(err)
	}
	// While the year goes on nothing is said of how they answered: a bound now would cost the year its number.
	ask := Ask{Form: satisfied, Data: byQuarter("parents", kn{3, 3}, kn{2, 4}), Rows: grid("parents"), Month: "2027-07"}
	going, _, err := Release(New(), ask)
	if err != nil || going[0].N != 7 || !going[0].Answers[0].Hidden || going[0].Answers[0].Share != (Share{}) {
		t.Errorf("%+v, %v", going[0], err)
	}
}

// A-19, D-210: a second quarter of six would tell the first of three from the half-year of nine.
func TestQuarterTwoWouldTellQuarterOne(t *testing.T) {
	lines, _ := must(t, New(), byQuarter("parents", kn{3, 3}, kn{4, 6}), half(1, "parents"), quarter(1, "parents"), quarter(2, "parents"))
	want(t, lines, half(1, "parents"), 9)
	// The page can say with what one would subtract, and says it of both: which of them is the small one stays hidden.
	for i := range 2 {
		l := want(t, lines, quarter(i+1, "parents"), 0)
		if l.With == nil || l.With.key() != half(1, "parents").key() {
			t.Errorf("the page could not say with what: %v", l.With)
		}
	}
	// The half-year is decided with its quarters, so that asking for a quarter first does not win it.
	lines, m := must(t, New(), byQuarter("parents", kn{3, 3}, kn{4, 6}), quarter(2, "parents"))
	want(t, lines, quarter(2, "parents"), 0)
	lines, _ = must(t, m, byQuarter("parents", kn{3, 3}, kn{4, 6}), half(1, "parents"))
	want(t, lines, half(1, "parents"), 9)
}

// D-214: what left first stays known. A service that was told alone keeps the sum hidden in which another is small.
func TestWhatHasLeftStaysKnown(t *testing.T) {
	d := Data{"": {{Service: "a", Month: "2027-03"}: count(kn{5, 11}), {Service: "b", Month: "2027-03"}: count(kn{2, 3})}}
	_, m := must(t, New(), d, year("a"))
	lines, _ := must(t, m, d, year("a", "b"), year("a"), year("b"))
	want(t, lines, year("a"), 11)
	l := want(t, lines, year("a", "b"), 0)
	if l.With == nil || l.With.key() != year("a").key() {
		t.Errorf("the page could not say with what: %v", l.With)
	}
	want(t, lines, year("b"), 0)
}

// D-214: before and after one more answer came in is a difference of one.
func TestALateAnswerIsADifference(t *testing.T) {
	_, m := must(t, New(), byQuarter("parents", kn{4, 12}), quarter(1, "parents"))
	lines, m := must(t, m, byQuarter("parents", kn{5, 13}, kn{3, 4}), quarter(1, "parents"), quarter(2, "parents"), half(1, "parents"))
	l := want(t, lines, quarter(1, "parents"), 12)
	if l.Since != 1 || l.Answers[0].Share != (Share{Exactly, 33}) || l.Answers[0].Since != 1 {
		t.Errorf("the quarter stays as it left: %+v", l)
	}
	want(t, lines, quarter(2, "parents"), 0)
	l = want(t, lines, half(1, "parents"), 17) // 12, and 5 of both quarters together
	if a := l.Answers[0]; a.N != 12 || a.Since != 1 || l.Since != 2 {
		t.Errorf("what five answered would be a difference: %+v", l.Answers[0])
	}
	lines, _ = must(t, m, byQuarter("parents", kn{9, 23}, kn{3, 4}), quarter(1, "parents"))
	want(t, lines, quarter(1, "parents"), 12) // ten of the eleven late ones could be, but not the one that left with the half-year
	_, m = must(t, New(), byQuarter("parents", kn{4, 12}), quarter(1, "parents"))
	lines, _ = must(t, m, byQuarter("parents", kn{9, 23}), quarter(1, "parents"))
	if l = want(t, lines, quarter(1, "parents"), 23); l.Since != 2 || l.Answers[0].N != 23 {
		t.Errorf("enough have come to tell it anew: %+v", l)
	}
}

// One service of a grant object is hidden: another with it, or the whole would tell it.
func TestOneServiceOfAGrantObject(t *testing.T) {
	d := Data{"": {}}
	for service, v := range map[string]kn{"a": {1, 2}, "b": {15, 20}, "c": {11, 22}} {
		d[""][Atom{Service: service, Month: "2027-03"}] = count(v)
	}
	lines, _ := must(t, New(), d, year("a", "b", "c"), year("a"), year("b"), year("c"))
	want(t, lines, year("a", "b", "c"), 44)
	want(t, lines, year("a"), 0)
	want(t, lines, year("b"), 20)
	want(t, lines, year("c"), 0)
}

// D-217.3: from ten answers all is told as it is; of fewer the year tells high or low, in words that are true of "all but two" as well.
func TestAllOrNone(t *testing.T) {
	for _, c := range []struct {
		kn
		want Share
	}{
		{kn{12, 12}, Share{Exactly, 100}}, {kn{0, 10}, Share{Exactly, 0}},
		{kn{9, 9}, Share{AtLeast, 70}}, {kn{8, 9}, Share{AtLeast, 70}}, {kn{7, 9}, Share{AtLeast, 70}},
		{kn{5, 9}, Share{Exactly, 56}}, {kn{2, 9}, Share{AtMost, 30}},
		{kn{5, 5}, Share{AtLeast, 60}}, {kn{0, 6}, Share{AtMost, 40}},
	} {
		lines, _ := must(t, New(), byQuarter("parents", c.kn), grid("parents")...)
		a := want(t, lines, year("parents"), c.n).Answers[0]
		if a.Share != c.want || a.Hidden || c.n < 10 && len(a.Percent) != 0 {
			t.Errorf("%+v: %+v", c.kn, a)
		}
		a = want(t, lines, quarter(1, "parents"), c.n).Answers[0]
		if a.Hidden != (c.n < 10) {
			t.Errorf("a quarter of %d waits for its year: %+v", c.n, a)
		}
	}
	for n := 5; n < 100; n++ {
		for k := range n + 1 {
			switch s := band(k, n); {
			case s.Bound == AtLeast && (100*(n-2) < s.Percent*n || k < n-2), s.Bound == AtMost && (200 > s.Percent*n || k > 2):
				t.Errorf("%d of %d is said to be %+v, which is not true of all that is said so", k, n, s)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		give, want Settings
		ok         bool
	}{
		{Settings{}, Settings{5, 10}, true}, {Settings{Threshold: 12}, Settings{12, 12}, true}, {Settings{3, 20}, Settings{3, 20}, true},
		{Settings{Threshold: 2}, Settings{}, false}, {Settings{5, 9}, Settings{}, false}, {Settings{20, 12}, Settings{}, false},
	} {
		if got, err := c.give.Filled(); (err == nil) != c.ok || c.ok && got != c.want {
			t.Errorf("%+v gives %+v, %v", c.give, got, err)
		}
	}
	// A raised limit hides what left under a lower one; a lowered one lets nothing out that the other would tell of.
	d := byQuarter("parents", kn{8, 16})
	_, m := must(t, New(), d, year("parents"))
	lines, _, err := Release(m, Ask{Settings: Settings{Threshold: 20}, Form: satisfied, Data: d, Rows: []Row{year("parents")}})
	if err != nil || !lines[0].Hidden || lines[0].N != 0 {
		t.Errorf("%+v, %v", lines, err)
	}
}

// A row of one dimension: what its values leave over of the whole counts as a difference, and each dimension divides the same whole.
func TestOneDimension(t *testing.T) {
	d := Data{"": {}, "language": {}, "age": {}}
	march := func(value string) Atom { return Atom{"s", "2027-03", value} }
	d[""][march("")] = count(kn{12, 30})
	for value, v := range map[string]kn{"fi": {8, 15}, "sv": {2, 12}, "se": {2, 3}} {
		d["language"][march(value)] = count(v)
	}
	for value, v := range map[string]kn{"young": {6, 15}, "old": {6, 15}} {
		d["age"][march(value)] = count(v)
	}
	of := func(dimension, value string) Row { r := year("s"); r.Dimension, r.Value = dimension, value; return r }
	lines, m := must(t, New("language", "age"), d, of("language", "fi"), of("language", "se"), of("language", "sv"), of("age", "old"), of("age", "young"), year("s"))
	want(t, lines, year("s"), 30)
	want(t, lines, of("language", "fi"), 15)
	want(t, lines, of("language", "se"), 0)
	want(t, lines, of("language", "sv"), 0)
	want(t, lines, of("age", "old"), 15)
	want(t, lines, of("age", "young"), 15)
	d["age"][march("old")] = count(kn{6, 16})
	for name, ask := range map[string]Ask{
		"a dimension that does not divide the whole": {Form: satisfied, Data: d},
		"a dimension nobody counts":                  {Form: satisfied, Rows: []Row{of("worker", "w1")}},
		"a period of no grid":                        {Form: satisfied, Rows: []Row{{Services: []string{"s"}, Period: Period{2027, 3, 1}}}},
		"more answers than people":                   {Form: satisfied, Data: Data{"": {march(""): {N: 2, Answers: [][]int{{2, 2}}}}}},
		"another scale":                              {Form: []Question{{ID: "satisfied", Answers: 3}}},
	} {
		if _, after, err := Release(m, ask); err == nil || !reflect.DeepEqual(after, m) {
			t.Errorf("%s is not refused", name)
		}
	}
}

// A correction downwards of what has left cannot be told; the line stays as it was.
func TestCorrectedDownwards(t *testing.T) {
	_, m := must(t, New(), byQuarter("s", kn{8, 16}), year("s"))
	lines, _ := must(t, m, byQuarter("s", kn{8, 15}), year("s"), quarter(1, "s"))
	if l := want(t, lines, year("s"), 16); l.Since != 1 {
		t.Errorf("%+v", l)
	}
	want(t, lines, quarter(1, "s"), 0)
}
