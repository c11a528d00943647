package disclosure

import (
	"slices"
	"testing"
)

// A published example: two ages in three countries, of which two are a region (Statistics Norway, R package GaussSuppression, vignette "Small
// count frequency table suppression", data "example1" of 2014). The facts are theirs: the counts, and which cells its tables 2 and 4 leave.
// Countries are services here, the region is a grant object.
var example = map[string][2]int{"Spain": {6, 5}, "Iceland": {3, 2}, "Portugal": {4, 0}} // old, young

func exampleData() Data {
	d := Data{"": {}, "age": {}}
	for place, n := range example {
		d[""][Atom{place, "2014-06", ""}] = Count{N: n[0] + n[1]}
		d["age"][Atom{place, "2014-06", "old"}] = Count{N: n[0]}
		d["age"][Atom{place, "2014-06", "young"}] = Count{N: n[1]}
	}
	return d
}

func TestPublishedExample(t *testing.T) {
	places := map[string][]string{"all": {"Iceland", "Portugal", "Spain"}, "EU": {"Portugal", "Spain"}, "Iceland": {"Iceland"}, "Portugal": {"Portugal"}, "Spain": {"Spain"}}
	var rows []Row
	var names []string
	for _, place := range []string{"all", "EU", "Iceland", "Portugal", "Spain"} {
		for _, age := range []string{"", "old", "young"} {
			row := Row{Services: places[place], Period: Period{2014, 1, 1}, Value: age}
			if age != "" {
				row.Dimension = "age"
			}
			rows, names = append(rows, row), append(names, place+" "+age)
		}
	}
	for _, c := range []struct {
		threshold int
		want      []string
	}{
		// Table 4: up to four hidden. It leaves old Spain (6) and hides Spain (11); ours hides both. All else is the same.
		{5, []string{"all ", "all old", "all young", "EU ", "Iceland "}},
		// Table 2: up to two hidden. It leaves the two ages of Spain too, which ours takes for computable.
		{3, []string{"all ", "all old", "all young", "EU ", "Iceland ", "Portugal ", "Spain "}},
	} {
		lines, _, err := Release(New("age"), Ask{Settings: Settings{Threshold: c.threshold}, Data: exampleData(), Rows: rows})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for i, l := range lines {
			if !l.Hidden {
				told = append(told, names[i])
			}
		}
		if !slices.Equal(told, c.want) {
			t.Errorf("from %d: told %q, want %q", c.threshold, told, c.want)
		}
		solve(t, lines, rows, c.threshold)
	}
}

// solve finds every table that has the same told numbers: no cell or sum of cells below the threshold comes out the same in all.
func solve(t *testing.T, lines []Line, rows []Row, threshold int) {
	t.Helper()
	cells := []Atom{}
	for _, place := range []string{"Iceland", "Portugal", "Spain"} {
		cells = append(cells, Atom{place, "2014-06", "old"}, Atom{place, "2014-06", "young"})
	}
	values := make([]map[int]bool, 1<<len(cells))
	for i := range values {
		values[i] = map[int]bool{}
	}
	every(len(cells), 20, func(v []int) {
		if sum(v) != 20 {
			return
		}
		for i, l := range lines {
			n := 0
			for k, a := range cells {
				if rows[i].covers(a) {
					n += v[k]
				}
			}
			if !l.Hidden && n != l.N {
				return
			}
		}
		for mask := range values {
			n := 0
			for k := range cells {
				n += v[k] * (mask >> k & 1)
			}
			values[mask][n] = true
		}
	})
	for mask, v := range values[1:] {
		for n := range v {
			if len(v) == 1 && n > 0 && n < threshold {
				t.Errorf("from %d: cells %b must be %d", threshold, mask+1, n)
			}
		}
	}
}
