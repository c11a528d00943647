package rooms

import (
	"bufio"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The papers that say how the house is kept safe. What they cite is there, or the build fails.
var papers = []string{"docs/threat-model.md", "docs/asvs.md"}

var (
	citedTest     = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`)
	citedPath     = regexp.MustCompile(`(?:^|[^\w/.-])((?:\.ci|bench|cmd|docs|e2e|internal|models|tools)/[\w./-]*[\w/]|\w+\.md\b|go\.(?:mod|sum)\b)`)
	citedDecision = regexp.MustCompile(`\bdecisions? (\d{4})`)
	citedRule     = regexp.MustCompile(`\bV\d+\.\d+\.\d+\b`)
	testFunction  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
)

// things is what a paper may cite.
type things struct {
	tests map[string]bool // names of Go tests
	rules map[string]int  // the standard's ids, each with its level
	there func(path string) bool
}

func inTheHouse(t *testing.T) things {
	t.Helper()
	have := things{tests: map[string]bool{}, rules: rules(t), there: func(p string) bool {
		found, err := fs.Glob(os.DirFS("../.."), strings.TrimSuffix(p, "/"))
		return err == nil && len(found) == 1
	}}
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path.Join("../..", name))
		for _, f := range testFunction.FindAllSubmatch(text, -1) {
			have.tests[string(f[1])] = true
		}
		return err
	})
	if err != nil || len(have.tests) < 100 {
		t.Fatalf("found %d tests: %v", len(have.tests), err)
	}
	return have
}

// rules reads the committed list of the standard's ids and levels.
func rules(t *testing.T) map[string]int {
	t.Helper()
	f, err := os.Open("testdata/asvs-5.0.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]int{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		var id string
		var level int
		if _, err := fmt.Sscanf(lines.Text(), "%s %d", &id, &level); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		out[id] = level
	}
	return out
}

// untrue lists what a paper cites that is not there.
func untrue(text string, have things) (out []string) {
	for _, name := range citedTest.FindAllString(text, -1) {
		if !have.tests[name] {
			out = append(out, "no test is called "+name)
		}
	}
	for _, m := range citedPath.FindAllStringSubmatch(text, -1) {
		beside := !strings.Contains(m[1], "/") && have.there("docs/"+m[1]) // a link from one paper to another
		if !have.there(m[1]) && !beside {
			out = append(out, "there is no "+m[1])
		}
	}
	for _, m := range citedDecision.FindAllStringSubmatch(text, -1) {
		if !have.there("docs/decisions/" + m[1] + "-*.md") {
			out = append(out, "there is no decision "+m[1])
		}
	}
	for _, id := range citedRule.FindAllString(text, -1) {
		if have.rules[id] == 0 {
			out = append(out, "the standard has no "+id)
		}
	}
	return out
}

func TestPapersCiteWhatIsThere(t *testing.T) {
	have := inTheHouse(t)
	for _, paper := range papers {
		text, err := os.ReadFile("../../" + paper)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(citedTest.FindAll(text, -1)); n < 20 {
			t.Errorf("%s cites %d tests: a paper without proofs", paper, n)
		}
		for _, wrong := range untrue(string(text), have) {
			t.Errorf("%s: %s", paper, wrong)
		}
	}
}

// The test above sees each kind of wrong name.
func TestWrongCitationsAreSeen(t *testing.T) {
	have := inTheHouse(t)
	right := "`TestDoors`, `internal/rooms/doors_test.go`, internal/rooms, (e2e/leaving.test.mjs), `docs/decisions/`, SECURITY.md, decision 0020, V8.2.2 at `/exit`."
	if got := untrue(right, have); len(got) > 0 {
		t.Errorf("right names are refused: %v", got)
	}
	for _, wrong := range []string{"`TestDors`", "FuzzNothing", "`internal/rooms/door_test.go`", "see e2e/leave.test.mjs", "(docs/nothing.md)", "NOTHING.md",
		"decision 9999", "V8.2.9", "`internal/room/`"} {
		if got := untrue(wrong, have); len(got) != 1 {
			t.Errorf("%s: got %v, want one complaint", wrong, got)
		}
	}
}

// row is one requirement in docs/asvs.md.
type row struct {
	id, level, topic, how, proof string
}

// answers are the words a row may say: met as asked; partly, with what is missing; not yet; not applicable, with why.
var answers = []string{"met", "partly", "not yet", "not applicable"}

func asvsRows(text string) (out []row) {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| V") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		cells = append(cells, "", "", "", "", "")
		out = append(out, row{cells[0], cells[1], cells[2], cells[3], strings.TrimSpace(strings.Join(cells[4:], " "))})
	}
	return out
}

// wrongRows lists what is wrong with the table: each id of levels 1 and 2 stands in it once, level 3 where chosen.
func wrongRows(rows []row, rules map[string]int) (out []string) {
	seen := map[string]int{}
	for _, r := range rows {
		seen[r.id]++
		cites := citedTest.MatchString(r.proof) || citedPath.MatchString(r.proof) || citedDecision.MatchString(r.proof)
		switch {
		case rules[r.id] == 0:
			out = append(out, r.id+" is no requirement")
		case fmt.Sprint(rules[r.id]) != r.level:
			out = append(out, fmt.Sprintf("%s is of level %d", r.id, rules[r.id]))
		case !slices.Contains(answers, r.how):
			out = append(out, r.id+" is answered by "+r.how)
		case r.topic == "" || r.proof == "":
			out = append(out, r.id+" has an empty cell")
		case (r.how == "met" || r.how == "partly") && !cites:
			out = append(out, r.id+" is said to be "+r.how+" and shows nothing for it")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		if seen[id] > 1 || (rules[id] < 3 && seen[id] == 0) {
			out = append(out, fmt.Sprintf("%s stands in the table %d times", id, seen[id]))
		}
	}
	return out
}

func TestASVSIsWhole(t *testing.T) {
	all := rules(t)
	levels := map[int]int{}
	for _, level := range all {
		levels[level]++
	}
	if levels[1] != 70 || levels[2] != 183 || levels[3] != 92 {
		t.Fatalf("the list has %v requirements, want 70, 183 and 92", levels)
	}
	text, err := os.ReadFile("../../docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := asvsRows(string(text))
	for _, wrong := range wrongRows(rows, all) {
		t.Error(wrong)
	}
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.level+" "+r.how]++
	}
	for _, level := range []string{"1", "2", "3"} {
		want := fmt.Sprintf("| %s | %d | %d | %d | %d |", level, counts[level+" met"], counts[level+" partly"], counts[level+" not yet"], counts[level+" not applicable"])
		if !strings.Contains(string(text), want) {
			t.Errorf("the sums say otherwise than the table; it gives %s", want)
		}
	}
}

func TestWrongRowsAreSeen(t *testing.T) {
	rules := map[string]int{"V1.1.1": 2, "V1.1.2": 3}
	for text, want := range map[string]int{
		"| V1.1.1 | 2 | decoding | met | `TestDoors` |":                                          0,
		"| V1.1.1 | 2 | decoding | met | `TestDoors` |\n| V1.1.2 | 3 | more | not yet | later |": 0,
		"": 1,
		"| V1.1.1 | 1 | decoding | met | `TestDoors` |":                                  1,
		"| V1.1.1 | 2 | decoding | mostly | `TestDoors` |":                               1,
		"| V1.1.1 | 2 | decoding | met | surely |":                                       1,
		"| V1.1.1 | 2 | decoding | partly | |":                                           1,
		"| V1.1.1 | 2 | decoding | not yet |":                                            1,
		"| V1.1.1 | 2 | a | met | `TestDoors` |\n| V1.1.1 | 2 | a | met | `TestDoors` |": 1,
		"| V1.1.1 | 2 | a | met | `TestDoors` |\n| V9.9.9 | 2 | a | met | `TestDoors` |": 1,
	} {
		if got := wrongRows(asvsRows(text), rules); len(got) != want {
			t.Errorf("%q: got %v, want %d complaints", text, got, want)
		}
	}
}
