package disclosure

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// Published tables with the pattern that a tool of official statistics made of them: Statistics Norway's made-up data "z2" (regions by what people live on) in the
// vignette of the R package easySdcTable 1.1, by its default method and by sdcTable's simple heuristic, and "mun_accidents" (municipalities by injury) in the help of
// SuppressSmallCounts of the R package GaussSuppression. The facts are theirs: counts, and which cells are left. Regions are services here.
type published struct {
	values []string         // columns
	rows   map[string][]int // counts by region
	upTo   int              // they hide cells of so many and fewer, zeros too
}

var livelihoods = map[string][]int{
	"A": {11, 11, 55, 36}, "B": {7, 1, 29, 18}, "C": {5, 8, 35, 25}, "D": {13, 2, 17, 13}, "E": {9, 14, 63, 52}, "F": {12, 9, 24, 22},
	"G": {6, 4, 22, 8}, "H": {9, 3, 38, 15}, "I": {3, 0, 9, 2}, "J": {9, 0, 32, 20}, "K": {4, 2, 18, 11},
}

// except are all cells and sums but some: of each region the hidden columns by number.
func except(p published, hidden map[string][]int) (out []string) {
	for _, region := range p.regions() {
		for i, value := range append([]string{""}, p.values...) {
			if !slices.Contains(hidden[region], i) {
				out = append(out, region+" "+value)
			}
		}
	}
	return out
}

func (p published) regions() []string {
	out := []string{"all"}
	for r := range p.rows {
		out = append(out, r)
	}
	slices.Sort(out[1:])
	return out
}

func (p published) ask() (Ask, []string) {
	d := Data{"": {}, "by": {}}
	var rows []Row
	var names []string
	for _, region := range p.regions() {
		row := Row{Services: []string{region}, Period: Period{2027, 1, 1}}
		if region == "all" {
			row.Services = p.regions()[1:]
		} else {
			d[""][Atom{region, "2027-06", ""}] = Count{N: sum(p.rows[region])}
			for i, value := range p.values {
				d["by"][Atom{region, "2027-06", value}] = Count{N: p.rows[region][i]}
			}
		}
		rows, names = append(rows, row), append(names, region+" ")
		for _, value := range p.values {
			row.Dimension, row.Value = "by", value
			rows, names = append(rows, row), append(names, region+" "+value)
		}
	}
	return Ask{Settings: Settings{Threshold: p.upTo + 1}, Data: d, Rows: rows}, names
}

func TestOfficialTables(t *testing.T) {
	z2 := published{values: []string{"annet", "arbeid", "soshjelp", "trygd"}, rows: livelihoods, upTo: 3}
	injuries := published{values: []string{"light", "none", "serious", "unknown"}, upTo: 3, rows: map[string][]int{
		"k1": {0, 0, 4, 0}, "k2": {0, 1, 5, 0}, "k3": {2, 1, 3, 0}, "k4": {1, 4, 4, 0}, "k5": {0, 0, 1, 0}, "k6": {0, 0, 6, 0}}}
	gauss := map[string][]int{"B": {1, 2}, "D": {1, 2}, "G": {2, 4}, "H": {1, 2}, "I": {1, 2, 4}, "J": {1, 2}, "K": {1, 2}}
	simple := map[string][]int{"B": {1, 2}, "D": {2, 4}, "H": {1, 2}, "I": {1, 2, 4}, "J": {1, 2}, "K": {1, 2}}
	accidents := map[string][]int{"all": {1, 4}, "k1": {0, 1, 2, 4}, "k2": {1, 2, 4}, "k3": {1, 2, 3, 4}, "k4": {1, 4}, "k5": {0, 1, 2, 3, 4}, "k6": {1, 2, 3, 4}}
	for name, c := range map[string]struct {
		published
		hidden     map[string][]int
		more, less string // what only ours hides, what only theirs does: "region value"; sums have no value or are of "all"
		nobody     string // hidden zeros that can be computed
	}{
		// More: of a region with one hidden value ours tells none. Less: they hide J annet (9) to keep the zero of J arbeid, which tells of nobody; two
		// of G beside D's are not needed where all of D is hidden.
		"z2, Gauss":            {z2, gauss, "B soshjelp,B trygd,D soshjelp,D trygd,H soshjelp,H trygd,I soshjelp,K soshjelp,K trygd", "G arbeid,G trygd,J annet", "J arbeid"},
		"z2, simple heuristic": {z2, simple, "B soshjelp,B trygd,D annet,D soshjelp,H soshjelp,H trygd,I soshjelp,K soshjelp,K trygd", "J annet", "J arbeid"},
		// More: as above. Less: a second region has to be hidden with the one of k5; theirs took k1 (4), ours k6 (6), as it does not look at numbers.
		"accidents": {injuries, accidents, "all serious,k1 serious,k2 serious,k4 none,k4 serious,k6 ", "k1 ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			ask, names := c.ask()
			lines, _, err := Release(New("by"), ask)
			if err != nil {
				t.Fatal(err)
			}
			left := except(c.published, c.hidden)
			var more, less []string
			for i, l := range lines {
				switch theirs := slices.Contains(left, names[i]); {
				case theirs && l.Hidden:
					more = append(more, names[i])
				case !theirs && !l.Hidden:
					less = append(less, names[i])
				}
			}
			if got := strings.Join(more, ","); got != c.more {
				t.Errorf("ours hides more: %q, want %q", got, c.more)
			}
			if got := strings.Join(less, ","); got != c.less {
				t.Errorf("ours hides less: %q, want %q", got, c.less)
			}
			if got := strings.Join(c.certain(lines, names), ","); got != c.nobody {
				t.Errorf("certain from what is left: %q, want %q", got, c.nobody)
			}
			for i, l := range lines {
				if slices.Contains(strings.Split(c.nobody, ","), names[i]) && c.count(l.Row, c.rows) != 0 {
					t.Errorf("%s tells of somebody", names[i])
				}
			}
			// The same look finds what hiding the small cells alone gives away.
			for i := range lines {
				lines[i].N, lines[i].Hidden = c.count(lines[i].Row, c.rows), false
				lines[i].Hidden = lines[i].N <= c.upTo
			}
			if c.certain(lines, names) == nil {
				t.Error("nothing is certain where only small cells are hidden")
			}
		})
	}
}

// count adds up what a row covers.
func (p published) count(row Row, table map[string][]int) (n int) {
	for region, cells := range table {
		for i, value := range p.values {
			if slices.Contains(row.Services, region) && (row.Value == "" || row.Value == value) {
				n += cells[i]
			}
		}
	}
	return n
}

// certain are the hidden rows for which no other table was found with the same told numbers and another number there. It steps from the true table
// by one person more, fewer, elsewhere, or by two who change places: a table found proves that the row is not certain.
func (p published) certain(lines []Line, names []string) (found []string) {
	open := map[int]bool{}
	try := func(table map[string][]int) {
		for _, cells := range table {
			if slices.Min(cells) < 0 {
				return
			}
		}
		var other []int
		for i, l := range lines {
			if n := p.count(l.Row, table); l.Hidden && n != p.count(l.Row, p.rows) {
				other = append(other, i)
			} else if !l.Hidden && n != l.N {
				return
			}
		}
		for _, i := range other {
			open[i] = true
		}
	}
	regions := p.regions()[1:]
	for _, a := range regions {
		for _, b := range regions {
			for i := range p.values {
				for k := range p.values {
					for _, by := range [][4]int{{1, 0, 0, 0}, {-1, 0, 0, 0}, {1, -1, 0, 0}, {1, 0, -1, 0}, {1, -1, -1, 1}} { // a i, a k, b i, b k
						table := maps.Clone(p.rows)
						for n, at := range []struct {
							region string
							value  int
						}{{a, i}, {a, k}, {b, i}, {b, k}} {
							table[at.region] = slices.Clone(table[at.region])
							table[at.region][at.value] += by[n]
						}
						try(table)
					}
				}
			}
		}
	}
	for i, l := range lines {
		if l.Hidden && !open[i] {
			found = append(found, names[i])
		}
	}
	return found
}
